"""Short reads, each a consistent snapshot, beside the writer and never in its way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import TypeVar

import aiosqlite

from bot.services.ports.storage import StorageClosedError, UnitOfWork
from db.driving import Watched
from db.sqlite import CACHED_STATEMENTS, translated
from db.statements import NO_PARAMS, Params, Row
from db.unit import Repositories

T = TypeVar("T")


class _Reader:
    """One read connection as :class:`db.statements.Statements`, and the repositories over it."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection
        self.unit = Repositories(self)
        self.waiting = False

    async def fetch_one(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        rows = await self.fetch_all(sql, params)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        self.waiting = True
        try:
            return list(await self.connection.execute_fetchall(sql, dict(params)))
        except sqlite3.Error as error:
            raise translated(error) from error
        finally:
            self.waiting = False

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> None:
        await self.fetch_all(sql, params)


class Readers:
    """A few read-only connections. A unit has one for itself, for as long as its reads take.

    A parked reader keeps the write-ahead log from being folded back (4 MB became 93): a unit that
    awaits anything but its reads is stopped.
    """

    def __init__(self, readers: Sequence[_Reader]) -> None:
        self._readers = readers
        self._idle: asyncio.Queue[_Reader] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._closed = False

    @classmethod
    async def open(cls, path: Path, count: int, busy_timeout_s: float) -> Readers:
        """Connect ``count`` times to a database that is there."""
        return cls([_Reader(await _connect(path, busy_timeout_s)) for _ in range(count)])

    async def run(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run reads in one snapshot.

        Raises:
            StorageClosedError: the readers are closed.
            StorageError: the database can't be read, or the unit tried to write.
            ExternalAwaitError: the unit awaited something other than its reads.
        """
        asyncio.get_running_loop()  # raises in the writer's thread: a transaction can't wait for a read
        if self._closed:
            raise StorageClosedError
        reader = await self._idle.get()
        try:
            await reader.execute("BEGIN")
            return await Watched(work(reader.unit), reader)
        finally:
            # A task of its own: a caller may be cancelled here, the connection is put in order anyway.
            returning = asyncio.create_task(reader.connection.rollback())
            returning.add_done_callback(lambda _: self._idle.put_nowait(reader))
            await asyncio.shield(returning)

    async def close(self) -> None:
        """Wait for running reads, then close. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for _ in self._readers:
            reader = await self._idle.get()
            await reader.connection.close()


async def _connect(path: Path, busy_timeout_s: float) -> aiosqlite.Connection:
    # aiosqlite's thread takes after the one that makes the connection. As a daemon it can't hang the
    # exit of a program that was not able to close; it only reads, so nothing is lost with it.
    made: list[aiosqlite.Connection] = []

    def make() -> None:
        made.append(
            aiosqlite.connect(
                f"{path.absolute().as_uri()}?mode=ro",
                uri=True,
                timeout=busy_timeout_s,
                isolation_level=None,
                cached_statements=CACHED_STATEMENTS,
            )
        )

    maker = Thread(target=make, daemon=True)
    maker.start()
    maker.join()
    connection = await made[0]
    connection.row_factory = sqlite3.Row
    return connection
