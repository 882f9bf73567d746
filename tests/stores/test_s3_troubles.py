"""A server of S3 that has its troubles: each is told as the port's error, in words of our own."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from aiohttp import web

from bot.container.stores import Store
from bot.domain.errors import PictureMissingError, PictureNotStoredError
from bot.services.ports.images import StoreUnavailableError
from bot.stores.keys import LARGEST_BYTES
from bot.stores.s3 import S3Settings, make_s3_store

DATA = b"a picture" * 50_000
KEY = hashlib.sha256(DATA).hexdigest()
TEXT_OF_THEIRS = "what was signed, with a key in it"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers every request as the test says, and counts them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.bodies: list[int] = []
        self.answer: Answer = _ok
        self.is_closed = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.method)
        return await self.answer(request)


async def _ok(request: web.Request) -> web.StreamResponse:
    await request.read()
    return web.Response(headers={"ETag": '"1"'})


def object_headers(size: int = len(DATA)) -> dict[str, str]:
    return {
        "ETag": '"1"',
        "Last-Modified": "Sun, 22 Nov 2026 10:00:00 GMT",
        "Content-Length": str(size),
        "Content-Type": "application/octet-stream",
    }


def status(code: int, name: str = "SomeError") -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        text = f"<Error><Code>{name}</Code><Message>{TEXT_OF_THEIRS}</Message></Error>"
        return web.Response(status=code, text=text)

    return answer


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    server = Server()
    app = web.Application(client_max_size=2 * LARGEST_BYTES)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield server, f"http://{host}:{port}"
    server.is_closed.set()
    await site.stop()
    # obstore may have opened one more connection than it used: what asyncio is still accepting would never be closed.
    accepting = [t for t in asyncio.all_tasks() if "_accept_connection" in repr(t.get_coro())]
    await asyncio.gather(*accepting)
    await runner.cleanup()


def store_at(address: str, timeout_s: float = 20) -> Store:
    settings = S3Settings.model_validate(
        {
            "s3_endpoint": address,
            "s3_region": "eu-test-1",
            "s3_access_key_id": "KEY",
            "s3_secret_access_key": "SECRET",
            "s3_timeout_s": timeout_s,
        }
    )
    return make_s3_store("pictures", "", settings)


async def reasons(store: Store) -> list[str]:
    """Why each kind of question was not answered."""
    found: list[str] = []
    for asking in (store.get(KEY), store.exists(KEY), store.size_bytes(KEY), store.delete(KEY)):
        with pytest.raises(StoreUnavailableError) as caught:
            await asking
        found.append(caught.value.reason)
    with pytest.raises(PictureNotStoredError) as not_stored:
        await store.put(DATA)
    with pytest.raises(StoreUnavailableError) as not_listed:
        _ = [key async for key in store.all_keys()]
    return [*found, not_stored.value.reason, not_listed.value.reason]


@pytest.mark.parametrize("code", [400, 401, 403, 411])
async def test_a_refusal_is_told_at_once_without_the_servers_words(
    server: tuple[Server, str], code: int
) -> None:
    there, address = server
    there.answer = status(code, "Nope")
    found = await reasons(store_at(address))
    assert all(reason.startswith(f"it answered {code}") for reason in found), found
    assert TEXT_OF_THEIRS not in str(found)
    assert len(there.asked) == len(found)


async def test_a_bucket_of_another_region_is_said(server: tuple[Server, str]) -> None:
    there, address = server
    there.answer = status(301, "PermanentRedirect")
    assert set(await reasons(store_at(address))) == {"it is in another region: see S3_REGION"}


@pytest.mark.parametrize("code", [500, 502, 503, 429])
async def test_what_may_pass_is_asked_again_and_then_told(server: tuple[Server, str], code: int) -> None:
    there, address = server
    there.answer = status(code, "SlowDown")
    with pytest.raises(StoreUnavailableError, match=str(code)) as caught:
        await store_at(address).get(KEY)
    assert not caught.value.is_refusal
    assert len(there.asked) > 1


async def test_what_passes_is_not_told_at_all(server: tuple[Server, str]) -> None:
    there, address = server

    async def twice(request: web.Request) -> web.StreamResponse:
        return await (status(503) if len(there.asked) < 3 else _ok)(request)

    there.answer = twice
    assert await store_at(address).put(DATA) == KEY
    assert there.asked == ["PUT"] * 3


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_nobody_at_the_address(nowhere: str) -> None:
    found = await reasons(store_at(nowhere))
    assert set(found) == {"it can't be reached: see S3_ENDPOINT"}


async def test_an_address_that_is_none() -> None:
    with pytest.raises(StoreUnavailableError, match="its address is not known"):
        await store_at("http://darkroom.invalid").get(KEY)


async def test_silence_ends_after_the_time_that_was_set(server: tuple[Server, str]) -> None:
    there, address = server

    async def silent(_request: web.Request) -> web.StreamResponse:
        await there.is_closed.wait()
        return web.Response()

    there.answer = silent
    store = store_at(address, timeout_s=0.3)
    with pytest.raises(StoreUnavailableError, match="did not answer in time"):
        await store.get(KEY)
    with pytest.raises(PictureNotStoredError, match="did not answer in time"):
        await store.put(DATA)


async def test_an_answer_that_breaks_off_is_fetched_further_from_there(server: tuple[Server, str]) -> None:
    there, address = server

    async def in_pieces(request: web.Request) -> web.StreamResponse:
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        headers = object_headers(len(DATA) - start)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        await response.prepare(request)
        await response.write(DATA[start : start + len(DATA) // 2 + 1])
        if start + len(DATA) // 2 + 1 < len(DATA):
            assert request.transport is not None
            request.transport.close()
        return response

    there.answer = in_pieces
    assert await store_at(address).get(KEY) == DATA
    assert len(there.asked) == 2


async def test_half_an_answer_is_no_picture(server: tuple[Server, str]) -> None:
    there, address = server

    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=object_headers())
        await response.prepare(request)
        await response.write(DATA[:1000])
        assert request.transport is not None
        request.transport.close()
        return response

    there.answer = half
    with pytest.raises(StoreUnavailableError):
        await store_at(address).get(KEY)


async def test_another_picture_than_was_asked_for_is_no_picture(server: tuple[Server, str]) -> None:
    there, address = server

    async def other(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=DATA[:-1] + b"!", headers=object_headers())

    there.answer = other
    with pytest.raises(StoreUnavailableError, match="not what was stored"):
        await store_at(address).get(KEY)


async def test_an_answer_without_end_is_not_read(server: tuple[Server, str]) -> None:
    there, address = server
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers=object_headers(LARGEST_BYTES * 1000))
        await response.prepare(request)
        transport = request.transport
        assert transport is not None
        try:
            while not there.is_closed.is_set():
                await response.write(bytes(1 << 20))
                sent += 1 << 20
        except ConnectionError:
            pass
        finally:
            transport.abort()  # what nobody reads would keep a closing connection waiting
        return response

    there.answer = endless
    with pytest.raises(StoreUnavailableError, match="larger"):
        await store_at(address).get(KEY)
    assert sent < LARGEST_BYTES


@pytest.mark.parametrize("answer", [b"", b"a proxy's page", b'<?xml version="1.0"?><Half>'])
async def test_a_page_that_is_no_listing(server: tuple[Server, str], answer: bytes) -> None:
    there, address = server

    async def page(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=answer, content_type="text/html")

    there.answer = page
    with pytest.raises(StoreUnavailableError):
        _ = [key async for key in store_at(address).all_keys()]


async def test_a_put_whose_answer_is_lost_is_sent_again_whole(server: tuple[Server, str]) -> None:
    there, address = server

    async def lost_once(request: web.Request) -> web.StreamResponse:
        there.bodies.append(len(await request.read()))
        if len(there.bodies) == 1:
            assert request.transport is not None
            request.transport.close()
        return web.Response(headers={"ETag": '"1"'})

    there.answer = lost_once
    assert await store_at(address).put(DATA) == KEY
    assert there.bodies == [len(DATA)] * 2


async def test_nothing_there_is_missing_and_no_failure(server: tuple[Server, str]) -> None:
    there, address = server
    there.answer = status(404, "NoSuchKey")
    store = store_at(address)
    with pytest.raises(PictureMissingError):
        await store.get(KEY)
    assert not await store.exists(KEY)
    await store.delete(KEY)


async def test_no_key_anywhere_is_said(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", nowhere)
    store = make_s3_store("pictures", "", S3Settings(s3_endpoint=nowhere, s3_region="eu-test-1"))
    with pytest.raises(StoreUnavailableError, match="no key was found: set S3_ACCESS_KEY_ID") as caught:
        await store.open()
    assert caught.value.is_refusal


def test_an_environment_that_is_not_understood_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REQUEST_PAYER", "nobody-knows")
    with pytest.raises(Exception, match="AWS_ environment"):
        make_s3_store("pictures", "", S3Settings(s3_endpoint="http://127.0.0.1:1", s3_region="eu-test-1"))


async def test_the_loop_goes_on_while_large_pictures_are_sent_and_fetched(server: tuple[Server, str]) -> None:
    there, address = server
    kept: list[bytes] = []

    async def keeping(request: web.Request) -> web.StreamResponse:
        if request.method == "PUT":
            kept.append(await request.read())
            return web.Response(headers={"ETag": '"1"'})
        return web.Response(body=kept[0], headers=object_headers(len(kept[0])))

    there.answer = keeping
    data = bytes(30_000_000)
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(turning())
    store = store_at(address)
    assert await store.get(await store.put(data)) == data
    task.cancel()
    assert turns > 20


async def test_what_its_caller_left_is_over_when_the_store_is_closed(server: tuple[Server, str]) -> None:
    there, address = server
    is_asked, may_answer, answered = asyncio.Event(), asyncio.Event(), 0

    async def slow(_request: web.Request) -> web.StreamResponse:
        nonlocal answered
        is_asked.set()
        await may_answer.wait()
        answered += 1
        return web.Response(status=400)

    there.answer = slow
    store = store_at(address)
    asking = asyncio.create_task(store.get(KEY))
    await is_asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    assert not closing.done()
    may_answer.set()
    await closing
    assert answered == 1
