"""Everything clickable of ``/setup`` and ``/settings``: saved at once, and shown as it is then.

A page holds no state but which one it is and where it was opened (``frame``: the wizard or the overview),
so that it works for ever. Whoever presses is checked anew each time: a custom id can be forged, and who
managed the server when the page was opened may not any more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import discord
from discord import app_commands, ui

from bot.domain.errors import InvalidInputError, NotFoundError
from bot.domain.guild import MOST_LISTED, GuildLimits, GuildSettings, listed
from bot.services.guilds import GuildOverview
from bot.services.ports.storage import RoleGrant
from cogs.base.answers import NO_PINGS, ack_silently
from cogs.base.components import (
    DurableButton,
    DurableChannelSelect,
    DurableItem,
    DurableRoleSelect,
    DurableSelect,
)
from cogs.base.host import Host, require_guild, services_of
from cogs.setup import _messages as messages
from cogs.setup._messages import Step
from cogs.setup._permissions import report_on

_Interaction = discord.Interaction[Host]

ACCENT = discord.Colour(0xB45309)
WIZARD, SETTINGS = "wizard", "settings"
NO_BACKEND = "-"
"""Stands for the operator's order: an option's value can't be empty."""

FORMS: dict[str, Callable[[_Interaction, str], Awaitable[None]]] = {}
"""By name: opens a form as the first answer; the text is the frame to come back to."""


def require_manager(interaction: discord.Interaction[Any]) -> int:
    """The guild of somebody who manages it.

    Raises:
        MissingPermissions: they don't.
        NoPrivateMessage: it is no guild.
    """
    guild_id = require_guild(interaction)
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return guild_id


class OwnerItem(DurableItem[Any]):
    """Something that changes the settings, or what is shown of them."""

    async def press(self, interaction: _Interaction) -> None:
        """Do it for who manages the server, then show how things are."""
        guild_id = require_manager(interaction)
        await ack_silently(interaction)
        try:
            await self.press_as_manager(interaction, guild_id)
        finally:  # also after a refusal: a select would go on showing what was not saved
            await show(interaction, self.values.get("step", ""), self.values.get("frame", SETTINGS))

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """What it changes."""


class StepButton(OwnerItem, DurableButton, action="setup-step", fields=("step", "frame")):
    """Shows a page."""


class ModChannelSelect(OwnerItem, DurableChannelSelect, action="setup-mod", fields=("frame",)):
    """The channel where moderators work."""

    placeholder = "Choose a channel that only moderators see"

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Choose it, or none."""
        self.values["step"] = Step.MOD
        channel_id = next(iter(self.chosen_ids), None)
        channel = None if channel_id is None else channel_of(interaction, channel_id)
        await services_of(interaction).guilds.set_mod_channel(
            guild_id, interaction.user.id, channel_id, is_restricted=_is_restricted(channel)
        )


class WhereSelect(OwnerItem, DurableChannelSelect, action="setup-where", fields=("frame",)):
    """The channels where pictures are made."""

    channel_types = (
        discord.ChannelType.text,
        discord.ChannelType.news,
        discord.ChannelType.forum,
        discord.ChannelType.voice,
    )
    placeholder = "In all channels"
    most = MOST_LISTED

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Choose them, or all."""
        self.values["step"] = Step.WHERE
        ids = listed([channel_of(interaction, channel_id).id for channel_id in self.chosen_ids])
        await _change(interaction, guild_id, lambda now: replace(now, channel_ids=ids))


class WhoSelect(OwnerItem, DurableRoleSelect, action="setup-who", fields=("frame",)):
    """The roles for whose members pictures are made."""

    placeholder = "For everybody"
    most = MOST_LISTED

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Choose them, or everybody."""
        self.values["step"] = Step.WHERE
        ids = listed([role_of(interaction, role_id).id for role_id in self.chosen_ids])
        await _change(interaction, guild_id, lambda now: replace(now, role_ids=ids))


class RatingButton(OwnerItem, DurableButton, action="setup-rating", fields=("turn", "frame")):
    """Allows mature pictures, or no longer."""

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Turn it; the mod channel is looked at as it is now."""
        self.values["step"] = Step.RATING
        guilds = services_of(interaction).guilds
        mod_channel_id = (await guilds.settings(guild_id)).mod_channel_id
        is_restricted = mod_channel_id is not None and _is_restricted(
            find_channel(interaction, mod_channel_id)
        )
        await guilds.set_mature(
            guild_id,
            interaction.user.id,
            is_allowed=self.values["turn"] == "on",
            restricted_channel_id=mod_channel_id if is_restricted else None,
        )


class BackendSelect(OwnerItem, DurableSelect, action="setup-backend", fields=("frame",)):
    """The service that makes this server's pictures."""

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Choose it."""
        self.values["step"] = Step.BACKEND
        name = "" if self.chosen[0] == NO_BACKEND else self.chosen[0]
        await _change(interaction, guild_id, lambda now: replace(now, backend=name))


class GiftsButton(OwnerItem, DurableButton, action="setup-gifts", fields=("turn",)):
    """Lets members give each other moments, or no longer."""

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Turn it."""
        is_on = self.values["turn"] == "on"
        await _change(interaction, guild_id, lambda now: replace(now, allow_gifts=is_on))


class FormButton(DurableButton, action="setup-form", fields=("form", "frame")):
    """Opens a form, filled in with what is set: one short read, from memory nearly always."""

    async def press(self, interaction: _Interaction) -> None:
        """Open it."""
        require_manager(interaction)
        form = FORMS.get(self.values["form"])
        if form is None:
            raise InvalidInputError("The form", "one of those on the page")  # a forged custom id
        await form(interaction, self.values["frame"])


class MonthlySelect(DurableRoleSelect, action="setup-monthly", fields=("frame",)):
    """Opens the form of what a role brings: ``open_form`` answers with it."""

    placeholder = "Choose a role"
    open_form: ClassVar[Callable[[_Interaction, discord.Role], Awaitable[None]]]

    async def press(self, interaction: _Interaction) -> None:
        """Open it; who takes their choice back just sees the page again."""
        require_manager(interaction)
        chosen = self.chosen_ids
        if chosen:
            await type(self).open_form(interaction, unsold(role_of(interaction, chosen[0])))
            return
        await ack_silently(interaction)
        await show(interaction, Step.MONTHLY, self.values["frame"])


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (
    StepButton,
    ModChannelSelect,
    WhereSelect,
    WhoSelect,
    RatingButton,
    BackendSelect,
    GiftsButton,
    FormButton,
    MonthlySelect,
)


# ---------------------------------------------------------------- what is shown


async def show(interaction: _Interaction, step: str, frame: str) -> None:
    """Fill an acknowledged answer with a page, or with the overview where ``step`` names no page."""
    guild_id = require_guild(interaction)
    services = services_of(interaction)
    overview = await services.guilds.overview(guild_id)
    there = {i: when for i, when in overview.talk.items() if find_channel(interaction, i) is not None}
    overview = replace(overview, talk=there)
    if step in set(Step):
        needs_grants = step == Step.MONTHLY
        grants = await services.monthly.role_grants(guild_id) if needs_grants else ()
        view = _page(interaction, Step(step), overview, grants, frame)
    else:
        grants = await services.monthly.role_grants(guild_id)
        view = overview_view(overview, grants, messages.DONE if step == "done" else messages.SETTINGS)
    await interaction.edit_original_response(view=view, allowed_mentions=NO_PINGS)


def _page(
    interaction: _Interaction, step: Step, overview: GuildOverview, grants: Sequence[RoleGrant], frame: str
) -> ui.LayoutView:
    title = messages.head(step, overview.limits, is_wizard=frame == WIZARD)
    text = messages.page_text(step, overview, grants)
    if step is Step.CHECK:  # of which only Discord knows
        text = messages.check_text(report_on(interaction, overview))
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(f"{title}\n{text}"), accent_colour=ACCENT)
    for row in ROWS[step](interaction, overview, frame):
        container.add_item(ui.ActionRow[Any](*row))
    container.add_item(ui.ActionRow[Any](*_ways(step, overview.limits, frame)))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


_Rows = Sequence[Sequence[ui.Item[Any]]]


def _mod_rows(interaction: _Interaction, overview: GuildOverview, frame: str) -> _Rows:
    chosen = overview.settings.mod_channel_id
    return ((ModChannelSelect(_there(interaction, () if chosen is None else (chosen,)), frame=frame),),)


def _where_rows(interaction: _Interaction, overview: GuildOverview, frame: str) -> _Rows:
    settings = overview.settings
    roles = [role_id for role_id in settings.role_ids if _find_role(interaction, role_id) is not None]
    where = WhereSelect(_there(interaction, settings.channel_ids), frame=frame)
    return ((where,), (WhoSelect(roles, frame=frame),))


def _rating_rows(_interaction: _Interaction, overview: GuildOverview, frame: str) -> _Rows:
    if not overview.limits.allow_mature:
        return ()
    is_on = overview.settings.allow_mature
    button = RatingButton(turn="off" if is_on else "on", frame=frame)
    return ((_labelled(button, "General pictures only" if is_on else "Allow mature pictures"),),)


def _moments_rows(_interaction: _Interaction, _overview: GuildOverview, frame: str) -> _Rows:
    return ((_labelled(FormButton(form="numbers", frame=frame), "Change the numbers", "✏️"),),)


def _backend_rows(_interaction: _Interaction, overview: GuildOverview, frame: str) -> _Rows:
    backends, chosen = overview.limits.backends, overview.settings.backend or NO_BACKEND
    names = ((NO_BACKEND, "No choice: the first that can do it"), *((name, name) for name in backends))
    options = [discord.SelectOption(label=words, value=v, default=v == chosen) for v, words in names]
    return ((BackendSelect(options, placeholder="Choose a service", frame=frame),),)


def _check_rows(_interaction: _Interaction, _overview: GuildOverview, frame: str) -> _Rows:
    return ((_labelled(StepButton(step=Step.CHECK, frame=frame), "Check again", "🔄"),),)


def _monthly_rows(_interaction: _Interaction, _overview: GuildOverview, frame: str) -> _Rows:
    return ((MonthlySelect(frame=frame),),)


ROWS: dict[Step, Callable[[_Interaction, GuildOverview, str], _Rows]] = {
    Step.MOD: _mod_rows,
    Step.WHERE: _where_rows,
    Step.RATING: _rating_rows,
    Step.MOMENTS: _moments_rows,
    Step.BACKEND: _backend_rows,
    Step.CHECK: _check_rows,
    Step.MONTHLY: _monthly_rows,
}
"""The rows with which each page's subject is changed."""


def _ways(step: Step, limits: GuildLimits, frame: str) -> Sequence[ui.Item[Any]]:
    """Where one can go from a page."""
    if frame != WIZARD or step not in messages.WIZARD:
        return (_labelled(StepButton(step="overview", frame=SETTINGS), "Back to the settings", "↩️"),)
    steps = messages.steps_of(limits)
    at = steps.index(step)
    ways: list[ui.Item[Any]] = []
    if at > 0:
        ways.append(_labelled(StepButton(step=steps[at - 1], frame=WIZARD), "Back"))
    if at < len(steps) - 1:
        forward = _labelled(StepButton(step=steps[at + 1], frame=WIZARD), "Next")
        forward.item.style = discord.ButtonStyle.primary
        ways += [forward, _labelled(StepButton(step="done", frame=SETTINGS), "Use defaults and finish")]
    else:
        finish = _labelled(StepButton(step="done", frame=SETTINGS), "Finish")
        finish.item.style = discord.ButtonStyle.success
        ways.append(finish)
    return ways


def overview_view(overview: GuildOverview, grants: Sequence[RoleGrant], title: str) -> ui.LayoutView:
    """Every setting with what changes it, and the latest changes."""
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(title), accent_colour=ACCENT)
    for row in messages.overview_rows(overview, grants):
        button = _opener(row.opens, overview.settings)
        container.add_item(ui.Section[Any](ui.TextDisplay(row.text), accessory=button))
    container.add_item(ui.Separator[Any]())
    container.add_item(ui.TextDisplay(messages.changes_text(overview.latest)))
    check = _labelled(StepButton(step=Step.CHECK, frame=SETTINGS), "Check permissions", "🔎")
    again = _labelled(StepButton(step=Step.MOD, frame=WIZARD), "Step by step", "🪄")
    container.add_item(ui.ActionRow[Any](check, again))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def _opener(opens: str, settings: GuildSettings) -> ui.Item[Any]:
    if opens == "gifts":
        is_on = settings.allow_gifts
        return _labelled(GiftsButton(turn="off" if is_on else "on"), "Turn off" if is_on else "Turn on")
    if opens in FORMS:
        return _labelled(FormButton(form=opens, frame=SETTINGS), "Change")
    return _labelled(StepButton(step=opens, frame=SETTINGS), "Change")


def _labelled(button: DurableButton, label: str, emoji: str | None = None) -> DurableButton:
    button.item.label, button.item.emoji = label, emoji
    return button


# ---------------------------------------------------------------- Discord's side


async def _change(
    interaction: _Interaction, guild_id: int, change: Callable[[GuildSettings], GuildSettings]
) -> None:
    await services_of(interaction).guilds.change(guild_id, interaction.user.id, change)


def find_channel(interaction: _Interaction, channel_id: int) -> discord.abc.GuildChannel | None:
    return None if interaction.guild is None else interaction.guild.get_channel(channel_id)


def _find_role(interaction: _Interaction, role_id: int) -> discord.Role | None:
    return None if interaction.guild is None else interaction.guild.get_role(role_id)


def _there(interaction: _Interaction, channel_ids: Sequence[int]) -> list[int]:
    """Those that were not deleted."""
    return [channel_id for channel_id in channel_ids if find_channel(interaction, channel_id) is not None]


def channel_of(interaction: _Interaction, channel_id: int) -> discord.abc.GuildChannel:
    found = find_channel(interaction, channel_id)
    if found is None:
        raise NotFoundError  # another server's, or deleted in between
    return found


def role_of(interaction: _Interaction, role_id: int) -> discord.Role:
    found = _find_role(interaction, role_id)
    if found is None:
        raise NotFoundError
    return found


def unsold(role: discord.Role) -> discord.Role:
    """A role that Discord does not sell: what a sold one brings would be paid for, and count as granted.

    Raises:
        InvalidInputError: Discord sells it.
    """
    tags = role.tags
    if tags is not None and (tags.subscription_listing_id is not None or tags.is_available_for_purchase()):
        raise InvalidInputError(
            "The role", "one that Discord does not sell; sell moments with `/moments buy` instead"
        )
    return role


def _is_restricted(channel: discord.abc.GuildChannel | None) -> bool:
    """Whether it is age-restricted now; what nobody knows counts as not."""
    return isinstance(channel, discord.TextChannel) and channel.is_nsfw()
