"""The image backends of the bot under test: some make a picture at once, and puppets do what the test tells them.

``null`` makes a valid picture of the asked size at once, ``small`` does so for few wishes, and ``bare`` without a
filter of its own. ``puppet`` does what the test says, job by job; ``spare`` is another such, ``poor`` one that takes no
likeness, and ``billing`` one that bills what is cancelled.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

from PIL import Image as Pixels

from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress


@functools.cache
def plain_jpeg(width_px: int, height_px: int) -> bytes:
    """A small valid picture."""
    file = io.BytesIO()
    Pixels.new("RGB", (width_px, height_px), (90, 60, 150)).save(file, "JPEG", quality=30)
    return file.getvalue()


class NullBackend:
    """A valid picture at once."""

    name = "null"
    capabilities = Capabilities(
        max_references=3,
        max_batch=8,
        aspects=frozenset(Aspect),
        resolutions=frozenset(Resolution),
        edit=True,
        progress=True,
        preview=True,
        cancel=True,
        filters_output=True,
        max_rating=Rating.MATURE,
    )

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """All pictures of the job."""
        del watcher
        for index in range(job.count):
            yield MadePicture(plain_jpeg(job.width_px, job.height_px), job.seed + index)

    async def close(self) -> None:
        """Nothing is open."""


class SmallBackend(NullBackend):
    """One picture at a time, upright and 2K, with one likeness."""

    name = "small"
    capabilities = Capabilities(
        max_references=1,
        max_batch=1,
        aspects=frozenset({Aspect.PORTRAIT, Aspect.SQUARE}),
        resolutions=frozenset({Resolution.R2K}),
        filters_output=True,
    )


class BareBackend(NullBackend):
    """Nobody has filtered what it makes."""

    name = "bare"
    capabilities = replace(NullBackend.capabilities, filters_output=False)


_ERRORS: dict[str, Callable[[str], Exception]] = {
    "refused": BackendRefusedError,
    "unavailable": BackendUnavailableError,
    "failed": BackendFailedError,
    "unforeseen": RuntimeError,
}


class PuppetBackend(NullBackend):
    """Does what the test says, line by line; see :class:`tests.faults.puppeteer.Job`."""

    def __init__(self, address: str, name: str = "puppet", **capabilities: Any) -> None:
        self.name = name
        self.capabilities = replace(NullBackend.capabilities, **capabilities)
        host, _, port = address.partition(":")
        self._host, self._port = host, int(port)
        self._afterwards: set[asyncio.Task[None]] = set()

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Ask the test what to do, until it says that this is the end."""
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=1 << 26)
        try:
            writer.write(json.dumps({"backend": self.name, **_described(job)}).encode() + b"\n")
            async for line in reader:
                order = json.loads(line)
                match order["do"]:
                    case "progress":
                        watcher.progress(_progress(order))
                    case "accepted":
                        await watcher.accepted(order["ref"])
                        writer.write(b"{}\n")
                    case "picture":
                        yield _picture(job, order)
                    case "raise":
                        raise _ERRORS[order["error"]](self.name)
                    case "picture_and_keep_talking":
                        self._keep(_keep_talking(reader, watcher, writer))
                        writer = None
                        yield _picture(job, order)
                        return
                    case _:
                        return
        finally:
            if writer is not None:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    def _keep(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)


async def _keep_talking(
    reader: asyncio.StreamReader, watcher: JobWatcher, writer: asyncio.StreamWriter
) -> None:
    """A backend that reports progress although its job is over."""
    async for line in reader:
        watcher.progress(_progress(json.loads(line)))
        writer.write(b"{}\n")
    writer.close()


def _picture(job: PictureJob, order: dict[str, Any]) -> MadePicture:
    data = order.get("base64")
    if data is not None:
        return MadePicture(base64.b64decode(data), job.seed)
    size = order.get("size") or (job.width_px, job.height_px)
    return MadePicture(plain_jpeg(*size), job.seed, tuple(order.get("not_drawn", ())))


def _progress(order: dict[str, Any]) -> Progress:
    return Progress(
        fraction=order.get("fraction"),
        queue_position=order.get("position"),
        eta_s=order.get("eta_s"),
        preview=plain_jpeg(96, 128) if order.get("preview") else None,
    )


def _described(job: PictureJob) -> dict[str, Any]:
    return {
        "request_id": job.request_id,
        "prompt": job.prompt,
        "cast": [member.name for member in job.cast],
        "references": [member.reference is not None for member in job.cast],
        "setting": job.scene.setting,
        "width_px": job.width_px,
        "height_px": job.height_px,
        "seed": job.seed,
        "count": job.count,
        "provider_ref": job.provider_ref,
    }


def scripted_backends(address: str | None) -> Mapping[str, Callable[[], NullBackend]]:
    """All of them, by name; puppets only where the test listens at an ``address``."""
    plain: dict[str, Callable[[], NullBackend]] = {
        "null": NullBackend,
        "small": SmallBackend,
        "bare": BareBackend,
    }
    if not address:
        return plain
    return plain | {
        "puppet": lambda: PuppetBackend(address),
        "spare": lambda: PuppetBackend(address, "spare"),
        "poor": lambda: PuppetBackend(address, "poor", max_references=0),
        "billing": lambda: PuppetBackend(address, "billing", bills_on_cancel=True),
    }
