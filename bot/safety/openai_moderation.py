"""OpenAI's moderation of text and pictures, by its HTTP interface.

``POST {base}/moderations`` with ``omni-moderation-latest``: documented at
https://platform.openai.com/docs/guides/moderation and
https://platform.openai.com/docs/api-reference/moderations. ``sexual/minors`` is judged on text only, as
documented there. The key is in a header of the session and in nothing that is logged or raised.
"""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
import structlog
from PIL import Image
from pydantic import BaseModel, ValidationError

from bot.http_answers import BodyTooLongError, read_body

log = structlog.get_logger()

MODEL = "omni-moderation-latest"
PICTURE_PX = 1024
"""The longest edge of a picture that is sent."""

_QUALITY = 85
_MOST_CHARACTERS = 30_000
_ANSWER_BYTES = 1 << 20
_TRIES = 2
_TOO_MANY = 429
_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Moderation:
    """What the service says: the names of the categories that it flags."""

    flagged: frozenset[str]

    @property
    def is_sexual(self) -> bool:
        """Sexual, whoever is in it."""
        return "sexual" in self.flagged

    @property
    def is_of_minors(self) -> bool:
        """Sexual with somebody under age."""
        return "sexual/minors" in self.flagged


class _Result(BaseModel):
    flagged: bool
    categories: dict[str, bool | None]


class _Answer(BaseModel):
    results: list[_Result]


class OpenAiModeration:
    """Asks the service. It answers, or None is what it says: then others judge alone.

    A fault of the service or the way to it is tried once more, after ``Retry-After`` where that is short.
    Each kind of trouble is logged once until an answer comes again.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        timeout_s: float = 4.0,
        longest_wait_s: float = 2.0,
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/moderations"
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._longest_wait_s = longest_wait_s
        self._session: aiohttp.ClientSession | None = None
        self._told: set[str] = set()

    async def of_text(self, texts: Sequence[str]) -> Moderation | None:
        """Judge texts together; None where the service has nothing to say."""
        text = "\n".join(text for text in dict.fromkeys(texts) if text)
        return await self._ask(text[:_MOST_CHARACTERS]) if text else Moderation(frozenset())

    async def of_picture(self, jpeg: bytes) -> Moderation | None:
        """Judge a picture, made small; None where the service has nothing to say."""
        small = await asyncio.to_thread(_small, jpeg)
        url = f"data:image/jpeg;base64,{base64.b64encode(small).decode('ascii')}"
        return await self._ask([{"type": "image_url", "image_url": {"url": url}}])

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()

    async def _ask(self, what: str | Sequence[Mapping[str, object]]) -> Moderation | None:
        trouble = ""
        for attempt in range(_TRIES):
            try:
                status, wait_s, body = await self._post(what)
            except (TimeoutError, aiohttp.ClientError) as error:
                trouble = type(error).__name__
                continue
            if status == _TOO_MANY or status >= _SERVER_FAULT:
                trouble = str(status)
                if attempt + 1 < _TRIES:
                    if wait_s > self._longest_wait_s:
                        break
                    await asyncio.sleep(wait_s)
                continue
            answer = _read(body) if status == 200 else None  # noqa: PLR2004 -- OK
            if answer is not None:
                self._told.clear()
                return answer
            trouble = "no answer" if status == 200 else str(status)  # noqa: PLR2004 -- OK
            break
        if trouble not in self._told:
            self._told.add(trouble)
            log.warning("moderation_unavailable", trouble=trouble)
        return None

    async def _post(self, what: str | Sequence[Mapping[str, object]]) -> tuple[int, float, bytes]:
        """(status, seconds to wait, body)."""
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=self._timeout)
        async with self._session.post(
            self._url, json={"model": MODEL, "input": what}, allow_redirects=False
        ) as response:
            try:
                body = await read_body(response, _ANSWER_BYTES)
            except BodyTooLongError:
                body = b""  # which is no answer
            return response.status, _seconds(response.headers.get("Retry-After")), body


def _seconds(retry_after: str | None) -> float:
    try:
        return max(0.0, float(retry_after or 0))
    except ValueError:  # a date: too long to wait for
        return float("inf")


def _read(body: bytes) -> Moderation | None:
    try:
        results = _Answer.model_validate_json(body).results
    except ValidationError:
        return None
    if not results:
        return None
    return Moderation(frozenset(n for result in results for n, is_so in result.categories.items() if is_so))


def _small(jpeg: bytes) -> bytes:
    """The picture with its longest edge at :data:`PICTURE_PX` at most."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        if max(picture.size) <= PICTURE_PX:
            return jpeg
        picture.draft("RGB", (PICTURE_PX, PICTURE_PX))
        small = picture.convert("RGB")
        small.thumbnail((PICTURE_PX, PICTURE_PX))
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=_QUALITY)
        return buffer.getvalue()
