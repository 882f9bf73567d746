"""``/help``, as members use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import simcord

from bot.client import DarkroomBot
from cogs.help._messages import help_text
from tests.cogs.darkroom_bot import open_workshop, text_of


@pytest.fixture(params=[True, False], ids=["reads", "blind"])
async def simcord_bot(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DarkroomBot]:
    async with open_workshop(tmp_path, message_content=request.param, price_image=70) as workshop:
        yield workshop.bot()


async def _helped(env: simcord.Env) -> Any:
    guild = env.create_guild()
    ana = guild.add_member(env.create_user("ana"))
    return await ana.slash(guild.create_text_channel("lounge"), "help")


async def test_help_shows_the_way_to_a_first_picture_to_its_reader_alone(simcord_env: simcord.Env) -> None:
    shown = await _helped(simcord_env)
    assert shown.ephemeral
    text = text_of(shown)
    steps = ["/companion invite", "/companion speak", "📸 Instant"]
    assert sorted(steps, key=text.index) == steps
    assert "**70 moments** for each companion" in text


async def test_help_says_when_messages_cannot_be_read(
    simcord_env: simcord.Env, simcord_bot: DarkroomBot
) -> None:
    text = text_of(await _helped(simcord_env))
    assert ("I can't read messages" in text) is not simcord_bot.can_read_messages()


def test_help_fits_into_one_message() -> None:
    assert len(help_text(100_000, reads_messages=False, can_talk=True)) <= 2000


def test_help_says_who_finds_companions_words() -> None:
    silent, talking = (help_text(50, reads_messages=True, can_talk=can_talk) for can_talk in (False, True))
    assert "Companions speak only when somebody writes for them" in silent
    assert "answer" not in silent.replace("lets a companion answer", "")
    assert "companions **answer** when you say their name" in talking
    assert "only when somebody" not in talking
