"""Bringing a PostgreSQL schema up to date: numbered files, each in one transaction with its record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncpg

from db.errors import MigrationError
from db.migrate import Migration, require_fitting, shipped_migrations

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

DIALECT = "postgresql"
_LOCK = 7_164_110_021
"""Any number that nobody else locks: two programs that start together migrate one after the other."""
_NO_WRITERS = "LOCK TABLE migration IN EXCLUSIVE MODE"
"""Every unit that writes begins with a lock of that table (:mod:`db.postgresql.transactions`): those under way are
waited for, the next wait for us. Of an older program's processes only readers are left that hold a table we want."""

MIGRATION_TIMEOUT_S = 3600.0
"""Ten million rows may want a new index; a connection's own timeout is for what members wait for."""

_TRIES = 10
"""Readers go from table to table in an order of their own: with one of them we may wait for each other."""

_RECORDS = """
CREATE TABLE IF NOT EXISTS migration (
    number     BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    applied_at BIGINT NOT NULL,
    CONSTRAINT migration_pk PRIMARY KEY (number)
)
"""
_RECORD = """
INSERT INTO migration (number, name, sha256, applied_at)
VALUES ($1, $2, $3, extract(epoch FROM clock_timestamp())::bigint)
"""


async def migrate(connection: Connection, migrations: Sequence[Migration] | None = None) -> Sequence[int]:
    """Apply what is missing (of the shipped migrations, unless told others); returns the numbers applied.

    Raises:
        MigrationError: an applied migration was edited, the database is newer than the program, or a
            migration failed; what was complete before it stays applied.
    """
    wanted = shipped_migrations(DIALECT) if migrations is None else migrations
    return [migration.number for migration in wanted if await _apply(connection, migration, wanted)]


async def pending(connection: Connection) -> Sequence[int]:
    """The numbers of the shipped migrations that are not applied yet; changes nothing.

    Raises:
        MigrationError: an applied migration was edited, or the database is newer than the program.
    """
    shipped = shipped_migrations(DIALECT)
    has_records = await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL")
    rows = await connection.fetch("SELECT number, sha256 FROM migration") if has_records else ()
    applied = {row["number"]: row["sha256"] for row in rows}
    require_fitting(applied, shipped)
    return [migration.number for migration in shipped if migration.number not in applied]


async def _apply(connection: Connection, migration: Migration, known: Sequence[Migration]) -> bool:
    tries = 0
    while True:
        tries += 1
        try:
            return await _try(connection, migration, known)
        except asyncpg.DeadlockDetectedError as error:
            if tries == _TRIES:
                raise _failed(migration, error) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise _failed(migration, error) from error


async def _try(connection: Connection, migration: Migration, known: Sequence[Migration]) -> bool:
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_RECORDS)
        rows = await connection.fetch("SELECT number, sha256 FROM migration")
        applied = {row["number"]: row["sha256"] for row in rows}
        require_fitting(applied, known)
        if migration.number in applied:
            return False
        await connection.execute(_NO_WRITERS)
        await connection.execute(migration.sql, timeout=MIGRATION_TIMEOUT_S)
        await connection.execute(_RECORD, migration.number, migration.name, migration.sha256)
    return True


def _failed(migration: Migration, error: Exception) -> MigrationError:
    return MigrationError(f"migration {migration.number:04}_{migration.name} failed: {error}")
