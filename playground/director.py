"""Plays a scene: each step as a person would do it, waiting for what it brings about."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from playground._simcord import BackendError, SetupError
from playground.scene import (
    COMPANION_OPTION,
    DIRECTOR,
    INVITE_COMMAND,
    MOD_CHANNEL_SELECT,
    SETUP_COMMAND,
    SPEAK_COMMAND,
    TEXT_OPTION,
    Invite,
    ModChannel,
    Say,
    Speak,
    Step,
)

if TYPE_CHECKING:
    from playground.places import Channel
    from playground.records import Message
    from playground.world import StandIn

_log = logging.getLogger("playground.scene")
_STEP_TIMEOUT_S = 15.0


async def play(world: StandIn, steps: Iterable[Step]) -> list[str]:
    """Play all steps in order; returns (and logs) one line for each that could not be played."""
    skipped: list[str] = []
    for step in steps:
        try:
            await _play_step(world, step)
        except (SetupError, BackendError, LookupError, TimeoutError, ValueError) as error:
            line = f"skipped {step}: {str(error).splitlines()[0]}"
            _log.warning("%s", line)
            skipped.append(line)
    return skipped


async def _play_step(world: StandIn, step: Step) -> None:
    place = world.channel(step.channel)
    if isinstance(step, Say):
        await world.say(world.member(step.member), place, step.text)
        return
    if isinstance(step, ModChannel):
        await _choose_mod_channel(world, place)
        return
    command = INVITE_COMMAND if isinstance(step, Invite) else SPEAK_COMMAND
    if command not in world.commands:
        raise SetupError(f"the bot has no /{command} yet")
    options = {COMPANION_OPTION: await _companion(world, step, command)}
    if not isinstance(step, Invite):
        options[TEXT_OPTION] = step.text
    newest = max((message.id for message in world.messages(place)), default=0)
    interaction = await world.slash(world.member(DIRECTOR), place, command, **options)
    answer = await interaction.answered(_STEP_TIMEOUT_S)
    if isinstance(step, Speak):
        await _spoken(world, step, newest, answer)
    if answer.ephemeral:
        world.delete_message(answer)


async def _choose_mod_channel(world: StandIn, place: Channel) -> None:
    """On the first page of the wizard, whose select begins with :data:`MOD_CHANNEL_SELECT`."""
    if SETUP_COMMAND not in world.commands:
        raise SetupError(f"the bot has no /{SETUP_COMMAND} yet")
    director = world.member(DIRECTOR)
    opened = await world.slash(director, place, SETUP_COMMAND)
    page = await opened.answered(_STEP_TIMEOUT_S)
    found = [s.custom_id for s in page.selects if s.custom_id.startswith(MOD_CHANNEL_SELECT)]
    if not found:
        raise SetupError(
            f"no page of /{SETUP_COMMAND} begins with the mod channel; the bot said {page.text!r}"
        )
    await world.choose(director, page, [place], custom_id=found[0])

    def chosen() -> bool:
        message = world.message(page)
        return message is not None and f"<#{place.id}>" in message.text

    await world.wait_until(chosen, _STEP_TIMEOUT_S, f"#{place.name} to be the mod channel")
    world.delete_message(page)


async def _spoken(world: StandIn, step: Speak, newest: int, answer: Message) -> None:
    """Until the companion's message is there."""
    place = world.channel(step.channel)

    def spoken() -> bool:
        return any(message.id > newest and message.webhook_id for message in world.messages(place))

    await world.wait_until(
        spoken, _STEP_TIMEOUT_S, f"{step.companion} to speak; the bot said {answer.text!r}"
    )


async def _companion(world: StandIn, step: Invite | Speak, command: str) -> str:
    """The option's value for a companion's name: what autocomplete offers for it, else the name itself."""
    try:
        typed = await world.autocomplete(
            world.member(DIRECTOR), step.channel, command, COMPANION_OPTION, step.companion
        )
        choices = await typed.choices(timeout_s=3.0)
    except (SetupError, TimeoutError):
        return step.companion
    named = [choice for choice in choices if step.companion.lower() in str(choice["name"]).lower()]
    return str(named[0]["value"]) if named else step.companion
