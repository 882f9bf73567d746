"""An image request's whole life over a real database, store and lab, with fakes for what is remote."""

from __future__ import annotations

import asyncio
import io
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image as PillowImage

from bot.container.databases import Database
from bot.domain.companion import Companion, Gender
from bot.domain.errors import UnsafeRequestError
from bot.domain.guild import GuildLimits
from bot.domain.money import Balance
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.presets import Preset, PresetKind
from bot.domain.pricing import Prices
from bot.domain.request import (
    Image,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    SourceKind,
)
from bot.domain.scene import Conversation, Figure, Scene
from bot.rendering.lab import PillowLab
from bot.services.companions import CompanionService
from bot.services.guilds import GuildService
from bot.services.images import ImageService
from bot.services.ports.chat import Delivery, Parcel, SeenMessage, Status
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress
from bot.services.ports.metrics import NO_METRICS, Metrics
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.preferences import PreferenceService
from bot.services.ratings import RatingService
from bot.services.requests.attempting import Attempts
from bot.services.requests.backends import Backends
from bot.services.requests.checking import RequestChecks
from bot.services.requests.composing import Composer
from bot.services.requests.delivering import Deliverer
from bot.services.requests.desk import Press, RequestDesk, RequestLimits
from bot.services.requests.driver import RequestDriver
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.health import HealthBook
from bot.services.requests.leases import Leases
from bot.services.requests.line import Line
from bot.services.requests.making import PictureMaker
from bot.services.requests.scenes import SceneSource
from bot.services.requests.settling import Settler
from bot.services.requests.triggers import OpenTriggers
from bot.stores.folder import FolderStore
from tests.databases import fresh_storage
from tests.services.companion_parts import LOOK, MIRA, CountedIds, new

GUILD, CHANNEL, THREAD = 100, 10, 11
ANA, BEN = 1, 2
KAITO = Companion("kaito", "Kaito", LOOK, reference_key="kaito.jpg")
JUNO = Companion("juno", "Juno", LOOK)
RIKU = Companion("riku", "Riku", LOOK)
SHELF = (MIRA, KAITO, JUNO, RIKU)
WELCOME = 500
BILLED_CANCELS = 2
PRICES = Prices(image=50, image_4k=100, edit=50, reference=100)

BackendStep = (
    Exception | bytes | Progress | str | asyncio.Event
)  # raise, yield, report, keep as provider's id, wait for


def jpeg(width_px: int, height_px: int, shade: int = 90) -> bytes:
    """A real JPEG of one colour."""
    out = io.BytesIO()
    PillowImage.new("RGB", (width_px, height_px), (shade, 60, 150)).save(out, "JPEG")
    return out.getvalue()


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what should happen."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - whatever it is, it has no event
            await asyncio.sleep(0.01)


@dataclass
class ManualClock:
    """Time that a test moves."""

    now: int = 1_800_000_000_000

    def now_ms(self) -> int:
        return self.now


class Shelf:
    """Main companions without files."""

    def all(self) -> Sequence[Companion]:
        return SHELF

    def get(self, companion_id: str) -> Companion | None:
        return next((c for c in SHELF if c.companion_id == companion_id), None)

    async def reference(self, companion_id: str) -> bytes | None:
        del companion_id
        return b"a reference"

    async def avatar(self, companion_id: str) -> bytes | None:
        del companion_id


def preset(preset_id: str, kind: PresetKind, *fits: Gender, **shows: str) -> Preset:
    """A preset with a name and tags of its own."""
    figure = Figure("", **{key: shows.pop(key) for key in ("outfit", "pose", "action") if key in shows})
    name = preset_id.replace("-", " ").title()
    return Preset(
        preset_id, kind, name, frozenset(fits or Gender), f"{preset_id} tag", Scene((figure,), **shows)
    )


class Presets:
    """One or two of each kind."""

    def __init__(self) -> None:
        self.presets = [
            preset("red-gown", PresetKind.OUTFIT, Gender.FEMALE, outfit="red gown"),
            preset("grey-suit", PresetKind.OUTFIT, Gender.MALE, outfit="grey suit"),
            preset("reading", PresetKind.ACTION, pose="sitting", action="reading a book"),
            preset("night-market", PresetKind.SCENE, setting="night market", time_of_day="night"),
        ]

    def all(self, kind: PresetKind) -> Sequence[Preset]:
        return [preset for preset in self.presets if preset.kind is kind]

    def get(self, preset_id: str) -> Preset | None:
        return next((preset for preset in self.presets if preset.preset_id == preset_id), None)

    async def thumbnail(self, preset_id: str) -> bytes | None:
        return jpeg(8, 8) if self.get(preset_id) else None


class WordCheck:
    """Refuses one word, and whatever a guild forbids; rates another mature.

    ``verdicts`` are what it says of finished pictures, one after another, then general.
    """

    def __init__(self) -> None:
        self.checks_pictures = False
        self.verdicts: list[Rating | Exception | None] = []
        self.looked_at: list[bytes] = []

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        said = " ".join(texts)
        if "forbidden" in said:
            raise UnsafeRequestError("word")
        if any(word in said for word in forbidden):
            raise UnsafeRequestError("guild_words")
        return Rating.MATURE if "grown-up" in said else Rating.GENERAL

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        await self.rate(texts, forbidden=forbidden)

    async def rate_picture(self, jpeg: bytes) -> Rating | None:
        self.looked_at.append(jpeg)
        verdict = self.verdicts.pop(0) if self.verdicts else Rating.GENERAL
        if isinstance(verdict, Exception):
            raise verdict
        return verdict


@dataclass
class Restrictions:
    """Which channels are age-restricted: none, until a test says so. Whom it was asked about is kept."""

    restricted: set[int] = field(default_factory=set)
    asked: list[Place] = field(default_factory=list)
    asked_anew: list[Place] = field(default_factory=list)
    error: Exception | None = None

    async def is_age_restricted(self, place: Place) -> bool:
        self.asked.append(place)
        return self._is_restricted(place)

    async def is_age_restricted_now(self, place: Place) -> bool:
        self.asked_anew.append(place)
        if self.error is not None:
            raise self.error
        return self._is_restricted(place)

    def _is_restricted(self, place: Place) -> bool:
        return (place.parent_id or place.channel_id) in self.restricted


@dataclass
class Reader:
    """The conversation as the platform would show it."""

    seen: list[SeenMessage] = field(default_factory=list)
    error: Exception | None = None

    async def read(self, channel_id: int, upto_message_id: int | None, limit: int) -> Sequence[SeenMessage]:
        del channel_id
        if self.error is not None:
            raise self.error
        upto = [m for m in self.seen if upto_message_id is None or m.message_id <= upto_message_id]
        return upto[-limit:]


@dataclass
class Writer:
    """Pictures the first ``count`` candidates, and keeps what it was given."""

    count: int = 1
    given: list[Conversation] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    error: Exception | None = None
    on_write: Callable[[], Awaitable[None]] | None = None

    async def read_prompt(self, text: str, cast: Sequence[Companion]) -> Scene:
        """Everybody does what the prompt says."""
        self.prompts.append(text)
        return Scene(tuple(Figure(c.companion_id, action=text[:40]) for c in cast))

    async def edit(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """One more detail."""
        assert scene.cast == tuple(companion.companion_id for companion in cast)
        return replace(scene, details=(*scene.details, words))

    async def write(self, conversation: Conversation) -> Scene:
        if self.error is not None:
            raise self.error
        self.given.append(conversation)
        if self.on_write is not None:
            await self.on_write()
        cast = conversation.candidates[: self.count]
        figures = tuple(Figure(candidate.companion_id, action="waving") for candidate in cast)
        return Scene(figures, setting="beach", details=(conversation.hint,) if conversation.hint else ())


class Backend:
    """A picture service that does what a test scripts: one list of steps an attempt; then good pictures."""

    name = "scripted"

    def __init__(self) -> None:
        self.script: list[list[BackendStep]] = []
        self.jobs: list[PictureJob] = []
        self.closed = False
        self.capabilities = Capabilities(
            3, 8, frozenset(Aspect), frozenset(Resolution), edit=True, cancel=True, filters_output=True
        )
        self.started = asyncio.Event()
        self.watcher: JobWatcher | None = None
        self.on_generate: Callable[[], Awaitable[None]] | None = None

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        self.jobs.append(job)
        self.watcher = watcher
        self.started.set()
        if self.on_generate is not None:
            await self.on_generate()
        good = [jpeg(job.width_px, job.height_px, 90 + i) for i in range(job.count)]
        for number, step in enumerate(self.script.pop(0) if self.script else good):
            match step:
                case Exception():
                    raise step
                case bytes():
                    yield MadePicture(step, job.seed + number, not_drawn=("dragon",), labels=("scripted",))
                case Progress():
                    watcher.progress(step)
                case str():
                    await watcher.accepted(step)
                case asyncio.Event():
                    await step.wait()

    async def close(self) -> None:
        self.closed = True


@dataclass
class Courier:
    """What people were shown."""

    statuses: list[Status] = field(default_factory=list)
    shown: list[ImageRequest] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    delivered: list[tuple[str, tuple[Parcel, ...], tuple[str, ...]]] = field(default_factory=list)
    parents: list[Image | None] = field(default_factory=list)
    ends: list[ImageRequest] = field(default_factory=list)
    costs: list[Balance] = field(default_factory=list)
    on_cost: Callable[[], None] = lambda: None
    told_to_wait: list[str] = field(default_factory=list)
    error_while_telling_to_wait: Exception | None = None
    errors: list[Exception] = field(default_factory=list)
    delivery: Delivery = field(default_factory=lambda: Delivery("reply", CHANNEL, 777))
    on_deliver: Callable[[], Awaitable[None]] | None = None
    on_failure: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0)
    waiting: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    opened: dict[str, int] = field(default_factory=dict)
    may_speak: bool = True
    looked_for: list[str] = field(default_factory=list)
    places: list[tuple[str, int | None]] = field(default_factory=list)

    async def open(self, request: ImageRequest) -> int | None:
        if self.errors:
            raise self.errors.pop(0)
        if not self.may_speak:
            return None
        return self.opened.setdefault(request.request_id, 9_000 + len(self.opened))

    async def find_opened(self, request: ImageRequest) -> int | None:
        self.looked_for.append(request.request_id)
        return self.opened.get(request.request_id)

    def show_status(self, request: ImageRequest, status: Status) -> None:
        self.statuses.append(status)
        self.shown.append(request)
        self.waiting[request.request_id].set()

    async def show_place(self, request: ImageRequest, status: Status) -> None:
        self.places.append((request.request_id, status.position))

    async def ask(self, request: ImageRequest, cast_names: Sequence[str]) -> None:
        del cast_names
        self.questions.append(request.request_id)

    async def deliver(
        self,
        request: ImageRequest,
        parcels: Sequence[Parcel],
        cast_names: Sequence[str],
        parent: Image | None,
    ) -> Delivery:
        self.parents.append(parent)
        if self.errors:
            await self.on_failure()
            raise self.errors.pop(0)
        if self.on_deliver is not None:
            await self.on_deliver()
        self.delivered.append((request.request_id, tuple(parcels), tuple(cast_names)))
        return self.delivery

    async def tell_waiting(self, request: ImageRequest, images: Sequence[Image]) -> None:
        if self.error_while_telling_to_wait is not None:
            raise self.error_while_telling_to_wait
        assert images
        self.told_to_wait.append(request.request_id)

    async def tell_end(self, request: ImageRequest) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.ends.append(request)

    async def tell_cost(self, request: ImageRequest, balance: Balance) -> None:
        del request
        self.on_cost()
        self.costs.append(balance)


@dataclass
class Engine:
    """Notes what is submitted; a test drives it."""

    submitted: list[str] = field(default_factory=list)

    def submit(self, request_id: str) -> None:
        self.submitted.append(request_id)


@dataclass
class Room:
    """Everything around one channel."""

    storage: Database
    store: FolderStore
    lab: PillowLab
    clock: ManualClock
    reader: Reader
    writer: Writer
    backend: Backend
    courier: Courier
    engine: Engine
    companions: CompanionService
    desk: RequestDesk
    driver: RequestDriver
    second_driver: RequestDriver
    images: ImageService
    preferences: PreferenceService
    composer: Composer
    settler: Settler
    checks: RequestChecks
    presets: Presets
    guilds: GuildService
    gate: Restrictions
    safety: WordCheck
    ratings: RatingService
    backends: Backends
    make_driver: Callable[..., RequestDriver]
    presses: int = 0

    def press(self, user_id: int = ANA, trigger_key: str | None = None, **options: object) -> Press:
        """A press of a button of its own."""
        self.presses += 1
        reply = ReplyTarget(GUILD, CHANNEL, 700 + self.presses, "token", self.clock.now + 900_000, 10_000_000)
        return Press(
            kind=RequestKind.INSTANT,
            source_kind=SourceKind.INTERACTION,
            source_id=self.presses,
            user_id=user_id,
            requester="Ana" if user_id == ANA else "Ben",
            trigger_key=trigger_key or f"instant:{self.presses}",
            reply=reply,
            options=replace(RequestOptions(resolution=Resolution.R1K), **options),  # type: ignore[arg-type]
        )

    async def begin(self, user_id: int = ANA, **options: object) -> str:
        """Begin a request; it is not driven yet."""
        return await self.desk.begin(self.press(user_id, **options))

    async def run(self, user_id: int = ANA, **options: object) -> ImageRequest:
        """Begin a request and drive it."""
        request_id = await self.begin(user_id, **options)
        await self.driver.drive(request_id)
        return await self.request(request_id)

    async def ask(
        self, kind: RequestKind, *companion_ids: str, user_id: int = ANA, **options: object
    ) -> ImageRequest:
        """Ask for a picture of this kind, and drive it."""
        usual: dict[str, object] = {"resolution": Resolution.R2K, "companion_ids": companion_ids}
        press = replace(self.press(user_id, **{**usual, **options}), kind=kind)
        request_id = await self.desk.begin(press)
        await self.driver.drive(request_id)
        return await self.request(request_id)

    async def own_companion(self, name: str, user_id: int = ANA) -> Companion:
        """A custom companion of a member, without a reference."""
        return await self.companions.create(GUILD, user_id, new(name))

    async def request(self, request_id: str) -> ImageRequest:
        """A request as it is now."""

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return await uow.requests.get(request_id)

        found = await self.storage.read(work)
        assert found is not None
        return found

    async def pictures(self, request_id: str) -> Sequence[Image]:
        """The pictures of a request."""

        async def work(uow: UnitOfWork) -> Sequence[Image]:
            return await uow.images.of_request(request_id)

        return await self.storage.read(work)

    async def balance(self, user_id: int = ANA) -> Balance:
        """What a member has."""

        async def work(uow: UnitOfWork) -> Balance:
            return await uow.ledger.balance(await uow.members.require_account(user_id), GUILD)

        return await self.storage.write(work)


@asynccontextmanager
async def open_room(
    folder: Path,
    *,
    slots: int = 4,
    per_member: int = 3,
    renew_every_s: float = 20.0,
    own_backend: Backend | None = None,
    other_backends: Sequence[Backend] = (),
    metrics: Metrics = NO_METRICS,
    wrap_storage: Callable[[Storage], Storage] = lambda storage: storage,
) -> AsyncIterator[Room]:
    """A channel with Mira and Kaito in it, and one message that Ana wrote."""
    clock, ids = ManualClock(), CountedIds()
    store = FolderStore(folder / "images")
    await store.open()
    lab = PillowLab()
    async with fresh_storage(folder) as storage:
        safety, reader, writer, backend = WordCheck(), Reader(), Writer(), own_backend or Backend()
        courier, engine, triggers = Courier(), Engine(), OpenTriggers()
        companions = CompanionService(
            storage=storage, clock=clock, ids=ids, shelf=Shelf(), safety=safety, pictures=store
        )
        backends = Backends([backend, *other_backends], HealthBook(clock, metrics=metrics))
        presets = Presets()
        guilds = GuildService(
            storage=storage,
            clock=clock,
            limits=GuildLimits(backends.names, allow_mature=True, daily=100, most_daily=10_000),
        )
        gate = Restrictions()
        ratings = RatingService(guilds=guilds, gate=gate, safety=safety)
        checks = RequestChecks(
            storage=storage,
            companions=companions,
            presets=presets,
            backends=backends,
            prices=PRICES,
            guilds=guilds,
            ratings=ratings,
        )
        composer = Composer(
            storage=storage,
            companions=companions,
            scenes=SceneSource(
                storage=storage, reader=reader, companions=companions, writer=writer, context_messages=24
            ),
            checks=checks,
            safety=safety,
            ratings=ratings,
            prices=PRICES,
        )
        settler = Settler(
            storage=wrap_storage(storage), clock=clock, ids=ids, backends=backends, metrics=metrics
        )
        leases = Leases(storage=storage, clock=clock, renew_every_s=renew_every_s)

        def make_driver(line: Line | None = None, *, keeps_carried: bool = True) -> RequestDriver:
            return RequestDriver(
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
                        lab=lab,
                        store=store,
                        preview_every_s=0.0,
                    ),
                    backends=backends,
                    ratings=ratings,
                    guilds=guilds,
                    retry_delays_s=(0.0, 0.0),
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
                queue=FairQueue(slots),
                triggers=triggers,
                metrics=metrics,
                leases=leases,
                line=line,
                keeps_carried=keeps_carried,
                retry_delays_s=(0.0, 0.0),
                show_line_after_s=0.0,
            )

        driver = make_driver()
        desk = RequestDesk(
            storage=wrap_storage(storage),
            clock=clock,
            ids=ids,
            limits=RequestLimits(per_member, 600, BILLED_CANCELS),
            welcome=WELCOME,
            companions=companions,
            composer=composer,
            checks=checks,
            settler=settler,
            driver=driver,
            engine=engine,
            triggers=triggers,
        )
        room = Room(
            storage,
            store,
            lab,
            clock,
            reader,
            writer,
            backend,
            courier,
            engine,
            companions,
            desk,
            driver,
            make_driver(),
            ImageService(storage=storage, store=store, lab=lab, clock=clock),
            PreferenceService(storage=storage),
            composer,
            settler,
            checks,
            presets,
            guilds,
            gate,
            safety,
            ratings,
            backends,
            make_driver,
        )
        for companion in (MIRA, KAITO):
            await companions.invite(Place(GUILD, CHANNEL), ANA, companion.companion_id, is_moderator=True)
        reader.seen.append(SeenMessage(500, ANA, "Ana", "Mira waves from the beach."))
        yield room
        await lab.close()
        await store.close()
