"""Mature pictures on Discord: behind a spoiler in age-restricted channels, and words alone everywhere else."""

from __future__ import annotations

import pytest

from playground import Fault, Message, Request, status
from tests.e2e import mature_desk
from tests.e2e.mature_desk import HINT, TOO_LATE, adult_room, asked, covered, files_seen
from tests.e2e.stage import Room, Stage, is_picture

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {**mature_desk.SETTINGS, "IMAGE_BACKENDS": "puppet"}


async def posted(stage: Stage, room: Room) -> Message:
    """A mature picture that came home."""
    pressed = await asked(stage, room)
    await (await stage.puppeteer.next_job()).finish()
    picture = await stage.picture(pressed)
    await pressed.said("left")
    return picture


async def came_to_nothing(stage: Stage, room: Room, before: list[str]) -> None:
    """The picture waits: paid, stored, and in no message at all."""
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.rows("SELECT delivered_how FROM request WHERE user_id = :user", user=room.member.id) == [
        "gallery"
    ]
    assert files_seen(stage) == before


async def told_at_the_next_visit(stage: Stage, room: Room) -> None:
    """In words, with nothing to hand it over."""
    elsewhere = await stage.room()
    came_back = await stage.world.slash(room.member, elsewhere.place, "me")
    notice = await came_back.said(TOO_LATE)
    assert (notice.ephemeral, notice.attachments, notice.buttons) == (True, [], [])


async def test_a_mature_picture_stands_behind_a_spoiler_and_has_no_edit(stage: Stage) -> None:
    room = await adult_room(stage)
    pressed = await asked(stage, room)
    job = await stage.puppeteer.next_job()
    await job.tell_and_hear("accepted", ref="r1")
    await job.tell("progress", fraction=0.4, preview=True)
    await stage.world.wait_until(
        lambda: pressed.response is not None and "40%" in pressed.response.text, 10, lambda: "progress"
    )
    assert pressed.response is not None
    assert pressed.response.attachments == [], "nobody has checked where a preview would stand"
    await job.finish()
    picture = await stage.picture(pressed)
    assert covered(picture) == [True]
    assert [file.filename.startswith("SPOILER_darkroom-") for file in picture.attachments] == [True]
    assert "Edit" not in [button.label for button in picture.buttons]
    await pressed.said("450")


async def test_in_an_ordinary_channel_it_is_refused_to_the_presser_alone(stage: Stage) -> None:
    await adult_room(stage)
    room = await stage.room()
    told = await (await asked(stage, room)).said("general pictures only")
    assert told.ephemeral
    assert await stage.settled(room.member) == ["refused"]
    assert stage.free(room.member) == 500
    assert stage.puppeteer.waiting == 0
    await stage.no_picture(room)


async def test_a_general_picture_costs_discord_no_question_about_its_channel(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    assert covered(await stage.picture(pressed)) == [False]
    await pressed.said("450")
    paths = [request.path for request in stage.world.requests if request.method == "GET"]
    assert not [path for path in paths if path.endswith(f"/channels/{room.place.id}")]


async def test_where_the_channel_changes_while_it_is_made_it_waits_in_words(stage: Stage) -> None:
    room = await adult_room(stage)
    pressed = await asked(stage, room)
    job = await stage.puppeteer.next_job()
    before = files_seen(stage)
    stage.world.set_age_restricted(room.place, restricted=False)
    await job.finish()
    waiting = await pressed.said(TOO_LATE)
    assert (waiting.attachments, waiting.buttons) == ([], [])
    await came_to_nothing(stage, room, before)
    await told_at_the_next_visit(stage, room)


async def test_with_its_channel_gone_it_goes_to_nobody_directly(stage: Stage) -> None:
    room = await adult_room(stage)
    await asked(stage, room)
    job = await stage.puppeteer.next_job()
    before = files_seen(stage)
    stage.world.delete_channel(room.place)
    await job.finish()
    await came_to_nothing(stage, room, before)
    await told_at_the_next_visit(stage, room)


async def test_with_its_thread_gone_it_does_not_go_to_the_channel(stage: Stage) -> None:
    room = await adult_room(stage)
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    pressed = await stage.world.slash(room.member, thread, "image instant", hint=HINT)
    job = await stage.puppeteer.next_job()
    before = files_seen(stage)
    stage.world.delete_channel(thread)
    await job.finish()
    await came_to_nothing(stage, room, before)
    assert pressed.response is None


async def test_a_thread_is_as_age_restricted_as_its_channel_is(stage: Stage) -> None:
    room = await adult_room(stage)
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    pressed = await stage.world.slash(room.member, thread, "image instant", hint=HINT)
    await (await stage.puppeteer.next_job()).finish()
    assert covered(await stage.picture(pressed)) == [True]
    await pressed.said("left")
    stage.world.set_age_restricted(room.place, restricted=False)
    refused = await stage.world.slash(room.member, thread, "image instant", hint=HINT)
    await refused.said("general pictures only")
    await stage.settled(room.member)


async def test_a_deleted_progress_message_makes_it_a_message_of_its_own_behind_a_spoiler(
    stage: Stage,
) -> None:
    room = await adult_room(stage)
    pressed = await asked(stage, room)
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    await job.finish()
    picture = await stage.world.wait_for_message(room.place, is_picture)
    assert covered(picture) == [True]
    await stage.settled(room.member)


async def test_where_its_own_place_takes_nothing_it_goes_to_no_other_place(stage: Stage) -> None:
    """The thread is there and age-restricted, and refuses it; its channel and its member would take it."""
    room = await adult_room(stage)
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    pressed = await stage.world.slash(room.member, thread, "image instant", hint=HINT)
    job = await stage.puppeteer.next_job()
    before = files_seen(stage)
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    refused = Fault("POST", rf"^/channels/{thread.id}/messages$", status(403, 50013))
    stage.world.faults.add(refused)
    await job.finish()
    await came_to_nothing(stage, room, before)
    assert len(refused.hits) == 1


async def test_a_channel_that_changes_between_two_tries_gets_none(stage: Stage) -> None:
    room = await adult_room(stage)
    pressed = await asked(stage, room)
    job = await stage.puppeteer.next_job()
    before = files_seen(stage)
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)

    def change(_request: Request) -> bool:
        """While the bot looks whether it has posted it already."""
        stage.world.set_age_restricted(room.place, restricted=False)
        return False

    looking = Fault("GET", rf"^/channels/{room.place.id}/messages$", status(500), when=change)
    stage.world.faults.add(looking)
    await job.finish()
    await came_to_nothing(stage, room, before)
    stage.world.faults.remove(looking)


async def test_a_crash_before_it_is_posted_ends_with_it_posted_behind_its_spoiler(stage: Stage) -> None:
    """After the restart the gateway may not have told of the channel yet: Discord is asked."""
    room = await adult_room(stage)
    pressed = await asked(stage, room)
    job = await stage.puppeteer.next_job()
    (stage.folder / "break-at").write_text("courier.deliver before")
    await job.finish()
    await stage.until(lambda: not (stage.folder / "break-at").exists(), "the bot to die")
    await stage.world.restart_bot()
    assert covered(await stage.picture(pressed)) == [True]
    assert await stage.settled(room.member) == ["delivered"]


async def test_download_shows_a_placeholder_to_one_person_alone(stage: Stage) -> None:
    room = await adult_room(stage)
    picture = await posted(stage, room)
    handed = await (await stage.world.press(stage.new_member(), picture, "Download")).said(
        "in its own message"
    )
    assert handed.ephemeral
    assert handed.attachments[0].filename == "darkroom-hidden.jpg"
    assert handed.attachments[0].data != picture.attachments[0].data


async def test_again_and_reuse_on_it_are_refused_where_the_channel_has_changed(stage: Stage) -> None:
    room = await adult_room(stage)
    picture = await posted(stage, room)
    stage.world.set_age_restricted(room.place, restricted=False)
    other = stage.new_member()
    for label in ("Again", "Reuse prompt"):
        told = await (await stage.world.press(other, picture, label)).said("general pictures only")
        assert told.ephemeral
        assert HINT not in told.text
    assert stage.states(other) == []


async def test_agreeing_to_the_price_is_refused_where_the_channel_has_changed(stage: Stage) -> None:
    room = await adult_room(stage)
    await (await stage.world.slash(room.member, room.place, "me", ask_above=0)).answered()
    pressed = await asked(stage, room)
    question = await stage.clickable(pressed, "Make it")
    stage.world.set_age_restricted(room.place, restricted=False)
    told = await (await stage.world.press(room.member, question, "Make it")).said("general pictures only")
    assert told.ephemeral
    assert stage.held(room.member) == 0
    await stage.world.press(room.member, question, "Cancel")
    assert await stage.settled(room.member) == ["cancelled"]


async def test_one_of_a_batch_is_opened_as_a_placeholder_and_can_be_taken_out(stage: Stage) -> None:
    room = await adult_room(stage)
    pressed = await stage.world.slash(
        room.member, room.place, "image premium", companion="Mira", prompt=HINT, count=2
    )
    job = await stage.puppeteer.next_job()
    await job.tell("picture")
    await stage.world.wait_until(
        lambda: pressed.response is not None and "1 of 2" in pressed.response.text, 10, lambda: "the first"
    )
    assert pressed.response is not None
    assert pressed.response.attachments == [], (
        "what is there already is not shown before its place is checked"
    )
    await job.finish()
    batch = await stage.picture(pressed)
    assert covered(batch) == [True, True]
    await stage.settled(room.member)  # what is posted has its place on record
    (select,) = [s for s in batch.selects if s.custom_id.startswith("picture:")]
    chosen = await stage.world.choose(room.member, batch, [select.options[0]], custom_id=select.custom_id)
    opened = await chosen.said("in its own message")
    assert [file.filename for file in opened.attachments] == ["darkroom-hidden.jpg"]
    question = await (await stage.world.press(room.member, opened, "Delete")).said("for good")
    await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")

    def left() -> Message | None:
        message = stage.world.message(batch.id)
        return message if message is not None and len(message.attachments) == 1 else None

    one = await stage.world.wait_until(left, 10, lambda: "one picture left")
    assert covered(one) == [True]


async def test_a_gallery_and_its_sheet_cover_it(stage: Stage) -> None:
    room = await adult_room(stage)
    picture = await posted(stage, room)
    opened = await stage.world.slash(room.member, room.place, "gallery")
    page = await opened.said("in an age-restricted channel")
    assert page.ephemeral
    sheet = await (await stage.world.press(room.member, page, "Sheet")).said("can't be shown here")
    shown = [file.data for message in (page, sheet) for file in message.attachments]
    assert picture.attachments[0].data not in shown
    assert HINT not in page.text + sheet.text
