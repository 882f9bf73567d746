"""Reading what a service answers, to its end but not without end."""

from __future__ import annotations

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
