"""The pipeline of :mod:`bot.backends.diffusers` on many machines, behind Ray Serve (``deploy/ray``).

One POST is one job; what is answered is a line of JSON for each step and each picture. Closing the connection is how
a job is cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated

import aiohttp
from pydantic import Field, ValidationError

from bot.backends.diffusers.answers import pictures_of
from bot.backends.diffusers.orders import ANSWERS, MAX_BATCH, MAX_LINE_BYTES, Answer, Offer, order_of
from bot.backends.registry import Entry
from bot.domain.errors import BackendFailedError, BackendUnavailableError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.http_answers import BodyTooLongError, read_body, seconds_to_wait
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob
from bot.settings import HttpAddress, Secret, SettingsGroup

__all__ = ["ENTRY", "RayBackend"]

_CONNECT_TIMEOUT_S = 10.0
_ASK_TIMEOUT_S = 10.0
_LARGE_LINE_BYTES = 64 * 1024
_BUSY = 429
_ENDING = "finished", "failed", "refused"


class RaySettings(SettingsGroup):
    """``RAY_…``: where the service is, and what the operator knows that it can do; ``doctor`` compares.

    ``ray_timeout_s`` is how long it may be silent: as long as a job waits there for a free replica, and a little.
    """

    ray_url: HttpAddress = "http://127.0.0.1:8000"
    ray_api_key: Secret = None
    ray_references: Annotated[int, Field(ge=0, le=3)] = 0
    ray_edit: bool = False
    ray_filtered: bool = False
    ray_mature: bool = False
    ray_timeout_s: Annotated[float, Field(gt=0)] = 300


class RayBackend:
    """Makes pictures on a Ray cluster. It queues there, as many at a time as there are replicas."""

    def __init__(self, settings: RaySettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return "ray"

    @property
    def capabilities(self) -> Capabilities:
        """What the settings say that the service can do."""
        return Capabilities(
            max_references=self._settings.ray_references,
            max_batch=MAX_BATCH,
            aspects=frozenset(Aspect),
            resolutions=frozenset(Resolution),
            edit=self._settings.ray_edit,
            progress=True,
            cancel=True,
            seed=True,
            filters_output=self._settings.ray_filtered,
            max_rating=Rating.MATURE if self._settings.ray_mature else Rating.GENERAL,
        )

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Send the job and read its pictures as they come.

        Raises:
            BackendRefusedError: the pipeline's safety checker will not let a picture through.
            BackendUnavailableError: nobody answers, or all replicas are busy and the queue is full.
            BackendFailedError: the service does not want the job, failed, or answered what can't be read.
        """
        async with (
            aclosing(self._answers(order_of(job).model_dump_json().encode())) as answers,
            aclosing(pictures_of(answers, job, watcher, self.name)) as pictures,
        ):
            async for picture in pictures:
                yield picture

    async def problems(self) -> Sequence[str]:
        """Whether the service is there, lets us in, and does what the settings say of it."""
        address = self._settings.ray_url
        try:
            async with (
                asyncio.timeout(_ASK_TIMEOUT_S),
                self._open().get(f"{address}/offer", allow_redirects=False) as answer,
            ):
                if answer.status in {401, 403}:
                    return ("RAY_API_KEY: the service does not accept it",)
                body = await read_body(answer, _LARGE_LINE_BYTES)
                offer = Offer.model_validate_json(body)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return (
                f"RAY_URL: nobody answers at {address}: start deploy/ray there, or set the right address",
            )
        except (ValidationError, BodyTooLongError):
            return (f"RAY_URL: what answers at {address} is not Darkroom's service (deploy/ray)",)
        return self._broken_promises(offer)

    async def close(self) -> None:
        """Close its connections."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _broken_promises(self, offer: Offer) -> tuple[str, ...]:
        settings = self._settings
        found: list[str] = []
        if settings.ray_references > offer.max_references:
            found.append(
                f"RAY_REFERENCES is {settings.ray_references}, but the service takes {offer.max_references}:"
                " set an IP-Adapter or an edit model there, or this lower"
            )
        if settings.ray_edit and not offer.edit:
            found.append("RAY_EDIT is true, but the service edits nothing: set DIFFUSERS_EDIT_MODEL there")
        if settings.ray_filtered and not offer.is_filtered:
            found.append("RAY_FILTERED is true, but the service has no safety checker: set it to false")
        return tuple(found)

    async def _answers(self, order: bytes) -> AsyncGenerator[Answer]:
        """What the service says of an order, up to the last word."""
        try:
            async with self._open().post(
                f"{self._settings.ray_url}/pictures", data=order, allow_redirects=False
            ) as response:
                self._require_welcome(response)
                async for line in _lines(response.content, self.name):
                    answer = await _parsed(line)
                    yield answer
                    if answer.event in _ENDING:
                        return
        except ValidationError as error:
            raise BackendFailedError(self.name, "an answer that can't be read") from error
        except aiohttp.ClientPayloadError as error:
            raise BackendFailedError(self.name, "the connection ended in the middle") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise BackendUnavailableError(self.name) from error

    def _require_welcome(self, response: aiohttp.ClientResponse) -> None:
        status = response.status
        if status == _BUSY or status >= 500:  # noqa: PLR2004  the class of errors that are the server's
            raise BackendUnavailableError(self.name, seconds_to_wait(response.headers))
        if status != 200:  # noqa: PLR2004  OK
            raise BackendFailedError(self.name, f"HTTP {status}")

    def _open(self) -> aiohttp.ClientSession:
        if self._is_closed:
            raise BackendUnavailableError(self.name)
        if self._session is None:
            key = self._settings.ray_api_key
            self._session = aiohttp.ClientSession(
                headers={} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"},
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    sock_connect=_CONNECT_TIMEOUT_S,
                    sock_read=self._settings.ray_timeout_s,
                ),
                auto_decompress=False,
            )
        return self._session


async def _lines(content: aiohttp.StreamReader, backend: str) -> AsyncIterator[bytes]:
    """The lines of a body, none longer than a picture can be; half a line at its end is no line.

    Raises:
        BackendFailedError: a line is too long.
    """
    parts: list[bytes] = []
    length = 0
    async for chunk in content.iter_any():
        *whole, rest = chunk.split(b"\n")
        for end in whole:
            yield b"".join([*parts, end])
            parts, length = [], 0
        parts.append(rest)
        length += len(rest)
        if length > MAX_LINE_BYTES:
            raise BackendFailedError(backend, f"a line of more than {MAX_LINE_BYTES} bytes")


async def _parsed(line: bytes) -> Answer:
    """A line as what it says; large ones are read elsewhere than on the event loop."""
    if len(line) < _LARGE_LINE_BYTES:
        return ANSWERS.validate_json(line)
    return await asyncio.to_thread(ANSWERS.validate_json, line)


ENTRY = Entry(RaySettings, RayBackend)
