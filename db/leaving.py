"""A SQLite database on its way to a server: read whole under its write lock, then closed for good."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from db.errors import MigrationError
from db.migrate import MOVED, pending
from db.sqlite import connect, translated

BUSY_TIMEOUT_S = 10.0
CHUNK_ROWS = 2_000


class Leaving:
    """The file that a move reads. Nobody writes to it while this is open; use it in one thread, with ``with``.

    Raises:
        MigrationError: its schema is not the program's.
        StorageError: it can't be opened, or somebody else is writing.
    """

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, BUSY_TIMEOUT_S)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            if not self.is_gone:
                _require_newest(self._connection)
        except sqlite3.Error as error:
            self._connection.close()
            raise translated(error) from error
        except BaseException:
            self._connection.close()
            raise

    @property
    def is_gone(self) -> bool:
        """Whether an earlier move has closed it."""
        found = self._connection.execute("SELECT 1 FROM migration WHERE number = :moved", {"moved": MOVED})
        return found.fetchone() is not None

    def count(self, table: str) -> int:
        """Rows of a table."""
        rows: int = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        return rows

    def chunks(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[tuple[object, ...]]]:
        """A table's rows, some thousand at a time."""
        cursor = self._connection.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608
        while rows := cursor.fetchmany(CHUNK_ROWS):
            yield [tuple(row) for row in rows]

    def seal(self) -> None:
        """Close it for good: a bot that still has it open can write nothing more, and none starts on it.

        Raises:
            StorageError: it can't be written.
        """
        try:
            for row in self._connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall():
                table = row[0]
                for verb in ("INSERT", "UPDATE", "DELETE"):
                    self._connection.execute(
                        f"CREATE TRIGGER moved_{table}_{verb.lower()} BEFORE {verb} ON {table}"  # noqa: S608
                        " WHEN EXISTS (SELECT 1 FROM migration WHERE name = 'moved')"
                        " BEGIN SELECT RAISE(ABORT, 'database_was_moved'); END"
                    )
            self._connection.execute(
                "INSERT INTO migration (number, name, sha256, applied_at)"
                " VALUES (:moved, 'moved', '', CAST(strftime('%s', 'now') AS INTEGER))",
                {"moved": MOVED},
            )
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise translated(error) from error

    def close(self) -> None:
        """Let go of the file; without :meth:`seal` nothing of it has changed."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _require_newest(connection: sqlite3.Connection) -> None:
    if pending(connection):
        raise MigrationError("it is older than the program: start the bot on it once")
