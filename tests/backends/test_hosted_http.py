"""HTTP of hosted services: how long to wait, and whom a key is sent to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from email.utils import formatdate

import httpx2
import pytest
from aiohttp import web

from bot.backends.hosted.http import UnreadableAnswerError, open_client
from bot.http_answers import seconds_to_wait
from tests.backends.hosted_server import HostedServer, serving

COMPRESSED = {"Content-Encoding": "gzip"}


@pytest.fixture
async def server() -> AsyncIterator[HostedServer]:
    known = HostedServer()

    async def answer(request: web.Request) -> web.StreamResponse:
        known.note(request)
        match request.path:
            case "/away":
                raise web.HTTPTemporaryRedirect("/here")
            case "/compressed":
                return web.Response(body=b"\x1f\x8b", headers=COMPRESSED)
            case _:
                return web.Response(body=b"x" * 1000)

    async with serving(known, web.get("/{name}", answer)) as running:
        yield running


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("", None), ("soon", None), ("inf", None), ("nan", None)],
)
def test_seconds_to_wait_are_read_where_they_make_sense(said: str, seconds: float | None) -> None:
    assert seconds_to_wait({"retry-after": said}) == seconds


def test_a_date_to_wait_for_is_read_too() -> None:
    wait_s = seconds_to_wait({"retry-after": formatdate(time.time() + 120, usegmt=True)})
    assert wait_s is not None
    assert 60 < wait_s <= 120
    assert seconds_to_wait({"retry-after": formatdate(0, usegmt=True)}) == 0
    assert seconds_to_wait({}) is None


async def test_an_answer_is_read_up_to_its_bound(server: HostedServer) -> None:
    async with open_client(5, most_bytes=1000) as client:
        assert len((await client.get(f"{server.url}/here")).content) == 1000
    async with open_client(5, most_bytes=999) as client:
        with pytest.raises(UnreadableAnswerError):
            await client.get(f"{server.url}/here")


async def test_a_compressed_answer_was_not_asked_for_and_is_not_read(server: HostedServer) -> None:
    async with open_client(5) as client:
        with pytest.raises(UnreadableAnswerError):
            await client.get(f"{server.url}/compressed")
    assert server.headers[0]["Accept-Encoding"] == "identity"


async def test_nobody_sends_a_key_elsewhere(server: HostedServer) -> None:
    async with open_client(5) as client:
        response = await client.get(f"{server.url}/away", headers={"x-goog-api-key": "k"})
    assert response.status_code == httpx2.codes.TEMPORARY_REDIRECT
    assert server.addresses == ["/away"]
