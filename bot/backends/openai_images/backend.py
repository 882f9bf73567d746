"""The backend itself; it needs the SDK (https://github.com/openai/openai-python).

``POST /images/generations`` makes pictures from words, ``POST /images/edits`` with pictures beside them
(https://platform.openai.com/docs/api-reference/images). One picture is streamed, with previews; several come together.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from typing import cast

import httpx2
from openai import AsyncOpenAI, AsyncStream, omit
from openai.types import ImageEditStreamEvent, ImageGenStreamEvent, ImagesResponse

from bot.backends.hosted.http import CONNECT_S, open_client
from bot.backends.hosted.instructions import instructions_of
from bot.backends.openai_images import OpenAiImagesSettings, Quality
from bot.backends.openai_images.errors import NAME, translated
from bot.backends.openai_images.sizes import nearest_size
from bot.domain.errors import BackendFailedError
from bot.domain.picture import Aspect, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress

MAX_BATCH = 8
EVENTS = "text/event-stream"
QUESTION_S = 20.0
"""How long :meth:`OpenAiImagesBackend.problems` waits at most."""

Answer = ImagesResponse | AsyncStream[ImageGenStreamEvent] | AsyncStream[ImageEditStreamEvent]


class OpenAiImagesBackend:
    """Makes a batch with one call, in the nearest size that the model has; the lab enlarges and labels the rest.

    Nothing is ever asked twice: a request whose answer was lost has been worked on and is billed, so the SDK's
    retries (two by default, also after a time-out) are off. Whether to try again is for the one who asks to say.
    """

    def __init__(self, settings: OpenAiImagesSettings, api_key: str) -> None:
        self._model = settings.openai_image_model
        self._quality: Quality = settings.openai_image_quality
        self._previews = settings.openai_image_previews
        self._timeout_s = settings.openai_image_timeout_s
        self._client = AsyncOpenAI(
            api_key=api_key,
            base_url=settings.openai_base_url,
            max_retries=0,
            timeout=httpx2.Timeout(self._timeout_s, connect=CONNECT_S),
            http_client=open_client(self._timeout_s),
        )
        self._capabilities = Capabilities(
            max_references=3,
            max_batch=MAX_BATCH,
            aspects=frozenset(Aspect),
            resolutions=frozenset(Resolution),
            edit=True,
            progress=self._previews > 0,
            preview=self._previews > 0,
            cancel=True,
            filters_output=True,
            bills_on_cancel=True,  # nothing tells it to stop: we only stop listening
        )

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; previews are the operator's choice."""
        return self._capabilities

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Make the pictures. A batch comes together; where some of it is missing, the others are yielded.

        Raises:
            BackendRefusedError: its filter stopped it.
            BackendUnavailableError: it is down, busy or silent.
            BackendFailedError: it does not accept the key, the model or the request, or made no picture.
        """
        watcher.progress(Progress(fraction=0.0))
        try:
            if self._previews and job.count == 1:
                pictures = [await self._streamed(job, watcher)]
            else:
                pictures = _pictures_in(await self._ask(job, is_streamed=False))[: job.count]
        except Exception as error:  # noqa: BLE001 -- the SDK names no closed set of errors
            # Without the cause: it holds what they wrote, and that may quote the prompt.
            raise translated(error) from None
        for index, data in enumerate(pictures):
            watcher.progress(Progress(fraction=(index + 1) / len(pictures)))
            yield MadePicture(data, job.seed + index)

    async def problems(self) -> Sequence[str]:
        """Whether it accepts the key and knows the model; costs nothing."""
        try:
            await self._client.models.retrieve(self._model, timeout=min(self._timeout_s, QUESTION_S))
        except Exception as error:  # noqa: BLE001 -- whatever it answers is a problem to be told
            match translated(error):
                case BackendFailedError(reason=reason):
                    return (f"{reason}.",)
                case _:
                    return ("OPENAI_BASE_URL does not answer now; see whether it is right.",)
        return ()

    async def close(self) -> None:
        """Close its connections."""
        await self._client.close()

    async def _streamed(self, job: PictureJob, watcher: JobWatcher) -> bytes:
        """The picture of a job of one; previews are passed on while it is being made."""
        stream = cast("AsyncStream[object]", await self._ask(job, is_streamed=True))
        seen = 0
        async with stream:
            if EVENTS not in stream.response.headers.get("content-type", ""):
                # Some services of the same interface don't stream: the picture is made, and paid for.
                whole = await stream.response.aread()
                return _pictures_in(ImagesResponse.model_validate_json(whole))[0]
            async for event in stream:
                kind, data = str(getattr(event, "type", "")), _decoded(getattr(event, "b64_json", None))
                if kind.endswith(".completed") and data is not None:
                    return data
                if kind.endswith(".partial_image") and data is not None:
                    seen = min(seen + 1, self._previews)
                    watcher.progress(Progress(fraction=seen / (self._previews + 1), preview=data))
        raise BackendFailedError(NAME, "the answer ended without a picture")

    async def _ask(self, job: PictureJob, *, is_streamed: bool) -> Answer:
        """Send the job: to be edited when pictures go along, else to be made."""
        instructions = instructions_of(job)
        width_px, height_px = nearest_size(job.width_px, job.height_px)
        size = f"{width_px}x{height_px}"
        partial_images = self._previews if is_streamed else omit
        if instructions.attachments:
            return await self._client.images.edit(
                image=[
                    (f"image-{number}.jpg", attachment.jpeg, "image/jpeg")
                    for number, attachment in enumerate(instructions.attachments, start=1)
                ],
                prompt=instructions.whole,
                model=self._model,
                n=job.count,
                size=size,
                quality=self._quality,
                output_format="jpeg",
                stream=is_streamed,
                partial_images=partial_images,
            )
        return await self._client.images.generate(
            prompt=instructions.whole,
            model=self._model,
            n=job.count,
            size=size,
            quality=self._quality,
            output_format="jpeg",  # made and sent faster than PNG, and the lab makes a JPEG of it anyway
            stream=is_streamed,
            partial_images=partial_images,
        )


def _pictures_in(answer: object) -> list[bytes]:
    """The pictures of an answer that came whole. The SDK does not validate what it is given."""
    data: object = getattr(answer, "data", None)
    listed = cast("list[object]", data) if isinstance(data, list) else []
    found = [_decoded(getattr(image, "b64_json", None)) for image in listed]
    pictures = [data for data in found if data is not None]
    if not pictures:
        raise BackendFailedError(NAME, "the answer has no picture")
    return pictures


def _decoded(text: object) -> bytes | None:
    """Bytes of base64; None for nothing.

    Raises:
        ValueError: it is no base64.
    """
    return base64.b64decode(text, validate=True) if isinstance(text, str) and text else None
