"""From received to delivered, and every way in which it ends before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.money import Split
from bot.domain.picture import Aspect, Resolution
from bot.domain.request import EndReason, RequestState
from bot.services.ports.chat import Phase, SeenMessage
from bot.services.ports.images import Capabilities, Progress
from bot.services.ports.speaking import Place
from tests.services.companion_parts import new
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, KAITO, WELCOME, Room, jpeg, open_room


async def test_a_picture_is_made_stored_paid_and_delivered(room: Room) -> None:
    request = await room.run()
    assert (request.state, request.delivered_how, request.cost) == (RequestState.DELIVERED, "reply", 50)
    (image,) = await room.pictures(request.request_id)
    assert (image.width_px, image.height_px, image.share) == (768, 1024, Split(granted=50))
    assert (image.channel_id, image.message_id) == (CHANNEL, 777)
    assert "Mira waving" in image.alt_text
    assert await room.store.exists(image.file_key)
    assert await room.store.exists(image.thumbnail_key)
    balance = await room.balance()
    assert (balance.free.total, balance.held.total) == (WELCOME - 50, 0)
    assert room.courier.costs == [balance]
    assert room.courier.delivered[0][2] == ("Mira",)
    await room.driver.drive(request.request_id)
    assert len(room.courier.delivered) == 1


async def test_a_request_that_is_not_there_is_left_alone(room: Room) -> None:
    await room.driver.drive("nothing")
    assert room.courier.statuses == []


async def test_a_group_costs_its_heads_and_is_wider(room: Room) -> None:
    room.writer.count = 2
    request = await room.run()
    (image,) = await room.pictures(request.request_id)
    assert (request.cost, image.width_px, image.height_px) == (100, 1024, 768)


async def test_members_choose_their_own_shapes(room: Room) -> None:
    await room.preferences.change(ANA, aspect_solo=Aspect.SQUARE, aspect_group=Aspect.WIDE)
    (solo,) = await room.pictures((await room.run()).request_id)
    room.writer.count = 2
    (group,) = await room.pictures((await room.run()).request_id)
    (chosen,) = await room.pictures((await room.run(aspect=Aspect.TALL)).request_id)
    sizes = [(image.width_px, image.height_px) for image in (solo, group, chosen)]
    assert sizes == [(1024, 1024), (1024, 576), (576, 1024)]


async def test_references_go_along_when_all_of_the_cast_have_one(room: Room) -> None:
    room.writer.count = 2
    request = await room.run()
    assert [member.reference for member in room.backend.jobs[0].cast] == [b"a reference"] * 2
    (image,) = await room.pictures(request.request_id)
    assert "no likeness" not in image.labels


async def test_without_every_reference_there_is_none_and_it_says_so(room: Room) -> None:
    await room.companions.invite(Place(GUILD, CHANNEL), ANA, "juno", is_moderator=True)
    room.writer.count = 3
    request = await room.run()
    assert [member.reference for member in room.backend.jobs[0].cast] == [None] * 3
    (image,) = await room.pictures(request.request_id)
    assert "no likeness" in image.labels


async def test_again_repeats_the_scene_with_another_seed(room: Room) -> None:
    first = await room.run(seed=7)
    (image,) = await room.pictures(first.request_id)
    again = await room.run(BEN, parent_image_id=image.image_id)
    assert again.scene == first.scene
    assert (first.seed, again.seed != 7) == (7, True)
    assert len(room.writer.given) == 1


async def test_again_on_a_deleted_picture_is_told(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    await room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    again = await room.run(parent_image_id=image.image_id)
    assert (again.state, again.end_reason) == (RequestState.REFUSED, EndReason.GONE)


async def test_what_companions_said_is_theirs_and_empty_messages_are_nobodys(room: Room) -> None:
    await room.companions.speech.record_spoken(Place(GUILD, CHANNEL), 501, KAITO, ANA)
    room.reader.seen += [
        SeenMessage(501, 999, "Kaito", "*nods*", webhook_id=5),
        SeenMessage(502, BEN, "Ben", "  "),
    ]
    await room.run()
    assert [(m.speaker, m.companion_id) for m in room.writer.given[0].messages] == [
        ("Ana", None),
        ("Kaito", "kaito"),
    ]


async def test_an_older_button_pictures_its_own_moment(room: Room) -> None:
    room.reader.seen = [
        SeenMessage(501, 999, "Kaito", "first", webhook_id=5),
        SeenMessage(502, BEN, "Ben", "answer"),
        SeenMessage(503, 999, "Mira", "second", webhook_id=5),
    ]
    await room.run(moment_of_message_id=501)
    await room.run(moment_of_message_id=503)
    room.reader.seen = [SeenMessage(number, ANA, "Ana", "later") for number in range(600, 640)]
    await room.run(moment_of_message_id=610)
    given = [[m.text for m in conversation.messages] for conversation in room.writer.given]
    assert given == [["first", "answer"], ["first", "answer", "second"], ["later"] * 11]


async def test_a_pressed_message_that_was_not_read_is_added(room: Room) -> None:
    press = replace(room.press(), carried=SeenMessage(900, BEN, "Ben", "Look at this!"))
    await room.driver.drive(await room.desk.begin(press))
    assert [m.text for m in room.writer.given[0].messages] == ["Mira waves from the beach.", "Look at this!"]


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (errors.NoCastError(), EndReason.NO_CAST, ""),
        (errors.MissingPermissionError("Read Message History", 10), EndReason.MISSING_PERMISSION, "Read"),
        (errors.NotFoundError(), EndReason.GONE, ""),
        (errors.UnsafeRequestError("word"), EndReason.UNSAFE, "word"),
    ],
)
async def test_what_forbids_a_scene_is_told_and_costs_nothing(
    room: Room, error: Exception, reason: EndReason, detail: str
) -> None:
    room.reader.error = error
    request = await room.run()
    assert (request.state, request.end_reason, request.told) == (RequestState.REFUSED, reason, True)
    assert request.end_detail.startswith(detail)
    assert [ended.request_id for ended in room.courier.ends] == [request.request_id]
    assert (await room.balance()).free.total == WELCOME


async def test_a_fault_while_composing_ends_that_request_alone(room: Room) -> None:
    room.writer.error = RuntimeError("a fault of ours")
    request = await room.run()
    assert (request.state, request.end_reason) == (RequestState.FAILED, EndReason.INTERNAL)


async def test_nobody_here_means_no_picture(room: Room) -> None:
    for companion_id in ("mira", "kaito"):
        await room.companions.dismiss(Place(GUILD, CHANNEL), ANA, companion_id, is_moderator=True)
    assert (await room.run()).end_reason is EndReason.NO_CAST


async def test_unreadable_talk_is_told_unless_a_hint_says_what_to_picture(room: Room) -> None:
    room.reader.seen = [SeenMessage(500, ANA, "Ana", "")]
    assert (await room.run()).end_reason is EndReason.CONTEXT_UNREADABLE
    assert (await room.run(hint="at the beach")).state is RequestState.DELIVERED


async def test_an_empty_channel_still_gives_a_picture(room: Room) -> None:
    room.reader.seen = []
    assert (await room.run()).state is RequestState.DELIVERED


async def test_what_the_check_refuses_costs_nothing(room: Room) -> None:
    request = await room.run(hint="something forbidden")
    assert (request.end_reason, request.end_detail) == (EndReason.UNSAFE, "word")


async def test_what_is_rated_mature_is_not_made(room: Room) -> None:
    request = await room.run(hint="something grown-up")
    assert (request.end_reason, request.end_detail) == (EndReason.MATURE, "guild")
    assert room.backend.jobs == []


async def test_a_size_that_no_backend_makes_is_refused_before_the_hold(room: Room) -> None:
    room.backend.capabilities = Capabilities(
        3, 1, frozenset(Aspect), frozenset({Resolution.R2K}), filters_output=True
    )
    assert (await room.run()).end_reason is EndReason.BACKEND_CANNOT
    assert room.backend.jobs == []


async def test_a_talk_that_cannot_be_fetched_now_is_tried_again_later(room: Room) -> None:
    room.reader.error = errors.DeliveryDelayedError()
    request = await room.run()
    assert request.state is RequestState.RECEIVED
    assert request.lease_until_ms > room.clock.now
    room.reader.error = None
    room.clock.now = request.lease_until_ms + 1
    await room.driver.drive(request.request_id)
    assert (await room.request(request.request_id)).state is RequestState.DELIVERED


@pytest.mark.parametrize("state", [RequestState.RECEIVED, RequestState.HELD])
async def test_nothing_begins_after_the_deadline(room: Room, state: RequestState) -> None:
    request_id = await room.begin()
    if state is RequestState.HELD:
        request = await room.request(request_id)
        await room.settler.hold(request, await room.composer.compose(request, None))
    room.clock.now += 601_000
    await room.driver.drive(request_id)
    ended = await room.request(request_id)
    assert (ended.state, ended.end_reason) == (RequestState.FAILED, EndReason.DEADLINE)
    assert (await room.balance()).free.total == WELCOME


async def test_a_refusing_backend_is_asked_once(room: Room) -> None:
    room.backend.script = [[errors.BackendRefusedError("scripted")]]
    request = await room.run()
    assert (request.state, request.end_reason) == (RequestState.REFUSED, EndReason.BACKEND_REFUSED)
    assert (len(room.backend.jobs), (await room.balance()).free.total) == (1, WELCOME)


async def test_a_failing_backend_is_asked_three_times(room: Room) -> None:
    room.backend.script = [
        [errors.BackendUnavailableError("scripted", retry_after_s=0.01)],
        [b"no picture at all"],
        [errors.BackendFailedError("scripted")],
    ]
    request = await room.run()
    assert (request.state, request.end_reason) == (RequestState.FAILED, EndReason.BACKEND_FAILED)
    assert (len(room.backend.jobs), (await room.balance()).free.total) == (3, WELCOME)


async def test_a_backend_that_recovers_is_paid_once(room: Room) -> None:
    room.backend.script = [[RuntimeError("a fault of theirs")], []]
    request = await room.run()
    assert (request.state, request.attempts) == (RequestState.DELIVERED, 3)
    assert (await room.balance()).free.total == WELCOME - 50


async def test_a_hanging_backend_is_stopped_at_the_deadline(room: Room) -> None:
    room.backend.script = [[asyncio.Event()]]
    request_id = await room.begin()
    room.clock.now += 599_950
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).end_reason is EndReason.DEADLINE
    assert (await room.balance()).free.total == WELCOME


async def test_half_a_batch_is_captured_and_the_rest_released(room: Room) -> None:
    await room.preferences.change(ANA, ask_above=200)
    room.backend.script = [[jpeg(768, 1024), jpeg(768, 1024, 91), errors.BackendFailedError("scripted")]]
    request = await room.run(count=4)
    images = await room.pictures(request.request_id)
    assert [image.not_drawn for image in images] == [("dragon",), ("dragon",)]
    assert (request.state, request.cost, len(images)) == (RequestState.DELIVERED, 200, 2)
    assert (await room.balance()).free.total == WELCOME - 100


async def test_a_backend_makes_no_more_than_was_asked(room: Room) -> None:
    room.backend.script = [[jpeg(768, 1024), jpeg(768, 1024, 91)]]
    request = await room.run()
    assert len(await room.pictures(request.request_id)) == 1


async def test_progress_and_the_providers_id_are_kept(room: Room) -> None:
    room.backend.script = [[Progress(fraction=0.5, queue_position=2, eta_s=40.0), "job-7", jpeg(768, 1024)]]
    request = await room.run()
    assert request.provider_ref == "job-7"
    shown = [(s.phase, s.fraction, s.position, s.eta_s) for s in room.courier.statuses]
    assert (Phase.MAKING, 0.5, 2, 40.0) in shown


async def test_cancelling_before_the_picture_is_free(room: Room) -> None:
    gate = asyncio.Event()
    room.backend.script = [[gate]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    await room.desk.cancel(request_id, ANA)
    await driving
    ended = await room.request(request_id)
    assert (ended.state, ended.told) == (RequestState.CANCELLED, True)
    assert (await room.balance()).free.total == WELCOME
    with pytest.raises(errors.AlreadySettledError):
        await room.desk.cancel(request_id, ANA)


async def test_cancelling_in_the_queue_lets_the_others_move_up(tmp_path: Path) -> None:
    async with open_room(tmp_path, slots=1) as room:
        gate = asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        ids = [await room.begin(), await room.begin(BEN), await room.begin()]
        driving = [asyncio.create_task(room.driver.drive(ids[0]))]
        await room.backend.started.wait()
        driving += [asyncio.create_task(room.driver.drive(request_id)) for request_id in ids[1:]]
        for request_id in ids[1:]:
            await room.courier.waiting[request_id].wait()
        await room.desk.cancel(ids[1], BEN)
        gate.set()
        await asyncio.gather(*driving)
        states = [(await room.request(request_id)).state for request_id in ids]
        assert states == [RequestState.DELIVERED, RequestState.CANCELLED, RequestState.DELIVERED]
        assert 1 in [s.position for s in room.courier.statuses if s.phase is Phase.WAITING]


async def test_a_cancelled_driver_leaves_the_request_to_the_next(room: Room) -> None:
    room.backend.script = [[asyncio.Event()]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    assert (await room.request(request_id)).state is RequestState.RUNNING
    room.clock.now += 61_000
    await room.second_driver.drive(request_id)
    done = await room.request(request_id)
    assert (done.state, done.attempts) == (RequestState.DELIVERED, 2)
    assert (await room.balance()).free.total == WELCOME - 50


async def test_many_drivers_make_one_picture(room: Room) -> None:
    request_id = await room.begin()
    drivers = [room.driver, room.second_driver] * 4
    await asyncio.gather(*(driver.drive(request_id) for driver in drivers))
    assert (len(room.backend.jobs), len(room.courier.delivered)) == (1, 1)
    assert (await room.balance()).free.total == WELCOME - 50


async def test_a_request_that_kills_its_driver_every_time_is_given_up(room: Room) -> None:
    request_id = await room.begin()
    for _ in range(3):
        room.backend.script = [[asyncio.Event()]]
        room.backend.started.clear()
        driving = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()
        driving.cancel()
        await asyncio.wait([driving])
        room.clock.now += 61_000
    await room.driver.drive(request_id)
    ended = await room.request(request_id)
    assert (ended.state, ended.attempts) == (RequestState.FAILED, 4)
    assert (await room.balance()).free.total == WELCOME


async def test_a_companion_that_is_gone_in_the_meantime_ends_the_request(room: Room) -> None:
    nova = await room.companions.create(GUILD, ANA, new("Nova"))
    room.backend.script = [[errors.BackendFailedError("scripted")]]
    gate, room.backend.started = asyncio.Event(), asyncio.Event()
    room.backend.script = [[gate, errors.BackendFailedError("scripted")]]
    request_id = await room.begin(companion_ids=(nova.companion_id,))
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    await room.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    gate.set()
    await driving
    ended = await room.request(request_id)
    assert (ended.state, ended.end_reason) == (RequestState.FAILED, EndReason.GONE)
    assert (await room.balance()).free.total == WELCOME
