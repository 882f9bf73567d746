"""Reports of pictures: members make them, moderators decide them.

Everything here is what the books say, one unit of work each; what follows from it outside them (the card,
the picture's message, telling people) is :class:`bot.services.report_work.CaseWorker`'s, whom the engine
calls. Every id may come from a forged custom id.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.domain.errors import AlreadyDecidedError, AlreadyReportedError, NotFoundError
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.reporting import (
    MOST_REPORTS,
    Case,
    Decision,
    Removal,
    Report,
    ReportReason,
    Verdict,
    require_decidable,
    require_impartial,
    require_room,
    require_words,
)
from bot.domain.request import Image, RequestKind, RequestState
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.engine import Engine
from bot.services.ports.review import CaseFile, Exhibit
from bot.services.ports.storage import AuditLine, Storage, UnitOfWork
from bot.services.report_files import CaseFiles, is_refunded, require_case, require_picture

log = structlog.get_logger()

PAGE_CASES = 8
AUDITED_AS = "report"
"""What the guild's audit log calls a decision: from the case's id to what was decided."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that was made. ``is_first``: it opened the case. ``is_shown``: moderators have a channel for it."""

    case_id: str
    is_first: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was made. ``reporters`` members are told; ``user_id`` asked for the picture."""

    case: Case
    verdict: Verdict
    reporters: int
    user_id: int | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some open cases, oldest first. ``next_after`` begins the next page; None on the last one.

    ``posting`` cards that were missing are on their way to the mod channel; ``mod_channel_id`` None: there is none.
    """

    files: tuple[CaseFile, ...]
    next_after: str | None
    posting: int
    mod_channel_id: int | None


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with its picture, for one moderator's eyes."""

    file: CaseFile
    exhibit: Exhibit


class ReportService:
    """What members and moderators do about reports."""

    def __init__(
        self, *, storage: Storage, clock: Clock, ids: IdSource, files: CaseFiles, engine: Engine
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._files = files
        self._engine = engine

    # ------------------------------------------------------------------ members

    async def check_reportable(self, image_id: str, guild_id: int | None, user_id: int) -> None:
        """Whether a member may report a picture now, before they are asked what is wrong.

        Outside a guild (``guild_id`` None) members have their own pictures only; private ones nobody else's.

        Raises:
            NotFoundError: there is no such picture here that the member sees.
            AlreadyReportedError: the member did so before.
            TooManyReportsError: the member made as many as allowed.
        """
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> None:
            await _require_reportable(uow, image_id, guild_id, user_id)
            account_id = await uow.members.account_of(user_id)
            if account_id is not None:
                await _require_reporter(uow, image_id, account_id, now_ms)

        await self._storage.read(work)

    async def reportable_in(
        self, guild_id: int, channel_id: int, message_id: int, user_id: int
    ) -> tuple[Image, ...]:
        """The pictures in a posted message that a member may report, in order.

        Raises:
            NotFoundError: there is none.
            AlreadyReportedError: the member has reported all of them.
            TooManyReportsError: the member made as many as allowed.
        """
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> tuple[Image, ...]:
            account_id = await uow.members.account_of(user_id)
            left: list[Image] = []
            images = await uow.images.of_message(channel_id, message_id)
            for image in images:
                await _require_reportable(uow, image.image_id, guild_id, user_id)
                if account_id is None or not await uow.reports.has_reported(image.image_id, account_id):
                    left.append(image)
            if not left:
                raise AlreadyReportedError if images else NotFoundError
            if account_id is not None:
                await _require_reporter(uow, left[0].image_id, account_id, now_ms)
            return tuple(left)

        return await self._storage.read(work)

    async def report(
        self, image_id: str, guild_id: int | None, user_id: int, reason: ReportReason, words: str
    ) -> Filed:
        """Report a picture: a new case, or one report more of the open one.

        Raises:
            NotFoundError, AlreadyReportedError, TooManyReportsError: as :meth:`check_reportable`.
            InvalidInputError: the words are too long.
        """
        words = require_words("What you write", words)
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> Filed:
            image = await _require_reportable(uow, image_id, guild_id, user_id)
            account_id = await uow.members.require_account(user_id)
            await _require_reporter(uow, image_id, account_id, now_ms)
            case = await uow.reports.open_case_of(image_id)
            case_id = self._ids.new_id() if case is None else case.case_id
            if case is None:
                new = Case(case_id, image_id, image.guild_id, image.account_id, now_ms)
                await uow.reports.open_case(new, work_at_ms=now_ms)
            else:
                await uow.reports.join(case_id, work_at_ms=now_ms)
            await uow.reports.add(
                Report(self._ids.new_id(), case_id, image_id, account_id, reason, words, now_ms)
            )
            settings = await uow.guilds.get(image.guild_id)
            return Filed(case_id, case is None, settings.mod_channel_id is not None)

        filed = await self._storage.write(work)
        log.info("report_filed", case_id=filed.case_id, image_id=image_id, reason=reason.value)
        self._engine.submit(filed.case_id)
        return filed

    # ------------------------------------------------------------------ moderators

    async def check_decidable(
        self, case_id: str, guild_id: int, user_id: int, decision: Decision
    ) -> CaseFile:
        """Whether a moderator may decide so now, before they are asked for a note; the case.

        Raises:
            NotFoundError: there is no such case here.
            AlreadyDecidedError: somebody was first.
            OwnReportError: the moderator has a part in it.
            NothingToRefundError: nothing can go back.
        """

        async def work(uow: UnitOfWork) -> None:
            case = await require_case(uow, case_id, guild_id)
            await _require_decision(uow, case, decision, await uow.members.account_of(user_id))

        await self._storage.read(work)
        return await self._files.read(case_id, guild_id)

    async def decide(
        self, case_id: str, guild_id: int, user_id: int, decision: Decision, note: str
    ) -> Decided:
        """Decide a case, once and for all: whoever comes first. Whether they are a moderator is the caller's.

        The refund, the picture's end in the books, the audit line and the verdict are one transaction.

        Raises:
            NotFoundError, AlreadyDecidedError, OwnReportError, NothingToRefundError: as :meth:`check_decidable`.
            InvalidInputError: the note is too long.
        """
        note = require_words("The note", note)
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> Decided:
            case = await require_case(uow, case_id, guild_id)
            account_id = await uow.members.require_account(user_id)
            image = await _require_decision(uow, case, decision, account_id)
            refunded = await _refund(uow, case, image, now_ms) if decision.refunds else Split()
            if decision.removes:
                await uow.images.mark_deleted(image.image_id, now_ms)
            reporters = [report.account_id for report in await uow.reports.of_case(case_id)]
            verdict = Verdict(decision, account_id, note, now_ms, refunded)
            # Who asked for a picture that stays as it is never hears of a report; who reported hears anyway.
            told = decision is Decision.REJECT or image.account_id in reporters
            await uow.reports.decide(
                case_id,
                verdict,
                removal=Removal.DUE if decision.removes else Removal.NONE,
                requester_told=told,
                work_at_ms=now_ms,
            )
            await uow.audit_log.add(
                AuditLine(guild_id, account_id, AUDITED_AS, case_id, decision.value, now_ms)
            )
            return Decided(case, verdict, len(reporters), await uow.members.user_of(image.account_id))

        decided = await self._storage.write(work)
        log.info(
            "report_decided",
            case_id=case_id,
            image_id=decided.case.image_id,
            decision=decision.value,
            refunded=decided.verdict.refunded.total,
        )
        self._engine.submit(case_id)
        return decided

    async def queue(self, guild_id: int, after_case_id: str = "") -> QueuePage:
        """A page of a guild's open cases, oldest first; cards that are missing in the mod channel are posted."""
        now_ms = self._clock.now_ms()

        async def wake(uow: UnitOfWork) -> tuple[int | None, tuple[str, ...]]:
            mod_channel_id = (await uow.guilds.get(guild_id)).mod_channel_id
            if mod_channel_id is None:
                return None, ()
            return mod_channel_id, tuple(await uow.reports.make_unshown_due(guild_id, now_ms))

        mod_channel_id, woken = await self._storage.write(wake)
        for case_id in woken:
            self._engine.submit(case_id)
        files = await self._files.queue(guild_id, after_case_id, PAGE_CASES + 1)
        shown = files[:PAGE_CASES]
        next_after = shown[-1].case.case_id if len(files) > PAGE_CASES else None
        return QueuePage(shown, next_after, len(woken), mod_channel_id)

    async def waiting(self, guild_id: int) -> tuple[CaseFile, ...]:
        """The oldest open cases of a guild, as many as a page has."""
        return await self._files.queue(guild_id, "", PAGE_CASES)

    async def show(self, case_id: str, guild_id: int) -> ShownCase:
        """A case with its picture. A mature one is not shown: one person's answer is no age-restricted channel.

        Raises:
            NotFoundError: there is no such case here.
        """
        file = await self._files.read(case_id, guild_id)
        return ShownCase(file, await self._files.exhibit(file.image, is_restricted=False))


async def _require_reportable(uow: UnitOfWork, image_id: str, guild_id: int | None, user_id: int) -> Image:
    image, request = await require_picture(uow, image_id)
    is_own = await uow.members.account_of(user_id) == image.account_id
    is_for_anybody = guild_id is not None and not request.options.private
    if (
        guild_id not in {None, image.guild_id}
        or image.deleted_at_ms is not None
        or request.state is not RequestState.DELIVERED
        or image.kind is RequestKind.REFERENCE  # candidates: their owner alone sees them, and picks another
        or not (is_own or is_for_anybody)
    ):
        raise NotFoundError
    return image


async def _require_reporter(uow: UnitOfWork, image_id: str, account_id: str, now_ms: int) -> None:
    if await uow.reports.has_reported(image_id, account_id):
        raise AlreadyReportedError
    longest_ms, _ = MOST_REPORTS[-1]
    require_room(await uow.reports.made_since(account_id, now_ms - longest_ms), now_ms)


async def _require_decision(uow: UnitOfWork, case: Case, decision: Decision, account_id: str | None) -> Image:
    """The picture that may be decided on. An ``account_id`` of None never had a part in anything."""
    image, _ = await require_picture(uow, case.image_id)
    try:
        require_decidable(case, decision, image.share, is_refunded=await is_refunded(uow, image))
    except AlreadyDecidedError as error:
        error.user_id = await uow.members.user_of(error.account_id)
        raise
    if account_id is not None:
        reporters = [report.account_id for report in await uow.reports.of_case(case.case_id)]
        require_impartial(case, reporters, account_id)
    return image


async def _refund(uow: UnitOfWork, case: Case, image: Image, now_ms: int) -> Split:
    """Give a picture's share of its request's capture back to the buckets that paid."""
    _, request = await require_picture(uow, image.image_id)
    await uow.ledger.append(
        Entry(
            account_id=image.account_id,
            guild_id=image.guild_id,
            kind=EntryKind.REFUND,
            ref=image.image_id,
            moved=image.share,
            at_ms=now_ms,
            hold_ref=request.require_hold_ref(),
            source_ref=case.case_id,
        )
    )
    return image.share
