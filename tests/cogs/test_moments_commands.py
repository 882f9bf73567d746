"""``/moments`` and ``/grant``, driven as members and moderators drive them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
import simcord
from discord import app_commands, ui
from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.clock import SystemClock
from bot.container.databases import Database
from bot.domain.money import Balance, Entry, EntryKind, Split
from bot.domain.pricing import Grants
from bot.services.moments import HistoryPage, MomentsService
from bot.services.monthly import MonthlyService
from bot.services.ports.storage import HistoryLine, UnitOfWork
from bot.services.registry import Services
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.moments._components import OlderButton
from cogs.moments._messages import balance_text, history_text
from tests.databases import fresh_storage

GRANTS = Grants(welcome=500, daily=100, cap_per_call=1000, cap_per_day=1500, gift_cap_per_day=200)

# What a member may not do is answered by the tree's boundary, which simcord counts as an error.
pytestmark = pytest.mark.simcord(check_errors=False)


class _Tree(app_commands.CommandTree[Any]):
    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        await answer_error(interaction, error)


class MomentsBot(Host):
    """What ``bot.client`` does, as far as these features need it."""

    def __init__(self, storage: Database) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            shard_count=1,
            tree_cls=_Tree,
        )
        self.storage = storage
        moments = MomentsService(storage=storage, clock=SystemClock(), grants=GRANTS)
        self.services = cast(
            "Services",
            SimpleNamespace(
                moments=moments,
                monthly=MonthlyService(storage=storage, clock=SystemClock(), welcome=GRANTS.welcome),
            ),
        )

    async def setup_hook(self) -> None:
        for feature in ("cogs.moments", "cogs.grants"):
            await self.load_extension(feature)
        await self.tree.sync()


@dataclass
class Stage:
    bot: MomentsBot
    guild: Any
    lounge: Any
    ana: Any
    ben: Any
    mod: Any

    async def balance(self, member: Any) -> Balance:
        return await self.bot.services.moments.balance(member.id, self.guild.id)


@pytest.fixture
async def simcord_bot(tmp_path: Path) -> AsyncIterator[MomentsBot]:
    async with fresh_storage(tmp_path) as storage:
        yield MomentsBot(storage)


@pytest.fixture
async def stage(simcord_env: simcord.Env, simcord_bot: MomentsBot) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    moderators = guild.create_role("Mods", permissions=discord.Permissions(moderate_members=True))
    yield Stage(
        bot=simcord_bot,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        ana=guild.add_member(simcord_env.create_user("ana")),
        ben=guild.add_member(simcord_env.create_user("ben")),
        mod=guild.add_member(simcord_env.create_user("kim"), roles=[moderators]),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


def text_of(result: InteractionResult) -> str:
    """All that can be read of an answer, which only its member sees."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    assert result.ephemeral
    shown = [part["content"] for part in walk_components(message.components) if part.get("type") == 10]
    return "\n".join([message.content, *shown])


def labels_of(result: InteractionResult) -> list[str]:
    assert result.response is not None
    return [part["label"] for part in walk_components(result.response.components) if part.get("type") == 2]


async def test_the_first_balance_is_the_welcome(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "moments balance")
    assert "You have **500 moments** on this server." in text_of(shown)
    assert "/moments daily" in text_of(shown)


async def test_the_daily_is_claimed_once(stage: Stage) -> None:
    claimed = await stage.ana.slash(stage.lounge, "moments daily")
    assert "**+100 moments** for today. You have **600** now." in text_of(claimed)
    again = await stage.ana.slash(stage.lounge, "moments daily")
    assert "**already yours**" in text_of(again)
    assert await stage.balance(stage.ana) == Balance(Split(600))


async def test_a_gift_arrives(stage: Stage) -> None:
    given = await stage.ana.slash(stage.lounge, "moments gift", member=stage.ben, amount=150)
    assert f"You gave <@{stage.ben.id}> **150 moments**. You have **350** left." in text_of(given)
    assert await stage.balance(stage.ben) == Balance(Split(650))


async def test_a_gift_over_the_cap_or_to_oneself_is_refused_kindly(stage: Stage) -> None:
    too_much = await stage.ana.slash(stage.lounge, "moments gift", member=stage.ben, amount=201)
    assert "over the limit of **200 moments**; **200** are still possible today" in text_of(too_much)
    own = await stage.ana.slash(stage.lounge, "moments gift", member=stage.ana, amount=1)
    assert "Choose another member" in text_of(own)
    assert await stage.balance(stage.ana) == Balance(Split(500))


async def test_a_moderator_grants_and_sees_what_is_granted_only(stage: Stage) -> None:
    await stage.bot.storage.write(lambda uow: _buy(uow, stage.ben.id, 7000))
    given = await stage.mod.slash(stage.lounge, "grant", member=stage.ben, amount=1000)
    assert f"<@{stage.ben.id}> got **1,000 moments** and has **1,500** for this server now." in text_of(given)
    assert await stage.balance(stage.ben) == Balance(Split(1500, 7000))


async def test_a_member_is_not_shown_grant(stage: Stage) -> None:
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await stage.ana.slash(stage.lounge, "grant", member=stage.ben, amount=10)


async def test_a_member_whom_the_server_showed_grant_still_grants_nothing(stage: Stage) -> None:
    grant = next(command for command in await stage.bot.tree.fetch_commands() if command.name == "grant")
    stage.guild.set_command_permissions(grant, {stage.ana: True})
    refused = await stage.ana.slash(stage.lounge, "grant", member=stage.ben, amount=10)
    assert "You need the permission **Time out members**" in text_of(refused)
    assert await stage.balance(stage.ben) == Balance(Split(500))


async def test_a_moderator_grants_themselves_nothing(stage: Stage) -> None:
    own = await stage.mod.slash(stage.lounge, "grant", member=stage.mod, amount=10)
    assert "Choose another member" in text_of(own)


async def test_an_empty_history_says_how_to_begin(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "moments history")
    assert "Start with `/moments daily`." in text_of(shown)
    assert labels_of(shown) == []


async def test_the_history_is_turned_page_by_page_and_back(stage: Stage) -> None:
    for amount in range(1, 13):
        await stage.ana.slash(stage.lounge, "moments gift", member=stage.ben, amount=amount)
    shown = await stage.ana.slash(stage.lounge, "moments history")
    assert "**−12** gift to a member" in text_of(shown)
    assert "**−3** gift to a member" in text_of(shown)
    assert labels_of(shown) == ["Older"]
    await stage.ana.click(shown.response, label="Older")
    assert "**−2** gift to a member" in text_of(shown)
    assert "**+500** welcome gift" in text_of(shown)
    assert labels_of(shown) == ["Newest"]
    await stage.ana.click(shown.response, label="Newest")
    assert labels_of(shown) == ["Older"]


async def test_a_forged_page_shows_one_s_own_newest(stage: Stage) -> None:
    await stage.ana.slash(stage.lounge, "moments daily")
    channel = stage.bot.get_channel(stage.lounge.id)
    assert isinstance(channel, discord.TextChannel)
    for forged in ("9" * 40, "-1", "x"):
        view = ui.LayoutView(timeout=None)
        row: ui.ActionRow[Any] = ui.ActionRow()
        row.add_item(OlderButton(than=forged))
        view.add_item(row)
        message = await channel.send(view=view)
        await stage.ana.click(message, label="Older")
        edited = await channel.fetch_message(message.id)
        shown = [str(part) for part in walk_components([item.to_dict() for item in edited.components])]
        assert any("daily moments" in part for part in shown)


async def _buy(uow: UnitOfWork, user_id: int, amount: int) -> None:
    account_id = await uow.members.require_account(user_id)
    await uow.ledger.append(Entry(account_id, 0, EntryKind.PURCHASE, "sku", Split(0, amount), 1))


def test_what_is_set_aside_or_owed_is_said() -> None:
    shown = balance_text(Balance(Split(10, 20), Split(30, 20), owed=5))
    assert "You have **30 moments**" in shown
    assert "**50 more** are set aside for pictures on the way." in shown
    assert "**5 are owed**" in shown


@pytest.mark.parametrize(
    ("kind", "moved", "held", "line"),
    [
        (EntryKind.HOLD, Split(-50), Split(50), "**−50** set aside for a picture"),
        (EntryKind.CAPTURE, Split(), Split(-50), "**±0** picture made: 50 of what was set aside"),
        (
            EntryKind.CAPTURE,
            Split(20),
            Split(-50),
            "**+20** picture made: 30 of what was set aside, the rest is back",
        ),
        (EntryKind.RELEASE, Split(50), Split(-50), "**+50** back, no picture was made"),
        (EntryKind.GIFT, Split(0, 5), Split(), "**+5** gift from a member"),
        (EntryKind.PURCHASE, Split(0, 1000), Split(), "**+1,000** purchase"),
    ],
)
def test_every_kind_of_entry_has_its_line(kind: EntryKind, moved: Split, held: Split, line: str) -> None:
    page = HistoryPage((HistoryLine(1, kind, moved, held, "ref", 60_000),), None)
    assert f"{line} · <t:60:R>" in history_text(page)


@pytest.mark.parametrize("kind", list(EntryKind))
def test_no_kind_of_entry_is_forgotten(kind: EntryKind) -> None:
    assert "<t:" in history_text(HistoryPage((HistoryLine(1, kind, Split(1), Split(), "ref", 1),), None))
