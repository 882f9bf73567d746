"""The whole bot: resources opened, services made, and closed in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.client import DarkroomBot
from bot.clock import SystemClock, UlidSource
from bot.companion_shelf import AssetShelf
from bot.container.adapters import Adapters
from bot.container.amounts import grants_of, limits_of, prices_of
from bot.container.backends import open_backends
from bot.container.conversation import wire_conversations
from bot.container.databases import open_database
from bot.container.driving import open_driving
from bot.container.language import open_language, open_wishes, open_writer
from bot.container.metrics import open_meter, serving, trace_of
from bot.container.requests import Shared, wire_requests
from bot.container.rest_bot import RestBot
from bot.container.shards import open_identify_gate
from bot.container.stores import open_store
from bot.container.trust import wire_privacy, wire_reports
from bot.exporting import ZipPress
from bot.preset_shelf import AssetPresets
from bot.rendering.charts import MatplotlibCharts
from bot.safety.opening import open_safety
from bot.services.asked_pictures import AskedPictures
from bot.services.companions import CompanionService
from bot.services.gallery import GalleryService
from bot.services.guilds import GuildService
from bot.services.images import ImageService
from bot.services.moments import MomentsService
from bot.services.monthly import MonthlyService
from bot.services.ports.metrics import NO_METRICS
from bot.services.preferences import PreferenceService
from bot.services.purchases import PurchaseService
from bot.services.ratings import RatingService
from bot.services.references import ReferenceService
from bot.services.registry import Services
from bot.services.stats import StatsService
from bot.services.studio import StudioService
from bot.services.studio_recall import PictureRecall
from bot.settings import Settings
from bot.writers.rules_apart import RulesApart
from cogs.images import DiscordAgeGate, DiscordConversationReader, DiscordCourier, Transport
from cogs.purchases import DiscordBuyerPost, DiscordShop


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that runs."""

    bot: DarkroomBot
    services: Services
    run_engine: Callable[[], Awaitable[None]]


@asynccontextmanager
async def open_application(
    settings: Settings, adapters: Adapters | None = None, *, is_worker: bool = False
) -> AsyncGenerator[Application]:
    """Open the database, the store and the backends, and close them in the end.

    A worker drives requests and nothing else, and has no gateway.

    Raises:
        SettingsError: a setting names something that is not there.
        StorageError, MigrationError: the database can't be opened.
    """
    from bot.rendering.lab import PillowLab  # noqa: PLC0415  the jobs that draw nothing do without Pillow

    adapters = adapters or Adapters()
    clock = SystemClock()
    meter = open_meter(settings)
    metrics = meter or NO_METRICS
    backends, key = open_backends(settings, adapters, metrics), settings.openai_api_key
    language = open_language(settings)
    rules = RulesApart()
    writer = open_writer(settings, language, rules)
    async with (
        await open_database(settings) as database,
        open_safety(key.get_secret_value() if key else None, settings.openai_base_url) as judge,
        AsyncExitStack() as opened,
    ):
        storage, safety = adapters.wrap_storage(database), adapters.wrap_safety(judge)
        kept = await open_store(settings)
        store = adapters.wrap_store(kept)
        pillow, charts = PillowLab(), MatplotlibCharts()
        lab = adapters.wrap_lab(pillow)
        press = ZipPress(settings.work_folder / "exports")
        await press.open()
        turns = open_identify_gate(settings, adapters.identify_every_s)
        bot = (RestBot if is_worker else DarkroomBot)(
            settings,
            storage,
            trace_of(meter),
            turns,
            answers_within_s=adapters.answers_within_s,
            left_after_s=adapters.left_after_s,
            came_too_late=meter.interaction_came_too_late if meter else None,
        )
        try:
            ids, gate = UlidSource(), DiscordAgeGate(bot)
            grants, presets = grants_of(settings), AssetPresets()
            guilds = GuildService(
                storage=storage,
                clock=clock,
                limits=limits_of(settings, grants, backends),
                is_alone=settings.is_on_sqlite,
            )
            shared = Shared(
                settings=settings,
                adapters=adapters,
                storage=storage,
                clock=clock,
                ids=ids,
                safety=safety,
                store=store,
                lab=lab,
                backends=backends,
                companions=CompanionService(
                    storage=storage, clock=clock, ids=ids, shelf=AssetShelf(), safety=safety, pictures=store
                ),
                presets=presets,
                guilds=guilds,
                ratings=RatingService(guilds=guilds, gate=gate, safety=safety),
                prices=prices_of(settings),
                grants=grants,
                metrics=metrics,
            )
            preferences = PreferenceService(storage=storage)
            driving = await opened.enter_async_context(
                open_driving(settings, adapters, storage, clock, is_worker=is_worker)
            )
            courier = DiscordCourier(bot, Transport(bot, clock), preferences, gate, driving.leases.holds)
            requests = wire_requests(
                shared,
                driving,
                courier=adapters.wrap_courier(courier),
                reader=DiscordConversationReader(bot),
                writer=writer,
            )
            reports = wire_reports(shared, bot, gate)
            monthly = MonthlyService(storage=storage, clock=clock, welcome=grants.welcome)
            asked = AskedPictures(storage=storage, desk=requests.desk, monthly=monthly, wishes=open_wishes())
            services = Services(
                moments=MomentsService(storage=storage, clock=clock, grants=grants),
                monthly=monthly,
                purchases=PurchaseService(
                    storage=storage,
                    clock=clock,
                    shop=DiscordShop(bot),
                    post=DiscordBuyerPost(bot),
                    sku_moments=settings.sku_moments,
                    consume_delays_s=adapters.consume_delays_s,
                ),
                companions=shared.companions,
                requests=requests.desk,
                asked=asked,
                conversations=wire_conversations(shared, bot, asked, language),
                studio=StudioService(
                    storage=storage,
                    clock=clock,
                    welcome=grants.welcome,
                    checks=requests.checks,
                    recall=PictureRecall(storage=storage, checks=requests.checks),
                    presets=presets,
                    backends=backends,
                    prices=shared.prices,
                    desk=requests.desk,
                ),
                images=ImageService(storage=storage, store=store, lab=lab, clock=clock),
                gallery=GalleryService(storage=storage, store=store, lab=lab, companions=shared.companions),
                preferences=preferences,
                privacy=wire_privacy(shared, bot, database, press, requests.desk),
                guilds=guilds,
                references=ReferenceService(
                    storage=storage,
                    companions=shared.companions,
                    safety=safety,
                    prices=shared.prices,
                    lab=lab,
                    store=store,
                ),
                reports=reports.service,
                stats=StatsService(storage=storage, clock=clock, charts=charts, health=backends.health),
                prices=shared.prices,
            )

            async def work() -> None:
                privacy, purchases = services.privacy, services.purchases
                # What is the whole installation's is looked after where the first shard is.
                shared_work = (
                    (
                        privacy.erasures.keep_erasing(adapters.erases_every_s),
                        privacy.retention.keep_purging(),
                    )
                    if bot.has_first_shard
                    else ()
                )
                async with asyncio.TaskGroup() as beside:
                    for keep_going in (
                        requests.run(),
                        reports.run(),
                        *shared_work,
                        purchases.keep_reconciled(
                            every_s=adapters.reconciles_every_s,
                            # Discord tells of purchases on the first shard, so its process looks after them.
                            is_in_charge=lambda: bot.has_first_shard,
                        ),
                    ):
                        beside.create_task(keep_going)

            async with serving(
                meter, settings, storage=storage, queue=requests.queue, health=backends.health, bot=bot
            ):
                yield Application(bot, services, requests.run if is_worker else work)
        finally:
            await asyncio.gather(
                backends.close(), pillow.close(), charts.close(), rules.close(), kept.close(), press.close()
            )
            if language is not None:
                await language.close()
