"""The official client for an endpoint, with bounds that the library does not have.

* What comes back is at most :data:`MOST_BYTES`, unpacked: compressed answers are refused, for a small one may
  unpack to a huge one, and the library reads errors whole.
* No redirects: what was said goes to the operator's address and nowhere else.
* No retries of the library's own, and no proxy from the environment.
* The libraries' loggers print requests at their lowest levels; they stay at warnings.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

from bot.extras import load_extra

MOST_BYTES = 4 << 20
"""Bytes of one answer; the longest real one is a list of models."""

_LOUD = ("openai", "httpx2", "httpcore2")


class TooLongError(Exception):
    """The endpoint sent more than is read, or something packed."""


def connect(base_url: str, api_key: str | None) -> tuple[ModuleType, Any]:
    """(the library, its ``AsyncOpenAI``); nothing is sent yet.

    Raises:
        SettingsError: the extra is not installed.
    """
    openai = load_extra("openai", "openai", "CHAT_BASE_URL")
    httpx = load_extra("httpx2", "openai", "CHAT_BASE_URL")
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    client = openai.AsyncOpenAI(
        base_url=base_url,
        # The library takes OPENAI_API_KEY for want of one: that key is not for this endpoint,
        # nor are the ids that it takes from the environment.
        api_key=api_key or "none",
        admin_api_key="",
        max_retries=0,
        timeout=None,  # every call has its own, around all of it
        http_client=openai.DefaultAsyncHttpxClient(
            transport=_bounded(httpx), follow_redirects=False, trust_env=False
        ),
        default_headers={
            "Accept-Encoding": "identity",
            "OpenAI-Organization": openai.Omit(),
            "OpenAI-Project": openai.Omit(),
        },
    )
    return openai, client


def _bounded(httpx: ModuleType) -> Any:
    """A transport that reads at most :data:`MOST_BYTES` of an answer."""

    class Bounded(httpx.AsyncByteStream):
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = MOST_BYTES
            async for part in self._inner:
                left -= len(part)
                if left < 0:
                    raise TooLongError
                yield part

        async def aclose(self) -> None:
            await self._inner.aclose()

    class Transport(httpx.AsyncBaseTransport):
        def __init__(self) -> None:
            self._inner: Any = httpx.AsyncHTTPTransport(trust_env=False)

        async def handle_async_request(self, request: Any) -> Any:
            response = await self._inner.handle_async_request(request)
            if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                await response.aclose()
                raise TooLongError
            response.stream = Bounded(response.stream)
            return response

        async def aclose(self) -> None:
            await self._inner.aclose()

    return Transport()
