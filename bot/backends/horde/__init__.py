"""AI Horde: pictures from the machines of volunteers, free and without a key.

A job is an id that is asked about until it is done: ``generate/async``, ``generate/check/{id}`` (at most ten a
second), ``generate/status/{id}`` (at most ten a minute), ``DELETE generate/status/{id}``. Without kudos a picture has
at most 1024² pixels, when many wait 576², in multiples of 64. What its page leaves open is in the server's sources,
https://github.com/Haidra-Org/AI-Horde.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import aiohttp
from pydantic import SecretStr, field_validator
from pydantic_settings import NoDecode

from bot.backends.horde.api import (
    KUDOS_NEEDED,
    NAME,
    NOT_FOUND,
    TIMEOUT,
    Accepted,
    Check,
    Generation,
    HordeApi,
    Models,
    Modes,
    SaidNoError,
    Status,
    User,
)
from bot.backends.registry import Entry
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Resolution, size_px
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress
from bot.settings import HttpAddress, Secret, SettingsGroup

__all__ = ["ENTRY", "HordeBackend", "HordeSettings"]

ANONYMOUS = "0000000000"
"""The key of all who have none: they come last in the queue."""

MAX_BATCH = 8
POLL_EVERY_S = 2.0
POLLS_BETWEEN_STATUSES = 4
MOST_LOST_POLLS = 5
MOST_IDLE_POLLS = 150
"""Five minutes without a change: a worker has 150 s for such a picture, then another one gets it."""

LONGEST_ETA_S = 24 * 3600.0

_DROP_WITHIN_S = 5.0
_UNDESIRED = (
    "nsfw, nude, child, lowres, blurry, deformed, disfigured, bad anatomy, extra fingers, extra limbs, text,"
    " watermark"
)
_SMALL: Mapping[Aspect, tuple[int, int]] = {
    Aspect.SQUARE: (576, 576),
    Aspect.WIDE: (704, 384),
    Aspect.TALL: (384, 704),
    Aspect.LANDSCAPE: (576, 448),
    Aspect.PORTRAIT: (448, 576),
}
"""The nearest shapes with at most 576² pixels, which cost no kudos at any time. (Let the server make them smaller,
by ``allow_downgrade``, and it cuts the long edge until the shape is another one.)"""

_CAPABILITIES = Capabilities(
    max_references=0,
    max_batch=MAX_BATCH,
    aspects=frozenset(Aspect),
    resolutions=frozenset(
        {Resolution.R1K, Resolution.R2K}
    ),  # 2K is enlarged, and labelled so; 4K would mislead
    edit=False,  # from a picture and words it makes another picture, not the same one with a change
    progress=True,
    cancel=True,
    seed=True,
    resumable=True,
    filters_output=True,  # workers censor what a general picture may not show
)


class HordeSettings(SettingsGroup):
    """Where it is, who asks, and which models may answer (any, when none is named)."""

    horde_api_key: Secret = SecretStr(ANONYMOUS)
    horde_url: HttpAddress = "https://aihorde.net/api"
    horde_models: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("horde_models", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


@dataclass(frozen=True, slots=True)
class _Order:
    """A job there: ``count`` pictures, the first of which is number ``first`` of ours. ``ref`` says both."""

    id: str
    first: int
    count: int

    @property
    def ref(self) -> str:
        return f"{self.id}+{self.first}" if self.first else self.id

    @classmethod
    def read(cls, ref: str, count: int) -> _Order:
        """The order for the last of ``count`` pictures of ours."""
        order_id, _, first = ref.partition("+")
        number = int(first) if first.isdecimal() else 0
        return cls(order_id, number, count - number)

    def path(self, what: str) -> str:
        return f"generate/{what}/{quote(self.id, safe='')}"


class HordeBackend:
    """Orders pictures: no references, no edits, the long edge 1024 px. The lab enlarges them to 2K, and says so."""

    def __init__(
        self,
        url: str,
        key: str,
        models: Sequence[str] = (),
        *,
        poll_every_s: float = POLL_EVERY_S,
        most_idle_polls: int = MOST_IDLE_POLLS,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._url = url
        self._models = tuple(models)
        self._poll_every_s = poll_every_s
        self._most_idle_polls = most_idle_polls
        self._api = HordeApi(url, key, timeout)

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; always the same."""
        return _CAPABILITIES

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Order the pictures, and yield each in the order of its seed; the censored ones are left out.

        Raises:
            BackendRefusedError: the prompt is not accepted, or a picture was censored; all others were yielded.
            BackendUnavailableError: it is down or busy, or nobody there can make it now.
            BackendFailedError: it failed, or gave fewer pictures than it took on.
        """
        watcher.progress(Progress(fraction=job.already / job.count))
        order = await self._known(job)
        if order is None:
            order = await self._submit(job)
            await watcher.accepted(order.ref)
        seen, skip, censored = 0, job.already - order.first, 0
        try:
            async with aclosing(self._follow(order, job.count, watcher)) as statuses:
                async for status in statuses:
                    for number, generation in _in_order(status, job.seed + order.first, order.count)[seen:]:
                        seen += 1
                        if generation.is_censored:
                            censored += 1
                        elif skip > 0:
                            skip -= 1
                        else:
                            seed = job.seed + order.first + number
                            yield MadePicture(await self._api.picture(generation.img), seed)
        except (asyncio.CancelledError, GeneratorExit):
            if seen < order.count and not watcher.is_leaving:
                await self._drop(order)
            raise
        if censored:
            raise BackendRefusedError(NAME)
        if seen < order.count:
            raise BackendFailedError(NAME, f"{seen} of {order.count} pictures")

    async def problems(self) -> tuple[str, ...]:
        """Whether it answers and works, knows the key, and has workers for the models."""
        try:
            modes = await self._api.ask("GET", "status/modes", Modes)
            models = await self._api.ask("GET", "status/models?type=image", Models)
        except (SaidNoError, BackendUnavailableError, BackendFailedError):
            return (f"AI Horde does not answer at {self._url}: check HORDE_URL and the way there",)
        found: list[str] = []
        if modes.maintenance_mode:
            found.append("AI Horde is in maintenance and takes no jobs: try again in some minutes")
        try:
            await self._api.ask("GET", "find_user", User)
        except (SaidNoError, BackendUnavailableError, BackendFailedError):
            found.append(
                "HORDE_API_KEY: AI Horde does not know this key: take one from https://aihorde.net/register, "
                f"or {ANONYMOUS}"
            )
        offered = {model.name for model in models.root if model.count > 0}
        missing = [name for name in self._models if name not in offered]
        if missing:
            found.append(
                f"HORDE_MODELS: nobody offers {', '.join(missing)} now: choose others, or leave it empty for any"
            )
        return tuple(found)

    async def close(self) -> None:
        """Give up the connections."""
        await self._api.close()

    async def _known(self, job: PictureJob) -> _Order | None:
        """The order that an earlier attempt left there; None where nothing (more) is to be had from it."""
        if job.provider_ref is None:
            return None
        order = _Order.read(job.provider_ref, job.count)
        try:
            check = await self._api.ask("GET", order.path("check"), Check)
            if check.done and not check.faulted:
                status = await self._api.ask("GET", order.path("status"), Status)
                return order if len(status.generations) >= order.count else None
        except SaidNoError as no:
            if no.status == NOT_FOUND:
                return None
            raise no.meaning from no
        return order if check.is_possible and not check.faulted else None

    async def _submit(self, job: PictureJob) -> _Order:
        """Order what is not kept yet; smaller, where full-size pictures have to be paid for just now."""
        ask, path = self._api.ask, "generate/async"
        try:
            try:
                accepted = await ask(
                    "POST", path, Accepted, self._body(job, size_px(job.aspect, Resolution.R1K))
                )
            except SaidNoError as no:
                if no.code != KUDOS_NEEDED:
                    raise
                accepted = await ask("POST", path, Accepted, self._body(job, _SMALL[job.aspect]))
        except SaidNoError as no:
            raise no.meaning from no
        return _Order(accepted.id, job.already, job.count - job.already)

    def _body(self, job: PictureJob, size: tuple[int, int]) -> Mapping[str, object]:
        """What is sent. Behind ``###`` stands what must not be seen, so what members write may not hold it."""
        models = {"models": self._models} if self._models else {}
        return {
            "prompt": f"{job.prompt.replace('###', ' ')} ### {_UNDESIRED}",
            "params": {
                "n": job.count - job.already,
                "width": size[0],
                "height": size[1],
                "seed": str(job.seed + job.already),
                "seed_variation": 1,
                "karras": True,
            },
            "nsfw": False,
            "censor_nsfw": True,
            "replacement_filter": False,  # rather a refusal than a picture of something else
            "r2": True,
            "shared": False,
            **models,
        }

    async def _follow(self, order: _Order, of: int, watcher: JobWatcher) -> AsyncGenerator[Status]:
        """A status whenever more pictures are there, and the last one when it is done."""
        last: Check | None = None
        fetched = idle = lost = polls = 0
        share = 0.0
        while True:
            try:
                check = await self._api.ask("GET", order.path("check"), Check)
                lost = 0
            except (SaidNoError, BackendUnavailableError) as error:
                lost += 1
                is_gone = isinstance(error, SaidNoError) and error.status == NOT_FOUND
                if is_gone or lost > MOST_LOST_POLLS:
                    raise (error.meaning if isinstance(error, SaidNoError) else error) from error
                await asyncio.sleep(self._poll_every_s)
                continue
            if check.faulted:
                raise BackendFailedError(NAME, "faulted")
            idle, last = (idle + 1 if check == last else 0), check
            if idle > self._most_idle_polls or not (check.is_possible or check.done):
                await self._drop(order)
                raise BackendUnavailableError(NAME)
            share = max(share, 1.0 if check.done else min((order.first + check.finished) / of, 1.0))
            watcher.progress(_progress(check, share))
            polls += 1
            if check.done or (check.finished > fetched and polls >= POLLS_BETWEEN_STATUSES):
                fetched, polls = check.finished, 0
                try:
                    yield await self._api.ask("GET", order.path("status"), Status)
                except SaidNoError as no:
                    raise no.meaning from no
            if check.done:
                return
            await asyncio.sleep(self._poll_every_s)

    async def _drop(self, order: _Order) -> None:
        """Tell it to stop; what comes of that changes nothing here."""
        with contextlib.suppress(TimeoutError, SaidNoError, BackendUnavailableError, BackendFailedError):
            async with asyncio.timeout(_DROP_WITHIN_S):
                await self._api.ask("DELETE", order.path("status"), Check)


def _progress(check: Check, share: float) -> Progress:
    return Progress(
        fraction=share,
        queue_position=check.queue_position if check.queue_position > 0 else None,
        eta_s=check.wait_time if 0 < check.wait_time <= LONGEST_ETA_S else None,
    )


def _in_order(status: Status, seed: int, count: int) -> Sequence[tuple[int, Generation]]:
    """The pictures by their numbers from 0, which their seeds tell, up to the first that is still missing.

    When all is done nothing is missing any more; what has no seed of ours gets a number that is left.
    """
    placed: dict[int, Generation] = {}
    others: list[Generation] = []
    for generation in sorted(status.generations, key=lambda found: found.id):
        number = generation.seed_number - seed
        if 0 <= number < count and number not in placed:
            placed[number] = generation
        else:
            others.append(generation)
    left = [number for number in range(count) if number not in placed]
    if status.done:
        return sorted({**placed, **dict(zip(left, others, strict=False))}.items())
    until = left[0] if left else count
    return [(number, placed[number]) for number in range(until)]


def _made(settings: HordeSettings) -> HordeBackend:
    key = settings.horde_api_key
    return HordeBackend(
        settings.horde_url, key.get_secret_value() if key else ANONYMOUS, settings.horde_models
    )


ENTRY = Entry(HordeSettings, _made)
