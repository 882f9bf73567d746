"""A bot that stood still: who pressed too long ago is left, who presses now is answered."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.e2e.stage import ACK_WITHIN_S, Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


PORT = free_port()
LEFT_AFTER_S = 1.0
SETTINGS = {"METRICS_PORT": str(PORT), "LEFT_AFTER_S": str(LEFT_AFTER_S)}


async def left() -> int:
    """How many interactions the bot says it has left."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{PORT}/metrics") as answer,
    ):
        (line,) = [
            line
            for line in (await answer.text()).splitlines()
            if line.startswith("darkroom_interactions_left_total ")
        ]
    return int(float(line.split()[1]))


@asynccontextmanager
async def standing_still(stage: Stage) -> AsyncIterator[None]:
    pid = stage.world.bot.pid or 0
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_before_discord_says_that_it_was_too_late_everybody_is_answered(stage: Stage) -> None:
    room = await stage.room("Mira")
    async with standing_still(stage):
        pressed = await stage.world.press(room.member, room.spoken, "Instant")
        await asyncio.sleep(LEFT_AFTER_S + 0.5)  # that time passes is what is tried
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]
    assert await left() == 0


async def test_what_waited_too_long_costs_nothing_and_holds_up_nobody(stage: Stage) -> None:
    room, other = await stage.room("Mira"), stage.new_member()
    async with standing_still(stage):
        refused = await stage.world.press(room.member, room.spoken, "Instant")
        await asyncio.sleep(ACK_WITHIN_S + 0.2)  # as above
    await stage.until(lambda: refused.errors, "Discord to say that it was too late")
    assert await left() == 0
    async with standing_still(stage):
        too_late = [
            await stage.world.press(room.member, room.spoken, "Instant"),
            await stage.world.slash(room.member, room.place, "image instant", hint="on a bridge"),
        ]
        await asyncio.sleep(LEFT_AFTER_S + 0.5)  # as above
        in_time = await stage.world.press(other, room.spoken, "Instant")
    await stage.picture(in_time)
    assert await stage.settled(other) == ["delivered"]
    assert [pressed.ack for pressed in (refused, *too_late)] == [None, None, None]
    assert stage.states(room.member) == []
    assert await left() == len(too_late)


async def test_afterwards_the_same_button_works(stage: Stage) -> None:
    room = await stage.room("Mira")
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    assert await stage.settled(room.member) == ["delivered"]
