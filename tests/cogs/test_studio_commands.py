"""``/image studio``, ``premium``, ``advanced`` and ``group``, and the panel's forms and menus, as members use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import ui
from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.client import DarkroomBot
from bot.companion_shelf import AssetShelf
from bot.domain import studio_changes as changes
from bot.domain.presets import PresetKind
from bot.preset_shelf import AssetPresets
from bot.services.ports.speaking import Place
from cogs.studio._components import GoButton
from cogs.studio._filter import FilterSelect
from cogs.studio._panel import (
    AspectSelect,
    CountSelect,
    GenerateButton,
    ModeButton,
    PageButton,
    ResolutionButton,
)
from cogs.studio._presets import NoPresetButton, PresetSelect, TabButton
from tests.cogs.darkroom_bot import Workshop, open_workshop, text_of

pytestmark = pytest.mark.simcord(check_errors=False)
SAID = "She is reading in a quiet library."


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

    @property
    def here(self) -> Place:
        return Place(self.lounge.guild.id, self.lounge.id)

    async def refused(self, command: str, **options: Any) -> str:
        """What a command is refused with: nothing public stays, and nothing was held."""
        shown = await self.ana.slash(self.lounge, f"image {command}", **options)
        assert shown.response is None or not shown.response.content
        told = shown.followups[-1]
        assert told.ephemeral
        found = await self.workshop.services.moments.balance(self.ana.id, self.here.guild_id)
        assert (found.free.total, found.held.total) == (500, 0)
        history = await self.workshop.services.moments.history(self.ana.id, self.here.guild_id)
        assert len(history.lines) == 1, "the welcome alone"
        return text_of(shown)

    async def post(self, item: ui.Item[Any]) -> Any:
        """A message of the bot's with a forged component on it."""
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.TextDisplay("forged"))
        row: ui.ActionRow[Any] = ui.ActionRow()
        row.add_item(item)
        view.add_item(row)
        channel = self.env.bot.get_channel(self.lounge.id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.send(view=view)

    async def panel(self) -> InteractionResult:
        return await self.ana.slash(self.lounge, "image studio")

    async def offered(self, command: str, option: str, typed: str, **filled: Any) -> list[str]:
        choices = await self.ana.autocomplete(self.lounge, f"image {command}", option, typed, **filled)
        return [choice["name"] for choice in choices]


@pytest.fixture
async def stage(simcord_env: simcord.Env, workshop: Workshop) -> Stage:
    guild = simcord_env.create_guild()
    return Stage(
        simcord_env,
        workshop,
        guild.create_text_channel("lounge"),
        guild.add_member(simcord_env.create_user("ana")),
        guild.add_member(simcord_env.create_user("ben")),
    )


def id_of(shown: Any, action: str) -> str:
    """The custom id of the one component of an action."""
    (found,) = [
        part["custom_id"]
        for part in walk_components(shown.components)
        if str(part.get("custom_id", "")).startswith(f"{action}:")
    ]
    return found


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("premium", {"companion": "Nobody"}, "Nobody here is called **Nobody**"),
        ("premium", {"companion": "mira"}, "Write a prompt, or choose a preset."),
        ("premium", {"companion": "mira", "prompt": "x" * 1_001}, "**1,001 characters**"),
        ("premium", {"companion": "mira", "outfit": "no-such-thing"}, "no preset called"),
        ("advanced", {"companion": "mira", "prompt": "x" * 2_001}, "**2,001 characters**"),
        ("advanced", {"companion": "mira", "prompt": "   "}, "Write a prompt."),
        ("group", {"companions": "Mira", "prompt": SAID}, "**2 to 3 different companions**"),
        ("group", {"companions": "Mira, mira", "prompt": SAID}, "**2 to 3 different companions**"),
        ("group", {"companions": "Mira, Kaito, Juno, Rose", "prompt": SAID}, "Leave 1 out."),
        ("group", {"companions": "Mira, Nobody", "prompt": SAID}, "Nobody here is called"),
        ("group", {"companions": " , ", "prompt": SAID}, "nobody is chosen yet"),
    ],
)
async def test_what_can_not_be_made_is_told_to_the_presser_alone_and_costs_nothing(
    stage: Stage, command: str, options: dict[str, Any], words: str
) -> None:
    await stage.workshop.services.moments.balance(stage.ana.id, stage.here.guild_id)
    assert words in await stage.refused(command, **options)


async def test_companions_are_offered_by_name(stage: Stage) -> None:
    everybody = sorted(companion.name for companion in AssetShelf().all())
    assert sorted(await stage.offered("premium", "companion", "")) == everybody
    assert await stage.offered("advanced", "companion", "mir") == ["Mira"]


async def test_the_last_name_of_a_list_is_completed_and_the_others_kept(stage: Stage) -> None:
    assert await stage.offered("group", "companions", "mir") == ["Mira"]
    assert await stage.offered("group", "companions", "Mira, kai") == ["Mira, Kaito"]
    third = await stage.offered("group", "companions", "Mira, Kaito, ")
    assert third
    assert all(text.startswith("Mira, Kaito, ") and text.count(",") == 2 for text in third)
    assert not any(text.endswith((", Mira", ", Kaito")) for text in third)
    assert all(len(text) <= 100 for text in third)


async def test_presets_are_offered_by_name_for_the_companion_who_is_filled_in(stage: Stage) -> None:
    man = next(c for c in AssetShelf().all() if c.look.gender.value == "male")
    for option, kind in (
        ("outfit", PresetKind.OUTFIT),
        ("action", PresetKind.ACTION),
        ("scene", PresetKind.SCENE),
    ):
        fitting = [p.name for p in AssetPresets().all(kind) if man.look.gender in p.fits]
        offered = await stage.offered("premium", option, "", companion=man.companion_id)
        assert offered == fitting[:25]
        assert await stage.offered("premium", option, fitting[0].upper(), companion=man.name) == [fitting[0]]


async def test_the_panel_is_the_members_own_and_starts_empty(stage: Stage) -> None:
    shown = await stage.panel()
    assert shown.ephemeral
    text = text_of(shown)
    assert "nobody yet" in text
    assert "you have **500**" in text


async def test_a_panel_is_used_on_after_a_restart(stage: Stage) -> None:
    shown = await stage.panel()
    await stage.ana.select(shown.response, ["mira"], custom_id=id_of(shown.response, "studio-cast"))
    await stage.env.restart_bot(stage.workshop.bot())
    form = await stage.ana.click(shown.response, custom_id=id_of(shown.response, "studio-prompt"))
    await stage.ana.submit_modal(form, {"prompt": "smiling, wind, harbour, morning"})
    text = text_of(await stage.panel())
    assert "Mira" in text
    assert "harbour" in text


async def test_a_fourth_companion_is_refused_and_the_menu_goes_back(stage: Stage) -> None:
    def four_elsewhere(choices: Any) -> Any:
        group = changes.for_group(choices, is_group=True)
        return changes.with_cast(group, ["kaito", "juno", "rose"], ["kaito", "juno", "rose"])

    studio = stage.workshop.services.studio
    await studio.change(stage.here, stage.ana.id, four_elsewhere)
    await studio.change(stage.here, stage.ana.id, lambda c: changes.searching(c, "mira"))
    shown = await stage.panel()
    told = await stage.ana.select(shown.response, ["mira"], custom_id=id_of(shown.response, "studio-cast"))
    assert "Leave 1 out." in text_of(told)
    kept = await studio.choices(stage.here, stage.ana.id)
    assert set(kept.companion_ids) == {"kaito", "juno", "rose"}


async def test_forged_values_are_answered_politely_and_change_nothing(stage: Stage) -> None:
    me = str(stage.ana.id)
    buttons = {
        ModeButton(owner=me, to="royal"): "one of premium, advanced",
        ResolutionButton(owner=me, to="8K"): "one of",
        ResolutionButton(owner=me, to="1K"): "2K or 4K",
        GoButton(owner=me, screen="nowhere", page="5"): "Studio",
        NoPresetButton(owner=me, screen="panel", page="0"): "Studio",
        TabButton(owner=me, screen="cellar"): "Studio",
        PageButton(owner=me, page="99"): "Studio",
        GenerateButton(owner=me, digest="0" * 16): "was changed",
    }
    before = await stage.workshop.services.studio.choices(stage.here, stage.ana.id)
    for button, words in buttons.items():
        message = await stage.post(button)
        assert words in text_of(await stage.ana.click(message, custom_id=button.custom_id))
    selects = {
        FilterSelect(_options("x"), owner=me, by="shoes"): "one of source, style, gender",
        FilterSelect(_options("cubist"), owner=me, by="style"): "one of realistic, anime",
        CountSelect(_options("64"), owner=me): "1 to 8",
        AspectSelect(_options("21:9"), owner=me): "one of 1:1",
        PresetSelect(_options("x"), owner=me, screen="panel", page="0"): "Studio",
    }
    for select, words in selects.items():
        message = await stage.post(select)
        value = select.item.options[0].value
        assert words in text_of(await stage.ana.select(message, [value], custom_id=select.custom_id))
    after = await stage.workshop.services.studio.choices(stage.here, stage.ana.id)
    assert after.options() == before.options()


def _options(value: str) -> list[discord.SelectOption]:
    return [discord.SelectOption(label=value, value=value)]
