"""Tokens and keys are in no log and in no answer: not at the loudest, and not when everything fails."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground import Fault, drop_connection_before, server_error_before, status
from tests.e2e.stage import Room, Stage

pytestmark = pytest.mark.process

LOUD_BOT = (sys.executable, "-m", "tests.faults.loud_bot")
KEY = "sk-proj-0123456789abcdefSECRETfedcba"
ANSWER, EDIT, WEBHOOK = r"/callback", r"/messages/@original|/messages/\d+", r"/webhooks/\d+/[^/]+$"


@asynccontextmanager
async def echoing_service() -> AsyncIterator[tuple[str, list[str]]]:
    """A service that fails and says back all that it was sent, header by header."""
    heard: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heard.append(head)
        body = f"<h1>500</h1>{head}".encode()
        writer.write(
            b"HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: "
            + str(len(body)).encode()
            + b"\r\n\r\n"
            + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with server:
        yield f"http://{host}:{port}/v1", heard


def secrets_of(stage: Stage) -> dict[str, str]:
    world = stage.world
    assert world.bot is not None
    tokens = {f"interaction {one.id}": one.token for one in world.interactions.values()}
    tokens |= {f"webhook {key}": hook.token for key, hook in world.backend.webhooks.items() if hook.token}
    return {**tokens, "DISCORD_TOKEN": world.token, "OPENAI_API_KEY": KEY}


def said(stage: Stage) -> str:
    """All that anybody could read."""
    assert stage.world.bot is not None
    shown = [message.text for place in stage.world.channels for message in stage.world.messages(place)]
    return "\n".join((*stage.world.bot.output, *shown))


async def made(stage: Stage, room: Room) -> None:
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)


async def failed(stage: Stage, room: Room) -> None:
    """A backend that dies of something that nobody foresaw, as often as it is asked."""
    await stage.world.press(room.member, room.spoken, "Instant")
    while not [state for state in stage.states(room.member) if state == "failed"]:
        try:
            await (await stage.puppeteer.next_job(1.0)).tell("raise", error="unforeseen")
        except TimeoutError:
            continue
    await stage.settled(room.member)


async def test_no_secret_is_logged_or_told_at_the_loudest_whatever_fails(tmp_path: Path) -> None:
    async with (
        echoing_service() as (url, heard),
        Stage.open(
            tmp_path,
            command=LOUD_BOT,
            IMAGE_BACKENDS="puppet",
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=url,
        ) as stage,
    ):
        stage.expected_faults |= {
            "unforeseen",
            "RuntimeError",
            "unexpected_error",
            "Traceback",
            "DEBUG",
            "debug",
        }
        world = stage.world
        assert world.bot is not None
        world.bot.output = deque(world.bot.output)
        room = await stage.room()
        await made(stage, room)
        await failed(stage, await stage.room())
        for kind in (
            server_error_before(),
            drop_connection_before(),
            status(400, 50035, "Invalid Form Body"),
        ):
            for pattern in (ANSWER, EDIT):
                world.faults.add(Fault("POST|PATCH", pattern, kind))
                asked = await world.slash(room.member, room.place, "moments balance")
                await asyncio.wait({asyncio.ensure_future(asked.acknowledged(1.5))})
        world.faults.add(Fault("POST", WEBHOOK, status(401, 50027, "Invalid Webhook Token")))
        await stage.speaks(room.place, "Mira", "still here")
        await world.restart_bot()
        await made(stage, await stage.room())
        loud = [line for line in world.bot.output if '"debug"' in line]
        assert len(loud) > 100, "the libraries were heard"
        assert any("INTERACTION_CREATE" in line for line in loud)
        assert any(KEY in head for head in heard), "the key was used"
        text = said(stage)
        assert {name for name, secret in secrets_of(stage).items() if secret in text} == set()
