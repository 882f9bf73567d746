"""A gallery walked page by page, both ways, while pictures are deleted, marked and made."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from rows import GUILD, image, request

from bot.domain.request import Image, ImageRequest, RequestKind
from bot.services.ports.storage import GalleryQuery
from db.driving import run_to_end
from db.migrate import migrate
from db.sqlite import DirectStatements, connect
from db.unit import Repositories

K = RequestKind
COMPANIONS = ("mira", "kaï", "zoe")
KINDS = (K.INSTANT, K.PREMIUM, K.REFERENCE)
MEMBERS = (1, 2)
GUILDS = (GUILD, GUILD + 1)


@dataclass(frozen=True)
class Made:
    """A picture as the test remembers it."""

    user_id: int
    guild_id: int
    kind: RequestKind
    cast: frozenset[str]
    is_favourite: bool
    is_public: bool
    is_deleted: bool = False


pictures = st.builds(
    Made,
    user_id=st.sampled_from([MEMBERS[0], MEMBERS[0], *MEMBERS]),
    guild_id=st.sampled_from([GUILD, GUILD, *GUILDS]),
    kind=st.sampled_from(KINDS),
    cast=st.frozensets(st.sampled_from(COMPANIONS)),
    is_favourite=st.booleans(),
    is_public=st.booleans(),
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "companion_id": st.sampled_from(COMPANIONS),
        "kind": st.sampled_from(KINDS),
        "favourites_only": st.booleans(),
        "public_only": st.booleans(),
    },
)
MEDDLINGS = st.lists(
    st.tuples(st.sampled_from(["delete", "favourite", "public", "add", "nothing"]), st.integers(0, 10**6)),
    max_size=12,
)


class Gallery:
    """The database, and beside it what should be in it. Ids count up, as time does."""

    def __init__(self, unit: Repositories) -> None:
        self.unit = unit
        self.made: dict[str, Made] = {}
        self.accounts = {user: run_to_end(unit.members.require_account(user)) for user in MEMBERS}

    def add(self, picture: Made) -> None:
        number = len(self.made) + 1
        plain = request(self.accounts[picture.user_id], number)
        asked = replace(plain, kind=picture.kind, reply=replace(plain.reply, guild_id=picture.guild_id))
        self.made[f"{number:05}"] = picture
        run_to_end(self._insert(asked, f"{number:05}", picture))

    async def _insert(self, asked: ImageRequest, image_id: str, picture: Made) -> None:
        row = replace(
            image(asked),
            image_id=image_id,
            is_favourite=picture.is_favourite,
            is_public=picture.is_public,
        )
        await self.unit.requests.add(asked)
        await self.unit.images.add(row, sorted(picture.cast))

    def meddle(self, what: str, which: int) -> None:
        if not self.made or what == "nothing":
            return
        image_id = list(self.made)[which % len(self.made)]
        was = self.made[image_id]
        images = self.unit.images
        if what == "add":
            self.add(replace(was, is_deleted=False))
        elif what == "delete":
            assert run_to_end(images.mark_deleted(image_id, 1)) is not was.is_deleted
            self.made[image_id] = replace(was, is_deleted=True)
        elif what == "favourite":
            run_to_end(images.set_favourite(image_id, is_favourite=not was.is_favourite))
            self.made[image_id] = replace(was, is_favourite=not was.is_favourite)
        else:
            run_to_end(images.set_public(image_id, is_public=not was.is_public))
            self.made[image_id] = replace(was, is_public=not was.is_public)

    def shown(self, query: GalleryQuery) -> list[str]:
        """All that the query's filters show, newest first, page or no page."""
        return [
            image_id
            for image_id, picture in reversed(self.made.items())
            if self.accounts[picture.user_id] == query.account_id
            and picture.guild_id == query.guild_id
            and not picture.is_deleted
            and picture.kind is not K.REFERENCE
            and (query.kind is None or picture.kind is query.kind)
            and (query.companion_id is None or query.companion_id in picture.cast)
            and (picture.is_favourite or not query.favourites_only)
            and (picture.is_public or not query.public_only)
        ]

    def page(self, query: GalleryQuery) -> list[Image]:
        return list(run_to_end(self.unit.images.page(query)))


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        connection = connect(Path(folder, "darkroom.db"), 5.0)
        migrate(connection)
        yield connection
        connection.close()


@given(
    made=st.lists(pictures, max_size=40),
    chosen=filters,
    limit=st.integers(1, 7),
    meddlings=MEDDLINGS,
)
@settings(max_examples=300, deadline=None)
def test_a_walk_both_ways_shows_every_picture_once_in_order(
    connection: sqlite3.Connection,
    made: list[Made],
    chosen: dict[str, Any],
    limit: int,
    meddlings: list[tuple[str, int]],
):
    connection.execute("BEGIN")
    try:
        gallery = Gallery(Repositories(DirectStatements(connection)))
        for picture in made:
            gallery.add(picture)
        query = GalleryQuery(gallery.accounts[MEMBERS[0]], GUILD, limit, **chosen)
        meddling = iter(meddlings)
        older = walk_to_older(gallery, query, meddling)
        newer = walk_to_newer(gallery, query, meddling)
        assert older == sorted(set(older), reverse=True)
        assert newer == sorted(set(newer))
    finally:
        connection.execute("ROLLBACK")


def walk_to_older(gallery: Gallery, query: GalleryQuery, meddling: Iterator[tuple[str, int]]) -> list[str]:
    """Each page is what a list cut by hand would show; nothing that was there all the time is missed."""
    seen: list[str] = []
    always = set(gallery.shown(query))
    while True:
        before = seen[-1] if seen else None
        page = gallery.page(replace(query, before=before))
        rest = [image_id for image_id in gallery.shown(query) if before is None or image_id < before]
        assert [picture.image_id for picture in page] == rest[: query.limit]
        if not page:
            assert always <= set(seen)
            return seen
        seen += [picture.image_id for picture in page]
        gallery.meddle(*next(meddling, ("nothing", 0)))
        always &= set(gallery.shown(query))


def walk_to_newer(gallery: Gallery, query: GalleryQuery, meddling: Iterator[tuple[str, int]]) -> list[str]:
    """The same from the oldest on, a page still newest first."""
    seen: list[str] = []
    always = set(gallery.shown(query))
    while True:
        after = seen[-1] if seen else ""
        page = gallery.page(replace(query, after=after))
        rest = [image_id for image_id in gallery.shown(query) if image_id > after]
        assert [picture.image_id for picture in page] == rest[-query.limit :]
        if not page:
            assert always <= set(seen)
            return seen
        seen += [picture.image_id for picture in reversed(page)]
        gallery.meddle(*next(meddling, ("nothing", 0)))
        always &= set(gallery.shown(query))
