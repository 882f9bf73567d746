"""What people type is shown as they typed it, wherever it is shown: it pings nobody and looks like nothing of ours."""

from __future__ import annotations

import re

import pytest

from playground import Interaction, Message
from tests.e2e import forger
from tests.e2e.reference_desk import LOOKS
from tests.e2e.report_desk import REJECT, Reported, choose_mod_channel
from tests.e2e.stage import Stage
from tests.e2e.studio_desk import StudioDesk

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

LIVE = (
    "[free](",
    "http://evil",
    "**bold**",
    "||cover||",
    "`code`",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u0336" * 4,
)
"""What Discord would obey, or nobody could see, of :func:`evil`."""
OURS = ("# Darkroom", "-# for everybody", "> quoted", "```")
"""What would pass for our own words at the beginning of a line."""


def evil(stage: Stage) -> str:
    """A text that tries everything at once."""
    return (
        f"red dress, @everyone @here <@{stage.kim.id}> <@!{stage.kim.id}> <#{stage.world.channel('lounge').id}> <t:0:R>"
        " [a](b) [free](http://evil.example) **bold** ||cover|| `code` \u202eh\u2066i\u200bj"
        f" z{chr(0x336) * 5}"
        "\n# Darkroom says\n-# for everybody\n> quoted\n```\nblock\n```"
    )


def harmless(stage: Stage, *messages: Message) -> None:
    for message in messages:
        text = message.text
        assert message.wire["mention_everyone"] is False
        assert str(stage.kim.id) not in [one["id"] for one in message.wire["mentions"]]
        assert [live for live in LIVE if live in text] == [], text
        assert re.findall(rf"(?<!\\)<(?:@!?{stage.kim.id}|t:0:)", text) == [], text
        assert [line for line in text.splitlines() if line.startswith(OURS)] == [], text


async def _said(stage: Stage, pressed: Interaction) -> None:
    """All answers to a press, once there are words."""
    await pressed.said("")
    harmless(stage, *(m for m in (pressed.response, *pressed.followups) if m is not None))


async def test_prompts_and_hints_under_pictures_in_the_gallery_and_on_the_card(stage: Stage) -> None:
    await choose_mod_channel(stage)
    world, room = stage.world, await stage.room()
    await (await world.slash(room.member, room.place, "me", alt_text=True)).answered()
    prompted = await world.slash(
        room.member, room.place, "image premium", companion="Mira", prompt=evil(stage)
    )
    hinted = await world.slash(room.member, room.place, "image instant", hint=evil(stage))
    pictures = [await stage.picture(prompted), await stage.picture(hinted)]
    await stage.settled(room.member)
    assert "red dress" in pictures[0].text
    harmless(stage, *pictures)
    for picture in pictures:
        image_id = str(picture.button("Again").custom_id).partition(":")[2]
        reported = Reported(stage, room, picture, image_id)
        await (await reported.report(stage.new_member(), words=evil(stage))).said("moderators will look")
        card = await reported.card()
        assert card.text.count("red dress") >= 2
        harmless(stage, card)
        gallery = await world.slash(room.member, room.place, "gallery")
        page = await gallery.said("Your gallery")
        harmless(stage, page)
        opened = await forger.use(
            stage,
            room.member,
            room.spoken,
            "gallery-open:",
            kind=forger.TEXT_SELECT,
            values=[image_id],
            offered=[image_id],
        )
        harmless(stage, await opened.said("moments paid"))
    await stage.settled(room.member)


async def test_the_words_of_an_edit(stage: Stage) -> None:
    room = await stage.room()
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.settled(room.member)
    shown = await stage.world.press(room.member, picture, "Edit")
    await shown.modal_shown()
    edited = await stage.picture(await stage.world.submit_modal(shown, {"words": evil(stage)}))
    assert "red dress" in edited.text
    harmless(stage, edited)
    await stage.settled(room.member)


async def test_the_studio_shows_prompts_and_searches_as_typed(stage: Stage) -> None:
    room = await stage.room()
    desk = await StudioDesk.open(stage, room.member, room.place)
    await desk.write(evil(stage))
    harmless(stage, await desk.shows("red dress"))
    await desk.press("Filter")
    searched = await desk.press_id(desk.custom_id("studio-search"))
    await desk.fill_in(searched, name="[a](b)[c](http:")
    found = await desk.shows("in the name")
    assert "](" not in found.text.replace("\\](", "")


async def test_reports_notes_and_verdicts(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ben = stage.new_member()
    await (await reported.report(ben, words=evil(stage)[:300])).said("moderators will look")
    await (await reported.decide(stage.kim, REJECT, note=evil(stage)[:300])).said("Rejected")
    told = await reported.told(ben, "The moderators' note")
    harmless(stage, told)
    harmless(stage, await reported.shows(await reported.card(), "red dress"))
    await reported.rested()


async def test_companions_who_are_described_to_deceive(stage: Stage) -> None:
    member, place = stage.new_member(), stage.world.create_channel("deceivers")
    asked = await stage.world.slash(
        member, place, "companion create", name="Ve[ra](x)", gender="female", style="anime", age=30
    )
    await asked.modal_shown()
    text = " ".join(evil(stage).replace("@", "").split())
    looks = {**LOOKS, "hair": text[:80], "outfit": text[:120]}
    card = await (await stage.world.submit_modal(asked, looks)).said("draft")
    harmless(stage, card)
    assert "Ve\\[ra\\](x)" in card.text


@pytest.mark.parametrize(
    "name", ["Darkroom", "D a r k-r o o m", "Dаrkroom", "DΑRKROOM", "Mіra", "darkroom support"]
)
async def test_no_companion_is_called_like_the_bot_or_in_two_alphabets(stage: Stage, name: str) -> None:
    member = stage.new_member()
    asked = await stage.world.slash(
        member,
        stage.world.channel("lounge"),
        "companion create",
        name=name,
        gender="female",
        style="anime",
        age=30,
    )
    await asked.said("The name")
    assert asked.modal is None


async def test_what_a_companion_says_pings_nobody(stage: Stage) -> None:
    room = await stage.room()
    text = f"@everyone <@{stage.kim.id}> look!"
    spoken = await stage.speaks(room.place, "Mira", text)
    assert spoken.wire["mention_everyone"] is False
    sent = [
        r.body for r in stage.world.requests if isinstance(r.body, dict) and r.body.get("content") == text
    ]
    assert [body["allowed_mentions"] for body in sent] == [{"parse": []}]


@pytest.mark.parametrize(
    ("command", "option", "more"),
    [
        ("companion show", "companion", {}),
        ("companion settings", "companion", {}),
        ("companion delete", "companion", {}),
        ("companion invite", "companion", {}),
        ("companion dismiss", "companion", {}),
        ("companion speak", "companion", {"text": "hello"}),
        ("image instant", "companion", {}),
        ("image premium", "companion", {}),
        ("image premium", "outfit", {"companion": "Mira"}),
        ("image premium", "action", {"companion": "Mira"}),
        ("image premium", "scene", {"companion": "Mira"}),
        ("image advanced", "companion", {"prompt": "x"}),
        ("image group", "companions", {"prompt": "x"}),
        ("gallery", "companion", {}),
    ],
)
async def test_names_that_nobody_has_are_quoted(
    stage: Stage, command: str, option: str, more: dict[str, str]
) -> None:
    member, place = stage.new_member(), stage.world.channel("lounge")
    for text in (
        evil(stage),
        "*" * 6_000,
        "\u202e" * 500,
        "👻" * 3_000,
        "\ud800",
        "{0.__class__} %s",
        "../../etc/passwd",
    ):
        asked = await forger.run(stage, member, place, command, {**more, option: text})
        await _said(stage, asked)
        assert not [one for one in asked.texts() if "our side" in one or len(one) > 500], asked.texts()
    assert stage.states(member) == []


async def test_a_webhook_that_looks_like_a_companion_is_told_apart(stage: Stage) -> None:
    room = await stage.room()
    backend = stage.world.backend
    webhook = backend.create_webhook(room.place.id, "Mira", stage.kim.id)
    fake = backend.create_message(room.place.id, webhook.id, "I am Mira, honestly", webhook_id=webhook.id)
    message = stage.world.message(fake.id)
    assert message is not None
    asked = await stage.world.context_menu(room.member, "Who is this?", message)
    await asked.said("is no companion's message")
