"""Galleries: what is on a page, marks, candidates for a reference, and which indexes that walks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rows import GUILD, SCENE, account, companion, image, request

from bot.container.databases import Database
from bot.domain.request import Image, RequestKind
from bot.services.ports.storage import GalleryQuery, UnitOfWork
from db.errors import ConstraintViolationError, Violated
from db.gallery import page_sql
from tests.databases import RawSql, RefusedError

K = RequestKind
QUERIES = [
    GalleryQuery(
        "a",
        GUILD,
        10,
        companion_id=companion_id,
        kind=kind,
        favourites_only=favourites_only,
        public_only=public_only,
        before=before,
        after=after,
    )
    for companion_id, kind, favourites_only, public_only, (before, after) in itertools.product(
        (None, "mira"),
        (None, K.EDIT),
        (False, True),
        (False, True),
        ((None, None), ("x", None), (None, "x")),
    )
]


@pytest.fixture
async def account_id(storage: Database) -> str:
    return await account(storage)


async def add(
    storage: Database,
    account_id: str,
    number: int,
    *cast: str,
    kind: RequestKind = K.INSTANT,
    guild_id: int = GUILD,
    count: int = 1,
) -> Sequence[Image]:
    """A request with its pictures; their ids are in the order of the numbers."""
    plain = request(account_id, number)
    asked = replace(plain, kind=kind, reply=replace(plain.reply, guild_id=guild_id))
    pictures = [
        replace(image(asked, position), image_id=f"{number:03}-{position}") for position in range(count)
    ]

    async def work(uow: UnitOfWork) -> None:
        await uow.requests.add(asked)
        for picture in pictures:
            await uow.images.add(picture, cast)

    await storage.write(work)
    return pictures


async def ids(storage: Database, query: GalleryQuery) -> list[str]:
    return [picture.image_id for picture in await storage.read(lambda uow: uow.images.page(query))]


@pytest.fixture
async def gallery(storage: Database, account_id: str) -> GalleryQuery:
    """Seven pictures of one member in a guild, others around them; and the query for all of the seven."""
    await add(storage, account_id, 1, "mira")
    await add(storage, account_id, 2, "mira", "kaï", kind=K.GROUP)
    await add(storage, account_id, 3, "kaï", kind=K.PREMIUM, count=3)
    await add(storage, account_id, 4, "mira", kind=K.REFERENCE, count=4)
    await add(storage, account_id, 5, "mira", guild_id=GUILD + 1)
    await add(storage, await account(storage, 2), 6, "mira")
    await add(storage, account_id, 7, "mira", kind=K.EDIT)
    await add(storage, account_id, 8, kind=K.PREMIUM)
    return GalleryQuery(account_id, GUILD, 10)


async def test_a_page_has_a_member_s_pictures_in_a_guild_newest_first(
    storage: Database, gallery: GalleryQuery
):
    assert await ids(storage, gallery) == ["008-0", "007-0", "003-2", "003-1", "003-0", "002-0", "001-0"]
    assert await ids(storage, replace(gallery, guild_id=GUILD + 1)) == ["005-0"]
    assert await ids(storage, replace(gallery, guild_id=GUILD + 2)) == []


async def test_pages_go_on_before_and_after_a_picture(storage: Database, gallery: GalleryQuery):
    three = replace(gallery, limit=3)
    assert await ids(storage, three) == ["008-0", "007-0", "003-2"]
    assert await ids(storage, replace(three, before="003-2")) == ["003-1", "003-0", "002-0"]
    assert await ids(storage, replace(three, before="002-0")) == ["001-0"]
    assert await ids(storage, replace(three, before="001-0")) == []
    assert await ids(storage, replace(three, after="001-0")) == ["003-1", "003-0", "002-0"]
    assert await ids(storage, replace(three, after="008-0")) == []
    # Neither needs to be a picture: an id made from a time does.
    assert await ids(storage, replace(three, before="003")) == ["002-0", "001-0"]
    assert await ids(storage, replace(three, after="006")) == ["008-0", "007-0"]


async def test_a_page_has_what_a_filter_asks_for(storage: Database, gallery: GalleryQuery):
    assert await ids(storage, replace(gallery, kind=K.PREMIUM)) == ["008-0", "003-2", "003-1", "003-0"]
    assert await ids(storage, replace(gallery, companion_id="mira")) == ["007-0", "002-0", "001-0"]
    assert await ids(storage, replace(gallery, companion_id="kaï", kind=K.GROUP)) == ["002-0"]
    assert await ids(storage, replace(gallery, companion_id="kaï", limit=2)) == ["003-2", "003-1"]
    assert await ids(storage, replace(gallery, companion_id="kaï", after="002-0", limit=1)) == ["003-0"]
    assert await ids(storage, replace(gallery, companion_id="zoe")) == []


@pytest.mark.parametrize("companion_id", [None, "mira"])
async def test_candidates_for_a_reference_are_in_no_gallery(
    storage: Database, gallery: GalleryQuery, companion_id: str | None
):
    query = replace(gallery, companion_id=companion_id)
    assert await ids(storage, replace(query, kind=K.REFERENCE)) == []
    assert not [image_id for image_id in await ids(storage, query) if image_id.startswith("004")]


async def test_favourites_and_what_is_shown_to_others_are_marked_and_unmarked(
    storage: Database, gallery: GalleryQuery
):
    async def mark(uow: UnitOfWork) -> None:
        for image_id in ("001-0", "002-0", "008-0", "004-0"):
            await uow.images.set_favourite(image_id, is_favourite=True)
        for image_id in ("002-0", "003-1", "004-0"):
            await uow.images.set_public(image_id, is_public=True)

    await storage.write(mark)
    favourites = replace(gallery, favourites_only=True)
    public = replace(gallery, public_only=True)
    assert await ids(storage, favourites) == ["008-0", "002-0", "001-0"]
    assert await ids(storage, public) == ["003-1", "002-0"]
    assert await ids(storage, replace(favourites, public_only=True)) == ["002-0"]
    assert await ids(storage, replace(favourites, kind=K.PREMIUM)) == ["008-0"]
    assert await ids(storage, replace(favourites, companion_id="mira", before="002-0")) == ["001-0"]
    assert await ids(storage, replace(favourites, companion_id="mira", kind=K.GROUP)) == ["002-0"]
    assert await ids(storage, replace(public, companion_id="kaï", kind=K.PREMIUM)) == ["003-1"]
    assert await ids(storage, replace(public, companion_id="kaï")) == ["003-1", "002-0"]
    assert await ids(storage, replace(public, kind=K.GROUP, companion_id="mira")) == ["002-0"]

    async def unmark(uow: UnitOfWork) -> Image | None:
        await uow.images.set_favourite("002-0", is_favourite=False)
        await uow.images.set_public("003-1", is_public=False)
        return await uow.images.get("002-0")

    kept = await storage.write(unmark)
    assert kept is not None
    assert (kept.is_favourite, kept.is_public) == (False, True)
    assert await ids(storage, favourites) == ["008-0", "001-0"]
    assert await ids(storage, replace(favourites, companion_id="mira")) == ["001-0"]
    assert await ids(storage, replace(public, companion_id="kaï")) == ["002-0"]


async def test_a_deleted_picture_is_on_no_page(storage: Database, gallery: GalleryQuery):
    async def work(uow: UnitOfWork) -> None:
        await uow.images.set_favourite("002-0", is_favourite=True)
        await uow.images.set_public("002-0", is_public=True)
        await uow.images.mark_deleted("002-0", 9)

    await storage.write(work)
    for companion_id, favourites_only, public_only in itertools.product(
        (None, "mira", "kaï"), (False, True), (False, True)
    ):
        query = replace(
            gallery, companion_id=companion_id, favourites_only=favourites_only, public_only=public_only
        )
        assert "002-0" not in await ids(storage, query)


async def test_a_picture_comes_back_with_its_marks_and_its_parent(storage: Database, account_id: str):
    (parent,) = await add(storage, account_id, 1)
    asked = replace(request(account_id, 2), kind=K.EDIT)
    child = replace(
        image(asked), parent_image_id=parent.image_id, is_favourite=True, is_public=True, deleted_at_ms=5
    )

    async def work(uow: UnitOfWork) -> Image | None:
        await uow.requests.add(asked)
        await uow.images.add(child, ("mira", "kaï", "mira"))
        return await uow.images.get(child.image_id)

    assert await storage.write(work) == child
    orphan = replace(child, image_id="x", position=1, parent_image_id="gone")
    with pytest.raises(ConstraintViolationError) as caught:
        await storage.write(lambda uow: uow.images.add(orphan, ()))
    assert caught.value.sort is Violated.FOREIGN_KEY


@pytest.mark.parametrize("change", [{"kind": K.EDIT}, {"guild_id": 5}, {"account_id": "other"}])
async def test_a_picture_is_of_the_member_guild_and_kind_of_its_request(
    storage: Database, account_id: str, change: dict[str, object]
):
    await storage.write(lambda uow: uow.requests.add(request(account_id)))
    wrong = replace(image(request(account_id)), **change)
    with pytest.raises(ConstraintViolationError, match="image_of_another_request"):
        await storage.write(lambda uow: uow.images.add(wrong, SCENE.cast))


async def test_a_cast_says_of_its_picture_what_the_picture_says(
    storage: Database, account_id: str, raw: RawSql
):
    await add(storage, account_id, 1, "mira")
    for wrong in (
        "'b', 42, 'instant', NULL, 0, 0",
        f"'{account_id}', {GUILD}, 'instant', NULL, 1, 0",
        f"'{account_id}', {GUILD}, 'instant', 5, 0, 0",
        f"'{account_id}', {GUILD}, 'edit', NULL, 0, 0",
    ):
        with pytest.raises(RefusedError, match="image_cast_of_another_image"):
            raw.execute(f"INSERT INTO image_cast VALUES ('001-0', 'kaï', 1, {wrong})")  # noqa: S608
    for change in ("position = 1", "kind = 'edit'", "guild_id = 1", "account_id = 'b'", "companion_id = 'x'"):
        with pytest.raises(RefusedError, match="image_cast_identity_fixed"):
            raw.execute(f"UPDATE image_cast SET {change}")  # noqa: S608


async def test_the_pictures_of_a_message_come_in_order_without_the_deleted(
    storage: Database, account_id: str
):
    pictures = await add(storage, account_id, 1, count=4)
    await add(storage, account_id, 2)

    async def work(uow: UnitOfWork) -> list[list[int]]:
        for picture in reversed(pictures):
            await uow.images.set_message(picture.image_id, 7, 8)
        await uow.images.mark_deleted(pictures[1].image_id, 5)
        found = [await uow.images.of_message(*place) for place in ((7, 8), (6, 8), (7, 9))]
        return [[picture.position for picture in of_message] for of_message in found]

    assert await storage.write(work) == [[0, 2, 3], [], []]


async def test_candidates_are_those_of_the_latest_request(storage: Database, account_id: str):
    async def found(companion_id: str = "mira") -> tuple[list[str], bool]:
        async def work(uow: UnitOfWork) -> tuple[list[str], bool]:
            pictures = await uow.images.candidates(companion_id)
            return [it.image_id for it in pictures], await uow.images.any_candidates(companion_id)

        return await storage.read(work)

    await add(storage, account_id, 9, "mira")
    assert await found() == ([], False)
    await add(storage, account_id, 1, "mira", kind=K.REFERENCE, count=4)
    assert await found() == (["001-0", "001-1", "001-2", "001-3"], True)
    await add(storage, account_id, 2, "mira", kind=K.REFERENCE, count=3)
    await add(storage, account_id, 3, "kaï", kind=K.REFERENCE)
    await storage.write(lambda uow: uow.images.mark_deleted("002-1", 5))
    assert await found() == (["002-0", "002-2"], True)
    assert await found("kaï") == (["003-0"], True)
    for image_id in ("002-0", "002-2", "003-0"):
        await storage.write(lambda uow, which=image_id: uow.images.mark_deleted(which, 5))
    # They were made, and paid for or free: the earlier ones do not come back.
    assert await found() == await found("kaï") == ([], True)


async def test_a_companion_s_reference_keeps_its_file(storage: Database, account_id: str):
    (candidate,) = await add(storage, account_id, 1, "companion-1", kind=K.REFERENCE)

    async def work(uow: UnitOfWork) -> list[bool]:
        async def in_use() -> bool:
            return await uow.images.file_in_use(candidate.file_key)

        await uow.companions.add(companion(), account_id, 1)
        await uow.companions.set_reference("companion-1", candidate.file_key)
        found = [await in_use()]
        await uow.images.mark_deleted(candidate.image_id, 5)
        found.append(await in_use())
        await uow.companions.delete("companion-1", 6)
        return [*found, await in_use()]

    assert await storage.write(work) == [True, True, False]


def plan(raw: RawSql, query: GalleryQuery) -> list[str]:
    return [row["detail"] for row in raw.execute(f"EXPLAIN QUERY PLAN {page_sql(query)}", parameters(query))]


def parameters(query: GalleryQuery) -> dict[str, str | int | None]:
    return {
        "account_id": query.account_id,
        "guild_id": query.guild_id,
        "companion_id": query.companion_id,
        "kind": query.kind,
        "before": query.before,
        "after": query.after,
        "limit": query.limit,
    }


def expected_walk(query: GalleryQuery) -> str:
    """The index made for the filters, walked from the id on."""
    of = "image" if query.companion_id is None else "image_cast"
    shelf = "public" if query.public_only else "favourites" if query.favourites_only else "gallery"
    columns = ["account_id=?", "guild_id=?"]
    if query.companion_id is not None:
        columns.append("companion_id=?")
    if query.public_only or query.favourites_only:
        columns.append("is_public=?" if query.public_only else "is_favourite=?")
    if query.kind is not None:
        columns.append("kind=?")
    if query.before is not None or query.after is not None:
        columns.append("image_id<?" if query.before else "image_id>?")
    index = f"{of}_{shelf}" + ("" if query.kind is None else "_of_kind")
    return f"SEARCH listed USING INDEX {index} ({' AND '.join(columns)})"


def expected_plan(query: GalleryQuery) -> list[str]:
    by_id = ["SEARCH image USING INDEX sqlite_autoindex_image_1 (image_id=?)"]
    return [expected_walk(query), *(by_id if query.companion_id else [])]


@pytest.mark.sqlite
@pytest.mark.parametrize("query", QUERIES)
async def test_every_page_walks_its_index_and_sorts_nothing(raw: RawSql, query: GalleryQuery):
    assert plan(raw, query) == expected_plan(query)


@pytest.mark.sqlite
async def test_a_page_of_100_000_pictures_costs_what_a_page_of_few_does(storage: Database, raw: RawSql):
    account_id = await account(storage)
    for number, kind in enumerate((K.INSTANT, K.EDIT, K.REFERENCE), 1):
        asked = replace(request(account_id, number), kind=kind)
        await storage.write(lambda uow, added=asked: uow.requests.add(added))
    # Of 100,000 the oldest is the only edit, favourite, shown to others and with Mira; half are deleted,
    # and the newest are candidates.
    raw.execute(
        """INSERT INTO image (image_id, request_id, account_id, guild_id, kind, position, file_key,
            thumbnail_key, width_px, height_px, share_granted, share_purchased, rating, alt_text, labels,
            not_drawn, seed, created_at_ms, deleted_at_ms, is_favourite, is_public)
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100999)
        SELECT printf('%06d', i), 'request-' || (CASE WHEN i = 0 THEN 2 WHEN i < 100000 THEN 1 ELSE 3 END),
            :account_id, :guild_id,
            CASE WHEN i = 0 THEN 'edit' WHEN i < 100000 THEN 'instant' ELSE 'reference' END, i, 'f', 't', 1, 1,
            0, 0, 'general', '', '[]', '[]', 1, 1, iif(i % 2 OR i > 90000, 5, NULL), i = 0, i = 0 FROM n""",
        {"account_id": account_id, "guild_id": GUILD},
    )
    raw.execute(
        """INSERT INTO image_cast
        SELECT image_id, iif(image_id = '000000', 'mira', 'kaï'), 0, account_id, guild_id, kind, deleted_at_ms,
            is_favourite, is_public FROM image"""
    )
    costs: dict[GalleryQuery, int] = {}
    for statistics in (False, True):  # the planner chooses the same whether it has seen the data or not
        if statistics:
            raw.execute("ANALYZE")
            raw.execute("ANALYZE sqlite_schema")
        for template in QUERIES:
            place = {"before": template.before and "050000", "after": template.after and "050000"}
            query = replace(template, account_id=account_id, **place)
            assert plan(raw, query) == expected_plan(query)
            found, costs[query] = counted(raw, query)
            is_rare = query.companion_id or query.kind or query.favourites_only or query.public_only
            assert len(found) == (0 if is_rare and query.after else 1 if is_rare else 10)
        for query in (GalleryQuery(account_id, GUILD, 10), GalleryQuery(account_id, GUILD, 10, "kaï")):
            found, costs[query] = counted(raw, query)
            assert found == [f"{number:06}" for number in range(90_000, 89_980, -2)]
    assert max(costs.values()) < 1_000, costs


def counted(raw: RawSql, query: GalleryQuery) -> tuple[list[str], int]:
    """The ids of a page, and how many steps SQLite took for them."""
    steps = itertools.count()
    raw.sqlite.set_progress_handler(lambda: next(steps) < 0, 1)
    found = [row["image_id"] for row in raw.execute(page_sql(query), parameters(query))]
    raw.sqlite.set_progress_handler(None, 1)
    return found, next(steps)
