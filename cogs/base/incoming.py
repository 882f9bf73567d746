"""What Discord's clients send, before anybody reads it."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import app_commands

_BROKEN = re.compile("[\x00\ud800-\udfff]")
"""Half characters, which no database and no JSON writer takes, and NULs, at which databases end a text."""


def mend_texts(data: object) -> None:
    """Take out of all texts in ``data`` (dicts and lists, as JSON was read) what can't be stored; in place.

    Discord's own client sends none of it, but who presses may have written another.
    """
    pending: list[object] = [data]
    while pending:
        part = pending.pop()
        items: Any = part  # what is indexed below, by keys or by numbers
        pairs: list[tuple[Any, Any]] = []
        if isinstance(part, dict):
            pairs = list(items.items())
        elif isinstance(part, list):
            pairs = [(at, items[at]) for at in range(len(items))]
        for key, value in pairs:
            if isinstance(value, str):
                items[key] = _BROKEN.sub("", value)
            else:
                pending.append(value)


_AUTOCOMPLETE = discord.InteractionType.autocomplete
_TYPES: dict[discord.AppCommandOptionType, type] = {
    discord.AppCommandOptionType.string: str,
    discord.AppCommandOptionType.integer: int,
    discord.AppCommandOptionType.boolean: bool,
}


def require_declared(interaction: discord.Interaction[Any]) -> None:
    """Pass a command whose options are of the types, among the choices and within the bounds that it declares.

    Discord checks this, and discord.py leaves it to Discord.

    Raises:
        TransformerError: one is not.
    """
    command = interaction.command
    if not isinstance(command, app_commands.Command) or interaction.type is _AUTOCOMPLETE:
        return
    for parameter in command.parameters:
        if parameter.display_name not in interaction.namespace:
            continue
        value: object = interaction.namespace[parameter.display_name]
        if not _is_declared(parameter, value):
            raise app_commands.TransformerError(value, parameter.type, app_commands.Transformer())


def _is_declared(parameter: app_commands.Parameter, value: object) -> bool:
    wanted = _TYPES.get(parameter.type)
    if wanted is None:
        return True  # members and the like: discord.py looks them up
    if type(value) is not wanted or (parameter.choices and value not in [c.value for c in parameter.choices]):
        return False
    size = len(value) if isinstance(value, str) else value
    least, most = parameter.min_value, parameter.max_value
    return not isinstance(size, int) or ((least is None or size >= least) and (most is None or size <= most))
