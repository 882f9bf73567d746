"""From stored pictures to posted ones."""

from __future__ import annotations

from contextlib import suppress

import structlog

from bot.domain.errors import DeliveryDelayedError, UploadTooLargeError
from bot.domain.money import Balance
from bot.domain.picture import Rating
from bot.domain.request import Image, ImageRequest, RequestKind
from bot.services.candidates import discard, sheet_of
from bot.services.ports.chat import Courier, Delivery, Parcel
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.images import PictureLab, PictureStore, StoreUnavailableError
from bot.services.ports.storage import Notice, Storage, UnitOfWork
from bot.services.ratings import RatingService
from bot.services.requests.composing import Composer

log = structlog.get_logger()

SMALLEST_UPLOAD_BYTES = 64 * 1024
GALLERY = "gallery"
MATURE_WAITS = "gallery_mature"
"""The notice about a mature picture that could not be posted: it is told, never handed over."""
CANDIDATES_WAIT = "candidates"
"""The notice about candidates that could not be posted: galleries have none."""
GIVE_UP_AFTER_MS = 30 * 60 * 1000
"""How long after the deadline a failing platform is asked again before the picture waits in the gallery."""


class Deliverer:
    """Posts the pictures of a stored request and records where they are."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        courier: Courier,
        lab: PictureLab,
        store: PictureStore,
        composer: Composer,
        ratings: RatingService,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._courier = courier
        self._lab = lab
        self._store = store
        self._composer = composer
        self._ratings = ratings

    async def deliver(self, request: ImageRequest) -> Balance | None:
        """Post and record; what the requester has left then, or None when another driver has recorded it.

        Mature pictures that may not be where they were asked for are posted nowhere: they wait in the gallery.

        Raises:
            DeliveryDelayedError: the platform or the store is failing; the pictures stay stored for another try.
        """

        async def pictures(uow: UnitOfWork) -> tuple[tuple[Image, ...], Image | None]:
            edited = request.options.edit_of_image_id
            images = tuple(await uow.images.of_request(request.request_id))
            return images, None if edited is None else await uow.images.get(edited)

        images, parent = await self._storage.read(pictures)
        if self._clock.now_ms() > request.deadline_at_ms + GIVE_UP_AFTER_MS:
            delivery = Delivery(GALLERY)
        else:
            try:
                delivery = await self._post(request, images, parent)
            except StoreUnavailableError as error:
                log.warning("store_unavailable", request_id=request.request_id, reason=error.reason)
                raise DeliveryDelayedError from error
        if delivery.how == GALLERY:
            with suppress(DeliveryDelayedError):  # its notice says so as well
                await self._courier.tell_waiting(request, images)
        return await self._record(request, images, delivery)

    async def _post(self, request: ImageRequest, images: tuple[Image, ...], parent: Image | None) -> Delivery:
        names = await self._composer.names_of(request.require_scene())
        is_reference = request.kind is RequestKind.REFERENCE
        if is_reference:
            images = await self._standing(request, images, is_companion_there=bool(names))
        images = tuple(image for image in images if image.deleted_at_ms is None)
        shares = 1 if is_reference else max(len(images), 1)
        limit = max(request.reply.upload_limit_bytes // shares, SMALLEST_UPLOAD_BYTES)
        while True:
            parcels = await (self._on_a_sheet if is_reference else self._one_by_one)(request, images, limit)
            if parcels and await self._ratings.lack_for_posting(request) is not None:  # as late as can be
                return Delivery(GALLERY)
            try:
                return await self._courier.deliver(request, parcels, names, parent)
            except UploadTooLargeError:
                if limit <= SMALLEST_UPLOAD_BYTES:
                    return Delivery(GALLERY)
                limit = max(limit // 2, SMALLEST_UPLOAD_BYTES)

    async def _one_by_one(
        self, request: ImageRequest, images: tuple[Image, ...], limit_bytes: int
    ) -> list[Parcel]:
        del request
        parcels: list[Parcel] = []
        for image in images:
            full = await self._store.get(image.file_key)
            parcels.append(Parcel(image, await self._lab.for_delivery(full, limit_bytes)))
        return parcels

    async def _on_a_sheet(
        self, request: ImageRequest, images: tuple[Image, ...], limit_bytes: int
    ) -> list[Parcel]:
        if not images:
            return []
        sheet = await sheet_of(images, request.backend, limit_bytes, lab=self._lab, store=self._store)
        return [Parcel(image, sheet) for image in images]

    async def _standing(
        self, request: ImageRequest, images: tuple[Image, ...], *, is_companion_there: bool
    ) -> tuple[Image, ...]:
        """The candidates that are not deleted. Those made after their companion was deleted go with it."""
        if is_companion_there:
            return images

        async def work(uow: UnitOfWork) -> set[str]:
            return await discard(uow, request.require_scene().cast[0], self._clock.now_ms())

        for key in await self._storage.write(work):
            await self._store.delete(key)
        return ()

    async def _record(
        self, request: ImageRequest, images: tuple[Image, ...], delivery: Delivery
    ) -> Balance | None:
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> Balance | None:
            if not await uow.requests.to_delivered(request.request_id, how=delivery.how):
                return None
            for image in images:
                if delivery.channel_id is not None and delivery.message_id is not None:
                    await uow.images.set_message(image.image_id, delivery.channel_id, delivery.message_id)
            if delivery.how == GALLERY:
                is_reference = request.kind is RequestKind.REFERENCE
                kind = CANDIDATES_WAIT if is_reference else GALLERY
                if request.rating is Rating.MATURE:
                    kind = MATURE_WAITS
                for image in images[:1] if is_reference else images:  # all candidates are shown together
                    await uow.notices.add(
                        Notice(self._ids.new_id(), request.account_id, kind, image.image_id, now_ms)
                    )
            return await uow.ledger.balance(request.account_id, request.guild_id)

        return await self._storage.write(work)
