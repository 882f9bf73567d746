"""Stored pictures: hand one over, or delete it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import NotFoundError, NotYoursError
from bot.domain.picture import Rating
from bot.domain.request import Image
from bot.services.leftovers import let_go
from bot.services.ports.clock import Clock
from bot.services.ports.images import DeliveryPicture, PictureLab, PictureStore, Placeholder
from bot.services.ports.storage import Storage, UnitOfWork


@dataclass(frozen=True, slots=True)
class Download:
    """A picture as it is handed over. ``picture.reduced``: it is smaller than the stored one.

    ``hidden`` is why ``picture`` is only a placeholder.
    """

    image: Image
    picture: DeliveryPicture
    hidden: Placeholder | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted picture, and those that are ``left`` in its message."""

    image: Image
    left: tuple[Image, ...]


class ImageService:
    """What may be done with a picture after it was delivered."""

    def __init__(self, *, storage: Storage, store: PictureStore, lab: PictureLab, clock: Clock) -> None:
        self._storage = storage
        self._store = store
        self._lab = lab
        self._clock = clock

    async def download(self, image_id: str, guild_id: int | None, user_id: int, limit_bytes: int) -> Download:
        """The stored full-size picture, or the largest that fits ``limit_bytes``.

        Outside a guild (``guild_id`` None) members have their own pictures only; private ones nobody else's.
        A mature one is a placeholder: what one person alone is shown is no age-restricted channel.

        Raises:
            NotFoundError: there is no such picture here, or it was deleted.
            PictureMissingError: its file is gone.
        """
        image = await self._require(image_id, guild_id, user_id)
        if image.rating is Rating.MATURE:
            tile = await self._lab.placeholder(Placeholder.MATURE)
            return Download(image, await self._lab.for_delivery(tile, limit_bytes), Placeholder.MATURE)
        full = await self._store.get(image.file_key)
        return Download(image, await self._lab.for_delivery(full, limit_bytes))

    async def check_deletable(
        self,
        image_id: str,
        guild_id: int | None,
        user_id: int,
        *,
        is_moderator: bool,
        moderated_channel_id: int | None = None,
    ) -> None:
        """Whether a member may delete a picture, before they are asked if they are sure.

        ``is_moderator`` is for the whole guild; who moderates one channel may delete what was posted there.

        Raises:
            NotFoundError: there is no such picture here, or it was deleted.
            NotYoursError: neither the requester nor a moderator asks.
        """
        image = await self._require(image_id, guild_id, user_id)

        async def account(uow: UnitOfWork) -> str | None:
            return await uow.members.account_of(user_id)

        moderates = is_moderator or _is_posted_in(image, moderated_channel_id)
        if not moderates and await self._storage.read(account) != image.account_id:
            raise NotYoursError

    async def delete(
        self,
        image_id: str,
        guild_id: int | None,
        user_id: int,
        *,
        is_moderator: bool,
        moderated_channel_id: int | None = None,
    ) -> Deleted:
        """Delete a picture for good: its row is marked, then its files go. Its message is the caller's.

        Who may: see :meth:`check_deletable`.

        Raises:
            NotFoundError: there is no such picture here, or it was deleted.
            NotYoursError: neither the requester nor a moderator asks.
        """
        image = await self._require(image_id, guild_id, user_id)
        moderates = is_moderator or _is_posted_in(image, moderated_channel_id)

        async def work(uow: UnitOfWork) -> tuple[list[str], tuple[Image, ...]]:
            if not moderates and await uow.members.account_of(user_id) != image.account_id:
                raise NotYoursError
            if not await uow.images.mark_deleted(image_id, self._clock.now_ms()):
                raise NotFoundError
            keys = (image.file_key, image.thumbnail_key)
            unused = [key for key in keys if not await uow.images.file_in_use(key)]
            if image.channel_id is None or image.message_id is None:
                return unused, ()
            return unused, tuple(await uow.images.of_message(image.channel_id, image.message_id))

        unused, left = await self._storage.write(work)
        await let_go(self._store, unused)
        return Deleted(image, left)

    async def _require(self, image_id: str, guild_id: int | None, user_id: int) -> Image:
        async def work(uow: UnitOfWork) -> Image | None:
            image = await uow.images.get(image_id)
            request = await uow.requests.get(image.request_id) if image else None
            if image is None or request is None:
                return None
            if guild_id not in {None, request.guild_id}:
                return None
            is_for_anybody = guild_id is not None and not request.options.private
            is_own = await uow.members.account_of(user_id) == image.account_id
            return image if is_for_anybody or is_own else None

        image = await self._storage.read(work)
        if image is None or image.deleted_at_ms is not None:
            raise NotFoundError
        return image


def _is_posted_in(image: Image, channel_id: int | None) -> bool:
    return channel_id is not None and image.channel_id == channel_id
