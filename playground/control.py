"""The world over HTTP: ``/_control/…``, JSON in and out, for tools that are not in this process.

Only requests that name this loopback address as their host are answered.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground import faults
from playground._simcord import BackendError, SetupError
from playground.interaction import Interaction
from playground.records import Message

if TYPE_CHECKING:
    from playground.world import StandIn

Action = Callable[["StandIn", dict[str, Any]], Awaitable[Any]]


def add_control_routes(world: StandIn, app: web.Application) -> None:
    """Serve the control API on the world's application."""

    async def handle(http: web.Request) -> web.Response:
        if not local(http, world.port):
            return web.json_response({"error": "this address is for this machine only"}, status=403)
        action = ACTIONS.get(http.match_info["action"])
        if action is None:
            return web.json_response({"error": "no such action", "actions": sorted(ACTIONS)}, status=404)
        body = await http.json() if http.can_read_body else {}
        try:
            answer = await action(world, body)
        except (SetupError, BackendError, LookupError, TimeoutError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"ok": True} if answer is None else answer, dumps=_dumps)

    app.router.add_route("*", "/_control/{action}", handle)


def local(http: web.Request, port: int) -> bool:
    """Whether the request was addressed to this loopback port, and by no other site's page."""
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    origin = http.headers.get("Origin")
    return http.host in hosts and (origin is None or origin in {f"http://{host}" for host in hosts})


def _dumps(value: Any) -> str:
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    return str(value)


def message_json(message: Message) -> dict[str, Any]:
    """A message as JSON, without its files' bytes."""
    row = {key.name: getattr(message, key.name) for key in dataclasses.fields(message) if key.name != "wire"}
    row["attachments"] = [
        {key.name: getattr(item, key.name) for key in dataclasses.fields(item) if key.name != "data"}
        for item in message.attachments
    ]
    return row | {"ephemeral": message.ephemeral, "thinking": message.thinking, "text": message.text}


def interaction_json(interaction: Interaction) -> dict[str, Any]:
    """An interaction and its answers as JSON."""
    response = interaction.response
    return {
        "id": str(interaction.id),
        "ack": dataclasses.asdict(interaction.ack) if interaction.ack else None,
        "response": message_json(response) if response else None,
        "followups": [message_json(message) for message in interaction.followups],
        "modal": interaction.modal,
        "errors": [
            {"status": error.status, "code": error.code, "message": error.message}
            for error in interaction.errors
        ],
    }


async def _acted(interaction: Interaction, body: dict[str, Any]) -> dict[str, Any]:
    if body.get("wait", True):
        await interaction.acknowledged(float(body.get("timeout_s", 5.0)))
    return interaction_json(interaction)


async def _state(world: StandIn, _: dict[str, Any]) -> Any:
    return {
        "bot_state": world.bot_state,
        "env": world.bot_env(),
        "guild_id": str(world.guild_id),
        "commands": sorted(world.commands),
        "channels": [dataclasses.asdict(channel) for channel in world.channels],
        "members": [dataclasses.asdict(member) for member in world.members],
        "faults": len(world.faults),
    }


async def _messages(world: StandIn, body: dict[str, Any]) -> Any:
    return [message_json(message) for message in world.messages(_place(world, body))]


async def _requests(world: StandIn, body: dict[str, Any]) -> Any:
    return [dataclasses.asdict(request) for request in list(world.requests)[-int(body.get("last", 100)) :]]


async def _say(world: StandIn, body: dict[str, Any]) -> Any:
    files = [(item["name"], base64.b64decode(item["base64"])) for item in body.get("files", ())]
    member = world.member(body["member"])
    return message_json(await world.say(member, _place(world, body), body.get("text", ""), files=files))


async def _slash(world: StandIn, body: dict[str, Any]) -> Any:
    member = world.member(body["member"])
    options = body.get("options", {})
    return await _acted(await world.slash(member, _place(world, body), body["command"], **options), body)


async def _context_menu(world: StandIn, body: dict[str, Any]) -> Any:
    message = _message(world, body)
    return await _acted(
        await world.context_menu(world.member(body["member"]), body["command"], message), body
    )


async def _press(world: StandIn, body: dict[str, Any]) -> Any:
    interaction = await world.press(
        world.member(body["member"]),
        _message(world, body),
        body.get("label"),
        custom_id=body.get("custom_id"),
    )
    return await _acted(interaction, body)


async def _choose(world: StandIn, body: dict[str, Any]) -> Any:
    member = world.member(body["member"])
    values = body["values"]
    interaction = await world.choose(member, _message(world, body), values, custom_id=body.get("custom_id"))
    return await _acted(interaction, body)


async def _submit_modal(world: StandIn, body: dict[str, Any]) -> Any:
    shown = world.interactions[int(body["interaction_id"])]
    return await _acted(await world.submit_modal(shown, body["values"]), body)


async def _interaction(world: StandIn, body: dict[str, Any]) -> Any:
    return interaction_json(world.interactions[int(body["interaction_id"])])


async def _redeliver(world: StandIn, body: dict[str, Any]) -> None:
    world.redeliver(world.interactions[int(body["interaction_id"])], int(body.get("times", 1)))


async def _buy(world: StandIn, body: dict[str, Any]) -> Any:
    sku = body["sku"]
    bought = world.buy(world.member(body["member"]), int(sku) if str(sku).isdecimal() else sku)
    return {"entitlement_id": str(bought)}


async def _take_back(world: StandIn, body: dict[str, Any]) -> None:
    world.take_back(int(body["entitlement_id"]))


async def _fault(world: StandIn, body: dict[str, Any]) -> None:
    kind = faults.BY_NAME[body["kind"]](*body.get("arguments", ()))
    world.faults.add(
        faults.Fault(
            body.get("method", "*"),
            body.get("path", ""),
            kind,
            times=body.get("times", 1),
            skip=body.get("skip", 0),
        )
    )


async def _clear_faults(world: StandIn, _: dict[str, Any]) -> None:
    world.faults.clear()


async def _drop_gateway(world: StandIn, body: dict[str, Any]) -> None:
    await world.drop_gateway(resumable=bool(body.get("resumable", True)))


async def _expire_tokens(world: StandIn, _: dict[str, Any]) -> None:
    world.expire_interaction_tokens()


async def _upload_limit(world: StandIn, body: dict[str, Any]) -> None:
    world.set_upload_limit(int(body["bytes"]))


async def _delete_message(world: StandIn, body: dict[str, Any]) -> None:
    world.delete_message(int(body["message_id"]))


async def _bot_permissions(world: StandIn, body: dict[str, Any]) -> None:
    world.set_bot_permissions(_place(world, body), **body.get("permissions", {}))


def _place(world: StandIn, body: dict[str, Any]) -> Any:
    name = body["channel"]
    return world.channel(int(name) if str(name).isdecimal() else name)


def _message(world: StandIn, body: dict[str, Any]) -> Message:
    message = world.message(int(body["message_id"]))
    if message is None:
        raise LookupError("this message is gone")
    return message


ACTIONS: dict[str, Action] = {
    "state": _state,
    "messages": _messages,
    "requests": _requests,
    "say": _say,
    "slash": _slash,
    "context_menu": _context_menu,
    "press": _press,
    "choose": _choose,
    "submit_modal": _submit_modal,
    "interaction": _interaction,
    "redeliver": _redeliver,
    "buy": _buy,
    "take_back": _take_back,
    "fault": _fault,
    "clear_faults": _clear_faults,
    "drop_gateway": _drop_gateway,
    "expire_tokens": _expire_tokens,
    "upload_limit": _upload_limit,
    "delete_message": _delete_message,
    "bot_permissions": _bot_permissions,
}
