"""The least of Discord that a bot needs to run: gateway, REST and clicks, in the measuring process.

The playground's stand-in checks permissions, limits and bodies as Discord does, which costs more CPU
than a bare bot itself; here the bot shall be what is measured. Nothing is checked, everything is
answered at once. See ``playground/`` for correctness.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

BOT_ID = 100
GUILD_ID = 1_000
CHANNEL_ID = 2_000
COMMAND_ID = 3_000
FIRST_MEMBER_ID = 10_000
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
JOINED_AT = "2026-01-01T00:00:00+00:00"
EVERYTHING = str((1 << 50) - 1)
CHANNEL_MESSAGE = 4
"""The interaction callback that answers at once."""
TALK = (
    "The lamps along the harbour come on one by one.",
    "Mira leans on the railing and watches the boats come in.",
    "It is getting cold, she says, and pulls her red coat closer.",
)

User = dict[str, Any]


@dataclass
class Click:
    """One interaction on its way. Times are of ``time.perf_counter()``, in seconds."""

    sent_at: float
    acked: asyncio.Future[float]
    finished: asyncio.Future[float]
    texts: list[str] = field(default_factory=list)


class Loopback:
    """One bot's Discord. ``clicks`` are by token; a click is finished by a file, or by a follow-up."""

    def __init__(self, idle_guilds: int = 0, channels: int = 40, roles: int = 25) -> None:
        self.identified = asyncio.Event()
        self.synced = asyncio.Event()
        self.port = 0
        self._idle_guilds = range(idle_guilds)
        self._channels, self._roles = channels, roles
        self._ids = itertools.count(1 << 60)
        self._clicks: dict[str, Click] = {}
        self._socket: web.WebSocketResponse | None = None
        self._squeeze = zlib.compressobj()
        self._sequence = 0

    def environment(self) -> dict[str, str]:
        """What a bot is started with."""
        return {
            "DISCORD_TOKEN": "benchmark",
            "DISCORD_API_URL": f"http://127.0.0.1:{self.port}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws://127.0.0.1:{self.port}/gateway",
        }

    async def click(self, member: int, command: str, options: Mapping[str, str] | None = None) -> Click:
        """A member uses a slash command such as ``"image instant"``."""
        loop = asyncio.get_running_loop()
        interaction_id = next(self._ids)
        token = f"token-{interaction_id}"
        payload = _interaction(interaction_id, token, member, command, options or {})
        click = Click(time.perf_counter(), loop.create_future(), loop.create_future())
        self._clicks[token] = click
        await self._dispatch("INTERACTION_CREATE", payload)
        return click

    async def _dispatch(self, name: str, data: object) -> None:
        self._sequence += 1
        await self._send({"op": 0, "t": name, "s": self._sequence, "d": data})

    async def _send(self, frame: object) -> None:
        if self._socket is None:
            raise RuntimeError("no bot is connected")
        data = self._squeeze.compress(json.dumps(frame).encode()) + self._squeeze.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(data)

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """HELLO, READY, the guilds; then heartbeats."""
        self._socket = socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self._squeeze = zlib.compressobj()
        await self._send({"op": 10, "d": {"heartbeat_interval": 41_250}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            if frame["op"] == 1:
                await self._send({"op": 11})
            elif frame["op"] == 2:
                await self._welcome(frame["d"].get("shard", [0, 1]))
        return socket

    async def _welcome(self, shard: Sequence[int]) -> None:
        ids = [GUILD_ID, *(GUILD_ID * 1_000 + number for number in self._idle_guilds)]
        ready = {
            "v": 10,
            "user": _bot_user(),
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in ids],
            "session_id": "benchmark",
            "shard": shard,
            "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gateway",
            "application": {"id": str(BOT_ID), "flags": 0},
        }
        await self._dispatch("READY", ready)
        for guild_id in ids:
            await self._dispatch("GUILD_CREATE", _guild(guild_id, self._channels, self._roles))
        self.identified.set()

    async def rest(self, request: web.Request) -> web.Response:
        """Every route; what is not known is answered with nothing."""
        part = request.path.removeprefix("/api/v10/").split("/")
        answer: object
        match request.method, *part:
            case "POST", "interactions", _, token, "callback":
                answer = self._acknowledge(token, await request.json())
            case "PATCH", "webhooks", _, token, "messages", message_id:
                answer = self._answer(token, message_id, request.method, await request.read())
            case "POST", "webhooks", _, token:
                answer = self._answer(token, str(next(self._ids)), request.method, await request.read())
            case "GET", "channels", _, "messages":
                answer = [_message(f"{5_000 + n}", text) for n, text in enumerate(TALK)][::-1]
            case "PUT", "applications", _, "commands":
                self.synced.set()
                answer = []
            case "GET", ("channels" | "guilds"), *_:
                answer = self._looked_up(part)
            case "GET", "users", "@me":
                answer = _bot_user()
            case "GET", ("oauth2" | "applications"), *_:
                answer = _application()
            case _:
                return web.Response(status=204)
        # discord.py reads JSON only where the type is exactly this, without a charset.
        return web.Response(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})

    def _looked_up(self, part: Sequence[str]) -> object:
        """What a process without a gateway asks for: a channel, its guild, the bot's membership there."""
        match part:
            case "channels", channel_id:
                return {**_channel(int(channel_id), GUILD_ID, 0), "guild_id": str(GUILD_ID)}
            case "guilds", guild_id:
                return _guild(int(guild_id), self._channels, self._roles)
            case _:
                return _member(_bot_user())

    def _acknowledge(self, token: str, body: Mapping[str, Any]) -> object:
        click = self._clicks[token]
        _settle(click.acked, click)
        if body["type"] == CHANNEL_MESSAGE:
            click.texts.append(json.dumps(body))
            _settle(click.finished, click)
        interaction_id = token.removeprefix("token-")
        return {"interaction": {"id": interaction_id, "type": 2, "response_message_id": interaction_id}}

    def _answer(self, token: str, message_id: str, method: str, body: bytes) -> object:
        click = self._clicks[token]
        with_file = b'name="files[0]"' in body
        if not with_file:
            click.texts.append(body.decode(errors="replace"))
        if with_file or method == "POST":
            _settle(click.finished, click)
        return _message(token.removeprefix("token-") if message_id == "@original" else message_id, "")


@asynccontextmanager
async def loopback(idle_guilds: int = 0) -> AsyncIterator[Loopback]:
    """A running one, on a free port of this machine."""
    world = Loopback(idle_guilds)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/gateway", world.gateway)
    app.router.add_get("/gateway/", world.gateway)
    app.router.add_route("*", "/{path:.*}", world.rest)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    world.port = runner.addresses[0][1]
    try:
        yield world
    finally:
        await runner.cleanup()


def _settle(moment: asyncio.Future[float], click: Click) -> None:
    if not moment.done():
        moment.set_result(time.perf_counter() - click.sent_at)


def _user(user_id: int, name: str, *, bot: bool = False) -> User:
    return {"id": str(user_id), "username": name, "discriminator": "0", "avatar": None, "bot": bot}


def _member(user: User) -> dict[str, Any]:
    return {"user": user, "roles": [], "joined_at": JOINED_AT, "deaf": False, "mute": False, "flags": 0}


def _bot_user() -> User:
    return _user(BOT_ID, "Darkroom", bot=True)


def _application() -> dict[str, Any]:
    return {
        "id": str(BOT_ID),
        "name": "Darkroom",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 1 << 19,
        "owner": _user(1, "owner"),
        "summary": "",
    }


def _message(message_id: str, content: str) -> dict[str, Any]:
    return {
        "id": message_id,
        "channel_id": str(CHANNEL_ID),
        "author": _user(FIRST_MEMBER_ID, "Ana"),
        "content": content,
        "timestamp": JOINED_AT,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    }


def _guild(guild_id: int, channels: int, roles: int) -> dict[str, Any]:
    """A guild as GUILD_CREATE sends it, with names, topics and overwrites of a usual length."""
    first_channel = CHANNEL_ID if guild_id == GUILD_ID else guild_id * 1_000
    return {
        "id": str(guild_id),
        "name": f"A guild with a usual name {guild_id}",
        "icon": "0" * 32,
        "owner_id": "1",
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "mfa_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 3,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "features": ["COMMUNITY", "NEWS"],
        "large": False,
        "member_count": 120,
        "emojis": [],
        "stickers": [],
        "voice_states": [],
        "presences": [],
        "threads": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "members": [_member(_bot_user())],
        "roles": [_role(guild_id + number, number) for number in range(roles)],
        "channels": [_channel(first_channel + number, guild_id, number) for number in range(channels)],
    }


def _role(role_id: int, position: int) -> dict[str, Any]:
    return {
        "id": str(role_id),
        "name": "@everyone" if position == 0 else f"role number {position}",
        "color": position,
        "colors": {"primary_color": position, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": EVERYTHING,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _channel(channel_id: int, guild_id: int, position: int) -> dict[str, Any]:
    return {
        "id": str(channel_id),
        "guild_id": str(guild_id),
        "type": 0,
        "name": f"channel-number-{position}",
        "topic": "What is talked about here, in a line or two.",
        "position": position,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "permission_overwrites": [
            {"id": str(guild_id + number), "type": 0, "allow": "1024", "deny": "2048"} for number in range(3)
        ],
    }


def _interaction(
    interaction_id: int, token: str, member: int, command: str, options: Mapping[str, str]
) -> dict[str, Any]:
    name, *subcommands = command.split()
    given: list[dict[str, Any]] = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
    for subcommand in reversed(subcommands):
        given = [{"name": subcommand, "type": 1, "options": given}]
    return {
        "id": str(interaction_id),
        "application_id": str(BOT_ID),
        "type": 2,
        "token": token,
        "version": 1,
        "guild_id": str(GUILD_ID),
        "channel_id": str(CHANNEL_ID),
        "channel": _channel(CHANNEL_ID, GUILD_ID, 0) | {"permissions": EVERYTHING},
        "member": _member(_user(FIRST_MEMBER_ID + member, f"member {member}")) | {"permissions": EVERYTHING},
        "app_permissions": EVERYTHING,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD_ID)},
        "context": 0,
        "attachment_size_limit": UPLOAD_LIMIT_BYTES,
        "data": {"id": str(COMMAND_ID), "name": name, "type": 1, "options": given},
    }
