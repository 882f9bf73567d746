"""Each fault does what it says, and leaves the rest alone."""

from __future__ import annotations

import time

import playground as pg
from playground import Channel, Fault, Member, StandIn

POST = r"^/channels/\d+/messages$"


async def test_late_ack_is_an_unknown_interaction(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.limits.ack_deadline_s = 0.2
    world.faults.add(Fault("POST", "/callback$", pg.late(0.3)))
    shown = await world.slash(ana, lounge, "slow")
    refusal = await shown.failed()
    assert (refusal.status, refusal.code) == (404, 10062)
    assert shown.ack is None
    assert len(world.faults) == 0, "a spent fault is gone"


async def test_late_answer_took_effect_at_once(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.faults.add(Fault("POST", POST, pg.late_answer(0.3)))
    shown = await world.slash(ana, lounge, "public")
    started = time.perf_counter()
    await world.wait_for_message(lounge, lambda found: found.text == "first")
    await shown.said("edited")
    assert time.perf_counter() - started >= 0.25


async def test_status_with_code(world: StandIn, ana: Member, lounge: Channel) -> None:
    fault = world.faults.add(Fault("POST", POST, pg.status(403, 50013)))
    shown = await world.slash(ana, lounge, "public")
    await shown.said("failed 403 50013")
    assert [hit.status for hit in fault.hits] == [403]
    assert not [message for message in world.messages(lounge) if message.text == "first"]


async def test_rate_limit_is_waited_out(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.faults.add(Fault("POST", POST, pg.rate_limit(0.2), times=2))
    shown = await world.slash(ana, lounge, "public")
    await shown.said("edited")
    posts = [request.status for request in world.requests if request.path.endswith("/messages")]
    assert posts == [429, 429, 200]


async def test_server_error_after_success_and_the_nonce(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.faults.add(Fault("POST", POST, pg.server_error_after_success()))
    shown = await world.slash(ana, lounge, "public")
    await shown.said("edited")
    assert len([message for message in world.messages(lounge) if message.text == "second"]) == 1


async def test_server_error_before_has_no_effect(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.faults.add(Fault("POST", POST, pg.server_error_before(503)))
    shown = await world.slash(ana, lounge, "public")
    await shown.said("failed 503")
    assert not [message for message in world.messages(lounge) if message.text == "first"]


async def test_dropped_connections_with_and_without_effect(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    world.faults.add(Fault("POST", POST, pg.drop_connection_before()))
    shown = await world.slash(ana, lounge, "public")
    await shown.said("dropped")
    assert not [message for message in world.messages(lounge) if message.text == "first"]
    world.faults.add(Fault("POST", POST, pg.drop_connection_after_success()))
    shown = await world.slash(ana, lounge, "public")
    await shown.said("dropped")
    assert len([message for message in world.messages(lounge) if message.text == "first"]) == 1


async def test_a_fault_can_let_some_pass_and_look_closer(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    world.faults.add(
        Fault(
            "POST",
            POST,
            pg.status(400, 50035),
            skip=1,
            when=lambda request: request.body["content"] == "only once",
        )
    )
    shown = await world.slash(ana, lounge, "nonce")
    await shown.acknowledged()
    posts = await world.wait_for_request("POST", "/channels/{channel_id}/messages", count=2)
    assert [post.status for post in posts] == [200, 400]
