"""``/gallery``: its pages and filters, driven as members drive them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import simcord
from simcord.components import walk_components

from bot.domain.request import Image, RequestKind
from tests.cogs.gallery_bot import (
    CROWD,
    GalleryBot,
    Stage,
    answer_of,
    choose,
    labels_of,
    open_stage,
    opens,
    options_of,
    text_of,
)
from tests.services.companion_parts import MIRA, ZOE
from tests.services.gallery_parts import at_ms, open_archive

# What a member may not do is answered by the tree's boundary, which simcord counts as an error.
pytestmark = pytest.mark.simcord(check_errors=False)


@pytest.fixture
async def simcord_bot(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[GalleryBot]:
    crowd = (*CROWD, MIRA, ZOE) if "crowd" in request.fixturenames else None
    async with open_archive(tmp_path, companions=crowd) as archive:
        yield GalleryBot(archive)


@pytest.fixture
def crowd() -> None:
    """More companions than a select has room for."""


@pytest.fixture
async def stage(simcord_env: simcord.Env, simcord_bot: GalleryBot) -> AsyncIterator[Stage]:
    async with open_stage(simcord_env, simcord_bot) as stage:
        yield stage


def newest_first(images: list[Image]) -> list[str]:
    return [image.image_id for image in reversed(images)]


# ---------------------------------------------------------------- pages


async def test_an_empty_gallery_says_how_to_fill_it(stage: Stage) -> None:
    shown = await stage.gallery()
    assert "**No pictures yet.** Make your first one with `/image instant`" in text_of(shown)
    assert labels_of(shown) == []


async def test_a_page_has_the_pictures_described_and_one_option_each(stage: Stage) -> None:
    first = await stage.keep("mira", alt_text="Mira waves", made_at_ms=at_ms(date(2026, 3, 1)))
    second = await stage.keep("mira", "zoe", kind=RequestKind.GROUP, made_at_ms=at_ms(date(2026, 3, 2)))
    shown = await stage.gallery()
    message = answer_of(shown)
    (tiles,) = (part["items"] for part in walk_components(message.components) if part.get("type") == 12)
    assert [tile["description"] for tile in tiles] == ["mira and zoe at place 2", "Mira waves"]
    assert [file.filename for file in message.attachments] == [
        f"{image.image_id.lower()}.jpg" for image in (second, first)
    ]
    options = options_of(shown, "gallery-open")
    assert [(option["label"], option["description"]) for option in options] == [
        ("1 · Mira, Zoë", "2026-03-02 · Group · mira and zoe at place 2"),
        ("2 · Mira", "2026-03-01 · Instant · Mira waves"),
    ]
    assert "### Your gallery\n2 pictures" in text_of(shown)
    assert "Only you see this" in text_of(shown)
    assert labels_of(shown) == ["Jump to a date", "Sheet", "Favourites"]


async def test_pages_are_turned_in_place_both_ways(stage: Stage) -> None:
    images = [await stage.keep() for _ in range(21)]
    shown = await stage.gallery()
    seen = opens(shown)
    while "Older" in labels_of(shown):
        await stage.ana.click(shown.response, label="Older")
        seen += opens(shown)
    assert seen == newest_first(images)
    assert answer_of(shown).attachments[0].filename == f"{images[2].image_id.lower()}.jpg"
    await stage.ana.click(shown.response, label="Newer")
    assert opens(shown) == newest_first(images)[9:18]
    await stage.ana.click(shown.response, label="Newer")
    assert opens(shown) == newest_first(images)[:9]
    assert "Newer" not in labels_of(shown)


async def test_the_whole_page_has_few_enough_parts_for_discord(stage: Stage) -> None:
    images = [await stage.keep("mira", "zoe", alt_text="x" * 2000) for _ in range(19)]
    for image in images:
        await stage.archive.gallery.set_favourite(
            stage.guild.id, stage.ana.id, image.image_id, 9**9, is_favourite=True
        )
    shown = await stage.gallery(companion="mira", kind="instant")
    await stage.ana.click(shown.response, label="Favourites")
    await stage.ana.click(shown.response, label="Older")
    parts = list(walk_components(answer_of(shown).components))
    assert len(parts) <= 40
    assert sum(len(part.get("content", "")) for part in parts) <= 4000
    assert labels_of(shown) == ["Newer", "Older", "Jump to a date", "Sheet", "Favourites", "Clear filters"]


# ---------------------------------------------------------------- filters


async def test_filters_of_the_command_are_those_of_the_page(stage: Stage) -> None:
    mira = await stage.keep("mira", kind=RequestKind.PREMIUM)
    await stage.keep("zoe")
    shown = await stage.gallery(companion="Miri", kind="premium")
    assert opens(shown) == [mira.image_id]
    assert "Only the kind “Premium”, **Mira**." in text_of(shown)
    defaults = [
        option["value"]
        for action in ("gallery-companion", "gallery-kind")
        for option in options_of(shown, action)
        if option.get("default")
    ]
    assert defaults == ["mira", "p"]
    assert "Nobody here is called **Nemo**" in text_of(await stage.gallery(companion="Nemo"))


async def test_the_command_offers_the_companions_of_the_server(stage: Stage) -> None:
    offered = await stage.ana.autocomplete(stage.lounge, "gallery", "companion", "mi")
    assert [choice["value"] for choice in offered] == ["mira"]


async def test_companion_and_kind_are_chosen_on_the_page_and_cleared(stage: Stage) -> None:
    mira, zoe = await stage.keep("mira"), await stage.keep("zoe", kind=RequestKind.EDIT)
    shown = await stage.gallery()
    await choose(stage, shown, "gallery-companion", "mira")
    assert opens(shown) == [mira.image_id]
    await choose(stage, shown, "gallery-kind", "e")
    assert "Nothing here is like that. **Clear filters**" in text_of(shown)
    await choose(stage, shown, "gallery-companion", "*")
    assert opens(shown) == [zoe.image_id]
    await choose(stage, shown, "gallery-kind", "a")
    assert opens(shown) == [zoe.image_id, mira.image_id]
    await choose(stage, shown, "gallery-kind", "e")
    await stage.ana.click(shown.response, label="Clear filters")
    assert opens(shown) == [zoe.image_id, mira.image_id]
    assert "Clear filters" not in labels_of(shown)


async def test_favourites_alone_and_all_again(stage: Stage) -> None:
    liked, other = await stage.keep(), await stage.keep()
    shown = await stage.gallery()
    card = await stage.open(shown, liked)
    await stage.ana.click(card.response, label="Favourite")
    assert "⭐ favourite" in text_of(card)
    await stage.ana.click(shown.response, label="Favourites")
    assert opens(shown) == [liked.image_id]
    assert options_of(shown, "gallery-open")[0]["emoji"]["name"] == "⭐"
    await stage.ana.click(card.response, label="No favourite")
    await stage.ana.click(shown.response, label="Favourites")
    assert opens(shown) == [other.image_id, liked.image_id]


async def test_a_crowd_of_companions_is_offered_in_lists(stage: Stage, crowd: None) -> None:  # noqa: ARG001
    images = [await stage.keep("zoe") for _ in range(12)]
    shown = await stage.gallery()
    await stage.ana.click(shown.response, label="Older")
    page = opens(shown)
    offered: list[str] = []
    for number in ("1", "2", "0"):
        options = [option["value"] for option in options_of(shown, "gallery-companion")]
        assert len(options) <= 25
        assert (options[0], options[-1]) == ("*", f"+{number}")
        offered += options[1:-1]
        await choose(stage, shown, "gallery-companion", f"+{number}")
        assert opens(shown) == page, "the pictures stay while somebody looks for a name"
    assert offered[0] == "zoe"
    assert sorted(offered) == sorted(c.companion_id for c in (*CROWD, MIRA, ZOE))
    assert page == newest_first(images)[9:]


async def test_a_day_leads_to_its_pictures(stage: Stage) -> None:
    days = [date(2026, 3, day) for day in (1, 2, 3)]
    images = [await stage.keep(made_at_ms=at_ms(day)) for day in days]
    shown = await stage.gallery()
    form = await stage.ana.click(shown.response, label="Jump to a date")
    assert form.modal is not None
    await stage.ana.submit_modal(form, {"day": " 2026-03-02 "})
    assert opens(shown) == [images[1].image_id, images[0].image_id]
    assert "Newer" in labels_of(shown)


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-02-30", "31.05.2026", "0000-01-01"])
async def test_what_is_no_day_is_answered_with_how_to_write_one(stage: Stage, day: str) -> None:
    await stage.keep()
    form = await stage.ana.click((await stage.gallery()).response, label="Jump to a date")
    told = await stage.ana.submit_modal(form, {"day": day})
    assert "**The day** needs to be a date such as 2026-05-31." in text_of(told)


async def test_a_sheet_is_handed_over_with_the_same_numbers(stage: Stage) -> None:
    images = [await stage.keep("mira" if n % 2 else "zoe") for n in range(2)]
    shown = await stage.gallery()
    await stage.keep("zoe")  # what is made meanwhile does not move the page
    sheet = await stage.ana.click(shown.response, label="Sheet")
    assert text_of(sheet).startswith(
        f"**1** Mira · Instant · <t:{images[1].created_at_ms // 1000}:d>\n**2** Zoë"
    )
    (file,) = answer_of(sheet).attachments
    assert file.filename == "darkroom-sheet.jpg"
    (shown_in,) = (p["items"] for p in walk_components(answer_of(sheet).components) if p.get("type") == 12)
    assert shown_in[0]["description"] == "1: mira at place 2; 2: zoe at place 1"
