"""SQL that forgets: members who asked for it, and what is older than it is to be kept."""
# ruff: noqa: S608 - queries are composed of this module's own constants, never of values

from __future__ import annotations

from collections.abc import Sequence

from bot.services.ports.storage import Erasure, ErasureStage, KeptRequest, MessagePlace, StoredFile
from db.statements import Row, Statements, in_list

_BEGIN = """
INSERT INTO erasure (account_id, user_id, stage, token, token_until_ms, began_at_ms)
VALUES (:account_id, :user_id, :stage, :token, :token_until_ms, :began_at_ms)
ON CONFLICT (account_id) DO NOTHING RETURNING account_id
"""
_ALL = "SELECT * FROM erasure ORDER BY began_at_ms, account_id"
_IS_BEING_ERASED = "SELECT 1 FROM erasure WHERE account_id = :account_id AND stage <> 'telling'"
_ADVANCE = "UPDATE erasure SET stage = :stage WHERE account_id = :account_id"
_COUNT = """
UPDATE erasure SET messages_gone = messages_gone + :gone, messages_left = messages_left + :left
WHERE account_id = :account_id
"""
_END = "DELETE FROM erasure WHERE account_id = :account_id"
_UNFINISHED = """
SELECT request_id FROM request
WHERE account_id = :account_id AND scrubbed = 0 AND (state IN ('received', 'held', 'running', 'stored')
    OR (state IN ('refused', 'failed', 'cancelled') AND told = 0))
ORDER BY request_id
"""

_ASIDE = (
    """
UPDATE companion SET deleted_at_ms = :at_ms, is_shared = 0
WHERE owner_account_id = :account_id AND deleted_at_ms IS NULL
""",
    """
DELETE FROM presence WHERE account_id = :account_id
    OR companion_id IN (SELECT companion_id FROM companion WHERE owner_account_id = :account_id)
""",
)

# A message may stand in a request, in its pictures, and in the cards of reports about these.
_KEPT = """
SELECT request.request_id, request.created_at_ms, request.channel_id, request.message_id
FROM request WHERE
"""
_PICTURES_OF = """
SELECT request_id, image_id, file_key, thumbnail_key, channel_id, message_id FROM image
WHERE request_id IN ({requests}) ORDER BY request_id, position
"""
_CARDS_OF = """
SELECT image.request_id, report_case.card_channel_id AS channel_id, report_case.card_message_id AS message_id
FROM image JOIN report_case ON report_case.image_id = image.image_id
WHERE image.request_id IN ({requests}) AND report_case.card_message_id IS NOT NULL
ORDER BY image.request_id, report_case.case_id
"""
_KEPT_OF = f"""
{_KEPT} request.account_id = :account_id AND request.scrubbed = 0
ORDER BY request.request_id LIMIT :limit
"""
_KEPT_IN_GUILD = f"""
{_KEPT} request.guild_id = :guild_id AND request.scrubbed = 0
    AND request.state IN ('delivered', 'refused', 'failed', 'cancelled')
    AND (request.state = 'delivered' OR request.told = 1)
    AND request.created_at_ms < :before_ms
    AND (request.created_at_ms, request.request_id) > (:after_ms, :after_id)
    AND NOT (request.kind = 'reference' AND EXISTS (
        SELECT 1 FROM image JOIN companion
            ON companion.reference_key = image.file_key AND companion.deleted_at_ms IS NULL
        WHERE image.request_id = request.request_id))
    AND NOT EXISTS (
        SELECT 1 FROM image JOIN report_case
            ON report_case.image_id = image.image_id AND report_case.decision IS NULL
        WHERE image.request_id = request.request_id)
ORDER BY request.created_at_ms, request.request_id LIMIT :limit
"""
_NEXT_GUILD = """
SELECT min(guild_id) AS guild_id FROM request
WHERE guild_id > :after AND scrubbed = 0 AND state IN ('delivered', 'refused', 'failed', 'cancelled')
"""

_MARK_DELETED = """
UPDATE image SET deleted_at_ms = :at_ms WHERE deleted_at_ms IS NULL AND request_id IN ({requests})
"""
_SCRUB = (
    "DELETE FROM image_cast WHERE image_id IN (SELECT image_id FROM image WHERE request_id IN ({requests}))",
    """
DELETE FROM notice WHERE image_id IN (SELECT image_id FROM image WHERE request_id IN ({requests}))
""",
    # A card is gone with the picture; where nothing is decided yet, moderators get another that says so.
    """
UPDATE report_case SET card_channel_id = NULL, card_message_id = NULL, shown_revision = 0,
    work_at_ms = CASE WHEN decision IS NULL THEN :at_ms ELSE work_at_ms END
WHERE card_message_id IS NOT NULL
    AND image_id IN (SELECT image_id FROM image WHERE request_id IN ({requests}))
""",
    """
UPDATE image SET scrubbed = 1, file_key = '', thumbnail_key = '', alt_text = '', labels = '[]',
    not_drawn = '[]', seed = 0, channel_id = NULL, message_id = NULL, is_favourite = 0, is_public = 0
WHERE scrubbed = 0 AND request_id IN ({requests})
""",
    """
UPDATE request SET scrubbed = 1, source_id = -rowid, user_id = 0, requester = '', trigger_key = '',
    channel_id = 0, message_id = NULL, token = NULL, token_until_ms = 0, options = '{{}}',
    scene = '{{"figures":[]}}', prompt = '', seed = 0, provider_ref = NULL, end_detail = ''
WHERE scrubbed = 0 AND request_id IN ({requests})
""",
)

_FORGET_SPOKEN = """
DELETE FROM spoken WHERE message_id IN (
    SELECT message_id FROM spoken WHERE account_id = :account_id LIMIT :limit)
RETURNING message_id
"""
_FORGET_REST = (
    # Cards show who reported what; the next look at them shows it no more.
    """
UPDATE report_case SET revision = revision + 1, work_at_ms = :at_ms
WHERE card_message_id IS NOT NULL
    AND case_id IN (SELECT case_id FROM report WHERE account_id = :account_id AND words <> '')
""",
    "UPDATE report SET words = '' WHERE account_id = :account_id AND words <> ''",
    "UPDATE report_case SET note = '' WHERE decided_by_account_id = :account_id AND note <> ''",
    _ASIDE[1],
    "DELETE FROM companion WHERE owner_account_id = :account_id",
    "DELETE FROM preference WHERE account_id = :account_id",
    "DELETE FROM studio WHERE account_id = :account_id",
    "DELETE FROM notice WHERE account_id = :account_id",
)
_FORGET_MEMBER = "DELETE FROM member WHERE account_id = :account_id"


class SqlPrivacy:
    """Implements :class:`bot.services.ports.storage.PrivacyRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def begin_erasure(self, erasure: Erasure) -> bool:
        """See the protocol."""
        params = {
            "account_id": erasure.account_id,
            "user_id": erasure.user_id,
            "stage": erasure.stage.value,
            "token": erasure.token,
            "token_until_ms": erasure.token_until_ms,
            "began_at_ms": erasure.began_at_ms,
        }
        return await self._statements.fetch_one(_BEGIN, params) is not None

    async def erasures(self) -> Sequence[Erasure]:
        """See the protocol."""
        return [_erasure(row) for row in await self._statements.fetch_all(_ALL)]

    async def is_being_erased(self, account_id: str) -> bool:
        """See the protocol."""
        return await self._statements.fetch_one(_IS_BEING_ERASED, {"account_id": account_id}) is not None

    async def advance(self, account_id: str, stage: ErasureStage) -> None:
        """See the protocol."""
        await self._statements.execute(_ADVANCE, {"account_id": account_id, "stage": stage.value})

    async def count_messages(self, account_id: str, *, gone: int, left: int) -> None:
        """See the protocol."""
        await self._statements.execute(_COUNT, {"account_id": account_id, "gone": gone, "left": left})

    async def end_erasure(self, account_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_END, {"account_id": account_id})

    async def unfinished_of(self, account_id: str) -> Sequence[str]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_UNFINISHED, {"account_id": account_id})
        return [row["request_id"] for row in rows]

    async def set_companions_aside(self, account_id: str, at_ms: int) -> None:
        """See the protocol."""
        for sql in _ASIDE:
            await self._statements.execute(sql, {"account_id": account_id, "at_ms": at_ms})

    async def kept_of(self, account_id: str, limit: int) -> Sequence[KeptRequest]:
        """See the protocol. Scrubbed rows have left the index that is walked."""
        params = {"account_id": account_id, "limit": limit}
        return await self._kept(await self._statements.fetch_all(_KEPT_OF, params))

    async def kept_in_guild(
        self, guild_id: int, before_ms: int, after: tuple[int, str], limit: int
    ) -> Sequence[KeptRequest]:
        """See the protocol."""
        params = {
            "guild_id": guild_id,
            "before_ms": before_ms,
            "after_ms": after[0],
            "after_id": after[1],
            "limit": limit,
        }
        return await self._kept(await self._statements.fetch_all(_KEPT_IN_GUILD, params))

    async def next_guild(self, after_guild_id: int) -> int | None:
        """See the protocol."""
        return (await self._statements.fetch_all(_NEXT_GUILD, {"after": after_guild_id}))[0]["guild_id"]

    async def mark_pictures_deleted(self, request_ids: Sequence[str], at_ms: int) -> None:
        """See the protocol."""
        await self._for_all(_MARK_DELETED, request_ids, at_ms)

    async def scrub(self, request_ids: Sequence[str], at_ms: int) -> None:
        """See the protocol. What it may become is the constraints' business, and that it happens once."""
        for sql in _SCRUB:
            await self._for_all(sql, request_ids, at_ms)

    async def forget_spoken(self, account_id: str, limit: int) -> bool:
        """See the protocol."""
        params = {"account_id": account_id, "limit": limit}
        return bool(await self._statements.fetch_all(_FORGET_SPOKEN, params))

    async def forget_rest(self, account_id: str, at_ms: int) -> None:
        """See the protocol."""
        for sql in _FORGET_REST:
            await self._statements.execute(sql, {"account_id": account_id, "at_ms": at_ms})

    async def forget_member(self, account_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_FORGET_MEMBER, {"account_id": account_id})

    async def _kept(self, requests: Sequence[Row]) -> Sequence[KeptRequest]:
        """With their pictures and the cards about these, each read once for all of them."""
        if not requests:
            return []
        placeholders, params = in_list("request", [row["request_id"] for row in requests])
        pictures: dict[str, list[Row]] = {}
        for row in await self._statements.fetch_all(_PICTURES_OF.format(requests=placeholders), params):
            pictures.setdefault(row["request_id"], []).append(row)
        cards: dict[str, list[Row]] = {}
        for row in await self._statements.fetch_all(_CARDS_OF.format(requests=placeholders), params):
            cards.setdefault(row["request_id"], []).append(row)
        return [
            _kept(row, pictures.get(row["request_id"], ()), cards.get(row["request_id"], ()))
            for row in requests
        ]

    async def _for_all(self, sql: str, request_ids: Sequence[str], at_ms: int) -> None:
        placeholders, params = in_list("request", request_ids)
        await self._statements.execute(sql.format(requests=placeholders), {"at_ms": at_ms, **params})


def _erasure(row: Row) -> Erasure:
    return Erasure(
        account_id=row["account_id"],
        user_id=row["user_id"],
        stage=ErasureStage(row["stage"]),
        token=row["token"],
        token_until_ms=row["token_until_ms"],
        began_at_ms=row["began_at_ms"],
        messages_gone=row["messages_gone"],
        messages_left=row["messages_left"],
    )


def _kept(row: Row, pictures: Sequence[Row], cards: Sequence[Row]) -> KeptRequest:
    places = [(place["channel_id"], place["message_id"]) for place in (row, *pictures, *cards)]
    return KeptRequest(
        request_id=row["request_id"],
        created_at_ms=row["created_at_ms"],
        messages=tuple(
            MessagePlace(channel_id, message_id)
            for channel_id, message_id in dict.fromkeys(places)
            if channel_id is not None and message_id is not None
        ),
        pictures=tuple(
            StoredFile(picture["image_id"], picture["file_key"], picture["thumbnail_key"])
            for picture in pictures
        ),
    )
