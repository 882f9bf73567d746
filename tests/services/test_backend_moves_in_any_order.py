"""However three backends fail: every promise of the quote is kept, and it is paid or given back once."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    DarkroomError,
)
from bot.domain.picture import Aspect, Resolution
from bot.domain.request import ImageRequest, RequestKind, RequestState
from bot.services.ports.images import Capabilities
from tests.services.fallback_parts import entries
from tests.services.request_parts import (
    GUILD,
    WELCOME,
    Backend,
    BackendStep,
    Room,
    jpeg,
    open_room,
)

OWNER = 9
FINAL = {RequestState.DELIVERED, RequestState.REFUSED, RequestState.FAILED}

ABILITIES = st.builds(
    Capabilities,
    max_references=st.sampled_from([0, 1, 3, 3]),
    max_batch=st.sampled_from([1, 3, 8, 8]),
    aspects=st.sampled_from([frozenset(Aspect), frozenset({Aspect.PORTRAIT}), frozenset({Aspect.WIDE})]),
    resolutions=st.sampled_from([frozenset(Resolution), frozenset({Resolution.R2K})]),
    edit=st.booleans(),
    filters_output=st.sampled_from([True, True, False]),
    is_illustration=st.sampled_from([False, False, True]),
)
FAULTS = st.sampled_from(["away", "away", "busy", "failed", "refused", "fault", "no picture", "lost job"])


@dataclass(frozen=True)
class Plan:
    """What is asked, and what each backend does: faults, attempt by attempt, then pictures."""

    kind: RequestKind
    count: int
    heads: int
    chosen: str
    abilities: tuple[Capabilities, ...]
    faults: tuple[tuple[str, ...], ...]
    changed: tuple[int, Capabilities] | None
    breaks_after: int


PLANS = st.builds(
    Plan,
    kind=st.sampled_from([RequestKind.INSTANT, RequestKind.ADVANCED, RequestKind.PREMIUM]),
    count=st.integers(1, 3),
    heads=st.integers(1, 2),
    chosen=st.sampled_from(["", "", "", "b0", "b1"]),
    abilities=st.tuples(ABILITIES, ABILITIES, ABILITIES),
    faults=st.tuples(*[st.lists(FAULTS, max_size=3).map(tuple)] * 3),
    changed=st.none() | st.tuples(st.integers(0, 2), ABILITIES),
    breaks_after=st.integers(0, 1),
)


def steps(name: str, fault: str) -> list[BackendStep]:
    """What a backend does in one attempt."""
    faults: dict[str, list[BackendStep]] = {
        "away": [BackendUnavailableError(name)],
        "busy": [BackendUnavailableError(name, 0.001)],
        "failed": [BackendFailedError(name)],
        "refused": [BackendRefusedError(name)],
        "fault": [RuntimeError("theirs")],
        "no picture": [b"<html>"],
        "lost job": [f"job at {name}", BackendUnavailableError(name)],
    }
    return faults[fault]


async def asked(room: Room, plan: Plan) -> ImageRequest | None:
    """The request as it ended; None where it was refused before it began."""
    press = room.press(resolution=Resolution.R2K)
    if plan.kind is RequestKind.INSTANT:
        room.writer.count = plan.heads
    else:
        count = plan.count if plan.kind is RequestKind.PREMIUM else 1
        options = replace(press.options, companion_ids=("mira",), prompt="at the beach", count=count)
        press = replace(press, kind=plan.kind, options=options, is_agreed=True)
    try:
        request_id = await room.desk.begin(press)
    except DarkroomError:
        return None
    await room.driver.drive(request_id)
    return await room.request(request_id)


def keeps_promises(can: Capabilities, request: ImageRequest) -> bool:
    """In words of its own, not the program's."""
    promise, options = request.promise, request.options
    assert promise is not None
    return (
        can.max_references >= promise.likenesses
        and not (promise.is_photo and can.is_illustration)
        and can.max_batch >= options.count
        and options.resolution in can.resolutions
        and request.require_shape() in can.aspects
        and can.filters_output
    )


@settings(max_examples=30, deadline=None)
@given(plan=PLANS)
async def test_the_last_backend_keeps_every_promise_and_the_hold_resolves_once(plan: Plan) -> None:
    backends: list[Backend] = []
    for number, ability in enumerate(plan.abilities):
        backend = Backend()
        backend.name = f"b{number}"
        backend.capabilities = ability
        backends.append(backend)
    with tempfile.TemporaryDirectory() as folder:
        async with open_room(Path(folder), own_backend=backends[0], other_backends=backends[1:]) as room:
            if plan.chosen:
                await room.guilds.change(GUILD, OWNER, lambda now: replace(now, backend=plan.chosen))
            began: list[tuple[str, Capabilities]] = []
            for backend, faults in zip(backends, plan.faults, strict=True):
                pictures = [jpeg(1536, 2048)] * plan.breaks_after
                backend.script = [[*pictures, *steps(backend.name, fault)] for fault in faults]
                backend.on_generate = begun(backend, backends, plan, began)
            request = await asked(room, plan)
            if request is None:
                return
            balance = (await room.balance()).free.total
            assert request.state in FINAL
            held = Counter(entries(room, request))
            if request.hold_ref is None:
                assert (held, balance) == (Counter(), WELCOME)
                return
            pictures = await room.pictures(request.request_id)
            assert held == Counter(hold=1, **({"capture": 1} if pictures else {"release": 1}))
            assert balance == WELCOME - sum(image.share.total for image in pictures)
            assert (request.state is RequestState.DELIVERED) == bool(pictures)
            assert len(room.courier.delivered) == len({image.request_id for image in pictures})
            assert request.backend not in request.given_up
            if plan.chosen:
                assert (request.backend, request.given_up) == (plan.chosen, ())
            if pictures:
                name, abilities = began[-1]
                assert name == request.backend
                assert keeps_promises(abilities, request)
                assert request.promise is not None
                if request.promise.likenesses:
                    assert not [image for image in pictures if "no likeness" in image.labels]


def begun(
    backend: Backend, backends: Sequence[Backend], plan: Plan, began: list[tuple[str, Capabilities]]
) -> Callable[[], Awaitable[None]]:
    """What happens whenever a backend begins: what it can do is noted, and then one of them changes."""

    async def begin() -> None:
        began.append((backend.name, backend.capabilities))
        if plan.changed is not None:
            backends[plan.changed[0]].capabilities = plan.changed[1]

    return begin
