"""Reading what a service answers: its body to the end but not without end, and how long it wants to be left alone."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping

import aiohttp

_CHUNK_BYTES = 1 << 16


class BodyTooLongError(Exception):
    """There are more bytes than were allowed; the rest was not read."""


async def read_body(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """The whole body, however many pieces it comes in.

    Raises:
        BodyTooLongError: it is longer than ``most_bytes``.
        aiohttp.ClientError: the connection broke in the middle.
    """
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > most_bytes:
            raise BodyTooLongError
    return bytes(body)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` asks for: seconds, or a date (RFC 9110, 10.2.3). None where it says nothing sensible."""
    said = headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(said).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
