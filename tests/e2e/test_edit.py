"""An edit from the press to the picture, through the button and through a message's menu."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from tests.e2e.stage import Stage

SETTINGS = {"IMAGE_BACKENDS": "sketch"}

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB").resize((384, 512))


def changed_share(before: bytes, after: bytes) -> float:
    """The share of pixels that are clearly another colour."""
    difference = ImageChops.difference(pixels(before), pixels(after)).convert("L")
    changed = sum(difference.histogram()[24:])
    return changed / (384 * 512)


async def test_the_edit_button_changes_that_and_nothing_else(stage: Stage) -> None:
    room = await stage.room("Mira", says="*stands in the library in the afternoon in a blue dress*")
    first = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    presser = stage.new_member()
    shown = await stage.world.press(presser, first, "Edit")
    await shown.modal_shown()
    submitted = await stage.world.submit_modal(shown, {"words": "same setting, change dress to red"})
    edited = await stage.picture(submitted)
    await submitted.said("left")
    assert "an edit of [this picture]" in edited.text
    assert str(first.id) in edited.text, "it links to its parent"
    assert "change dress to red" in edited.text
    assert (stage.free(room.member), stage.free(presser)) == (450, 450)
    share = changed_share(first.attachments[0].data, edited.attachments[0].data)
    assert 0.005 < share < 0.35, share
    again = await stage.world.press(presser, edited, "Edit")
    await again.modal_shown()
    twice = await stage.picture(await stage.world.submit_modal(again, {"words": "at night"}))
    assert "night" in twice.text


async def test_a_messages_menu_edits_its_picture_and_says_where_there_is_none(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.settled(room.member)
    shown = await stage.world.context_menu(room.member, "Edit image", picture)
    await shown.modal_shown()
    edited = await stage.picture(await stage.world.submit_modal(shown, {"words": "make it snow"}))
    assert "snow" in edited.text
    refused = await stage.world.context_menu(room.member, "Edit image", room.spoken)
    assert (await refused.said("no picture of mine")).ephemeral


async def test_a_form_that_was_open_while_the_bot_was_killed_still_edits(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.settled(room.member)
    shown = await stage.world.press(room.member, picture, "Edit")
    await shown.modal_shown()
    await stage.world.restart_bot(kill=True)
    edited = await stage.picture(await stage.world.submit_modal(shown, {"words": "let her smile"}))
    assert "let her smile" in edited.text
    await stage.settled(room.member)
