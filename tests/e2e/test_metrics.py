"""A running bot says in numbers what it did: /metrics and /health."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


PORT = free_port()
SETTINGS = {"METRICS_PORT": str(PORT)}
URL = f"http://127.0.0.1:{PORT}"


@pytest_asyncio.fixture(loop_scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Scraped:
    """One look at /metrics."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float:
        return self.values.get((name, tuple(sorted(labels.items()))), 0.0)


async def scrape(session: aiohttp.ClientSession) -> Scraped:
    async with session.get(f"{URL}/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        return Scraped(await answer.text())


async def test_a_picture_is_counted_from_the_press_to_the_booking(
    stage: Stage, session: aiohttp.ClientSession
) -> None:
    room = await stage.room("Mira")
    before = await scrape(session)
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.settled(room.member)
    after = await scrape(session)

    def more(name: str, **labels: str) -> float:
        return after(name, **labels) - before(name, **labels)

    assert more("darkroom_requests_ended_total", kind="instant", state="delivered", reason="") == 1
    assert more("darkroom_backend_jobs_total", backend="null", outcome="made") == 1
    assert more("darkroom_making_seconds_count", backend="null") == 1
    assert more("darkroom_ack_seconds_count") == 1
    assert more("darkroom_discord_answers_total", status="200") >= 1
    assert more("darkroom_ledger_moments_total", kind="welcome") == 500
    assert more("darkroom_ledger_moments_total", kind="hold") == 50
    assert more("darkroom_ledger_moments_total", kind="capture") == 50
    assert more("darkroom_ledger_entries_total", kind="capture") == 1
    assert after("darkroom_queue_requests", state="making") == 0
    assert after("darkroom_backend_resting", backend="null") == 0
    assert after("darkroom_gateway_connected") == 1
    assert after("darkroom_guilds") == 1
    assert after("darkroom_event_loop_lag_seconds_count") >= 1
    assert after("process_resident_memory_bytes") > 10_000_000


async def test_a_request_without_a_picture_is_counted_with_its_reason(
    stage: Stage, session: aiohttp.ClientSession
) -> None:
    room = await stage.room("Mira")
    before = await scrape(session)
    pressed = await stage.world.slash(
        room.member, room.place, "image instant", hint="a naked child in the bath"
    )
    await pressed.answered()
    assert await stage.settled(room.member) == ["refused"]
    after = await scrape(session)
    name = "darkroom_requests_ended_total"
    labels = {"kind": "instant", "state": "refused", "reason": "unsafe"}
    assert after(name, **labels) - before(name, **labels) == 1


async def test_no_figure_says_who_or_what(stage: Stage, session: aiohttp.ClientSession) -> None:
    room = await stage.room("Mira", says="*whispers a secret in the attic*")
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    text = (await scrape(session)).text
    secrets = (room.member.id, room.place.id, stage.world.guild_id, room.spoken.id)
    assert not [number for number in secrets if str(number) in text]
    assert "attic" not in text
    assert "Mira" not in text


async def test_a_bot_that_is_well_says_so(stage: Stage, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{URL}/health") as answer:
        assert answer.status == 200
        body = await answer.json()
    assert (body["ok"], body["database"], body["gateway"]) == (True, True, True)
    assert body["event_loop_lag_s"] >= 0
    assert stage.world.bot is not None


async def test_there_is_nothing_else_to_be_had(session: aiohttp.ClientSession, stage: Stage) -> None:
    del stage
    for path in ("", "/", "/metrics/x", "/health/../.env"):
        async with session.get(f"{URL}{path}") as answer:
            assert answer.status == 404
