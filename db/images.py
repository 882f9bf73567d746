"""SQL about stored pictures."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import Image, RequestKind
from bot.services.ports.storage import GalleryQuery
from db.documents import WORDS
from db.gallery import page_sql
from db.statements import Params, Row, Statements

_ADD = """
INSERT INTO image (image_id, request_id, account_id, guild_id, kind, parent_image_id, position, file_key,
    thumbnail_key, width_px, height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn,
    seed, created_at_ms, channel_id, message_id, deleted_at_ms, is_favourite, is_public)
VALUES (:image_id, :request_id, :account_id, :guild_id, :kind, :parent_image_id, :position, :file_key,
    :thumbnail_key, :width_px, :height_px, :share_granted, :share_purchased, :rating, :alt_text, :labels,
    :not_drawn, :seed, :created_at_ms, :channel_id, :message_id, :deleted_at_ms, :is_favourite, :is_public)
"""
_ADD_TO_CAST = """
INSERT INTO image_cast (image_id, companion_id, position, account_id, guild_id, kind, deleted_at_ms,
    is_favourite, is_public)
SELECT image_id, :companion_id, :position, account_id, guild_id, kind, deleted_at_ms, is_favourite, is_public
FROM image WHERE image_id = :image_id
"""
_GET = "SELECT * FROM image WHERE image_id = :image_id"
_OF_REQUEST = "SELECT * FROM image WHERE request_id = :request_id ORDER BY position"
_SET_MESSAGE = """
UPDATE image SET channel_id = :channel_id, message_id = :message_id WHERE image_id = :image_id
"""
_MARK_DELETED = """
UPDATE image SET deleted_at_ms = :at_ms
WHERE image_id = :image_id AND deleted_at_ms IS NULL RETURNING image_id
"""
_FILE_IN_USE = """
SELECT 1 FROM image WHERE file_key = :file_key AND deleted_at_ms IS NULL
UNION ALL
SELECT 1 FROM image WHERE thumbnail_key = :file_key AND deleted_at_ms IS NULL
UNION ALL
SELECT 1 FROM companion WHERE reference_key = :file_key AND deleted_at_ms IS NULL
LIMIT 1
"""
_OF_MESSAGE = """
SELECT * FROM image WHERE message_id = :message_id AND channel_id = :channel_id AND deleted_at_ms IS NULL
ORDER BY request_id, position
"""
_SET_FAVOURITE = "UPDATE image SET is_favourite = :is_favourite WHERE image_id = :image_id"
_SET_PUBLIC = "UPDATE image SET is_public = :is_public WHERE image_id = :image_id"
_CANDIDATES = """
SELECT * FROM image
WHERE request_id = (
    SELECT max(image.request_id) FROM image_cast CROSS JOIN image
    WHERE image_cast.companion_id = :companion_id AND image_cast.kind = 'reference'
        AND image.image_id = image_cast.image_id)
    AND deleted_at_ms IS NULL
ORDER BY position
"""
_DISCARD_CANDIDATES = """
UPDATE image SET deleted_at_ms = :at_ms
WHERE deleted_at_ms IS NULL AND image_id IN (
    SELECT image_id FROM image_cast WHERE companion_id = :companion_id AND kind = 'reference')
RETURNING *
"""
_ANY_CANDIDATES = "SELECT 1 FROM image_cast WHERE companion_id = :companion_id AND kind = 'reference' LIMIT 1"


class SqlImages:
    """Implements :class:`bot.services.ports.storage.ImageRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, image: Image, cast: Sequence[str]) -> None:
        """See the protocol."""
        params = {
            "image_id": image.image_id,
            "request_id": image.request_id,
            "account_id": image.account_id,
            "guild_id": image.guild_id,
            "kind": image.kind.value,
            "parent_image_id": image.parent_image_id,
            "position": image.position,
            "file_key": image.file_key,
            "thumbnail_key": image.thumbnail_key,
            "width_px": image.width_px,
            "height_px": image.height_px,
            "share_granted": image.share.granted,
            "share_purchased": image.share.purchased,
            "rating": image.rating.value,
            "alt_text": image.alt_text,
            "labels": WORDS.write(image.labels),
            "not_drawn": WORDS.write(image.not_drawn),
            "seed": image.seed,
            "created_at_ms": image.created_at_ms,
            "channel_id": image.channel_id,
            "message_id": image.message_id,
            "deleted_at_ms": image.deleted_at_ms,
            "is_favourite": int(image.is_favourite),
            "is_public": int(image.is_public),
        }
        await self._statements.execute(_ADD, params)
        for position, companion_id in enumerate(dict.fromkeys(cast)):
            in_it = {"image_id": image.image_id, "companion_id": companion_id, "position": position}
            await self._statements.execute(_ADD_TO_CAST, in_it)

    async def get(self, image_id: str) -> Image | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"image_id": image_id})
        return None if row is None else _image(row)

    async def of_request(self, request_id: str) -> Sequence[Image]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_OF_REQUEST, {"request_id": request_id})
        return [_image(row) for row in rows]

    async def set_message(self, image_id: str, channel_id: int, message_id: int) -> None:
        """See the protocol."""
        params = {"image_id": image_id, "channel_id": channel_id, "message_id": message_id}
        await self._statements.execute(_SET_MESSAGE, params)

    async def mark_deleted(self, image_id: str, at_ms: int) -> bool:
        """See the protocol."""
        params = {"image_id": image_id, "at_ms": at_ms}
        return await self._statements.fetch_one(_MARK_DELETED, params) is not None

    async def file_in_use(self, key: str) -> bool:
        """See the protocol."""
        return await self._statements.fetch_one(_FILE_IN_USE, {"file_key": key}) is not None

    async def of_message(self, channel_id: int, message_id: int) -> Sequence[Image]:
        """See the protocol."""
        params = {"channel_id": channel_id, "message_id": message_id}
        return [_image(row) for row in await self._statements.fetch_all(_OF_MESSAGE, params)]

    async def page(self, query: GalleryQuery) -> Sequence[Image]:
        """See the protocol. One walk of an index, however many pictures there are."""
        params: Params = {
            "account_id": query.account_id,
            "guild_id": query.guild_id,
            "companion_id": query.companion_id,
            "kind": query.kind,
            "before": query.before,
            "after": query.after,
            "limit": query.limit,
        }
        page = [_image(row) for row in await self._statements.fetch_all(page_sql(query), params)]
        return page if query.after is None else page[::-1]

    async def set_favourite(self, image_id: str, *, is_favourite: bool) -> None:
        """See the protocol."""
        params = {"image_id": image_id, "is_favourite": int(is_favourite)}
        await self._statements.execute(_SET_FAVOURITE, params)

    async def set_public(self, image_id: str, *, is_public: bool) -> None:
        """See the protocol."""
        params = {"image_id": image_id, "is_public": int(is_public)}
        await self._statements.execute(_SET_PUBLIC, params)

    async def candidates(self, companion_id: str) -> Sequence[Image]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_CANDIDATES, {"companion_id": companion_id})
        return [_image(row) for row in rows]

    async def discard_candidates(self, companion_id: str, at_ms: int) -> Sequence[Image]:
        """See the protocol."""
        params = {"companion_id": companion_id, "at_ms": at_ms}
        return [_image(row) for row in await self._statements.fetch_all(_DISCARD_CANDIDATES, params)]

    async def any_candidates(self, companion_id: str) -> bool:
        """See the protocol."""
        return await self._statements.fetch_one(_ANY_CANDIDATES, {"companion_id": companion_id}) is not None


def _image(row: Row) -> Image:
    return Image(
        image_id=row["image_id"],
        request_id=row["request_id"],
        account_id=row["account_id"],
        position=row["position"],
        file_key=row["file_key"],
        thumbnail_key=row["thumbnail_key"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        share=Split(row["share_granted"], row["share_purchased"]),
        rating=Rating(row["rating"]),
        alt_text=row["alt_text"],
        labels=WORDS.read(row["labels"]),
        not_drawn=WORDS.read(row["not_drawn"]),
        seed=row["seed"],
        created_at_ms=row["created_at_ms"],
        guild_id=row["guild_id"],
        kind=RequestKind(row["kind"]),
        parent_image_id=row["parent_image_id"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        deleted_at_ms=row["deleted_at_ms"],
        is_favourite=bool(row["is_favourite"]),
        is_public=bool(row["is_public"]),
    )
