"""Who drives requests: this process alone on SQLite, a fleet of them on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.container.adapters import Adapters
from bot.engines.local import LocalEngine
from bot.extras import load_extra
from bot.services.ports.clock import Clock
from bot.services.ports.engine import Engine
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.requests.leases import Leases
from bot.services.requests.line import Line
from bot.services.requests.roll_call import RollCall
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.services.requests.driver import RequestDriver

LOOK_EVERY_S = 2.0
"""How soon a worker notices a press that another process took, such as Cancel."""

MOST_LEFT = 200
"""How many of those that nobody looks after one sweep takes up."""


@dataclass(frozen=True, slots=True)
class Driving:
    """``run`` has a driver drive what is submitted to ``engine`` until it is cancelled.

    ``line`` is None where this process is the only one.
    """

    engine: Engine
    leases: Leases
    line: Line | None
    run: Callable[[RequestDriver], Coroutine[Any, Any, None]]


@asynccontextmanager
async def open_driving(
    settings: Settings, adapters: Adapters, storage: Storage, clock: Clock, *, is_worker: bool
) -> AsyncGenerator[Driving]:
    """Open what it takes, and let it go in the end.

    Raises:
        SettingsError: it needs an extra that is not installed.
        StorageError: the database can't be reached.
    """
    if settings.is_on_sqlite:
        yield _alone(adapters, storage, clock)
        return
    queues = load_extra("bot.engines.job_queue", "postgresql", "DATABASE_URL")
    queue = queues.JobQueue(settings.database_url, heartbeat_s=adapters.heartbeat_s)
    try:
        await queue.open()
    except queues.TROUBLE as error:
        raise StorageError(str(error.__cause__ or error)) from error
    try:
        yield _among_others(settings, adapters, storage, clock, queue, is_worker=is_worker)
    finally:
        await queue.close()


def _alone(adapters: Adapters, storage: Storage, clock: Clock) -> Driving:
    engine = LocalEngine(_unfinished(storage), _due(storage, clock), adapters.engine_sweeps_every_s)
    leases = Leases(storage=storage, clock=clock, lease_ms=int(adapters.lease_s * 1000))
    return Driving(engine, leases, None, lambda driver: engine.run(driver.drive))


def _among_others(
    settings: Settings, adapters: Adapters, storage: Storage, clock: Clock, queue: Any, *, is_worker: bool
) -> Driving:
    from bot.engines.fleet import Errands, FleetEngine, Shift  # noqa: PLC0415  needs the extra

    slots = settings.max_concurrent_requests
    engine = FleetEngine(
        queue,
        RollCall(storage=storage, clock=clock, every_s=adapters.heartbeat_s),
        Shift(is_worker, slots, adapters.engine_sweeps_every_s, adapters.drain_s),
    )
    line = Line(storage=storage, clock=clock, call=engine.call, per_guild=settings.max_per_guild)
    lease_s = adapters.lease_s
    leases = Leases(
        storage=storage,
        clock=clock,
        lease_ms=int(lease_s * 1000),
        renew_every_s=lease_s / 3,
        look_every_s=LOOK_EVERY_S,
    )

    def run(driver: RequestDriver) -> Coroutine[Any, Any, None]:
        async def make_next() -> bool:
            return await line.take_turn(driver.drive)

        return engine.run(
            Errands(
                prepare=driver.prepare,
                make_next=make_next,
                left=_left(storage, clock),
                waiting=line.length,
                stays_here=driver.is_carrying,
            )
        )

    return Driving(engine, leases, line, run)


def _unfinished(storage: Storage) -> Callable[[], Awaitable[Sequence[str]]]:
    async def work(uow: UnitOfWork) -> Sequence[str]:
        await uow.requests.expire_leases()  # this is the only process on the database
        return await uow.requests.unfinished_ids()

    return lambda: storage.write(work)


def _due(storage: Storage, clock: Clock) -> Callable[[], Awaitable[Sequence[str]]]:
    async def work(uow: UnitOfWork) -> Sequence[str]:
        return await uow.requests.due_ids(clock.now_ms())

    return lambda: storage.read(work)


def _left(storage: Storage, clock: Clock) -> Callable[[], Awaitable[Sequence[str]]]:
    async def work(uow: UnitOfWork) -> Sequence[str]:
        return await uow.line.left_ids(clock.now_ms(), MOST_LEFT)

    return lambda: storage.read(work)
