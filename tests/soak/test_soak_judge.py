"""What the soak calls a broken promise: each is noticed, and a good run has none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.soak.answers import Answers, Call, Refused
from benchmarks.soak.ledger import Ledger
from benchmarks.soak.outcome import Outcome
from benchmarks.soak.payloads import BOT_ID, EPHEMERAL, THINKING, Json, Person, Place, Post, bot_user
from benchmarks.soak.probe import Reading
from benchmarks.soak.records import Books, Duty, Messages, Sent
from benchmarks.soak.tree import commands_in

ROOM = Place(1, 2, "room")
ANA = Person(3, "Ana")
CALM = Reading(
    at=0.0, resident_mb=100.0, blocks=1, tasks=8, kinds={}, threads=8, open_files=17, lag_s=0.0, cpu_s=1.0
)
TREE = [{"name": "help", "description": "Help", "options": []}]
MESSAGE, DEFERRED = 4, 5


class Table:
    """A Discord with one interaction on it."""

    def __init__(self, *, late_is_lost: bool = False, sent_at: float | None = None) -> None:
        self.books, self.messages = Books(), Messages()
        self.answers = Answers(self.books, self.messages, late_is_lost=late_is_lost)
        self.sent = Sent(10, "token-10", "/help", ANA, ROOM)
        if sent_at is not None:
            self.sent.sent_at = sent_at
        self.books.note(self.sent)

    def answer(self, kind: int = MESSAGE, *, spoilt: bool = False, **data: object) -> None:
        body = {"type": kind, "data": data}
        self.answers.note_first("token-10")
        self.answers.take("token-10", _call(body), spoilt=spoilt)

    def follow(self, **body: object) -> Post:
        return self.answers.follow_up("token-10", _call(body))

    def post_picture(self, message_id: int) -> None:
        post = Post(message_id, ROOM, bot_user(), {}, webhook_id=BOT_ID)
        again = {"type": 2, "custom_id": "again:01ARZ3"}
        post.change({"components": [{"type": 1, "components": [again]}]}, [{"id": "1"}])
        self.books.read(post, "{}")

    def outcome(self) -> Outcome:
        return Outcome(
            seed=1,
            wanted_per_s=1.0,
            took_s=180.0,
            behind_s=0.0,
            begun_at=0.0,
            sent_by_load=1,
            books=self.books,
            commands=commands_in(TREE),
            faults={},
            before=CALM,
            ended=CALM,
            after=CALM,
            readings=(CALM,),
            suspicious=(),
            events={},
            ledger=Ledger({}, rows=1, under_way=0, held_twice=0, asked_twice=0),
            audit=(0, "clean"),
            returncode=0,
        )


def _call(body: Json) -> Call:
    return Call("POST", (), {}, body, (), json.dumps(body))


@pytest.fixture
def table() -> Table:
    """On which all is well so far: a picture was delivered."""
    table = Table()
    table.post_picture(50)
    return table


def test_a_good_run_breaks_nothing(table: Table) -> None:
    table.answer(DEFERRED, flags=EPHEMERAL)
    table.follow(content="Hello")
    assert table.outcome().broken() == []
    assert table.outcome().broken_in_time() == []


def test_silence_is_noticed_unless_it_is_owed_to_nobody(table: Table) -> None:
    assert "no answer: 1" in _only(table.outcome())
    table.sent.duty = Duty.NOTHING
    assert table.outcome().broken() == []


def test_a_thinking_that_nothing_fills_is_noticed_until_somebody_dismisses_it(table: Table) -> None:
    table.answer(DEFERRED)
    assert "left thinking: 1" in _only(table.outcome())
    assert table.sent.answer is not None
    table.messages.drop(table.sent.answer.message_id)
    assert table.outcome().broken() == []


def test_two_answers_are_noticed_unless_the_first_was_spoilt(table: Table) -> None:
    table.answer(content="Hello")
    with pytest.raises(Refused):
        table.answer(content="Hello")
    assert "answered twice: 1" in _only(table.outcome())


def test_the_second_try_after_a_spoilt_answer_is_none_too_many(table: Table) -> None:
    table.answer(spoilt=True, content="Hello")
    with pytest.raises(Refused):
        table.answer(content="Hello")
    assert table.outcome().broken() == []


def test_a_follow_up_before_the_first_answer_is_refused(table: Table) -> None:
    with pytest.raises(Refused):
        table.follow(content="Hello")


def test_an_answer_after_three_seconds_is_lost_where_time_counts() -> None:
    table = Table(late_is_lost=True, sent_at=-1e6)
    table.post_picture(50)
    with pytest.raises(Refused):
        table.answer(content="Hello")
    assert "no answer: 1" in _only(table.outcome())
    assert table.outcome().broken_in_time() == ["late acks: 1"]


def test_words_about_an_error_of_our_own_are_noticed(table: Table) -> None:
    table.answer(content="Something went wrong on our side (error `12ab`).")
    assert "an error of our side shown: 1" in _only(table.outcome())


def test_a_picture_in_two_messages_is_noticed_and_an_edit_of_one_is_not(table: Table) -> None:
    table.answer(content="Hello")
    table.post_picture(50)
    assert table.outcome().broken() == []
    table.post_picture(51)
    assert "a picture posted twice: 1" in _only(table.outcome())


def test_a_command_that_is_not_in_the_mix_is_noticed(table: Table) -> None:
    table.answer(content="Hello")
    later = [*TREE, {"name": "album", "options": [{"type": 1, "name": "make", "options": []}]}]
    assert "album make" in _only(replace(table.outcome(), commands=commands_in(later)))


@pytest.mark.parametrize(
    ("words", "spoil"),
    [
        ("under way", lambda o: replace(o, ledger=replace(o.ledger, under_way=1))),
        ("held twice", lambda o: replace(o, ledger=replace(o.ledger, held_twice=1))),
        ("two requests", lambda o: replace(o, ledger=replace(o.ledger, asked_twice=1))),
        ("audit", lambda o: replace(o, audit=(1, "a balance"))),
        ("exit code", lambda o: replace(o, returncode=-9)),
        ("said in the log", lambda o: replace(o, suspicious=("Unclosed client session",))),
        ("tasks that stayed", lambda o: replace(o, after=replace(CALM, tasks=80, kinds={"forgotten": 72}))),
        ("open files", lambda o: replace(o, after=replace(CALM, open_files=300))),
    ],
)
def test_what_stays_behind_is_noticed(table: Table, words: str, spoil: Callable[[Outcome], Outcome]) -> None:
    table.answer(content="Hello")
    assert words in _only(spoil(table.outcome()))


def test_memory_that_grows_after_the_first_minute_is_noticed(table: Table) -> None:
    table.answer(content="Hello")
    grown = [replace(CALM, at=60.0 * n - 1, resident_mb=100.0 + 30 * n) for n in range(1, 4)]
    assert replace(table.outcome(), readings=grown).broken_in_time() == [
        "memory grew from 130 MB after a minute to 190 MB"
    ]


def test_a_load_that_could_not_be_sent_in_time_is_noticed(table: Table) -> None:
    table.answer(content="Hello")
    assert replace(table.outcome(), behind_s=60.0).broken_in_time() == ["the load was 60 s behind"]


def test_a_message_is_thinking_until_it_is_changed() -> None:
    post = Post(1, ROOM, bot_user(), {}, flags=THINKING)
    assert post.is_thinking
    post.change({"content": "Hello"}, [])
    assert not post.is_thinking


def _only(outcome: Outcome) -> str:
    """The one line that it has."""
    (line,) = outcome.broken()
    return line
