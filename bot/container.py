"""The only place that knows every adapter: it makes them and hands them to services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.backends.sketch import SketchBackend
from bot.client import DarkroomBot
from bot.clock import SystemClock, UlidSource
from bot.companion_shelf import AssetShelf
from bot.domain.guild import GuildLimits
from bot.domain.pricing import Grants, Prices
from bot.engines.local import SWEEP_EVERY_S, LocalEngine
from bot.exporting import ZipPress
from bot.preset_shelf import AssetPresets
from bot.rendering.charts import MatplotlibCharts
from bot.rendering.lab import PillowLab
from bot.safety.opening import open_safety
from bot.services.audit import AuditReport, AuditService
from bot.services.companions import CompanionService
from bot.services.gallery import GalleryService
from bot.services.guilds import GuildService
from bot.services.images import ImageService
from bot.services.moments import MomentsService
from bot.services.monthly import MonthlyService
from bot.services.ports.chat import Courier
from bot.services.ports.images import ImageBackend, PictureStore
from bot.services.ports.review import ReviewDesk
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.preferences import PreferenceService
from bot.services.privacy.erasing import SWEEP_EVERY_S as ERASE_EVERY_S
from bot.services.privacy.erasing import WAIT_S, ErasureService
from bot.services.privacy.exporting import ExportService
from bot.services.privacy.showing import PrivacyService
from bot.services.privacy.wiping import Wiper
from bot.services.purchases import CONSUME_DELAYS_S, RECONCILE_EVERY_S, PurchaseService
from bot.services.ratings import RatingService
from bot.services.references import ReferenceService
from bot.services.registry import Services
from bot.services.report_files import CaseFiles
from bot.services.report_work import CaseWorker, due_cases, unfinished_cases
from bot.services.reports import ReportService
from bot.services.requests.backends import Backends
from bot.services.requests.checking import RequestChecks
from bot.services.requests.composing import Composer
from bot.services.requests.delivering import Deliverer
from bot.services.requests.desk import RequestDesk, RequestLimits
from bot.services.requests.driver import RETRY_DELAYS_S, RequestDriver
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.making import PictureMaker
from bot.services.requests.scenes import SceneSource
from bot.services.requests.settling import Settler
from bot.services.requests.triggers import OpenTriggers
from bot.services.retention import RetentionService
from bot.services.stats import StatsService
from bot.services.studio import StudioService
from bot.services.studio_recall import PictureRecall
from bot.settings import Settings, SettingsError
from bot.stores.folder import FolderStore
from bot.writers.rules import RulesWriter
from cogs.images import DiscordAgeGate, DiscordConversationReader, DiscordCourier, Transport
from cogs.privacy import DiscordErasurePost, DiscordPostedMessages
from cogs.purchases import DiscordBuyerPost, DiscordShop
from cogs.reports import DiscordReviewDesk
from db.engine import SqliteStorage

Adapter = TypeVar("Adapter")

BACKENDS: dict[str, Callable[[Settings], ImageBackend]] = {
    "sketch": lambda _settings: SketchBackend(),
}
"""How each backend of ``IMAGE_BACKENDS`` is made; a new one is one line here."""


def _unchanged(adapter: Adapter) -> Adapter:
    return adapter


@dataclass(frozen=True, slots=True)
class Adapters:
    """Ways to put something between services and their adapters: benchmarks and fault tests use them.

    ``backends`` adds to :data:`BACKENDS`; the ``wrap_`` fields wrap what the container made, the others
    are times that a test can shorten.
    """

    backends: Mapping[str, Callable[[Settings], ImageBackend]] = field(
        default_factory=dict[str, Callable[[Settings], ImageBackend]]
    )
    wrap_storage: Callable[[Storage], Storage] = _unchanged
    wrap_store: Callable[[PictureStore], PictureStore] = _unchanged
    wrap_courier: Callable[[Courier], Courier] = _unchanged
    wrap_safety: Callable[[SafetyCheck], SafetyCheck] = _unchanged
    wrap_review_desk: Callable[[ReviewDesk], ReviewDesk] = _unchanged
    engine_sweeps_every_s: float = SWEEP_EVERY_S
    retry_delays_s: Sequence[float] = RETRY_DELAYS_S
    reconciles_every_s: float = RECONCILE_EVERY_S
    consume_delays_s: Sequence[float] = CONSUME_DELAYS_S
    erases_every_s: float = ERASE_EVERY_S
    erasure_waits_s: float = WAIT_S


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that runs."""

    bot: DarkroomBot
    services: Services
    run_engine: Callable[[], Awaitable[None]]


@asynccontextmanager
async def open_application(
    settings: Settings, adapters: Adapters | None = None
) -> AsyncGenerator[Application]:
    """Open the database, the store and the backends, and close them in the end.

    Raises:
        SettingsError: a setting names something that is not there.
    """
    adapters = adapters or Adapters()
    clock, ids = SystemClock(), UlidSource()
    backends, key = _backends(settings, adapters), settings.openai_api_key
    async with (
        await SqliteStorage.open(Path(settings.database_path)) as database,
        open_safety(key.get_secret_value() if key else None, settings.openai_base_url) as judge,
    ):
        storage, safety = adapters.wrap_storage(database), adapters.wrap_safety(judge)
        folder = FolderStore(Path(settings.image_store))
        await folder.open()
        store = adapters.wrap_store(folder)
        lab, charts = PillowLab(), MatplotlibCharts()
        press = ZipPress(Path(settings.database_path).parent / "exports")
        await press.open()
        bot = DarkroomBot(settings, storage)
        try:
            preferences = PreferenceService(storage=storage)
            transport = Transport(bot, clock)
            gate = DiscordAgeGate(bot)
            courier = adapters.wrap_courier(DiscordCourier(bot, transport, preferences, gate))
            companions = CompanionService(
                storage=storage, clock=clock, ids=ids, shelf=AssetShelf(), safety=safety, pictures=store
            )
            prices = _prices(settings)
            presets = AssetPresets()
            grants = _grants(settings)
            guilds = GuildService(storage=storage, clock=clock, limits=_limits(settings, grants, backends))
            ratings = RatingService(guilds=guilds, gate=gate, safety=safety)
            checks = RequestChecks(
                storage=storage,
                companions=companions,
                presets=presets,
                backends=backends,
                prices=prices,
                guilds=guilds,
                ratings=ratings,
            )
            composer = Composer(
                storage=storage,
                companions=companions,
                scenes=SceneSource(
                    storage=storage,
                    reader=DiscordConversationReader(bot),
                    companions=companions,
                    writer=RulesWriter(),
                    context_messages=settings.context_messages,
                ),
                checks=checks,
                safety=safety,
                ratings=ratings,
                prices=prices,
            )
            settler = Settler(storage=storage, clock=clock, ids=ids)
            triggers = OpenTriggers()
            driver = RequestDriver(
                storage=storage,
                clock=clock,
                ids=ids,
                composer=composer,
                settler=settler,
                maker=PictureMaker(
                    storage=storage,
                    companions=companions,
                    composer=composer,
                    backends=backends,
                    ratings=ratings,
                    lab=lab,
                    store=store,
                ),
                deliverer=Deliverer(
                    storage=storage,
                    clock=clock,
                    ids=ids,
                    courier=courier,
                    lab=lab,
                    store=store,
                    composer=composer,
                    ratings=ratings,
                ),
                courier=courier,
                queue=FairQueue(settings.max_concurrent_requests, settings.max_per_guild),
                triggers=triggers,
                retry_delays_s=adapters.retry_delays_s,
            )
            engine = LocalEngine(_unfinished(storage), _due(storage, clock), adapters.engine_sweeps_every_s)
            desk = RequestDesk(
                storage=storage,
                clock=clock,
                ids=ids,
                limits=RequestLimits(settings.max_per_member, settings.request_deadline_s),
                welcome=grants.welcome,
                companions=companions,
                composer=composer,
                checks=checks,
                settler=settler,
                driver=driver,
                engine=engine,
                triggers=triggers,
            )
            purchases = PurchaseService(
                storage=storage,
                clock=clock,
                shop=DiscordShop(bot),
                post=DiscordBuyerPost(bot),
                sku_moments=settings.sku_moments,
                consume_delays_s=adapters.consume_delays_s,
            )
            case_engine = LocalEngine(
                unfinished_cases(storage, clock), due_cases(storage, clock), adapters.engine_sweeps_every_s
            )
            case_files = CaseFiles(
                storage=storage, companions=companions, presets=presets, lab=lab, store=store
            )
            case_worker = CaseWorker(
                storage=storage,
                clock=clock,
                files=case_files,
                store=store,
                desk=adapters.wrap_review_desk(DiscordReviewDesk(bot)),
                gate=gate,
                retry_after_s=adapters.retry_delays_s[-1],
            )
            wiper = Wiper(
                storage=storage,
                store=store,
                clock=clock,
                messages=DiscordPostedMessages(bot),
                fold_log=database.fold_log,
            )
            privacy = PrivacyService(
                storage=storage,
                exports=ExportService(storage=storage, clock=clock, store=store, lab=lab, press=press),
                erasures=ErasureService(
                    storage=storage,
                    clock=clock,
                    wiper=wiper,
                    post=DiscordErasurePost(bot, clock),
                    cancel=desk.cancel,
                    wait_s=adapters.erasure_waits_s,
                ),
                retention=RetentionService(
                    storage=storage, clock=clock, wiper=wiper, days=settings.retention_days
                ),
            )
            services = Services(
                moments=MomentsService(storage=storage, clock=clock, grants=grants),
                monthly=MonthlyService(storage=storage, clock=clock, welcome=grants.welcome),
                purchases=purchases,
                companions=companions,
                requests=desk,
                studio=StudioService(
                    storage=storage,
                    clock=clock,
                    welcome=grants.welcome,
                    checks=checks,
                    recall=PictureRecall(storage=storage, checks=checks),
                    presets=presets,
                    backends=backends,
                    prices=prices,
                    desk=desk,
                ),
                images=ImageService(storage=storage, store=store, lab=lab, clock=clock),
                gallery=GalleryService(storage=storage, store=store, lab=lab, companions=companions),
                preferences=preferences,
                privacy=privacy,
                guilds=guilds,
                references=ReferenceService(
                    storage=storage,
                    companions=companions,
                    safety=safety,
                    prices=prices,
                    lab=lab,
                    store=store,
                ),
                reports=ReportService(
                    storage=storage, clock=clock, ids=ids, files=case_files, engine=case_engine
                ),
                stats=StatsService(storage=storage, clock=clock, charts=charts),
                prices=prices,
            )

            async def work() -> None:
                async with asyncio.TaskGroup() as beside:
                    beside.create_task(engine.run(driver.drive))
                    beside.create_task(case_engine.run(case_worker.drive))
                    beside.create_task(privacy.erasures.keep_erasing(adapters.erases_every_s))
                    beside.create_task(privacy.retention.keep_purging())
                    beside.create_task(
                        purchases.keep_reconciled(
                            every_s=adapters.reconciles_every_s,
                            # Discord tells of purchases on the first shard, so its process looks after them.
                            is_in_charge=lambda: bot.shard_id in {None, 0},
                        )
                    )

            yield Application(bot, services, work)
        finally:
            await asyncio.gather(backends.close(), lab.close(), charts.close(), folder.close(), press.close())


async def audit(settings: Settings) -> AuditReport:
    """Compare balances with entries, holds with requests, and pictures with their files.

    Right also beside a running bot.

    Raises:
        SettingsError: there is no database where the settings say.
    """
    path = _existing_database(settings)
    store = FolderStore(Path(settings.image_store))
    try:
        async with await SqliteStorage.open(path) as storage:
            return await AuditService(storage=storage, pictures=store).run()
    finally:
        await store.close()


def _existing_database(settings: Settings) -> Path:
    path = Path(settings.database_path)
    if not path.exists():
        raise SettingsError(f"DATABASE_URL: there is no database at {path}")
    return path


def _backends(settings: Settings, adapters: Adapters) -> Backends:
    known = {**BACKENDS, **adapters.backends}
    if not settings.image_backends or not set(settings.image_backends) <= set(known):
        raise SettingsError(f"IMAGE_BACKENDS: choose from {', '.join(known)}")
    return Backends([known[name](settings) for name in settings.image_backends])


def _prices(settings: Settings) -> Prices:
    return Prices(
        image=settings.price_image,
        image_4k=settings.price_image_4k,
        edit=settings.price_edit,
        reference=settings.price_reference,
    )


def _grants(settings: Settings) -> Grants:
    return Grants(
        welcome=settings.grant_welcome,
        daily=settings.grant_daily,
        cap_per_call=settings.grant_cap_per_call,
        cap_per_day=settings.grant_cap_per_day,
        gift_cap_per_day=settings.gift_cap_per_day,
    )


def _limits(settings: Settings, grants: Grants, backends: Backends) -> GuildLimits:
    return GuildLimits(
        backends=backends.names,
        allow_mature=settings.allow_mature,
        daily=grants.daily,
        most_daily=grants.cap_per_call,
        keep_days=settings.retention_days or None,
    )


def _unfinished(storage: Storage) -> Callable[[], Awaitable[Sequence[str]]]:
    async def work(uow: UnitOfWork) -> Sequence[str]:
        await uow.requests.expire_leases()  # this is the only process on the database
        return await uow.requests.unfinished_ids()

    return lambda: storage.write(work)


def _due(storage: Storage, clock: SystemClock) -> Callable[[], Awaitable[Sequence[str]]]:
    async def work(uow: UnitOfWork) -> Sequence[str]:
        return await uow.requests.due_ids(clock.now_ms())

    return lambda: storage.read(work)
