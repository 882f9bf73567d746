"""Short reads, each a consistent snapshot, beside the writer and never in its way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from bot.services.ports.storage import StorageClosedError, StorageError, UnitOfWork
from db.driving import run_to_end
from db.sqlite import CACHED_STATEMENTS, DirectStatements, translated
from db.statements import NO_PARAMS, Params, Row
from db.unit import Repositories

T = TypeVar("T")


class _Reader(DirectStatements):
    """One read connection and the repositories over it, used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._unit = Repositories(self)
        self._connection = connection
        self._stopped = False

    async def fetch_all(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        if self._stopped:
            raise StorageError("nobody waits for this read any more")
        return await super().fetch_all(sql, params)

    def ready(self) -> None:
        """Another unit is about to begin."""
        self._stopped = False

    def run(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """In a thread: a whole unit, in one snapshot."""
        try:
            self._connection.execute("BEGIN")
            return run_to_end(work(self._unit))
        except sqlite3.Error as error:
            raise translated(error) from error
        finally:
            self._connection.rollback()

    def stop(self) -> None:
        """From another thread: the unit gets no further statement."""
        self._stopped = True

    def close(self) -> None:
        self._connection.close()


class Readers:
    """A few read-only connections. A unit has one for itself, for as long as its reads take.

    As with the writer, one hop to a thread runs the whole unit: a hop a statement cost several times the
    statement. A parked reader keeps the write-ahead log from being folded back (4 MB became 93): a unit
    that awaits anything but its reads is stopped.
    """

    def __init__(self, readers: Sequence[_Reader], threads: ThreadPoolExecutor) -> None:
        self._readers = readers
        self._threads = threads
        self._idle: asyncio.Queue[_Reader] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._closed = False

    @classmethod
    async def open(cls, path: Path, count: int, busy_timeout_s: float) -> Readers:
        """Connect ``count`` times to a database that is there.

        Raises:
            StorageError: it can't be opened.
        """
        # A pool's threads are told to end when the interpreter exits: unclosed readers can't hang it.
        threads = ThreadPoolExecutor(count, thread_name_prefix="darkroom-reader")
        try:
            return cls([_Reader(_connect(path, busy_timeout_s)) for _ in range(count)], threads)
        except sqlite3.Error as error:
            raise translated(error) from error

    async def run(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run reads in one snapshot. A caller that is cancelled leaves at once; its unit is stopped behind it.

        Raises:
            StorageClosedError: the readers are closed.
            StorageError: the database can't be read, or the unit tried to write.
            ExternalAwaitError: the unit awaited something other than its reads.
        """
        loop = asyncio.get_running_loop()  # raises in a unit's thread: a unit can't wait for another
        if self._closed:
            raise StorageClosedError
        reader = await self._idle.get()
        reader.ready()
        reading = loop.run_in_executor(self._threads, reader.run, work)
        reading.add_done_callback(lambda _: self._idle.put_nowait(reader))
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            if not reading.done():  # else it may be somebody else's by now
                reader.stop()
                reading.add_done_callback(_unheard)
            raise

    async def close(self) -> None:
        """Wait for running reads, then close. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        for _ in self._readers:
            (await self._idle.get()).close()
        self._threads.shutdown(wait=False)


def _unheard(reading: asyncio.Future[Any]) -> None:
    """Nobody is left to hear how it ended, which asyncio would complain about."""
    if not reading.cancelled():
        reading.exception()


def _connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=busy_timeout_s,
        isolation_level=None,
        cached_statements=CACHED_STATEMENTS,
        check_same_thread=False,  # whichever thread of the pool is free; never two at once
    )
    connection.row_factory = sqlite3.Row
    return connection
