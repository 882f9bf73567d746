"""``StandIn``: a whole local Discord in this process, for a bot in another."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from aiohttp import web

from playground.acting import Acting
from playground.arranging import ChannelLike
from playground.backend import LiveBackend
from playground.bot_process import BotProcess, BotState
from playground.control import add_control_routes
from playground.faults import FaultList
from playground.gateway import GatewayFace
from playground.places import Channel, Member
from playground.records import Message, Request, view
from playground.rest import RestFace
from playground.seed import STUDIO, WorldPlan
from playground.waiting import Waiters

__all__ = ["Channel", "Member", "StandIn"]

T = TypeVar("T")
DEFAULT_TOKEN = "playground.token.not-a-secret"  # noqa: S105  it opens nothing but this world


class StandIn(Acting):
    """The stand-in for Discord. Begin one with ``StandIn.start``."""

    def __init__(self, backend: LiveBackend, plan: WorldPlan, token: str, port: int) -> None:
        super().__init__(backend, plan)
        self.token = token
        self.port = port
        self.rest = RestFace(backend, token)
        self.gateway = GatewayFace(backend, token)
        self.bot: BotProcess | None = None
        #: Called when the bot connects, goes, starts or ends.
        self.on_bot_change: Callable[[], None] = lambda: None
        self._waiters = Waiters()
        self.rest.on_request = self._on_request
        self.gateway.on_change = self._on_bot
        backend.change_listeners.append(self._on_change)

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        seed: WorldPlan = STUDIO,
        *,
        port: int = 0,
        token: str = DEFAULT_TOKEN,
        extend: Callable[[StandIn, web.Application], None] | None = None,
    ) -> AsyncIterator[StandIn]:
        """Serve a new world on 127.0.0.1 for as long as the context lasts; port 0 is any free one.

        ``extend`` may add routes (the page does). A bot started with ``start_bot`` is stopped at the end.

        Raises:
            OSError: the port is taken.
        """
        listener = socket.create_server(("127.0.0.1", port), backlog=256)
        port = listener.getsockname()[1]
        backend = LiveBackend(f"http://127.0.0.1:{port}/cdn", seed.bot)
        world = cls(backend, seed, token, port)
        backend.gateway_url = world.gateway_url
        app = web.Application(client_max_size=1 << 27)
        app.router.add_route("*", "/api/v{version:\\d+}/{path:.*}", world.rest.handle)
        app.router.add_get("/cdn/{path:.*}", world.rest.serve_file)
        app.router.add_get("/gateway", world.gateway.handle)
        add_control_routes(world, app)
        if extend is not None:
            extend(world, app)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            yield world
        finally:
            if world.bot is not None:
                await world.bot.stop()
            await world.gateway.drop()
            await runner.cleanup()
            listener.close()

    # --------------------------------------------------------------- addresses

    @property
    def url(self) -> str:
        """The root address, e.g. of the page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """For ``discord.http.Route.BASE``; ends in ``/api/v10``."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """For ``DiscordWebSocket.DEFAULT_GATEWAY``."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    def bot_env(self) -> dict[str, str]:
        """The settings with which a bot finds this world."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": self.api_url,
            "DISCORD_GATEWAY_URL": self.gateway_url,
        }

    # ----------------------------------------------------------------- the bot

    async def start_bot(
        self,
        command: Sequence[str] = (sys.executable, "-m", "bot"),
        env: Mapping[str, str] | None = None,
        *,
        ready_timeout_s: float | None = 30.0,
        echo: bool = False,
    ) -> BotProcess:
        """Start the bot as a process of its own and wait until it is ready (None: do not wait).

        ``env`` is laid over ``bot_env()``. Restart it with ``bot.kill()`` (or ``stop()``) and
        ``restart_bot()``.

        Raises:
            TimeoutError: it did not get ready; the text ends with what it printed.
            RuntimeError: it ended instead.
        """
        self.bot = BotProcess(command, {**self.bot_env(), **(env or {})}, echo=echo)
        self.bot.on_exit = self._on_bot
        await self._begin(self.bot, ready_timeout_s)
        return self.bot

    async def restart_bot(self, *, kill: bool = False, ready_timeout_s: float | None = 30.0) -> BotProcess:
        """Stop (or ``kill -9``) the bot if it runs, and start the same command again."""
        if self.bot is None:
            raise RuntimeError("no bot was started")
        await (self.bot.kill() if kill else self.bot.stop())
        await self._begin(self.bot, ready_timeout_s)
        return self.bot

    async def _begin(self, bot: BotProcess, ready_timeout_s: float | None) -> None:
        seen = self.gateway.identify_count
        await bot.start()
        self._on_bot()
        if ready_timeout_s is None:
            return

        def settled() -> bool:
            return (self.gateway.identify_count > seen and self.gateway.connected) or not bot.running

        def why() -> str:
            return "the bot to get ready; it printed:\n" + "\n".join(list(bot.output)[-20:])

        await self._waiters.until(settled, ready_timeout_s, why)
        if not bot.running:
            raise RuntimeError("the bot ended at its start; it printed:\n" + "\n".join(bot.output))

    @property
    def bot_state(self) -> BotState:
        """``running`` when a bot is connected and identified, ``starting`` when only its process runs."""
        if self.gateway.connected:
            return "running"
        return "starting" if self.bot is not None and self.bot.running else "stopped"

    async def wait_ready(self, timeout_s: float = 30.0) -> None:
        """Until a bot is connected and identified."""
        await self.wait_until(lambda: self.gateway.connected, timeout_s, "a bot to get ready")

    async def wait_gone(self, timeout_s: float = 10.0) -> None:
        """Until no bot is connected."""
        await self.wait_until(lambda: not self.gateway.connected, timeout_s, "the bot to disconnect")

    async def wait_heard(self, timeout_s: float = 10.0) -> None:
        """Until the connected bots say that they have every event up to now."""
        have_all = self.gateway.ask_what_was_heard()
        await self.wait_until(have_all, timeout_s, "the bot to have heard all events")

    async def wait_resumed(self, count: int = 1, timeout_s: float = 15.0) -> None:
        """Until sessions were resumed ``count`` times since the beginning."""
        await self.wait_until(lambda: self.gateway.resume_count >= count, timeout_s, f"resume number {count}")

    async def wait_synced(self, *commands: str, timeout_s: float = 30.0) -> None:
        """Until commands were synced; with names (``"image instant"``), until these are there."""
        await self.wait_until(
            lambda: self.backend.sync_count and set(commands) <= self.commands,
            timeout_s,
            lambda: f"commands {commands}; there are {sorted(self.commands)}",
        )

    @property
    def commands(self) -> set[str]:
        """Full names of the synced commands; context menus by their name."""
        return self.backend.command_names(self.guild_id)

    # ------------------------------------------------------------------- waits

    async def wait_until(
        self, condition: Callable[[], T | None], timeout_s: float, what: str | Callable[[], str]
    ) -> T:
        """The first truthy value of ``condition``, looked at again after everything that happens here.

        Raises:
            TimeoutError: not within ``timeout_s`` seconds.
        """
        return await self._waiters.until(condition, timeout_s, what)

    async def wait_for_message(
        self,
        channel: ChannelLike,
        predicate: Callable[[Message], bool] = bool,
        *,
        timeout_s: float = 30.0,
        after: Message | int | None = None,
    ) -> Message:
        """The first message in a channel that fits, there already or still to come (newer than ``after``)."""
        place = self.channel(channel)
        oldest = 0 if after is None else after if isinstance(after, int) else after.id

        def found() -> Message | None:
            for message_id, stored in sorted(self.backend.messages.get(place.id, {}).items()):
                if message_id > oldest and predicate(snapshot := view(self.backend, stored)):
                    return snapshot
            return None

        def why() -> str:
            texts = [(message.author_name, message.text) for message in self.messages(place)]
            return f"a fitting message in {place.name}; there are {texts}"

        return await self._waiters.until(found, timeout_s, why)

    async def wait_for_request(
        self,
        method: str,
        template: str,
        predicate: Callable[[Request], bool] = bool,
        *,
        count: int = 1,
        timeout_s: float = 30.0,
    ) -> list[Request]:
        """The first ``count`` finished requests of this route that fit, oldest first."""

        def found() -> list[Request] | None:
            fitting = [
                request
                for request in self.requests
                if request.method == method and request.template == template and predicate(request)
            ]
            return fitting[:count] if len(fitting) >= count else None

        return await self._waiters.until(found, timeout_s, f"{count} × {method} {template}")

    # ------------------------------------------------------------------ faults

    @property
    def faults(self) -> FaultList:
        """What goes wrong with the next requests."""
        return self.rest.faults

    @property
    def requests(self) -> Sequence[Request]:
        """Every REST request so far (the last 20,000), oldest first."""
        return self.rest.requests

    async def drop_gateway(self, *, resumable: bool = True) -> None:
        """Close the gateway connections; unless ``resumable``, the bot must identify anew."""
        await self.gateway.drop(resumable=resumable)

    def set_upload_limit(self, limit_bytes: int) -> None:
        """One file's limit, in interactions and in channels."""
        self.limits.interaction_upload_bytes = self.limits.guild_upload_bytes = limit_bytes

    # ---------------------------------------------------------------- listening

    def _on_bot(self) -> None:
        self._waiters.notify()
        self.on_bot_change()

    def _on_request(self, request: Request, arguments: dict[str, str]) -> None:
        interaction = self.by_token.get(arguments.get("token", ""))
        if interaction is not None:
            interaction.note_request(request)
        self._waiters.notify()

    def _on_change(self, what: str, channel_id: int, message_id: int | None) -> None:
        if message_id is not None and what != "delete":
            stored = self.backend.messages.get(channel_id, {}).get(message_id)
            metadata = stored.interaction_metadata if stored is not None else None
            interaction = self.interactions.get(int(metadata["id"])) if metadata else None
            if interaction is not None:
                interaction.note_change()
        self._waiters.notify()
