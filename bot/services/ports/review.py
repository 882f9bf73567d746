"""What services ask of the place where moderators work, and of the way to people's ears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.reporting import Case, Decision, Report
from bot.domain.request import Image, ImageRequest
from bot.services.ports.images import Placeholder
from bot.services.ports.storage import ReporterRecord


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report as moderators see it. ``user_id`` is None where its member is known no more."""

    report: Report
    user_id: int | None
    record: ReporterRecord


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A decided case about the same picture."""

    case: Case
    decided_by: int | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that a moderator sees of a case.

    ``user_id`` asked for the picture, ``decided_by`` decided; None where they are known no more.
    ``preset_names`` and ``cast_names`` are of those that still exist. ``is_refunded``: the picture's price
    went back, in this case or an earlier one.
    """

    case: Case
    reports: tuple[ReportLine, ...]
    image: Image
    request: ImageRequest
    user_id: int | None
    decided_by: int | None
    cast_names: tuple[str, ...]
    preset_names: tuple[str, ...]
    earlier: tuple[EarlierCase, ...]
    is_refunded: bool

    @property
    def is_gone(self) -> bool:
        """Whether the picture was deleted, by whomever."""
        return self.image.deleted_at_ms is not None

    @property
    def choices(self) -> tuple[Decision, ...]:
        """What can be decided now."""
        if not self.case.is_open:
            return ()
        can_refund = self.image.share.total > 0 and not self.is_refunded
        return tuple(
            decision
            for decision in Decision
            if (can_refund or not decision.refunds) and not (self.is_gone and decision.removes)
        )


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The picture of a card: a small JPEG; ``hidden`` is why it is a placeholder. No bytes: it is gone."""

    jpeg: bytes
    hidden: Placeholder | None = None


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a card stands."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one person is told about a verdict. ``refunded`` in moments, to the one who asked for the picture."""

    case_id: str
    guild_id: int
    guild_name: str
    decision: Decision
    refunded: int
    note: str
    cast_names: tuple[str, ...]
    is_reporter: bool
    is_requester: bool


class ReviewDesk(Protocol):
    """The mod channel's cards, posted pictures, and people's direct messages."""

    async def fetch_name(self, guild_id: int) -> str:
        """A guild's name, empty where nobody knows it."""
        ...

    async def edit_card(self, place: CardPlace, file: CaseFile, exhibit: Exhibit) -> bool:
        """Bring a card up to date; False when it is gone, or may not be edited.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...

    async def find_card(self, channel_id: int, file: CaseFile) -> CardPlace | None:
        """The card of a case in a channel where it may have been posted; None where it isn't, or can't be looked for.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...

    async def post_card(self, channel_id: int, file: CaseFile, exhibit: Exhibit) -> CardPlace | None:
        """Post a card; None where it is not possible.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...

    async def take_out(self, image: Image, left: Sequence[Image]) -> bool:
        """Take a picture out of its message, of which ``left`` stay; False where the platform won't let us.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...

    async def tell(self, user_id: int, outcome: Outcome, nonce: str) -> bool:
        """Tell somebody by direct message; False when they take none. ``nonce`` makes a repetition harmless.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...
