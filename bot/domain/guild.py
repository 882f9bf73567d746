"""What the owner of a guild has set, and the rules that follow from it.

Everything has a default with which the bot works, so that nobody has to set anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from bot.domain.errors import (
    BudgetSpentError,
    ChannelNotAllowedError,
    InvalidInputError,
    RoleNeededError,
    TurnedOffError,
)

MOST_LISTED = 25
"""Channels or roles that can be listed: as many as one select of Discord holds."""
MOST_BUDGET = 10_000_000
MOST_WORDS = 200
LONGEST_WORD = 40
LONGEST_WORD_LIST = 4000
"""All words together, one a line: what one text field of Discord holds."""
MOST_RETENTION_DAYS = 3650

_NUMBER = re.compile(r"[0-9]{1,12}|[0-9]{1,3}([,.' \u00a0\u202f][0-9]{3}){1,3}")

SettingValue = bool | int | str | tuple[int, ...] | tuple[str, ...] | None
"""What one setting can be."""


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """One guild's settings; the defaults are those of a guild whose owner never set anything.

    ``channel_ids`` and ``role_ids``: where pictures are made and for whom, sorted; empty means everywhere
    and everybody. Numbers are moments: ``daily_grant`` None takes the operator's, a budget of None is
    none. ``backend`` is the name of one of the operator's, empty for their order. ``forbidden_words`` are
    sorted. ``retention_days`` None keeps pictures as long as the operator does.
    """

    mod_channel_id: int | None = None
    channel_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()
    allow_mature: bool = False
    daily_grant: int | None = None
    guild_budget: int | None = None
    member_budget: int | None = None
    backend: str = ""
    allow_gifts: bool = True
    forbidden_words: tuple[str, ...] = ()
    retention_days: int | None = None

    def require_allowed(
        self, channel_id: int, parent_channel_id: int | None, role_ids: Sequence[int]
    ) -> None:
        """Pass whoever may have a picture made here; a thread counts as its channel.

        Nobody is exempt, moderators and owners included: a rule that those who set it never meet
        is a rule that they can't see working.

        Raises:
            ChannelNotAllowedError: pictures are made elsewhere.
            RoleNeededError: pictures are for members with other roles.
        """
        if self.channel_ids and not {channel_id, parent_channel_id} & set(self.channel_ids):
            raise ChannelNotAllowedError(self.channel_ids)
        if self.role_ids and not set(role_ids) & set(self.role_ids):
            raise RoleNeededError(self.role_ids)

    def require_gifts(self) -> None:
        """Pass where members may give each other moments.

        Raises:
            TurnedOffError: they may not.
        """
        if not self.allow_gifts:
            raise TurnedOffError("gifts")

    def require_budgets(self, cost: int, *, guild_spent: int, member_spent: int, next_at_s: float) -> None:
        """Pass a hold of ``cost`` moments on top of what was spent today by all, and by this member.

        ``next_at_s`` is the Unix time at which the next day begins.

        Raises:
            BudgetSpentError: it would go over one of the budgets.
        """
        spent = (("member", self.member_budget, member_spent), ("guild", self.guild_budget, guild_spent))
        for whose, budget, so_far in spent:
            if budget is not None and so_far + cost > budget:
                raise BudgetSpentError(whose, cost, max(budget - so_far, 0), budget, next_at_s)

    @property
    def has_budget(self) -> bool:
        """Whether anything has to be counted."""
        return self.guild_budget is not None or self.member_budget is not None


@dataclass(frozen=True, slots=True)
class GuildLimits:
    """What the operator leaves to owners: within these bounds a guild may choose.

    ``backends`` are the names of the operator's, in their order. ``daily`` is the daily grant where the
    owner set none, and ``most_daily`` the highest that they may set, in moments. ``keep_days`` is how long
    pictures are kept at most, None for ever. ``can_talk``: companions can answer, so that there is a choice.
    """

    backends: tuple[str, ...]
    allow_mature: bool
    daily: int
    most_daily: int
    keep_days: int | None = None
    can_talk: bool = False

    @property
    def most_days(self) -> int:
        """The highest number of days that an owner may choose."""
        return self.keep_days or MOST_RETENTION_DAYS


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that became another value. ``what`` is the name of its field."""

    what: str
    before: SettingValue
    after: SettingValue


def changes_between(before: GuildSettings, after: GuildSettings) -> Iterator[SettingChange]:
    """What differs, field by field."""
    for field in fields(GuildSettings):
        was, becomes = getattr(before, field.name), getattr(after, field.name)
        if was != becomes:
            yield SettingChange(field.name, was, becomes)


def require_sound(settings: GuildSettings, limits: GuildLimits) -> None:
    """Pass settings that an owner may choose.

    Raises:
        InvalidInputError: a value is outside its bounds; it names which.
    """
    _require_number("Daily moments", settings.daily_grant, 0, limits.most_daily)
    _require_number("The server's budget", settings.guild_budget, 1, MOST_BUDGET)
    _require_number("The budget of each member", settings.member_budget, 1, MOST_BUDGET)
    _require_number("Days to keep pictures", settings.retention_days, 1, limits.most_days)
    if max(len(settings.channel_ids), len(settings.role_ids)) > MOST_LISTED:
        raise InvalidInputError("The list", f"{MOST_LISTED} or fewer")
    if settings.backend and settings.backend not in limits.backends:
        raise InvalidInputError("The picture service", "one of those offered here")
    _require_words(settings.forbidden_words)


def words_of(text: str) -> tuple[str, ...]:
    """The words or phrases that somebody listed, one a line or between commas; each once, sorted."""
    parts = (" ".join(part.split()) for line in text.splitlines() for part in line.split(","))
    return tuple(sorted({part.casefold() for part in parts if part}))


def number_of(name: str, text: str) -> int | None:
    """The whole number that somebody typed, with or without marks between its thousands; None for nothing.

    Raises:
        InvalidInputError: it is something else.
    """
    stripped = text.strip()
    if not stripped:
        return None
    if not _NUMBER.fullmatch(stripped):
        raise InvalidInputError(name, "a whole number, or empty")
    return int(re.sub(r"\D", "", stripped))


def listed(ids: Sequence[int]) -> tuple[int, ...]:
    """Ids as settings keep them: each once, sorted, so that the same choice is no change."""
    return tuple(sorted(set(ids)))


def _require_number(name: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise InvalidInputError(name, f"a whole number from {least:,} to {most:,}, or empty")


def _require_words(words: tuple[str, ...]) -> None:
    if len(words) > MOST_WORDS or len("\n".join(words)) > LONGEST_WORD_LIST:
        raise InvalidInputError(
            "The list of words", f"{MOST_WORDS} or fewer, of {LONGEST_WORD_LIST:,} characters together"
        )
    if any(len(word) > LONGEST_WORD for word in words):
        raise InvalidInputError("Each word", f"{LONGEST_WORD} characters or less")
