"""``/moments``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base.answers import ack, fill
from cogs.base.host import Host, require_guild, services_of
from cogs.base.roles import claim_monthly
from cogs.moments._components import NewestButton, OlderButton, buy_view, history_view
from cogs.moments._messages import NOTHING_FOR_SALE, balance_text, daily_text, gift_text


@app_commands.guild_only()  # of the group: Discord ignores it on a subcommand
class MomentsCog(commands.GroupCog, name="moments", description="The currency that pays for pictures"):
    """Your moments: what you have, where they went, and how to get or give some."""

    def __init__(self, bot: Host) -> None:
        super().__init__()
        self._bot = bot

    async def cog_load(self) -> None:
        """Make the buttons work, old ones included."""
        self._bot.add_dynamic_items(NewestButton, OlderButton)

    async def cog_unload(self) -> None:
        """Take the buttons away."""
        self._bot.remove_dynamic_items(NewestButton, OlderButton)

    @app_commands.command(name="balance")
    async def balance(self, interaction: discord.Interaction[Host]) -> None:
        """See how many moments you have on this server."""
        await ack(interaction)
        await claim_monthly(interaction)
        moments = services_of(interaction).moments
        balance = await moments.balance(interaction.user.id, require_guild(interaction))
        await fill(interaction, balance_text(balance))

    @app_commands.command(name="history")
    async def history(self, interaction: discord.Interaction[Host]) -> None:
        """See where your moments came from and went."""
        await ack(interaction)
        moments = services_of(interaction).moments
        page = await moments.history(interaction.user.id, require_guild(interaction))
        await fill(interaction, history_view(page, is_newest=True))

    @app_commands.command(name="daily")
    async def daily(self, interaction: discord.Interaction[Host]) -> None:
        """Claim today's moments."""
        await ack(interaction)
        await claim_monthly(interaction)
        moments = services_of(interaction).moments
        given = await moments.claim_daily(interaction.user.id, require_guild(interaction), interaction.id)
        await fill(interaction, daily_text(given))

    @app_commands.command(name="buy")
    async def buy(self, interaction: discord.Interaction[Host]) -> None:
        """Buy moments in Discord's shop."""
        await ack(interaction)
        offers = services_of(interaction).purchases.offers
        await fill(interaction, buy_view(offers) if offers else NOTHING_FOR_SALE)

    @app_commands.command(name="gift")
    @app_commands.describe(member="Who gets them", amount="How many of your moments")
    async def gift(
        self,
        interaction: discord.Interaction[Host],
        member: discord.Member,
        amount: app_commands.Range[int, 1],
    ) -> None:
        """Give some of your moments to another member."""
        await ack(interaction)
        given = await services_of(interaction).moments.gift(
            interaction.user.id,
            member.id,
            require_guild(interaction),
            amount,
            interaction.id,
            receiver_is_bot=member.bot,
        )
        await fill(interaction, gift_text(given, member.mention))
