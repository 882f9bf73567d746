"""A modified client: what Discord's own would never send, as the bot receives it.

An interaction is begun as a member can begin one; its payload is changed before the gateway hands it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from playground import Channel, Interaction, Member, Message
from tests.e2e.stage import Stage

Change = Callable[[dict[str, Any]], None]

BUTTON, TEXT_SELECT, ROLE_SELECT, CHANNEL_SELECT = 2, 3, 6, 8
_ANY = "forged"
_SUBMITTED = 5
_SUBCOMMAND = 1


@contextmanager
def forging(stage: Stage, change: Change) -> Iterator[None]:
    """Let ``change`` have its way with every interaction that is begun meanwhile."""

    def listen(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            change(payload)

    listeners = stage.world.backend.subscribers
    listeners.insert(0, listen)
    try:
        yield
    finally:
        listeners.remove(listen)


def in_direct_message(payload: dict[str, Any]) -> None:
    """As if the member had pressed it in a direct message."""
    payload.pop("guild_id", None)
    payload["channel"] = {**payload["channel"], "type": 1}
    payload["channel"].pop("guild_id", None)
    payload["user"] = payload.pop("member")["user"]


async def use(
    stage: Stage,
    member: Member,
    message: Message,
    custom_id: str,
    *,
    kind: int = BUTTON,
    values: Sequence[Any] = (),
    offered: Sequence[str] = ("x",),
    also: Change | None = None,
) -> Interaction:
    """Use a component with this custom id on a message of the bot's that does not have it."""
    component: dict[str, Any] = {"type": kind, "custom_id": custom_id}
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
    if kind == BUTTON:
        component |= {"style": 2, "label": "Forged"}
    else:
        data["values"] = list(values)
    if kind == TEXT_SELECT:
        component["options"] = [{"label": text, "value": text} for text in offered]

    def change(payload: dict[str, Any]) -> None:
        payload["data"] = data
        payload["message"]["components"] = [{"type": 1, "components": [component]}]
        if also is not None:
            also(payload)

    await stage.forge(message, _ANY)
    with forging(stage, change):
        return await stage.world.press(member, message, custom_id=_ANY)


async def submit(
    stage: Stage,
    member: Member,
    message: Message,
    custom_id: str,
    components: object,
    *,
    also: Change | None = None,
) -> Interaction:
    """Submit a form that was never shown, with whatever for its answers."""

    def change(payload: dict[str, Any]) -> None:
        payload["type"] = _SUBMITTED
        payload["data"] = {"custom_id": custom_id, "components": components}
        if also is not None:
            also(payload)

    await stage.forge(message, _ANY)
    with forging(stage, change):
        return await stage.world.press(member, message, custom_id=_ANY)


def answers(**texts: object) -> list[dict[str, Any]]:
    """Answers as Discord nests them; lists become selects."""
    return [
        {
            "type": 18,
            "component": {"type": 3, "custom_id": key, "values": value}
            if isinstance(value, list)
            else {"type": 4, "custom_id": key, "value": value},
        }
        for key, value in texts.items()
    ]


async def run(
    stage: Stage,
    member: Member,
    place: Channel,
    command: str,
    options: Mapping[str, Any],
    *,
    also: Change | None = None,
) -> Interaction:
    """Run a command with these options, whatever it declares; a value is ``(type, value)`` or a text."""
    name, _, subcommand = command.partition(" ")
    given = [
        {"name": key, "type": value[0], "value": value[1]}
        if isinstance(value, tuple)
        else {"name": key, "type": 3, "value": value}
        for key, value in options.items()
    ]
    nested = [{"name": subcommand, "type": _SUBCOMMAND, "options": given}] if subcommand else given

    def change(payload: dict[str, Any]) -> None:
        payload["data"] = {**payload["data"], "name": name, "options": nested}
        if also is not None:
            also(payload)

    with forging(stage, change):
        return await stage.world.slash(member, place, "help")
