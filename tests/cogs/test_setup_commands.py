"""``/setup`` and ``/settings``, as who manages a server uses them, and as others try to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import discord
import pytest
import simcord
from discord import app_commands, ui
from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.client import DarkroomBot
from bot.domain.guild import GuildSettings
from cogs.setup import _components as setup
from cogs.setup._messages import (
    Step,
    steps_of,
)
from tests.cogs.darkroom_bot import Workshop, open_workshop

# What a member may not do is answered by the boundaries, which simcord counts as errors.
pytestmark = pytest.mark.simcord(check_errors=False)

MOST_TEXT, MOST_COMPONENTS = 4000, 40
"""Of a message: https://discord.com/developers/docs/components/reference"""


@pytest.fixture(params=[{}])
async def workshop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path, **request.param) as workshop:
        yield workshop


@pytest.fixture
def simcord_bot(workshop: Workshop) -> DarkroomBot:
    return workshop.bot()


@dataclass
class Page:
    """What the owner has before them."""

    stage: Stage
    result: InteractionResult
    by: Any

    @property
    def parts(self) -> list[dict[str, Any]]:
        assert self.result.response is not None
        assert self.result.response.ephemeral
        return list(walk_components(self.result.response.components))

    @property
    def text(self) -> str:
        return "\n".join(part["content"] for part in self.parts if part.get("type") == 10)

    @property
    def told(self) -> str:
        """What was said besides, to the presser alone."""
        assert all(message.ephemeral for message in self.result.followups)
        parts = [part for message in self.result.followups for part in walk_components(message.components)]
        return "\n".join(part["content"] for part in parts if part.get("type") == 10)

    @property
    def labels(self) -> list[str]:
        return [part["label"] for part in self.parts if part.get("type") == 2]

    def custom_id(self, action: str) -> str:
        ids = [str(part.get("custom_id", "")) for part in self.parts]
        return next(custom_id for custom_id in ids if custom_id.startswith(f"{action}:"))

    def chosen(self, action: str) -> list[int]:
        part = next(p for p in self.parts if str(p.get("custom_id", "")).startswith(f"{action}:"))
        return [int(value["id"]) for value in part.get("default_values", [])]

    async def press(self, label: str, *, after: str = "") -> Page:
        """The button of that label; of several, the one beside the text that begins with ``after``."""
        if not after:
            return replace(self, result=await self.by.click(self.result.response, label=label))
        for part in self.parts:
            if part.get("type") == 9 and part["components"][0]["content"].startswith(f"**{after}"):
                custom_id = part["accessory"]["custom_id"]
                return replace(self, result=await self.by.click(self.result.response, custom_id=custom_id))
        raise AssertionError(f"no {after}")

    async def choose(self, action: str, *values: Any) -> Page:
        custom_id = self.custom_id(action)
        return replace(
            self, result=await self.by.select(self.result.response, list(values), custom_id=custom_id)
        )

    async def fill(self, **values: str) -> Page:
        return replace(self, result=await self.by.submit_modal(self.result, values))


@dataclass
class Stage:
    env: simcord.Env
    workshop: Workshop
    guild: Any
    lounge: Any
    mods: Any
    half: Any
    closed: Any
    painters: Any
    owner: Any
    ben: Any

    async def open(self, command: str = "setup", by: Any = None) -> Page:
        by = by or self.owner
        return Page(self, await by.slash(self.lounge, command), by)

    async def settings(self) -> GuildSettings:
        return await self.workshop.services.guilds.settings(self.guild.id)

    async def next_to(self, step: Step) -> Page:
        """The wizard, gone through to a step."""
        page = await self.open()
        for _ in range(steps_of(self.workshop.services.guilds.limits).index(step)):
            page = await page.press("Next")
        return page


@pytest.fixture
async def stage(simcord_env: simcord.Env, workshop: Workshop) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    everybody, bot = guild.default_role, simcord_env.bot.user
    hide = discord.PermissionOverwrite(view_channel=False)
    seen = discord.PermissionOverwrite(view_channel=True)
    half = discord.PermissionOverwrite(manage_webhooks=False, attach_files=False)
    yield Stage(
        env=simcord_env,
        workshop=workshop,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        mods=guild.create_text_channel("mods", overwrites={everybody: hide, bot: seen, managers: seen}),
        half=guild.create_text_channel("half", overwrites={bot: half}),
        closed=guild.create_text_channel("closed", overwrites={bot: hide}),
        painters=guild.create_role("Painters"),
        owner=guild.add_member(simcord_env.create_user("ana"), roles=[managers]),
        ben=guild.add_member(simcord_env.create_user("ben")),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


# ---------------------------------------------------------------- the wizard


async def test_the_wizard_goes_through_every_step_and_back(stage: Stage) -> None:
    page = await stage.open()
    titles: list[str] = []
    while "Next" in page.labels:
        titles.append(page.text.splitlines()[0])
        page = await page.press("Next")
    titles.append(page.text.splitlines()[0])
    assert titles == [f"-# Setup · {n} of 5" for n in range(1, 6)]
    while "Back" in page.labels:
        page = await page.press("Back")
    assert page.text.splitlines()[0] == "-# Setup · 1 of 5"


async def test_who_finishes_at_once_has_the_defaults_and_is_told_that_all_works(stage: Stage) -> None:
    page = await (await stage.open()).press("Use defaults and finish")
    assert "All set up" in page.text
    assert "**Latest changes:** none yet" in page.text
    assert await stage.settings() == GuildSettings()


async def test_a_mod_channel_is_chosen_shown_and_taken_back(stage: Stage) -> None:
    page = await (await stage.open()).choose("setup-mod", stage.mods)
    assert f"**Now:** <#{stage.mods.id}>" in page.text
    assert page.chosen("setup-mod") == [stage.mods.id]
    assert (await stage.settings()).mod_channel_id == stage.mods.id
    page = await page.choose("setup-mod")
    assert "none, so that reports have nowhere to go" in page.text
    assert (await stage.settings()).mod_channel_id is None


async def test_channels_and_roles_are_chosen_on_one_page(stage: Stage) -> None:
    page = await stage.next_to(Step.WHERE)
    page = await page.choose("setup-where", stage.lounge, stage.half)
    page = await page.choose("setup-who", stage.painters)
    assert page.chosen("setup-where") == sorted((stage.lounge.id, stage.half.id))
    assert page.chosen("setup-who") == [stage.painters.id]
    now = await stage.settings()
    assert (now.channel_ids, now.role_ids) == (
        tuple(sorted((stage.lounge.id, stage.half.id))),
        (stage.painters.id,),
    )
    page = await (await page.choose("setup-where")).choose("setup-who")
    assert "in all channels" in page.text
    assert "everybody" in page.text


async def test_numbers_are_kept_and_bad_ones_are_told_clearly(stage: Stage) -> None:
    page = await stage.next_to(Step.MOMENTS)
    page = await (await page.press("Change the numbers")).fill(daily="0", guild="5,000", member="300")
    assert "each member:** none" in page.text
    assert "5,000 moments (0 used today)" in page.text
    assert "300 moments" in page.text
    form = await page.press("Change the numbers")
    assert form.result.modal is not None
    filled = {
        c["component"]["custom_id"]: c["component"].get("value") for c in form.result.modal["components"]
    }
    assert filled == {"daily": "0", "guild": "5000", "member": "300"}
    for bad, words in (
        ({"daily": "many"}, "**Daily moments for each member** needs to be a whole number, or empty"),
        ({"daily": "10001"}, "a whole number from 0 to 10,000, or empty"),
        ({"guild": "1.5"}, "**Budget of the server a day** needs to be a whole number"),
        ({"member": "0"}, "a whole number from 1 to 10,000,000, or empty"),
    ):
        answer = await (await page.press("Change the numbers")).fill(**bad)
        assert words in answer.told
        assert (await stage.settings()).guild_budget == 5000
    page = await (await page.press("Change the numbers")).fill(daily="", guild="", member="")
    assert "each member:** 100" in page.text
    assert await stage.settings() == GuildSettings()


async def test_rating_is_not_a_choice_where_the_operator_offers_none(stage: Stage) -> None:
    page = await stage.next_to(Step.RATING)
    assert "offers nothing else" in page.text
    assert page.labels == ["Back", "Next", "Use defaults and finish"]


# ---------------------------------------------------------------- the permission check


async def test_the_check_names_every_missing_permission_and_where(stage: Stage) -> None:
    page = await stage.next_to(Step.WHERE)
    await page.choose("setup-where", stage.lounge, stage.half, stage.closed)
    await (await stage.open()).choose("setup-mod", stage.lounge)
    page = await stage.next_to(Step.CHECK)
    assert page.text.splitlines()[2:] == [
        f"✅ <#{stage.lounge.id}>",
        f"❌ <#{stage.half.id}> is missing **Attach Files, Manage Webhooks**",
        f"❌ <#{stage.closed.id}> is missing **View Channel**",
        f"✅ <#{stage.lounge.id}> (mod channel)",
        f"⚠️ Everybody can see <#{stage.lounge.id}>; reports belong to moderators alone.",
        "Mend it in the channel's settings → Permissions, then check again.",
    ]


async def test_where_no_channel_is_chosen_the_check_looks_at_this_one(stage: Stage) -> None:
    await (await stage.open()).choose("setup-mod", stage.mods)
    page = await (await stage.next_to(Step.CHECK)).press("Check again")
    assert page.text.splitlines()[2:] == [
        f"✅ <#{stage.lounge.id}>",
        "-# Pictures are made in all channels; this looks at the one where you asked.",
        f"✅ <#{stage.mods.id}> (mod channel)",
        "✅ **All is well.**",
    ]
    assert page.labels == ["Check again", "Back", "Finish"]


@pytest.mark.parametrize("workshop", [{"message_content": False}], indirect=True)
async def test_the_check_says_where_messages_are_not_read(stage: Stage) -> None:
    assert "I can't read messages here" in (await stage.next_to(Step.CHECK)).text


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("command", ["setup", "settings"])
async def test_only_who_manages_the_server_may_open_it(stage: Stage, command: str) -> None:
    registered = next(c for c in await stage.env.bot.tree.fetch_commands() if c.name == command)
    assert registered.default_member_permissions == discord.Permissions(manage_guild=True)
    stage.guild.set_command_permissions(registered, {stage.ben: True})
    shown = await stage.ben.slash(stage.lounge, command)
    page = Page(stage, shown, stage.ben)
    assert page.text == "You need the permission **Manage Server** for this."


async def test_who_manages_the_server_no_more_changes_nothing(stage: Stage) -> None:
    await stage.workshop.services.guilds.change(
        stage.guild.id, stage.owner.id, lambda now: replace(now, channel_ids=(1,))
    )
    channel = stage.env.bot.get_channel(stage.lounge.id)
    assert isinstance(channel, discord.TextChannel)
    items: list[ui.Item[Any]] = [
        setup.StepButton(step="overview", frame="settings"),
        setup.FormButton(form="numbers", frame="wizard"),
        setup.GiftsButton(turn="off"),
        setup.RatingButton(turn="on", frame="wizard"),
    ]
    for number, item in enumerate(items):
        cast("Any", item).item.label = str(number)
    selects: list[tuple[ui.Item[Any], list[Any]]] = [
        (setup.ModChannelSelect(frame="wizard"), [stage.lounge]),
        (setup.WhereSelect(frame="wizard"), [stage.lounge]),
        (setup.WhoSelect(frame="wizard"), [stage.painters]),
        (setup.MonthlySelect(frame="settings"), [stage.painters]),
    ]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow[Any](*items))
    for select, _ in selects:
        view.add_item(ui.ActionRow[Any](select))
    message = await channel.send(view=view)
    before = await stage.settings()
    answers = [await stage.ben.click(message, label=str(number)) for number in range(len(items))]
    answers += [
        await stage.ben.select(message, values, custom_id=cast("Any", select).item.custom_id)
        for select, values in selects
    ]
    for result in answers:
        assert result.modal is None
        assert Page(stage, result, stage.ben).text == "You need the permission **Manage Server** for this."
    assert await stage.settings() == before


async def test_a_forged_form_or_page_is_answered_kindly(stage: Stage) -> None:
    channel = stage.env.bot.get_channel(stage.lounge.id)
    assert isinstance(channel, discord.TextChannel)
    form, page = (
        setup.FormButton(form="nonsense", frame="x"),
        setup.StepButton(step="backend", frame="wizard"),
    )
    form.item.label, page.item.label = "form", "page"
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow[Any](form, page))
    message = await channel.send(view=view)
    answer = Page(stage, await stage.owner.click(message, label="form"), stage.owner)
    assert "needs to be one of those on the page" in answer.text
    await stage.owner.click(message, label="page")
    assert not [error for error in stage.env.errors if not isinstance(error, app_commands.AppCommandError)]


# ---------------------------------------------------------------- the overview


async def test_every_setting_can_be_changed_from_the_overview_and_every_change_is_shown(stage: Stage) -> None:
    page = await stage.open("settings")
    page = await (await page.press("", after="Mod channel")).choose("setup-mod", stage.mods)
    assert page.labels == ["Back to the settings"]
    page = await page.press("Back to the settings")
    page = await page.press("", after="Gifts")
    assert "**Gifts:** off" in page.text
    page = await (await page.press("", after="Forbidden words")).fill(words="Spider, severed head")
    assert "**Forbidden words:** 2" in page.text
    page = await (await page.press("", after="Pictures are kept")).fill(days="30")
    assert "**Pictures are kept:** 30 days" in page.text
    page = await (await page.press("", after="Daily moments")).press("Change the numbers")
    page = await (await page.fill(daily="50", guild="", member="")).press("Back to the settings")
    assert "**Daily moments for each member:** 50" in page.text
    ana = f"<@{stage.owner.id}>"
    shown = [line.split(" ", 2)[2] for line in page.text.split("**Latest changes**\n")[1].splitlines()]
    assert shown == [
        f"{ana} · daily moments: as usual → **50**",
        f"{ana} · days to keep pictures: as usual → **30**",
        f"{ana} · forbidden words: none → **2**",
        f"{ana} · gifts: on → **off**",
        f"{ana} · mod channel: none → **<#{stage.mods.id}>**",
    ]
    words = (await stage.settings()).forbidden_words
    assert words == ("severed head", "spider")
    form = await page.press("", after="Forbidden words")
    assert form.result.modal is not None
    assert form.result.modal["components"][0]["component"]["value"] == "severed head\nspider"


async def test_roles_bring_moments_each_month(stage: Stage) -> None:
    page = await (await stage.open("settings")).press("", after="Monthly moments")
    assert "No role brings any yet." in page.text
    page = await (await page.choose("setup-monthly", stage.painters)).fill(moments="1,000")
    assert f"<@&{stage.painters.id}>: 1,000" in page.text
    form = await page.choose("setup-monthly", stage.painters)
    assert form.result.modal is not None
    assert form.result.modal["components"][0]["component"]["value"] == "1000"
    too_many = await form.fill(moments="100001")
    assert "between 0 and 100,000" in too_many.told
    page = await (await page.choose("setup-monthly", stage.painters)).fill(moments="")
    page = await (await page.choose("setup-monthly")).press("Back to the settings")
    assert "**Monthly moments:** none" in page.text
    assert (
        f"monthly moments: <@&{stage.painters.id}> 1,000 → **<@&{stage.painters.id}> nothing**" in page.text
    )


async def test_the_settings_lead_to_the_check_and_to_the_wizard(stage: Stage) -> None:
    page = await stage.open("settings")
    checked = await page.press("Check permissions")
    assert checked.labels == ["Check again", "Back to the settings"]
    page = await checked.press("Back to the settings")
    assert "Setup · 1 of 5" in (await page.press("Step by step")).text
