"""``/privacy``, as members use it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands, ui
from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.client import DarkroomBot
from bot.services.ports.privacy import ExportProgress, PartHead
from bot.services.ports.storage import Erasure, ErasureStage, Holdings, WalletHolding
from bot.services.privacy.exporting import ExportEnd, ExportOutcome
from bot.services.privacy.showing import Policy
from cogs.base.components import DurableButton
from cogs.privacy import _messages as messages
from cogs.privacy._desk import CancelExportButton, ExportRestButton
from tests.cogs.darkroom_bot import Workshop, open_workshop, text_of

pytestmark = pytest.mark.simcord(check_errors=False)

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
FULLEST = Holdings(
    is_known=True,
    since_ms=1,
    requests=10**6,
    pictures=10**6,
    companions=10**6,
    spoken=10**6,
    entries=10**6,
    purchases=10**6,
    reports=10**6,
    wallets=tuple(WalletHolding(2**62 - number, 10**6, 10**6) for number in range(60)),
    purchased=10**6,
    owed=10**6,
    is_being_erased=True,
)
MOST_TEXT = 4000


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
    guild: Any
    lounge: Any
    ana: Any
    ben: Any
    bot: DarkroomBot

    async def meet(self, member: Any) -> None:
        """The bot gets to know a member, who has a welcome then."""
        await self.workshop.services.moments.balance(member.id, self.guild.id)


@pytest.fixture
async def stage(
    simcord_env: simcord.Env, workshop: Workshop, simcord_bot: DarkroomBot
) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    yield Stage(
        simcord_env,
        workshop,
        guild,
        guild.create_text_channel("lounge"),
        guild.add_member(simcord_env.create_user("ana")),
        guild.add_member(simcord_env.create_user("ben")),
        simcord_bot,
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


def labels(result: InteractionResult) -> list[str]:
    assert result.response is not None
    return [part["label"] for part in walk_components(result.response.components) if part.get("type") == 2]


async def to_the_form(stage: Stage, member: Any) -> InteractionResult:
    shown = await member.slash(stage.lounge, "privacy delete")
    return await member.click(shown.response, label="Delete everything about me…")


# ---------------------------------------------------------------------- show


async def test_somebody_unknown_reads_the_policy_and_that_nothing_is_kept(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "privacy show")
    assert shown.ephemeral
    assert "never stored, never logged" in text_of(shown)
    assert "Nothing is kept about you" in text_of(shown)
    assert labels(shown) == []
    assert not (await stage.workshop.services.privacy.holdings(stage.ana.id)).is_known


async def test_a_member_sees_what_is_kept_and_the_ways_out(stage: Stage) -> None:
    await stage.meet(stage.ana)
    shown = await stage.ana.slash(stage.lounge, "privacy show")
    assert "1 entry about your moments" in text_of(shown)
    assert labels(shown) == ["Export", "Delete"]
    asked = await stage.ana.click(shown.response, label="Delete")
    assert "500 moments" in text_of(asked)


async def test_the_days_that_an_owner_chose_are_told_here(stage: Stage) -> None:
    await stage.workshop.services.guilds.change(
        stage.guild.id, stage.ben.id, lambda settings: replace(settings, retention_days=9)
    )
    shown = await stage.ana.slash(stage.lounge, "privacy show")
    assert "**9 days** here" in text_of(shown)


def test_the_page_says_every_sentence_of_the_policy() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for sentence in messages.POLICY:
        assert sentence in page


def test_the_policy_says_how_long() -> None:
    assert "until you delete them" in messages.policy_text(Policy(None))
    assert "**1 day** here" in messages.policy_text(Policy(1))


# ---------------------------------------------------------------------- delete


async def test_before_anything_is_deleted_it_says_what_is_lost_and_what_stays(stage: Stage) -> None:
    await stage.meet(stage.ana)
    shown = await stage.ana.slash(stage.lounge, "privacy delete")
    assert shown.ephemeral
    text = text_of(shown)
    assert "500 moments" in text
    assert stage.guild.name in text
    assert "What stays" in text
    assert (await stage.workshop.services.privacy.holdings(stage.ana.id)).is_known


async def test_with_the_word_it_begins_and_nothing_new_is_kept(stage: Stage) -> None:
    await stage.meet(stage.ana)
    form, other = await to_the_form(stage, stage.ana), await to_the_form(stage, stage.ana)
    begun = await stage.ana.submit_modal(form, {"word": " DELETE "})
    assert "is being deleted" in text_of(begun)
    assert begun.ephemeral
    assert (await stage.workshop.services.privacy.holdings(stage.ana.id)).is_being_erased
    for command in ("moments daily", "me"):
        refused = await stage.ana.slash(stage.lounge, command)
        assert "is being deleted" in text_of(refused)
    again = await stage.ana.slash(stage.lounge, "privacy delete")
    assert "is being deleted already" in text_of(again)
    twice = await stage.ana.submit_modal(other, {"word": "DELETE"})
    assert "is being deleted already" in text_of(twice)
    shown = await stage.ana.slash(stage.lounge, "privacy show")
    assert labels(shown) == []


@pytest.mark.parametrize("word", ["delete", "yes", "DELETE ME"])
async def test_with_any_other_word_nothing_happens(stage: Stage, word: str) -> None:
    await stage.meet(stage.ana)
    form = await to_the_form(stage, stage.ana)
    told = await stage.ana.submit_modal(form, {"word": word})
    assert "DELETE, in capitals" in text_of(told)
    assert not (await stage.workshop.services.privacy.holdings(stage.ana.id)).is_being_erased


async def test_where_nothing_is_kept_there_is_nothing_to_delete(stage: Stage) -> None:
    told = await stage.ana.slash(stage.lounge, "privacy delete")
    assert "Nothing is kept about you" in text_of(told)
    assert labels(told) == []


async def test_a_button_is_about_whoever_presses_it(stage: Stage) -> None:
    await stage.meet(stage.ana)
    await stage.meet(stage.ben)
    form = await to_the_form(stage, stage.ana)
    await stage.ana.submit_modal(form, {"word": "DELETE"})
    holdings = stage.workshop.services.privacy.holdings
    assert (await holdings(stage.ana.id)).is_being_erased
    assert not (await holdings(stage.ben.id)).is_being_erased


# ---------------------------------------------------------------------- export


async def test_an_export_is_handed_over_to_its_member_alone(stage: Stage) -> None:
    await stage.meet(stage.ana)
    got = await stage.ana.slash(stage.lounge, "privacy export")
    assert "Your data is here" in text_of(got)
    (part,) = got.followups
    assert part.ephemeral
    assert [file.filename for file in part.attachments] == ["darkroom-data.zip"]


async def test_where_nothing_is_kept_there_is_nothing_to_export(stage: Stage) -> None:
    got = await stage.ana.slash(stage.lounge, "privacy export")
    assert "Nothing is kept about you" in text_of(got)
    assert "Cancel" not in labels(got)


async def press(stage: Stage, member: Any, button: DurableButton) -> InteractionResult:
    """A button of an earlier answer, or of a modified client."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow[Any](button))
    channel = stage.bot.get_channel(stage.lounge.id)
    assert isinstance(channel, discord.TextChannel)
    return await member.click(await channel.send(view=view), label=button.item.label)


async def test_the_rest_of_an_export_goes_on_where_it_ended(stage: Stage) -> None:
    await stage.meet(stage.ana)
    got = await press(stage, stage.ana, ExportRestButton(rest="1-0", handed="4"))
    assert "Your data is here" in text_of(got)
    files = [file.filename for message in got.followups for file in message.attachments]
    assert files == ["darkroom-data-5-of-5.zip"]


@pytest.mark.parametrize(("rest", "handed"), [("x", "1"), ("99-1", "1"), ("1-x", "")])
async def test_a_forged_rest_leads_nowhere(stage: Stage, rest: str, handed: str) -> None:
    await stage.meet(stage.ana)
    got = await press(stage, stage.ana, ExportRestButton(rest=rest, handed=handed))
    assert "not there any more" in text_of(got)
    assert "could not be put together" in text_of(got)


async def test_cancelling_where_nothing_is_under_way_says_so(stage: Stage) -> None:
    shown = await press(stage, stage.ana, CancelExportButton())
    assert shown.acknowledged
    channel = stage.bot.get_channel(stage.lounge.id)
    assert isinstance(channel, discord.TextChannel)
    said = [part async for part in channel.history(limit=1)]
    assert "Nothing is being put together" in str(said[0].components[0])


class Waiting:
    """A desk that stops at the first picture, or the first part, until it is let go."""

    limit_bytes = 10_000_000
    until_ms = 2**62

    def __init__(self) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def show(self, progress: ExportProgress) -> None:
        del progress

    async def hand_over(self, path: Path, head: PartHead) -> None:
        del path, head
        self.reached.set()
        await self.go_on.wait()


async def test_a_second_export_is_refused_while_the_first_is_under_way(stage: Stage) -> None:
    await stage.meet(stage.ana)
    desk = Waiting()
    first = asyncio.create_task(stage.workshop.services.privacy.exports.run(stage.ana.id, desk))
    await desk.reached.wait()
    second = await stage.ana.slash(stage.lounge, "privacy export")
    assert "is being put together" in text_of(second)
    desk.go_on.set()
    assert (await first).end is ExportEnd.DONE


# ---------------------------------------------------------------------- texts


@pytest.mark.parametrize("holdings", [Holdings(), FULLEST, Holdings(is_known=True)])
def test_texts_fit_however_much_there_is(holdings: Holdings) -> None:
    names = {wallet.guild_id: "A server with a long name " * 4 for wallet in holdings.wallets}
    assert len(messages.losses_text(holdings, names)) < MOST_TEXT
    assert len(messages.policy_text(Policy(3650)) + messages.holdings_text(holdings)) < MOST_TEXT


def test_what_is_lost_is_told_by_server_with_the_rest_together() -> None:
    text = messages.losses_text(FULLEST, {2**62: "The Attic"})
    assert "- The Attic: **2,000,000 moments**" in text
    assert f"- Server `{2**62 - 1}`: **2,000,000 moments**" in text
    assert "50 other servers: **100,000,000 moments**" in text
    assert "Bought: **1,000,000 moments**" in text


def test_without_moments_it_says_so() -> None:
    text = messages.losses_text(Holdings(is_known=True), {})
    assert "No moments: you have none" in text
    assert "everything else about you" in text


def test_the_end_of_a_deletion_counts_what_is_gone_and_what_is_left() -> None:
    done = Erasure("a", 1, ErasureStage.TELLING, None, 0, 0, messages_gone=1, messages_left=2)
    text = messages.done_text(done)
    assert "1 posted message went" in text
    assert "2 posted messages **could not be removed**" in text
    assert "posted" not in messages.done_text(replace(done, messages_gone=0, messages_left=0))


def test_progress_and_ends_of_an_export_say_how_far_it_came() -> None:
    one, two = PartHead(1, 1, 0), PartHead(2, 3, 0)
    assert "3 of 9 pictures" in messages.progress_text(ExportProgress(one, 3, 9))
    assert "Part 2 of 3" in messages.progress_text(ExportProgress(two, 3, 9))
    assert messages.part_text(1, 1) == "Your data:"
    assert "part 2 of 3" in messages.part_text(2, 3)
    for end in ExportEnd:
        text = messages.outcome_text(ExportOutcome(end, 2, 3, 9, "0-1"))
        assert ("2 of 3 parts" in text) is (end is not ExportEnd.DONE)
    assert re.fullmatch(r"[A-Za-z0-9:._-]+", ExportRestButton(rest="13-A_1", handed="2").custom_id)
