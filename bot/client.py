"""The bot's connection to Discord."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.freshness import LEFT_AFTER_S, Freshness
from bot.identifying import LocalIdentifyGate
from bot.leaving import ANSWERED_WITHIN_S, Handlers, cancelled, cut_off
from bot.services.ports.identifying import IdentifyGate
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.registry import Services
from bot.settings import Settings
from bot.shards import ShardStates, shards_for
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.base.incoming import mend_texts, require_declared
from cogs.base.modals import route_submission
from cogs.base.permissions import PERMISSIONS
from cogs.base.tracing import begins

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

DISCONNECTED_WITHIN_S = 2.0
"""How long Discord may take to hear that we go."""

TURN_WITHIN_S = 40.0

COMMANDS_NOTE = "commands_sha256"


class CommandTree(app_commands.CommandTree[Any]):
    """Commands with the shared error boundary."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let on what a command declares, with its texts mended before anybody reads them; not what comes too late."""
        if not begins(interaction):
            return False
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
    would be taken that nobody drives. ``has_failed`` tells the two ends apart. ``shard_states`` says which of its
    shards are connected. ``http_trace`` is told of every request to Discord. ``gate`` takes turns with whoever
    else identifies. What is under way when the bot is to leave has ``answers_within_s``. An
    interaction that waited longer than ``left_after_s`` for its turn is left while Discord refuses late answers, and
    ``came_too_late`` called.
    """

    turn_within_s = TURN_WITHIN_S

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        http_trace: aiohttp.TraceConfig | None = None,
        gate: IdentifyGate | None = None,
        *,
        answers_within_s: float = ANSWERED_WITHIN_S,
        left_after_s: float = LEFT_AFTER_S,
        came_too_late: Callable[[], None] | None = None,
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=settings.message_content)
        # Nobody needs to hear at every start that libraries for voice are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=intents,
            shard_count=settings.shard_count or 1,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=GUILDS_WITHIN_S,
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CommandTree,
        )
        self.shard_ids = list(settings.shard_ids) or None
        self.http.http_trace = http_trace  # as an argument it may not be None for the type checker
        self.has_first_shard = settings.has_first_shard
        self.has_failed = False
        self.shard_states = ShardStates()
        self._decides_shards = not settings.shard_count
        self._gate = gate or LocalIdentifyGate()
        self._buckets = 1
        self._storage = storage
        self._beside: Callable[[], Awaitable[None]] | None = None
        self._work: asyncio.Task[None] | None = None
        self._answering = Handlers(answers_within_s)
        self._freshness = Freshness()
        self._left_after_s = left_after_s
        self._came_too_late = came_too_late
        self._told_to_leave = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    def prepare(self, services: Services, beside: Callable[[], Awaitable[None]]) -> None:
        """Give the bot its services, and what runs beside its connection. Call before starting."""
        self.services = services
        self._beside = beside

    async def setup_hook(self) -> None:
        """Load the features, sync the commands when they changed, and begin the work beside the connection."""
        for feature in FEATURES:
            await self.load_extension(feature)
        if self.has_first_shard:  # one process is enough
            await self._sync_commands()
        if self._beside is not None:
            self._work = asyncio.create_task(self._run(self._beside))

    # ------------------------------------------------------------------ connecting

    async def launch_shards(self) -> None:
        """Find out how many there are and how many may identify at once, then connect those of this process."""
        guilds = 0 if self.application is None else self.application.approximate_guild_count
        if (self.shard_count or 1) > 1 or (self._decides_shards and shards_for(guilds, 2) > 1):
            recommended, _, limits = await self.http.get_bot_gateway()
            self._buckets = max(limits["max_concurrency"], 1)
            if self._decides_shards:
                self.shard_count = shards_for(guilds, recommended)
            log.info(
                "sharding",
                shards=self.shard_count,
                recommended=recommended,
                identifies_left=limits["remaining"],
            )
        self.shard_states.expect(self.shard_ids or range(self.shard_count or 1))
        await super().launch_shards()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for this shard's turn; ``initial`` makes no difference, for others may have identified just now.

        Raises:
            TimeoutError: it did not come while the connection is fresh; discord.py connects once more.
        """
        del initial
        # Nobody reads from the connection meanwhile, and discord.py takes it for dead after a minute.
        async with asyncio.timeout(self.turn_within_s):
            await self._gate.take_turn((shard_id or 0) % self._buckets)

    async def on_ready(self) -> None:
        """Note that Discord has told us of all guilds."""
        log.info(
            "ready",
            guilds=len(self.guilds),
            shards=len(self.shards),
            of=self.shard_count,
            application_id=self.application_id,
        )

    async def on_shard_connect(self, shard_id: int) -> None:
        """Note that the gateway has it."""
        self.shard_states.connected(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that the gateway has it again."""
        self.shard_states.connected(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note that the gateway has lost it; discord.py connects it again by itself."""
        self.shard_states.lost(shard_id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Route modal submissions, also of modals that were shown before a restart."""
        await route_submission(interaction)

    def is_in_time(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether it waited for its turn no longer than can be made good; counted when it did."""
        age_s = self._freshness.age_s(interaction.created_at.timestamp())
        if age_s <= self._left_after_s or not self._freshness.is_behind():
            return True
        if self._came_too_late is not None:
            self._came_too_late()
        return False

    def was_too_late(self) -> None:
        """Discord has refused an answer of ours as too late: what waited as long is left for a while."""
        self._freshness.refused()

    # ------------------------------------------------------------------ leaving

    def leave(self) -> None:
        """Ask the bot to end in good order; asked again, at once."""
        if self._told_to_leave.is_set():
            self._answering.hurry()
        self._told_to_leave.set()

    async def until_told_to_leave(self, staying: Coroutine[Any, Any, None]) -> None:
        """Be there until somebody asks the bot to end, or until it ends by itself.

        Raises:
            Exception: what it ended with by itself.
        """
        stay = asyncio.create_task(staying)
        told = asyncio.create_task(self._told_to_leave.wait())
        try:
            await asyncio.wait({stay, told}, return_when=asyncio.FIRST_COMPLETED)
            if stay.done():
                await stay
        finally:
            await cancelled(told)
            await cut_off(stay)

    async def close(self) -> None:
        """Disconnect, let what has begun be answered, stop the work, and let go of Discord. Safe to call twice."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(asyncio.current_task()))
        await asyncio.shield(self._closing)

    async def _close(self, caller: asyncio.Task[Any] | None) -> None:
        shards = [asyncio.create_task(shard.disconnect()) for shard in self.shards.values()]
        if shards:
            await asyncio.wait(shards, timeout=DISCONNECTED_WITHIN_S)
        left = await self._answering.finished(besides=caller)
        if self._work is not None:
            await cancelled(self._work)
        await cancelled(*shards, *left)
        await super().close()
        await self._gate.close()
        if shards:
            log.info("left", shards=len(shards), unanswered=len(left))

    def invite_url(self) -> str:
        """The link with which a server's owner adds the bot with exactly the permissions it needs."""
        return discord.utils.oauth_url(self.application_id or 0, permissions=PERMISSIONS)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            log.error("work_died", exc_info=error)  # noqa: TRY400  the error itself, for whoever reads the line
            self.has_failed = True
            self._ending = asyncio.create_task(self.close())
            self.leave()

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
