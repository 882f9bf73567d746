"""Reports of pictures: what members say is wrong, and what moderators decide about it.

All reports of one picture join one *case* while it is open. A case is decided once; a picture that is still
there afterwards can be reported again, which opens another case.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import (
    AlreadyDecidedError,
    InvalidInputError,
    NothingToRefundError,
    OwnReportError,
    TooManyReportsError,
)
from bot.domain.money import Split

MAX_WORDS = 500
"""Characters that a reporter may write, and a moderator in a note."""

HOUR_MS = 60 * 60 * 1000
DAY_MS = 24 * HOUR_MS
MOST_REPORTS = ((HOUR_MS, 5), (DAY_MS, 20))
"""The most reports of one member within a time in milliseconds; the longest time is the last."""


class ReportReason(enum.StrEnum):
    """What went wrong with a picture."""

    BROKEN = "broken"
    WRONG_PERSON = "wrong_person"
    AGAINST_RULES = "against_rules"
    OTHER = "other"


class Decision(enum.StrEnum):
    """What a moderator decides about a case."""

    REFUND = "refund"
    REJECT = "reject"
    REMOVE = "remove"
    REFUND_REMOVE = "refund-remove"

    @property
    def refunds(self) -> bool:
        """Whether the picture's share of the price goes back."""
        return self in {Decision.REFUND, Decision.REFUND_REMOVE}

    @property
    def removes(self) -> bool:
        """Whether the picture is taken away."""
        return self in {Decision.REMOVE, Decision.REFUND_REMOVE}


class Removal(enum.StrEnum):
    """How far taking a picture away has come, outside the books.

    STUCK: its files are gone, but Discord would not let us delete its message.
    """

    NONE = "none"
    DUE = "due"
    DONE = "done"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision: who made it and when. ``refunded`` is what went back, by bucket."""

    decision: Decision
    account_id: str
    note: str
    at_ms: int
    refunded: Split = Split()


@dataclass(frozen=True, slots=True)
class Case:
    """All reports of one picture between two decisions.

    ``revision`` counts what a card shows; ``shown_revision`` is what the card in the mod channel showed
    last (0: there is none). A card with a channel and no message was begun to be posted there, and may stand.
    ``requester_told``: the one who asked for the picture knows the verdict, or need not.
    """

    case_id: str
    image_id: str
    guild_id: int
    requester_account_id: str
    opened_at_ms: int
    revision: int = 1
    shown_revision: int = 0
    card_channel_id: int | None = None
    card_message_id: int | None = None
    verdict: Verdict | None = None
    removal: Removal = Removal.NONE
    requester_told: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a moderator still has to decide."""
        return self.verdict is None

    @property
    def is_shown(self) -> bool:
        """Whether a card in the mod channel shows it as it is now."""
        return self.shown_revision >= self.revision


@dataclass(frozen=True, slots=True)
class Report:
    """What one member says about one picture. ``told``: the member knows the verdict, or can't be told."""

    report_id: str
    case_id: str
    image_id: str
    account_id: str
    reason: ReportReason
    words: str
    at_ms: int
    told: bool = False


def require_words(field: str, words: str) -> str:
    """What was written, without the space around it.

    Raises:
        InvalidInputError: it is too long.
    """
    words = words.strip()
    if len(words) > MAX_WORDS:
        raise InvalidInputError(field, f"{MAX_WORDS} characters or less")
    return words


def require_room(earlier_at_ms: Sequence[int], now_ms: int) -> None:
    """Pass a member's next report, after those they made at ``earlier_at_ms`` (in any order).

    Raises:
        TooManyReportsError: they made as many as allowed; it says when the next one is possible.
    """
    free_at_ms = now_ms
    for within_ms, most in MOST_REPORTS:
        recent = sorted(at_ms for at_ms in earlier_at_ms if at_ms > now_ms - within_ms)
        if len(recent) >= most:
            free_at_ms = max(free_at_ms, recent[-most] + within_ms)
    if free_at_ms > now_ms:
        raise TooManyReportsError(free_at_ms / 1000)


def require_impartial(case: Case, reporters: Sequence[str], account_id: str) -> None:
    """Pass a moderator who has no part in a case: nobody decides on their own report, or their own picture.

    Raises:
        OwnReportError: they reported it, or asked for the picture.
    """
    if account_id in reporters:
        raise OwnReportError("report")
    if account_id == case.requester_account_id:
        raise OwnReportError("picture")


def require_decidable(case: Case, decision: Decision, share: Split, *, is_refunded: bool) -> None:
    """Pass a decision that can be made now.

    Args:
        case: as it stands.
        decision: what is wanted.
        share: what the picture cost, by bucket.
        is_refunded: an earlier case gave it back already.

    Raises:
        AlreadyDecidedError: somebody was first.
        NothingToRefundError: the picture was free, or is refunded already.
    """
    if case.verdict is not None:
        raise AlreadyDecidedError(case.verdict.decision.value, case.verdict.account_id, case.verdict.at_ms)
    if decision.refunds and (is_refunded or share.total == 0):
        raise NothingToRefundError(is_refunded=is_refunded)
