"""A look at a database that changes nothing in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bot.services.ports.storage import StorageError
from db.migrate import pending

BUSY_TIMEOUT_S = 5.0


def look(path: Path) -> Sequence[int]:
    """Whether a database can be opened and written; the numbers of the migrations that it still needs.

    Right also beside a running bot, whose lock it waits for.

    Raises:
        MigrationError: its schema and the program don't fit.
        StorageError: it can't be opened or written.
    """
    try:
        with closing(
            sqlite3.connect(
                f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
            )
        ) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                return pending(connection)
            finally:
                connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise StorageError(str(error)) from error
