"""SQL about reports of pictures and the cases that they are decided in."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import AlreadyReportedError
from bot.domain.money import Split
from bot.domain.reporting import Case, Decision, Removal, Report, ReportReason, Verdict
from bot.services.ports.storage import ReporterRecord
from db.errors import ConstraintViolationError, Violated
from db.statements import Row, Statements

_OPEN_CASE = """
INSERT INTO report_case (case_id, image_id, guild_id, requester_account_id, opened_at_ms, revision,
    shown_revision, card_channel_id, card_message_id, work_at_ms)
VALUES (:case_id, :image_id, :guild_id, :requester_account_id, :opened_at_ms, :revision, :shown_revision,
    :card_channel_id, :card_message_id, :work_at_ms)
"""
_ADD = """
INSERT INTO report (report_id, case_id, image_id, account_id, reason, words, at_ms, told)
VALUES (:report_id, :case_id, :image_id, :account_id, :reason, :words, :at_ms, :told)
"""
_JOIN = "UPDATE report_case SET revision = revision + 1, work_at_ms = :work_at_ms WHERE case_id = :case_id"
_CASE = "SELECT * FROM report_case WHERE case_id = :case_id"
_REPORT = "SELECT * FROM report WHERE report_id = :report_id"
_OPEN_CASE_OF = "SELECT * FROM report_case WHERE image_id = :image_id AND decision IS NULL"
_CASES_OF = "SELECT * FROM report_case WHERE image_id = :image_id ORDER BY case_id"
_OF_CASE = "SELECT * FROM report WHERE case_id = :case_id ORDER BY report_id"
_HAS_REPORTED = "SELECT 1 FROM report WHERE image_id = :image_id AND account_id = :account_id"
_MADE_SINCE = "SELECT at_ms FROM report WHERE account_id = :account_id AND at_ms > :since_ms ORDER BY at_ms"
_RECORD_OF = """
SELECT count(*) AS made, coalesce(sum(CASE WHEN report_case.decision <> 'reject' THEN 1 ELSE 0 END), 0) AS upheld,
    coalesce(sum(CASE report_case.decision WHEN 'reject' THEN 1 ELSE 0 END), 0) AS rejected
FROM report JOIN report_case ON report_case.case_id = report.case_id
WHERE report.account_id = :account_id AND report_case.guild_id = :guild_id
    AND report.case_id <> :but_case_id
"""
_DECIDE = """
UPDATE report_case SET decision = :decision, decided_by_account_id = :account_id, note = :note,
    decided_at_ms = :at_ms, refunded_granted = :granted, refunded_purchased = :purchased,
    removal = :removal, requester_told = :requester_told, revision = revision + 1, work_at_ms = :work_at_ms
WHERE case_id = :case_id AND decision IS NULL RETURNING case_id
"""
_QUEUE = """
SELECT * FROM report_case WHERE guild_id = :guild_id AND decision IS NULL AND case_id > :after_case_id
ORDER BY case_id LIMIT :limit
"""
_DUE_IDS = """
SELECT case_id FROM report_case WHERE work_at_ms IS NOT NULL AND work_at_ms <= :now_ms
ORDER BY work_at_ms, case_id
"""
_MAKE_ALL_DUE = """
UPDATE report_case SET work_at_ms = :now_ms WHERE work_at_ms IS NOT NULL RETURNING case_id
"""
_MAKE_UNSHOWN_DUE = """
UPDATE report_case SET work_at_ms = :now_ms
WHERE guild_id = :guild_id AND decision IS NULL AND shown_revision < revision RETURNING case_id
"""
_CLAIM = """
UPDATE report_case SET work_at_ms = :until_ms
WHERE case_id = :case_id AND work_at_ms IS NOT NULL AND work_at_ms <= :now_ms RETURNING case_id
"""
_REST = """
UPDATE report_case SET work_at_ms = :work_at_ms WHERE case_id = :case_id AND revision = :revision
"""
_BEGIN_CARD = """
UPDATE report_case SET card_channel_id = :channel_id, card_message_id = NULL WHERE case_id = :case_id
"""
_SET_CARD = """
UPDATE report_case SET shown_revision = :revision, card_channel_id = :channel_id,
    card_message_id = :message_id
WHERE case_id = :case_id
"""
_SET_REMOVAL = "UPDATE report_case SET removal = :removal WHERE case_id = :case_id"
_SET_REQUESTER_TOLD = "UPDATE report_case SET requester_told = 1 WHERE case_id = :case_id"
_SET_TOLD = "UPDATE report SET told = 1 WHERE report_id = :report_id"


class SqlReports:
    """Implements :class:`bot.services.ports.storage.ReportRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def open_case(self, case: Case, *, work_at_ms: int) -> None:
        """See the protocol."""
        params = {
            "case_id": case.case_id,
            "image_id": case.image_id,
            "guild_id": case.guild_id,
            "requester_account_id": case.requester_account_id,
            "opened_at_ms": case.opened_at_ms,
            "revision": case.revision,
            "shown_revision": case.shown_revision,
            "card_channel_id": case.card_channel_id,
            "card_message_id": case.card_message_id,
            "work_at_ms": work_at_ms,
        }
        await self._statements.execute(_OPEN_CASE, params)

    async def add(self, report: Report) -> None:
        """See the protocol."""
        params = {
            "report_id": report.report_id,
            "case_id": report.case_id,
            "image_id": report.image_id,
            "account_id": report.account_id,
            "reason": report.reason.value,
            "words": report.words,
            "at_ms": report.at_ms,
            "told": int(report.told),
        }
        try:
            await self._statements.execute(_ADD, params)
        except ConstraintViolationError as violation:
            if violation.sort is Violated.UNIQUE:
                raise AlreadyReportedError from violation
            raise

    async def join(self, case_id: str, *, work_at_ms: int) -> None:
        """See the protocol."""
        await self._statements.execute(_JOIN, {"case_id": case_id, "work_at_ms": work_at_ms})

    async def case(self, case_id: str) -> Case | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_CASE, {"case_id": case_id})
        return None if row is None else _case(row)

    async def report(self, report_id: str) -> Report | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_REPORT, {"report_id": report_id})
        return None if row is None else _report(row)

    async def open_case_of(self, image_id: str) -> Case | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_OPEN_CASE_OF, {"image_id": image_id})
        return None if row is None else _case(row)

    async def cases_of(self, image_id: str) -> Sequence[Case]:
        """See the protocol."""
        return [_case(row) for row in await self._statements.fetch_all(_CASES_OF, {"image_id": image_id})]

    async def of_case(self, case_id: str) -> Sequence[Report]:
        """See the protocol."""
        return [_report(row) for row in await self._statements.fetch_all(_OF_CASE, {"case_id": case_id})]

    async def has_reported(self, image_id: str, account_id: str) -> bool:
        """See the protocol."""
        params = {"image_id": image_id, "account_id": account_id}
        return await self._statements.fetch_one(_HAS_REPORTED, params) is not None

    async def made_since(self, account_id: str, since_ms: int) -> Sequence[int]:
        """See the protocol."""
        params = {"account_id": account_id, "since_ms": since_ms}
        return [row["at_ms"] for row in await self._statements.fetch_all(_MADE_SINCE, params)]

    async def record_of(self, account_id: str, guild_id: int, *, but_case_id: str) -> ReporterRecord:
        """See the protocol."""
        params = {"account_id": account_id, "guild_id": guild_id, "but_case_id": but_case_id}
        row = (await self._statements.fetch_all(_RECORD_OF, params))[0]
        return ReporterRecord(row["made"], row["upheld"], row["rejected"])

    async def decide(
        self, case_id: str, verdict: Verdict, *, removal: Removal, requester_told: bool, work_at_ms: int
    ) -> bool:
        """See the protocol."""
        params = {
            "case_id": case_id,
            "decision": verdict.decision.value,
            "account_id": verdict.account_id,
            "note": verdict.note,
            "at_ms": verdict.at_ms,
            "granted": verdict.refunded.granted,
            "purchased": verdict.refunded.purchased,
            "removal": removal.value,
            "requester_told": int(requester_told),
            "work_at_ms": work_at_ms,
        }
        return await self._statements.fetch_one(_DECIDE, params) is not None

    async def queue(self, guild_id: int, after_case_id: str, limit: int) -> Sequence[Case]:
        """See the protocol."""
        params = {"guild_id": guild_id, "after_case_id": after_case_id, "limit": limit}
        return [_case(row) for row in await self._statements.fetch_all(_QUEUE, params)]

    async def due_ids(self, now_ms: int) -> Sequence[str]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_DUE_IDS, {"now_ms": now_ms})
        return [row["case_id"] for row in rows]

    async def make_all_due(self, now_ms: int) -> Sequence[str]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_MAKE_ALL_DUE, {"now_ms": now_ms})
        return sorted(row["case_id"] for row in rows)

    async def make_unshown_due(self, guild_id: int, now_ms: int) -> Sequence[str]:
        """See the protocol."""
        params = {"guild_id": guild_id, "now_ms": now_ms}
        return sorted(row["case_id"] for row in await self._statements.fetch_all(_MAKE_UNSHOWN_DUE, params))

    async def claim(self, case_id: str, *, now_ms: int, until_ms: int) -> bool:
        """See the protocol."""
        params = {"case_id": case_id, "now_ms": now_ms, "until_ms": until_ms}
        return await self._statements.fetch_one(_CLAIM, params) is not None

    async def rest(self, case_id: str, *, revision: int, work_at_ms: int | None) -> None:
        """See the protocol."""
        params = {"case_id": case_id, "revision": revision, "work_at_ms": work_at_ms}
        await self._statements.execute(_REST, params)

    async def begin_card(self, case_id: str, channel_id: int) -> None:
        """See the protocol."""
        await self._statements.execute(_BEGIN_CARD, {"case_id": case_id, "channel_id": channel_id})

    async def set_card(self, case_id: str, *, revision: int, channel_id: int, message_id: int) -> None:
        """See the protocol."""
        params = {
            "case_id": case_id,
            "revision": revision,
            "channel_id": channel_id,
            "message_id": message_id,
        }
        await self._statements.execute(_SET_CARD, params)

    async def set_removal(self, case_id: str, removal: Removal) -> None:
        """See the protocol."""
        await self._statements.execute(_SET_REMOVAL, {"case_id": case_id, "removal": removal.value})

    async def set_requester_told(self, case_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_SET_REQUESTER_TOLD, {"case_id": case_id})

    async def set_told(self, report_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_SET_TOLD, {"report_id": report_id})


def _case(row: Row) -> Case:
    return Case(
        case_id=row["case_id"],
        image_id=row["image_id"],
        guild_id=row["guild_id"],
        requester_account_id=row["requester_account_id"],
        opened_at_ms=row["opened_at_ms"],
        revision=row["revision"],
        shown_revision=row["shown_revision"],
        card_channel_id=row["card_channel_id"],
        card_message_id=row["card_message_id"],
        verdict=None if row["decision"] is None else _verdict(row),
        removal=Removal(row["removal"]),
        requester_told=bool(row["requester_told"]),
    )


def _verdict(row: Row) -> Verdict:
    return Verdict(
        decision=Decision(row["decision"]),
        account_id=row["decided_by_account_id"],
        note=row["note"],
        at_ms=row["decided_at_ms"],
        refunded=Split(row["refunded_granted"], row["refunded_purchased"]),
    )


def _report(row: Row) -> Report:
    return Report(
        report_id=row["report_id"],
        case_id=row["case_id"],
        image_id=row["image_id"],
        account_id=row["account_id"],
        reason=ReportReason(row["reason"]),
        words=row["words"],
        at_ms=row["at_ms"],
        told=bool(row["told"]),
    )
