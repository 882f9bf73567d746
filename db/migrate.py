"""Bringing a database's schema up to date.

Migrations are numbered SQL files, one folder a database. Each is applied together with the record
that it was applied, in one transaction: a program killed half-way leaves nothing of it behind.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from db.errors import MigrationError

MOVED = 1_000_000_000
"""The record of a database that was moved elsewhere: nothing may be done in it any more."""

ARRIVING = 1_000_000_001
"""The record of a database into which a move has yet to be finished."""

_SPECIAL = {
    MOVED: "it was moved to PostgreSQL: set DATABASE_URL to that database",
    ARRIVING: "a move into it was not finished: run python -m bot migrate again",
}

_RECORDS = """
CREATE TABLE IF NOT EXISTS migration (
    number     INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    applied_at INTEGER NOT NULL,
    CONSTRAINT migration_pk PRIMARY KEY (number)
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of the folder: ``0001_money.sql`` has number 1 and name ``money``."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The hash by which an edited file is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """Its statements, one by one (a trigger's body is one statement)."""
        statement = ""
        for line in self.sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""


def shipped_migrations(dialect: str = "sqlite") -> Sequence[Migration]:
    """The migrations that come with the program, in order."""
    folder = resources.files("db") / "migrations" / dialect
    found: list[Migration] = []
    for file in folder.iterdir():
        number, _, name = file.name.removesuffix(".sql").partition("_")
        found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] | None = None) -> Sequence[int]:
    """Apply what is missing (of the shipped migrations, unless told others); returns the numbers applied.

    Two programs may do this at the same time: whoever comes second finds the work done.

    Raises:
        MigrationError: an applied migration was edited, the database is newer than the program, or a
            migration failed; what was complete before it stays applied.
    """
    wanted = shipped_migrations() if migrations is None else migrations
    return [migration.number for migration in wanted if _apply(connection, migration, wanted)]


def pending(connection: sqlite3.Connection) -> Sequence[int]:
    """The numbers of the shipped migrations that are not applied yet; changes nothing.

    Raises:
        MigrationError: an applied migration was edited, or the database is newer than the program.
    """
    shipped = shipped_migrations()
    has_records = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'"
    ).fetchone()
    rows = connection.execute("SELECT number, sha256 FROM migration") if has_records else ()
    applied: dict[int, str] = {row[0]: row[1] for row in rows}
    require_fitting(applied, shipped)
    return [migration.number for migration in shipped if migration.number not in applied]


def _apply(connection: sqlite3.Connection, migration: Migration, known: Sequence[Migration]) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_RECORDS)
        applied = {row[0]: row[1] for row in connection.execute("SELECT number, sha256 FROM migration")}
        require_fitting(applied, known)
        if migration.number in applied:
            return False
        for statement in migration.statements():
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migration (number, name, sha256, applied_at)"
            " VALUES (:number, :name, :sha256, CAST(strftime('%s', 'now') AS INTEGER))",
            {"number": migration.number, "name": migration.name, "sha256": migration.sha256},
        )
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise MigrationError(f"migration {migration.number:04}_{migration.name} failed: {error}") from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return True


def require_fitting(applied: dict[int, str], known: Sequence[Migration]) -> None:
    """Refuse a database that was migrated by another program than this.

    Raises:
        MigrationError: it knows more than the program, a file was edited after it was applied, or a move
            has taken or not yet finished it.
    """
    for number, reason in _SPECIAL.items():
        if number in applied:
            raise MigrationError(reason)
    hashes = {migration.number: migration.sha256 for migration in known}
    for number, sha256 in applied.items():
        if number not in hashes:
            raise MigrationError(f"the database has migration {number:04}, which this program does not know")
        if hashes[number] != sha256:
            raise MigrationError(f"migration {number:04} was edited after it was applied to the database")
