"""An image request's life, wired: desk, driver, engine, and what they share with other features."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.container.adapters import Adapters
from bot.container.driving import Driving
from bot.domain.pricing import Grants, Prices
from bot.services.companions import CompanionService
from bot.services.guilds import GuildService
from bot.services.ports.chat import ConversationReader, Courier
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.images import PictureLab, PictureStore
from bot.services.ports.metrics import Metrics
from bot.services.ports.presets import PresetShelf
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import Storage
from bot.services.ports.writing import SceneWriter
from bot.services.ratings import RatingService
from bot.services.requests.attempting import Attempts
from bot.services.requests.backends import Backends
from bot.services.requests.checking import RequestChecks
from bot.services.requests.composing import Composer
from bot.services.requests.delivering import Deliverer
from bot.services.requests.desk import RequestDesk, RequestLimits
from bot.services.requests.driver import RequestDriver
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.making import PictureMaker
from bot.services.requests.scenes import SceneSource
from bot.services.requests.settling import Settler
from bot.services.requests.triggers import OpenTriggers
from bot.settings import Settings

DOUBLE_TAP_S = 3.0


@dataclass(frozen=True, slots=True)
class Shared:
    """What several features use, made once."""

    settings: Settings
    adapters: Adapters
    storage: Storage
    clock: Clock
    ids: IdSource
    safety: SafetyCheck
    store: PictureStore
    lab: PictureLab
    backends: Backends
    companions: CompanionService
    presets: PresetShelf
    guilds: GuildService
    ratings: RatingService
    prices: Prices
    grants: Grants
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class RequestParts:
    """The life of requests. ``run`` drives what is open, until it is cancelled."""

    checks: RequestChecks
    desk: RequestDesk
    queue: FairQueue
    run: Callable[[], Coroutine[Any, Any, None]]


def wire_requests(
    shared: Shared,
    driving: Driving,
    *,
    courier: Courier,
    reader: ConversationReader,
    writer: SceneWriter,
) -> RequestParts:
    """Make the parts; nothing runs yet."""
    storage, clock, ids = shared.storage, shared.clock, shared.ids
    companions, backends, ratings = shared.companions, shared.backends, shared.ratings
    settings, adapters = shared.settings, shared.adapters
    checks = RequestChecks(
        storage=storage,
        companions=companions,
        presets=shared.presets,
        backends=backends,
        prices=shared.prices,
        guilds=shared.guilds,
        ratings=ratings,
    )
    composer = Composer(
        storage=storage,
        companions=companions,
        scenes=SceneSource(
            storage=storage,
            reader=reader,
            companions=companions,
            writer=writer,
            context_messages=settings.context_messages,
        ),
        checks=checks,
        safety=shared.safety,
        ratings=ratings,
        prices=shared.prices,
    )
    settler = Settler(
        storage=storage,
        clock=clock,
        ids=ids,
        backends=backends,
        metrics=shared.metrics,
        lease_ms=driving.leases.lease_ms,
    )
    queue = FairQueue(settings.max_concurrent_requests, settings.max_per_guild)
    # Where another process drives, nobody here knows when a request ends: then the database alone guards for long.
    triggers = OpenTriggers() if driving.line is None else OpenTriggers(forget_after_s=DOUBLE_TAP_S)
    driver = RequestDriver(
        storage=storage,
        clock=clock,
        ids=ids,
        composer=composer,
        settler=settler,
        attempts=Attempts(
            storage=storage,
            clock=clock,
            settler=settler,
            maker=PictureMaker(
                storage=storage,
                companions=companions,
                composer=composer,
                backends=backends,
                ratings=ratings,
                lab=shared.lab,
                store=shared.store,
            ),
            backends=backends,
            ratings=ratings,
            guilds=shared.guilds,
            retry_delays_s=adapters.retry_delays_s,
        ),
        deliverer=Deliverer(
            storage=storage,
            clock=clock,
            ids=ids,
            courier=courier,
            lab=shared.lab,
            store=shared.store,
            composer=composer,
            ratings=ratings,
        ),
        courier=courier,
        queue=queue,
        triggers=triggers,
        leases=driving.leases,
        line=driving.line,
        # Any process reads the conversation for itself, but for what Discord shows to the pressed one alone.
        keeps_carried=driving.line is None or not settings.message_content,
        metrics=shared.metrics,
        retry_delays_s=adapters.retry_delays_s,
    )
    desk = RequestDesk(
        storage=storage,
        clock=clock,
        ids=ids,
        limits=RequestLimits(
            settings.max_per_member, settings.request_deadline_s, settings.max_billed_cancels
        ),
        welcome=shared.grants.welcome,
        companions=companions,
        composer=composer,
        checks=checks,
        settler=settler,
        driver=driver,
        engine=driving.engine,
        triggers=triggers,
    )
    return RequestParts(checks, desk, queue, lambda: driving.run(driver))
