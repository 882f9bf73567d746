"""Reports and cases to test with, and short ways to put them in."""

from __future__ import annotations

from dataclasses import replace

from rows import GUILD, account, hold, refund

from bot.container.databases import Database
from bot.domain.money import Split
from bot.domain.reporting import Case, Decision, Removal, Report, ReportReason, Verdict
from bot.services.ports.storage import UnitOfWork

BEN, KIM = 77, 78
"""Who reports, and who decides."""


async def opened(storage: Database, image_id: str, number: int = 1, by: int = BEN) -> Case:
    """A case about a picture, with one report."""
    reporter = await account(storage, by)

    async def work(uow: UnitOfWork) -> Case:
        image = await uow.images.get(image_id)
        assert image is not None
        case = Case(f"case-{number}", image_id, image.guild_id, image.account_id, number)
        await uow.reports.open_case(case, work_at_ms=number)
        await uow.reports.add(report(case, reporter, number))
        return case

    return await storage.write(work)


def report(case: Case, account_id: str, number: int = 1) -> Report:
    """One report of a case."""
    words = "three *arms*"
    return Report(
        f"report-{number}", case.case_id, case.image_id, account_id, ReportReason.BROKEN, words, number
    )


async def verdict(storage: Database, decision: Decision, share: Split = Split()) -> Verdict:  # noqa: B008
    """What Kim decided."""
    return Verdict(decision, await account(storage, KIM), "a note", 9, share if decision.refunds else Split())


async def refunded(storage: Database, request_id: str, number: int = 1) -> Case:
    """The first picture of a request, reported and refunded whole."""
    case = await opened(storage, f"{request_id}-0", number)
    decided = await verdict(storage, Decision.REFUND, Split(50))
    held = replace(hold(case.requester_account_id, Split(50)), ref=f"{request_id}:1")
    entry = replace(refund(held, Split(50), case.image_id), guild_id=GUILD, source_ref=case.case_id)

    async def work(uow: UnitOfWork) -> None:
        await uow.ledger.append(entry)
        assert await uow.reports.decide(
            case.case_id, decided, removal=Removal.NONE, requester_told=False, work_at_ms=9
        )

    await storage.write(work)
    return replace(case, verdict=decided, revision=2)
