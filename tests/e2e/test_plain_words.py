"""“Send me a photo”, said to a companion, makes it: a reply that becomes the picture. Talk about photos makes none."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from playground import Fault, Message, status
from tests.e2e.asking import WISH, answers_to, ask, heard, picture_for, told, with_button
from tests.e2e.owner_desk import OwnerDesk
from tests.e2e.stage import Stage, is_picture
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MATURE_WORD": "hypothetical"}


def words_of(message: Message) -> str:
    """Its text without mentions and times, whose digits are nobody's moments."""
    return re.sub(r"<[^>]*>", "", message.text)


async def finish(job: Job) -> None:
    await job.finish()


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def good_backend(stage: Stage) -> AsyncIterator[None]:
    stage.puppeteer.script = finish
    yield
    stage.puppeteer.script = None


async def test_a_companion_who_is_asked_for_a_photo_answers_with_it(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    asked = await ask(stage, room)
    picture = await picture_for(stage, asked)
    assert "Mira" in picture.text
    assert "Kaito" not in picture.text
    assert "beach" in picture.text
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450
    assert picture.interaction_id is None


async def test_the_price_is_on_the_picture_and_no_balance_is(stage: Stage) -> None:
    room = await stage.room()
    picture = await picture_for(stage, await ask(stage, room))
    assert "50 moments" in picture.text
    everything = " ".join(words_of(message) for message in stage.world.messages(room.place))
    assert "450" not in everything


async def test_nobody_is_pinged_by_the_answer(stage: Stage) -> None:
    room = await stage.room()
    asked = await ask(stage, room)
    await picture_for(stage, asked)
    (posted,) = [
        request.body
        for request in stage.world.requests
        if request.method == "POST"
        and isinstance(request.body, dict)
        and str((request.body.get("message_reference") or {}).get("message_id")) == str(asked.id)
    ]
    assert posted["allowed_mentions"]["parse"] == []
    assert not posted["allowed_mentions"].get("replied_user", False)
    assert posted["enforce_nonce"] is True


async def test_everyone_who_is_asked_for_is_in_it_and_costs_the_same(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    asked = await ask(stage, room, "Mira, could you send me a picture of you and Kaito by the fire?")
    picture = await picture_for(stage, asked)
    assert "Mira" in picture.text
    assert "Kaito" in picture.text
    await stage.settled(room.member)
    assert stage.free(room.member) == 400


async def test_in_a_thread_the_picture_comes_into_the_thread(stage: Stage) -> None:
    room = await stage.room()
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    asked = await stage.world.say(room.member, thread, WISH)
    picture = await picture_for(stage, asked)
    assert picture.channel_id == thread.id
    await stage.no_picture(room)


async def test_a_reply_to_what_a_companion_said_is_said_to_it(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    spoken = await stage.speaks(room.place, "Kaito", "*sharpens his sword*")
    asked = await stage.world.say(room.member, room.place, "send me a pic!", reply_to=spoken)
    assert "Kaito" in (await picture_for(stage, asked)).text


@pytest.mark.parametrize(
    "text",
    ["Mira, mándame una foto", "Mira, envoie-moi une photo", "Mira, schick mir ein Foto", "Mira、写真送って"],
)
async def test_in_other_languages_too(stage: Stage, text: str) -> None:
    room = await stage.room()
    assert is_picture(await picture_for(stage, await ask(stage, room, text)))


async def test_talk_about_photos_makes_none(stage: Stage) -> None:
    room = await stage.room()
    for text in (
        "Mira, did you like that photo?",
        "Mira, I took a photo of you",
        "Mira, don't send me pictures",
        "he asked me: Mira, should I send you a photo?",
        "((Mira, send me a photo))",
    ):
        await ask(stage, room, text)
    await heard(stage, room)
    assert stage.states(room.member) == []


async def test_who_speaks_to_nobody_gets_none(stage: Stage) -> None:
    room = await stage.room()
    empty = stage.world.create_channel(f"empty-{room.place.name}")
    await stage.world.say(room.member, empty, WISH)
    await ask(stage, room, "sam, send me a photo")
    await heard(stage, room)
    assert stage.states(room.member) == []


async def test_what_companions_say_asks_for_none(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    await stage.speaks(room.place, "Kaito", "Mira, send me a photo of you")
    await heard(stage, room)
    pictures = [message for message in stage.world.messages(room.place) if is_picture(message)]
    assert len(pictures) == 1


# ------------------------------------------------------------------ under way


async def test_said_again_while_it_is_on_its_way_it_is_charged_once(stage: Stage) -> None:
    room = await stage.room()
    stage.puppeteer.script = None
    first = await ask(stage, room)
    job = await stage.puppeteer.next_job()
    second = await ask(stage, room)
    await told(stage, second, "already on its way")
    await job.finish()
    await picture_for(stage, first)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450


async def test_its_member_may_cancel_it_and_nobody_else(stage: Stage) -> None:
    room = await stage.room()
    stage.puppeteer.script = None
    asked = await ask(stage, room)
    job = await stage.puppeteer.next_job()
    waiting = await with_button(stage, asked, "Cancel")
    refused = await stage.world.press(stage.new_member(), waiting, "Cancel")
    assert (await refused.said("Only the member")).ephemeral
    await stage.world.press(room.member, waiting, "Cancel")
    await told(stage, asked, "ancelled")
    await job.stopped()
    assert await stage.settled(room.member) == ["cancelled"]
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)


async def test_above_their_own_limit_their_member_alone_is_asked(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    asked = await ask(stage, room)
    question = await with_button(stage, asked, "Make it")
    assert "50 moments" in question.text
    refused = await stage.world.press(stage.new_member(), question, "Make it")
    assert (await refused.said("Only the member")).ephemeral
    assert stage.free(room.member) == 500
    await stage.world.press(room.member, question, "Make it")
    await picture_for(stage, asked)
    await stage.settled(room.member)
    assert stage.free(room.member) == 450


async def test_with_its_message_deleted_the_picture_comes_all_the_same_once(stage: Stage) -> None:
    room = await stage.room()
    stage.puppeteer.script = None
    asked = await ask(stage, room)
    job = await stage.puppeteer.next_job()
    stage.world.delete_message(await with_button(stage, asked, "Cancel"))
    await job.finish()
    await picture_for(stage, asked)
    assert await stage.settled(room.member) == ["delivered"]


async def test_with_the_wish_deleted_the_picture_comes_all_the_same(stage: Stage) -> None:
    room = await stage.room()
    stage.puppeteer.script = None
    asked = await ask(stage, room)
    job = await stage.puppeteer.next_job()
    stage.world.delete_message(asked)
    await job.finish()
    await stage.world.wait_for_message(room.place, is_picture)
    assert await stage.settled(room.member) == ["delivered"]


async def test_where_discord_fails_for_a_while_one_answer_comes(stage: Stage) -> None:
    room = await stage.room()
    stage.world.faults.add(Fault("POST", rf"/channels/{room.place.id}/messages$", status(502), times=2))
    asked = await ask(stage, room)
    await picture_for(stage, asked)
    assert await stage.settled(room.member) == ["delivered"]


async def test_buttons_of_the_picture_work(stage: Stage) -> None:
    room = await stage.room()
    picture = await picture_for(stage, await ask(stage, room))
    again = await stage.world.press(room.member, picture, "Again")
    assert is_picture(await stage.picture(again))


# ------------------------------------------------------------------ what can't be


async def test_who_can_not_pay_is_told_without_their_balance(stage: Stage) -> None:
    room = await stage.room()
    given = await stage.world.slash(room.member, room.place, "moments gift", member=stage.kim, amount=180)
    await given.answered()
    for at in range(6):
        await picture_for(stage, await ask(stage, room, f"Mira, send me a photo of you at the beach {at}"))
    asked = await ask(stage, room)
    refusal = await told(stage, asked, "more than you can spend")
    assert "50 moments" in refusal.text
    assert "/moments balance" in refusal.text
    assert "20" not in words_of(refusal)
    assert not refusal.buttons
    assert stage.free(room.member) == 20


async def test_where_none_are_made_it_is_said_where_they_are(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, **SETTINGS) as stage:
        room, studio = await stage.room(), stage.world.create_channel("studio")
        desk = await OwnerDesk.open(stage)
        await desk.go_to("Where pictures are made")
        await desk.choose("setup-where", studio, shows=f"**Where:** <#{studio.id}>")
        refusal = await told(stage, await ask(stage, room), f"<#{studio.id}>")
        assert "Nothing was charged" in refusal.text
        assert stage.states(room.member) == []


async def test_what_is_mature_is_not_made_here(stage: Stage) -> None:
    room = await stage.room()
    asked = await ask(stage, room, "Mira, send me a photo of you, hypothetical and tall")
    refusal = await stage.world.wait_until(
        lambda: next((m for m in answers_to(stage, asked) if not m.buttons), None), 20, "a refusal"
    )
    assert await stage.settled(room.member) == ["refused"]
    assert stage.free(room.member) == 500
    assert "<@" in refusal.text


async def test_where_it_may_not_write_the_picture_comes_directly(stage: Stage) -> None:
    room = await stage.room()
    stage.world.set_bot_permissions(room.place, send_messages=False)
    await ask(stage, room)
    picture = await stage.world.wait_for_message(room.member, lambda m: bool(m.attachments))
    assert "Mira" in picture.text
    assert await stage.settled(room.member) == ["delivered"]


async def test_where_it_may_not_write_nobody_can_be_asked_about_the_price(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    stage.world.set_bot_permissions(room.place, send_messages=False)
    await ask(stage, room)
    told_why = await stage.world.wait_for_message(room.member, lambda m: "Send Messages" in m.text)
    assert "Nothing was charged" in told_why.text
    assert await stage.settled(room.member) == ["refused"]


async def test_without_reading_messages_only_what_mentions_the_bot_is_heard(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, message_content=False, MESSAGE_CONTENT="false") as stage:
        room = await stage.room()
        await ask(stage, room)
        asked = await ask(stage, room, f"<@{stage.world.bot_id}> send me a photo of you at the beach")
        picture = await picture_for(stage, asked)
        assert "beach" in picture.text
        assert await stage.settled(room.member) == ["delivered"]
