"""Contact sheets and placeholders: real pictures in, one marked picture out."""

from __future__ import annotations

import asyncio
import threading
from itertools import combinations

import pytest
from picture_samples import NOTES, encoded, opened, photo
from PIL import Image, ImageChops, ImageStat

from bot.domain.errors import BadPictureError
from bot.rendering import sheet as sheets
from bot.rendering.decoding import Limits
from bot.rendering.lab import PillowLab
from bot.rendering.marking import read_marking
from bot.services.ports.images import PictureNotes, Placeholder

BADGE_PX = 320 // 7


def plain(colour: tuple[int, int, int], width_px: int = 320, height_px: int = 320) -> bytes:
    return encoded(Image.new("RGB", (width_px, height_px), colour), "JPEG", quality=95)


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 14) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


async def test_pictures_stand_in_rows_with_even_gutters(lab: PillowLab) -> None:
    colours = [(200, 30, 30), (30, 160, 60), (40, 60, 200), (220, 180, 40)]
    sheet = opened(await lab.sheet([plain(c) for c in colours], columns=3, notes=NOTES))
    gutter = 320 // 24
    assert sheet.size == (3 * 320 + 4 * gutter, 2 * 320 + 3 * gutter)
    for at, colour in enumerate(colours):
        row, column = divmod(at, 3)
        middle = gutter + column * (320 + gutter) + 160, gutter + row * (320 + gutter) + 160
        assert near(sheet.getpixel(middle), colour)  # type: ignore[arg-type]
    for empty in ((gutter // 2, 200), (gutter + 320 + gutter // 2, 200), (900, 500)):
        assert max(sheet.getpixel(empty)) < 60  # type: ignore[type-var]


async def test_fewer_pictures_than_columns_make_a_narrower_sheet(lab: PillowLab) -> None:
    sheet = opened(await lab.sheet([plain((90, 90, 90))], columns=3, notes=NOTES))
    assert sheet.size == (320 + 2 * (320 // 24),) * 2


async def test_pictures_of_one_shape_leave_no_empty_stripes(lab: PillowLab) -> None:
    portraits = [encoded(photo(768, 1024), "JPEG") for _ in range(4)]
    sheet = opened(await lab.sheet(portraits, columns=2, notes=NOTES, cell_px=768))
    gutter = 768 // 24
    assert sheet.size == (2 * 576 + 3 * gutter, 2 * 768 + 3 * gutter)


async def test_a_small_picture_is_not_enlarged_and_a_large_one_fits_its_cell(lab: PillowLab) -> None:
    small, large = plain((250, 250, 250), 64, 64), plain((250, 250, 250), 1600, 800)
    sheet = opened(await lab.sheet([small, large], columns=2, notes=NOTES))
    assert sheet.size == (64 + 320 + 3 * 13, 160 + 2 * 13)
    assert max(sheet.getpixel((13 + 32, 20))) < 60, "it stands in the middle of its row"  # type: ignore[type-var]
    assert near(sheet.getpixel((13 + 58, 13 + 80)), (250, 250, 250))  # type: ignore[arg-type]


async def test_gutters_stay_even_where_portraits_stand_over_landscapes(lab: PillowLab) -> None:
    tall, wide = plain((250, 250, 250), 240, 320), plain((250, 250, 250), 320, 240)
    in_rows = opened(await lab.sheet([tall, tall, wide, wide], columns=2, notes=NOTES))
    assert in_rows.size == (2 * 320 + 3 * 13, 320 + 240 + 3 * 13)
    in_columns = opened(await lab.sheet([tall, wide, tall, wide], columns=2, notes=NOTES))
    assert in_columns.size == (240 + 320 + 3 * 13, 2 * 320 + 3 * 13)


@pytest.mark.parametrize(
    "ground", [(255, 255, 255), (0, 0, 0), (128, 128, 128), (238, 240, 244), (20, 21, 24)]
)
async def test_numbers_are_readable_on_light_and_on_dark(
    lab: PillowLab, ground: tuple[int, int, int]
) -> None:
    """White on dark inside the badge whatever is under it: the contrast that WCAG 2.2 asks of small text, 4.5 to 1."""
    sheet = opened(await lab.sheet([plain(ground)], columns=1, notes=NOTES))
    at = 13 + 320 // 40
    badge = sheet.crop((at + 6, at + 6, at + BADGE_PX - 6, at + BADGE_PX - 6)).convert("L")
    darkest, lightest = badge.getextrema()
    assert (lightest / 255 + 0.05) / (darkest / 255 + 0.05) > 4.5  # type: ignore[operator]
    rim = sheet.crop((at, at + BADGE_PX // 2, at + 6, at + BADGE_PX // 2 + 1)).convert("L")
    if max(ground) < 200:
        assert rim.getextrema()[1] > 150, "a dark picture shows the badge's pale rim"  # type: ignore[operator,index]


async def test_each_picture_has_a_number_of_its_own_counted_from_one(lab: PillowLab) -> None:
    sheet = opened(await lab.sheet([plain((255, 255, 255))] * 10, columns=5, notes=NOTES)).convert("L")
    corners = [(21 + column * (320 + 13), 21 + row * (320 + 13)) for row in range(2) for column in range(5)]
    badges = [sheet.crop((x, y, x + BADGE_PX, y + BADGE_PX)) for x, y in corners]
    for one, other in combinations(badges, 2):
        assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] > 5
    beside = [sheet.getpixel((x + BADGE_PX + 5, y + BADGE_PX // 2)) for x, y in corners]
    assert [shade < 128 for shade in beside] == [False] * 9 + [True], "two digits are wider than one"  # type: ignore[operator]


async def test_a_sheet_says_that_it_is_made_by_ai_and_what_it_shows(lab: PillowLab) -> None:
    made = await lab.sheet([plain((9, 9, 9))], columns=1, notes=NOTES)
    assert b"/trainedAlgorithmicMedia" in read_marking(made)
    assert b"Mira &amp; Zo" in read_marking(made)
    drawn = PictureNotes(alt_text="", backend="sketch", request_id="")
    assert b"/algorithmicMedia" in read_marking(await lab.sheet([plain((9, 9, 9))], columns=1, notes=drawn))


async def test_nothing_and_far_too_much_make_no_sheet(
    lab: PillowLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="nothing"):
        await lab.sheet([], columns=3, notes=NOTES)
    monkeypatch.setattr(sheets, "MOST_PIXELS", 1_000)
    with pytest.raises(ValueError, match="346x346"):
        await lab.sheet([plain((9, 9, 9))], columns=3, notes=NOTES)


async def test_bad_bytes_make_no_sheet(lab: PillowLab) -> None:
    with pytest.raises(BadPictureError):
        await lab.sheet([plain((9, 9, 9)), b"<html>"], columns=3, notes=NOTES)


async def test_sheets_are_drawn_in_the_labs_own_threads(
    lab: PillowLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    really_open = Image.open

    def noting(*args: object, **options: object) -> Image.Image:
        names.append(threading.current_thread().name)
        return really_open(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Image, "open", noting)
    await lab.sheet([plain((9, 9, 9))] * 2, columns=2, notes=NOTES)
    assert len(names) == 2
    assert all(name.startswith("lab") for name in names)


@pytest.mark.parametrize("why", list(Placeholder))
async def test_a_placeholder_is_a_small_marked_picture_of_nothing_but_a_sign(
    lab: PillowLab, why: Placeholder
) -> None:
    first, second = await asyncio.gather(lab.placeholder(why), lab.placeholder(why))
    assert first == second == await lab.placeholder(why)
    tile = opened(first)
    assert tile.size == (320, 320)
    assert b"/algorithmicMedia" in read_marking(first)
    assert near(tile.getpixel((10, 10)), (46, 48, 54), 4)  # type: ignore[arg-type]
    assert tile.convert("L").getextrema()[1] > 130, "there is a sign on it"  # type: ignore[operator,index]


async def test_the_placeholders_can_be_told_apart_and_stand_in_a_sheet(lab: PillowLab) -> None:
    tiles = [await lab.placeholder(why) for why in Placeholder]
    assert len(set(tiles)) == len(tiles)
    assert opened(await lab.sheet(tiles, columns=2, notes=NOTES)).size == (2 * 320 + 3 * 13, 320 + 2 * 13)


def test_the_limits_of_the_lab_hold_for_sheets_too() -> None:
    with pytest.raises(BadPictureError, match="over 4000 pixels"):
        sheets.draw_sheet([plain((9, 9, 9))], columns=1, cell_px=320, limits=Limits(max_pixels=4_000))
