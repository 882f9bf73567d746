"""A bot with the companions feature alone, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
from discord import app_commands

from bot.clock import SystemClock, UlidSource
from bot.companion_shelf import AssetShelf
from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.domain.pricing import Prices
from bot.rendering.lab import PillowLab
from bot.services.companion_rules import NewCompanion
from bot.services.companions import CompanionService
from bot.services.references import ReferenceService
from bot.services.registry import Services
from bot.stores.folder import FolderStore
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.base.instant import InstantButton
from cogs.base.modals import route_submission
from tests.databases import fresh_storage

LOOK = Look(
    style=Style.ANIME,
    gender=Gender.FEMALE,
    hair="short pink hair",
    eyes="violet",
    skin="light",
    build="slim",
    age=30,
    outfit="flight suit",
)


class _Safety:
    checks_pictures = False

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        raise NotImplementedError

    async def rate_picture(self, jpeg: bytes) -> Rating:
        raise NotImplementedError

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        del forbidden
        if any("forbidden" in text for text in texts):
            raise UnsafeRequestError("test")


class _Tree(app_commands.CommandTree[Any]):
    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        await answer_error(interaction, error)


class CompanionBot(Host):
    """What ``bot.client`` does, as far as this feature needs it. ``more`` are further services."""

    def __init__(self, companions: CompanionService, references: ReferenceService, **more: Any) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            shard_count=1,
            guild_ready_timeout=0.05,
            tree_cls=_Tree,
        )
        self.companions = companions
        self.services = cast(
            "Services", SimpleNamespace(companions=companions, references=references, **more)
        )
        self.pressed: list[int] = []

    async def setup_hook(self) -> None:
        async def note(interaction: discord.Interaction[Host]) -> None:
            assert interaction.message is not None
            self.pressed.append(interaction.message.id)
            await interaction.response.send_message("noted", ephemeral=True)

        InstantButton.on_press = note
        self.add_dynamic_items(InstantButton)
        await self.load_extension("cogs.companions")
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await route_submission(interaction)

    async def make(self, guild_id: int, owner_id: int, name: str, **look: Any) -> Companion:
        """A custom companion, made behind the scenes."""
        new = NewCompanion(name, LOOK, is_adult=True, is_fictional=True, **look)
        return await self.companions.create(guild_id, owner_id, new)


@asynccontextmanager
async def open_companions(folder: Path) -> AsyncIterator[CompanionBot]:
    """A bot over a database and a picture store of its own."""
    async with fresh_storage(folder) as storage:
        pictures, lab, safety = FolderStore(folder / "pictures"), PillowLab(), _Safety()
        companions = CompanionService(
            storage=storage,
            clock=SystemClock(),
            ids=UlidSource(),
            shelf=AssetShelf(),
            safety=safety,
            pictures=pictures,
        )
        references = ReferenceService(
            storage=storage,
            companions=companions,
            safety=safety,
            prices=Prices(image=50, image_4k=100, edit=50, reference=100),
            lab=lab,
            store=pictures,
        )
        yield CompanionBot(companions, references)
        await lab.close()
