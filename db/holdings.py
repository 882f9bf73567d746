"""SQL that tells what is kept about a member, as JSON: a fact is handed on as it is.

Discord's ids are text in it, for many readers of JSON take them for fractions and round them. Times are UTC.
"""
# ruff: noqa: S608 - queries are composed of this module's own constants, never of values

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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
        UNION ALL SELECT min(created_at_ms) FROM companion WHERE owner_account_id = :account_id) AS began)
        AS since_ms
FROM account WHERE account_id = :account_id
"""
_WALLETS = """
SELECT guild_id, granted, held_granted FROM wallet
WHERE account_id = :account_id AND granted + held_granted > 0 ORDER BY granted + held_granted DESC, guild_id
"""


class _As(enum.Enum):
    """How a column is told: as it is, as an id, a moment, a yes or no, or the JSON that it holds."""

    IS = enum.auto()
    ID = enum.auto()
    TIME = enum.auto()
    FLAG = enum.auto()
    JSON = enum.auto()


@dataclass(frozen=True, slots=True)
class _Told:
    """A table's columns by the names they have in the export, and how rows are walked by ``key``."""

    table: str
    columns: Mapping[str, str | tuple[str, _As]]
    key: str | None = None
    where: str = "account_id = :account_id"

    @property
    def sql(self) -> str:
        """Rows of a key and the columns, in the order of the keys; without a key there is one row at most."""
        names = [column if isinstance(column, str) else column[0] for column in self.columns.values()]
        shown = ", ".join(f"{name} AS c{number}" for number, name in enumerate(names))
        if self.key is None:
            return (
                f"SELECT 0 AS key, {shown} FROM {self.table} WHERE {self.where} AND 0 > :after LIMIT :limit"
            )
        return (
            f"SELECT {self.key} AS key, {shown} FROM {self.table} "
            f"WHERE {self.where} AND {self.key} > :after ORDER BY {self.key} LIMIT :limit"
        )

    def text(self, row: Row) -> str:
        """The row as JSON."""
        told: dict[str, object] = {}
        for number, (name, column) in enumerate(self.columns.items()):
            told[name] = _told(row[f"c{number}"], _As.IS if isinstance(column, str) else column[1])
        return _json(told)


def _told(value: Any, how: _As) -> object:
    if value is None:
        return None
    match how:
        case _As.ID:
            return str(value)
        case _As.TIME:
            return _moment(value)
        case _As.FLAG:
            return bool(value)
        case _As.JSON:
            return json.loads(value)
        case _As.IS:
            return value


def _moment(at_ms: int) -> str:
    """A time in words, UTC."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03}Z"


def _json(told: Mapping[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


_SERVER = ("guild_id", _As.ID)
_CHANNEL = ("channel_id", _As.ID)
_AT = ("at_ms", _As.TIME)

_FACTS: dict[Section, _Told] = {
    Section.ACCOUNT: _Told(
        "account",
        {
            "account": "account_id",
            "purchased_moments": "purchased",
            "purchased_moments_held": "held_purchased",
            "owed_moments": "owed",
        },
    ),
    Section.WALLETS: _Told(
        "wallet", {"server": _SERVER, "moments": "granted", "moments_held": "held_granted"}, "guild_id"
    ),
    Section.LEDGER: _Told(
        "ledger",
        {
            "at": _AT,
            "server": _SERVER,
            "kind": "kind",
            "granted": "granted",
            "purchased": "purchased",
            "held_granted": "held_granted",
            "held_purchased": "held_purchased",
            "owed": "owed",
            "reference": "ref",
        },
        "entry_id",
    ),
    Section.PURCHASES: _Told(
        "purchase",
        {
            "entitlement": ("entitlement_id", _As.ID),
            "sku": ("sku_id", _As.ID),
            "moments": "moments",
            "at": ("seen_at_ms", _As.TIME),
            "taken_back_at": ("taken_back_at_ms", _As.TIME),
        },
        "entitlement_id",
    ),
    Section.COMPANIONS: _Told(
        "companion",
        {
            "companion": "companion_id",
            "server": _SERVER,
            "name": "name",
            "aliases": ("aliases", _As.JSON),
            "look": ("look", _As.JSON),
            "persona": "persona",
            "has_reference": ("CASE WHEN reference_key IS NULL THEN 0 ELSE 1 END", _As.FLAG),
            "is_shared": ("is_shared", _As.FLAG),
            "created_at": ("created_at_ms", _As.TIME),
            "deleted_at": ("deleted_at_ms", _As.TIME),
        },
        "companion_id",
        "owner_account_id = :account_id",
    ),
    Section.PRESENCE: _Told(
        "presence", {"channel": _CHANNEL, "companion": "companion_id", "at": _AT}, "presence_id"
    ),
    Section.SPOKEN: _Told(
        "spoken",
        {"message": ("message_id", _As.ID), "channel": _CHANNEL, "companion": "companion_id", "at": _AT},
        "message_id",
    ),
    Section.PREFERENCES: _Told(
        "preference",
        {
            "shape_with_one": "aspect_solo",
            "shape_with_more": "aspect_group",
            "ask_above_moments": "ask_above",
            "show_descriptions": ("show_alt_text", _As.FLAG),
        },
    ),
    Section.STUDIO: _Told("studio", {"server": _SERVER, "choices": ("choices", _As.JSON)}, "guild_id"),
    Section.NOTICES: _Told(
        "notice", {"kind": "kind", "picture": "image_id", "at": _AT, "detail": ("detail", _As.JSON)}, "rowid"
    ),
    Section.REPORTS: _Told(
        "report", {"picture": "image_id", "reason": "reason", "words": "words", "at": _AT}, "report_id"
    ),
    Section.SETTINGS: _Told(
        "audit_log",
        {
            "server": _SERVER,
            "what": "what",
            "before": ("before", _As.JSON),
            "after": ("after", _As.JSON),
            "at": _AT,
        },
        "line_id",
    ),
    Section.REQUESTS: _Told(
        "request",
        {
            "request": "request_id",
            "kind": "kind",
            "at": ("created_at_ms", _As.TIME),
            "as": "requester",
            "server": _SERVER,
            "channel": _CHANNEL,
            "message": ("message_id", _As.ID),
            "state": "state",
            "end_reason": "end_reason",
            "prompt": "prompt",
            "options": ("options", _As.JSON),
            "scene": ("scene", _As.JSON),
            "moments": "cost",
            "paid_granted": "paid_granted",
            "paid_purchased": "paid_purchased",
            "rating": "rating",
            "backend": "backend",
        },
        "request_id",
        "account_id = :account_id AND scrubbed = 0",
    ),
}

# A key is the request's id and the position in it, so that the walk is that of requests.
_PICTURES = """
SELECT image.* FROM request CROSS JOIN image
WHERE image.request_id = request.request_id
    AND request.account_id = :account_id AND request.scrubbed = 0 AND request.request_id >= :request_id
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
        told = _FACTS[section]
        rows = await self._statements.fetch_all(told.sql, params)
        return [Fact(section, str(row["key"]), told.text(row)) for row in rows]

    async def _pictures(self, params: Params, after: str) -> Sequence[Fact]:
        request_id, _, position = after.rpartition("_")
        place = {"request_id": request_id, "position": int(position) if position else _BEFORE_ALL}
        return [_picture(row) for row in await self._statements.fetch_all(_PICTURES, {**params, **place})]


def _picture(row: Row) -> Fact:
    # A mature picture goes into no direct message and to nobody alone.
    is_handed_over = row["deleted_at_ms"] is None and row["rating"] == "general"
    told: dict[str, object] = {
        "picture": row["image_id"],
        "request": row["request_id"],
        "at": _moment(row["created_at_ms"]),
        "kind": row["kind"],
        "server": _told(row["guild_id"], _As.ID),
        "channel": _told(row["channel_id"], _As.ID),
        "message": _told(row["message_id"], _As.ID),
        "file": f"pictures/{row['image_id']}.jpg" if is_handed_over else None,
        "width_px": row["width_px"],
        "height_px": row["height_px"],
        "rating": row["rating"],
        "description": row["alt_text"],
        "labels": json.loads(row["labels"]),
        "not_drawn": json.loads(row["not_drawn"]),
        "made_from": row["parent_image_id"],
        "is_favourite": bool(row["is_favourite"]),
        "is_public": bool(row["is_public"]),
        "deleted_at": _told(row["deleted_at_ms"], _As.TIME),
    }
    file = StoredFile(row["image_id"], row["file_key"], row["thumbnail_key"]) if is_handed_over else None
    return Fact(Section.PICTURES, f"{row['request_id']}_{row['position']}", _json(told), file)
