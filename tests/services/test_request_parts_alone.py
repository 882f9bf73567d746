"""Small parts of a request's life, each alone."""

from __future__ import annotations

import pytest

from bot.domain import errors
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.request import EndReason
from bot.services.ports.images import Capabilities
from bot.services.requests.backends import Backends, Needs
from bot.services.requests.ends import end_of, error_of
from bot.services.requests.health import HealthBook
from bot.services.requests.triggers import OpenTriggers, Reserved
from tests.services.request_parts import Backend, ManualClock

ENDS = [
    errors.NotEnoughMomentsError(50, 20, 3),
    errors.NotEnoughMomentsError(50, 20, granted_only=True),
    errors.MatureRefusedError("channel"),
    errors.MissingPermissionError("Send Messages", 7),
    errors.UnsafeRequestError("minor"),
    errors.BackendRefusedError("sketch"),
    errors.BackendUnavailableError("sketch"),
    errors.BackendFailedError("sketch"),
    errors.BadPictureError("too large"),
    errors.NoCastError(),
    errors.ContextUnreadableError(),
    errors.NotFoundError(),
    errors.BackendCannotError("resolution", "4K", "2K"),
    errors.NotAdvancedReadyError(("Rin", "Sol")),
    errors.NotSharedError("Rin"),
    errors.BudgetSpentError("guild", 50, 20, 100, 1_800_000_000.0),
    errors.DeadlineError(),
    errors.NotConfirmedError(),
    errors.CancelledByMemberError(),
    errors.CancelledByMemberError(50),
]


@pytest.mark.parametrize("error", ENDS, ids=lambda error: type(error).__name__)
def test_why_a_request_ended_can_be_told_after_a_restart(error: errors.DarkroomError) -> None:
    back = error_of(*end_of(error))
    assert type(back) is type(error)
    assert vars(back) == vars(error)


def test_what_nobody_foresaw_is_internal() -> None:
    assert end_of(errors.InternalError()) == (EndReason.INTERNAL, "")
    assert end_of(errors.SelfTransferError()) == (EndReason.INTERNAL, "")
    assert isinstance(error_of(EndReason.INTERNAL, ""), errors.InternalError)


def test_a_detail_that_another_version_wrote_is_an_internal_end() -> None:
    assert isinstance(error_of(EndReason.NOT_ENOUGH_MOMENTS, "100/50/0"), errors.InternalError)


def test_every_reason_has_an_error() -> None:
    told = {end_of(error)[0] for error in ENDS} | {EndReason.INTERNAL}
    assert told == set(EndReason)


def backend(**changes: object) -> Backend:
    made = Backend()
    usual: dict[str, object] = {
        "max_references": 3,
        "max_batch": 1,
        "aspects": frozenset({Aspect.SQUARE}),
        "resolutions": frozenset({Resolution.R2K}),
    }
    made.capabilities = Capabilities(**{**usual, **changes})  # type: ignore[arg-type]
    return made


async def test_the_first_backend_that_can_do_all_of_it_is_chosen() -> None:
    plain, large = backend(), backend(resolutions=frozenset({Resolution.R2K, Resolution.R4K}))
    backends = Backends([plain, large], HealthBook(ManualClock()))
    assert backends.choose(Needs(Aspect.SQUARE, Resolution.R2K)) is plain
    assert backends.choose(Needs(Aspect.SQUARE, Resolution.R4K)) is large
    for needs in (
        Needs(Aspect.WIDE, Resolution.R2K),
        Needs(Aspect.SQUARE, Resolution.R1K),
        Needs(Aspect.SQUARE, Resolution.R2K, count=2),
        Needs(Aspect.SQUARE, Resolution.R2K, rating=Rating.MATURE),
    ):
        with pytest.raises(errors.BackendCannotError):
            backends.choose(needs)
    await backends.close()
    assert (plain.closed, large.closed) == (True, True)


def test_mature_pictures_need_a_backend_that_allows_them() -> None:
    free = backend(max_rating=Rating.MATURE)
    assert (
        Backends([backend(), free], HealthBook(ManualClock())).choose(
            Needs(Aspect.SQUARE, Resolution.R2K, rating=Rating.MATURE)
        )
        is free
    )


def test_a_backend_that_is_configured_no_more_is_told() -> None:
    with pytest.raises(errors.BackendCannotError):
        Backends([backend()], HealthBook(ManualClock())).require("gone")


def test_a_button_is_taken_until_its_request_is_driven_no_more() -> None:
    triggers = OpenTriggers()
    assert triggers.reserve(1, "instant:9", 50) is Reserved.OURS
    assert triggers.reserve(1, "instant:9", 51) is Reserved.TAKEN
    assert triggers.reserve(2, "instant:9", 52) is Reserved.OURS
    triggers.bind(1, "instant:9", 50, "request")
    triggers.release(1, "instant:9")  # bound: it stays taken
    assert triggers.reserve(1, "instant:9", 53) is Reserved.TAKEN
    triggers.finish("request")
    triggers.finish("request")
    assert triggers.reserve(1, "instant:9", 54) is Reserved.OURS
    triggers.release(1, "instant:9")
    assert triggers.reserve(1, "instant:9", 55) is Reserved.OURS
    triggers.release(1, "another")


def test_the_same_press_is_known_when_it_is_delivered_again() -> None:
    triggers = OpenTriggers()
    triggers.reserve(1, "instant:9", 50)
    assert triggers.reserve(1, "instant:9", 50) is Reserved.SAME_PRESS
    triggers.bind(1, "instant:9", 50, "request")
    assert triggers.reserve(1, "instant:9", 50) is Reserved.SAME_PRESS
