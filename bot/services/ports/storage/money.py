"""Members, accounts and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.money import Balance, Entry, EntryKind, Split


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry as a member sees it. ``owed`` is how it changed what is owed."""

    entry_id: int
    kind: EntryKind
    moved: Split
    held: Split
    ref: str
    at_ms: int
    owed: int = 0


class MemberRepository(Protocol):
    """Who is who: the only link between a person and an account."""

    async def account_of(self, user_id: int) -> str | None:
        """The account of a Discord user, if there is one."""
        ...

    async def require_account(self, user_id: int) -> str:
        """The account of a Discord user, opened now where there is none. Whoever writes about a member begins here.

        Raises:
            BeingErasedError: the member is having their data deleted; nothing new is kept meanwhile.
        """
        ...

    async def user_of(self, account_id: str) -> int | None:
        """The Discord user behind an account, None when the link was deleted."""
        ...

    async def once_key(self, purpose: str, user_id: int, guild_id: int) -> str:
        """A keyed hash that survives deletion, for grants that are given once."""
        ...


@dataclass(frozen=True, slots=True)
class BookedSum:
    """Some entries of one kind: how many, and the moments that they moved, as a number of no direction.

    Of a gift only the receiver's half counts, of a capture what was kept.
    """

    entries: int
    moments: int


class LedgerRepository(Protocol):
    """Append-only entries; triggers move the balances."""

    async def balance(self, account_id: str, guild_id: int) -> Balance:
        """Free and held moments of one account in one guild, by bucket."""
        ...

    async def append(self, entry: Entry) -> None:
        """Add one entry.

        Raises:
            OverdraftError: a balance would fall below zero.
            DuplicateEntryError: this (ref, kind, account) stands already.
        """
        ...

    async def find(self, kind: EntryKind, ref: str, account_id: str) -> Entry | None:
        """The entry that stands under (ref, kind, account), for answering a repeated request alike."""
        ...

    async def has_once(self, kind: EntryKind, ref: str) -> bool:
        """Whether a once-only grant stands already, in whatever account."""
        ...

    async def sum_since(self, kind: EntryKind, guild_id: int, since_ms: int, account_id: str | None) -> int:
        """Moments given in a guild since a time by grants or gifts: by one account, or by all."""
        ...

    async def last_id(self) -> int:
        """The id of the newest entry, 0 where there is none; ids rise."""
        ...

    async def booked(self, after_id: int, to_id: int) -> Mapping[EntryKind, BookedSum]:
        """What the entries behind ``after_id`` up to ``to_id`` come to, for each kind that is among them."""
        ...

    async def history(
        self, account_id: str, guild_id: int, before_id: int | None, limit: int
    ) -> Sequence[HistoryLine]:
        """Entries of a member in a guild and its purchases, newest first, keyset-paged by id."""
        ...
