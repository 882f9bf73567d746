"""The scene is data; what the bot cannot do yet is skipped."""

from __future__ import annotations

from playground import STUDIO, Channel, StandIn
from playground.director import play
from playground.scene import SCENE, Invite, Say, Speak


def test_every_step_is_in_a_channel_and_by_a_member_of_the_studio() -> None:
    places = {channel.name for channel in STUDIO.channels}
    places |= {thread for channel in STUDIO.channels for thread in channel.threads}
    people = {member.name for member in STUDIO.members}
    assert {step.channel for step in SCENE} <= places
    assert {step.member for step in SCENE if isinstance(step, Say)} <= people


def test_companions_are_invited_before_they_speak() -> None:
    present: set[tuple[str, str]] = set()
    for step in SCENE:
        if isinstance(step, Invite):
            present.add((step.channel, step.companion))
        elif isinstance(step, Speak):
            assert (step.channel, step.companion) in present
    in_scene = {companion for channel, companion in present if channel == "group-scene"}
    assert in_scene == {"Mira", "Kaito", "Juno"}


async def test_steps_without_their_command_are_skipped(world: StandIn, lounge: Channel) -> None:
    skipped = await play(world, SCENE)
    assert len(skipped) == sum(not isinstance(step, Say) for step in SCENE)
    assert [message.text for message in world.messages(lounge)] == [
        step.text for step in SCENE if isinstance(step, Say) and step.channel == "lounge"
    ]
