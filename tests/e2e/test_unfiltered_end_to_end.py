"""A picture service without a filter of its own, and no check of pictures: for age-restricted channels alone."""

from __future__ import annotations

import pytest

from tests.e2e.stage import Stage

SETTINGS = {"IMAGE_BACKENDS": "bare"}

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def test_it_is_offered_in_age_restricted_channels_and_their_threads_alone(stage: Stage) -> None:
    room = await stage.room()
    refused = await stage.world.press(room.member, room.spoken, "Instant")
    assert (await refused.said("Ask for it in another channel")).ephemeral
    assert await stage.settled(room.member) == ["refused"]
    stage.world.set_age_restricted(room.place)
    thread = stage.world.create_thread(room.place, "aside")
    for place in (room.place, thread):
        made = await stage.world.slash(room.member, place, "image instant", hint="in the library")
        picture = await stage.picture(made)
        assert not picture.attachments[0].filename.startswith("SPOILER_"), "it is as general as any"
    await stage.settled(room.member)
