"""A gallery's page among a million (``--full``: ten million) pictures against ten thousand."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.growth import (
    ROWS_PER_MEMBER,
    SAMPLED_MEMBERS,
    TARGET,
    Reading,
    account_of,
    add_accounts,
    bare_tables,
    guild_of,
    medians_us,
)
from benchmarks.table import Options, Row
from bot.domain.request import Image
from bot.services.gallery import PAGE_SIZE
from bot.services.ports.storage import GalleryQuery, UnitOfWork
from db.engine import SqliteStorage

SMALL_PICTURES = 10_000
LARGE_PICTURES = 1_000_000
FULL_PICTURES = 10_000_000
KEEN_PICTURES = 100_000
"""Of the one member in the large file who has many more than the others."""
PICTURES_PER_REQUEST = 2

# Requests follow each other in time, each of another member: a page's rows lie far apart in the file.
# Multiplying by 2³² over the golden ratio (Knuth, TAOCP 3, 6.4) gives each member as many as any other.
_FILL = """
INSERT INTO image (image_id, request_id, account_id, guild_id, kind, position, file_key, thumbnail_key,
    width_px, height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn, seed,
    created_at_ms, is_favourite, is_public)
WITH RECURSIVE
    n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :pictures - 1),
    numbered (i, r) AS (SELECT i, i / :per_request FROM n)
SELECT printf('I%025d', i), printf('R%025d', r), owner.account_id, owner.guild_id,
    CASE r / 7 % 4 WHEN 0 THEN 'premium' WHEN 1 THEN 'group' ELSE 'instant' END, i % :per_request,
    lower(hex(randomblob(32))), lower(hex(randomblob(32))), 1536, 2048, 50, 0, 'general',
    'Mira, 24-year-old woman, long black hair, leaning on the railing of a rooftop garden at dusk, smiling',
    '["sketch"]', '[]', i, i, r / 3 % 3 = 0, r / 5 % 8 = 0
FROM numbered JOIN owner
    ON owner.number = iif(r % :keen_every = 0, :members, r * 2654435769 % 4294967296 * :members / 4294967296)
"""
_FILL_CAST = """
INSERT INTO image_cast
SELECT image_id, companion.value, companion.key, account_id, guild_id, kind, deleted_at_ms, is_favourite,
    is_public
FROM image JOIN json_each(CASE image.seed / 11 % 3
    WHEN 0 THEN '["mira", "kai"]' WHEN 1 THEN '["mira"]' ELSE '["zoe"]' END) AS companion
ORDER BY image_id, companion.value
"""


def rows(options: Options) -> Sequence[Row]:
    """The gallery's rows."""
    large = FULL_PICTURES if options.full else options.scaled(LARGE_PICTURES, 100_000)
    keen = min(KEEN_PICTURES, large // 4)
    found = in_fresh_process(page_times, SMALL_PICTURES, large, keen)
    note = (
        f"Median over {SAMPLED_MEMBERS:,} random places in galleries of about {ROWS_PER_MEMBER} pictures, their "
        f"rows spread over the whole file, {PAGE_SIZE} pictures a page through storage.read, both files in "
        f"random turns; {large:,} pictures against {SMALL_PICTURES:,}."
        + ("" if options.full else f" The target is for {FULL_PICTURES:,}: --full.")
    )
    first = (
        "The first time that these places are read: what is no longer in the system's cache after the file was "
        "filled comes from the disk. The rows above read the same places once more."
    )
    named = (
        (f"gallery page, {large:,} pictures", "page"),
        (f"gallery page of one companion's favourites, {large:,} pictures", "filtered"),
        (f"gallery page of a member who has {keen:,} of them", "keen"),
    )
    return [
        *(_row(found, what, f"{name}_again", note, has_target=True) for what, name in named),
        *(_row(found, f"{what}, partly from disk", f"{name}_first", first) for what, name in named),
    ]


def _row(found: Figures, what: str, name: str, note: str, *, has_target: bool = False) -> Row:
    small_us, large_us = found[f"{name}_small_us"], found[f"{name}_large_us"]
    return Row(
        what=what,
        target=TARGET if has_target else "",
        ours=f"{large_us:.0f} µs",
        reference=f"{small_us:.0f} µs",
        ratio=large_us / small_us,
        met=large_us <= 1.5 * small_us if has_target else None,
        note=note,
    )


async def page_times(small_pictures: int, large_pictures: int, keen_pictures: int) -> Figures:
    """Median microseconds of a page in either file, read for the first time and again.

    The one with most pictures is set against an ordinary member.
    """
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.db"), Path(folder, "large.db")
        for path, pictures, keen in ((small, small_pictures, 0), (large, large_pictures, keen_pictures)):
            await (await SqliteStorage.open(path)).close()
            fill(path, pictures, keen)
        figures: Figures = {}
        async with await SqliteStorage.open(small) as few, await SqliteStorage.open(large) as many:
            for name, in_small, in_large in (
                ("page", _anywhere(small_pictures), _anywhere(large_pictures)),
                ("filtered", _of_companion(small_pictures), _of_companion(large_pictures)),
                ("keen", _anywhere(small_pictures), _anywhere(large_pictures, is_keen=True)),
            ):
                for time in ("first", "again"):
                    figures[f"{name}_{time}_small_us"], figures[f"{name}_{time}_large_us"] = await medians_us(
                        (few, in_small), (many, in_large)
                    )
    return figures


def _anywhere(pictures: int, *, is_keen: bool = False) -> Callable[[int], Reading]:
    """Pages that begin anywhere in the newer half of a random member's gallery, or of the keen one's."""

    def reading_of(number: int) -> Reading:
        chance = random.Random(number)
        member = chance.randrange(_members(pictures))
        query = _query(_members(pictures) if is_keen else member)
        return _page(replace(query, before=f"I{chance.randrange(pictures // 2, pictures):025}"))

    return reading_of


def _of_companion(pictures: int) -> Callable[[int], Reading]:
    """The newest of a random member's favourites with one companion."""

    def reading_of(number: int) -> Reading:
        query = _query(random.Random(number).randrange(_members(pictures)))
        return _page(replace(query, companion_id="mira", favourites_only=True))

    return reading_of


def _query(member: int) -> GalleryQuery:
    return GalleryQuery(account_of(member), guild_of(member), PAGE_SIZE)


def _page(query: GalleryQuery) -> Reading:
    async def work(uow: UnitOfWork) -> Sequence[Image]:
        page = await uow.images.page(query)
        if len(page) != query.limit:
            raise RuntimeError(f"a page of {len(page)} can't be compared")
        return page

    return work


def fill(path: Path, pictures: int, keen_pictures: int) -> None:
    """A file with so many pictures of many members, ``keen_pictures`` of them one member's."""
    members = _members(pictures)
    with bare_tables(path, "image", "image_cast") as connection:
        add_accounts(connection, members + 1)
        _add_owners(connection, members + 1)
        counts = {"pictures": pictures, "members": members, "per_request": PICTURES_PER_REQUEST}
        # Nobody is keen where every nothing-th request is theirs: a division by zero is NULL.
        counts["keen_every"] = pictures // keen_pictures if keen_pictures else 0
        connection.execute(_FILL, counts)
        connection.execute(_FILL_CAST)


def _add_owners(connection: sqlite3.Connection, members: int) -> None:
    connection.execute(
        "CREATE TEMP TABLE owner (number INTEGER PRIMARY KEY, account_id TEXT, guild_id INTEGER)"
    )
    connection.executemany(
        "INSERT INTO owner VALUES (?, ?, ?)",
        ((member, account_of(member), guild_of(member)) for member in range(members)),
    )


def _members(pictures: int) -> int:
    return pictures // ROWS_PER_MEMBER
