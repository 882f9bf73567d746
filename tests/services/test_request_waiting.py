"""What a request shows while it waits and is made, and how long it may wait."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.domain.request import EndReason, RequestState
from bot.services.ports.chat import Phase
from bot.services.ports.images import Progress
from bot.services.requests.triggers import Reserved
from tests.services.request_parts import ANA, BEN, GUILD, WELCOME, Room, jpeg, open_room


async def test_another_cast_and_its_price_are_shown_while_the_request_waits(tmp_path: Path) -> None:
    async with open_room(tmp_path, slots=1) as room:
        gate = asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        first = asyncio.create_task(room.driver.drive(await room.begin(BEN)))
        await room.backend.started.wait()
        request_id = await room.begin()
        waiting = asyncio.create_task(room.driver.drive(request_id))
        await room.courier.waiting[request_id].wait()
        await room.desk.change_cast(request_id, ANA, ["mira", "kaito"])
        shown = room.courier.statuses[-1]
        assert (shown.phase, shown.cast_names, room.courier.shown[-1].cost) == (
            Phase.WAITING,
            ("Mira", "Kaito"),
            100,
        )
        gate.set()
        await asyncio.gather(first, waiting)


async def test_what_a_backend_says_when_its_job_is_over_is_not_shown(room: Room) -> None:
    request = await room.run()
    told = len(room.courier.statuses)
    assert room.backend.watcher is not None
    room.backend.watcher.progress(Progress(fraction=0.9))
    assert (await room.request(request.request_id)).state is RequestState.DELIVERED
    assert len(room.courier.statuses) == told


async def test_a_request_that_waits_past_its_deadline_is_released_where_it_stands(tmp_path: Path) -> None:
    async with open_room(tmp_path, slots=1) as room:
        gate = asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        first = asyncio.create_task(room.driver.drive(await room.begin(BEN)))
        await room.backend.started.wait()
        room.clock.now -= 599_990  # the next one's deadline comes in ten milliseconds
        request_id = await room.begin()
        room.clock.now += 599_990
        await asyncio.wait_for(room.driver.drive(request_id), 5)
        ended = await room.request(request_id)
        assert (ended.state, ended.end_reason) == (RequestState.FAILED, EndReason.DEADLINE)
        assert (await room.balance()).free.total == WELCOME
        gate.set()
        await first


async def test_again_is_not_possible_with_a_picture_of_another_guild(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    press = room.press(parent_image_id=image.image_id)
    elsewhere = replace(press, reply=replace(press.reply, guild_id=GUILD + 1))
    request_id = await room.desk.begin(elsewhere)
    await room.driver.drive(request_id)
    ended = await room.request(request_id)
    assert (ended.state, ended.end_reason) == (RequestState.REFUSED, EndReason.GONE)


async def test_a_notice_that_could_not_be_told_is_kept(room: Room) -> None:
    room.courier.delivery = replace(room.courier.delivery, how="gallery", channel_id=None, message_id=None)
    await room.run()
    taken = await room.preferences.take_notices(ANA)
    await room.preferences.keep_notices(taken)
    assert await room.preferences.take_notices(ANA) == taken


async def test_a_button_is_free_again_before_the_cost_is_told(room: Room) -> None:
    press = room.press()
    reserved: list[Reserved] = []

    def reserve() -> None:
        reserved.append(room.desk.triggers.reserve(ANA, press.trigger_key, 99))

    room.courier.on_cost = reserve
    await room.driver.drive(await room.desk.begin(press))
    assert reserved == [Reserved.OURS]
