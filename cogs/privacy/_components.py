"""The buttons of ``/privacy show``, and the form that is asked before anything is deleted.

None of them says whose data it is about: always that of whoever presses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.domain.errors import InvalidInputError
from bot.services.ports.storage import Holdings
from cogs.base.answers import ack, fill, text_view
from cogs.base.components import DurableButton
from cogs.base.guild_names import names_of_guilds
from cogs.base.host import Host, services_of
from cogs.base.modals import DurableModal
from cogs.base.plain import plain
from cogs.privacy import _messages as messages
from cogs.privacy._desk import hand_over, token_until_ms


class ExportButton(DurableButton, action="privacy-export"):
    """Everything, as files."""

    label = "Export"
    emoji = "📦"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Hand it over."""
        await ack(interaction)
        await hand_over(interaction)


class DeleteDataButton(DurableButton, action="privacy-delete"):
    """Leads to what is lost."""

    label = "Delete"
    emoji = "🗑️"
    style = discord.ButtonStyle.danger

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Say it; nothing is deleted yet."""
        await ack(interaction)
        await show_losses(interaction)


class DeleteFormButton(DurableButton, action="privacy-delete-form"):
    """Leads to the form."""

    label = "Delete everything about me…"
    style = discord.ButtonStyle.danger

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Ask for the word."""
        await interaction.response.send_modal(DeleteForm())


class DeleteForm(DurableModal, action="privacy-really"):
    """Deletes everything about whoever typed the word."""

    def __init__(self) -> None:
        super().__init__(title="Delete everything about you")
        word: ui.TextInput[Any] = ui.TextInput(
            custom_id="word", placeholder=messages.WORD, max_length=20, required=True
        )
        self.add_item(ui.Label(text=f"Type {messages.WORD}, and it begins at once", component=word))

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Begin it."""
        del values
        await ack(interaction)
        if str(answers.get("word", "")).strip() != messages.WORD:
            raise InvalidInputError("The word", f"{messages.WORD}, in capitals")
        is_new = await services_of(interaction).privacy.erasures.begin(
            interaction.user.id, interaction.token, token_until_ms()
        )
        await fill(interaction, messages.BEGUN if is_new else messages.UNDER_WAY)


ITEMS = (ExportButton, DeleteDataButton, DeleteFormButton)


async def show_policy(interaction: discord.Interaction[Host]) -> None:
    """Fill an acknowledged answer with the policy and what is kept about the member."""
    privacy = services_of(interaction).privacy
    policy = await privacy.policy(interaction.guild_id)
    holdings = await privacy.holdings(interaction.user.id)
    text = f"{messages.policy_text(policy)}\n\n{messages.holdings_text(holdings)}"
    await fill(interaction, text_view(text, *_rows(holdings)))


async def show_losses(interaction: discord.Interaction[Host]) -> None:
    """Fill an acknowledged answer with what a deletion would take away.

    Raises:
        NothingKeptError: nothing is kept about the member.
    """
    holdings = await services_of(interaction).privacy.require_holdings(interaction.user.id)
    if holdings.is_being_erased:
        await fill(interaction, messages.UNDER_WAY)
        return
    listed = [wallet.guild_id for wallet in holdings.wallets[: messages.MOST_WALLETS]]
    names = await names_of_guilds(interaction.client, listed)
    text = messages.losses_text(holdings, {guild_id: plain(name) for guild_id, name in names.items()})
    await fill(interaction, text_view(text, ui.ActionRow[Any](DeleteFormButton())))


def _rows(holdings: Holdings) -> list[ui.Item[Any]]:
    if not holdings.is_known or holdings.is_being_erased:
        return []
    return [ui.ActionRow[Any](ExportButton(), DeleteDataButton())]
