"""One file with everything in it: the database at one moment, the pictures its rows name, and what it should hold.

A tar archive that any ``tar`` opens, written and read strictly: regular files alone, with names of three kinds,
uncompressed. So nothing in it can grow, point elsewhere, or be changed by one bit without being noticed.
"""

from __future__ import annotations

from bot.archives.errors import ArchiveError
from bot.archives.manifest import FORMAT, Contents, Counts, DatabaseKind, Manifest
from bot.archives.reading import ArchiveReader
from bot.archives.writing import ArchiveWriter, clean_unfinished, unfinished_folder

__all__ = [
    "FORMAT",
    "ArchiveError",
    "ArchiveReader",
    "ArchiveWriter",
    "Contents",
    "Counts",
    "DatabaseKind",
    "Manifest",
    "clean_unfinished",
    "unfinished_folder",
]
