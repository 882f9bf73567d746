"""One tap is one picture and one charge, however often it arrives."""

from __future__ import annotations

import asyncio

import pytest

from playground import Fault, Interaction, late
from tests.e2e.stage import Stage, is_picture

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_PER_MEMBER": "100", "GRANT_WELCOME": "150"}
ON_ITS_WAY = "already on its way"


async def test_sixty_four_presses_on_one_button_at_once_are_one_request(stage: Stage) -> None:
    room = await stage.room()
    presses = await asyncio.gather(
        *(stage.world.press(room.member, room.spoken, "Instant") for _ in range(64))
    )
    job = await stage.puppeteer.next_job()
    acks = [await press.acknowledged() for press in presses]
    assert [ack.ephemeral for ack in acks].count(False) == 1
    told = [press for press, ack in zip(presses, acks, strict=True) if ack.ephemeral]
    for press in told:
        assert ON_ITS_WAY in (await press.answered()).text
    assert stage.held(room.member) == 50
    await job.finish()
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 100
    assert [is_picture(message) for message in stage.world.messages(room.place)].count(True) == 1
    assert stage.puppeteer.waiting == 0


async def test_a_press_while_the_first_waits_after_a_restart_is_told_so_too(stage: Stage) -> None:
    room = await stage.room()
    first = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.puppeteer.next_job()
    await stage.world.restart_bot(kill=True)
    job = await stage.puppeteer.next_job()
    second = await stage.world.press(room.member, room.spoken, "Instant")
    assert (await second.said(ON_ITS_WAY)).ephemeral
    await job.finish()
    await stage.picture(first)
    assert await stage.settled(room.member) == ["delivered"]


async def test_somebody_elses_press_on_the_same_button_is_a_request_of_its_own(stage: Stage) -> None:
    room = await stage.room()
    other = stage.new_member()
    mine = await stage.world.press(room.member, room.spoken, "Instant")
    theirs = await stage.world.press(other, room.spoken, "Instant")
    for _ in range(2):
        await (await stage.puppeteer.next_job()).finish()
    await asyncio.gather(stage.picture(mine), stage.picture(theirs))
    await asyncio.gather(stage.settled(room.member), stage.settled(other))
    assert (stage.free(room.member), stage.free(other)) == (100, 100)


async def _delivered_once(stage: Stage, interaction: Interaction) -> None:
    stage.world.redeliver(interaction, times=4)
    job = await stage.puppeteer.next_job()
    stage.world.redeliver(interaction, times=4)
    await job.finish()
    await stage.picture(interaction)
    member = stage.world.member(interaction.member_id)
    assert await stage.settled(member) == ["delivered"]
    stage.world.redeliver(interaction, times=4)
    await interaction.said("left")
    again = await stage.world.slash(member, interaction.channel_id, "me")
    await again.answered()
    assert await stage.settled(member) == ["delivered"]
    assert stage.free(member) == 100
    assert not [text for text in interaction.texts() if ON_ITS_WAY in text]
    assert [is_picture(m) for m in stage.world.messages(interaction.channel_id)].count(True) == 1
    assert stage.puppeteer.waiting == 0


async def test_the_same_press_delivered_again_and_again_is_one_request(stage: Stage) -> None:
    room = await stage.room()
    await _delivered_once(stage, await stage.world.press(room.member, room.spoken, "Instant"))


async def test_the_second_delivery_of_a_press_never_answers_for_the_first(stage: Stage) -> None:
    room = await stage.room()
    stage.world.faults.add(Fault("POST", "/callback", late(0.5)))
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    stage.world.redeliver(pressed)
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]
    about_it = [request for request in stage.world.requests if pressed.token in request.path]
    assert not [request.body for request in about_it if ON_ITS_WAY in str(request.body)]


async def test_the_same_command_delivered_again_and_again_is_one_request(stage: Stage) -> None:
    room = await stage.room()
    await _delivered_once(stage, await stage.world.slash(room.member, room.place, "image instant"))


async def test_the_same_context_menu_delivered_again_and_again_is_one_request(stage: Stage) -> None:
    room = await stage.room()
    await _delivered_once(stage, await stage.world.context_menu(room.member, "Picture this", room.spoken))


async def test_of_sixty_four_requests_of_one_member_with_money_for_three_exactly_three_are_held(
    stage: Stage,
) -> None:
    room = await stage.room()
    commands = await asyncio.gather(
        *(stage.world.slash(room.member, room.place, "image instant") for _ in range(64))
    )
    jobs = [await stage.puppeteer.next_job() for _ in range(3)]

    def refused() -> list[Interaction]:
        return [command for command in commands if any("and you have" in text for text in command.texts())]

    await stage.world.wait_until(lambda: len(refused()) == 61, 30, lambda: f"61 refusals; {len(refused())}")
    assert (stage.free(room.member), stage.held(room.member)) == (0, 150)
    for command in refused():
        told = await command.said("and you have")
        assert told.ephemeral
        assert "**50 moments**" in told.text
        assert "**0**" in told.text
        assert "/moments daily" in told.text
        await stage.world.wait_until(lambda c=command: c.response is None, 10, "the public answer to be gone")
    for job in jobs:
        await job.finish()
    assert sorted(await stage.settled(room.member)) == ["delivered"] * 3 + ["refused"] * 61
    assert (stage.free(room.member), stage.held(room.member)) == (0, 0)
    assert stage.puppeteer.waiting == 0
