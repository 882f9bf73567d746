"""A member's gallery: pages of pictures, one of them at full size, favourites, and what others may see."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import structlog
from ulid import ULID

from bot.domain.companion import Companion
from bot.domain.errors import NotFoundError, NotYoursError, PictureMissingError, UnknownCompanionError
from bot.domain.picture import Rating
from bot.domain.request import Image, ImageRequest, RequestKind
from bot.services.companion_rules import find_named
from bot.services.companions import Among, CompanionService
from bot.services.ports.images import DeliveryPicture, PictureLab, PictureNotes, PictureStore, Placeholder
from bot.services.ports.storage import GalleryQuery, Storage, UnitOfWork

log = structlog.get_logger()

PAGE_SIZE = 9
SHEET_COLUMNS = 3
_DAY_MS = 24 * 60 * 60 * 1000
_EPOCH = date(1970, 1, 1)


class Toward(enum.Enum):
    """Where a page lies: the newest one, or by a picture's id. FROM begins with that picture itself."""

    NEWEST = enum.auto()
    NEWER = enum.auto()
    OLDER = enum.auto()
    FROM = enum.auto()


@dataclass(frozen=True, slots=True)
class GalleryAsk:
    """Which page of whose gallery, and for whom. ``cursor`` is the id that ``toward`` speaks of.

    All of it may come from a forged custom id: whose gallery it is decides what is seen.
    """

    guild_id: int
    viewer_id: int
    owner_id: int
    companion_id: str | None = None
    kind: RequestKind | None = None
    favourites_only: bool = False
    toward: Toward = Toward.NEWEST
    cursor: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the viewer looks at their own pictures."""
        return self.viewer_id == self.owner_id

    @property
    def is_filtered(self) -> bool:
        """Whether some pictures are left out."""
        return self.companion_id is not None or self.kind is not None or self.favourites_only

    def upto_day(self, day: date) -> GalleryAsk:
        """The page that begins with the last picture of a day, in UTC.

        Picture ids are ULIDs, which begin with their time (https://github.com/ulid/spec).
        """
        end_ms = max(0, (day - _EPOCH).days + 1) * _DAY_MS
        bound = str(ULID.from_bytes(end_ms.to_bytes(6) + bytes(10)))
        return replace(self, toward=Toward.OLDER, cursor=bound)


@dataclass(frozen=True, slots=True)
class GalleryPicture:
    """A picture of a page. ``tile`` is its thumbnail, or a placeholder for the reason in ``hidden``.

    ``cast_names`` are the names of those in it who still are.
    """

    image: Image
    cast_names: tuple[str, ...]
    backend: str
    tile: bytes
    hidden: Placeholder | None


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """At most :data:`PAGE_SIZE` pictures, newest first.

    ``companions`` are those to filter by: first who is on the page, then the others of the guild, by name.
    """

    ask: GalleryAsk
    pictures: tuple[GalleryPicture, ...]
    companions: tuple[Companion, ...]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class GallerySheet:
    """A page as one JPEG, numbered from 1 in the order of its pictures."""

    page: GalleryPage
    picture: bytes


@dataclass(frozen=True, slots=True)
class GalleryCard:
    """One picture with its story.

    ``picture`` is None where it is not shown: then ``tile`` is the placeholder for the reason in ``hidden``.
    ``parent`` is the picture that it was made from, while that is there.
    """

    image: Image
    request: ImageRequest
    cast_names: tuple[str, ...]
    is_own: bool
    parent: Image | None
    picture: DeliveryPicture | None
    tile: bytes
    hidden: Placeholder | None


@dataclass(frozen=True, slots=True)
class _Rows:
    """What one snapshot of the database says about a page."""

    images: Sequence[Image] = ()
    requests: Mapping[str, ImageRequest | None] | None = None
    has_newer: bool = False
    has_older: bool = False


class GalleryService:
    """What members see of stored pictures: all of their own, and the public ones of others.

    Mature pictures are never shown here, for an answer that only one person sees is no age-restricted
    channel: a placeholder stands for them.
    """

    def __init__(
        self, *, storage: Storage, store: PictureStore, lab: PictureLab, companions: CompanionService
    ) -> None:
        self._storage = storage
        self._store = store
        self._lab = lab
        self._companions = companions

    # ------------------------------------------------------------------ pages

    async def page(self, ask: GalleryAsk, companion: str | None = None) -> GalleryPage:
        """A page; ``companion`` is who was typed to filter by (id, name or alias).

        Where there are no older pictures the oldest page is shown, where no newer ones the newest.

        Raises:
            UnknownCompanionError: nobody of this guild is called so.
        """
        known = await self._companions.among(ask.guild_id, ask.viewer_id, Among.ALL)
        if companion is not None:
            found = find_named(companion, known)
            if found is None:
                raise UnknownCompanionError(companion)
            ask = replace(ask, companion_id=found.companion_id)
        if not ask.is_own:
            ask = replace(ask, favourites_only=False)  # what somebody likes is their own business

        async def work(uow: UnitOfWork) -> _Rows:
            return await _rows(uow, ask)

        rows = await self._storage.read(work)
        requests = rows.requests or {}
        tiles = await asyncio.gather(*(self._tile(image) for image in rows.images))
        pictures: list[GalleryPicture] = []
        on_page: set[str] = set()
        for image, (tile, hidden) in zip(rows.images, tiles, strict=True):
            request = requests[image.request_id]
            on_page.update(_cast(request))
            backend = request.backend if request is not None else ""
            pictures.append(GalleryPicture(image, _names(request, known), backend, tile, hidden))
        companions = sorted(known, key=lambda companion: companion.companion_id not in on_page)
        return GalleryPage(ask, tuple(pictures), tuple(companions), rows.has_newer, rows.has_older)

    async def sheet(self, ask: GalleryAsk) -> GallerySheet:
        """A page as one picture.

        Raises:
            NotFoundError: there is nothing on it any more.
        """
        page = await self.page(ask)
        if not page.pictures:
            raise NotFoundError
        shown = [(number, p) for number, p in enumerate(page.pictures, 1) if p.hidden is None]
        notes = PictureNotes(
            alt_text="\n".join(f"{number}: {picture.image.alt_text}" for number, picture in shown),
            backend=", ".join(sorted({picture.backend for _, picture in shown})),
            request_id="",
        )
        tiles = [picture.tile for picture in page.pictures]
        return GallerySheet(page, await self._lab.sheet(tiles, columns=SHEET_COLUMNS, notes=notes))

    # ------------------------------------------------------------------ one picture

    async def card(self, guild_id: int, viewer_id: int, image_id: str, limit_bytes: int) -> GalleryCard:
        """A picture at full size, or the largest that fits ``limit_bytes``.

        Raises:
            NotFoundError: there is no such picture in this guild that the viewer may see.
        """

        async def work(uow: UnitOfWork) -> tuple[Image, bool, ImageRequest, Image | None]:
            image, request, is_own = await _visible(uow, guild_id, viewer_id, image_id)
            parent = await uow.images.get(image.parent_image_id) if image.parent_image_id else None
            return image, is_own, request, parent

        image, is_own, request, parent = await self._storage.read(work)
        if parent is not None and parent.deleted_at_ms is not None:
            parent = None
        known = await self._companions.among(guild_id, viewer_id, Among.ALL)
        picture, hidden = await self._delivery(image, limit_bytes)
        tile = b"" if hidden is None else await self._lab.placeholder(hidden)
        return GalleryCard(image, request, _names(request, known), is_own, parent, picture, tile, hidden)

    async def set_favourite(
        self, guild_id: int, user_id: int, image_id: str, limit_bytes: int, *, is_favourite: bool
    ) -> GalleryCard:
        """Mark an own picture as a favourite, or not; its card as it is then.

        Raises:
            NotFoundError: there is no such picture in this guild that the member may see.
            NotYoursError: it is somebody else's.
        """

        async def work(uow: UnitOfWork) -> None:
            await _require_own(uow, guild_id, user_id, image_id)
            await uow.images.set_favourite(image_id, is_favourite=is_favourite)

        await self._storage.write(work)
        return await self.card(guild_id, user_id, image_id, limit_bytes)

    async def set_public(
        self, guild_id: int, user_id: int, image_id: str, limit_bytes: int, *, is_public: bool
    ) -> GalleryCard:
        """Show an own picture to others of its guild, or not; its card as it is then.

        Raises:
            NotFoundError: there is no such picture in this guild that the member may see.
            NotYoursError: it is somebody else's.
        """

        async def work(uow: UnitOfWork) -> None:
            await _require_own(uow, guild_id, user_id, image_id)
            await uow.images.set_public(image_id, is_public=is_public)

        await self._storage.write(work)
        log.info("picture_visibility_set", image_id=image_id, is_public=is_public)
        return await self.card(guild_id, user_id, image_id, limit_bytes)

    # ------------------------------------------------------------------ files

    async def _tile(self, image: Image) -> tuple[bytes, Placeholder | None]:
        """The thumbnail, or what stands for it and why."""
        hidden = Placeholder.MATURE
        if image.rating is not Rating.MATURE:
            try:
                return await self._store.get(image.thumbnail_key), None
            except PictureMissingError:
                log.warning("thumbnail_missing", image_id=image.image_id)
                hidden = Placeholder.MISSING
        return await self._lab.placeholder(hidden), hidden

    async def _delivery(
        self, image: Image, limit_bytes: int
    ) -> tuple[DeliveryPicture | None, Placeholder | None]:
        if image.rating is Rating.MATURE:
            return None, Placeholder.MATURE
        try:
            full = await self._store.get(image.file_key)
        except PictureMissingError:
            log.warning("picture_missing", image_id=image.image_id)
            return None, Placeholder.MISSING
        return await self._lab.for_delivery(full, limit_bytes), None


async def _rows(uow: UnitOfWork, ask: GalleryAsk) -> _Rows:
    account_id = await uow.members.account_of(ask.owner_id)
    if account_id is None:
        return _Rows()
    images, has_newer, has_older = await _walk(
        uow,
        GalleryQuery(
            account_id=account_id,
            guild_id=ask.guild_id,
            limit=PAGE_SIZE + 1,  # one more than is shown tells whether it goes on
            companion_id=ask.companion_id,
            kind=ask.kind,
            favourites_only=ask.favourites_only,
            public_only=not ask.is_own,
        ),
        ask,
    )
    request_ids = {image.request_id for image in images}
    requests = {request_id: await uow.requests.get(request_id) for request_id in request_ids}
    return _Rows(images, requests, has_newer, has_older)


async def _walk(uow: UnitOfWork, query: GalleryQuery, ask: GalleryAsk) -> tuple[Sequence[Image], bool, bool]:
    """(the pictures, whether there are newer, whether there are older)."""
    if ask.toward is Toward.NEWER:
        found = await uow.images.page(replace(query, after=ask.cursor))
        if len(found) > PAGE_SIZE:
            shown = found[-PAGE_SIZE:]
            older = await uow.images.page(replace(query, before=shown[-1].image_id, limit=1))
            return shown, True, bool(older)
    if ask.toward in {Toward.OLDER, Toward.FROM}:
        # An id with something behind it comes after that id, and before every other that does.
        before = ask.cursor + "0" if ask.toward is Toward.FROM else ask.cursor
        found = await uow.images.page(replace(query, before=before))
        if found:
            newer = await uow.images.page(replace(query, after=found[0].image_id, limit=1))
            return found[:PAGE_SIZE], bool(newer), len(found) > PAGE_SIZE
        oldest = await uow.images.page(replace(query, after=""))
        return oldest[-PAGE_SIZE:], len(oldest) > PAGE_SIZE, False
    newest = await uow.images.page(query)
    return newest[:PAGE_SIZE], False, len(newest) > PAGE_SIZE


async def _visible(
    uow: UnitOfWork, guild_id: int, viewer_id: int, image_id: str
) -> tuple[Image, ImageRequest, bool]:
    """The picture, what made it, and whether it is the viewer's own."""
    image = await uow.images.get(image_id)
    request = await uow.requests.get(image.request_id) if image is not None else None
    if image is None or request is None or image.deleted_at_ms is not None or image.guild_id != guild_id:
        raise NotFoundError
    is_own = await uow.members.account_of(viewer_id) == image.account_id
    if not (is_own or image.is_public):
        raise NotFoundError
    return image, request, is_own


async def _require_own(uow: UnitOfWork, guild_id: int, user_id: int, image_id: str) -> None:
    _, _, is_own = await _visible(uow, guild_id, user_id, image_id)
    if not is_own:
        raise NotYoursError


def _cast(request: ImageRequest | None) -> tuple[str, ...]:
    return request.scene.cast if request is not None and request.scene is not None else ()


def _names(request: ImageRequest | None, known: Sequence[Companion]) -> tuple[str, ...]:
    names = {companion.companion_id: companion.name for companion in known}
    return tuple(names[companion_id] for companion_id in _cast(request) if companion_id in names)
