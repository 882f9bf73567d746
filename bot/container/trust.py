"""Reports and privacy, wired."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from bot.client import DarkroomBot
from bot.container.databases import Database
from bot.container.requests import Shared
from bot.engines.local import LocalEngine
from bot.exporting import ZipPress
from bot.services.ports.age_gate import AgeGate
from bot.services.privacy.erasing import ErasureService
from bot.services.privacy.exporting import ExportService
from bot.services.privacy.showing import PrivacyService
from bot.services.privacy.wiping import Wiper
from bot.services.report_files import CaseFiles
from bot.services.report_work import CaseWorker, due_cases, unfinished_cases
from bot.services.reports import ReportService
from bot.services.requests.desk import RequestDesk
from bot.services.retention import RetentionService
from cogs.privacy import DiscordErasurePost, DiscordPostedMessages
from cogs.reports import DiscordReviewDesk


@dataclass(frozen=True, slots=True)
class ReportParts:
    """Reports. ``run`` works on cases, until it is cancelled."""

    service: ReportService
    run: Callable[[], Coroutine[None, None, None]]


def wire_reports(shared: Shared, bot: DarkroomBot, gate: AgeGate) -> ReportParts:
    """Make the parts; nothing runs yet."""
    storage, clock, adapters = shared.storage, shared.clock, shared.adapters
    files = CaseFiles(
        storage=storage,
        companions=shared.companions,
        presets=shared.presets,
        lab=shared.lab,
        store=shared.store,
    )
    worker = CaseWorker(
        storage=storage,
        clock=clock,
        files=files,
        store=shared.store,
        desk=adapters.wrap_review_desk(DiscordReviewDesk(bot)),
        gate=gate,
        retry_after_s=adapters.retry_delays_s[-1],
        lease_ms=int(adapters.case_lease_s * 1000),
    )
    engine = LocalEngine(
        # Where there are other processes, what seems left may be in work: it is due when its lease has run out.
        (unfinished_cases if shared.settings.is_on_sqlite else due_cases)(storage, clock),
        due_cases(storage, clock),
        adapters.engine_sweeps_every_s,
    )
    service = ReportService(storage=storage, clock=clock, ids=shared.ids, files=files, engine=engine)
    return ReportParts(service, lambda: engine.run(worker.drive))


def wire_privacy(
    shared: Shared, bot: DarkroomBot, database: Database, press: ZipPress, desk: RequestDesk
) -> PrivacyService:
    """Showing, exporting, erasing and the daily purge."""
    storage, clock = shared.storage, shared.clock
    wiper = Wiper(
        storage=storage,
        store=shared.store,
        clock=clock,
        messages=DiscordPostedMessages(bot),
        fold_log=database.fold_log,
    )
    return PrivacyService(
        storage=storage,
        exports=ExportService(storage=storage, clock=clock, store=shared.store, lab=shared.lab, press=press),
        erasures=ErasureService(
            storage=storage,
            clock=clock,
            wiper=wiper,
            post=DiscordErasurePost(bot, clock),
            cancel=functools.partial(desk.cancel, is_capped=False),
            wait_s=shared.adapters.erasure_waits_s,
        ),
        retention=RetentionService(
            storage=storage, clock=clock, wiper=wiper, days=shared.settings.retention_days
        ),
    )
