"""A bot with galleries and what pictures offer, over a real database, and short ways to look at its answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import discord
import simcord
from discord import app_commands, ui
from simcord.components import walk_components
from simcord.results import InteractionResult, ResponseMessage

from bot.clock import SystemClock
from bot.domain.companion import Companion
from bot.domain.request import Image
from bot.services.gallery import GalleryAsk
from bot.services.images import ImageService
from bot.services.preferences import PreferenceService
from bot.services.registry import Services
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.base.modals import route_submission
from tests.services.companion_parts import LOOK
from tests.services.gallery_parts import Archive

CROWD = tuple(Companion(f"other-{n:02}", f"Other {n:02}", LOOK) for n in range(48))


class _Tree(app_commands.CommandTree[Any]):
    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        await answer_error(interaction, error)


class GalleryBot(Host):
    """What ``bot.client`` does, as far as galleries need it."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            shard_count=1,
            tree_cls=_Tree,
        )
        self.archive = archive
        images = ImageService(
            storage=archive.storage, store=archive.store, lab=archive.lab, clock=SystemClock()
        )
        self.services = cast(
            "Services",
            SimpleNamespace(
                gallery=archive.gallery,
                images=images,
                companions=archive.companions,
                preferences=PreferenceService(storage=archive.storage),
            ),
        )

    async def setup_hook(self) -> None:
        for feature in ("cogs.images", "cogs.gallery"):
            await self.load_extension(feature)
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await route_submission(interaction)


@dataclass
class Stage:
    bot: GalleryBot
    archive: Archive
    guild: Any
    lounge: Any
    ana: Any
    ben: Any
    mod: Any

    async def keep(self, *cast: str, owner: Any = None, **more: Any) -> Image:
        more.setdefault("guild_id", self.guild.id)
        return await self.archive.keep((owner or self.ana).id, *cast, **more)

    async def gallery(self, by: Any = None, /, **options: Any) -> InteractionResult:
        return await (by or self.ana).slash(self.lounge, "gallery", **options)

    async def open(self, shown: InteractionResult, image: Image, by: Any = None) -> InteractionResult:
        return await (by or self.ana).select(shown.response, [image.image_id], custom_id="gallery-open:")

    async def forge(self, button: ui.Item[Any], by: Any) -> InteractionResult:
        """A button of a modified client, pressed."""
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.ActionRow[Any](button))
        channel = self.bot.get_channel(self.lounge.id)
        assert isinstance(channel, discord.TextChannel)
        return await by.click(await channel.send(view=view), label=cast("Any", button).item.label)

    def ask(self, viewer: Any, owner: Any, **changes: Any) -> GalleryAsk:
        return replace(GalleryAsk(self.guild.id, viewer.id, owner.id), **changes)


@asynccontextmanager
async def open_stage(env: simcord.Env, bot: GalleryBot) -> AsyncIterator[Stage]:
    """A guild with a channel, two members and a moderator."""
    guild = env.create_guild()
    moderators = guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    yield Stage(
        bot=bot,
        archive=bot.archive,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        ana=guild.add_member(env.create_user("ana")),
        ben=guild.add_member(env.create_user("ben")),
        mod=guild.add_member(env.create_user("kim"), roles=[moderators]),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in env.errors)


def answer_of(result: InteractionResult) -> ResponseMessage:
    """The answer to a press, which only its member sees."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    assert message.ephemeral
    return message


def text_of(result: InteractionResult) -> str:
    parts = walk_components(answer_of(result).components)
    return "\n".join(part["content"] for part in parts if part.get("type") == 10)


def labels_of(result: InteractionResult) -> list[str]:
    return [part["label"] for part in walk_components(answer_of(result).components) if part.get("type") == 2]


def options_of(result: InteractionResult, action: str) -> list[dict[str, Any]]:
    for part in walk_components(answer_of(result).components):
        if str(part.get("custom_id", "")).startswith(f"{action}:"):
            return part["options"]
    raise AssertionError(f"no {action}")


def opens(result: InteractionResult) -> list[str]:
    return [option["value"] for option in options_of(result, "gallery-open")]


async def choose(stage: Stage, shown: InteractionResult, action: str, value: str) -> InteractionResult:
    parts = walk_components(answer_of(shown).components)
    custom_id = next(p["custom_id"] for p in parts if str(p.get("custom_id", "")).startswith(f"{action}:"))
    return await stage.ana.select(shown.response, [value], custom_id=custom_id)
