"""Who is meant, whose turn it is, and how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.companion import Companion
from bot.domain.talking import TalkWhen
from bot.services.asked_pictures import HeardMessage
from bot.services.conversation.hearing import Heard, addressed_in, answering
from bot.services.conversation.turns import Floor, MinuteCaps, Turn
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import Place
from bot.writers.rules.addressing import RulesNameReader
from tests.services.companion_parts import MIRA, ZOE, StoppedClock

KAITO, NOOR = (replace(MIRA, companion_id=name.lower(), name=name, aliases=()) for name in ("Kaito", "Noor"))
EVERYBODY = (MIRA, ZOE, KAITO, NOOR)
HERE = Place(1, 2)


def said(text: str, message_id: int = 1, *, mentions_bot: bool = False) -> Heard:
    return Heard(message_id, HERE, 5, "Ana", text, mentions_bot=mentions_bot)


def turn(companion: Companion, message_id: int) -> Turn:
    heard = said("?", message_id)
    wish = HeardMessage(SeenMessage(message_id, 5, "Ana", "?"), HERE, (companion,), EVERYBODY, (), 0)
    return Turn(companion, heard, wish)


def names(turns: object) -> list[tuple[str, int]]:
    return [(one.companion.name, one.heard.message_id) for one in turns]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "replied_to", "expected"),
    [
        ("Kaito and Mira!", None, ["Kaito", "Mira"]),
        ("Kaito and Mira!", "mira", ["Mira", "Kaito"]),
        ("Noor, zoe, Miri, Kaito", None, ["Noor", "Zoë", "Mira"]),
        ("hello", "zoe", ["Zoë"]),
        ("hello", "somebody-who-left", []),
        ("hello", None, []),
        ("", None, []),
    ],
)
def test_who_is_addressed_and_in_which_order(text: str, replied_to: str | None, expected: list[str]) -> None:
    found = addressed_in(said(text), EVERYBODY, RulesNameReader(), replied_to=replied_to)
    assert [companion.name for companion in found] == expected


def test_a_mention_means_the_only_one_there_is() -> None:
    assert addressed_in(said("", mentions_bot=True), EVERYBODY, RulesNameReader(), replied_to=None) == ()
    found = addressed_in(said("", mentions_bot=True), (ZOE,), RulesNameReader(), replied_to=None)
    assert found == (ZOE,)


@pytest.mark.parametrize(
    ("when", "addressed", "last_spoke", "expected"),
    [
        (TalkWhen.NEVER, (MIRA,), None, ()),
        (TalkWhen.ADDRESSED, (), "mira", ()),
        (TalkWhen.ADDRESSED, (ZOE, MIRA), None, (ZOE, MIRA)),
        (TalkWhen.EVERY, (ZOE,), "mira", (ZOE,)),
        (TalkWhen.EVERY, (), "zoe", (ZOE,)),
        (TalkWhen.EVERY, (), "left", (MIRA,)),
        (TalkWhen.EVERY, (), None, (MIRA,)),
    ],
)
def test_who_answers_as_the_channel_is_set(
    when: TalkWhen, addressed: tuple[Companion, ...], last_spoke: str | None, expected: tuple[Companion, ...]
) -> None:
    assert answering(when, addressed, EVERYBODY, last_spoke) == expected


def test_one_turn_waits_for_each_companion_and_it_is_the_latest() -> None:
    floor = Floor()
    assert floor.queue([turn(MIRA, 1), turn(ZOE, 1)]) == []
    assert names(floor.queue([turn(MIRA, 2)])) == [("Mira", 1)]
    late = turn(ZOE, 0)
    assert floor.queue([late]) == [late]
    assert names(iter(floor.next, None)) == [("Zoë", 1), ("Mira", 2)]
    assert floor.current is None


def test_never_more_than_three_wait() -> None:
    floor = Floor()
    dropped = floor.queue([turn(companion, at) for at, companion in enumerate(EVERYBODY)])
    assert names(dropped) == [("Mira", 0)]
    assert names(iter(floor.next, None)) == [("Zoë", 1), ("Kaito", 2), ("Noor", 3)]


def test_a_withdrawn_message_takes_its_turns_along_unless_they_have_begun() -> None:
    floor = Floor()
    floor.queue([turn(MIRA, 1), turn(ZOE, 1), turn(KAITO, 2)])
    current = floor.next()
    assert current is not None
    floor.withdraw(2)
    assert not current.stopped.is_set()
    floor.withdraw(1)
    assert current.stopped.is_set()
    assert floor.next() is None
    floor.withdraw(1)
    floor.queue([turn(MIRA, 3)])
    begun = floor.next()
    assert begun is not None
    begun.begun.set()
    floor.withdraw(3)
    assert not begun.stopped.is_set()


def test_what_was_not_allowed_does_not_count() -> None:
    clock = StoppedClock()
    caps = MinuteCaps(clock, per_channel=2, per_member=1)
    assert caps.take(1, 10)
    assert not caps.take(1, 10)
    assert not caps.take(2, 10)
    assert caps.take(1, 11)
    assert not caps.take(1, 12)
    assert caps.take(2, 12)
    clock.now += 60_000
    assert caps.take(1, 10)


def test_channels_of_long_ago_are_let_go() -> None:
    clock = StoppedClock()
    caps = MinuteCaps(clock)
    for at in range(3_000):
        clock.now += 60_000
        assert caps.take(at, at)
    assert len(caps) < 4_500
