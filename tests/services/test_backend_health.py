"""How a backend's health is judged: what opens its circuit, for how long, and what closes it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import (
    BackendFailedError,
    BackendUnavailableError,
    BadPictureError,
    DarkroomError,
    DeadlineError,
)
from bot.services.requests.health import LONGEST_ASKED_MS, LONGEST_REST_MS, Circuit, HealthBook
from tests.services.request_parts import ManualClock

AWAY = BackendUnavailableError("cloud")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def book(clock: ManualClock) -> HealthBook:
    return HealthBook(clock, ["cloud", "sketch"])


def fail(book: HealthBook, *errors: DarkroomError, request_id: str = "r") -> None:
    for number, error in enumerate(errors):
        with book.trying("cloud", f"{request_id}{number}") as trial:
            trial.failed(error)


def make(book: HealthBook) -> None:
    with book.trying("cloud", "r") as trial:
        trial.made()


def state(book: HealthBook) -> Circuit:
    return book.of("cloud").state


def test_a_backend_of_which_nothing_is_known_answers(book: HealthBook) -> None:
    assert book.answers("cloud")
    assert [(known.name, known.state) for known in book.all()] == [
        ("cloud", Circuit.CLOSED),
        ("sketch", Circuit.CLOSED),
    ]


@pytest.mark.parametrize("error", [AWAY, DeadlineError()])
def test_a_backend_that_is_away_three_times_in_a_row_rests(book: HealthBook, error: DarkroomError) -> None:
    fail(book, error, error)
    assert book.answers("cloud")
    fail(book, error)
    assert (state(book), book.answers("cloud")) == (Circuit.OPEN, False)
    assert book.answers("sketch")


@pytest.mark.parametrize("error", [BackendFailedError("cloud"), BadPictureError("no picture")])
def test_jobs_that_fail_count_half(book: HealthBook, error: DarkroomError) -> None:
    fail(book, *[error] * 5)
    assert book.answers("cloud")
    fail(book, error, request_id="another")
    assert not book.answers("cloud")


def test_one_job_that_fails_whatever_is_done_opens_nothing(book: HealthBook) -> None:
    for _ in range(20):
        fail(book, BackendFailedError("cloud"))
    assert (book.answers("cloud"), book.of("cloud").failures) == (True, 20)


def test_what_answers_in_between_is_not_in_a_row(book: HealthBook) -> None:
    fail(book, AWAY, AWAY)
    make(book)
    fail(book, AWAY, AWAY)
    with book.trying("cloud", "r") as trial:
        trial.refused()
    fail(book, AWAY, AWAY)
    assert book.answers("cloud")


def test_what_is_cancelled_says_nothing(book: HealthBook) -> None:
    fail(book, AWAY, AWAY)
    with book.trying("cloud", "cancelled"):
        pass
    assert (book.of("cloud").failures, book.of("cloud").failed) == (2, 2)


def test_the_rest_doubles_from_30_s_to_10_min(book: HealthBook, clock: ManualClock) -> None:
    fail(book, AWAY, AWAY)
    rests_s: list[float] = []
    for _ in range(8):
        fail(book, AWAY)
        until_ms = book.of("cloud").until_ms
        assert until_ms is not None
        rests_s.append((until_ms - clock.now) / 1000)
        clock.now = until_ms - 1
        assert state(book) is Circuit.OPEN
        clock.now = until_ms
        assert state(book) is Circuit.HALF_OPEN
    assert rests_s == [30, 60, 120, 240, 480, 600, 600, 600]
    make(book)
    assert state(book) is Circuit.CLOSED
    fail(book, AWAY, AWAY, AWAY)
    assert book.of("cloud").until_ms == clock.now + 30_000, "and begins anew once it has answered"


def test_a_backend_that_says_when_to_come_back_is_left_alone_from_its_first_word(
    book: HealthBook, clock: ManualClock
) -> None:
    fail(book, BackendUnavailableError("cloud", 12.5))
    assert book.of("cloud").until_ms == clock.now + 12_500
    clock.now += 12_500
    assert book.answers("cloud")
    fail(book, BackendUnavailableError("cloud", 90.0))
    assert book.of("cloud").until_ms == clock.now + 90_000, "the longer of its wish and our own rest"


@pytest.mark.parametrize("asked_s", [0.0, -5.0, float("nan")])
def test_a_senseless_wish_is_none(book: HealthBook, asked_s: float) -> None:
    fail(book, BackendUnavailableError("cloud", asked_s))
    assert book.answers("cloud")


def test_a_wish_beyond_reason_is_cut(book: HealthBook, clock: ManualClock) -> None:
    fail(book, BackendUnavailableError("cloud", float("inf")))
    assert book.of("cloud").until_ms == clock.now + LONGEST_ASKED_MS


def test_after_its_rest_one_request_tries_it(book: HealthBook, clock: ManualClock) -> None:
    fail(book, AWAY, AWAY, AWAY)
    clock.now += 30_000
    assert book.answers("cloud")
    with book.trying("cloud", "first") as trial:
        assert not book.answers("cloud"), "the others wait for what comes of it"
        with book.trying("cloud", "sent there all the same"):
            pass
        assert not book.answers("cloud")
        trial.made()
    assert book.answers("cloud")


def test_a_try_that_is_cancelled_leaves_it_to_the_next(book: HealthBook, clock: ManualClock) -> None:
    fail(book, AWAY, AWAY, AWAY)
    clock.now += 30_000
    with book.trying("cloud", "cancelled"):
        pass
    assert (state(book), book.answers("cloud")) == (Circuit.HALF_OPEN, True)


def test_those_who_were_under_way_when_it_went_down_do_not_make_the_rest_longer(
    book: HealthBook, clock: ManualClock
) -> None:
    fail(book, AWAY, AWAY, AWAY)
    until_ms = book.of("cloud").until_ms
    clock.now += 10_000
    fail(book, AWAY, AWAY)
    assert book.of("cloud").until_ms == until_ms
    fail(book, BackendUnavailableError("cloud", 60.0))
    assert book.of("cloud").until_ms == clock.now + 60_000, "but for what it asks"


def test_a_picture_that_was_under_way_closes_it(book: HealthBook) -> None:
    fail(book, AWAY, AWAY, AWAY)
    make(book)
    assert state(book) is Circuit.CLOSED


def test_what_is_known_can_be_read(book: HealthBook, clock: ManualClock) -> None:
    began_ms = clock.now
    for took_ms in (2_000, 9_000, 4_000):
        with book.trying("cloud", "r") as trial:
            clock.now += took_ms
            trial.made()
    with book.trying("cloud", "r") as trial:
        trial.refused()
    before = book.of("cloud")
    assert (before.made, before.refused, before.failed, before.median_making_s) == (3, 1, 0, 4.0)
    assert (before.since_ms, before.until_ms, before.last_error) == (began_ms, None, None)
    fail(book, AWAY, AWAY, AWAY)
    resting = book.of("cloud")
    assert (resting.failures, resting.failed, resting.last_error) == (3, 3, "BackendUnavailableError")
    assert (resting.since_ms, resting.until_ms) == (clock.now, clock.now + 30_000)
    clock.now += 45_000
    rested = book.of("cloud")
    assert (rested.since_ms, rested.until_ms) == (clock.now - 15_000, None)
    make(book)
    assert (book.of("cloud").since_ms, book.of("cloud").failures) == (clock.now, 0)


MOVES = st.one_of(
    st.sampled_from(["made", "refused", "cancelled"]),
    st.sampled_from([AWAY, BackendUnavailableError("cloud", 7200.0), DeadlineError(), BadPictureError("")]),
    st.integers(0, 700_000),
)


@settings(max_examples=200, deadline=None)
@given(moves=st.lists(MOVES, max_size=40))
def test_whatever_happens_a_backend_is_tried_again_in_time(moves: list[str | DarkroomError | int]) -> None:
    clock = ManualClock()
    book = HealthBook(clock)
    for move in moves:
        if isinstance(move, int):
            clock.now += move
            continue
        with book.trying("cloud", "r") as trial:
            match move:
                case "made":
                    trial.made()
                case "refused":
                    trial.refused()
                case DarkroomError():
                    trial.failed(move)
                case _:
                    pass
        seen = book.of("cloud")
        assert (seen.until_ms is not None) == (seen.state is Circuit.OPEN)
        assert seen.until_ms is None or 0 < seen.until_ms - clock.now <= LONGEST_ASKED_MS
        if isinstance(move, str) and move != "cancelled":
            assert seen.state is Circuit.CLOSED
    clock.now += max(LONGEST_ASKED_MS, LONGEST_REST_MS)
    assert book.answers("cloud")
