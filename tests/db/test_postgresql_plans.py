"""The statements of the hot paths find their rows by an index on PostgreSQL, too, among many rows of others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from rows import GUILD, account, request
from test_gallery_rows import QUERIES, parameters

from bot.container.databases import Database
from bot.domain.request import RequestKind
from bot.services.ports.storage import GalleryQuery
from db.gallery import page_sql
from db.guilds import (  # the plans of the real queries
    _BILLED,  # pyright: ignore[reportPrivateUsage]
    _BILLED_BY_MEMBER,  # pyright: ignore[reportPrivateUsage]
    _SPENT,  # pyright: ignore[reportPrivateUsage]
    _SPENT_BY_MEMBER,  # pyright: ignore[reportPrivateUsage]
)
from db.requests import _BILLED_TIMES  # pyright: ignore[reportPrivateUsage]
from tests.databases import RawSql

pytestmark = pytest.mark.postgresql

PICTURES = 20_000
"""One in ten of them is the member's; of those some are special."""
FILLED = """
INSERT INTO image (image_id, request_id, account_id, guild_id, kind, position, file_key,
    thumbnail_key, width_px, height_px, share_granted, share_purchased, rating, alt_text, labels,
    not_drawn, seed, created_at_ms, deleted_at_ms, is_favourite, is_public)
SELECT lpad(n::text, 6, '0'), 'request-' || CASE WHEN n % 50 = 0 THEN 2 ELSE 1 END,
    CASE WHEN n % 10 = 0 THEN :account_id ELSE 'other' || n % 10 END, :guild_id + n % 10,
    CASE WHEN n % 50 = 0 THEN 'edit' ELSE 'instant' END, n, 'f', 't', 1, 1,
    0, 0, 'general', '', '[]', '[]', 1, n, CASE WHEN n % 2 = 1 THEN 5 END,
    (n % 100 = 0)::int, (n % 100 = 0)::int FROM generate_series(0, :pictures - 1) AS n
"""
HELD = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased, owed,
    hold_ref, at_ms)
SELECT 'member' || n % 100, n % 50, 'hold', 'r' || n, -1, 0, 1, 0, 0, 'r' || n, n FROM generate_series(1, 5000) AS n
"""
CAST = """
INSERT INTO image_cast SELECT image_id, 'mira', 0, account_id, guild_id, kind, deleted_at_ms, is_favourite,
    is_public FROM image
"""


class Plan:
    """How a statement would be carried out."""

    def __init__(self, raw: RawSql, sql: str, values: Mapping[str, Any]) -> None:
        raw.execute("SET enable_seqscan = off")  # as the program has it
        ((explained,),) = raw.execute(f"EXPLAIN (FORMAT JSON, COSTS OFF) {sql}", values)
        made = json.loads(explained) if isinstance(explained, str) else explained
        self.nodes = list(_nodes(made[0]["Plan"]))

    @property
    def indexes(self) -> list[str]:
        """The indexes that are walked, outermost first."""
        return [node["Index Name"] for node in self.nodes if "Index Name" in node]

    @property
    def whole_tables(self) -> list[str]:
        """The tables that are read from end to end."""
        return [node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"]

    @property
    def sorts(self) -> bool:
        """Whether rows are put in order after they were found."""
        return any("Sort" in node["Node Type"] for node in self.nodes)


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node.get("Plans", ()) for below in _nodes(child))]


@pytest.fixture
async def filled(storage: Database, raw: RawSql) -> tuple[RawSql, str]:
    """A member's shelf of many pictures, few of them special; the member's account."""
    account_id = await account(storage)
    for number, kind in enumerate((RequestKind.INSTANT, RequestKind.EDIT), 1):
        asked = replace(request(account_id, number), kind=kind)
        await storage.write(lambda uow, added=asked: uow.requests.add(added))
    raw.execute("SET session_replication_role = replica")  # many rows, quickly
    raw.execute(FILLED, {"account_id": account_id, "guild_id": GUILD, "pictures": PICTURES})
    raw.execute(CAST)
    raw.execute(HELD)
    raw.execute("ANALYZE")
    return raw, account_id


def expected_index(query: GalleryQuery) -> str:
    of = "image" if query.companion_id is None else "image_cast"
    shelf = "public" if query.public_only else "favourites" if query.favourites_only else "gallery"
    return f"{of}_{shelf}" + ("" if query.kind is None else "_of_kind")


async def test_every_page_walks_its_index_and_sorts_nothing(filled: tuple[RawSql, str]):
    raw, account_id = filled
    for template in QUERIES:
        place = {"before": template.before and "010000", "after": template.after and "010000"}
        query = replace(template, account_id=account_id, **place)
        plan = Plan(raw, page_sql(query), parameters(query))
        assert plan.indexes[0] == expected_index(query), query
        assert not plan.whole_tables, query
        is_rare = query.kind or query.favourites_only or query.public_only
        assert is_rare or not plan.sorts, query  # a few rows that an index found may be put in order


@pytest.mark.parametrize(
    ("sql", "index"), [(_SPENT, "ledger_held_in_guild"), (_SPENT_BY_MEMBER, "ledger_held_by_member")]
)
def test_a_days_sum_touches_only_its_indexes(filled: tuple[RawSql, str], sql: str, index: str):
    plan = Plan(filled[0], sql, {"guild_id": 7, "account_id": "member7", "since_ms": 4000})
    assert index in plan.indexes
    assert not plan.whole_tables


VALUES = {"guild_id": GUILD, "account_id": "a", "since_ms": 1, "after_ms": 1, "until_ms": 9, "a": "a"}


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (_BILLED, "request_billed_in_guild"),
        (_BILLED_BY_MEMBER, "request_billed_in_guild"),
        (_BILLED_TIMES, "request_billed_by_account"),
        (
            "SELECT * FROM report_case WHERE guild_id = 1 AND decision IS NULL ORDER BY case_id LIMIT 9",
            "report_case_queue",
        ),
        (
            "SELECT case_id FROM report_case WHERE work_at_ms IS NOT NULL AND work_at_ms <= 5",
            "report_case_work",
        ),
        ("SELECT at_ms FROM report WHERE account_id = 'a' AND at_ms > 5", "report_of_account"),
        (
            """SELECT request_id FROM request WHERE (state IN ('received', 'held', 'running', 'stored')
            OR (state IN ('refused', 'failed', 'cancelled') AND told = 0)) ORDER BY created_at_ms, request_id""",
            "request_unfinished",
        ),
        ("SELECT 1 FROM spoken WHERE account_id = :a", None),
        ("DELETE FROM presence WHERE account_id = :a", None),
        ("SELECT 1 FROM companion WHERE owner_account_id = :a", None),
        ("SELECT 1 FROM purchase WHERE account_id = :a", None),
        ("SELECT 1 FROM report_case WHERE decided_by_account_id = :a", None),
    ],
)
def test_what_is_asked_often_is_found_by_its_index(raw: RawSql, sql: str, index: str | None):
    plan = Plan(raw, sql, VALUES)
    assert not plan.whole_tables
    assert plan.indexes
    if index is not None:
        assert index in plan.indexes
