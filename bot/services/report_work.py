"""What follows from reports and decisions outside the books: the card, the picture's end, telling people.

The case's row is the durable job. Each step is the same when done twice and is noted when it is done, so a
process that dies between any two of them leaves work for the next, and nobody is told or shown anything twice
that can be helped.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

import structlog

from bot.domain.errors import DeliveryDelayedError
from bot.domain.picture import Rating
from bot.domain.reporting import Case, Decision, Removal, Verdict
from bot.domain.request import Image
from bot.services.ports.age_gate import AgeGate
from bot.services.ports.clock import Clock
from bot.services.ports.images import PictureStore, StoreUnavailableError
from bot.services.ports.review import CardPlace, CaseFile, Exhibit, Outcome, ReviewDesk
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Notice, Storage, UnitOfWork
from bot.services.report_files import CaseFiles

log = structlog.get_logger()

LEASE_MS = 2 * 60 * 1000
"""How long a worker has a case for itself; it is far quicker, unless it dies."""
RETRY_AFTER_S = 60.0
"""How long a failing platform is left alone."""

VERDICT = "verdict"
"""The kind of notice that tells what :class:`Outcome` says."""


class CaseWorker:
    """Does for a case what is still to be done."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        files: CaseFiles,
        store: PictureStore,
        desk: ReviewDesk,
        gate: AgeGate,
        retry_after_s: float = RETRY_AFTER_S,
        lease_ms: int = LEASE_MS,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._files = files
        self._store = store
        self._desk = desk
        self._gate = gate
        self._lease_ms = lease_ms
        self._retry_after_ms = int(retry_after_s * 1000)

    async def drive(self, case_id: str) -> None:
        """Everything that is due for a case. Each step is tried, also where another one has to wait."""
        now_ms = self._clock.now_ms()

        async def claim(uow: UnitOfWork) -> bool:
            return await uow.reports.claim(case_id, now_ms=now_ms, until_ms=now_ms + self._lease_ms)

        if not await self._storage.write(claim):
            return
        file = await self._files.read(case_id)
        delayed = [await _is_delayed(step, file) for step in (self._remove, self._tell, self._show)]
        work_at_ms = self._clock.now_ms() + self._retry_after_ms if any(delayed) else None

        async def rest(uow: UnitOfWork) -> None:
            await uow.reports.rest(case_id, revision=file.case.revision, work_at_ms=work_at_ms)

        await self._storage.write(rest)

    # ------------------------------------------------------------------ the picture

    async def _remove(self, file: CaseFile) -> None:
        """Files first: they are ours alone to take away."""
        case, image = file.case, file.image
        if case.removal is not Removal.DUE:
            return
        unused, left = await self._storage.read(_leftovers_of(image))
        for key in unused:
            await self._store.delete(key)
        is_out = await self._desk.take_out(image, left)
        if not is_out:
            log.warning("reported_picture_stays_posted", case_id=case.case_id, image_id=image.image_id)

        async def note(uow: UnitOfWork) -> None:
            await uow.reports.set_removal(case.case_id, Removal.DONE if is_out else Removal.STUCK)

        await self._storage.write(note)

    # ------------------------------------------------------------------ the card

    async def _show(self, file: CaseFile) -> None:
        """Bring the card up to date: where it stands, or a new one in the mod channel."""
        if file.case.is_shown:
            return
        file = await self._files.read(file.case.case_id)  # removing has changed what there is to say
        case = file.case
        place = await self._edited(file, _place_of(case)) or await self._posted(file)
        if place is None:
            log.info("card_not_shown", case_id=case.case_id)
            return

        async def note(uow: UnitOfWork) -> None:
            await uow.reports.set_card(
                case.case_id,
                revision=case.revision,
                channel_id=place.channel_id,
                message_id=place.message_id,
            )

        await self._storage.write(note)

    async def _edited(self, file: CaseFile, place: CardPlace | None) -> CardPlace | None:
        if place is None:
            return None
        exhibit = await self._exhibit(file, place.channel_id)
        return place if await self._desk.edit_card(place, file, exhibit) else None

    async def _posted(self, file: CaseFile) -> CardPlace | None:
        async def mod_channel(uow: UnitOfWork) -> int | None:
            return (await uow.guilds.get(file.case.guild_id)).mod_channel_id

        channel_id = await self._storage.read(mod_channel)
        if channel_id is None:
            return None
        case = file.case
        if case.card_channel_id is not None and case.card_message_id is None:
            place = await self._edited(file, await self._desk.find_card(case.card_channel_id, file))
            if place is not None:
                return place

        async def begin(uow: UnitOfWork) -> None:
            await uow.reports.begin_card(case.case_id, channel_id)

        await self._storage.write(begin)
        exhibit = await self._exhibit(file, channel_id)
        return await self._desk.post_card(channel_id, file, exhibit)

    async def _exhibit(self, file: CaseFile, channel_id: int) -> Exhibit:
        """The picture as that channel may show it now."""
        place = Place(file.case.guild_id, channel_id)
        is_mature = file.image.rating is Rating.MATURE
        return await self._files.exhibit(
            file.image, is_restricted=is_mature and await self._gate.is_age_restricted_now(place)
        )

    # ------------------------------------------------------------------ people

    async def _tell(self, file: CaseFile) -> None:
        """Tell everybody whom the verdict concerns: the reporters, and who asked for the picture."""
        case, verdict = file.case, file.case.verdict
        if verdict is None:
            return
        for line in file.reports:
            report = line.report
            if report.told:
                continue

            async def told(uow: UnitOfWork, report_id: str = report.report_id) -> None:
                await uow.reports.set_told(report_id)

            is_requester = report.account_id == file.image.account_id
            outcome = await self._outcome(file, verdict, is_reporter=True, is_requester=is_requester)
            await self._tell_one(outcome, report.account_id, line.user_id, report.report_id, told)
        if not case.requester_told:

            async def requester_told(uow: UnitOfWork) -> None:
                await uow.reports.set_requester_told(case.case_id)

            outcome = await self._outcome(file, verdict, is_reporter=False, is_requester=True)
            await self._tell_one(outcome, file.image.account_id, file.user_id, case.case_id, requester_told)

    async def _tell_one(
        self,
        outcome: Outcome,
        account_id: str,
        user_id: int | None,
        told_id: str,
        told: Callable[[UnitOfWork], Awaitable[None]],
    ) -> None:
        """By direct message, or else when they come next. ``told_id`` is the same for every repetition."""
        # A user who is known no more has deleted all that linked them to this: nobody is there to be told.
        needs_notice = user_id is not None and not await self._desk.tell(user_id, outcome, told_id[1:])
        now_ms = self._clock.now_ms()

        async def note(uow: UnitOfWork) -> None:
            if needs_notice:
                await uow.notices.add(
                    Notice(
                        f"verdict:{told_id}", account_id, VERDICT, None, now_ms, json.dumps(asdict(outcome))
                    )
                )
            await told(uow)

        await self._storage.write(note)

    async def _outcome(
        self, file: CaseFile, verdict: Verdict, *, is_reporter: bool, is_requester: bool
    ) -> Outcome:
        case = file.case
        return Outcome(
            case_id=case.case_id,
            guild_id=case.guild_id,
            guild_name=await self._desk.fetch_name(case.guild_id),
            decision=verdict.decision,
            refunded=verdict.refunded.total if is_requester else 0,
            note=verdict.note,
            cast_names=file.cast_names,
            is_reporter=is_reporter,
            is_requester=is_requester,
        )


def _place_of(case: Case) -> CardPlace | None:
    if case.card_channel_id is None or case.card_message_id is None:
        return None
    return CardPlace(case.card_channel_id, case.card_message_id)


def outcome_of(notice: Notice) -> Outcome:
    """What a notice of the kind :data:`VERDICT` tells."""
    told: dict[str, Any] = json.loads(notice.detail)
    told["decision"] = Decision(told["decision"])
    told["cast_names"] = tuple(told["cast_names"])
    return Outcome(**told)


def _leftovers_of(
    image: Image,
) -> Callable[[UnitOfWork], Awaitable[tuple[Sequence[str], Sequence[Image]]]]:
    """The files that nothing needs any more, and the pictures that are left in its message."""

    async def work(uow: UnitOfWork) -> tuple[Sequence[str], Sequence[Image]]:
        keys = (image.file_key, image.thumbnail_key)  # empty where its member had it forgotten
        unused = [key for key in keys if key and not await uow.images.file_in_use(key)]
        if image.channel_id is None or image.message_id is None:
            return unused, ()
        return unused, await uow.images.of_message(image.channel_id, image.message_id)

    return work


async def _is_delayed(step: Callable[[CaseFile], Awaitable[None]], file: CaseFile) -> bool:
    try:
        await step(file)
    except (DeliveryDelayedError, StoreUnavailableError):
        log.info("case_work_delayed", case_id=file.case.case_id)
        return True
    return False


def due_cases(storage: Storage, clock: Clock) -> Callable[[], Awaitable[Sequence[str]]]:
    """Cases for which something is to be done now, for the engine's sweeps."""

    async def work(uow: UnitOfWork) -> Sequence[str]:
        return await uow.reports.due_ids(clock.now_ms())

    return lambda: storage.read(work)


def unfinished_cases(storage: Storage, clock: Clock) -> Callable[[], Awaitable[Sequence[str]]]:
    """What a dead process left, for the engine's start: this is the only process on the database."""

    async def work(uow: UnitOfWork) -> Sequence[str]:
        return await uow.reports.make_all_due(clock.now_ms())

    return lambda: storage.write(work)
