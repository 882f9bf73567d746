"""The bot is told to stop (SIGTERM): what it has received is answered, what is under way goes on later, exit 0."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from playground import BotProcess, Fault, late
from tests.e2e.stage import Stage, is_picture
from tests.shards.fleet import troubles

pytestmark = pytest.mark.process

SECONDS = 30.0
"""Long enough for a machine that does much else; nothing is measured by it."""
NEVER_S = 3600.0
CALLBACK = r"/interactions/\d+/[^/]+/callback$"


def bot_of(stage: Stage) -> BotProcess:
    assert stage.world.bot is not None
    return stage.world.bot


def tell_to_stop(bot: BotProcess, name: signal.Signals = signal.SIGTERM) -> None:
    assert bot.pid is not None
    os.kill(bot.pid, name)


async def ended(stage: Stage) -> int | None:
    """The exit code of a bot that ends by itself."""
    await stage.until(lambda: not bot_of(stage).running, "the bot to end", SECONDS)
    return await bot_of(stage).kill()


async def test_what_was_received_is_answered_and_what_is_under_way_is_finished_by_the_next_start(
    tmp_path: Path,
) -> None:
    async with Stage.open(tmp_path, MAX_CONCURRENT_REQUESTS="2", ANSWERS_WITHIN_S=str(NEVER_S)) as stage:
        bot, world = bot_of(stage), stage.world
        rooms = [await stage.room() for _ in range(5)]
        slow = world.faults.add(Fault("POST", CALLBACK, late(0.3), times=None))
        pressed = [await world.slash(room.member, room.place, "image instant") for room in rooms]
        asked = [
            await world.slash(room.member, room.place, "moments balance") for room in rooms for _ in range(3)
        ]
        await world.wait_heard()
        assert not any(interaction.ack for interaction in (*pressed, *asked))
        tell_to_stop(bot)
        assert await ended(stage) == 0
        assert [i for i in (*pressed, *asked) if i.ack is None] == []
        assert all("moments** on this server" in "".join(i.texts()) for i in asked)
        assert troubles(bot) == []
        world.faults.remove(slow)
        await world.restart_bot()
        for room, interaction in zip(rooms, pressed, strict=True):
            await stage.picture(interaction)
            assert await stage.settled(room.member) == ["delivered"]
            assert sum(is_picture(message) for message in world.messages(room.place)) == 1


async def test_an_answer_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, ANSWERS_WITHIN_S="0.3") as stage:
        world = stage.world
        stuck = world.faults.add(Fault("POST", CALLBACK, late(NEVER_S)))
        await world.slash(stage.new_member(), "lounge", "moments balance")
        await stage.until(lambda: stuck.hits, "the answer to be under way", SECONDS)
        tell_to_stop(bot_of(stage))
        assert await ended(stage) == 0
        assert troubles(bot_of(stage)) == []
        assert any('"unanswered": 1' in line for line in bot_of(stage).output)


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_who_asks_twice_does_not_wait_for_answers(second: signal.Signals, tmp_path: Path) -> None:
    async with Stage.open(tmp_path, ANSWERS_WITHIN_S=str(NEVER_S)) as stage:
        world, bot = stage.world, bot_of(stage)
        stuck = world.faults.add(Fault("POST", CALLBACK, late(NEVER_S)))
        await world.slash(stage.new_member(), "lounge", "moments balance")
        await stage.until(lambda: stuck.hits, "the answer to be under way", SECONDS)
        tell_to_stop(bot)
        await world.wait_gone()
        assert bot.running
        tell_to_stop(bot, second)
        assert await ended(stage) == 0
        assert troubles(bot) == []


async def test_a_shard_that_waits_for_its_turn_is_not_waited_for(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, IDENTIFY_EVERY_S=str(NEVER_S)) as stage:
        world, bot = stage.world, bot_of(stage)
        await world.drop_gateway(resumable=False)
        # The second connection is refused its resume; on the third one it waits to identify.
        await stage.until(lambda: world.gateway.connection_count >= 3, "it to connect again", SECONDS)
        assert not world.gateway.connected
        tell_to_stop(bot)
        assert await ended(stage) == 0
        assert troubles(bot) == []


async def test_a_bot_that_has_not_logged_in_yet_stops_too(tmp_path: Path) -> None:
    async with Stage.open(tmp_path) as stage:
        world = stage.world
        await bot_of(stage).stop()
        slow = world.faults.add(Fault("GET", r"/users/@me$", late(NEVER_S)))
        await world.restart_bot(ready_timeout_s=None)
        await stage.until(lambda: slow.hits, "the login", SECONDS)
        tell_to_stop(bot_of(stage))
        assert await ended(stage) == 0
        assert troubles(bot_of(stage)) == []
