"""Galleries: pages by companion, kind and date; one picture; favourites; what others see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import NotFoundError, NotYoursError, UnknownCompanionError
from bot.domain.picture import Rating
from bot.domain.request import Image, RequestKind
from bot.rendering.marking import read_marking, read_size_px
from bot.services.gallery import PAGE_SIZE, GalleryPage, Toward
from bot.services.ports.images import Placeholder
from tests.services.companion_parts import new
from tests.services.gallery_parts import (
    ANA,
    BEN,
    DAY_MS,
    FIRST_DAY,
    GUILD,
    OTHER_GUILD,
    PLENTY,
    Archive,
    ask,
    at_ms,
    open_archive,
)


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(tmp_path) as archive:
        yield archive


def ids(page: GalleryPage) -> list[str]:
    return [picture.image.image_id for picture in page.pictures]


def newest_first(images: list[Image]) -> list[str]:
    return [image.image_id for image in reversed(images)]


# ---------------------------------------------------------------- pages


async def test_who_made_nothing_has_an_empty_gallery(archive: Archive) -> None:
    page = await archive.gallery.page(ask())
    assert (page.pictures, page.has_newer, page.has_older) == ((), False, False)
    await archive.keep(BEN)
    assert (await archive.gallery.page(ask())).pictures == ()


async def test_a_page_shows_one_s_own_pictures_newest_first_with_names_and_thumbnails(
    archive: Archive,
) -> None:
    first, second = await archive.keep(ANA, "mira"), await archive.keep(ANA, "mira", "zoe")
    await archive.keep(BEN)
    await archive.keep(ANA, guild_id=OTHER_GUILD)
    page = await archive.gallery.page(ask())
    assert ids(page) == [second.image_id, first.image_id]
    assert [picture.cast_names for picture in page.pictures] == [("Mira", "Zoë"), ("Mira",)]
    assert page.pictures[1].tile == await archive.store.get(first.thumbnail_key)
    assert [picture.hidden for picture in page.pictures] == [None, None]


async def test_all_pictures_are_met_once_walking_to_older_and_back_to_newer(archive: Archive) -> None:
    images = [await archive.keep() for _ in range(2 * PAGE_SIZE + 4)]
    pages = [await archive.gallery.page(ask())]
    while pages[-1].has_older:
        asked = ask(toward=Toward.OLDER, cursor=ids(pages[-1])[-1])
        pages.append(await archive.gallery.page(asked))
    assert [len(page.pictures) for page in pages] == [9, 9, 4]
    assert [picture for page in pages for picture in ids(page)] == newest_first(images)
    assert [page.has_newer for page in pages] == [False, True, True]

    back = await archive.gallery.page(ask(toward=Toward.NEWER, cursor=ids(pages[2])[0]))
    assert (ids(back), back.has_newer, back.has_older) == (ids(pages[1]), True, True)
    newest = await archive.gallery.page(ask(toward=Toward.NEWER, cursor=ids(back)[0]))
    assert (ids(newest), newest.has_newer, newest.has_older) == (ids(pages[0]), False, True)


async def test_the_newer_page_is_full_although_less_was_newer(archive: Archive) -> None:
    images = [await archive.keep() for _ in range(PAGE_SIZE + 2)]
    page = await archive.gallery.page(ask(toward=Toward.NEWER, cursor=images[-3].image_id))
    assert ids(page) == newest_first(images)[:PAGE_SIZE]


async def test_exactly_one_full_page_leads_nowhere(archive: Archive) -> None:
    for _ in range(PAGE_SIZE):
        await archive.keep()
    page = await archive.gallery.page(ask())
    assert (len(page.pictures), page.has_newer, page.has_older) == (PAGE_SIZE, False, False)


async def test_a_page_is_found_again_by_its_first_picture_also_after_new_ones(archive: Archive) -> None:
    images = [await archive.keep() for _ in range(PAGE_SIZE + 3)]
    page = await archive.gallery.page(ask())
    await archive.keep()
    again = await archive.gallery.page(ask(toward=Toward.FROM, cursor=ids(page)[0]))
    assert (ids(again), again.has_newer, again.has_older) == (ids(page), True, True)
    await archive.delete(images[-1])
    moved = await archive.gallery.page(ask(toward=Toward.FROM, cursor=ids(page)[0]))
    assert ids(moved) == newest_first(images)[1 : PAGE_SIZE + 1]


async def test_where_nothing_is_older_the_oldest_page_is_shown(archive: Archive) -> None:
    images = [await archive.keep() for _ in range(PAGE_SIZE + 2)]
    page = await archive.gallery.page(ask(toward=Toward.OLDER, cursor=images[0].image_id))
    assert (ids(page), page.has_newer, page.has_older) == (newest_first(images)[-PAGE_SIZE:], True, False)


async def test_deleted_pictures_and_candidates_for_a_reference_are_not_shown(archive: Archive) -> None:
    kept, gone = await archive.keep(), await archive.keep()
    await archive.keep(kind=RequestKind.REFERENCE)
    await archive.delete(gone)
    assert ids(await archive.gallery.page(ask())) == [kept.image_id]


# ---------------------------------------------------------------- filters


async def test_pictures_are_found_by_companion_kind_and_favourite(archive: Archive) -> None:
    plain = await archive.keep(ANA, "mira")
    both = await archive.keep(ANA, "zoe", "mira", kind=RequestKind.GROUP)
    zoe = await archive.keep(ANA, "zoe", kind=RequestKind.PREMIUM)
    await archive.gallery.set_favourite(GUILD, ANA, zoe.image_id, PLENTY, is_favourite=True)
    found = {
        "mira": ask(companion_id="mira"),
        "premium": ask(kind=RequestKind.PREMIUM),
        "favourites": ask(favourites_only=True),
        "group of mira": ask(companion_id="mira", kind=RequestKind.GROUP),
        "edits": ask(kind=RequestKind.EDIT),
    }
    shown = {what: ids(await archive.gallery.page(asked)) for what, asked in found.items()}
    assert shown == {
        "mira": [both.image_id, plain.image_id],
        "premium": [zoe.image_id],
        "favourites": [zoe.image_id],
        "group of mira": [both.image_id],
        "edits": [],
    }
    assert all(asked.is_filtered for asked in found.values())
    assert not ask().is_filtered


async def test_a_companion_is_also_found_by_what_was_typed(archive: Archive) -> None:
    mira = await archive.keep(ANA, "mira")
    await archive.keep(ANA, "zoe")
    for typed in ("mira", "MIRI", "ミラ"):
        page = await archive.gallery.page(ask(), typed)
        assert (ids(page), page.ask.companion_id) == ([mira.image_id], "mira")
    with pytest.raises(UnknownCompanionError):
        await archive.gallery.page(ask(), "Nobody")


async def test_who_is_on_the_page_is_offered_first(archive: Archive) -> None:
    assert [c.companion_id for c in (await archive.gallery.page(ask())).companions] == ["mira", "zoe"]
    await archive.keep(ANA, "zoe")
    assert [c.companion_id for c in (await archive.gallery.page(ask())).companions] == ["zoe", "mira"]


async def test_pictures_of_a_deleted_companion_stay_without_its_name(archive: Archive) -> None:
    nova = await archive.companions.create(GUILD, ANA, new("Nova"))
    image = await archive.keep(ANA, nova.companion_id, "mira")
    assert (await archive.gallery.page(ask())).pictures[0].cast_names == ("Nova", "Mira")
    await archive.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    page = await archive.gallery.page(ask(companion_id=nova.companion_id))
    assert (ids(page), page.pictures[0].cast_names) == ([image.image_id], ("Mira",))


async def test_a_day_leads_to_its_last_picture_and_what_is_older(archive: Archive) -> None:
    days = [FIRST_DAY + timedelta(days=n) for n in range(3)]
    early, late = [], []
    for day in days:
        early.append(await archive.keep(made_at_ms=at_ms(day)))
        late.append(await archive.keep(made_at_ms=at_ms(day, DAY_MS - 1)))
    page = await archive.gallery.page(ask().upto_day(days[1]))
    assert ids(page) == [image.image_id for image in (late[1], early[1], late[0], early[0])]
    assert (page.has_newer, page.has_older) == (True, False)
    after_all = await archive.gallery.page(ask().upto_day(date.max))
    assert (len(after_all.pictures), after_all.has_newer) == (6, False)


@pytest.mark.parametrize(
    "day", [date.min, date(1969, 12, 31), date(1970, 1, 1), FIRST_DAY - timedelta(days=1)]
)
async def test_a_day_before_everything_leads_to_the_oldest(archive: Archive, day: date) -> None:
    images = [await archive.keep() for _ in range(PAGE_SIZE + 1)]
    page = await archive.gallery.page(ask().upto_day(day))
    assert ids(page) == newest_first(images)[-PAGE_SIZE:]


# ---------------------------------------------------------------- others


async def test_others_see_public_pictures_alone(archive: Archive) -> None:
    await archive.keep()
    shown = await archive.keep()
    await archive.gallery.set_public(GUILD, ANA, shown.image_id, PLENTY, is_public=True)
    assert ids(await archive.gallery.page(ask(BEN, ANA))) == [shown.image_id]
    assert ids(await archive.gallery.page(ask(BEN, ANA, guild_id=OTHER_GUILD))) == []
    assert len((await archive.gallery.page(ask())).pictures) == 2
    await archive.gallery.set_public(GUILD, ANA, shown.image_id, PLENTY, is_public=False)
    assert ids(await archive.gallery.page(ask(BEN, ANA))) == []


async def test_what_somebody_likes_is_their_own_business(archive: Archive) -> None:
    image = await archive.keep()
    await archive.gallery.set_public(GUILD, ANA, image.image_id, PLENTY, is_public=True)
    page = await archive.gallery.page(ask(BEN, ANA, favourites_only=True))
    assert (ids(page), page.ask.favourites_only) == ([image.image_id], False)


async def test_nobody_opens_marks_or_publishes_another_s_private_picture(archive: Archive) -> None:
    image = await archive.keep()
    gallery = archive.gallery
    for attempt in (
        lambda: gallery.card(GUILD, BEN, image.image_id, PLENTY),
        lambda: gallery.set_favourite(GUILD, BEN, image.image_id, PLENTY, is_favourite=True),
        lambda: gallery.set_public(GUILD, BEN, image.image_id, PLENTY, is_public=True),
    ):
        with pytest.raises(NotFoundError):
            await attempt()
    assert await archive.image(image.image_id) == image


async def test_a_public_picture_of_another_is_seen_and_not_changed(archive: Archive) -> None:
    image = await archive.keep()
    await archive.gallery.set_public(GUILD, ANA, image.image_id, PLENTY, is_public=True)
    assert not (await archive.gallery.card(GUILD, BEN, image.image_id, PLENTY)).is_own
    with pytest.raises(NotYoursError):
        await archive.gallery.set_favourite(GUILD, BEN, image.image_id, PLENTY, is_favourite=True)
    with pytest.raises(NotYoursError):
        await archive.gallery.set_public(GUILD, BEN, image.image_id, PLENTY, is_public=False)
    assert await archive.image(image.image_id) == replace(image, is_public=True)


async def test_a_picture_of_another_guild_a_deleted_one_and_a_forged_id_are_not_there(
    archive: Archive,
) -> None:
    elsewhere, gone = await archive.keep(guild_id=OTHER_GUILD), await archive.keep()
    await archive.delete(gone)
    for image_id in (elsewhere.image_id, gone.image_id, "", "'; DROP TABLE image --"):
        with pytest.raises(NotFoundError):
            await archive.gallery.card(GUILD, ANA, image_id, PLENTY)
        with pytest.raises(NotFoundError):
            await archive.gallery.set_public(GUILD, ANA, image_id, PLENTY, is_public=True)


# ---------------------------------------------------------------- one picture


async def test_a_card_has_the_stored_picture_and_its_story(archive: Archive) -> None:
    image = await archive.keep(ANA, "mira", "zoe", kind=RequestKind.PREMIUM, prompt="rooftop, night")
    card = await archive.gallery.card(GUILD, ANA, image.image_id, PLENTY)
    assert card.picture is not None
    assert card.picture.data == await archive.store.get(image.file_key)
    assert (card.image, card.cast_names, card.is_own, card.hidden) == (image, ("Mira", "Zoë"), True, None)
    assert (card.request.options.prompt, card.parent) == ("rooftop, night", None)


async def test_a_card_is_as_large_as_may_be_uploaded(archive: Archive) -> None:
    image = await archive.keep(size_px=(1024, 1024))
    full = await archive.store.get(image.file_key)
    card = await archive.gallery.card(GUILD, ANA, image.image_id, len(full) // 2)
    assert card.picture is not None
    assert len(card.picture.data) <= len(full) // 2


async def test_a_card_leads_to_the_picture_it_was_made_from_while_that_is_there(archive: Archive) -> None:
    parent = await archive.keep()
    edit = await archive.keep(kind=RequestKind.EDIT, parent=parent)
    assert (await archive.gallery.card(GUILD, ANA, edit.image_id, PLENTY)).parent == parent
    await archive.delete(parent)
    assert (await archive.gallery.card(GUILD, ANA, edit.image_id, PLENTY)).parent is None


async def test_a_mark_is_set_and_taken_off_and_seen_at_once(archive: Archive) -> None:
    image = await archive.keep()
    for wanted in (True, True, False):
        card = await archive.gallery.set_favourite(GUILD, ANA, image.image_id, PLENTY, is_favourite=wanted)
        assert card.image.is_favourite is wanted
        card = await archive.gallery.set_public(GUILD, ANA, image.image_id, PLENTY, is_public=wanted)
        assert card.image.is_public is wanted
        assert await archive.image(image.image_id) == card.image


# ---------------------------------------------------------------- what is not shown


async def test_mature_pictures_are_placeholders_on_pages_sheets_and_cards(archive: Archive) -> None:
    mature = await archive.keep(rating=Rating.MATURE, alt_text="what is never told")
    general = await archive.keep(alt_text="a quiet garden")
    page = await archive.gallery.page(ask())
    placeholder = await archive.lab.placeholder(Placeholder.MATURE)
    assert [(picture.hidden, picture.tile == placeholder) for picture in page.pictures] == [
        (None, False),
        (Placeholder.MATURE, True),
    ]
    sheet = await archive.gallery.sheet(ask())
    assert b"a quiet garden" in sheet.picture
    assert b"never told" not in sheet.picture
    card = await archive.gallery.card(GUILD, ANA, mature.image_id, PLENTY)
    assert (card.picture, card.hidden, card.tile) == (None, Placeholder.MATURE, placeholder)
    # Its files could as well be gone: they are not even read.
    for key in (mature.file_key, mature.thumbnail_key):
        await archive.store.delete(key)
    assert (await archive.gallery.page(ask())).pictures[1].hidden is Placeholder.MATURE
    assert ids(page)[0] == general.image_id


async def test_a_missing_file_is_a_placeholder_and_no_error_for_the_page(archive: Archive) -> None:
    gone, there = await archive.keep(), await archive.keep()
    for key in (gone.file_key, gone.thumbnail_key):
        await archive.store.delete(key)
    page = await archive.gallery.page(ask())
    placeholder = await archive.lab.placeholder(Placeholder.MISSING)
    assert [picture.hidden for picture in page.pictures] == [None, Placeholder.MISSING]
    assert page.pictures[1].tile == placeholder
    assert page.pictures[0].tile == await archive.store.get(there.thumbnail_key)
    card = await archive.gallery.card(GUILD, ANA, gone.image_id, PLENTY)
    assert (card.picture, card.hidden, card.tile) == (None, Placeholder.MISSING, placeholder)


# ---------------------------------------------------------------- sheets


async def test_a_sheet_is_the_page_as_one_marked_picture(archive: Archive) -> None:
    images = [await archive.keep() for _ in range(PAGE_SIZE + 2)]
    sheet = await archive.gallery.sheet(ask(toward=Toward.FROM, cursor=images[-1].image_id))
    assert ids(sheet.page) == newest_first(images)[:PAGE_SIZE]
    width_px, height_px = read_size_px(sheet.picture)
    gutter = 320 // 24
    assert (width_px, height_px) == (3 * 96 + 4 * gutter, 3 * 128 + 4 * gutter)
    marking = read_marking(sheet.picture)
    assert b"/algorithmicMedia" in marking
    assert b"1: mira at place 11" in marking


async def test_a_sheet_with_pictures_of_a_model_says_so(archive: Archive) -> None:
    await archive.keep(backend="sketch")
    await archive.keep(backend="comfyui")
    marking = read_marking((await archive.gallery.sheet(ask())).picture)
    assert b"/trainedAlgorithmicMedia" in marking
    assert b"comfyui, sketch" in marking


async def test_there_is_no_sheet_of_nothing(archive: Archive) -> None:
    with pytest.raises(NotFoundError):
        await archive.gallery.sheet(ask())
