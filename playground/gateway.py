"""The gateway face: sessions with identify, heartbeat, resume, intents and member chunks.

Source: https://docs.discord.com/developers/events/gateway. Frames are uncompressed text, which clients accept
whatever compression they asked for.
"""

from __future__ import annotations

import asyncio
import copy
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from aiohttp import WSMsgType, web

from playground._simcord import (
    censor_message,
    intents_of,
    prune_guild_create,
    required_intent,
    serializers,
)
from playground.backend import LiveBackend

#: Gateway opcodes.
_HEARTBEAT, _IDENTIFY, _RESUME, _REQUEST_MEMBERS, _INVALID, _HELLO, _ACK = 1, 2, 6, 8, 9, 10, 11
_HEARTBEAT_MS = 41_250
_ACK_DELAY_S = 0.05
_REPLAY = 5_000
_CHUNK = 1_000
_GUILDS_A_SHARD = 2_500


@dataclass(frozen=True, slots=True)
class Identify:
    """A shard that asked for a session. ``at_s`` is of ``time.monotonic()``."""

    at_s: float
    shard: tuple[int, int]
    is_refused: bool


class Session:
    """One identified shard; it outlives its connection so that it can be resumed."""

    def __init__(self, intents: discord.Intents, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        #: The last event that the client said it has.
        self.heard = 0
        self.replay: deque[tuple[int, str]] = deque(maxlen=_REPLAY)
        self.outbox: asyncio.Queue[str] | None = None

    def dispatch(self, event: str, payload: Any) -> None:
        """Send an event, or keep it for a resume."""
        self.sequence += 1
        frame = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": payload})
        self.replay.append((self.sequence, frame))
        if self.outbox is not None:
            self.outbox.put_nowait(frame)

    def wants(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Whether its shard and intents cover the event."""
        guild_id = payload.get("guild_id")
        if guild_id is None and event.startswith("GUILD_"):
            guild_id = payload.get("id")
        shard_id, shard_count = self.shard
        if (0 if guild_id is None else (int(guild_id) >> 22) % shard_count) != shard_id:
            return False
        gate = required_intent(event, payload)
        return gate is None or getattr(self.intents, gate)


class GatewayFace:
    """Answers the gateway's websocket and tells every session what happens."""

    def __init__(self, backend: LiveBackend, token: str) -> None:
        self.backend = backend
        self.token = token
        self.sessions: dict[str, Session] = {}
        #: Called when a shard connects, is ready, resumes or goes.
        self.on_change: Callable[[], None] = lambda: None
        self.connection_count = 0
        self.identify_count = 0
        #: Every identify with the right token and intents, in order.
        self.identifies: list[Identify] = []
        self.resume_count = 0
        self._connections: dict[web.WebSocketResponse, Session | None] = {}
        backend.subscribers.append(self.broadcast)

    @property
    def connected(self) -> bool:
        """Whether a session that has identified is connected now."""
        return any(session is not None for session in self._connections.values())

    @property
    def connected_shards(self) -> set[int]:
        """The ids of the shards that have identified and are connected now."""
        return {session.shard[0] for session in self._connections.values() if session is not None}

    def broadcast(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event to every session that is to see it."""
        for session in tuple(self.sessions.values()):
            if session.wants(event, payload):
                session.dispatch(event, self._for_session(session, event, payload))

    def _for_session(self, session: Session, event: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        bot_id = self.backend.bot_user.id
        if event == "GUILD_CREATE":
            pruned = dict(payload)
            prune_guild_create(pruned, session.intents, bot_id)
            return pruned
        if session.intents.message_content:
            return payload
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            hidden = copy.deepcopy(dict(payload))
            censor_message(hidden, bot_id, backend=self.backend)
            return hidden
        if event == "INTERACTION_CREATE" and isinstance(payload.get("message"), dict):
            hidden = copy.deepcopy(dict(payload))
            censor_message(hidden["message"], bot_id, backend=self.backend, exempt_root=True)
            return hidden
        return payload

    # ------------------------------------------------------------- connections

    async def handle(self, http: web.Request) -> web.StreamResponse:
        """Serve one websocket."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20, compress=False)
        await socket.prepare(http)
        outbox: asyncio.Queue[str] = asyncio.Queue()
        self._connections[socket] = None
        self.connection_count += 1
        outbox.put_nowait(json.dumps({"op": _HELLO, "d": {"heartbeat_interval": _HEARTBEAT_MS}, "s": None}))
        writer = asyncio.create_task(_write(socket, outbox))
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                await self._receive(socket, outbox, json.loads(frame.data))
        finally:
            session = self._connections.pop(socket, None)
            if session is not None and session.outbox is outbox:
                session.outbox = None
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self.on_change()
        return socket

    async def _receive(
        self, socket: web.WebSocketResponse, outbox: asyncio.Queue[str], frame: dict[str, Any]
    ) -> None:
        operation: int = frame["op"]
        data: Any = frame.get("d")
        if operation == _HEARTBEAT:
            self._note_heard(socket, data)
            # An answer within microseconds overtakes discord.py's own note of when it asked, and it warns.
            answer = json.dumps({"op": _ACK, "d": None})
            asyncio.get_running_loop().call_later(_ACK_DELAY_S, outbox.put_nowait, answer)
        elif operation in (_IDENTIFY, _RESUME) and data["token"].removeprefix("Bot ") != self.token:
            await socket.close(code=4004, message=b"Authentication failed.")
        elif operation == _IDENTIFY and self._asks_too_much(data):
            await socket.close(code=4014, message=b"Disallowed intent(s).")
        elif operation == _IDENTIFY and self.backend.limits.guilds > _GUILDS_A_SHARD * _shard(data)[1]:
            await socket.close(code=4011, message=b"Sharding required.")
        elif operation == _IDENTIFY and self._comes_too_soon(data):
            outbox.put_nowait(json.dumps({"op": _INVALID, "d": False}))
        elif operation == _IDENTIFY:
            self._identify(socket, outbox, data)
        elif operation == _RESUME:
            self._resume(socket, outbox, data)
        elif operation == _REQUEST_MEMBERS:
            session = self._connections.get(socket)
            if session is not None:
                self._send_members(session, data)

    def _asks_too_much(self, data: dict[str, Any]) -> bool:
        return intents_of(int(data["intents"])).message_content and not self.backend.limits.message_content

    def _comes_too_soon(self, data: dict[str, Any]) -> bool:
        """Whether another shard of its bucket has identified just now; whatever it is, it is noted."""
        shard_id, shard_count = _shard(data)
        now_s, limits = time.monotonic(), self.backend.limits
        is_refused = any(
            earlier.shard[0] % limits.max_concurrency == shard_id % limits.max_concurrency
            and not earlier.is_refused
            and now_s - earlier.at_s < limits.identify_every_s
            for earlier in self.identifies
        )
        self.identifies.append(Identify(now_s, (shard_id, shard_count), is_refused))
        return is_refused

    def _note_heard(self, socket: web.WebSocketResponse, sequence: int | None) -> None:
        session = self._connections.get(socket)
        if session is not None:
            session.heard = sequence or 0
            self.on_change()

    def ask_what_was_heard(self) -> Callable[[], bool]:
        """Have every client say which event it had last; the answer tells whether all have what is sent by now."""
        asked = [(session, session.sequence) for session in self._connections.values() if session is not None]
        for session, _ in asked:
            if session.outbox is not None:
                session.outbox.put_nowait(json.dumps({"op": _HEARTBEAT, "d": None}))
        return lambda: all(session.heard >= sequence for session, sequence in asked)

    def _identify(
        self, socket: web.WebSocketResponse, outbox: asyncio.Queue[str], data: dict[str, Any]
    ) -> None:
        shard_id, shard_count = _shard(data)
        session = Session(intents_of(int(data["intents"])), (shard_id, shard_count))
        for old in [old for old in self.sessions.values() if old.shard == session.shard]:
            del self.sessions[old.id]
        session.outbox = outbox
        guilds = [
            guild for guild in self.backend.guilds.values() if (guild.id >> 22) % shard_count == shard_id
        ]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": serializers.user_payload(self.backend.bot_user),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.backend.gateway_url,
                "shard": [shard_id, shard_count],
                "application": {"id": str(self.backend.application_id), "flags": 1 << 19},
            },
        )
        for guild in guilds:
            payload = self.backend.shape_guild(dict(serializers.guild_create_payload(self.backend, guild)))
            session.dispatch("GUILD_CREATE", self._for_session(session, "GUILD_CREATE", payload))
        self.sessions[session.id] = session
        self._connections[socket] = session
        self.identify_count += 1
        self.on_change()

    def _resume(
        self, socket: web.WebSocketResponse, outbox: asyncio.Queue[str], data: dict[str, Any]
    ) -> None:
        session = self.sessions.get(data["session_id"])
        oldest = session.replay[0][0] if session is not None and session.replay else 1
        if session is None or int(data["seq"]) + 1 < oldest:
            outbox.put_nowait(json.dumps({"op": _INVALID, "d": False}))
            return
        for sequence, text in session.replay:
            if sequence > int(data["seq"]):
                outbox.put_nowait(text)
        session.outbox = outbox
        session.dispatch("RESUMED", {})
        self._connections[socket] = session
        self.resume_count += 1
        self.on_change()

    def _send_members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self.backend.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        members = list(guild.members.values())
        wanted = data.get("user_ids")
        missing: list[str] = []
        if wanted is not None:
            ids = {int(value) for value in (wanted if isinstance(wanted, list) else [wanted])}
            members = [member for member in members if member.user_id in ids]
            missing = [str(value) for value in sorted(ids - {member.user_id for member in members})]
        elif data.get("query"):
            prefix = data["query"].lower()
            members = [
                member
                for member in members
                if self.backend.users[member.user_id].name.lower().startswith(prefix)
            ]
        if data.get("limit"):
            members = members[: data["limit"]]
        chunks = [members[start : start + _CHUNK] for start in range(0, len(members), _CHUNK)] or [[]]
        for index, chunk in enumerate(chunks):
            payload: dict[str, Any] = {
                "guild_id": str(guild.id),
                "members": [serializers.member_payload(self.backend, guild, member) for member in chunk],
                "chunk_index": index,
                "chunk_count": len(chunks),
                "not_found": missing,
            }
            if data.get("nonce"):
                payload["nonce"] = data["nonce"]
            session.dispatch("GUILD_MEMBERS_CHUNK", payload)

    # ------------------------------------------------------------------ faults

    async def drop(self, *, resumable: bool = True, shard_id: int | None = None) -> None:
        """Close every connection, or that of one shard; unless ``resumable``, a resume is refused."""
        dropped = {
            socket: session
            for socket, session in self._connections.items()
            if shard_id is None or (session is not None and session.shard[0] == shard_id)
        }
        if not resumable:
            gone = (
                set(self.sessions) if shard_id is None else {s.id for s in dropped.values() if s is not None}
            )
            self.sessions = {key: session for key, session in self.sessions.items() if key not in gone}
        for socket in dropped:
            await socket.close(code=4000, message=b"Unknown error.")


def _shard(data: Mapping[str, Any]) -> tuple[int, int]:
    shard_id, shard_count = data.get("shard") or (0, 1)
    return shard_id, shard_count


async def _write(socket: web.WebSocketResponse, outbox: asyncio.Queue[str]) -> None:
    while not socket.closed:
        await socket.send_str(await outbox.get())
