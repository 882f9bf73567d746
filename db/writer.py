"""The one writer: units of work from everywhere, committed together.

Callers hand over a unit and await its outcome. Whatever is waiting is run as one batch in the
writer's own thread: ``BEGIN IMMEDIATE``, a savepoint each (rolled back alone when its unit raises),
one ``COMMIT``, one fsync. While a batch is in the thread the next one gathers. Why not a lock around
an aiosqlite connection: docs/adr/0001.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.services.ports.storage import StorageClosedError, StorageError, UnitOfWork
from db.driving import run_to_end
from db.migrate import migrate
from db.sqlite import DirectStatements, connect, translated
from db.unit import Repositories

T = TypeVar("T")

Work = Callable[[UnitOfWork], Awaitable[T]]

LARGEST_BATCH = 256
"""Bounds how long the first of a batch waits for the last."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A unit and whom to tell."""

    work: Work[Any]
    outcome: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Done:
    """What a unit returned, or what it raised."""

    value: Any = None
    error: BaseException | None = None


class Writer:
    """Owns the write connection and its thread. Made with :meth:`open`, on the event loop that uses it.

    A caller that is cancelled before its batch starts leaves no trace; later, its unit is carried out
    whole or not at all like any other. There is no task to be cancelled, so work that is handed in
    while the program is being torn down is still done.
    """

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection) -> None:
        self._thread = thread
        self._connection = connection
        self._unit = Repositories(DirectStatements(connection))
        self._loop = asyncio.get_running_loop()
        self._gathered: deque[_Job] = deque()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    @classmethod
    async def open(cls, path: Path, busy_timeout_s: float) -> Writer:
        """Connect and bring the schema up to date.

        Raises:
            MigrationError: the schema can't be brought up to date.
            StorageError: the file can't be opened or written.
        """
        # A pool's thread is told to end when the interpreter exits: an unclosed writer can't hang it.
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="darkroom-writer")
        try:
            connection = await asyncio.get_running_loop().run_in_executor(
                thread, _connect_and_migrate, path, busy_timeout_s
            )
        except sqlite3.Error as error:
            thread.shutdown(wait=False)
            raise translated(error) from error
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(thread, connection)

    async def run(self, work: Work[T]) -> T:
        """Run a unit in a transaction; it is durable when this returns.

        Raises:
            StorageClosedError: the writer is closed.
            StorageError: the batch could not begin or commit; nothing of it happened.
            ExternalAwaitError: the unit awaited something other than its repositories.
        """
        # A unit that hands in another one is in the writer's thread, where this raises.
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._closed:
            raise StorageClosedError
        self._gathered.append(_Job(work, outcome))
        if self._idle.is_set():
            self._idle.clear()
            self._loop.call_soon(self._start_batch)
        try:
            return await outcome
        finally:
            outcome.cancel()  # a no-op, unless the caller was closed while it waited

    async def fold_log(self) -> None:
        """Write the log back into the file and empty it: what was deleted is then overwritten in both.

        Between two batches; a reader that is still at an earlier state is waited for, as long as a lock is.

        Raises:
            StorageClosedError: the writer is closed.
            StorageError: a reader did not end in time, or the disk would not do it; the next one may.
        """
        if self._closed:
            raise StorageClosedError
        folded = await self._loop.run_in_executor(self._thread, _fold, self._connection)
        if not folded:
            raise StorageError("the log could not be folded back: it is being read")

    async def close(self) -> None:
        """Finish what was handed in, then close. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self._idle.wait()
        await self._loop.run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown(wait=False)

    def _start_batch(self) -> None:
        batch: list[_Job] = []
        while self._gathered and len(batch) < LARGEST_BATCH:
            job = self._gathered.popleft()
            if not job.outcome.done():
                batch.append(job)
        if not batch:
            self._idle.set()
            return
        run = self._loop.run_in_executor(self._thread, self._run_batch, [job.work for job in batch])
        run.add_done_callback(lambda done: self._finish_batch(batch, done))

    def _finish_batch(self, batch: Sequence[_Job], run: asyncio.Future[Sequence[_Done]]) -> None:
        failure = run.exception()
        outcomes = run.result() if failure is None else [_failed(failure) for _ in batch]
        for job, done in zip(batch, outcomes, strict=True):
            if job.outcome.done():
                continue
            if done.error is None:
                job.outcome.set_result(done.value)
            else:
                job.outcome.set_exception(done.error)
        # Not at once: everybody who was just answered and is ready again gets into the next batch.
        self._loop.call_soon(self._start_batch)

    def _run_batch(self, units: Sequence[Work[Any]]) -> Sequence[_Done]:
        """In the writer's thread: all units in one transaction. When this raises, nothing of it happened."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._run_unit(unit) for unit in units]
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.rollback()
        return outcomes

    def _run_unit(self, unit: Work[Any]) -> _Done:
        self._connection.execute("SAVEPOINT unit")
        try:
            done = _Done(value=run_to_end(unit(self._unit)))
        except BaseException as error:  # noqa: BLE001 - handed to the one who asked, whatever it is
            # If SQLite ended the whole transaction (a full disk), this raises and the batch fails.
            self._connection.execute("ROLLBACK TO unit")
            done = _Done(error=error)
        self._connection.execute("RELEASE unit")
        return done


def _fold(connection: sqlite3.Connection) -> bool:
    try:
        return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    except sqlite3.Error as error:
        raise translated(error) from error


def _failed(cause: BaseException) -> _Done:
    # One error each: an exception that is raised in several tasks would gather all their tracebacks.
    error = StorageError(str(cause))
    error.__cause__ = cause
    return _Done(error=error)


def _connect_and_migrate(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    connection = connect(path, busy_timeout_s)
    try:
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection
