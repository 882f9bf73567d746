"""``/image studio``, and the same without the panel: ``/image premium``, ``advanced`` and ``group``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice, PresetKind
from bot.domain.request import RequestKind, RequestOptions
from bot.domain.studio import MAX_BATCH
from cogs.base.answers import ack, fill
from cogs.base.host import Host, services_of
from cogs.base.plain import as_typed
from cogs.base.reuse import ReuseButton
from cogs.images._press import begin, parent_of, place_of
from cogs.studio import _filter, _panel, _presets
from cogs.studio._components import GoButton
from cogs.studio._typing import completed_lists, split_names

ITEMS = (GoButton, *_panel.ITEMS, *_filter.ITEMS, *_presets.ITEMS)
GROUP = "image"
"""The group of commands to which these are added; ``cogs.images`` owns it."""

AspectChoice = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]
ResolutionChoice = Literal["2K", "4K"]
_Interaction = discord.Interaction[Host]
_Choices = list[app_commands.Choice[str]]


class StudioCog(commands.Cog):
    """Pictures put together by hand."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot
        self._commands = self._made_commands()
        ReuseButton.on_press = staticmethod(reuse_pressed)

    async def cog_load(self) -> None:
        """Register what works for ever, and add the commands to the group of pictures."""
        self._bot.add_dynamic_items(*ITEMS)
        group = self._bot.tree.get_command(GROUP)
        if not isinstance(group, app_commands.Group):
            raise commands.ExtensionError(f"cogs.images with /{GROUP} comes before", name="cogs.studio")
        for command in self._commands:
            group.add_command(command)

    async def cog_unload(self) -> None:
        """Take it back."""
        self._bot.remove_dynamic_items(*ITEMS)
        group = self._bot.tree.get_command(GROUP)
        if isinstance(group, app_commands.Group):
            for command in self._commands:
                group.remove_command(command.name)

    # ------------------------------------------------------------ commands

    async def studio(self, interaction: _Interaction) -> None:
        """Show the panel as it was left, to the member alone."""
        await ack(interaction)
        panel = await services_of(interaction).studio.open(place_of(interaction), interaction.user.id)
        await fill(interaction, _panel.panel_view(panel, interaction.user.id))

    @app_commands.describe(
        companion="Who is in the picture",
        prompt="Tags with commas between, such as “leaning on a railing, red dress, sunset”",
        count="How many pictures; each is paid",
        aspect="Shape of the picture; left out, your own default",
        outfit="A ready-made outfit",
        action="A ready-made action",
        scene="A ready-made scene",
    )
    async def premium(  # noqa: PLR0917  a command's options
        self,
        interaction: _Interaction,
        companion: str,
        prompt: str = "",
        count: app_commands.Range[int, 1, MAX_BATCH] = 1,
        aspect: AspectChoice | None = None,
        outfit: str = "",
        action: str = "",
        scene: str = "",
    ) -> None:
        """Begin a premium picture."""
        options = RequestOptions(
            prompt=as_typed(prompt),
            presets=PresetChoice(outfit, action, scene),
            count=count,
            aspect=Aspect(aspect) if aspect else None,
        )
        await _begin(interaction, RequestKind.PREMIUM, (companion,), options)

    @app_commands.describe(
        companion="Who is in the picture; it needs a picture of its likeness",
        prompt="Plain sentences: who does what, where, and in which light",
        aspect="Shape of the picture; left out, your own default",
        resolution="How large; left out, 2K",
    )
    async def advanced(
        self,
        interaction: _Interaction,
        companion: str,
        prompt: str,
        aspect: AspectChoice | None = None,
        resolution: ResolutionChoice = "2K",
    ) -> None:
        """Begin an advanced picture."""
        options = _advanced_options(prompt, aspect, resolution)
        await _begin(interaction, RequestKind.ADVANCED, (companion,), options)

    @app_commands.describe(
        companions="Two or three, with commas between, such as “Mira, Kaito”",
        prompt="Plain sentences: who does what, where, and in which light",
        aspect="Shape of the picture; left out, your own default",
        resolution="How large; left out, 2K",
    )
    async def group(
        self,
        interaction: _Interaction,
        companions: str,
        prompt: str,
        aspect: AspectChoice | None = None,
        resolution: ResolutionChoice = "2K",
    ) -> None:
        """Begin a group picture."""
        options = _advanced_options(prompt, aspect, resolution)
        await _begin(interaction, RequestKind.GROUP, split_names(companions), options)

    # ------------------------------------------------------------ autocomplete

    async def premium_companions(self, interaction: _Interaction, typed: str) -> _Choices:
        """Everybody whom the member may picture."""
        return await _companions(interaction, RequestKind.PREMIUM, typed)

    async def advanced_companions(self, interaction: _Interaction, typed: str) -> _Choices:
        """Those who are enabled for Advanced."""
        return await _companions(interaction, RequestKind.ADVANCED, typed)

    async def group_companions(self, interaction: _Interaction, typed: str) -> _Choices:
        """The list so far, with its last name completed."""
        last = typed.rpartition(",")[2]
        found = await services_of(interaction).studio.suggest(
            place_of(interaction), interaction.user.id, RequestKind.GROUP, last
        )
        lists = completed_lists(typed, [companion.name for companion in found])
        return [app_commands.Choice(name=text, value=text) for text in lists]

    async def outfits(self, interaction: _Interaction, typed: str) -> _Choices:
        """Outfits for the companion that is already filled in."""
        return await _preset_choices(interaction, PresetKind.OUTFIT, typed)

    async def actions(self, interaction: _Interaction, typed: str) -> _Choices:
        """Actions, likewise."""
        return await _preset_choices(interaction, PresetKind.ACTION, typed)

    async def scenes(self, interaction: _Interaction, typed: str) -> _Choices:
        """Scenes, likewise."""
        return await _preset_choices(interaction, PresetKind.SCENE, typed)

    def _made_commands(self) -> tuple[app_commands.Command[Any, ..., None], ...]:
        """Not decorated: the group that they belong to is another cog's."""
        studio: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="studio",
            description="Put a picture together on a panel: who, what, how, and for how much",
            callback=self.studio,
        )
        premium: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="premium",
            description="A picture from tags and presets, up to 8 at once",
            callback=self.premium,
        )
        premium.autocomplete("companion")(self.premium_companions)
        premium.autocomplete("outfit")(self.outfits)
        premium.autocomplete("action")(self.actions)
        premium.autocomplete("scene")(self.scenes)
        advanced: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="advanced",
            description="A picture from your own sentences, with the companion's likeness, in 2K or 4K",
            callback=self.advanced,
        )
        advanced.autocomplete("companion")(self.advanced_companions)
        group: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="group",
            description="A picture of two or three companions, each with their own likeness",
            callback=self.group,
        )
        group.autocomplete("companions")(self.group_companions)
        return studio, premium, advanced, group


async def reuse_pressed(interaction: _Interaction, image_id: str) -> None:
    """**Reuse prompt** on a picture: the presser's own panel, filled with it."""
    await ack(interaction)
    panel = await services_of(interaction).studio.reuse(place_of(interaction), interaction.user.id, image_id)
    await fill(interaction, _panel.panel_view(panel, interaction.user.id))


async def _begin(
    interaction: _Interaction, kind: RequestKind, names: tuple[str, ...], options: RequestOptions
) -> None:
    await begin(
        interaction,
        kind,
        f"command:{interaction.id}",
        replace(options, parent_channel_id=parent_of(interaction)),
        companion_names=names,
    )


def _advanced_options(prompt: str, aspect: str | None, resolution: str) -> RequestOptions:
    return RequestOptions(
        prompt=as_typed(prompt),
        aspect=Aspect(aspect) if aspect else None,
        resolution=Resolution(resolution),
    )


async def _companions(interaction: _Interaction, kind: RequestKind, typed: str) -> _Choices:
    found = await services_of(interaction).studio.suggest(
        place_of(interaction), interaction.user.id, kind, typed
    )
    return [app_commands.Choice(name=companion.name, value=companion.companion_id) for companion in found]


async def _preset_choices(interaction: _Interaction, kind: PresetKind, typed: str) -> _Choices:
    found = await services_of(interaction).studio.suggest_presets(
        place_of(interaction),
        interaction.user.id,
        kind,
        typed,
        getattr(interaction.namespace, "companion", None),
    )
    return [app_commands.Choice(name=preset.name, value=preset.preset_id) for preset in found]
