"""SQL that tells what is kept about a member. The database writes the JSON: a fact is handed on as it is.

Discord's ids are text in it, for many readers of JSON take them for fractions and round them. Times are UTC.
"""
# ruff: noqa: S608 - queries are composed of this module's own constants, never of values

from __future__ import annotations

from collections.abc import Sequence

from bot.services.ports.storage import Fact, Holdings, Section, StoredFile, WalletHolding
from db.statements import Params, Row, Statements

_COUNTS = """
SELECT account.purchased + account.held_purchased AS purchased, account.owed,
    (SELECT count(*) FROM request WHERE account_id = :account_id AND scrubbed = 0) AS requests,
    (SELECT count(*) FROM image WHERE account_id = :account_id AND deleted_at_ms IS NULL
        AND kind <> 'reference') AS pictures,
    (SELECT count(*) FROM companion WHERE owner_account_id = :account_id AND deleted_at_ms IS NULL)
        AS companions,
    (SELECT count(*) FROM spoken WHERE account_id = :account_id) AS spoken,
    (SELECT count(*) FROM ledger WHERE account_id = :account_id) AS entries,
    (SELECT count(*) FROM purchase WHERE account_id = :account_id) AS purchases,
    (SELECT count(*) FROM report WHERE account_id = :account_id) AS reports,
    EXISTS (SELECT 1 FROM erasure WHERE account_id = :account_id) AS is_being_erased,
    (SELECT min(began_at_ms) FROM (
        SELECT at_ms AS began_at_ms FROM ledger
            WHERE entry_id = (SELECT min(entry_id) FROM ledger WHERE account_id = :account_id)
        UNION ALL SELECT created_at_ms FROM request WHERE request_id = (
            SELECT min(request_id) FROM request WHERE account_id = :account_id AND scrubbed = 0)
        UNION ALL SELECT min(created_at_ms) FROM companion WHERE owner_account_id = :account_id)) AS since_ms
FROM account WHERE account_id = :account_id
"""
_WALLETS = """
SELECT guild_id, granted, held_granted FROM wallet
WHERE account_id = :account_id AND granted + held_granted > 0 ORDER BY granted + held_granted DESC, guild_id
"""


def _at(column: str) -> str:
    """A time in words, UTC; NULL stays NULL."""
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')"


def _id(column: str) -> str:
    return f"CAST({column} AS TEXT)"


# Rows of a key and a text, in the order of the keys.
_FACTS: dict[Section, str] = {
    Section.ACCOUNT: """
SELECT 0 AS key, json_object('account', account_id, 'purchased_moments', purchased,
    'purchased_moments_held', held_purchased, 'owed_moments', owed) AS text
FROM account WHERE account_id = :account_id AND 0 > :after
""",
    Section.WALLETS: f"""
SELECT guild_id AS key, json_object('server', {_id("guild_id")}, 'moments', granted,
    'moments_held', held_granted) AS text
FROM wallet WHERE account_id = :account_id AND guild_id > :after ORDER BY guild_id LIMIT :limit
""",
    Section.LEDGER: f"""
SELECT entry_id AS key, json_object('at', {_at("at_ms")}, 'server', {_id("guild_id")}, 'kind', kind,
    'granted', granted, 'purchased', purchased, 'held_granted', held_granted,
    'held_purchased', held_purchased, 'owed', owed, 'reference', ref) AS text
FROM ledger WHERE account_id = :account_id AND entry_id > :after ORDER BY entry_id LIMIT :limit
""",
    Section.PURCHASES: f"""
SELECT entitlement_id AS key, json_object('entitlement', {_id("entitlement_id")}, 'sku', {_id("sku_id")},
    'moments', moments, 'at', {_at("seen_at_ms")}, 'taken_back_at', {_at("taken_back_at_ms")}) AS text
FROM purchase WHERE account_id = :account_id AND entitlement_id > :after
ORDER BY entitlement_id LIMIT :limit
""",
    Section.COMPANIONS: f"""
SELECT companion_id AS key, json_object('companion', companion_id, 'server', {_id("guild_id")}, 'name', name,
    'aliases', json(aliases), 'look', json(look), 'persona', persona, 'has_reference',
    json(CASE WHEN reference_key IS NULL THEN 'false' ELSE 'true' END), 'is_shared',
    json(CASE is_shared WHEN 1 THEN 'true' ELSE 'false' END), 'created_at', {_at("created_at_ms")},
    'deleted_at', {_at("deleted_at_ms")}) AS text
FROM companion WHERE owner_account_id = :account_id AND companion_id > :after
ORDER BY companion_id LIMIT :limit
""",
    Section.PRESENCE: f"""
SELECT presence_id AS key, json_object('channel', {_id("channel_id")}, 'companion', companion_id,
    'at', {_at("at_ms")}) AS text
FROM presence WHERE account_id = :account_id AND presence_id > :after ORDER BY presence_id LIMIT :limit
""",
    Section.SPOKEN: f"""
SELECT message_id AS key, json_object('message', {_id("message_id")}, 'channel', {_id("channel_id")},
    'companion', companion_id, 'at', {_at("at_ms")}) AS text
FROM spoken WHERE account_id = :account_id AND message_id > :after ORDER BY message_id LIMIT :limit
""",
    Section.PREFERENCES: """
SELECT 0 AS key, json_object('shape_with_one', aspect_solo, 'shape_with_more', aspect_group,
    'ask_above_moments', ask_above, 'show_descriptions',
    json(CASE show_alt_text WHEN 1 THEN 'true' ELSE 'false' END)) AS text
FROM preference WHERE account_id = :account_id AND 0 > :after
""",
    Section.STUDIO: f"""
SELECT guild_id AS key, json_object('server', {_id("guild_id")}, 'choices', json(choices)) AS text
FROM studio WHERE account_id = :account_id AND guild_id > :after ORDER BY guild_id LIMIT :limit
""",
    Section.NOTICES: f"""
SELECT rowid AS key, json_object('kind', kind, 'picture', image_id, 'at', {_at("at_ms")},
    'detail', json(detail)) AS text
FROM notice WHERE account_id = :account_id AND rowid > :after ORDER BY rowid LIMIT :limit
""",
    Section.REPORTS: f"""
SELECT report_id AS key, json_object('picture', image_id, 'reason', reason, 'words', words,
    'at', {_at("at_ms")}) AS text
FROM report WHERE account_id = :account_id AND report_id > :after ORDER BY report_id LIMIT :limit
""",
    Section.SETTINGS: f"""
SELECT line_id AS key, json_object('server', {_id("guild_id")}, 'what', what, 'before', json(before),
    'after', json(after), 'at', {_at("at_ms")}) AS text
FROM audit_log WHERE account_id = :account_id AND line_id > :after ORDER BY line_id LIMIT :limit
""",
    Section.REQUESTS: f"""
SELECT request_id AS key, json_object('request', request_id, 'kind', kind, 'at', {_at("created_at_ms")},
    'as', requester, 'server', {_id("guild_id")}, 'channel', {_id("channel_id")},
    'message', {_id("message_id")}, 'state', state, 'end_reason', end_reason, 'prompt', prompt,
    'options', json(options), 'scene', json(scene), 'moments', cost, 'paid_granted', paid_granted,
    'paid_purchased', paid_purchased, 'rating', rating, 'backend', backend) AS text
FROM request WHERE account_id = :account_id AND scrubbed = 0 AND request_id > :after
ORDER BY request_id LIMIT :limit
""",
}

# A key is the request's id and the position in it, so that the walk is that of requests.
_PICTURES = f"""
SELECT request.request_id || '_' || image.position AS key, image.image_id, image.file_key,
    image.thumbnail_key, image.deleted_at_ms IS NULL AND image.rating = 'general' AS is_handed_over,
    json_object('picture', image.image_id,
    'request', request.request_id, 'at', {_at("image.created_at_ms")}, 'kind', image.kind,
    'server', {_id("image.guild_id")}, 'channel', {_id("image.channel_id")},
    'message', {_id("image.message_id")},
    'file', CASE WHEN image.deleted_at_ms IS NULL AND image.rating = 'general'
        THEN 'pictures/' || image.image_id || '.jpg' END,
    'width_px', image.width_px, 'height_px', image.height_px, 'rating', image.rating,
    'description', image.alt_text, 'labels', json(image.labels), 'not_drawn', json(image.not_drawn),
    'made_from', image.parent_image_id,
    'is_favourite', json(CASE image.is_favourite WHEN 1 THEN 'true' ELSE 'false' END),
    'is_public', json(CASE image.is_public WHEN 1 THEN 'true' ELSE 'false' END),
    'deleted_at', {_at("image.deleted_at_ms")}) AS text
FROM request CROSS JOIN image ON image.request_id = request.request_id
WHERE request.account_id = :account_id AND request.scrubbed = 0 AND request.request_id >= :request_id
    AND (request.request_id, image.position) > (:request_id, :position)
ORDER BY request.request_id, image.position LIMIT :limit
"""
_BEFORE_ALL = -1


class SqlHoldings:
    """Implements :class:`bot.services.ports.storage.HoldingsRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def of(self, account_id: str) -> Holdings:
        """See the protocol."""
        row = await self._statements.fetch_one(_COUNTS, {"account_id": account_id})
        if row is None:
            return Holdings()
        wallets = await self._statements.fetch_all(_WALLETS, {"account_id": account_id})
        return Holdings(
            is_known=True,
            since_ms=row["since_ms"],
            requests=row["requests"],
            pictures=row["pictures"],
            companions=row["companions"],
            spoken=row["spoken"],
            entries=row["entries"],
            purchases=row["purchases"],
            reports=row["reports"],
            wallets=tuple(
                WalletHolding(wallet["guild_id"], wallet["granted"], wallet["held_granted"])
                for wallet in wallets
            ),
            purchased=row["purchased"],
            owed=row["owed"],
            is_being_erased=bool(row["is_being_erased"]),
        )

    async def facts(self, section: Section, account_id: str, after: str, limit: int) -> Sequence[Fact]:
        """See the protocol."""
        params: dict[str, str | int] = {"account_id": account_id, "limit": limit}
        if section is Section.PICTURES:
            return await self._pictures(params, after)
        params["after"] = (int(after) if after else _BEFORE_ALL) if section.is_numbered else after
        rows = await self._statements.fetch_all(_FACTS[section], params)
        return [Fact(section, str(row["key"]), row["text"]) for row in rows]

    async def _pictures(self, params: Params, after: str) -> Sequence[Fact]:
        request_id, _, position = after.rpartition("_")
        place = {"request_id": request_id, "position": int(position) if position else _BEFORE_ALL}
        return [_picture(row) for row in await self._statements.fetch_all(_PICTURES, {**params, **place})]


def _picture(row: Row) -> Fact:
    file = None
    if row["is_handed_over"]:  # a mature picture goes into no direct message and to nobody alone
        file = StoredFile(row["image_id"], row["file_key"], row["thumbnail_key"])
    return Fact(Section.PICTURES, row["key"], row["text"], file)
