"""Companions who answer, with the bot as its own process and a chat endpoint that says what a test wants."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from playground import Channel, Member, Message
from tests.e2e.owner_desk import OwnerDesk
from tests.e2e.stage import Room, Stage
from tests.e2e.talking_model import Asked, Piece, TalkingModel, calls_send_picture, hello

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

EDIT = ("PATCH", "/webhooks/{webhook_id}/{token}/messages/{message_id}")
EDIT_EVERY_S = 2.0
PRICE, WELCOME = 125, 500


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talker() -> AsyncIterator[TalkingModel]:
    async with TalkingModel.start() as talker:
        yield talker


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(talker: TalkingModel, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with Stage.open(
        tmp_path_factory.mktemp("talk"), PRICE_IMAGE=str(PRICE), **talker.settings
    ) as stage:
        yield stage


@pytest.fixture
def model(talker: TalkingModel) -> TalkingModel:
    talker.says, talker.is_down = hello, False
    talker.asked.clear()
    return talker


async def answer(stage: Stage, place: Channel, text: str, after: Message) -> Message:
    """The message of a companion with this text, later than another message."""
    return await stage.world.wait_for_message(
        place, lambda m: m.webhook_id is not None and text in m.text, after=after.id
    )


def answers(stage: Stage, room: Room) -> list[tuple[str, str]]:
    """Who has said what in a room since its first line."""
    return [
        (message.author_name, message.content)
        for message in stage.world.messages(room.place)
        if message.webhook_id is not None and message.id > room.spoken.id
    ]


async def test_a_companion_answers_to_its_name_an_alias_a_reply_and_a_mention(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira")
    bot = f"<@{stage.world.bot_id}>"
    for text, replied_to in (
        ("Hey mira, how are you?", None),
        ("MIRI!", None),
        ("And then?", room.spoken),
        (f"{bot} are you there?", None),
    ):
        said = await stage.world.say(room.member, room.place, text, reply_to=replied_to)
        answered = await answer(stage, room.place, "Mira is listening.", said)
        assert answered.author_name == "Mira"
        assert [button.label for button in answered.buttons] == ["Instant"]
    typed = [r for r in stage.world.requests if r.path == f"/channels/{room.place.id}/typing"]
    assert typed
    assert "*leans on the railing of the rooftop garden at sunset*" in model.asked[0].said
    assert f"{room.member.name}: Hey mira, how are you?" in model.asked[0].said


async def test_two_companions_answer_two_members_in_turn_and_hear_each_other(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira", "Kaito")
    other = stage.new_member()

    async def says(asked: Asked) -> AsyncIterator[Piece]:
        yield f"{asked.name}'s line, after {asked.said.splitlines()[-1]}"

    model.says = says
    asked = await stage.world.say(room.member, room.place, "Kaito and Mira, who goes first?")
    await answer(stage, room.place, "Mira's line", asked)
    assert answers(stage, room) == [
        ("Kaito", f"Kaito's line, after {room.member.name}: Kaito and Mira, who goes first?"),
        ("Mira", f"Mira's line, after Kaito: {answers(stage, room)[0][1]}"),
    ]
    again = await stage.world.say(other, room.place, "Mira, and you?")
    await answer(stage, room.place, f"after {other.name}: Mira, and you?", again)
    assert len(model.asked) == 3


async def test_fifty_webhook_messages_with_names_in_them_get_no_answer(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira", "Kaito")
    ((webhook_id, token),) = stage.rows(
        "SELECT webhook_id, token FROM webhook WHERE channel_id = :channel", channel=room.place.id
    )
    async with aiohttp.ClientSession() as session:
        for number in range(50):
            text = f"Mira, Kaito, answer number {number}!"
            body = {"content": text, "username": "Mira", "allowed_mentions": {"parse": []}}
            async with session.post(
                f"{stage.world.api_url}/webhooks/{webhook_id}/{token}", json=body
            ) as sent:
                assert sent.status in {200, 204}
    said = await stage.world.say(room.member, room.place, "Kaito, you there?")
    await answer(stage, room.place, "Kaito is listening.", said)
    assert [asked.name for asked in model.asked] == ["Kaito"]


async def test_a_long_answer_grows_in_one_message_no_faster_than_every_two_seconds(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira")
    steps = [asyncio.Event() for _ in range(2)]

    async def says(_asked: Asked) -> AsyncIterator[Piece]:
        yield "It was a dark night. "
        await steps[0].wait()
        for word in ("The wind ", "howled. ", "Nobody "):
            yield word
        await steps[1].wait()
        yield "slept."

    model.says = says
    said = await stage.world.say(room.member, room.place, "Mira, tell me a story")
    shown = await answer(stage, room.place, "It was a dark night.", said)
    steps[0].set()

    def edits() -> list[str]:
        path = f"/messages/{shown.id}"
        return [
            r.body["content"]
            for r in stage.world.requests
            if (r.method, r.template) == EDIT and r.path.endswith(path)
        ]

    await stage.world.wait_until(lambda: len(edits()) == 1, 20, lambda: str(edits()))
    steps[1].set()
    await stage.world.wait_until(lambda: len(edits()) == 2, 20, lambda: str(edits()))
    assert shown.content == "It was a dark night."
    whole = "It was a dark night. The wind howled. Nobody slept."
    assert edits() == ["It was a dark night. The wind howled.", whole]
    after = stage.world.message(shown)
    assert after is not None
    assert (after.content, [button.label for button in after.buttons]) == (whole, ["Instant"])
    times = [
        r.at
        for r in stage.world.requests
        if (r.method, r.template) in {EDIT, ("POST", "/webhooks/{webhook_id}/{token}")}
        and (r.path.endswith(f"/messages/{shown.id}") or (r.answer or {}).get("id") == str(shown.id))
    ]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= EDIT_EVERY_S


async def test_the_button_on_an_answer_makes_a_picture_and_who_spoke_is_known(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Kaito")

    async def says(_asked: Asked) -> AsyncIterator[Piece]:
        yield "*sits down in the library at night*"

    model.says = says
    said = await stage.world.say(room.member, room.place, "Kaito, where are you?")
    answered = await answer(stage, room.place, "library", said)
    told = await stage.world.context_menu(room.member, "Who is this?", answered)
    await told.said("Kaito")
    picture = await stage.picture(await stage.world.press(room.member, answered, "Instant"))
    assert "library" in picture.text


async def test_a_tool_call_makes_one_picture_and_charges_once(stage: Stage, model: TalkingModel) -> None:
    room = await stage.room("Mira", "Kaito")
    model.says = photographs
    said = await stage.world.say(room.member, room.place, "Mira and Kaito, show me the harbour!")
    await answer(stage, room.place, "*Kaito adjusts", said)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == WELCOME - PRICE
    assert answers(stage, room) == [
        ("Mira", "*Mira adjusts the lens* Smile!"),
        ("Kaito", "*Kaito adjusts the lens* Smile!"),
    ]


async def photographs(asked: Asked) -> AsyncIterator[Piece]:
    """Uses the tool, and then has a line for it."""
    if asked.has_tools:
        yield calls_send_picture(description="at the harbour")
    else:
        yield f"*{asked.name} adjusts the lens* Smile!"


async def test_a_picture_that_cannot_be_paid_is_told_and_not_claimed(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira")
    poor = stage.new_member()
    for _ in range(WELCOME // PRICE):
        await stage.picture(await stage.world.press(poor, room.spoken, "Instant"))
        await stage.settled(poor)
    model.says = photographs
    await stage.world.say(poor, room.place, "Mira, show me the harbour!")
    await stage.world.wait_for_message(
        room.place, lambda m: "more than you can spend" in m.text, after=room.spoken.id
    )
    assert (await stage.settled(poor))[-1] == "refused"
    assert stage.free(poor) == 0


async def test_an_endpoint_that_is_down_is_silence_and_a_line_in_the_log(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira")
    model.is_down = True
    await stage.world.say(room.member, room.place, "Mira, are you there?")
    await stage.until(
        lambda: any("companion_has_no_words" in line for line in stage.world.bot.output),  # type: ignore[union-attr]
        "the log line",
    )
    assert answers(stage, room) == []
    asked = await stage.world.say(room.member, room.place, "Mira, send me a photo of you at the beach")
    picture = await stage.world.wait_for_message(room.place, lambda m: bool(m.attachments), after=asked.id)
    assert "beach" in picture.text
    await stage.settled(room.member)


@pytest.mark.parametrize("how", ["deleted", "edited"])
async def test_a_message_that_is_taken_back_gets_no_answer(
    stage: Stage, model: TalkingModel, how: str
) -> None:
    room = await stage.room("Mira", "Kaito")
    may_go_on = asyncio.Event()

    async def says(asked: Asked) -> AsyncIterator[Piece]:
        if asked.name == "Mira":
            await may_go_on.wait()
        yield f"{asked.name} is listening."

    model.says = says
    said = await stage.world.say(room.member, room.place, "Mira, forget this")
    await model.until_asked(1)
    if how == "deleted":
        await stage.world.delete_as(room.member, said)
    else:
        stage.world.backend.edit_message(room.place.id, said.id, {"content": "Kaito, forget this"})
    later = await stage.world.say(room.member, room.place, "Kaito?")
    await answer(stage, room.place, "Kaito is listening.", later)
    may_go_on.set()
    assert answers(stage, room) == [("Kaito", "Kaito is listening.")]


async def test_the_channels_setting_holds_at_once_and_after_a_restart(
    stage: Stage, model: TalkingModel
) -> None:
    room = await stage.room("Mira", "Kaito")
    desk = await OwnerDesk.open(stage, "settings", room.place)
    assert "**Companions answer:** when addressed" in desk.page.text
    (change,) = [b.custom_id for b in desk.page.buttons if (b.custom_id or "").startswith("setup-step:talk")]
    await stage.world.press(stage.kim, desk.page, custom_id=change)
    await desk.shows("**Now:** when addressed")

    await desk.choose("setup-talk", "never", shows=f"<#{room.place.id}>: **never**")
    await stage.world.say(room.member, room.place, "Mira, hello")
    await desk.choose("setup-talk", "every", shows=f"<#{room.place.id}>: **every message**")
    said = await stage.world.say(room.member, room.place, "What a day!")
    await answer(stage, room.place, "Mira is listening.", said)
    assert len(model.asked) == 1

    await stage.world.restart_bot()
    said = await stage.world.say(room.member, room.place, "And what a night!")
    await answer(stage, room.place, "Mira is listening.", said)
    await desk.press("Back to the settings", "every message in one channel")
    assert f"companions answer: <#{room.place.id}> never → **every message**" in desk.page.text
    await stage.world.press(stage.kim, desk.page, custom_id=change)
    await desk.shows("When companions answer")
    await desk.choose("setup-talk-in", room.place, shows="every message")
    await desk.choose("setup-talk", "addressed", shows="**Now:** when addressed")


@pytest.mark.usefixtures("model")
async def test_a_missing_permission_is_one_line_in_the_log_and_told_to_the_owner(stage: Stage) -> None:
    place = stage.world.create_channel("no-webhooks")
    member = stage.new_member()
    await (await stage.world.slash(stage.kim, place, "companion invite", companion="Mira")).said("Mira")
    stage.world.set_bot_permissions(place, manage_webhooks=False)
    for _ in range(2):
        await stage.world.say(member, place, "Mira, are you there?")

    def hindered() -> list[str]:
        return [
            line
            for line in stage.world.bot.output  # type: ignore[union-attr]
            if "companion_hindered" in line and str(place.id) in line
        ]

    await stage.until(hindered, "the log line")
    desk = await OwnerDesk.open(stage, "settings", stage.world.channel("lounge"))
    await desk.press("Check permissions", "Companions could not answer")
    assert f"<#{place.id}>: **Manage Webhooks** is missing" in desk.page.text
    stage.world.set_bot_permissions(place)
    for text in ("Mira, and now?", "Mira, and again?"):  # whoever answers again is done with the first
        said = await stage.world.say(member, place, text)
        await answer(stage, place, "Mira is listening.", said)
    await stage.world.press(stage.kim, desk.page, "Check again")
    await desk.shows("All is well")
    assert len(hindered()) == 1


async def test_help_says_that_companions_answer(stage: Stage) -> None:
    member: Member = stage.new_member()
    shown = await stage.world.slash(member, stage.world.channel("lounge"), "help")
    await shown.said("companions **answer** when you say their name")
