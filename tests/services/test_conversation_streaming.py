"""How an answer is shown: little by little in one message, and what becomes of one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import (
    DeliveryDelayedError,
    InvalidInputError,
    MissingPermissionError,
    NotFoundError,
)
from bot.services.companion_speech import Speaker
from bot.services.companions import CompanionService
from bot.services.ports.language import LanguageModelError
from bot.services.ports.speaking import NoRoomForVoiceError, Place
from tests.services.companion_parts import MIRA, CountedIds
from tests.services.conversation_parts import (
    FIRST_SPOKEN,
    Hiccup,
    Lounge,
    lounge_in,
    open_lounge,
)
from tests.services.request_parts import CHANNEL, GUILD, Room, Shelf

ELSEWHERE = Place(GUILD, 99)


@pytest.fixture
async def lounge(tmp_path: Path) -> AsyncIterator[Lounge]:
    async with open_lounge(tmp_path) as lounge:
        yield lounge


async def test_words_come_in_whole_sentences_and_the_last_edit_has_all_of_them(lounge: Lounge) -> None:
    steps = [asyncio.Event() for _ in range(3)]
    lounge.model.says = lambda _call: [
        "Well. It is",
        steps[0],
        " 3.",
        steps[1],
        "14 of course! And",
        steps[2],
        " more",
    ]
    await lounge.says("Mira, what is pi?")
    (shown,) = [await _shown(lounge, "Well.")]
    steps[0].set()
    steps[1].set()
    await _shown(lounge, "Well. It is 3.14 of course!")
    steps[2].set()
    await lounge.settled()
    assert shown.texts == ["Well.", "Well. It is 3.14 of course!", "Well. It is 3.14 of course! And more"]
    assert lounge.voice.typing == 1


async def _shown(lounge: Lounge, text: str):  # noqa: ANN202  the message
    await lounge.voice.until(
        lambda: bool(lounge.voice.messages) and lounge.voice.messages[0].texts[-1] == text
    )
    return lounge.voice.messages[0]


async def test_while_no_sentence_is_complete_nothing_is_edited(room: Room) -> None:
    lounge = lounge_in(room, edit_every_s=0.0)
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: ["One. Two", may_go_on, ", three."]
    await lounge.says("Mira, count")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    await room.companions.speech.finish_sending()
    for _ in range(50):
        await asyncio.sleep(0)
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.messages[0].texts == ["One.", "One. Two, three."]


async def test_edits_are_never_faster_than_they_may_be_the_last_one_included(room: Room) -> None:
    lounge = lounge_in(room, edit_every_s=0.2)
    steps = [asyncio.Event() for _ in range(2)]
    lounge.model.says = lambda _call: ["One. ", steps[0], "Two. ", steps[1], "Three."]
    await lounge.says("Mira, count")
    for count, step in enumerate(steps, start=1):
        await lounge.voice.until(
            lambda count=count: sum(len(m.texts) for m in lounge.voice.messages) == count
        )
        step.set()
    await lounge.settled()
    (spoken,) = lounge.voice.messages
    assert spoken.texts == ["One.", "One. Two.", "One. Two. Three."]
    gaps = [began - ended for began, ended in zip(spoken.began[1:], spoken.ended, strict=False)]
    assert min(gaps) >= 0.2


async def test_what_was_said_before_it_broke_off_is_finished_at_a_sentence(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: ["It was a dark night. The wind", LanguageModelError("broke off")]
    assert await lounge.hears("Mira, a story") == [("Mira", "It was a dark night.")]


async def test_a_model_that_is_down_is_silence(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [LanguageModelError("connection refused")]
    assert await lounge.hears("Mira?") == []
    lounge.model.says = lambda _call: ["Back again."]
    assert await lounge.hears("Mira?") == [("Mira", "Back again.")]


async def test_a_model_that_says_nothing_is_silence(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: ["  \n"]
    assert await lounge.hears("Mira?") == []


async def test_what_the_platform_refuses_for_a_moment_is_shown_the_next_time(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: ["One. ", may_go_on, "Two. Three."]
    lounge.voice.failures = [None, *[DeliveryDelayedError() for _ in range(3)]]
    await lounge.says("Mira, count")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", "One. Two. Three.")]


async def test_a_platform_that_goes_on_failing_leaves_what_is_there(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: ["One. ", may_go_on, "Two."]
    lounge.voice.failures = [None, *[DeliveryDelayedError() for _ in range(9)]]
    await lounge.says("Mira, count")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", "One.")]


@pytest.mark.parametrize(
    "error",
    [
        MissingPermissionError("Manage Webhooks", CHANNEL),
        NoRoomForVoiceError(CHANNEL),
        InvalidInputError("The text", "something that this server's filters allow"),
        DeliveryDelayedError(),
        NotFoundError(),
    ],
)
async def test_what_keeps_a_companion_from_speaking_is_kept_for_the_owner_until_it_is_mended(
    lounge: Lounge, error: Exception
) -> None:
    lounge.voice.failures = [error, error]
    assert await lounge.hears("Mira?") == []
    await lounge.hears("Mira?")
    assert lounge.conversations.troubles(GUILD) == {CHANNEL: error}
    assert await lounge.hears("Mira?") == [("Mira", "Mira nods.")]
    assert lounge.conversations.troubles(GUILD) == {}


async def test_the_longest_answer_fits_into_one_message(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: ["A sentence of some length, as they are. " * 100]
    ((_, text),) = await lounge.hears("Mira, talk")
    assert len(text) <= 2000
    assert text.endswith("as they are.")


async def test_a_database_that_fails_for_a_moment_costs_one_answer(room: Room) -> None:
    hiccup = Hiccup(room.storage)
    companions = CompanionService(
        storage=hiccup,
        clock=room.clock,
        ids=CountedIds(),
        shelf=Shelf(),
        safety=room.safety,
        pictures=room.store,
    )
    lounge = lounge_in(room, companions=companions)
    hiccup.fails = True
    assert await lounge.hears("Mira?") == []
    hiccup.fails = False
    assert len(await lounge.hears("Mira?")) == 1


async def test_a_fault_of_ours_costs_one_answer_and_not_the_next(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [ValueError("a fault")]
    assert await lounge.hears("Mira?") == []
    lounge.model.says = lambda _call: ["Here."]
    assert await lounge.hears("Mira?") == [("Mira", "Here.")]


async def test_a_bot_that_closes_lets_what_is_being_sent_be_sent_and_begins_nothing(lounge: Lounge) -> None:
    never = asyncio.Event()
    lounge.model.says = lambda _call: ["One. ", never]
    await lounge.says("Mira and Kaito?")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    await lounge.conversations.close()
    assert lounge.voice.said == [("Mira", "One.")]
    assert await lounge.room.companions.speech.who_spoke(FIRST_SPOKEN) == Speaker(MIRA, None, by_bot=True)
    assert await lounge.hears("Mira?") == [("Mira", "One.")]
    assert lounge.model.cancelled == 1
