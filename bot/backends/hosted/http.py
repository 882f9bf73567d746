"""HTTP as the SDKs of hosted services are given it: answers are bounded, redirects are not followed.

Both SDKs send with httpx2 and read an answer to its end before they look at it, however long it is. The bound is set
where they can't get past it: on the stream of each response.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import cast

import httpx2

CONNECT_S = 10.0
"""Seconds until somebody answers at all."""

ANSWER_BYTES = 96 * 1024 * 1024
"""Of one answer. A 4K PNG has about 25 MiB, a third more as base64; eight 2K ones come close to it."""


class UnreadableAnswerError(Exception):
    """An answer that is not read to its end; the text says why and is for the log."""


class _Bounded(httpx2.AsyncByteStream):
    """The bytes of an answer, up to a number of them."""

    def __init__(self, stream: httpx2.AsyncByteStream, most_bytes: int) -> None:
        self._stream = stream
        self._most_bytes = most_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most_bytes
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise UnreadableAnswerError(f"more than {self._most_bytes} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def open_client(timeout_s: float, most_bytes: int = ANSWER_BYTES) -> httpx2.AsyncClient:
    """A client whose answers have at most ``most_bytes``; ``timeout_s`` is how long a service may be silent.

    No redirect is followed: a key goes to the address that the operator gave, and nowhere else. Its proxies are
    those of the environment.
    """
    # It would log every request beside our own line about it.
    logging.getLogger("httpx2").setLevel(logging.WARNING)

    async def bound(response: httpx2.Response) -> None:
        # A few compressed bytes can become gigabytes, and only compressed ones are counted here. Pictures don't
        # get smaller by it, and it was not asked for.
        if response.headers.get("content-encoding", "identity") != "identity":
            raise UnreadableAnswerError("it is compressed")
        response.stream = _Bounded(cast("httpx2.AsyncByteStream", response.stream), most_bytes)

    return httpx2.AsyncClient(
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [bound]},
        follow_redirects=False,
        timeout=httpx2.Timeout(timeout_s, connect=CONNECT_S),
    )
