"""The forms of ``/setup`` and ``/settings``. What can't be is answered with what can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.domain.guild import (
    LONGEST_WORD_LIST,
    MOST_BUDGET,
    GuildLimits,
    GuildSettings,
    number_of,
    words_of,
)
from bot.services.monthly import MOST_MOMENTS
from cogs.base.answers import ack_silently
from cogs.base.custom_ids import ID_DIGITS, number_in
from cogs.base.host import Host, require_guild, services_of
from cogs.base.modals import DurableModal
from cogs.setup._components import FORMS, SETTINGS, MonthlySelect, require_manager, role_of, show, unsold
from cogs.setup._messages import Step

_Interaction = discord.Interaction[Host]
MOST_DIGITS = 12

DAILY, GUILD_BUDGET, MEMBER_BUDGET = (
    "Daily moments for each member",
    "Budget of the server a day",
    "Budget of each member a day",
)
DAYS, MONTHLY = "Days to keep pictures", "Moments a month"


def _number_box(custom_id: str, value: int | None) -> ui.TextInput[Any]:
    return ui.TextInput(
        custom_id=custom_id,
        default=None if value is None else str(value),
        max_length=MOST_DIGITS,
        required=False,
    )


class NumbersForm(DurableModal, action="setup-numbers", fields=("frame",)):
    """The daily grant and the budgets."""

    def __init__(self, settings: GuildSettings, daily: int, most_daily: int, frame: str) -> None:
        super().__init__(title="Moments", frame=frame)
        boxes = (
            ("daily", DAILY, settings.daily_grant, f"0 to {most_daily:,}; empty for the usual {daily:,}."),
            ("guild", GUILD_BUDGET, settings.guild_budget, f"Up to {MOST_BUDGET:,}; empty for no limit."),
            ("member", MEMBER_BUDGET, settings.member_budget, f"Up to {MOST_BUDGET:,}; empty for no limit."),
        )
        for custom_id, text, value, description in boxes:
            box = _number_box(custom_id, value)
            self.add_item(ui.Label(text=text, description=description, component=box))

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Keep all three, or none."""
        guild_id = require_manager(interaction)
        await ack_silently(interaction)
        daily = number_of(DAILY, str(answers.get("daily") or ""))
        by_guild = number_of(GUILD_BUDGET, str(answers.get("guild") or ""))
        by_member = number_of(MEMBER_BUDGET, str(answers.get("member") or ""))
        await services_of(interaction).guilds.change(
            guild_id,
            interaction.user.id,
            lambda now: replace(now, daily_grant=daily, guild_budget=by_guild, member_budget=by_member),
        )
        await show(interaction, Step.MOMENTS, values["frame"])


class WordsForm(DurableModal, action="setup-words"):
    """The guild's own forbidden words."""

    def __init__(self, settings: GuildSettings) -> None:
        super().__init__(title="Forbidden words")
        box: ui.TextInput[Any] = ui.TextInput(
            custom_id="words",
            style=discord.TextStyle.paragraph,
            default="\n".join(settings.forbidden_words) or None,
            max_length=LONGEST_WORD_LIST,
            required=False,
        )
        self.add_item(
            ui.Label(
                text="Words or phrases",
                description="One a line, or with commas. No picture here is made of a text with one.",
                component=box,
            )
        )

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Keep them."""
        del values
        guild_id = require_manager(interaction)
        await ack_silently(interaction)
        words = words_of(str(answers.get("words") or ""))
        await services_of(interaction).guilds.change(
            guild_id, interaction.user.id, lambda now: replace(now, forbidden_words=words)
        )
        await show(interaction, "overview", SETTINGS)


class KeepForm(DurableModal, action="setup-keep"):
    """How long pictures are kept."""

    def __init__(self, settings: GuildSettings, limits: GuildLimits) -> None:
        super().__init__(title="How long pictures are kept")
        usual = "for ever" if limits.keep_days is None else f"for {limits.keep_days:,}"
        self.add_item(
            ui.Label(
                text="Days",
                description=f"1 to {limits.most_days:,}; empty {usual}. Older pictures are deleted.",
                component=_number_box("days", settings.retention_days),
            )
        )

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Keep it."""
        del values
        guild_id = require_manager(interaction)
        await ack_silently(interaction)
        days = number_of(DAYS, str(answers.get("days") or ""))
        await services_of(interaction).guilds.change(
            guild_id, interaction.user.id, lambda now: replace(now, retention_days=days)
        )
        await show(interaction, "overview", SETTINGS)


class MonthlyForm(DurableModal, action="setup-monthly-form", fields=("role",)):
    """What a role brings each month."""

    def __init__(self, role: discord.Role, moments: int) -> None:
        super().__init__(title="Monthly moments", role=str(role.id))
        self.add_item(
            ui.Label(
                text=f"For each member with @{role.name}"[:45],
                description=f"Up to {MOST_MOMENTS:,}; 0 or empty for none.",
                component=_number_box("moments", moments or None),
            )
        )

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Set it."""
        guild_id = require_manager(interaction)
        await ack_silently(interaction)
        moments = number_of(MONTHLY, str(answers.get("moments") or "")) or 0
        await services_of(interaction).monthly.set_role_grant(
            guild_id,
            unsold(role_of(interaction, number_in(values["role"], ID_DIGITS))).id,
            moments,
            by_user_id=interaction.user.id,
        )
        await show(interaction, Step.MONTHLY, SETTINGS)


async def _open_numbers(interaction: _Interaction, frame: str) -> None:
    guilds = services_of(interaction).guilds
    settings = await guilds.settings(require_guild(interaction))
    form = NumbersForm(settings, guilds.limits.daily, guilds.limits.most_daily, frame)
    await interaction.response.send_modal(form)


async def _open_words(interaction: _Interaction, frame: str) -> None:
    del frame
    settings = await services_of(interaction).guilds.settings(require_guild(interaction))
    await interaction.response.send_modal(WordsForm(settings))


async def _open_keep(interaction: _Interaction, frame: str) -> None:
    del frame
    guilds = services_of(interaction).guilds
    settings = await guilds.settings(require_guild(interaction))
    await interaction.response.send_modal(KeepForm(settings, guilds.limits))


async def _open_monthly(interaction: _Interaction, role: discord.Role) -> None:
    grants = await services_of(interaction).monthly.role_grants(require_guild(interaction))
    moments = next((grant.moments for grant in grants if grant.role_id == role.id), 0)
    await interaction.response.send_modal(MonthlyForm(role, moments))


MonthlySelect.open_form = _open_monthly
FORMS.update(numbers=_open_numbers, words=_open_words, keep=_open_keep)
