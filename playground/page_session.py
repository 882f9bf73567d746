"""One browser's connection to the page: what its person does, and what they are shown."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from playground import faults
from playground._simcord import (
    BackendError,
    OptionError,
    PreviewParts,
    SetupError,
    channel_accessible,
    parse_option_input,
    walk_components,
)
from playground.interaction import Interaction
from playground.places import Channel, Member
from playground.projection import Projector, surroundings, visible

if TYPE_CHECKING:
    from playground.world import StandIn

_HISTORY = 50
_USER, _CHANNEL, _ROLE, _MENTIONABLE, _ATTACHMENT = 6, 7, 8, 9, 11
_STRING_SELECT, _FILE_UPLOAD = 3, 19
_ENTITY_SELECTS = (5, 6, 7, 8)


def _posts_and_edits(kind: faults.FaultKind, times: int = 1) -> faults.Fault:
    path = r"^/(channels|webhooks)/.*(/messages|/@original|/\d+|/webhooks/\d+/[^/]+)$"
    return faults.Fault("*", path, kind, times, when=lambda request: request.method in ("POST", "PATCH"))


#: The menu "misbehave": what happens to the bot's next request or requests.
MISBEHAVIOURS: dict[str, Callable[[], faults.Fault]] = {
    "late": lambda: faults.Fault("POST", r"/callback$", faults.late(4.0)),
    "forbidden": lambda: _posts_and_edits(faults.status(403, 50013, "Missing Permissions")),
    "rate_limited": lambda: _posts_and_edits(faults.rate_limit(3.0), times=3),
    "error_after_success": lambda: _posts_and_edits(faults.server_error_after_success()),
}


class PageSession:
    """Answers requests (``{"id", "do", …}``) and pushes what changes for its viewer."""

    def __init__(self, world: StandIn, parts: PreviewParts, socket: web.WebSocketResponse) -> None:
        self.world = world
        self.socket = socket
        self._parts = parts
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._viewer: Member | None = None
        self._projector: Projector | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._world_stale = False
        self._actions: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
            "open": self._open,
            "older": self._older,
            "say": self._say,
            "slash": self._slash,
            "autocomplete": self._autocomplete,
            "menu": self._menu,
            "press": self._press,
            "buy": self._buy,
            "select": self._select,
            "submit": self._submit,
            "delete": self._delete,
            "bot": self._bot,
            "misbehave": self._misbehave,
        }

    async def run(self) -> None:
        """Serve until the browser goes."""
        self.world.backend.change_listeners.append(self._changed)
        writer = asyncio.create_task(self._write())
        try:
            async for frame in self.socket:
                if frame.type is WSMsgType.TEXT:
                    self._spawn(self._answer(json.loads(frame.data)))
        finally:
            self.world.backend.change_listeners.remove(self._changed)
            for task in (writer, *self._tasks):
                task.cancel()
            await asyncio.gather(writer, *self._tasks, return_exceptions=True)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self) -> None:
        while True:
            await self.socket.send_str(json.dumps(await self._outbox.get()))

    def push(self, kind: str, **fields: Any) -> None:
        """Tell the browser something."""
        self._outbox.put_nowait({"type": kind, **fields})

    async def _answer(self, request: dict[str, Any]) -> None:
        try:
            data = await self._actions[request["do"]](request)
        except OptionError as error:
            self.push("reply", id=request["id"], error=str(error), option=error.option)
        except BackendError as error:
            self.push("reply", id=request["id"], error=error.message)
        except (SetupError, LookupError, TimeoutError, RuntimeError, ValueError) as error:
            self.push("reply", id=request["id"], error=str(error))
        else:
            self.push("reply", id=request["id"], data=data)

    # --------------------------------------------------------------- what changes

    def world_changed(self) -> None:
        """Push the lists around the messages, at most once a turn of the loop."""
        if self._viewer is not None and not self._world_stale:
            self._world_stale = True
            asyncio.get_running_loop().call_soon(self._push_world)

    def _push_world(self) -> None:
        self._world_stale = False
        if self._viewer is not None:
            self.push("world", **surroundings(self.world, self._viewer))
        if self._projector is not None and self._place_exists():
            self.push("commands", **self._projector.commands())

    def _place_exists(self) -> bool:
        return self._projector is not None and self._projector.place.id in self.world.backend.channels

    def _changed(self, what: str, channel_id: int, message_id: int | None) -> None:
        if what in ("world", "commands"):
            self.world_changed()
            return
        projector = self._projector
        if projector is None or self._viewer is None:
            return
        if projector.place.id != channel_id:
            if what == "create" and channel_accessible(self.world.backend, channel_id, self._viewer.id):
                message = self.world.backend.messages[channel_id].get(message_id or 0)
                if message is not None and message.visible_to(self._viewer.id):
                    self.push("activity", channel=str(channel_id))
            return
        stored = self.world.backend.messages.get(channel_id, {}).get(message_id or 0)
        if stored is None:
            self.push("gone", message=str(message_id))
        elif projector.sees(stored):
            self.push("message", message=projector.message(stored))

    # ------------------------------------------------------------------ looking

    async def _open(self, request: dict[str, Any]) -> dict[str, Any]:
        members = {str(member.id): member for member in self.world.members}
        viewer = members.get(str(request.get("viewer")), self.world.members[0])
        wanted = request.get("channel")
        if str(wanted).startswith("direct:"):
            wanted = str(self.world.channel(viewer).id)
        places = [place for place in self.world.channels if visible(self.world, place, viewer)]
        place = next((place for place in places if str(place.id) == wanted), None)
        if place is None:
            place = next((place for place in places if place.name == request.get("name")), places[0])
        self._viewer = viewer
        self._projector = Projector(self.world, self._parts, viewer, place)
        return {
            "world": surroundings(self.world, viewer),
            "channel": str(place.id),
            "commands": self._projector.commands(),
            **self._history(None),
        }

    async def _older(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._history(int(request["before"]))

    def _history(self, before: int | None) -> dict[str, Any]:
        projector = self._here
        stored = sorted(self.world.backend.messages.get(projector.place.id, {}).items())
        seen = [
            message
            for message_id, message in stored
            if (before is None or message_id < before) and projector.sees(message)
        ]
        return {
            "messages": [projector.message(message) for message in seen[-_HISTORY:]],
            "more": len(seen) > _HISTORY,
        }

    @property
    def _here(self) -> Projector:
        if self._projector is None or not self._place_exists():
            raise SetupError("Open a channel first")
        return self._projector

    # ------------------------------------------------------------------- acting

    async def _say(self, request: dict[str, Any]) -> None:
        here = self._here
        reply_to = self.world.message(int(request["reply_to"])) if request.get("reply_to") else None
        files = [_file(item) for item in request.get("files", ())]
        await self.world.say(here.viewer, here.place, request.get("text", ""), reply_to=reply_to, files=files)

    async def _slash(self, request: dict[str, Any]) -> None:
        here = self._here
        options = self._options(request["command"], request.get("options", {}))
        self._follow(await self.world.slash(here.viewer, here.place, request["command"], **options))

    async def _autocomplete(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        here = self._here
        filled = self._options(request["command"], request.get("options", {}), lenient=True)
        filled.pop(request["option"], None)
        interaction = await self.world.autocomplete(
            here.viewer, here.place, request["command"], request["option"], request["typed"], **filled
        )
        choices = await interaction.choices(timeout_s=3.0)
        return [{"name": choice["name"], "value": str(choice["value"])} for choice in choices]

    def _options(self, command: str, raw: dict[str, Any], *, lenient: bool = False) -> dict[str, Any]:
        leaves = {entry["name"]: entry for entry in self._here.commands()["slash"]}
        leaf = leaves.get(command)
        if leaf is None:
            raise SetupError(f"/{command} is not available here")
        values: dict[str, Any] = {}
        for option in leaf["options"]:
            if option["name"] not in raw:
                continue
            try:
                values[option["name"]] = self._option(command, option, raw[option["name"]])
            except OptionError:
                if not lenient:
                    raise
        return values

    def _option(self, command: str, option: dict[str, Any], raw: Any) -> Any:
        kind = option["type"]
        if kind == _ATTACHMENT:
            return _file(raw)
        if kind in (_USER, _CHANNEL, _ROLE, _MENTIONABLE):
            return self._entity(str(raw))
        wire = {"name": option["name"], "type": kind, "autocomplete": True, **_bounds(option)}
        return parse_option_input(command, wire, raw)

    def _entity(self, raw: str) -> Member | Channel | int:
        wanted = int(raw)
        if wanted in self.world.roles:
            return wanted
        for member in self.world.members:
            if member.id == wanted:
                return member
        return self.world.channel(wanted)

    async def _menu(self, request: dict[str, Any]) -> None:
        message = self.world.message(int(request["message"]))
        if message is None:
            raise SetupError("This message is gone")
        self._follow(await self.world.context_menu(self._here.viewer, request["command"], message))

    async def _press(self, request: dict[str, Any]) -> None:
        pressed = await self.world.press(
            self._here.viewer, int(request["message"]), custom_id=request["custom_id"]
        )
        self._follow(pressed)

    async def _buy(self, request: dict[str, Any]) -> None:
        """A premium button: Discord sells by itself, and the bot hears of it afterwards."""
        message = self.world.message(int(request["message"]))
        sku_id = int(request["sku"])
        if message is None or not any(b.sku_id == sku_id and not b.disabled for b in message.buttons):
            raise SetupError("This is not for sale here")
        self.world.buy(self._here.viewer, sku_id)

    async def _select(self, request: dict[str, Any]) -> None:
        message = self.world.message(int(request["message"]))
        if message is None:
            raise SetupError("This message is gone")
        kind = next(item.kind for item in message.selects if item.custom_id == request["custom_id"])
        values = request["values"]
        if kind != _STRING_SELECT:
            values = [self._entity(value) for value in values]
        chosen = await self.world.choose(self._here.viewer, message, values, custom_id=request["custom_id"])
        self._follow(chosen)

    async def _submit(self, request: dict[str, Any]) -> None:
        shown = self.world.interactions[int(request["handle"])]
        kinds = {
            component.get("custom_id"): component.get("type")
            for component in walk_components((shown.modal or {}).get("components", []))
        }
        values: dict[str, Any] = {}
        for key, value in request["values"].items():
            if kinds.get(key) in _ENTITY_SELECTS:
                values[key] = [self._entity(item) for item in value]
            elif kinds.get(key) == _FILE_UPLOAD:
                values[key] = [_file(item) for item in value]
            else:
                values[key] = value
        self._follow(await self.world.submit_modal(shown, values))

    async def _delete(self, request: dict[str, Any]) -> None:
        await self.world.delete_as(self._here.viewer, int(request["message"]))

    def _follow(self, interaction: Interaction) -> None:
        """Show the modal when one comes, and say it when no answer comes, as Discord does."""
        here = self._here

        async def follow() -> None:
            try:
                ack = await interaction.acknowledged(self.world.limits.ack_deadline_s + 0.5)
            except TimeoutError:
                name = self.world.backend.bot_user.name
                self.push("failed", text=f"This interaction failed: {name} did not answer in time.")
                return
            if ack.kind == "modal" and interaction.modal is not None:
                self.push("modal", **here.modal(interaction.id, interaction.modal))

        self._spawn(follow())

    # -------------------------------------------------------------- bot, faults

    async def _bot(self, request: dict[str, Any]) -> None:
        bot = self.world.bot
        if bot is None:
            raise SetupError("The bot was not started from here")
        what = request["what"]
        if what == "kill":
            await bot.kill()
        elif what == "restart":
            self.world_changed()
            await self.world.restart_bot(ready_timeout_s=60.0)
        self.world_changed()

    async def _misbehave(self, request: dict[str, Any]) -> None:
        what = request["what"]
        if what == "nothing":
            self.world.faults.clear()
        elif what == "drop_gateway":
            await self.world.drop_gateway()
        else:
            self.world.faults.add(MISBEHAVIOURS[what]())
        self.world_changed()


def _file(item: dict[str, str]) -> tuple[str, bytes]:
    return item["name"], base64.b64decode(item["base64"])


def _bounds(option: dict[str, Any]) -> dict[str, Any]:
    names = {"min": "min_value", "max": "max_value", "max_length": "max_length"}
    return {name: option[key] for key, name in names.items() if option.get(key) is not None}
