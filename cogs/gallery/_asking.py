"""Which page a component leads to, as the short words of its custom id. Whatever was forged reads as "all"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import discord

from bot.domain.request import RequestKind
from bot.services.gallery import GalleryAsk, Toward
from cogs.base.host import require_guild

PLACE = ("owner", "companion", "show", "cursor")
"""The fields of a component that leads to a page: whose pictures, filters, and where in them."""

ANY = "a"
KIND_LETTERS = {
    RequestKind.INSTANT: "i",
    RequestKind.PREMIUM: "p",
    RequestKind.ADVANCED: "v",
    RequestKind.GROUP: "g",
    RequestKind.EDIT: "e",
}
_TOWARD_LETTERS = {Toward.NEWEST: "n", Toward.NEWER: "u", Toward.OLDER: "d", Toward.FROM: "f"}
_FAVOURITES, _ALL = "f", "a"
_LARGEST_ID = 2**63 - 1
_COMPANION = re.compile(r"[A-Za-z0-9_-]{1,26}")


def place_of(ask: GalleryAsk) -> dict[str, str]:
    """The values of :data:`PLACE` that lead to a page."""
    kind = KIND_LETTERS.get(ask.kind, ANY) if ask.kind is not None else ANY
    show = kind + (_FAVOURITES if ask.favourites_only else _ALL) + _TOWARD_LETTERS[ask.toward]
    return {
        "owner": str(ask.owner_id),
        "companion": ask.companion_id or "",
        "show": show,
        "cursor": ask.cursor,
    }


def asked_for(interaction: discord.Interaction[Any], values: Mapping[str, str]) -> GalleryAsk:
    """The page that a custom id leads to, for who pressed."""
    kind, favourites, toward = (values["show"] + "   ")[:3]
    return GalleryAsk(
        guild_id=require_guild(interaction),
        viewer_id=interaction.user.id,
        owner_id=_owner(values["owner"]) or interaction.user.id,
        companion_id=companion_of(values["companion"]),
        kind=kind_of(kind),
        favourites_only=favourites == _FAVOURITES,
        toward=next((t for t, letter in _TOWARD_LETTERS.items() if letter == toward), Toward.NEWEST),
        cursor=values.get("cursor", ""),
    )


def companion_of(text: str) -> str | None:
    """A companion's id; None for what can't be one."""
    return text if _COMPANION.fullmatch(text) else None


def kind_of(letter: str) -> RequestKind | None:
    """The kind behind a letter; None for all."""
    return next((kind for kind, known in KIND_LETTERS.items() if known == letter), None)


def _owner(text: str) -> int:
    """A member's id; 0 for what the database could not even be asked about."""
    return int(text) if text.isdecimal() and int(text) <= _LARGEST_ID else 0
