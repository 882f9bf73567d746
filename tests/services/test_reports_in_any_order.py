"""Any interleaving of pictures, reports, decisions and deletions: the books stay right, and all work is done."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from bot.domain.errors import AlreadyDecidedError, DarkroomError, DeliveryDelayedError
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.reporting import Decision, Removal
from bot.domain.request import Image, RequestState
from bot.services.moments import ensure_member
from bot.services.ports.storage import UnitOfWork
from bot.services.report_work import LEASE_MS, unfinished_cases
from bot.services.reports import Decided
from tests.services.report_parts import Office, open_office
from tests.services.request_parts import ANA, BEN, GUILD, WELCOME

T = TypeVar("T")

OWNERS = st.sampled_from([ANA, BEN])
PEOPLE = st.integers(1, 8)
DECISIONS = st.sampled_from(Decision)
TROUBLE = st.sampled_from(["post_card", "edit_card", "take_out", "tell"])


class ReportMachine(RuleBasedStateMachine):
    """Keeps what every picture cost and who won which case, and compares."""

    pictures = Bundle("pictures")
    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.opened: AbstractAsyncContextManager[Office] = open_office(self.folder)
        self.office = self.run(self.opened.__aenter__())
        self.images: dict[str, Image] = {}
        self.decided: dict[str, Decision] = {}
        self.case_ids: set[str] = set()
        self.run(self.buy())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def attempt(self, work: Coroutine[Any, Any, T]) -> T | DarkroomError:
        try:
            return self.run(work)
        except DarkroomError as error:
            return error

    async def buy(self) -> None:
        """Ana pays partly with purchased moments: her granted ones end in the middle of a picture."""

        async def work(uow: UnitOfWork) -> None:
            ana = await ensure_member(uow, ANA, GUILD, welcome=WELCOME, now_ms=1)
            spent = Split(WELCOME - 30)
            for entry in (
                Entry(ana, GUILD, EntryKind.PURCHASE, "sku", Split(0, 1000), 1),
                Entry(ana, GUILD, EntryKind.HOLD, "before", -spent, 1, held=spent),
                Entry(ana, GUILD, EntryKind.CAPTURE, "before", Split(), 1, held=-spent, hold_ref="before"),
            ):
                await uow.ledger.append(entry)

        await self.office.room.storage.write(work)

    def teardown(self) -> None:
        self.everything_that_is_left_is_done()
        self.run(self.opened.__aexit__(None, None, None))
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(target=pictures, owner=OWNERS, count=st.integers(1, 3))
    def make(self, owner: int, count: int) -> Any:
        request = self.run(self.office.room.run(owner, count=count))
        if request.state is not RequestState.DELIVERED:
            return multiple()  # nothing left to pay with
        made = self.run(self.office.room.pictures(request.request_id))
        self.images |= {image.image_id: image for image in made}
        return multiple(*(image.image_id for image in made))

    @rule(target=cases, image_id=pictures, member=PEOPLE)
    def report(self, image_id: str, member: int) -> Any:
        filed = self.attempt(self.office.report(self.images[image_id], member))
        if isinstance(filed, DarkroomError):
            return multiple()
        assert filed.is_first == (filed.case_id not in self.case_ids)
        self.case_ids.add(filed.case_id)
        return filed.case_id

    @rule(case_id=cases, by=PEOPLE, decisions=st.lists(DECISIONS, min_size=1, max_size=4))
    def decide(self, case_id: str, by: int, decisions: list[Decision]) -> None:
        async def at_once() -> list[Decided | BaseException]:
            return await asyncio.gather(
                *(self.office.decide(case_id, d, by=by + 50 * n) for n, d in enumerate(decisions)),
                return_exceptions=True,
            )

        results = self.run(at_once())
        won = [d for d, result in zip(decisions, results, strict=True) if isinstance(result, Decided)]
        assert all(isinstance(result, Decided | DarkroomError) for result in results)
        if case_id in self.decided:
            assert not won
            assert all(isinstance(result, AlreadyDecidedError) for result in results)
        assert len(won) <= 1
        if won:
            self.decided[case_id] = won[0]

    @rule(image_id=pictures)
    def delete(self, image_id: str) -> None:
        self.attempt(self.office.room.images.delete(image_id, GUILD, ANA, is_moderator=True))

    @rule(member=st.integers(2, 8))
    def forget(self, member: int) -> None:
        self.run(self.office.forget(member))

    @rule(trouble=TROUBLE)
    def work_while_discord_fails(self, trouble: str) -> None:
        self.office.desk.trouble = {trouble: [DeliveryDelayedError()]}
        self.run(self.office.work())

    @rule()
    def an_hour_passes_and_cards_are_deleted(self) -> None:
        self.office.room.clock.now += 60 * 60 * 1000
        self.office.desk.cards.clear()

    @invariant()
    def the_books_are_right(self) -> None:
        assert self.run(self.office.violations()) == []

    @invariant()
    def each_picture_is_refunded_once_by_the_case_that_won(self) -> None:
        async def refunds(uow: UnitOfWork) -> dict[str, Split]:
            found: dict[str, Split] = {}
            for image in self.images.values():
                entry = await uow.ledger.find(EntryKind.REFUND, image.image_id, image.account_id)
                if entry is not None:
                    found[image.image_id] = entry.moved
            return found

        async def of_cases(uow: UnitOfWork) -> list[str]:
            decided = [await uow.reports.case(c) for c, d in self.decided.items() if d.refunds]
            return sorted(case.image_id for case in decided if case is not None)

        found = self.run(self.office.room.storage.read(refunds))
        assert sorted(found) == self.run(self.office.room.storage.read(of_cases))
        assert all(found[image_id] == self.images[image_id].share for image_id in found)

    def everything_that_is_left_is_done(self) -> None:
        office = self.office
        office.desk.trouble = {}
        office.room.clock.now += LEASE_MS
        office.engine.submitted[:] = self.run(unfinished_cases(office.room.storage, office.room.clock)())
        self.run(office.work())
        office.room.clock.now += 1000 * LEASE_MS
        assert self.run(office.due()) == []
        for case_id in self.case_ids:
            file = self.run(office.files.read(case_id))
            assert file.case.is_shown
            assert file.case.removal is not Removal.DUE
            if file.case.verdict is not None:
                assert file.case.requester_told
                assert all(line.report.told for line in file.reports)
            if file.case.removal is Removal.DONE:
                assert not self.run(office.room.store.exists(file.image.file_key)) or self.is_shared(
                    file.image
                )

    def is_shared(self, image: Image) -> bool:
        return self.run(self.office.room.storage.read(lambda uow: uow.images.file_in_use(image.file_key)))


TestReports = ReportMachine.TestCase
TestReports.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
