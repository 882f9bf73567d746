"""Rows that come from another database: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

import asyncpg

from bot.services.ports.storage import StorageError
from db.migrate import ARRIVING
from db.postgresql.migrating import migrate
from db.postgresql.statements import translated

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

Rows = AsyncIterator[tuple[object, ...]]
CONNECT_TIMEOUT_S = 10.0

_TABLES = """
SELECT c.relname AS name,
    array(
        SELECT DISTINCT f.confrelid::regclass::text
        FROM pg_constraint AS f
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid
    ) AS needs,
    array(
        SELECT a.attname::text FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    ) AS columns,
    array(
        SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attidentity <> ''
    ) AS numbered
FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    AND c.relname <> 'migration' AND c.relname NOT LIKE 'procrastinate_%'
ORDER BY c.relname
"""


class Arrival:
    """A PostgreSQL database that a move fills. Use :meth:`open` and ``async with``."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect.

        Raises:
            StorageError: the server can't be reached or does not let us in.
        """
        try:
            return cls(await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
            raise translated(error) from error

    async def is_unfinished(self) -> bool:
        """Whether rows have arrived that nobody has said to be right yet."""
        if not await self._connection.fetchval("SELECT to_regclass('migration') IS NOT NULL"):
            return False
        found = await self._connection.fetchval("SELECT 1 FROM migration WHERE number = $1", ARRIVING)
        return found is not None

    async def prepare(self) -> None:
        """Bring the schema up to date, and take away what an unfinished move has left.

        Raises:
            MigrationError: the schema can't be brought up to date.
            StorageError: somebody's rows are there already.
        """
        if await self.is_unfinished():
            async with self._connection.transaction():
                tables = [row["name"] for row in await self._connection.fetch(_TABLES)]
                await self._connection.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
                await self.finish()
        await migrate(self._connection)
        for row in await self._connection.fetch(_TABLES):
            if await self._connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {row['name']})"):  # noqa: S608
                raise StorageError(f"the table {row['name']} has rows already: move into an empty database")

    async def fill(
        self, rows_of: Callable[[str, Sequence[str]], Rows], tell: Callable[[str, int], None]
    ) -> None:
        """Copy every table's rows in one transaction; ``tell`` hears each table's name and number of rows.

        Triggers rest meanwhile: balances come as they are, and are not counted a second time. Constraints
        and foreign keys are checked.

        Raises:
            StorageError: a row does not fit, or the connection broke. Nothing has arrived then.
        """
        try:
            async with self._connection.transaction():
                for table in _in_order(await self._connection.fetch(_TABLES)):
                    name, columns = table["name"], table["columns"]
                    await self._connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
                    done = await self._connection.copy_records_to_table(
                        name, records=rows_of(name, columns), columns=columns
                    )
                    await self._connection.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
                    for column in table["numbered"]:
                        await self._connection.execute(
                            f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'),"  # noqa: S608
                            f" coalesce(max({column}), 0) + 1, false) FROM {name}"
                        )
                    tell(name, int(done.rpartition(" ")[2]))
                await self._connection.execute(
                    "INSERT INTO migration (number, name, sha256, applied_at)"
                    " VALUES ($1, 'arriving', '', extract(epoch FROM clock_timestamp())::bigint)",
                    ARRIVING,
                )
            await self._connection.execute("ANALYZE")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise translated(error) from error

    async def finish(self) -> None:
        """Say that what has arrived is right: from now on a bot may start on it."""
        await self._connection.execute("DELETE FROM migration WHERE number = $1", ARRIVING)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()


def _in_order(tables: Sequence[asyncpg.Record]) -> Sequence[asyncpg.Record]:
    """Each table after those that its foreign keys name."""
    ordered: list[asyncpg.Record] = []
    left = list(tables)
    while left:
        there = {table["name"] for table in ordered}
        ready = [table for table in left if there.issuperset(table["needs"])]
        ordered += ready
        left = [table for table in left if table not in ready]
    return ordered
