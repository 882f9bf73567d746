"""Guilds' settings, and who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.guild import GuildSettings, SettingValue


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change in a guild, for ever: ``account_id`` turned ``what`` from ``before`` to ``after``.

    ``what`` is a field of :class:`GuildSettings` or another lower-case name.
    """

    guild_id: int
    account_id: str
    what: str
    before: SettingValue
    after: SettingValue
    at_ms: int


@dataclass(frozen=True, slots=True)
class ReadAuditLine:
    """A line with the user who is behind the account, None when they are known no more."""

    line: AuditLine
    user_id: int | None


class GuildRepository(Protocol):
    """What owners have set."""

    async def get(self, guild_id: int) -> GuildSettings:
        """A guild's settings, or the general ones."""
        ...

    async def set(self, guild_id: int, settings: GuildSettings) -> None:
        """Keep them."""
        ...

    async def spent_by_guild(self, guild_id: int, since_ms: int) -> int:
        """Moments that the guild's holds since a time came to, less what was given back of them.

        What was cancelled since then and is billed all the same counts, though it was given back.
        """
        ...

    async def spent_by_member(self, guild_id: int, account_id: str, since_ms: int) -> int:
        """The same of one member in it."""
        ...


class AuditLogRepository(Protocol):
    """Who changed what in a guild; lines are added and never changed."""

    async def add(self, line: AuditLine) -> None:
        """Add a line."""
        ...

    async def latest(self, guild_id: int, limit: int) -> Sequence[ReadAuditLine]:
        """A guild's lines, newest first."""
        ...
