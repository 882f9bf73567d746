"""``/me``, as members use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import simcord
from discord import app_commands

from bot.client import DarkroomBot
from bot.domain.picture import Aspect
from bot.services.ports.storage import Preferences
from cogs.me._messages import preferences_text
from tests.cogs.darkroom_bot import Workshop, open_workshop, text_of

pytestmark = pytest.mark.simcord(check_errors=False)


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path) as workshop:
        yield workshop


@pytest.fixture
def simcord_bot(workshop: Workshop) -> DarkroomBot:
    return workshop.bot()


@dataclass
class Stage:
    env: simcord.Env
    workshop: Workshop
    lounge: Any
    ana: Any
    ben: Any

    async def kept(self, member: Any) -> Preferences:
        return await self.workshop.services.preferences.get(member.id)


@pytest.fixture
async def stage(simcord_env: simcord.Env, workshop: Workshop) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    yield Stage(
        simcord_env,
        workshop,
        guild.create_text_channel("lounge"),
        guild.add_member(simcord_env.create_user("ana")),
        guild.add_member(simcord_env.create_user("ben")),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


async def test_a_new_member_sees_the_general_defaults_alone(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "me")
    assert shown.ephemeral
    text = text_of(shown)
    assert "**Shape with one companion:** 3:4" in text
    assert "**Shape with more:** 4:3" in text
    assert "**Ask me first above:** 150 moments" in text
    assert "for screen readers only" in text


async def test_what_is_changed_stays_and_the_rest_is_kept(stage: Stage) -> None:
    await stage.ana.slash(stage.lounge, "me", solo_shape="16:9", alt_text=True)
    shown = await stage.ana.slash(stage.lounge, "me", ask_above=0)
    assert "**Shape with one companion:** 16:9" in text_of(shown)
    assert "**Ask me first above:** 0 moments" in text_of(shown)
    assert "shown under your pictures" in text_of(shown)
    assert await stage.kept(stage.ana) == Preferences(
        aspect_solo=Aspect.WIDE, aspect_group=None, ask_above=0, show_alt_text=True
    )


async def test_descriptions_are_turned_off_again(stage: Stage) -> None:
    await stage.ana.slash(stage.lounge, "me", alt_text=True)
    await stage.ana.slash(stage.lounge, "me", alt_text=False)
    assert (await stage.kept(stage.ana)).show_alt_text is False


async def test_one_members_defaults_are_not_anothers(stage: Stage) -> None:
    await stage.ana.slash(stage.lounge, "me", group_shape="1:1", ask_above=9000)
    assert "**Shape with more:** 4:3" in text_of(await stage.ben.slash(stage.lounge, "me"))
    assert await stage.kept(stage.ben) == Preferences()


async def test_defaults_are_the_same_on_another_server_and_after_a_restart(stage: Stage) -> None:
    await stage.ana.slash(stage.lounge, "me", ask_above=1234)
    await stage.env.restart_bot(stage.workshop.bot())
    elsewhere = stage.env.create_guild()
    ana = elsewhere.add_member(stage.ana.user)
    shown = await ana.slash(elsewhere.create_text_channel("general"), "me")
    assert "**Ask me first above:** 1,234 moments" in text_of(shown)


@pytest.mark.parametrize("aspect", list(Aspect))
def test_every_shape_there_is_can_be_shown(aspect: Aspect) -> None:
    text = preferences_text(Preferences(aspect_solo=aspect, aspect_group=aspect))
    assert text.count(aspect.value) == 2


async def test_every_shape_there_is_can_be_chosen(stage: Stage) -> None:
    for aspect in Aspect:
        await stage.ana.slash(stage.lounge, "me", solo_shape=aspect.value, group_shape=aspect.value)
        kept = await stage.kept(stage.ana)
        assert (kept.aspect_solo, kept.aspect_group) == (aspect, aspect)
