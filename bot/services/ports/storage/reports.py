"""Reports of pictures and the cases that they are decided in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.reporting import Case, Removal, Report, Verdict


@dataclass(frozen=True, slots=True)
class ReporterRecord:
    """What became of a member's other reports in a guild. ``upheld``: refunded or removed."""

    made: int = 0
    upheld: int = 0
    rejected: int = 0


class ReportRepository(Protocol):
    """Cases and their reports.

    A case is *due* when something outside the books is to be done for it: its card, the picture's
    message, telling people. Whoever does it claims the case for a while.
    """

    async def open_case(self, case: Case, *, work_at_ms: int) -> None:
        """Insert an open case, due at a time."""
        ...

    async def add(self, report: Report) -> None:
        """Insert a report of an open case.

        Raises:
            AlreadyReportedError: its member has reported this picture before.
        """
        ...

    async def join(self, case_id: str, *, work_at_ms: int) -> None:
        """Note that a case has one report more, so that its card is to change."""
        ...

    async def case(self, case_id: str) -> Case | None:
        """One case."""
        ...

    async def report(self, report_id: str) -> Report | None:
        """One report."""
        ...

    async def open_case_of(self, image_id: str) -> Case | None:
        """The open case about a picture."""
        ...

    async def cases_of(self, image_id: str) -> Sequence[Case]:
        """All cases about a picture, oldest first."""
        ...

    async def of_case(self, case_id: str) -> Sequence[Report]:
        """The reports of a case, oldest first."""
        ...

    async def has_reported(self, image_id: str, account_id: str) -> bool:
        """Whether a member has ever reported a picture."""
        ...

    async def made_since(self, account_id: str, since_ms: int) -> Sequence[int]:
        """When a member made reports since a time, Unix milliseconds."""
        ...

    async def record_of(self, account_id: str, guild_id: int, *, but_case_id: str) -> ReporterRecord:
        """What became of a member's reports in a guild, those of one case left out."""
        ...

    async def decide(
        self, case_id: str, verdict: Verdict, *, removal: Removal, requester_told: bool, work_at_ms: int
    ) -> bool:
        """Open → decided, once; False when it was decided before."""
        ...

    async def queue(self, guild_id: int, after_case_id: str, limit: int) -> Sequence[Case]:
        """A guild's open cases after an id, oldest first."""
        ...

    async def due_ids(self, now_ms: int) -> Sequence[str]:
        """Cases for which something is to be done now, the longest due first."""
        ...

    async def make_all_due(self, now_ms: int) -> Sequence[str]:
        """Take back every claim, for the start of the only process; the cases for which something is to be done."""
        ...

    async def make_unshown_due(self, guild_id: int, now_ms: int) -> Sequence[str]:
        """Have the cards of a guild's open cases shown that are not; those cases, oldest first."""
        ...

    async def claim(self, case_id: str, *, now_ms: int, until_ms: int) -> bool:
        """Take a case that is due; it is due again at ``until_ms``, should its worker die."""
        ...

    async def rest(self, case_id: str, *, revision: int, work_at_ms: int | None) -> None:
        """End a claim: the case is due again then, or has nothing to be done.

        Nothing changes where the case has moved on from ``revision`` meanwhile: then it is due already.
        """
        ...

    async def begin_card(self, case_id: str, channel_id: int) -> None:
        """Note that a new card is about to be posted in a channel: afterwards nobody knows whether it was."""
        ...

    async def set_card(self, case_id: str, *, revision: int, channel_id: int, message_id: int) -> None:
        """Where the card is, and the revision that it shows."""
        ...

    async def set_removal(self, case_id: str, removal: Removal) -> None:
        """How far taking the picture away has come."""
        ...

    async def set_requester_told(self, case_id: str) -> None:
        """The one who asked for the picture was told."""
        ...

    async def set_told(self, report_id: str) -> None:
        """The member who made a report was told."""
        ...
