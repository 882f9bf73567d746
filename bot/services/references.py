"""Advanced for custom companions: candidates for a reference picture, picking one, and sharing."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.domain.companion import Companion
from bot.domain.errors import NotAdvancedReadyError, NotFoundError, NotYoursError, PictureMissingError
from bot.domain.picture import Resolution
from bot.domain.pricing import Prices
from bot.domain.request import Image, RequestKind
from bot.services.candidates import sheet_of
from bot.services.companions import CompanionService
from bot.services.ports.images import DeliveryPicture, PictureLab, PictureStore
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import Storage, UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """Where a companion stands on its way to Advanced.

    ``candidates`` are those of the latest request that made any, without deleted ones. ``price`` is what
    the next ones cost in moments: nothing until there were any, also ones that are deleted.
    """

    companion: Companion
    candidates: tuple[Image, ...]
    price: int

    @property
    def chosen(self) -> Image | None:
        """The candidate that is the reference now, if it is one of these."""
        key = self.companion.reference_key
        return next((image for image in self.candidates if image.file_key == key), None)

    @property
    def is_waiting(self) -> bool:
        """Whether there are candidates of which none was picked."""
        return bool(self.candidates) and self.chosen is None


@dataclass(frozen=True, slots=True)
class CandidateSheet:
    """The candidates in one picture, numbered from 1 in the order of ``state.candidates``."""

    state: ReferenceState
    picture: DeliveryPicture


class ReferenceService:
    """What an owner does about their companion's likeness.

    ``guild_id`` None stands for a direct message: there an owner's companions of all guilds are known.
    Every id may come from a forged custom id; only the companion's owner gets anywhere.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        safety: SafetyCheck,
        prices: Prices,
        lab: PictureLab,
        store: PictureStore,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._safety = safety
        self._prices = prices
        self._lab = lab
        self._store = store

    async def state(self, guild_id: int | None, user_id: int, companion_id: str) -> ReferenceState:
        """Where a member's companion stands.

        Raises:
            NotFoundError: there is no such companion here.
            NotYoursError: it is a main one, or somebody else's.
        """
        known = await self._companions.get(companion_id)
        if known is not None and known.is_main:
            raise NotYoursError

        async def work(uow: UnitOfWork) -> ReferenceState:
            return await self._state(uow, await _own(uow, guild_id, user_id, companion_id))

        return await self._storage.read(work)

    async def check_making(self, guild_id: int | None, user_id: int, companion_id: str) -> ReferenceState:
        """Where it stands, for its owner who is about to have candidates made: its words are checked again.

        Raises:
            NotFoundError, NotYoursError: see :meth:`state`.
            UnsafeRequestError: it reads as somebody who must not be pictured.
        """
        state = await self.state(guild_id, user_id, companion_id)
        companion = state.companion
        await self._safety.check_companion(
            (
                companion.name,
                *companion.aliases,
                *companion.look.words(),
                companion.look.outfit,
                companion.persona,
            )
        )
        return state

    async def sheet(
        self, guild_id: int | None, user_id: int, companion_id: str, limit_bytes: int
    ) -> CandidateSheet:
        """The latest candidates, as often as their owner likes.

        Raises:
            NotFoundError: there are none, or no such companion here.
            NotYoursError: see :meth:`state`.
        """
        state = await self.state(guild_id, user_id, companion_id)
        if not state.candidates:
            raise NotFoundError

        async def work(uow: UnitOfWork) -> str:
            request = await uow.requests.get(state.candidates[0].request_id)
            return "" if request is None else request.backend

        backend = await self._storage.read(work)
        picture = await sheet_of(state.candidates, backend, limit_bytes, lab=self._lab, store=self._store)
        return CandidateSheet(state, picture)

    async def pick(self, guild_id: int | None, user_id: int, image_id: str) -> ReferenceState:
        """Make a candidate the reference of its companion: of any sheet, as often as the owner likes.

        Raises:
            NotFoundError: there is no such candidate here, or it or its companion was deleted.
            NotYoursError: the companion is somebody else's.
            PictureMissingError: its file is gone.
        """

        async def candidate(uow: UnitOfWork) -> tuple[Image, Companion]:
            return await _candidate(uow, guild_id, user_id, image_id)

        image, _ = await self._storage.read(candidate)
        if not await self._store.exists(image.file_key):
            raise PictureMissingError(image.file_key)

        async def work(uow: UnitOfWork) -> ReferenceState:
            image, companion = await _candidate(uow, guild_id, user_id, image_id)
            await uow.companions.set_reference(companion.companion_id, image.file_key)
            return await self._state(uow, await _own(uow, guild_id, user_id, companion.companion_id))

        state = await self._storage.write(work)
        log.info("reference_picked", companion_id=state.companion.companion_id, image_id=image_id)
        return state

    async def set_shared(
        self, guild_id: int | None, user_id: int, companion_id: str, *, is_shared: bool
    ) -> ReferenceState:
        """Let other members of the guild picture a companion, or no longer; pictures that were made stay.

        Raises:
            NotFoundError, NotYoursError: see :meth:`state`.
            NotAdvancedReadyError: it has no reference that could be shared.
        """

        async def work(uow: UnitOfWork) -> ReferenceState:
            companion = await _own(uow, guild_id, user_id, companion_id)
            if is_shared and not companion.advanced_ready:
                raise NotAdvancedReadyError((companion.name,))
            await uow.companions.set_shared(companion_id, is_shared=is_shared)
            return await self._state(uow, await _own(uow, guild_id, user_id, companion_id))

        state = await self._storage.write(work)
        log.info("companion_sharing_set", companion_id=companion_id, is_shared=is_shared)
        return state

    async def portrait(self, companion: Companion, limit_bytes: int) -> bytes | None:
        """A companion's reference as a JPEG of at most ``limit_bytes``, main or custom, where there is one."""
        reference = await self._companions.reference(companion)
        if reference is None:
            return None
        return (await self._lab.for_delivery(reference, limit_bytes)).data

    async def _state(self, uow: UnitOfWork, companion: Companion) -> ReferenceState:
        is_first = not await uow.images.any_candidates(companion.companion_id)
        price = self._prices.of(RequestKind.REFERENCE, cast_size=1, resolution=Resolution.R1K)
        return ReferenceState(
            companion,
            tuple(await uow.images.candidates(companion.companion_id)),
            0 if is_first else price,
        )


async def _own(uow: UnitOfWork, guild_id: int | None, user_id: int, companion_id: str) -> Companion:
    companion = await uow.companions.get(companion_id)
    if companion is None or guild_id not in {None, companion.guild_id}:
        raise NotFoundError
    if companion.owner_id != user_id:
        raise NotYoursError
    return companion


async def _candidate(
    uow: UnitOfWork, guild_id: int | None, user_id: int, image_id: str
) -> tuple[Image, Companion]:
    """A candidate that is not deleted, and the companion for which it was made."""
    image = await uow.images.get(image_id)
    request = await uow.requests.get(image.request_id) if image is not None else None
    if image is None or request is None or image.deleted_at_ms is not None:
        raise NotFoundError
    if image.kind is not RequestKind.REFERENCE:
        raise NotFoundError
    return image, await _own(uow, guild_id, user_id, request.require_scene().cast[0])
