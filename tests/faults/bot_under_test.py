"""The bot as the container makes it, with parts that a test can break: ``python -m tests.faults.bot_under_test``.

Only :class:`bot.container.Adapters` is used, the public seam. By environment variable:

``PUPPETEER``        ``host:port`` of the test's :class:`tests.faults.puppeteer.Puppeteer`; the image backend
                     ``puppet`` does what the test tells it, job by job.
``BREAK_AT``         a file; when it holds ``<step> <when>`` the process kills itself (-9) there and takes the
                     file away first, so that the next start gets further.
``STEPS``            a file to which every step is appended as it is reached.
``SWEEP_EVERY_S``    how often the engine looks for what is due.
``RETRY_AFTER_S``    how long a backend, Discord or its shop is left alone after it failed.
``MATURE_WORD``      a harmless word whose texts are rated mature: no test has anything mature in it.
``LEASE_S``, ``HEARTBEAT_S``, ``DRAIN_S``  when a process counts as dead, and how long it may take to stop; short
                     on PostgreSQL, where a new process does not know that the old one is dead.
``RECONCILE_EVERY_S``  how often the shop's list is gone through.
``IDENTIFY_EVERY_S``  how often one shard of a bucket may identify.
``ANSWERS_WITHIN_S``  how long the bot waits for answers that are under way when it is to leave.

The image backends are those of :mod:`tests.faults.scripted_backends`.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.__main__ import run_bot
from bot.container import Adapters
from bot.domain.money import Balance
from bot.domain.picture import Rating
from bot.domain.request import Image, ImageRequest
from bot.processes import end_process
from bot.services.ports.chat import Courier, Delivery, Parcel, Status
from bot.services.ports.images import (
    PictureStore,
)
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import Storage, UnitOfWork
from bot.settings import Settings, load_settings
from tests.faults.scripted_backends import scripted_backends
from tests.faults.stepped_desk import SteppedReviewDesk

T = TypeVar("T")


class Steps:
    """Every named step of a life, in order; at one of them the process may die."""

    def __init__(self, break_at: Path | None, trace: Path | None) -> None:
        self._break_at = break_at
        self._trace = trace

    def reach(self, step: str, when: str) -> None:
        """Note the step; die here if the test asked for it."""
        if self._trace is not None:
            with self._trace.open("a") as trace:
                trace.write(f"{step} {when}\n")
        if self._break_at is None or not self._break_at.exists():
            return
        if self._break_at.read_text().strip() == f"{step} {when}":
            self._break_at.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


class SteppedStorage:
    """A storage whose every transaction is a step, named after the method that asked for it."""

    def __init__(self, inner: Storage, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """``inside`` is when all is done but nothing is committed; ``after`` when it is durable."""
        step = work.__qualname__.partition(".<locals>")[0]

        async def watched(uow: UnitOfWork) -> T:
            value = await work(uow)
            self._steps.reach(step, "inside")
            return value

        value = await self._inner.write(watched)
        self._steps.reach(step, "after")
        return value

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """As it is."""
        return await self._inner.read(work)


class SteppedStore:
    """A store whose every ``put`` is a step."""

    def __init__(self, inner: PictureStore, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    async def put(self, data: bytes) -> str:
        """Store; a picture is put twice, full size and thumbnail."""
        self._steps.reach("store.put", "before")
        key = await self._inner.put(data)
        self._steps.reach("store.put", "after")
        return key

    async def get(self, key: str) -> bytes:
        """As it is."""
        return await self._inner.get(key)

    async def exists(self, key: str) -> bool:
        """As it is."""
        return await self._inner.exists(key)

    async def size_bytes(self, key: str) -> int | None:
        """As it is."""
        return await self._inner.size_bytes(key)

    async def delete(self, key: str) -> None:
        """A step; a picture has two files."""
        self._steps.reach("store.delete", "before")
        await self._inner.delete(key)
        self._steps.reach("store.delete", "after")


class SteppedCourier:
    """A courier whose every word is a step."""

    def __init__(self, inner: Courier, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    def show_status(self, request: ImageRequest, status: Status) -> None:
        """As it is."""
        self._inner.show_status(request, status)

    async def show_place(self, request: ImageRequest, status: Status) -> None:
        """As it is."""
        await self._inner.show_place(request, status)

    async def open(self, request: ImageRequest) -> int | None:
        """A step: after it the message is posted and nobody knows."""
        return await self._step("open", self._inner.open(request))

    async def find_opened(self, request: ImageRequest) -> int | None:
        """As it is."""
        return await self._inner.find_opened(request)

    async def ask(self, request: ImageRequest, cast_names: Sequence[str]) -> None:
        """A step."""
        await self._step("ask", self._inner.ask(request, cast_names))

    async def deliver(
        self,
        request: ImageRequest,
        parcels: Sequence[Parcel],
        cast_names: Sequence[str],
        parent: Image | None,
    ) -> Delivery:
        """A step: after it the picture is posted and nobody knows."""
        return await self._step("deliver", self._inner.deliver(request, parcels, cast_names, parent))

    async def tell_waiting(self, request: ImageRequest, images: Sequence[Image]) -> None:
        """A step."""
        await self._step("tell_waiting", self._inner.tell_waiting(request, images))

    async def tell_end(self, request: ImageRequest) -> None:
        """A step."""
        await self._step("tell_end", self._inner.tell_end(request))

    async def tell_cost(self, request: ImageRequest, balance: Balance) -> None:
        """A step."""
        await self._step("tell_cost", self._inner.tell_cost(request, balance))

    async def _step(self, name: str, work: Awaitable[T]) -> T:
        self._steps.reach(f"courier.{name}", "before")
        value = await work
        self._steps.reach(f"courier.{name}", "after")
        return value


class MarkingCheck:
    """A check that rates texts with one word mature, and asks the other about the rest."""

    def __init__(self, inner: SafetyCheck, word: str) -> None:
        self._inner = inner
        self._word = word

    @property
    def checks_pictures(self) -> bool:
        """As it is."""
        return self._inner.checks_pictures

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """Mature with the word in it."""
        rating = await self._inner.rate(texts, forbidden=forbidden)
        return Rating.MATURE if any(self._word in text for text in texts) else rating

    async def rate_talk(self, text: str, before: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """As it is."""
        return await self._inner.rate_talk(text, before, forbidden=forbidden)

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        """As it is."""
        await self._inner.check_companion(texts, forbidden=forbidden)

    async def rate_picture(self, jpeg: bytes) -> Rating | None:
        """As it is."""
        return await self._inner.rate_picture(jpeg)


def _file(name: str) -> Path | None:
    return Path(os.environ[name]) if os.environ.get(name) else None


def adapters() -> Adapters:
    """What the environment asks for."""
    steps = Steps(_file("BREAK_AT"), _file("STEPS"))
    retry_after_s, word = float(os.environ.get("RETRY_AFTER_S", "1")), os.environ.get("MATURE_WORD", "")
    scripted = scripted_backends(os.environ.get("PUPPETEER"))
    is_alone = not os.environ.get("DATABASE_URL", "").startswith("postgresql:")
    lease_s = float(os.environ.get("LEASE_S", "60" if is_alone else "3"))

    def made_by(name: str) -> Callable[[Settings], Any]:
        return lambda _settings: scripted[name]()

    return Adapters(
        backends={name: made_by(name) for name in scripted},
        wrap_storage=lambda inner: SteppedStorage(inner, steps),
        wrap_safety=lambda inner: MarkingCheck(inner, word) if word else inner,
        wrap_store=lambda inner: SteppedStore(inner, steps),
        wrap_courier=lambda inner: SteppedCourier(inner, steps),
        wrap_review_desk=lambda inner: SteppedReviewDesk(inner, steps.reach),
        engine_sweeps_every_s=float(os.environ.get("SWEEP_EVERY_S", "30")),
        retry_delays_s=(retry_after_s, retry_after_s),
        reconciles_every_s=float(os.environ.get("RECONCILE_EVERY_S", "3600")),
        consume_delays_s=(retry_after_s, retry_after_s),
        erases_every_s=float(os.environ.get("SWEEP_EVERY_S", "60")),
        erasure_waits_s=0.1,
        lease_s=lease_s,
        case_lease_s=lease_s,
        heartbeat_s=float(os.environ.get("HEARTBEAT_S", "5" if is_alone else "0.5")),
        drain_s=float(os.environ.get("DRAIN_S", "2")),
        identify_every_s=float(os.environ.get("IDENTIFY_EVERY_S", "5.5")),
        left_after_s=float(os.environ.get("LEFT_AFTER_S", "30")),
        answers_within_s=float(os.environ.get("ANSWERS_WITHIN_S", "6")),
    )


if __name__ == "__main__":
    end_process(asyncio.run(run_bot(load_settings(), adapters())))
