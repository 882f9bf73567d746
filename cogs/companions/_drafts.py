"""Companions that are still being described.

A form's answers don't fit in a custom id, so they wait here: in memory, for the member who
writes them, for half an hour. A restart loses them, and the buttons then say so.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.companion import Gender, Look, Style
from bot.services.companion_rules import NewCompanion

KEPT_S = 30 * 60
MOST = 2_000
LONGEST = 600
"""No form lets anybody type more into one field."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a member has said so far, as it was typed."""

    draft_id: str
    user_id: int
    guild_id: int
    name: str
    style: Style
    gender: Gender
    age: str
    hair: str = ""
    eyes: str = ""
    skin: str = ""
    build: str = ""
    outfit: str = ""
    details: str = ""
    aliases: str = ""
    persona: str = ""

    def with_answers(self, answers: dict[str, str]) -> Draft:
        """The draft with what a form says; unknown fields are left out."""
        known = {"name", "age", *TEXT_FIELDS}
        return replace(self, **{key: text[:LONGEST] for key, text in answers.items() if key in known})

    def described(self, *, confirmed: bool) -> NewCompanion:
        """What the companion service makes of it. An age that is no number counts as too young."""
        return NewCompanion(
            name=self.name,
            look=Look(
                style=self.style,
                gender=self.gender,
                hair=self.hair,
                eyes=self.eyes,
                skin=self.skin,
                build=self.build,
                age=int(self.age) if self.age.strip().isdecimal() else 0,
                outfit=self.outfit,
                details=tuple(split_list(self.details)),
            ),
            aliases=tuple(split_list(self.aliases)),
            persona=self.persona,
            is_adult=confirmed,
            is_fictional=confirmed,
        )


TEXT_FIELDS = ("hair", "eyes", "skin", "build", "outfit", "details", "aliases", "persona")


def split_list(text: str) -> list[str]:
    """The parts of a comma list; Japanese and Arabic commas count."""
    for comma in "、，،;\n":
        text = text.replace(comma, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


class Drafts:
    """The drafts of all members, the oldest forgotten first."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._kept: OrderedDict[str, tuple[float, Draft]] = OrderedDict()

    def open(
        self, user_id: int, guild_id: int, *, name: str, style: Style, gender: Gender, age: int, aliases: str
    ) -> Draft:
        """Begin a draft."""
        draft = Draft(secrets.token_hex(8), user_id, guild_id, name, style, gender, str(age), aliases=aliases)
        self.keep(draft)
        return draft

    def keep(self, draft: Draft) -> None:
        """Keep a draft, from now on for as long as a new one."""
        self._kept[draft.draft_id] = (self._now_s() + KEPT_S, draft)
        self._kept.move_to_end(draft.draft_id)
        while len(self._kept) > MOST or self._oldest_is_over():
            self._kept.popitem(last=False)

    def _oldest_is_over(self) -> bool:
        return next(iter(self._kept.values()))[0] <= self._now_s()

    def get(self, draft_id: str, user_id: int, guild_id: int | None) -> Draft | None:
        """A member's own draft; None when it is gone, or somebody else's."""
        until_s, draft = self._kept.get(draft_id, (0.0, None))
        if (
            draft is None
            or until_s <= self._now_s()
            or (draft.user_id, draft.guild_id) != (user_id, guild_id)
        ):
            return None
        return draft

    def take(self, draft_id: str, user_id: int, guild_id: int | None) -> Draft | None:
        """As :meth:`get`, and forgotten."""
        draft = self.get(draft_id, user_id, guild_id)
        if draft is not None:
            del self._kept[draft_id]
        return draft
