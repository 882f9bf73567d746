"""The bot's connection to Discord."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.registry import Services
from bot.settings import Settings
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.base.incoming import mend_texts, require_declared
from cogs.base.modals import route_submission
from cogs.base.permissions import PERMISSIONS

log = structlog.get_logger()

FEATURES = (
    "cogs.images",
    "cogs.studio",
    "cogs.gallery",
    "cogs.companions",
    "cogs.conversation",
    "cogs.moments",
    "cogs.purchases",
    "cogs.grants",
    "cogs.stats",
    "cogs.reports",
    "cogs.setup",
    "cogs.privacy",
    "cogs.me",
    "cogs.help",
)

GUILDS_WITHIN_S = 0.5
"""How long the next guild may take at the start before the bot counts as ready."""

COMMANDS_NOTE = "commands_sha256"


class CommandTree(app_commands.CommandTree[Any]):
    """Commands with the shared error boundary."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let on what a command declares, with its texts mended before anybody reads them."""
        mend_texts(interaction.data)
        require_declared(interaction)
        return True

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person; log what is ours to mend."""
        await answer_error(interaction, error)


class DarkroomBot(Host):
    """Darkroom on Discord. Members are not cached: 51 KiB an idle guild instead of a megabyte.

    ``beside`` runs beside the connection from the login on (the engine, which recovers what a
    dead process left); it is cancelled when the bot closes. When it dies, so does the bot: requests
    would be taken that nobody drives. ``has_failed`` tells the two ends apart. ``is_connected``: to the gateway, now.
    ``http_trace`` is told of every request to Discord.
    """

    def __init__(
        self, settings: Settings, storage: Storage, http_trace: aiohttp.TraceConfig | None = None
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=settings.message_content)
        # Nobody needs to hear at every start that libraries for voice are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=intents,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=GUILDS_WITHIN_S,
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CommandTree,
        )
        self.http.http_trace = http_trace  # as an argument it may not be None for the type checker
        self._storage = storage
        self._beside: Callable[[], Awaitable[None]] | None = None
        self._work: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self.has_failed = False
        self.is_connected = False

    def prepare(self, services: Services, beside: Callable[[], Awaitable[None]]) -> None:
        """Give the bot its services, and what runs beside its connection. Call before starting."""
        self.services = services
        self._beside = beside

    async def setup_hook(self) -> None:
        """Load the features, sync the commands when they changed, and begin the work beside the connection."""
        for feature in FEATURES:
            await self.load_extension(feature)
        await self._sync_commands()
        if self._beside is not None:
            self._work = asyncio.create_task(self._run(self._beside))

    async def on_ready(self) -> None:
        """Note that Discord has told us of all guilds."""
        log.info("ready", guilds=len(self.guilds), application_id=self.application_id)

    async def on_connect(self) -> None:
        """Note that the gateway has us."""
        self.is_connected = True

    async def on_resumed(self) -> None:
        """Note that the gateway has us again."""
        self.is_connected = True

    async def on_disconnect(self) -> None:
        """Note that the gateway has lost us; discord.py connects again by itself."""
        self.is_connected = False

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Route modal submissions, also of modals that were shown before a restart."""
        await route_submission(interaction)

    async def close(self) -> None:
        """Stop the work, then disconnect."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await super().close()

    def invite_url(self) -> str:
        """The link with which a server's owner adds the bot with exactly the permissions it needs."""
        return discord.utils.oauth_url(self.application_id or 0, permissions=PERMISSIONS)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            log.error("work_died", exc_info=error)  # noqa: TRY400  the error itself, for whoever reads the line
            self.has_failed = True
            self._closing = asyncio.create_task(self.close())

    async def _sync_commands(self) -> None:
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        text = json.dumps([self.application_id, payload], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()

        async def known(uow: UnitOfWork) -> str | None:
            return await uow.notes.get(COMMANDS_NOTE)

        if await self._storage.read(known) == digest:
            return
        await self.tree.sync()

        async def keep(uow: UnitOfWork) -> None:
            await uow.notes.set(COMMANDS_NOTE, digest)

        await self._storage.write(keep)
        log.info("commands_synced", count=len(payload))


def point_at(settings: Settings) -> None:
    """Use another Discord-compatible server, such as a rate-limit proxy or the playground."""
    Route.BASE = settings.discord_api_url
    DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.discord_gateway_url)
