"""Cancelling what a picture service bills all the same, as a member meets it."""

from __future__ import annotations

import pytest

from playground import Interaction
from tests.e2e.stage import Room, Stage
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "billing", "MAX_BILLED_CANCELS": "1"}


async def begun(stage: Stage, room: Room) -> tuple[Interaction, Job]:
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    return pressed, await stage.puppeteer.next_job()


async def test_it_is_free_and_told_and_the_second_within_an_hour_goes_on(stage: Stage) -> None:
    room = await stage.room()
    pressed, job = await begun(stage, room)
    await stage.world.press(room.member, await stage.clickable(pressed, "Cancel"), "Cancel")
    await job.stopped()
    told = await pressed.said("Cancelled")
    assert "Nothing was charged. The picture service bills it all the same: it counts **50**" in told.text
    assert await stage.settled(room.member) == ["cancelled"]
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)

    pressed, job = await begun(stage, room)
    again = await stage.world.press(room.member, await stage.clickable(pressed, "Cancel"), "Cancel")
    await again.said("goes on")
    await job.finish()
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["cancelled", "delivered"]
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)
