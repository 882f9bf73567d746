"""Moments: two buckets, and the shapes of ledger entries."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.errors import NotEnoughMomentsError


class EntryKind(enum.StrEnum):
    """Why moments moved."""

    WELCOME = "welcome"
    DAILY = "daily"
    MONTHLY = "monthly"
    GRANT = "grant"
    GIFT = "gift"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"
    PURCHASE = "purchase"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Split:
    """An amount in moments by bucket. *granted* belongs to one guild, *purchased* to the user."""

    granted: int = 0
    purchased: int = 0

    @property
    def total(self) -> int:
        """Both buckets together."""
        return self.granted + self.purchased

    def __add__(self, other: Split) -> Split:
        return Split(self.granted + other.granted, self.purchased + other.purchased)

    def __sub__(self, other: Split) -> Split:
        return Split(self.granted - other.granted, self.purchased - other.purchased)

    def __neg__(self) -> Split:
        return Split(-self.granted, -self.purchased)


@dataclass(frozen=True, slots=True)
class Balance:
    """What one member has in one guild: free moments, held ones, and what is owed."""

    free: Split = Split()
    held: Split = Split()
    owed: int = 0


def split_cost(balance: Balance, cost: int, *, purchased_allowed: bool = True) -> Split:
    """Which buckets pay ``cost`` moments: granted first, then purchased.

    Args:
        balance: what the member has in this guild.
        cost: moments, zero or more.
        purchased_allowed: False for mature pictures, which purchased moments never pay for.

    Raises:
        NotEnoughMomentsError: the buckets that may pay hold less than the cost, or something is owed.
    """
    usable = balance.free.total if purchased_allowed else balance.free.granted
    if balance.owed > 0 or usable < cost:
        raise NotEnoughMomentsError(cost, usable, balance.owed, granted_only=not purchased_allowed)
    granted = min(balance.free.granted, cost)
    return Split(granted, cost - granted)


def share_of(paid: Split, count: int, index: int) -> Split:
    """The share of picture ``index`` (from 0) when ``paid`` bought ``count`` pictures.

    Shares differ by at most one moment, and their sum is exactly ``paid``, bucket by bucket:
    totals are shared first, so that every picture of one price has one total, then the granted
    part is handed out from the first picture on.
    """
    totals = [paid.total // count + (1 if i < paid.total % count else 0) for i in range(count)]
    granted_before = sum(totals[:index])
    granted = max(0, min(totals[index], paid.granted - granted_before))
    return Split(granted, totals[index] - granted)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. ``moved`` changes the free buckets, ``held`` the held ones.

    ``ref`` names what it is for; (ref, kind, account) is unique, which makes every posting
    idempotent. ``hold_ref`` names the hold that a capture, release or refund belongs to.
    ``by_account_id`` is who gave a grant or gift; of a gift the giver's half is appended first.
    ``source_ref`` is what asked for it (an interaction) where ``ref`` is something else.
    ``at_ms`` is Unix time in milliseconds.
    """

    account_id: str
    guild_id: int
    kind: EntryKind
    ref: str
    moved: Split
    at_ms: int
    held: Split = Split()
    hold_ref: str | None = None
    by_account_id: str | None = None
    owed: int = 0
    source_ref: str | None = None
