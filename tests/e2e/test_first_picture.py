"""One tap, one picture: from a press to a picture in the same place, with the bot as its own process."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

ALGORITHMIC = b"http://cv.iptc.org/newscodes/digitalsourcetype/"


async def test_a_press_of_instant_makes_a_picture_of_the_companion_where_it_was_pressed(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    ack = await pressed.acknowledged()
    assert (ack.kind, ack.ephemeral) == ("deferred", False)
    assert ack.latency_s < 3
    picture = await stage.picture(pressed)
    assert picture.channel_id == room.place.id
    assert "Mira" in picture.text
    assert f"<@{room.member.id}>" in picture.text


async def test_the_picture_is_a_real_2k_picture_that_says_what_it_is(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    file = picture.attachments[0]
    with Image.open(io.BytesIO(file.data)) as image:
        assert (image.format, image.size) == ("JPEG", (1536, 2048))
    assert b"trainedAlgorithmicMedia" in file.data
    assert ALGORITHMIC in file.data
    described = [part["items"][0]["description"] for part in picture.walk() if part["type"] == 12]
    assert described
    assert "Mira" in described[0]


async def test_the_buttons_of_a_picture_are_there(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    assert [button.label for button in picture.buttons] == [
        "Instant",
        "Again",
        "Reuse prompt",
        "Edit",
        "Download",
        "Report",
        "Delete",
    ]


async def test_the_price_and_the_new_balance_are_told_to_the_requester_alone(stage: Stage) -> None:
    room = await stage.room("Mira")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    told = await pressed.said("left")
    assert "50 moments" in told.text
    assert "450" in told.text
    assert told.ephemeral
    assert told.interaction_user_id == room.member.id
    assert stage.free(room.member) == 450


async def test_everyone_in_the_picture_costs_the_same_and_is_named(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    await stage.speaks(room.place, "Kaito", "*puts an arm around Mira and smiles at her*")
    pressed = await stage.world.slash(
        room.member, room.place, "image instant", hint="Mira and Kaito together on the beach"
    )
    picture = await stage.picture(pressed)
    assert "Mira" in picture.text
    assert "Kaito" in picture.text
    assert stage.free(room.member) == 400


async def test_the_command_pictures_the_companion_and_the_hint_that_were_given(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    pressed = await stage.world.slash(
        room.member, room.place, "image instant", companion="Kaito", hint="in a library at night"
    )
    picture = await stage.picture(pressed)
    assert "Kaito" in picture.text
    assert "Mira" not in picture.text
    assert "library" in picture.text


async def test_the_command_offers_who_is_here(stage: Stage) -> None:
    room = await stage.room("Mira")
    typed = await stage.world.autocomplete(room.member, room.place, "image instant", "companion", "mi")
    assert "Mira" in [choice["name"] for choice in await typed.choices()]


async def test_picture_this_makes_a_picture_of_the_moment_of_that_message(stage: Stage) -> None:
    room = await stage.room("Mira", says="*sits in the library at night*")
    await stage.speaks(room.place, "Mira", "*runs along the beach in the morning*")
    pressed = await stage.world.context_menu(room.member, "Picture this", room.spoken)
    picture = await stage.picture(pressed)
    assert "library" in picture.text
    assert "beach" not in picture.text


async def test_an_older_button_pictures_the_older_moment(stage: Stage) -> None:
    room = await stage.room("Mira", says="*sits in the library at night*")
    await stage.speaks(room.place, "Mira", "*runs along the beach in the morning*")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    assert "library" in picture.text


async def test_in_a_thread_the_companions_of_its_channel_count_and_the_picture_goes_into_the_thread(
    stage: Stage,
) -> None:
    room = await stage.room("Mira")
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    await stage.world.say(room.member, thread, "Mira waves from the bridge in the rain.")
    pressed = await stage.world.slash(room.member, thread, "image instant")
    picture = await stage.picture(pressed)
    assert picture.channel_id == thread.id
    assert "Mira" in picture.text
    await stage.no_picture(room)


async def test_instant_on_a_picture_makes_the_next_picture(stage: Stage) -> None:
    room = await stage.room("Mira")
    first = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    second = await stage.picture(await stage.world.press(room.member, first, "Instant"))
    assert second.id != first.id
    assert stage.free(room.member) == 400


async def test_again_makes_another_picture_of_the_same_scene_for_whoever_presses(stage: Stage) -> None:
    room = await stage.room("Mira", says="*sits in the library at night*")
    first = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    presser = stage.new_member()
    again = await stage.world.press(presser, first, "Again")
    second = await stage.picture(again)
    assert "library" in second.text
    assert second.attachments[0].data != first.attachments[0].data
    await again.said("left")
    assert (stage.free(room.member), stage.free(presser)) == (450, 450)


async def test_download_hands_the_stored_picture_to_the_presser_alone(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    somebody = stage.new_member()
    handed = await (await stage.world.press(somebody, picture, "Download")).answered()
    assert handed.ephemeral
    assert handed.attachments[0].data == picture.attachments[0].data
    assert "1536 × 2048" in handed.text


async def test_delete_asks_first_then_takes_the_message_and_the_file_away(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    asked = await stage.world.press(room.member, picture, "Delete")
    question = await asked.said("for good")
    assert question.ephemeral
    assert stage.world.message(picture) is not None
    await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")
    assert stage.world.message(picture) is None
    keys = stage.rows(
        "SELECT file_key FROM image WHERE message_id = :message AND deleted_at_ms IS NOT NULL",
        message=picture.id,
    )
    assert len(keys) == 1
    assert not list((stage.folder / "images").rglob(keys[0]))


async def test_what_was_deleted_can_be_neither_downloaded_nor_made_again(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    again, download = (picture.button(label).custom_id for label in ("Again", "Download"))
    asked = await stage.world.press(room.member, picture, "Delete")
    question = await asked.said("for good")
    await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")
    for custom_id in (again, download):
        assert custom_id
        await stage.forge(room.spoken, custom_id)
        refused = await (await stage.world.press(room.member, room.spoken, custom_id=custom_id)).said(
            "not there"
        )
        assert refused.ephemeral
    assert stage.free(room.member) == 450


async def test_every_button_works_after_the_bot_was_restarted(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    asked = await stage.world.press(room.member, picture, "Delete")
    question = await asked.said("for good")
    await stage.settled(room.member)
    await stage.world.restart_bot(kill=True)
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.picture(await stage.world.press(room.member, picture, "Instant"))
    await stage.picture(await stage.world.press(room.member, picture, "Again"))
    handed = await (await stage.world.press(room.member, picture, "Download")).answered()
    assert handed.attachments
    await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")
    assert stage.world.message(picture) is None
