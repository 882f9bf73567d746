"""Where presses arrive."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import (
    AlreadySettledError,
    AlreadyStartedError,
    CastSizeError,
    DuplicateRequestError,
    InvalidInputError,
    NotEnoughMomentsError,
    NotFoundError,
    NotYoursError,
    TooManyRequestsError,
    UnknownCompanionError,
)
from bot.domain.request import EndReason, RequestState
from bot.services.ports.chat import SeenMessage
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, WELCOME, Room, jpeg, open_room


async def test_a_press_is_on_record_before_anything_is_read(room: Room) -> None:
    request_id = await room.begin()
    assert (await room.request(request_id)).state is RequestState.RECEIVED
    assert room.engine.submitted == [request_id]
    assert (await room.balance()).free.granted == WELCOME


async def test_the_same_button_has_one_request_at_a_time(room: Room) -> None:
    first = await room.desk.begin(room.press(trigger_key="instant:9"))
    with pytest.raises(DuplicateRequestError):
        await room.desk.begin(room.press(trigger_key="instant:9"))
    await room.driver.drive(first)
    await room.desk.begin(room.press(trigger_key="instant:9"))


async def test_the_same_interaction_makes_one_request_even_after_it_ended(room: Room) -> None:
    press = room.press()
    await room.driver.drive(await room.desk.begin(press))
    with pytest.raises(DuplicateRequestError):
        await room.desk.begin(replace(press, trigger_key="another"))


async def test_sixty_four_presses_of_one_button_make_one_request(room: Room) -> None:
    presses = [room.press(trigger_key="instant:9") for _ in range(64)]
    results = await asyncio.gather(*(room.desk.begin(press) for press in presses), return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, DuplicateRequestError) for result in results) == 63


async def test_a_member_has_only_so_many_open(room: Room) -> None:
    for _ in range(3):
        await room.begin()
    with pytest.raises(TooManyRequestsError) as caught:
        await room.begin()
    assert (caught.value.open_count, caught.value.limit) == (3, 3)
    assert await room.begin(BEN)


async def test_money_for_three_holds_three_of_sixty_four(tmp_path: Path) -> None:
    async with open_room(tmp_path, per_member=1000) as room:
        room.writer.count = 2  # 100 moments each; the welcome pays five
        await room.run()
        await room.run()
        ids = [await room.begin() for _ in range(64)]
        await asyncio.gather(*(room.driver.drive(request_id) for request_id in ids))
        states = [(await room.request(request_id)).state for request_id in ids]
        assert states.count(RequestState.DELIVERED) == 3
        assert states.count(RequestState.REFUSED) == 61
        assert (await room.balance()).free.total == 0
        assert len(room.courier.ends) == 61


async def test_a_hint_has_a_limit(room: Room) -> None:
    await room.begin(hint="x" * 1000)
    with pytest.raises(InvalidInputError, match="hint"):
        await room.begin(hint="x" * 1001)


async def test_a_named_companion_is_the_cast(room: Room) -> None:
    request_id = await room.desk.begin(replace(room.press(), companion_names=("KAITO",)))
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).require_scene().cast == ("kaito",)


async def test_a_name_that_nobody_has_is_refused_before_anything_is_kept(room: Room) -> None:
    with pytest.raises(UnknownCompanionError):
        await room.desk.begin(replace(room.press(), companion_names=("Nobody",)))
    assert room.engine.submitted == []


async def test_choices_begin_with_those_present_and_fit_what_was_typed(room: Room) -> None:
    everyone = await room.desk.companion_choices(GUILD, CHANNEL, None, ANA, "")
    assert [c.name for c in everyone] == ["Mira", "Kaito", "Juno", "Riku"]
    assert [c.name for c in await room.desk.companion_choices(GUILD, CHANNEL, None, ANA, "ミ")] == ["Mira"]


async def test_what_was_pressed_is_readable_though_messages_are_not(room: Room) -> None:
    room.reader.seen = [SeenMessage(500, ANA, "Ana", "")]
    press = replace(room.press(), carried=SeenMessage(500, ANA, "Ana", "Mira waves."))
    request_id = await room.desk.begin(press)
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.DELIVERED
    assert [message.text for message in room.writer.given[0].messages] == ["Mira waves."]


async def test_above_the_members_own_limit_the_price_is_asked_first(room: Room) -> None:
    room.writer.count = 2
    await room.preferences.change(ANA, ask_above=99)
    request = await room.run()
    assert (request.state, request.cost) == (RequestState.RECEIVED, 100)
    assert room.courier.questions == [request.request_id]
    with pytest.raises(NotYoursError):
        await room.desk.confirm(request.request_id, BEN)
    await room.desk.confirm(request.request_id, ANA)
    await room.driver.drive(request.request_id)
    assert (await room.request(request.request_id)).state is RequestState.DELIVERED
    with pytest.raises(AlreadySettledError):
        await room.desk.confirm(request.request_id, ANA)


async def test_nobody_agrees_in_time(room: Room) -> None:
    await room.preferences.change(ANA, ask_above=0)
    request = await room.run()
    room.clock.now += 601_000
    await room.driver.drive(request.request_id)
    ended = await room.request(request.request_id)
    assert (ended.state, ended.end_reason) == (RequestState.FAILED, EndReason.NOT_CONFIRMED)
    assert (await room.balance()).free.total == WELCOME


async def test_another_cast_is_quoted_while_the_price_is_asked(room: Room) -> None:
    await room.preferences.change(ANA, ask_above=0)
    request = await room.run()
    choices = await room.desk.cast_choices(request.request_id, ANA)
    assert ([c.name for c in choices.companions], list(choices.cast)) == (["Mira", "Kaito"], ["mira"])
    assert (choices.least, choices.most) == (1, 3)
    changed = await room.desk.change_cast(request.request_id, ANA, ["kaito", "mira"])
    assert changed.cost == 100
    await room.driver.drive(request.request_id)
    done = await room.request(request.request_id)
    assert (done.state, done.require_scene().cast) == (RequestState.DELIVERED, ("kaito", "mira"))


async def test_another_cast_releases_and_holds_anew(tmp_path: Path) -> None:
    async with open_room(tmp_path, slots=1) as room:
        gate = asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        first = asyncio.create_task(room.driver.drive(await room.begin(BEN)))
        await room.backend.started.wait()
        request_id = await room.begin()
        waiting = asyncio.create_task(room.driver.drive(request_id))
        await room.courier.waiting[request_id].wait()
        assert (await room.balance()).held.total == 50
        changed = await room.desk.change_cast(request_id, ANA, ["mira", "kaito"])
        assert (changed.cost, (await room.balance()).held.total) == (100, 100)
        gate.set()
        await asyncio.gather(first, waiting)
        done = await room.request(request_id)
        assert done.require_scene().cast == ("mira", "kaito")
        assert (await room.balance()).free.total == WELCOME - 100


async def test_a_cast_that_is_too_dear_keeps_the_old_hold(tmp_path: Path) -> None:
    async with open_room(tmp_path, slots=1) as room:
        room.writer.count = 2
        for _ in range(4):
            await room.run()  # 100 of 500 are left
        room.writer.count = 1
        gate = asyncio.Event()
        room.backend.started.clear()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        first = asyncio.create_task(room.driver.drive(await room.begin()))
        await room.backend.started.wait()
        request_id = await room.begin()
        waiting = asyncio.create_task(room.driver.drive(request_id))
        await room.courier.waiting[request_id].wait()
        with pytest.raises(NotEnoughMomentsError):
            await room.desk.change_cast(request_id, ANA, ["mira", "kaito"])
        assert (await room.request(request_id)).cost == 50
        gate.set()
        await asyncio.gather(first, waiting)
        assert (await room.balance()).free.total == 0


async def test_a_running_request_keeps_its_cast(room: Room) -> None:
    gate = asyncio.Event()
    room.backend.script = [[gate, jpeg(768, 1024)]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    with pytest.raises(AlreadyStartedError):
        await room.desk.change_cast(request_id, ANA, ["kaito"])
    gate.set()
    await driving
    with pytest.raises(AlreadySettledError):
        await room.desk.change_cast(request_id, ANA, ["kaito"])


async def test_a_cast_is_one_to_three_of_those_here(room: Room) -> None:
    await room.preferences.change(ANA, ask_above=0)
    request = await room.run()
    for cast in ([], ["mira", "kaito", "juno", "riku"]):
        with pytest.raises(CastSizeError):
            await room.desk.change_cast(request.request_id, ANA, cast)
    with pytest.raises(NotFoundError):
        await room.desk.change_cast(request.request_id, ANA, ["juno"])


async def test_requests_of_others_and_of_nobody_are_left_alone(room: Room) -> None:
    request_id = await room.begin()
    for error, who, what in ((NotYoursError, BEN, request_id), (NotFoundError, ANA, "nothing")):
        with pytest.raises(error):
            await room.desk.cancel(what, who)
        with pytest.raises(error):
            await room.desk.confirm(what, who)
        with pytest.raises(error):
            await room.desk.cast_choices(what, who)
    with pytest.raises(AlreadySettledError):
        await room.desk.cast_choices(request_id, ANA)  # it has no scene yet
