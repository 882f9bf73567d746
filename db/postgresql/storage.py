"""The PostgreSQL database as services see it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from decimal import Decimal
from types import TracebackType
from typing import Self, TypeVar

import asyncpg

from bot.services.ports.storage import StorageClosedError, UnitOfWork
from db.driving import Watched
from db.errors import ConstraintViolationError, Violated
from db.postgresql.migrating import migrate
from db.postgresql.statements import ConflictError, PostgresStatements, translated
from db.unit import Repositories

T = TypeVar("T")

CONNECTIONS = 10
STATEMENT_TIMEOUT_S = 30.0
MOST_TRIES = 12
"""How often a unit that met another one is run before the caller is told."""


class PostgresStorage:
    """Implements :class:`bot.services.ports.storage.Storage` on a PostgreSQL database.

    Units of work are SERIALIZABLE: as on SQLite, each sees the database as if it were alone, so that what was
    read before a write still holds when it is written. Those that met another one are run again; a unit
    therefore changes nothing outside its transaction. Reads are REPEATABLE READ: one snapshot each.
    """

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool
        self._writing: set[asyncio.Task[object]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, connections: int = CONNECTIONS) -> Self:
        """Connect and bring the schema up to date.

        Raises:
            MigrationError: the schema can't be brought up to date.
            StorageError: the server can't be reached or does not let us in.
        """
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=connections, init=_prepare, command_timeout=STATEMENT_TIMEOUT_S
            )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
            raise translated(error) from error
        try:
            async with pool.acquire() as connection:
                await migrate(connection)
        except BaseException:
            pool.terminate()
            raise
        return cls(pool)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run a unit in a transaction; it is durable when this returns.

        A caller that is cancelled meanwhile leaves a unit that is carried out whole or not at all.

        Raises:
            StorageClosedError: the storage is closed.
            StorageError: the database can't work now, or the unit kept meeting others. Whether it was committed
                is not known when the connection broke at that moment: ask again, keys make that safe.
            ExternalAwaitError: the unit awaited something other than its repositories.
        """
        if self._closed:
            raise StorageClosedError
        task = asyncio.create_task(self._write(work))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run reads in one snapshot.

        Raises:
            StorageClosedError: the storage is closed.
            StorageError: the database can't be read, or the unit tried to write.
            ExternalAwaitError: the unit awaited something other than its reads.
        """
        if self._closed:
            raise StorageClosedError
        return await self._run(work, isolation="repeatable_read", readonly=True)

    async def fold_log(self) -> None:
        """Nothing: PostgreSQL frees what was deleted by itself (autovacuum), and archives are the operator's."""

    async def close(self) -> None:
        """Finish what was handed in, then close. Safe to call twice."""
        self._closed = True
        if self._writing:
            await asyncio.wait(self._writing)
        await self._pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        tries = 0
        while True:
            tries += 1
            try:
                return await self._run(work, isolation="serializable", readonly=False)
            except ConflictError:
                if tries == MOST_TRIES:
                    raise
            except ConstraintViolationError as violation:
                # Somebody else's row may have come between our look and our insert: the second look sees it.
                if violation.sort is not Violated.UNIQUE or tries > 1:
                    raise
            await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(tries, 6)))

    async def _run(self, work: Callable[[UnitOfWork], Awaitable[T]], *, isolation: str, readonly: bool) -> T:
        try:
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation=isolation, readonly=readonly),  # pyright: ignore[reportArgumentType]
            ):
                statements = PostgresStatements(connection)
                return await Watched(work(Repositories(statements)), statements)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise translated(error) from error


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Sums of whole numbers are whole numbers here, as the program counts them."""
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", encoder=str, decoder=_whole, format="text"
    )


def _whole(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)
