"""The soak's loopback Discord: it keeps messages, checks that answers come once, and misbehaves on request.

It runs in the process that loads the bot, never in the bot's. Permissions and limits are the playground's business.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from benchmarks.soak.answers import Answers, Call, Refused
from benchmarks.soak.faults import Fault, Faults
from benchmarks.soak.gateway import Gateway
from benchmarks.soak.payloads import (
    BOT_ID,
    Json,
    Place,
    Post,
    application,
    bot_user,
    channel,
    guild,
    new_id,
    user,
)
from benchmarks.soak.records import Books, Messages

_GONE, _NO_CHANNEL, _NO_WEBHOOK = 10008, 10003, 10015


class World:
    """Guilds with their channels; ``late_is_lost``: an answer after 3 s is refused, as Discord does."""

    def __init__(self, guilds: Mapping[int, Sequence[Place]], faults: Faults, *, late_is_lost: bool) -> None:
        self.places = {place.channel_id: place for places in guilds.values() for place in places}
        self.books, self.messages, self.faults = Books(), Messages(), faults
        self.gateway = Gateway(lambda: [guild(guild_id, places) for guild_id, places in guilds.items()])
        self.synced = asyncio.Event()
        self.tree: list[Json] = []
        self.port = 0
        self.answers = Answers(self.books, self.messages, late_is_lost=late_is_lost)
        self._webhooks: dict[int, Json] = {}
        self._emojis: list[Json] = []
        self._nonces: dict[tuple[int, str], Post] = {}

    def environment(self) -> dict[str, str]:
        """What a bot is started with."""
        return {
            "DISCORD_TOKEN": "soak",
            "DISCORD_API_URL": f"http://127.0.0.1:{self.port}/api/v10",
            "DISCORD_GATEWAY_URL": self.gateway.address,
        }

    def is_awaited(self) -> bool:
        """Whether an answer that is owed can still come."""
        return any(self.answers.can_come(sent) for sent in self.books.unanswered())

    async def rest(self, request: web.Request) -> web.StreamResponse:
        """Every route; what is not known is counted and answered with 404."""
        call = await _read(request)
        self.books.calls += 1
        is_edit = call.method == "PATCH" and "messages" in call.part
        fault = self.faults.draw(is_edit=is_edit)
        if call.part[-1] == "callback":
            self.answers.note_first(call.part[-2])
        if fault is Fault.RATE_LIMITED:
            wait_s = self.faults.delay_s()
            told = {"message": "You are being rate limited.", "retry_after": wait_s, "global": False}
            return _json(429, told, {"Via": "1.1 soak", "Retry-After": f"{wait_s:.3f}"})
        if fault is Fault.GONE:
            post = self._post_of(call)
            if post is not None:
                self.messages.drop(post.message_id)
        try:
            answer = self._answer(call, spoilt=fault in {Fault.FAILED, Fault.BAD_GATEWAY, Fault.CUT})
        except Refused as refusal:
            return _json(refusal.status, {"message": "no", "code": refusal.code})
        if fault is Fault.SLOW:
            await asyncio.sleep(self.faults.delay_s())
        if fault in {Fault.FAILED, Fault.BAD_GATEWAY}:
            return _json(500 if fault is Fault.FAILED else 502, {"message": "oops", "code": 0})
        if fault is Fault.CUT and request.transport is not None:
            request.transport.abort()
        return web.Response(status=204) if answer is None else _json(200, answer)

    def _answer(self, call: Call, *, spoilt: bool) -> object:  # noqa: PLR0911, PLR0912, C901  a table of routes
        messages = self.messages
        match call.method, *call.part:
            case "POST", "interactions", _, token, "callback":
                return self.answers.take(token, call, spoilt=spoilt)
            case "POST", "webhooks", hook, token if int(hook) == BOT_ID:
                return self.answers.follow_up(token, call).as_json()
            case "POST", "webhooks", hook, _:
                return self._speak(int(hook), call).as_json()
            case "PATCH", "webhooks", *_ if "messages" in call.part:
                post = self._require(call)
                post.change(call.body, call.files)
                self.books.read(post, call.raw)
                return post.as_json()
            case "PATCH", "channels", _, "messages", _:
                post = self._require(call)
                post.change(call.body, call.files)
                self.books.read(post, call.raw)
                return post.as_json()
            case "GET", ("webhooks" | "channels"), *_ if (
                "messages" in call.part and call.part[-1] != "messages"
            ):
                return self._require(call).as_json()
            case "DELETE", ("webhooks" | "channels"), *_ if "messages" in call.part:
                messages.drop(self._require(call).message_id)
                return None
            case "GET", "channels", channel_id, "messages":
                return [post.as_json() for post in self._history(int(channel_id), call.query)]
            case "POST", "channels", channel_id, "messages":
                return self._say(self._place(int(channel_id)), call).as_json()
            case "POST", "channels", _, "typing":
                return None
            case (("GET" | "PATCH"), "channels", channel_id):
                return channel(self._place(int(channel_id)))
            case "GET", "channels", channel_id, "webhooks":
                return [hook for hook in self._webhooks.values() if hook["channel_id"] == channel_id]
            case "POST", "channels", channel_id, "webhooks":
                return self._new_webhook(self._place(int(channel_id)))
            case "POST", "users", "@me", "channels":
                return self._direct(int(call.body["recipient_id"]))
            case "PUT", "applications", _, "commands":
                self.tree = json.loads(call.raw)
                self.synced.set()
                return []
            case "GET", "applications", _, "emojis":
                return {"items": self._emojis}
            case "POST", "applications", _, "emojis":
                self._emojis.append(_emoji(str(call.body["name"])))
                return self._emojis[-1]
            case "GET", "applications", _, "entitlements":
                return []
            case "GET", "gateway", "bot":
                limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
                return {"url": self.gateway.address, "shards": 1, "session_start_limit": limit}
            case "GET", "users", "@me":
                return bot_user()
            case "GET", "users", user_id:
                return user(int(user_id), f"member {user_id}")
            case "GET", ("oauth2" | "applications"), *_:
                return application()
            case _:
                route = " ".join((call.method, *(part for part in call.part if not part.isdecimal())))
                self.books.unknown_routes[route] += 1
                raise Refused(404, 0)

    # ------------------------------------------------------------------ messages

    def _post_of(self, call: Call) -> Post | None:
        wanted = call.part[-1]
        if wanted == "@original":
            sent = self.books.by_token.get(call.part[2])
            answer = sent.answer if sent is not None else None
            return None if answer is None else self.messages.find(answer.message_id)
        return self.messages.find(int(wanted)) if wanted.isdecimal() else None

    def _require(self, call: Call) -> Post:
        if call.part[0] == "webhooks" and int(call.part[1]) == BOT_ID:
            self.answers.require(call.part[2])
        post = self._post_of(call)
        if post is None:
            raise Refused(404, _GONE)
        return post

    def _place(self, channel_id: int) -> Place:
        place = self.places.get(channel_id)
        if place is None:
            raise Refused(404, _NO_CHANNEL)
        return place

    def _history(self, channel_id: int, query: Mapping[str, str]) -> list[Post]:
        self._place(channel_id)
        limit, before, after = int(query.get("limit", 50)), query.get("before"), query.get("after")
        posts = self.messages.in_channel(channel_id)
        if before is not None:
            posts = [post for post in posts if post.message_id < int(before)]
        if after is not None:
            posts = [post for post in posts if post.message_id > int(after)][:limit]
        return posts[-limit:][::-1]

    def _say(self, place: Place, call: Call) -> Post:
        nonce = call.body.get("nonce")
        known = self._nonces.get((place.channel_id, str(nonce))) if nonce is not None else None
        if known is not None:
            return known
        post = Post(new_id(), place, bot_user(), {}, nonce=nonce)
        post.change(call.body, call.files)
        self.messages.keep(post)
        if nonce is not None:
            self._nonces[place.channel_id, str(nonce)] = post
        self.books.read(post, call.raw)
        return post

    def _speak(self, hook_id: int, call: Call) -> Post:
        hook = self._webhooks.get(hook_id)
        if hook is None:
            raise Refused(404, _NO_WEBHOOK)
        author = user(hook_id, str(call.body.get("username") or hook["name"]), bot=True)
        post = Post(new_id(), self._place(int(hook["channel_id"])), author, {}, webhook_id=hook_id)
        post.change(call.body, call.files)
        self.messages.keep(post)
        return post

    def member_says(self, place: Place, author: Json, text: str) -> Post:
        """A member writes; tell the bot of it with :meth:`Gateway.dispatch`."""
        post = Post(new_id(), place, author, {"content": text})
        self.messages.keep(post)
        return post

    def _new_webhook(self, place: Place) -> Json:
        hook = {
            "id": str(new_id()),
            "type": 1,
            "guild_id": str(place.guild_id),
            "channel_id": str(place.channel_id),
            "user": bot_user(),
            "name": "Darkroom",
            "avatar": None,
            "token": f"hook-{place.channel_id}",
            "application_id": str(BOT_ID),
        }
        self._webhooks[int(hook["id"])] = hook
        return hook

    def _direct(self, user_id: int) -> Json:
        place = self.places.setdefault(user_id + 10**12, Place(0, user_id + 10**12, "a direct message"))
        return {"id": str(place.channel_id), "type": 1, "recipients": [user(user_id, f"member {user_id}")]}


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[World]:
    """Let it listen on a free port of this machine."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/gateway", world.gateway.connect)
    app.router.add_get("/gateway/", world.gateway.connect)
    app.router.add_route("*", "/{path:.*}", world.rest)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.port = runner.addresses[0][1]
    world.gateway.address = f"ws://127.0.0.1:{world.port}/gateway"
    try:
        yield world
    finally:
        await runner.cleanup()


async def _read(request: web.Request) -> Call:
    part = request.path.removeprefix("/api/v10/").split("/")
    files: list[Json] = []
    raw = ""
    if request.content_type.startswith("multipart/"):
        for name, value in (await request.post()).items():
            if name == "payload_json":
                raw = str(value)
            elif isinstance(value, web.FileField):
                files.append(_attachment(value))
                value.file.close()
    elif request.can_read_body:
        raw = await request.text()
    body: Any = json.loads(raw) if raw else {}
    return Call(request.method, part, request.query, body if isinstance(body, dict) else {}, files, raw)


def _attachment(upload: web.FileField) -> Json:
    attachment_id = str(new_id())
    return {
        "id": attachment_id,
        "filename": upload.filename,
        "size": upload.file.seek(0, 2),
        "url": f"https://cdn.invalid/{attachment_id}/{upload.filename}",
        "proxy_url": f"https://cdn.invalid/{attachment_id}/{upload.filename}",
        "content_type": upload.content_type,
    }


def _emoji(name: str) -> Json:
    return {
        "id": str(new_id()),
        "name": name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": False,
        "available": True,
        "user": bot_user(),
    }


def _json(status: int, answer: object, headers: Mapping[str, str] | None = None) -> web.Response:
    # discord.py reads JSON only where the type is exactly this, without a charset.
    return web.Response(
        status=status,
        body=json.dumps(answer).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )
