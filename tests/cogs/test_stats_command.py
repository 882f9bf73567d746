"""``/stats`` as owners, moderators and members meet it, and its words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
import simcord
from discord import app_commands
from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.clock import SystemClock
from bot.container.databases import Database
from bot.domain.errors import BackendUnavailableError
from bot.domain.request import EndReason, RequestKind
from bot.domain.stats import GuildStats, Spread
from bot.services.ports.charts import ChartNotDrawnError, ChartWords
from bot.services.ports.storage import UnitOfWork
from bot.services.registry import Services
from bot.services.requests.health import BackendHealth, Circuit, HealthBook
from bot.services.stats import StatsReport, StatsService
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.stats._messages import KINDS, MAX_ALT_TEXT, REASONS, alt_text, stats_text
from tests.databases import fresh_storage
from tests.db.rows import image, request

PNG = b"\x89PNG\r\n\x1a\nnot really"

pytestmark = pytest.mark.simcord(check_errors=False)


class _Tree(app_commands.CommandTree[Any]):
    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        await answer_error(interaction, error)


class Charts:
    """Notes what it is to draw; draws unless it is broken."""

    def __init__(self) -> None:
        self.words: list[ChartWords] = []
        self.is_broken = False

    async def draw(self, stats: GuildStats, words: ChartWords) -> bytes:
        assert not stats.is_empty
        self.words.append(words)
        if self.is_broken:
            raise ChartNotDrawnError("broken")
        return PNG


class StatsBot(Host):
    """What ``bot.client`` does, as far as this feature needs it."""

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
        self.charts = Charts()
        clock = SystemClock()
        self.health = HealthBook(clock, ["sketch"])
        stats = StatsService(storage=storage, clock=clock, charts=self.charts, health=self.health)
        self.services = cast("Services", SimpleNamespace(stats=stats))

    async def setup_hook(self) -> None:
        await self.load_extension("cogs.stats")
        await self.tree.sync()


@dataclass
class Stage:
    bot: StatsBot
    guild: Any
    lounge: Any
    ana: Any
    mod: Any
    owner: Any

    async def picture(self, number: int = 1, *, days_ago: int = 0) -> None:
        """A picture that was made here."""

        async def work(uow: UnitOfWork) -> None:
            at_ms = SystemClock().now_ms() - days_ago * 86_400_000
            plain = request(await uow.members.require_account(self.ana.id), number)
            made = replace(plain, created_at_ms=at_ms, reply=replace(plain.reply, guild_id=self.guild.id))
            await uow.requests.add(made)
            await uow.images.add(replace(image(made), created_at_ms=at_ms), ("mira",))

        await self.bot.storage.write(work)


@pytest.fixture
async def simcord_bot(tmp_path: Path) -> AsyncIterator[StatsBot]:
    async with fresh_storage(tmp_path) as storage:
        yield StatsBot(storage)


@pytest.fixture
async def stage(simcord_env: simcord.Env, simcord_bot: StatsBot) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild(name="Café $x$ 🌸")
    moderators = guild.create_role("Mods", permissions=discord.Permissions(moderate_members=True))
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    yield Stage(
        bot=simcord_bot,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        ana=guild.add_member(simcord_env.create_user("ana")),
        mod=guild.add_member(simcord_env.create_user("kim"), roles=[moderators]),
        owner=guild.add_member(simcord_env.create_user("olga"), roles=[managers]),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


def text_of(result: InteractionResult) -> str:
    """All that can be read of an answer, which only its member sees."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    assert result.ephemeral
    shown = [part["content"] for part in walk_components(message.components) if part.get("type") == 10]
    return "\n".join([message.content, *shown])


def pictures_of(result: InteractionResult) -> list[dict[str, Any]]:
    assert result.response is not None
    return [
        item
        for part in walk_components(result.response.components)
        if part.get("type") == 12
        for item in part["items"]
    ]


async def test_a_moderator_sees_the_numbers_and_their_picture(stage: Stage) -> None:
    await stage.picture()
    shown = await stage.mod.slash(stage.lounge, "stats")
    assert "Pictures of the last 30 days" in text_of(shown)
    assert "**1 picture**: Instant 1" in text_of(shown)
    (picture,) = pictures_of(shown)
    assert picture["media"]["url"].endswith("darkroom-stats.png")
    assert picture["description"].startswith("Charts of the last 30 days")
    assert [words.title for words in stage.bot.charts.words] == ["Café $x$ 🌸"]


@pytest.mark.parametrize("days", [7, 30, 90])
async def test_the_days_are_chosen(stage: Stage, days: int) -> None:
    for number, days_ago in enumerate((0, 10, 40)):
        await stage.picture(number, days_ago=days_ago)
    shown = await stage.mod.slash(stage.lounge, "stats", days=days)
    assert f"the last {days} days" in text_of(shown)
    count = {7: "1 picture", 30: "2 pictures", 90: "3 pictures"}[days]
    assert f"**{count}**" in text_of(shown)


async def test_where_nothing_was_made_it_says_how_to_begin(stage: Stage) -> None:
    shown = await stage.mod.slash(stage.lounge, "stats", days=7)
    assert "**No pictures** were asked for on this server in the last 7 days" in text_of(shown)
    assert "/companion invite" in text_of(shown)
    assert pictures_of(shown) == []
    assert stage.bot.charts.words == []


async def test_the_numbers_stand_alone_where_no_chart_can_be_drawn(stage: Stage) -> None:
    await stage.picture()
    stage.bot.charts.is_broken = True
    shown = await stage.mod.slash(stage.lounge, "stats")
    assert "**1 picture**" in text_of(shown)
    assert "could not be shown" in text_of(shown)
    assert pictures_of(shown) == []


async def test_members_are_not_shown_it_and_get_nothing_where_they_are(stage: Stage) -> None:
    await stage.picture()
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await stage.ana.slash(stage.lounge, "stats")
    command = next(command for command in await stage.bot.tree.fetch_commands() if command.name == "stats")
    stage.guild.set_command_permissions(command, {stage.ana: True})
    refused = await stage.ana.slash(stage.lounge, "stats")
    assert "You need the permission **" in text_of(refused)
    assert "picture" not in text_of(refused)
    assert stage.bot.charts.words == []


async def test_who_manages_the_server_may_see_it_as_well(stage: Stage) -> None:
    await stage.picture()
    command = next(command for command in await stage.bot.tree.fetch_commands() if command.name == "stats")
    stage.guild.set_command_permissions(command, {stage.owner: True})
    assert "**1 picture**" in text_of(await stage.owner.slash(stage.lounge, "stats"))


# ---------------------------------------------------------------------- words

FULL = GuildStats(
    first_day=date(2026, 7, 5),
    pictures={RequestKind.INSTANT: (0, 900, 0, 0, 0, 0, 1_100), RequestKind.GROUP: (0, 5, 0, 0, 0, 0, 0)},
    refunded=20,
    spent=(0, 45_000, 0, 0, 0, 0, 55_000),
    given=(500, 0, 0, 0, 0, 0, 0),
    given_back=(0, 0, 0, 0, 0, 0, 1_000),
    ended=2_000,
    unmade=tuple((reason, 10 - place) for place, reason in enumerate(list(EndReason)[:7])),
    waiting=Spread(310, 4_200, 1_900),
    making=None,
    times_since=date(2026, 7, 9),
)


def test_all_numbers_are_in_the_text() -> None:
    text = stats_text(StatsReport(FULL, PNG))
    for line in (
        "Pictures of the last 7 days, 5 Jul to 11 Jul 2026",
        "**2,005 pictures**: Instant 2,000, Group 5",
        "Moments: **100,000** spent, **500** handed out, **1,000** refunded",
        "Refunded: **1 %** of the pictures (20)",
        "Refused or failed: **2.5 %** of 2,000 requests: too few moments 10, no companion there 9",
        "others 9",
        "Waiting until making began: half within **0.31 s**, 95 % within **4.2 s**",
        "Making: not measured yet",
        "Times are known since 9 Jul 2026.",
        "Only sums are counted",
    ):
        assert line in text
    assert "could not be shown" not in text
    assert "could not be shown" in stats_text(StatsReport(FULL, PNG), is_chart_there=False)


def test_picture_services_are_told_as_they_are_now() -> None:
    def health(name: str, state: Circuit = Circuit.CLOSED, **known: object) -> BackendHealth:
        usual: dict[str, object] = {
            "until_ms": None, "failures": 0, "made": 0, "refused": 0, "failed": 0,
            "last_error": None, "median_making_s": None,
        }  # fmt: skip
        return BackendHealth(name, state, 0, **{**usual, **known})  # type: ignore[arg-type]

    text = stats_text(
        StatsReport(
            FULL,
            PNG,
            [
                health("comfyui", made=4, median_making_s=12.4),
                health("gemini", Circuit.OPEN, until_ms=90_500, failures=3),
                health("openai", Circuit.HALF_OPEN, failures=3),
                health("horde", failures=1, median_making_s=30.0),
                health("sketch"),
                health("ray", refused=1),
            ],
        )
    )
    assert (
        "Picture services now: **comfyui** answers, half within 12 s · **gemini** rests until <t:90:T> · "
        "**openai** is tried with the next picture · **horde** failed last time · **sketch** was not asked yet · "
        "**ray** answers"
    ) in text


async def test_a_server_without_pictures_sees_the_picture_services_too(stage: Stage) -> None:
    assert "**sketch** was not asked yet" in text_of(await stage.mod.slash(stage.lounge, "stats"))
    with stage.bot.health.trying("sketch", "r") as trial:
        trial.failed(BackendUnavailableError("sketch", 30.0))
    assert "**sketch** rests until <t:" in text_of(await stage.mod.slash(stage.lounge, "stats"))


def test_the_picture_is_described_for_whoever_does_not_see_it() -> None:
    described = alt_text(FULL)
    for words in ("2,005 pictures", "at most 1,100 a day", "100,000 moments", "1 % refunded", "0.31 s"):
        assert words in described
    assert "*" not in described
    assert len(described) <= MAX_ALT_TEXT


def test_every_kind_and_every_reason_has_a_short_name() -> None:
    assert set(KINDS) == set(RequestKind)
    assert set(REASONS) == set(EndReason)
    assert max(map(len, REASONS.values())) <= 30
