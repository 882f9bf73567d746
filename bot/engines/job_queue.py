"""Wake-ups in PostgreSQL, kept and handed out by procrastinate (the extra ``postgresql``).

A job here is only a word that something is to be done: what is to be done stands in the request's row. So a job
that is lost, or handed out twice, changes nothing that matters.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import procrastinate
import structlog
from procrastinate import exceptions, jobs
from procrastinate.schema import SchemaManager

from bot.services.ports.storage import StorageError

log = structlog.get_logger()
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what matters of its trouble is told here

POOL = 4
CONNECT_WITHIN_S = 5.0
NOTICE_SILENCE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A connection whose packets vanish (a firewall, a failover) is given up after 15 to 25 s, not after many minutes.
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES"""

POLL_EVERY_S = 1.0
"""A job whose lock has just become free is told to nobody: workers look."""
AGAIN_AFTER_S = 1.0
HEARTBEAT_S = 5.0
BEATS_MISSED = 4
"""After so many a worker counts as dead; its jobs are somebody else's then."""

Job = Callable[[str], Awaitable[None]]

TROUBLE = (exceptions.ConnectorException, OSError)
"""What a database that is away looks like through procrastinate."""


class JobQueue:
    """Queues by name, in each of which jobs have the id of what they are about. Open before use."""

    def __init__(self, url: str, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=url, min_size=1, max_size=POOL, timeout=CONNECT_WITHIN_S, kwargs=NOTICE_SILENCE
        )
        self._app = procrastinate.App(connector=connector)
        self._heartbeat_s = heartbeat_s
        self._jobs: dict[str, Job] = {}
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._under_way: dict[str, set[asyncio.Task[None]]] = {}

    async def open(self) -> None:
        """Connect, and bring procrastinate's own tables where there are none.

        Raises:
            ConnectorException: the database is away.
        """
        await self._app.open_async()
        try:
            if not await self._app.check_connection_async():
                await self._bring_schema()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let the connections go."""
        await self._app.close_async()

    async def put(self, queue: str, about: str, *, is_exclusive: bool = False) -> None:
        """Have something done soon; nothing when the same waits already.

        ``is_exclusive``: never while another exclusive job about the same is being done.

        Raises:
            ConnectorException: the database is away.
        """
        job = self._app.configure_task(
            queue, queue=queue, lock=about if is_exclusive else None, queueing_lock=f"{queue}:{about}"
        )
        try:
            await job.defer_async(about=about)
        except exceptions.AlreadyEnqueued:
            return

    async def work(self, queue: str, job: Job, *, at_once: int, drain_s: float) -> None:
        """Do the jobs of a queue until cancelled; then those that are under way have so long to end.

        A database that is away is waited for; what is under way goes on meanwhile.
        """
        if queue not in self._jobs:
            self._app.task(name=queue, queue=queue)(self._doing(queue))
        self._jobs[queue] = job
        self._slots[queue] = asyncio.Semaphore(at_once)
        under_way = self._under_way[queue] = set()
        try:
            while True:
                try:
                    await self._app.run_worker_async(
                        queues=[queue],
                        concurrency=at_once,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=0,  # of the worker alone: what is under way outlives it
                        fetch_job_polling_interval=POLL_EVERY_S,
                        delete_jobs="always",
                        update_heartbeat_interval=self._heartbeat_s,
                        stalled_worker_timeout=self._heartbeat_s * BEATS_MISSED,
                    )
                except TROUBLE as error:
                    log.warning("queue_away", queue=queue, error=type(error).__name__)
                await asyncio.sleep(AGAIN_AFTER_S)
        finally:
            if under_way:
                await asyncio.wait(under_way, timeout=drain_s)
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    def _doing(self, queue: str) -> Job:
        async def do(about: str) -> None:
            """A task of its own: a worker that loses its database ends, and what is under way must not end with it."""
            under_way = self._under_way[queue]
            task = asyncio.create_task(self._do(queue, about))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await asyncio.shield(task)

        return do

    async def _do(self, queue: str, about: str) -> None:
        try:
            async with self._slots[queue]:  # those that outlived a worker count
                await self._jobs[queue](about)
        except StorageError as error:  # the sweep finds what is left
            log.warning("drive_delayed", request_id=about, reason=error.reason)
        except Exception:  # the task boundary, as above
            log.exception("drive_failed", request_id=about)

    async def drop_dead(self) -> int:
        """Take away the jobs that dead workers had, whose locks stand in the way of others; how many.

        Raises:
            ConnectorException: the database is away.
        """
        manager = self._app.job_manager
        stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=self._heartbeat_s * BEATS_MISSED)
        dropped = 0
        for job in stalled:
            try:
                await manager.finish_job(job, jobs.Status.FAILED, delete_job=True)
            except exceptions.ConnectorException:
                continue  # somebody else was quicker
            dropped += 1
        return dropped

    async def _bring_schema(self) -> None:
        """All of it in one transaction. Of two programs that do it together one loses, and finds it done."""
        try:
            await SchemaManager(self._app.connector).apply_schema_async()
        except exceptions.ConnectorException:
            if not await self._app.check_connection_async():
                raise


def mind_loose_ends(loop: asyncio.AbstractEventLoop) -> None:
    """A job that ends while the database is away can't be reported; that is one line, not a traceback."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, exceptions.ProcrastinateException):
            log.warning("job_not_reported", error=type(error).__name__)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
