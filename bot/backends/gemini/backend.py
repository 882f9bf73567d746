"""The backend itself; it needs the SDK (https://googleapis.github.io/python-genai/).

One call makes one picture (https://ai.google.dev/gemini-api/docs/image-generation), so a batch is several calls at
once. A refusal comes with HTTP 200: a ``block_reason`` of the prompt, or a ``finish_reason`` of the picture.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from functools import partial

import httpx2
from google.genai import Client, errors, types

from bot.backends.gemini import GeminiSettings
from bot.backends.gemini.answers import meaning_of, picture_in
from bot.backends.hosted.http import UnreadableAnswerError, open_client
from bot.backends.hosted.instructions import instructions_of
from bot.backends.hosted.parallel import as_made
from bot.domain.errors import BackendFailedError, BackendUnavailableError, DarkroomError
from bot.domain.picture import Aspect, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob

NAME = "gemini"
MAX_BATCH = 8
AT_ONCE = 4
"""Calls of one batch that run at the same time."""

API_VERSION = "v1beta"
QUESTION_S = 20.0
"""How long :meth:`GeminiBackend.problems` waits at most."""

_SEEDS = 2**31
"""Their seed has 32 bits, one of them for the sign."""

_CAPABILITIES = Capabilities(
    max_references=3,
    max_batch=MAX_BATCH,
    aspects=frozenset(Aspect),
    resolutions=frozenset(Resolution),
    edit=True,
    cancel=True,
    seed=False,  # it takes one, but does not promise the same picture for it
    filters_output=True,
    bills_on_cancel=True,  # nothing tells it to stop: we only stop listening
)


class GeminiBackend:
    """Makes each picture by a call of its own, in the model's own size; the lab enlarges nothing at 2K and 4K.

    Nothing is ever asked twice: an answer that was lost may have been billed, so the SDK's retries are off, and
    whether to try again is for the one who asks to say.
    """

    def __init__(self, settings: GeminiSettings, api_key: str) -> None:
        self._model = settings.gemini_model
        self._timeout_s = settings.gemini_timeout_s
        self._http = open_client(self._timeout_s)
        self._client = Client(
            # The environment of another program must not turn this into a client of Google Cloud.
            enterprise=False,
            api_key=api_key,
            http_options=types.HttpOptions(
                base_url=settings.gemini_base_url,
                api_version=API_VERSION,
                timeout=_milliseconds(self._timeout_s),
                # One attempt: 4 more are the SDK's default where options are given at all. With a client of ours it
                # also does not send by aiohttp, where it repeats a request whose connection broke, whatever is set.
                retry_options=types.HttpRetryOptions(attempts=1),
                httpx_async_client=self._http,
            ),
        )

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; always the same."""
        return _CAPABILITIES

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:  # noqa: ARG002
        """Make the pictures, some at a time, each yielded as soon as it is there; it tells no progress.

        Raises:
            BackendRefusedError: its filter stopped a picture.
            BackendUnavailableError: it is down, busy or silent.
            BackendFailedError: it does not accept the key, the model or the request, or made no picture.
        """
        contents = _contents(job)
        calls = [partial(self._picture, job, contents, index) for index in range(job.count)]
        async with aclosing(as_made(calls, AT_ONCE)) as pictures:
            async for picture in pictures:
                yield picture

    async def problems(self) -> Sequence[str]:
        """Whether it accepts the key and knows the model; costs nothing."""
        options = types.HttpOptions(timeout=_milliseconds(min(self._timeout_s, QUESTION_S)))
        try:
            await self._client.aio.models.get(
                model=self._model, config=types.GetModelConfig(http_options=options)
            )
        except Exception as error:  # noqa: BLE001 -- whatever it answers is a problem to be told
            match _translated(error):
                case BackendFailedError(reason=reason):
                    return (f"{reason}.",)
                case _:
                    return ("GEMINI_BASE_URL does not answer now; see whether it is right.",)
        return ()

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aio.aclose()
        self._client.close()
        await self._http.aclose()

    async def _picture(self, job: PictureJob, contents: types.Content, index: int) -> MadePicture:
        seed = job.seed + index
        config = types.GenerateContentConfig(
            response_modalities=["IMAGE"],
            image_config=types.ImageConfig(aspect_ratio=_aspect(job).value, image_size=_size(job).value),
            seed=seed % _SEEDS,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )
        try:
            response = await self._client.aio.models.generate_content(
                model=self._model, contents=contents, config=config
            )
            return MadePicture(picture_in(response, NAME), seed)
        except Exception as error:  # noqa: BLE001 -- the SDK names no closed set of errors
            # Without the cause: it holds what they wrote, and that may quote the prompt.
            raise _translated(error) from None


def _contents(job: PictureJob) -> types.Content:
    """Each picture right after its words, then the prompt."""
    instructions = instructions_of(job)
    parts: list[types.Part] = []
    for attachment in instructions.attachments:
        parts.append(types.Part(text=attachment.words))
        parts.append(types.Part(inline_data=types.Blob(data=attachment.jpeg, mime_type="image/jpeg")))
    parts.append(types.Part(text=instructions.text))
    return types.Content(role="user", parts=parts)


def _aspect(job: PictureJob) -> Aspect:
    """The shape of the pixels: an edited picture keeps its own."""
    wanted = math.log(job.width_px / job.height_px)
    return min(Aspect, key=lambda aspect: abs(math.log(aspect.ratio[0] / aspect.ratio[1]) - wanted))


def _size(job: PictureJob) -> Resolution:
    """The smallest resolution that has the pixels, else the largest."""
    long_edge_px = max(job.width_px, job.height_px)
    return next((size for size in Resolution if size.long_edge_px >= long_edge_px), Resolution.R4K)


def _translated(error: Exception) -> DarkroomError:
    """What went wrong on the way to an answer, or in it."""
    match error:
        case DarkroomError():
            return error
        case errors.APIError():
            return meaning_of(error, NAME)
        case httpx2.TransportError():
            return BackendUnavailableError(NAME)
        case UnreadableAnswerError():
            return BackendFailedError(NAME, f"its answer is not read: {error}")
        case _:  # the SDK names no closed set of errors for an answer that is not what it should be
            return BackendFailedError(NAME, f"its answer can't be read: {type(error).__name__}")


def _milliseconds(seconds: float) -> int:
    """The SDK's time-outs; 0 would be none at all."""
    return max(1, round(seconds * 1000))
