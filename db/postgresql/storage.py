"""The PostgreSQL database as services see it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import asyncpg

from bot.services.ports.storage import StorageClosedError, UnitOfWork
from db.driving import Watched, require_outside
from db.errors import ConstraintViolationError, Violated
from db.postgresql.migrating import migrate
from db.postgresql.statements import (
    BROKEN,
    AnotherStatementError,
    AwayError,
    ConflictError,
    OneStatement,
    PostgresStatements,
    RefusalCaughtError,
    translated,
)
from db.postgresql.transactions import BEGIN, BEGIN_ALONE, BEGIN_READING, transaction
from db.unit import Repositories

if TYPE_CHECKING:
    from db.postgresql.statements import Connection

T = TypeVar("T")

CONNECTIONS = 10
STATEMENT_TIMEOUT_S = 30.0
PATIENCE_S = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""How long a server that is away is waited for, between one attempt and the next."""
WRITERS = 4
"""Units that one process writes at once. More of them meet oftener than they get done, and reads go on beside."""

TRIES_TOGETHER = 3
MOST_TRIES = 12
"""How often a unit that met another one is run before the caller is told; from the fourth time on, alone."""


class PostgresStorage:
    """Implements :class:`bot.services.ports.storage.Storage` on a PostgreSQL database.

    Units of work are SERIALIZABLE: as on SQLite, each sees the database as if it were alone, so that what was
    read before a write still holds when it is written. Those that met another one are run again, in the end
    with nobody beside them; a unit therefore changes nothing outside its transaction. Reads are REPEATABLE
    READ, one snapshot each; one that asks a single question needs no transaction for that.
    """

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool
        self._turns = asyncio.Semaphore(WRITERS)
        self._several: set[CodeType] = set()
        self._writing: set[asyncio.Task[object]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, connections: int = CONNECTIONS, is_arriving: bool = False) -> Self:
        """Connect and bring the schema up to date; ``is_arriving``: to look at what a move has brought.

        Raises:
            MigrationError: the schema can't be brought up to date.
            StorageError: the server can't be reached or does not let us in.
        """
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=connections,
                init=_prepare,
                reset=_keep,
                command_timeout=STATEMENT_TIMEOUT_S,
            )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
            raise translated(error) from error
        try:
            if not is_arriving:
                async with pool.acquire() as connection:
                    await connection.execute("SET default_transaction_read_only = off")
                    try:
                        await migrate(connection)
                    finally:
                        await connection.execute("SET default_transaction_read_only = on")
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
        require_outside()
        if self._closed:
            raise StorageClosedError
        task = asyncio.create_task(self._write(work))
        self._writing.add(task)
        task.add_done_callback(self._ended)
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
        for _ in range(TRIES_TOGETHER):  # the only ones it can meet are migrations
            with suppress(ConflictError):
                return await self._patiently(lambda: self._try_to_read(work))
        return await self._patiently(lambda: self._try_to_read(work))

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

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._writing.discard(task)
        if not task.cancelled():
            task.exception()  # asyncio complains where its caller was cancelled and nobody hears it

    async def _write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        tries = 0
        keeps_refusals = False
        while True:
            tries += 1
            begin = BEGIN_ALONE if tries > TRIES_TOGETHER else BEGIN
            try:
                return await self._patiently(
                    partial(self._try_to_write, work, begin, keeps_refusals=keeps_refusals)
                )
            except RefusalCaughtError:
                if keeps_refusals:
                    raise
                keeps_refusals = True
                continue
            except ConflictError:
                if tries == MOST_TRIES:
                    raise
            except ConstraintViolationError as violation:
                # Somebody else's row may have come between our look and our insert: the second look sees it.
                if violation.sort is not Violated.UNIQUE or tries > 1:
                    raise
            await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(tries, 6)))

    async def _try_to_read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        try:
            async with self._pool.acquire() as connection:
                return await self._read(connection, work)
        except BROKEN as error:
            raise translated(error) from error

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """A server that is restarted is back in seconds; what was not committed may be begun again."""
        for delay_s in PATIENCE_S:
            try:
                return await attempt()
            except AwayError:
                if self._closed:
                    raise
            await asyncio.sleep(delay_s)
        return await attempt()

    async def _try_to_write(
        self, work: Callable[[UnitOfWork], Awaitable[T]], begin: str, *, keeps_refusals: bool
    ) -> T:
        try:
            async with self._turns, self._pool.acquire() as connection, transaction(connection, begin):
                statements = PostgresStatements(connection, keeps_refusals=keeps_refusals)
                return await Watched(work(Repositories(statements)), statements)
        except BROKEN as error:
            raise translated(error) from error

    async def _read(self, connection: Connection, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Without a transaction, if it asks once; whether it does is found out once for each piece of code."""
        code: CodeType | None = getattr(work, "__code__", None)
        if code is not None and code not in self._several:
            once = OneStatement(connection)
            with suppress(AnotherStatementError):
                found = await Watched(work(Repositories(once)), once)
                if not once.is_asked_again:
                    return found
            self._several.add(code)
        async with transaction(connection, BEGIN_READING):
            statements = PostgresStatements(connection)
            return await Watched(work(Repositories(statements)), statements)


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Sums of whole numbers are whole numbers here, as the program counts them; and how to plan and refuse.

    A scan of a whole table, which the planner likes while a table is small, is a read of every row: each writer
    would have met each other one. Compiling such a plan would cost more than running it. What is no unit of work
    that writes is refused to write.
    """
    await connection.execute(
        "SET enable_seqscan = off; SET jit = off; SET default_transaction_read_only = on"
    )
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", encoder=str, decoder=_whole, format="text"
    )


async def _keep(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Nothing is put back between two units, which saves each a round trip: none of them changes a session."""
    del connection


def _whole(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)
