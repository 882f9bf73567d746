"""The walkthrough of ``/companion settings``, pressed as its owner, and others, press it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands, ui
from simcord.builders import ChannelHandle
from simcord.components import walk_components
from simcord.results import InteractionResult, ResponseMessage

from bot.domain.companion import Companion
from bot.domain.request import RequestKind
from bot.services.monthly import MonthlyService
from bot.services.references import ReferenceState
from cogs.base.candidates import MakeCandidatesButton, PickButton
from cogs.companions import _settings as settings
from tests.cogs.companion_bot import CompanionBot
from tests.services.reference_parts import StricterCheck, service_of
from tests.services.request_parts import PRICES, WELCOME, Room, open_room

BOTH_TRUE = "Both are true: make 4 candidates · 0 moments"

# What a member may not do is answered by the tree's boundary, which simcord counts as an error.
pytestmark = pytest.mark.simcord(check_errors=False)


def bot_over(room: Room) -> CompanionBot:
    """A bot with these services; the second is the first after a restart."""
    return CompanionBot(
        room.companions,
        service_of(room),
        requests=room.desk,
        preferences=room.preferences,
        prices=PRICES,
        monthly=MonthlyService(storage=room.storage, clock=room.clock, welcome=WELCOME),
    )


@dataclass
class Stage:
    """A guild with a channel, Ana with her companion Nova, Ben, and the bot."""

    env: simcord.Env
    bot: CompanionBot
    room: Room
    guild: Any
    lounge: ChannelHandle
    ana: Any
    ben: Any
    nova: Companion

    async def settings(self, member: Any = None, companion: str = "nova") -> InteractionResult:
        return await (member or self.ana).slash(self.lounge, "companion settings", companion=companion)

    async def state(self) -> ReferenceState:
        return await service_of(self.room).state(self.guild.id, self.ana.id, self.nova.companion_id)

    async def confirmation(self) -> InteractionResult:
        """The panel, turned to the question before the first candidates."""
        panel = await self.settings()
        await self.ana.click(panel.response, label="Enable Advanced · 0 moments")
        return panel

    async def drive(self) -> None:
        """What the engine would do."""
        for request_id in self.room.engine.submitted:
            await self.room.driver.drive(request_id)

    async def with_candidates(self) -> None:
        """Ana has had the first four made."""
        asked = await self.confirmation()
        await self.ana.click(asked.response, label=BOTH_TRUE)
        await self.drive()

    async def sheet(self) -> InteractionResult:
        """The panel, turned to the sheet."""
        panel = await self.settings()
        await self.ana.click(panel.response, label="Show the candidates")
        return panel

    async def forge(self, member: Any, item: ui.Item[Any]) -> InteractionResult:
        """A button of a modified client, pressed."""
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.ActionRow[Any](item))
        channel = self.bot.get_channel(self.lounge.id)
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send(view=view)
        (button,) = message.components[0].children  # type: ignore[union-attr]
        return await member.click(message, custom_id=button.custom_id)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path) as room:
        yield room


@pytest.fixture
async def simcord_bot(room: Room) -> CompanionBot:
    return bot_over(room)


@pytest.fixture
async def stage(simcord_env: simcord.Env, simcord_bot: CompanionBot, room: Room) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    ana = guild.add_member(simcord_env.create_user("ana"))
    yield Stage(
        env=simcord_env,
        bot=simcord_bot,
        room=room,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        ana=ana,
        ben=guild.add_member(simcord_env.create_user("ben")),
        nova=await simcord_bot.make(guild.id, ana.id, "Nova"),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


def said(message: ResponseMessage | None) -> str:
    assert message is not None
    assert message.ephemeral
    return "\n".join(p["content"] for p in walk_components(message.components) if p.get("type") == 10)


def text_of(result: InteractionResult) -> str:
    return said(result.followups[-1] if result.followups else result.response)


def labels_of(result: InteractionResult) -> list[str]:
    assert result.response is not None
    return [p["label"] for p in walk_components(result.response.components) if p.get("type") == 2]


# ---------------------------------------------------------------- the walk


async def test_the_panel_says_that_advanced_is_not_enabled_and_what_enabling_costs(stage: Stage) -> None:
    panel = await stage.settings()
    assert "**Advanced is not enabled yet.**" in text_of(panel)
    assert "The first candidates are free." in text_of(panel)
    assert labels_of(panel) == ["Enable Advanced · 0 moments"]


async def test_before_anything_is_made_the_owner_confirms_both_statements(stage: Stage) -> None:
    asked = await stage.confirmation()
    assert "**is 18 or older**" in text_of(asked)
    assert "**is not a real person**, nor made to look like one" in text_of(asked)
    assert labels_of(asked) == [BOTH_TRUE, "Back"]
    assert stage.room.engine.submitted == []
    await stage.ana.click(asked.response, label="Back")
    assert "## Nova · settings" in text_of(asked)


async def test_one_press_begins_a_private_request_for_candidates(stage: Stage) -> None:
    asked = await stage.confirmation()
    pressed = await stage.ana.click(asked.response, label=BOTH_TRUE)
    assert pressed.ephemeral
    (request_id,) = stage.room.engine.submitted
    request = await stage.room.request(request_id)
    assert (request.kind, request.options.private, request.confirmed) == (RequestKind.REFERENCE, True, True)
    assert request.options.companion_ids == (stage.nova.companion_id,)
    again = await stage.ana.click(asked.response, label=BOTH_TRUE)
    assert "already on its way" in text_of(again)
    assert stage.room.engine.submitted == [request_id]


async def test_candidates_wait_in_the_settings_and_are_picked_there(stage: Stage) -> None:
    await stage.with_candidates()
    panel = await stage.settings()
    assert "**4 candidates wait to be picked.**" in text_of(panel)
    assert labels_of(panel) == ["Show the candidates", "Make others · 100 moments"]
    await stage.ana.click(panel.response, label="Show the candidates")
    assert labels_of(panel) == ["1", "2", "3", "4", "Make four others · 100 moments", "Settings"]
    assert panel.response is not None
    assert [file.filename for file in panel.response.attachments] == ["candidates.jpg"]
    second = (await stage.state()).candidates[1]
    await stage.ana.click(panel.response, label="2")
    assert "### Nova is ready for Advanced" in text_of(panel)
    assert labels_of(panel) == ["Share", "Show the candidates", "Settings"]
    assert [file.filename for file in panel.response.attachments] == [f"{stage.nova.companion_id}.jpg"]
    assert (await stage.state()).chosen == second
    await stage.ana.click(panel.response, label="Show the candidates")
    assert "Number **2** is Nova now" in text_of(panel)
    await stage.ana.click(panel.response, label="4")
    assert (await stage.state()).companion.reference_key == (await stage.state()).candidates[3].file_key


async def test_a_reference_is_shown_in_the_panel_and_on_the_card(stage: Stage) -> None:
    await stage.with_candidates()
    sheet = await stage.sheet()
    await stage.ana.click(sheet.response, label="1")
    panel = await stage.settings()
    assert "✨ **Advanced is enabled.**" in text_of(panel)
    assert labels_of(panel) == ["Show the candidates", "Regenerate reference · 100 moments", "Share"]
    card = await stage.ben.slash(stage.lounge, "companion show", companion="nova")
    assert "advanced-ready" in text_of(card)
    for shown in (panel, card):
        assert shown.response is not None
        (file,) = shown.response.attachments
        assert file.filename == f"{stage.nova.companion_id}.jpg"


async def test_regenerating_asks_with_its_price_and_says_that_the_old_picture_stays(stage: Stage) -> None:
    await stage.with_candidates()
    sheet = await stage.sheet()
    await stage.ana.click(sheet.response, label="1")
    old = (await stage.state()).companion.reference_key
    panel = await stage.settings()
    await stage.ana.click(panel.response, label="Regenerate reference · 100 moments")
    assert "The old picture stays until then" in text_of(panel)
    assert labels_of(panel) == ["Make 4 candidates · 100 moments", "Back"]
    await stage.ana.click(panel.response, label="Make 4 candidates · 100 moments")
    await stage.drive()
    assert (await stage.room.balance(stage.ana.id)).free.total == 0, "that balance is another guild's"
    assert (await stage.room.request(stage.room.engine.submitted[-1])).cost == PRICES.reference
    state = await stage.state()
    assert state.is_waiting
    assert state.companion.reference_key == old


# ---------------------------------------------------------------- old buttons


async def test_enabling_while_candidates_wait_shows_these_instead_of_making_new_ones(stage: Stage) -> None:
    panel, asked = await stage.settings(), await stage.confirmation()
    await stage.with_candidates()
    made = list(stage.room.engine.submitted)
    await stage.ana.click(panel.response, label="Enable Advanced · 0 moments")
    assert "### Candidates for Nova" in text_of(panel)
    pressed = await stage.ana.click(asked.response, label=BOTH_TRUE)
    assert "### Candidates for Nova" in text_of(pressed)
    assert stage.room.engine.submitted == made


async def test_a_button_with_a_price_that_is_no_longer_right_asks_anew(stage: Stage) -> None:
    asked = await stage.confirmation()
    await stage.with_candidates()
    sheet = await stage.sheet()
    await stage.ana.click(sheet.response, label="1")
    made = list(stage.room.engine.submitted)
    pressed = await stage.ana.click(asked.response, label=BOTH_TRUE)
    assert "for **100 moments**" in text_of(pressed)
    assert labels_of(pressed) == ["Make 4 candidates · 100 moments", "Back"]
    assert stage.room.engine.submitted == made


async def test_where_all_candidates_were_deleted_enabling_says_that_the_free_time_was_used(
    stage: Stage,
) -> None:
    await stage.with_candidates()
    for image in (await stage.state()).candidates:
        await stage.room.images.delete(image.image_id, stage.guild.id, stage.ana.id, is_moderator=False)
    panel = await stage.settings()
    await stage.ana.click(panel.response, label="Enable Advanced · 100 moments")
    assert "the free first time was used" in text_of(panel)
    assert labels_of(panel) == ["Both are true: make 4 candidates · 100 moments", "Back"]


async def test_every_step_works_after_a_restart(stage: Stage) -> None:
    panel, asked = await stage.settings(), await stage.confirmation()
    await stage.env.restart_bot(bot_over(stage.room))
    await stage.ana.click(panel.response, label="Enable Advanced · 0 moments")
    assert labels_of(panel) == [BOTH_TRUE, "Back"]
    await stage.ana.click(asked.response, label=BOTH_TRUE)
    await stage.drive()
    sheet = await stage.sheet()
    await stage.env.restart_bot(bot_over(stage.room))
    await stage.ana.click(sheet.response, label="3")
    assert "ready for Advanced" in text_of(sheet)
    await stage.env.restart_bot(bot_over(stage.room))
    await stage.ana.click(sheet.response, label="Share")
    assert "**Shared.**" in text_of(sheet)


# ---------------------------------------------------------------- refusals


async def test_words_that_may_not_be_pictured_any_more_make_nothing(stage: Stage) -> None:
    stage.bot.services = stricter(stage)
    asked = await stage.confirmation()
    pressed = await stage.ana.click(asked.response, label=BOTH_TRUE)
    assert "can't be pictured here" in text_of(pressed)
    assert "Nothing was charged" in text_of(pressed)
    assert stage.room.engine.submitted == []


def stricter(stage: Stage) -> Any:
    other = CompanionBot(
        stage.room.companions,
        service_of(stage.room, StricterCheck()),
        requests=stage.room.desk,
        preferences=stage.room.preferences,
        monthly=MonthlyService(storage=stage.room.storage, clock=stage.room.clock, welcome=WELCOME),
    )
    return other.services


async def test_main_companions_and_those_of_others_have_no_settings(stage: Stage) -> None:
    main = await stage.settings(companion="mira")
    assert "ready for Advanced as it is" in text_of(main)
    others = await stage.settings(stage.ben)
    assert "Only **its owner** can change the settings of **Nova**" in text_of(others)
    assert "No companion here is called" in text_of(await stage.settings(companion="nobody"))
    assert labels_of(main) == labels_of(others) == []


async def test_nobody_else_gets_anywhere_with_forged_buttons(stage: Stage) -> None:
    await stage.with_candidates()
    before = await stage.state()
    made = list(stage.room.engine.submitted)
    nova = stage.nova.companion_id
    for item in (
        settings.SettingsButton(companion=nova),
        settings.EnableButton(companion=nova),
        settings.RegenerateButton(companion=nova),
        settings.ShowCandidatesButton(companion=nova),
        settings.ShareButton(companion=nova, turn="on"),
        PickButton(image_id=before.candidates[0].image_id, number="1"),
        MakeCandidatesButton(companion=nova, price=str(before.price)),
    ):
        assert "Only **its owner**" in text_of(await stage.forge(stage.ben, item)), item
    assert await stage.state() == before
    assert stage.room.engine.submitted == made


async def test_what_is_gone_or_never_was_is_told(stage: Stage) -> None:
    nova = stage.nova.companion_id
    for item in (
        settings.ShowCandidatesButton(companion=nova),
        settings.SettingsButton(companion="nobody"),
        PickButton(image_id="nothing", number=""),
    ):
        assert "not there any more" in text_of(await stage.forge(stage.ana, item)), item


# ---------------------------------------------------------------- sharing


async def test_sharing_is_a_switch_that_others_see(stage: Stage) -> None:
    early = await stage.forge(stage.ana, settings.ShareButton(companion=stage.nova.companion_id, turn="on"))
    assert "Not enabled for Advanced yet" in text_of(early)
    await stage.with_candidates()
    sheet = await stage.sheet()
    await stage.ana.click(sheet.response, label="1")
    assert "🔒 **Not shared.**" in text_of(sheet)
    await stage.ana.click(sheet.response, label="Share")
    assert "🤝 **Shared.**" in text_of(sheet)
    listed = await stage.ben.slash(stage.lounge, "companion list", which="others")
    assert "✨ shared" in text_of(listed)
    card = await stage.ben.slash(stage.lounge, "companion show", companion="nova")
    assert "shared with everybody here" in text_of(card)
    assert labels_of(card) == ["Invite here"]
    await stage.ana.click(sheet.response, label="Stop sharing")
    assert "🔒 **Not shared.**" in text_of(sheet)
    listed = await stage.ben.slash(stage.lounge, "companion list", which="others")
    assert "shared" not in text_of(listed)


async def test_the_command_offers_ones_own_companions(stage: Stage) -> None:
    async def offered(member: Any) -> list[str]:
        choices = await member.autocomplete(stage.lounge, "companion settings", "companion", "")
        return [choice["value"] for choice in choices]

    assert await offered(stage.ana) == [stage.nova.companion_id]
    assert await offered(stage.ben) == []
