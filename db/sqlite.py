"""SQLite itself: connection settings, its errors in our words, and statements run on the spot."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bot.services.ports.storage import StorageError
from db.errors import ConstraintViolationError, MigrationError, Violated
from db.statements import NO_PARAMS, Params, Row, kept

OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables; RETURNING came with 3.35."""

CACHED_STATEMENTS = 256
"""More than the program has, so that every statement is compiled once."""

_SORTS = {
    "SQLITE_CONSTRAINT_CHECK": Violated.CHECK,
    "SQLITE_CONSTRAINT_UNIQUE": Violated.UNIQUE,
    "SQLITE_CONSTRAINT_PRIMARYKEY": Violated.UNIQUE,
    "SQLITE_CONSTRAINT_ROWID": Violated.UNIQUE,
    "SQLITE_CONSTRAINT_FOREIGNKEY": Violated.FOREIGN_KEY,
    "SQLITE_CONSTRAINT_TRIGGER": Violated.RULE,
}


def connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """Open the writing connection; it may be used in the calling thread only.

    ``synchronous=FULL``: money that was reported survives a power cut, not only a kill -9.
    ``secure_delete``: what was deleted is overwritten in the file, not only unlinked from it.
    ``recursive_triggers``: without it INSERT OR REPLACE would delete ledger rows past the trigger.

    Raises:
        MigrationError: this Python's SQLite is too old for the schema.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise MigrationError(f"SQLite {wanted} or newer is needed; this Python has {sqlite3.sqlite_version}")
    connection = sqlite3.connect(
        path, timeout=busy_timeout_s, isolation_level=None, cached_statements=CACHED_STATEMENTS
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection


def translated(error: sqlite3.Error) -> ConstraintViolationError | StorageError:
    """The error in our words."""
    if isinstance(error, sqlite3.IntegrityError):
        sort = _SORTS.get(error.sqlite_errorname, Violated.OTHER)
        text = str(error)
        return ConstraintViolationError(sort, text.partition("constraint failed: ")[2] or text)
    return StorageError(str(error))


class DirectStatements:
    """Statements over the connection, run at once in the calling thread: nothing here ever suspends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch_one(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """See :class:`db.statements.Statements`."""
        rows = await self.fetch_all(sql, params)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See :class:`db.statements.Statements`."""
        try:
            return self._connection.execute(sql, kept(params)).fetchall()
        except sqlite3.Error as error:
            raise translated(error) from error

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> None:
        """See :class:`db.statements.Statements`."""
        await self.fetch_all(sql, params)
