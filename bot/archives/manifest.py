"""What an archive says of itself."""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1
"""Of the archive itself; a program refuses those it does not know."""

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
PICTURES = "pictures/"


class DatabaseKind(enum.StrEnum):
    """Which database a snapshot is of; the value is the name of its file in the archive."""

    SQLITE = "database.sqlite3"
    POSTGRESQL = "database.pgdump"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Counts(_Part):
    """How many rows the snapshot has."""

    accounts: int = Field(ge=0)
    entries: int = Field(ge=0)
    requests: int = Field(ge=0)
    images: int = Field(ge=0)


class Contents(_Part):
    """Files: their number, their bytes, and what proves that they are these."""

    count: int = Field(ge=0)
    size_bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(_Part):
    """The last word of an archive.

    ``schema_number`` is the newest migration of the snapshot. ``database.sha256`` is of the file;
    ``pictures.sha256`` of the sorted keys, a line each, which are themselves the hashes of their content.
    ``deleted``: keys that the snapshot names and that somebody deleted while it was copied. ``missing``: keys
    that the store should have had.
    """

    format: int = Field(ge=1)
    made_at: datetime
    kind: DatabaseKind
    schema_number: int = Field(ge=0)
    counts: Counts
    database: Contents
    pictures: Contents
    deleted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """As it stands in the archive."""
        return self.model_dump_json(indent=2).encode() + b"\n"


def seal_of(manifest: bytes) -> bytes:
    """A line as ``sha256sum --check`` reads it."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()
