"""Companions answer: who, in which order, and who does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.domain.errors import (
    MissingPermissionError,
)
from bot.domain.picture import Rating
from bot.domain.talking import TalkWhen
from bot.safety.rules import RulesCheck
from bot.services.companion_speech import Speaker
from bot.services.ports.chat import SeenMessage
from bot.services.ports.language import Line, Role
from bot.services.ports.speaking import Place
from bot.services.ports.storage import StorageError
from tests.services.companion_parts import MIRA
from tests.services.conversation_parts import (
    FIRST_SPOKEN,
    HERE,
    Call,
    Hiccup,
    Lounge,
    Piece,
    lounge_in,
    open_lounge,
)
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, JUNO, THREAD, Room

ELSEWHERE = Place(GUILD, 99)


@pytest.fixture
async def lounge(tmp_path: Path) -> AsyncIterator[Lounge]:
    async with open_lounge(tmp_path) as lounge:
        yield lounge


async def test_a_companion_that_is_named_answers_and_is_known_to_have_spoken_by_itself(
    lounge: Lounge,
) -> None:
    assert await lounge.hears("Hey mira, how are you?") == [("Mira", "Mira nods.")]
    assert await lounge.room.companions.speech.who_spoke(FIRST_SPOKEN) == Speaker(MIRA, None, by_bot=True)
    (call,) = lounge.model.calls
    assert call.lines == [Line(Role.OTHER, "Hey mira, how are you?", "Ana")]
    assert "You are Mira (she/her)" in call.instructions
    assert "Also here, each speaking for themselves: Kaito." in call.instructions


async def test_nobody_answers_what_is_said_to_nobody(lounge: Lounge) -> None:
    assert await lounge.hears("What a day!") == []
    assert lounge.model.calls == []


async def test_a_reply_to_a_companions_message_is_said_to_it(lounge: Lounge) -> None:
    await lounge.hears("Kaito?")
    await lounge.hears("And then?", replied_to_id=FIRST_SPOKEN)
    await lounge.hears("A reply to somebody else", replied_to_id=77)
    assert [name for name, _ in lounge.voice.said] == ["Kaito", "Kaito"]


async def test_a_mention_of_the_bot_is_meant_for_the_only_companion_there_is(lounge: Lounge) -> None:
    assert await lounge.hears("hello", mentions_bot=True) == []
    await lounge.room.companions.dismiss(HERE, ANA, "kaito", is_moderator=True)
    assert await lounge.hears("", mentions_bot=True) == [("Mira", "Mira nods.")]


async def test_companions_answer_in_a_thread_of_their_channel_and_nowhere_else(lounge: Lounge) -> None:
    await lounge.hears("Mira?", place=Place(GUILD, THREAD, parent_id=CHANNEL))
    await lounge.hears("Mira?", place=ELSEWHERE)
    assert [name for name, _ in lounge.voice.said] == ["Mira"]


async def test_several_answer_in_the_order_of_being_addressed_and_hear_each_other(lounge: Lounge) -> None:
    await lounge.room.companions.invite(HERE, ANA, JUNO.companion_id, is_moderator=True)
    lounge.model.says = lambda call: [f"It is {call.name}."]
    said = await lounge.hears("Juno, Mira and Kaito, who is there?")
    assert said == [("Juno", "It is Juno."), ("Mira", "It is Mira."), ("Kaito", "It is Kaito.")]
    last = lounge.model.calls[2].lines
    assert [(line.role, line.speaker, line.text) for line in last[1:]] == [
        (Role.OTHER, "Juno", "It is Juno."),
        (Role.OTHER, "Mira", "It is Mira."),
    ]
    await lounge.hears("Mira, once more")
    assert [line.text for line in lounge.model.calls[3].lines if line.role is Role.MODEL] == ["It is Mira."]


async def test_what_comes_while_a_companion_answers_is_answered_once_and_the_latest(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda call: [may_go_on, f"{call.name} nods."]
    await lounge.says("Mira one")
    await lounge.model.called.wait()
    for text in ("Mira two", "Mira three"):
        await lounge.says(text)
    await lounge.says("Kaito four", BEN)
    await lounge.says("Mira five")
    may_go_on.set()
    await lounge.settled()
    assert [name for name, _ in lounge.voice.said] == ["Mira", "Kaito", "Mira"]
    texts = [line.text for line in lounge.model.calls[2].lines]
    assert texts[:5] == ["Mira one", "Mira two", "Mira three", "Kaito four", "Mira five"]


async def test_in_a_channel_of_every_message_the_one_who_spoke_last_answers(lounge: Lounge) -> None:
    await lounge.talk.choose(GUILD, ANA, CHANNEL, TalkWhen.EVERY)
    assert await lounge.hears("What a day!") == [("Mira", "Mira nods.")]
    await lounge.hears("Kaito?")
    await lounge.hears("And you?")
    assert [name for name, _ in lounge.voice.said] == ["Mira", "Kaito", "Kaito"]


async def test_where_companions_never_answer_they_do_not(lounge: Lounge) -> None:
    await lounge.talk.choose(GUILD, ANA, CHANNEL, TalkWhen.NEVER)
    assert await lounge.hears("Mira?") == []
    await lounge.talk.choose(GUILD, ANA, CHANNEL, TalkWhen.ADDRESSED)
    assert len(await lounge.hears("Mira?")) == 1


async def test_a_channel_that_becomes_quiet_falls_silent_at_once(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: ["First. ", may_go_on, "Second."]
    await lounge.says("Mira, tell me")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    await lounge.talk.choose(GUILD, ANA, CHANNEL, TalkWhen.NEVER)
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", "First.")]


async def test_where_everybody_was_dismissed_nothing_is_asked_of_anybody(lounge: Lounge) -> None:
    for companion_id in ("mira", "kaito"):
        await lounge.room.companions.dismiss(HERE, ANA, companion_id, is_moderator=True)
    assert await lounge.hears("Mira, send me a photo", mentions_bot=True) == []
    assert await lounge.requests() == []


async def test_a_message_in_a_channel_without_companions_asks_nothing_of_the_database(room: Room) -> None:
    hiccup = Hiccup(room.storage)
    lounge = lounge_in(room, storage=hiccup)
    await lounge.hears("Mira?")
    hiccup.fails = True
    assert len(await lounge.hears("Mira?", place=ELSEWHERE)) == 1
    with pytest.raises(StorageError):
        await lounge.hears("Mira?")


async def test_who_is_invited_while_the_bot_runs_is_heard_of(lounge: Lounge) -> None:
    assert await lounge.hears("Mira?", place=ELSEWHERE) == []
    await lounge.room.companions.invite(ELSEWHERE, ANA, "mira", is_moderator=True)
    assert await lounge.hears("Mira?", place=ELSEWHERE) == [("Mira", "Mira nods.")]


async def test_a_dismissed_companion_falls_silent_at_once(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: ["First. ", may_go_on, "Second."]
    await lounge.says("Mira, tell me")
    await lounge.voice.until(lambda: lounge.voice.said == [("Mira", "First.")])
    await lounge.room.companions.dismiss(HERE, ANA, "mira", is_moderator=True)
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", "First.")]
    assert await lounge.hears("Mira?") == [("Mira", "First.")]


async def test_who_is_dismissed_while_waiting_says_nothing(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda call: [may_go_on, f"{call.name} here."]
    await lounge.says("Mira and Kaito?")
    await lounge.model.called.wait()
    await lounge.room.companions.dismiss(HERE, ANA, "kaito", is_moderator=True)
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", "Mira here.")]
    assert len(lounge.model.calls) == 1


async def test_a_message_that_is_deleted_before_the_answer_begins_gets_none(lounge: Lounge) -> None:
    never = asyncio.Event()
    lounge.model.says = lambda _call: [never, "Too late."]
    heard = await lounge.says("Mira and Kaito?")
    await lounge.model.called.wait()
    lounge.conversations.withdraw(CHANNEL, 12345)
    lounge.conversations.withdraw(99, heard.message_id)
    assert lounge.model.cancelled == 0
    lounge.conversations.withdraw(CHANNEL, heard.message_id)
    await lounge.settled()
    assert lounge.voice.said == []
    assert lounge.model.cancelled == 1
    assert len(lounge.model.calls) == 1


async def test_an_answer_that_has_begun_is_finished_though_its_message_is_deleted(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: ["First. ", may_go_on, "Second."]
    heard = await lounge.says("Mira, tell me")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    lounge.conversations.withdraw(CHANNEL, heard.message_id)
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", "First. Second.")]


async def test_a_message_that_is_deleted_while_its_answer_is_judged_gets_none(room: Room) -> None:
    class Slow(RulesCheck):
        async def rate_talk(
            self, text: str, before: Sequence[str], *, forbidden: Sequence[str] = ()
        ) -> Rating:
            lounge.conversations.withdraw(CHANNEL, 601)
            return await super().rate_talk(text, before, forbidden=forbidden)

    lounge = lounge_in(room, safety=Slow())
    assert await lounge.hears("Mira?") == []


async def test_a_message_that_is_deleted_at_the_last_moment_gets_no_answer(room: Room) -> None:
    lounge = lounge_in(room)

    def withdrawn(call: Call) -> list[Piece]:
        lounge.conversations.withdraw(CHANNEL, 601)
        return [f"{call.name} nods."]

    lounge.model.says = withdrawn
    assert await lounge.hears("Mira?") == []


@pytest.mark.parametrize(("caps", "least"), [({"per_channel": 2}, 2), ({"per_member": 1}, 1)])
async def test_companions_rest_after_so_many_answers_in_a_minute(
    room: Room, caps: dict[str, int], least: int
) -> None:
    lounge = lounge_in(room, **caps)  # type: ignore[arg-type]
    for _ in range(4):
        await lounge.hears("Mira?")
    assert len(lounge.voice.said) == least
    await lounge.hears("Mira?", BEN)
    assert len(lounge.voice.said) == 2
    room.clock.now += 60_000
    await lounge.hears("Mira?")
    assert len(lounge.voice.said) == 3


async def test_without_its_history_a_companion_hears_the_one_message(lounge: Lounge) -> None:
    lounge.history.error = MissingPermissionError("Read Message History", CHANNEL)
    assert await lounge.hears("Mira, hello") == [("Mira", "Mira nods.")]
    assert [line.text for line in lounge.model.calls[0].lines] == ["Mira, hello"]


async def test_where_the_history_hides_its_texts_the_message_itself_is_heard(lounge: Lounge) -> None:
    lounge.history.is_hidden = True
    await lounge.hears("Something before")
    await lounge.hears("Mira, hello")
    assert [line.text for line in lounge.model.calls[0].lines] == ["Mira, hello"]


async def test_a_message_that_the_history_has_no_more_is_heard_all_the_same(lounge: Lounge) -> None:
    lounge.history.seen = []
    heard = await lounge.says("Mira, hello")
    lounge.history.seen = [SeenMessage(heard.message_id + 1, BEN, "Ben", "Later")]
    await lounge.settled()
    assert [line.text for line in lounge.model.calls[0].lines] == ["Later", "Mira, hello"]


async def test_without_a_model_companions_are_silent(room: Room) -> None:
    lounge = lounge_in(room, has_model=False)
    assert not lounge.conversations.can_answer
    assert await lounge.hears("Mira?") == []
    assert lounge_in(room).conversations.can_answer
