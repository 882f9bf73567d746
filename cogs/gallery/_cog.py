"""``/gallery``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.request import RequestKind
from bot.services.companion_rules import suggested
from bot.services.companions import Among
from bot.services.gallery import GalleryAsk
from cogs.base.answers import ack
from cogs.base.host import Host, require_guild, services_of
from cogs.gallery import _card, _components
from cogs.gallery._messages import KINDS, LISTED_KINDS

ITEMS = (*_components.ITEMS, *_card.ITEMS)
MAX_CHOICES = 25


class GalleryCog(commands.Cog):
    """Look through stored pictures."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Make the buttons work, old ones included."""
        self._bot.add_dynamic_items(*ITEMS)

    async def cog_unload(self) -> None:
        """Take the buttons away."""
        self._bot.remove_dynamic_items(*ITEMS)

    @app_commands.command(name="gallery")
    @app_commands.guild_only()
    @app_commands.describe(
        member="Whose public pictures; your own when left out",
        companion="Only pictures with this companion",
        kind="Only pictures of this kind",
    )
    @app_commands.choices(
        kind=[app_commands.Choice(name=KINDS[kind], value=kind.value) for kind in LISTED_KINDS]
    )
    async def gallery(
        self,
        interaction: discord.Interaction[Host],
        member: discord.Member | None = None,
        companion: str | None = None,
        kind: str | None = None,
    ) -> None:
        """Look through your pictures, or another member's public ones."""
        await ack(interaction)
        ask = GalleryAsk(
            guild_id=require_guild(interaction),
            viewer_id=interaction.user.id,
            owner_id=interaction.user.id if member is None else member.id,
            kind=None if kind is None else RequestKind(kind),
        )
        await _components.show_page(interaction, ask, companion=companion)

    @gallery.autocomplete("companion")
    async def _companion_choices(
        self, interaction: discord.Interaction[Host], typed: str
    ) -> list[app_commands.Choice[str]]:
        known = await services_of(interaction).companions.among(
            require_guild(interaction), interaction.user.id, Among.ALL
        )
        return [
            app_commands.Choice(name=companion.name[:100], value=companion.companion_id)
            for companion in suggested(typed, known, MAX_CHOICES)
        ]
