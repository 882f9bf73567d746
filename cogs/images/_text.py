"""What a Discord message says, as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from bot.services.ports.chat import SeenMessage


def text_of(message: discord.Message) -> str:
    """The message's content, or the text of its components; attachments are no text."""
    if message.content:
        return message.clean_content
    return "\n".join(_texts(message.components))


def seen(message: discord.Message) -> SeenMessage:
    """The message as the scene writer's side knows it."""
    return SeenMessage(
        message_id=message.id,
        author_id=message.author.id,
        author_name=message.author.display_name,
        text=text_of(message),
        webhook_id=message.webhook_id,
    )


def custom_ids_of(message: discord.Message) -> Iterator[str]:
    """The custom ids of everything clickable on a message."""
    for component in _walk(message.components):
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id


def _texts(components: list[Any]) -> Iterator[str]:
    for component in _walk(components):
        if isinstance(component, discord.TextDisplay):
            yield component.content


def _walk(components: list[Any]) -> Iterator[Any]:
    for component in components:
        yield component
        yield from _walk(list(getattr(component, "children", [])))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory
