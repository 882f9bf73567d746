"""One picture of a gallery, those of others, and what is not shown, as members and modified clients ask for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import ui
from simcord.components import walk_components

from bot.domain.picture import Rating
from bot.domain.request import RequestKind
from bot.services.gallery import GalleryAsk, Toward
from cogs.gallery import _messages as messages
from cogs.gallery._asking import place_of
from cogs.gallery._card import FavouriteButton, PublicButton
from cogs.gallery._components import OlderButton, SheetButton
from tests.cogs.gallery_bot import (
    GalleryBot,
    Stage,
    answer_of,
    labels_of,
    open_stage,
    opens,
    options_of,
    text_of,
)
from tests.services.gallery_parts import open_archive

# What a member may not do is answered by the tree's boundary, which simcord counts as an error.
pytestmark = pytest.mark.simcord(check_errors=False)

NOT_THERE = "**not there any more**"


@pytest.fixture
async def simcord_bot(tmp_path: Path) -> AsyncIterator[GalleryBot]:
    async with open_archive(tmp_path) as archive:
        yield GalleryBot(archive)


@pytest.fixture
async def stage(simcord_env: simcord.Env, simcord_bot: GalleryBot) -> AsyncIterator[Stage]:
    async with open_stage(simcord_env, simcord_bot) as stage:
        yield stage


# ---------------------------------------------------------------- one picture


async def test_a_picture_is_opened_at_full_size_with_its_story(stage: Stage) -> None:
    parent = await stage.keep("mira")
    image = await stage.keep(
        "mira", "zoe", kind=RequestKind.EDIT, prompt="a *red* dress\n# now", parent=parent
    )
    shown = await stage.gallery()
    card = await stage.open(shown, image)
    text = text_of(card)
    at = f"https://discord.com/channels/{stage.guild.id}"
    assert "### Mira, Zoë\nEdit · <t:" in text
    assert "50 moments paid · private" in text
    assert "> a \\*red\\* dress # now" in text
    assert f"[where it was posted]({at}/{image.channel_id}/{image.message_id})" in text
    assert f"edit of [this picture]({at}/{parent.channel_id}/{parent.message_id})" in text
    (file,) = answer_of(card).attachments
    assert file.filename == f"darkroom-{image.image_id.lower()}.jpg"
    assert file.size == len(await stage.archive.store.get(image.file_key))
    assert labels_of(card) == [
        "Again",
        "Reuse prompt",
        "Edit",
        "Download",
        "Favourite",
        "Make public",
        "Report",
        "Delete",
    ]
    assert answer_of(shown).id != answer_of(card).id, "the page stays"


async def test_a_picture_that_was_deleted_meanwhile_is_told_kindly(stage: Stage) -> None:
    image = await stage.keep()
    shown = await stage.gallery()
    await stage.archive.delete(image)
    assert NOT_THERE in text_of(await stage.open(shown, image))
    assert NOT_THERE in text_of(await stage.ana.click(shown.response, label="Sheet"))


async def test_download_and_delete_work_from_the_card(stage: Stage) -> None:
    image = await stage.keep(posted=False)
    shown = await stage.gallery()
    card = await stage.open(shown, image)
    handed = await stage.ana.click(card.response, label="Download")
    assert "96 × 128 pixels" in text_of(handed)
    asked = await stage.ana.click(card.response, label="Delete")
    gone = await stage.ana.click(asked.response, label="Delete for good")
    assert "**deleted**" in text_of(gone)
    assert not await stage.archive.store.exists(image.file_key)
    assert "**No pictures yet.**" in text_of(await stage.gallery())


# ---------------------------------------------------------------- others


async def test_another_member_sees_what_was_made_public_and_no_owners_buttons(stage: Stage) -> None:
    await stage.keep("zoe")
    image = await stage.keep("mira")
    theirs = await stage.gallery(stage.ben, member=stage.ana)
    assert "**Nothing public here.**" in text_of(theirs)
    card = await stage.open(await stage.gallery(), image)
    await stage.ana.click(card.response, label="Make public")
    assert "paid · public" in text_of(card)
    assert "Make private" in labels_of(card)

    theirs = await stage.gallery(stage.ben, member=stage.ana)
    assert opens(theirs) == [image.image_id]
    assert f"### Public pictures of <@{stage.ana.id}>" in text_of(theirs)
    assert labels_of(theirs) == ["Jump to a date", "Sheet"]
    seen = await stage.open(theirs, image, by=stage.ben)
    assert labels_of(seen) == ["Again", "Reuse prompt", "Edit", "Download", "Report"]
    assert "moments" not in text_of(seen)

    await stage.ana.click(card.response, label="Make private")
    assert "**Nothing public here.**" in text_of(await stage.gallery(stage.ben, member=stage.ana))
    assert NOT_THERE in text_of(await stage.open(theirs, image, by=stage.ben))


async def test_one_s_own_name_leads_to_one_s_own_gallery(stage: Stage) -> None:
    image = await stage.keep()
    shown = await stage.gallery(member=stage.ana)
    assert "### Your gallery" in text_of(shown)
    assert opens(shown) == [image.image_id]


async def test_a_moderator_may_delete_what_they_see(stage: Stage) -> None:
    image = await stage.keep(posted=False)
    await stage.archive.gallery.set_public(stage.guild.id, stage.ana.id, image.image_id, 9**9, is_public=True)
    card = await stage.open(await stage.gallery(stage.mod, member=stage.ana), image, by=stage.mod)
    assert labels_of(card)[-3:] == ["Download", "Report", "Delete"]
    asked = await stage.mod.click(card.response, label="Delete")
    assert "**deleted**" in text_of(await stage.mod.click(asked.response, label="Delete for good"))


async def test_forged_buttons_neither_show_nor_change_what_is_private(stage: Stage) -> None:
    image = await stage.keep()
    for button in (
        FavouriteButton(image_id=image.image_id, turn="on"),
        PublicButton(image_id=image.image_id, turn="on"),
    ):
        assert NOT_THERE in text_of(await stage.forge(button, stage.ben))
    assert NOT_THERE in text_of(
        await stage.forge(SheetButton(**place_of(stage.ask(stage.ben, stage.ana))), stage.ben)
    )
    assert await stage.archive.image(image.image_id) == image
    await stage.archive.gallery.set_public(stage.guild.id, stage.ana.id, image.image_id, 9**9, is_public=True)
    told = await stage.forge(PublicButton(image_id=image.image_id, turn="off"), stage.ben)
    assert "Only the member who asked for this" in text_of(told)


@pytest.mark.parametrize(
    "forged",
    [
        {"owner": "9" * 40, "companion": "", "show": "", "cursor": ""},
        {"owner": "x", "companion": "a" * 27, "show": "zzz", "cursor": "-1"},
        {"owner": "", "companion": "nobody", "show": "efd", "cursor": "9" * 30},
    ],
)
async def test_a_forged_place_shows_one_s_own_pictures_or_none(stage: Stage, forged: dict[str, str]) -> None:
    await stage.keep()
    sheet = await stage.forge(SheetButton(**forged), stage.ana)
    assert ("**1** Mira" in text_of(sheet)) != (NOT_THERE in text_of(sheet))
    assert "error `" not in text_of(sheet)
    channel = stage.bot.get_channel(stage.lounge.id)
    assert isinstance(channel, discord.TextChannel)
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow[Any](OlderButton(**forged)))
    message = await channel.send(view=view)
    await stage.ana.click(message, label="Older")
    parts = [item.to_dict() for item in (await channel.fetch_message(message.id)).components]
    assert any("### Your gallery" in str(part) for part in walk_components(parts))  # type: ignore[arg-type]


async def test_an_image_id_of_another_server_is_not_there(stage: Stage) -> None:
    image = await stage.keep(guild_id=1)
    told = await stage.forge(PublicButton(image_id=image.image_id, turn="on"), stage.ana)
    assert NOT_THERE in text_of(told)


async def test_buttons_of_a_page_fit_for_the_longest_ids(stage: Stage) -> None:
    asked = stage.ask(
        stage.ana,
        stage.ana,
        owner_id=2**63 - 1,
        companion_id="Z" * 26,
        kind=RequestKind.ADVANCED,
        favourites_only=True,
        toward=Toward.OLDER,
        cursor="Z" * 26,
    )
    assert len(OlderButton(**place_of(asked)).custom_id) <= 100


# ---------------------------------------------------------------- what is not shown


async def test_a_mature_picture_is_words_and_a_placeholder_everywhere(stage: Stage) -> None:
    image = await stage.keep("mira", rating=Rating.MATURE, alt_text="never told", prompt="never told either")
    shown = await stage.gallery()
    waits = "🔞 1 picture of these **waits in an age-restricted channel**"
    assert waits in text_of(shown)
    sheet = await stage.ana.click(shown.response, label="Sheet")
    assert waits in text_of(sheet)
    card = await stage.open(shown, image)
    assert "🔞 This picture **waits in an age-restricted channel**" in text_of(card)
    assert labels_of(card) == ["Favourite", "Make public", "Report", "Delete"]
    for result in (shown, sheet, card):
        assert "never told" not in str(answer_of(result).components)
    full = await stage.archive.store.get(image.file_key)
    thumbnail = await stage.archive.store.get(image.thumbnail_key)
    sizes = {file.size for result in (shown, card) for file in answer_of(result).attachments}
    assert not sizes & {len(full), len(thumbnail)}


async def test_a_mature_picture_that_could_not_be_posted_says_so(stage: Stage) -> None:
    image = await stage.keep("mira", rating=Rating.MATURE, posted=False)
    card = await stage.open(await stage.gallery(), image)
    assert "🔞 This picture **could not be posted**" in text_of(card)


async def test_a_missing_file_is_said_and_the_rest_is_shown(stage: Stage) -> None:
    gone, there = await stage.keep(), await stage.keep()
    for key in (gone.file_key, gone.thumbnail_key):
        await stage.archive.store.delete(key)
    shown = await stage.gallery()
    assert "The file of 1 picture **is gone**" in text_of(shown)
    assert opens(shown) == [there.image_id, gone.image_id]
    card = await stage.open(shown, gone)
    assert "Its file **is gone**" in text_of(card)


# ---------------------------------------------------------------- words


async def test_words_of_people_are_cut_and_their_markdown_is_shown(stage: Stage) -> None:
    image = await stage.keep(prompt="**x** " * 1000, alt_text="")
    shown = await stage.gallery()
    text = text_of(await stage.open(shown, image))
    assert "\\*\\*x\\*\\*" in text
    assert len(text) < messages.MAX_WORDS * 3
    assert options_of(shown, "gallery-open")[0]["description"].endswith("Instant · A picture")


def test_every_kind_of_picture_has_a_name_and_every_listed_one_a_letter() -> None:
    assert set(messages.KINDS) == set(RequestKind)
    asked = GalleryAsk(1, 2, 3)
    shows = {place_of(replace(asked, kind=kind))["show"] for kind in messages.LISTED_KINDS}
    assert len(shows) == len(messages.LISTED_KINDS)
    assert place_of(asked)["show"] not in shows
