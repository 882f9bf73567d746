from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.companion import Companion
from bot.domain.errors import InvalidInputError, MissingPermissionError, NotFoundError, NotYoursError
from bot.services.companion_speech import Speaker
from bot.services.ports.speaking import Place
from bot.services.ports.storage import WebhookRow
from tests.services.companion_parts import (
    ANA,
    BEN,
    ELSEWHERE,
    GUILD,
    IN_LOUNGE,
    LOUNGE,
    MIRA,
    MOD,
    ON_BALCONY,
    OTHER_GUILD,
    ZOE,
    House,
    open_house,
)


@dataclass
class Voice:
    """Notes what is said; waits for ``go`` first."""

    said: list[tuple[int, str, str]] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Exception | None = None

    async def say(self, place: Place, companion: Companion, text: str) -> int:
        self.began.set()
        await self.go.wait()
        if self.failure is not None:
            raise self.failure
        self.said.append((place.channel_id, companion.name, text))
        return 500 + len(self.said)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
def voice() -> Voice:
    voice = Voice()
    voice.go.set()
    return voice


async def test_an_owner_speaks_and_the_message_is_kept_with_both(house: House, voice: Voice) -> None:
    nova = await house.make("Nova")
    speech = house.companions.speech
    message_id = await speech.speak(voice, IN_LOUNGE, ANA, nova, "  Hello!  ", is_moderator=False)
    assert voice.said == [(LOUNGE, "Nova", "Hello!")]
    assert await speech.who_spoke(message_id) == Speaker(nova, ANA, by_bot=False)


async def test_nobody_else_speaks_as_a_custom_companion_moderators_included(
    house: House, voice: Voice
) -> None:
    nova = await house.make("Nova")
    await house.companions.invite(IN_LOUNGE, ANA, nova.companion_id, is_moderator=False)
    speech = house.companions.speech
    for user_id, is_moderator in ((BEN, False), (MOD, True)):
        with pytest.raises(NotYoursError):
            await speech.speak(voice, IN_LOUNGE, user_id, nova, "Mine now", is_moderator=is_moderator)
    with pytest.raises(NotYoursError):
        await speech.speak(voice, Place(OTHER_GUILD, LOUNGE), ANA, nova, "Elsewhere", is_moderator=False)
    assert voice.said == []


async def test_a_main_companion_speaks_for_who_invited_it_or_a_moderator(house: House) -> None:
    speech = house.companions.speech
    assert not await speech.may_speak_as(IN_LOUNGE, ANA, MIRA, is_moderator=False)
    assert not await speech.may_speak_as(IN_LOUNGE, MOD, MIRA, is_moderator=True)
    await house.companions.invite(IN_LOUNGE, ANA, "mira", is_moderator=False)
    assert await speech.may_speak_as(IN_LOUNGE, ANA, MIRA, is_moderator=False)
    assert await speech.may_speak_as(ON_BALCONY, ANA, MIRA, is_moderator=False)
    assert await speech.may_speak_as(IN_LOUNGE, MOD, MIRA, is_moderator=True)
    assert not await speech.may_speak_as(IN_LOUNGE, BEN, MIRA, is_moderator=False)
    assert not await speech.may_speak_as(Place(GUILD, ELSEWHERE), ANA, MIRA, is_moderator=False)
    assert await speech.speakable(IN_LOUNGE, ANA, (ZOE, MIRA), is_moderator=False) == (MIRA,)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001, "x" * 10_000])
async def test_an_empty_or_overlong_text_is_refused(house: House, voice: Voice, text: str) -> None:
    nova = await house.make("Nova")
    with pytest.raises(InvalidInputError, match="2,000"):
        await house.companions.speech.speak(voice, IN_LOUNGE, ANA, nova, text, is_moderator=False)
    assert voice.said == []


async def test_a_cancelled_speaker_is_still_heard_and_recorded(house: House) -> None:
    nova = await house.make("Nova")
    speech, voice = house.companions.speech, Voice()
    speaking = asyncio.create_task(speech.speak(voice, IN_LOUNGE, ANA, nova, "Hello!", is_moderator=False))
    await voice.began.wait()
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    voice.go.set()
    await speech.finish_sending()
    assert await speech.who_spoke(501) == Speaker(nova, ANA, by_bot=False)


async def test_what_could_not_be_said_is_raised_and_not_recorded(house: House, voice: Voice) -> None:
    nova = await house.make("Nova")
    voice.failure = MissingPermissionError("Manage Webhooks", LOUNGE)
    with pytest.raises(MissingPermissionError):
        await house.companions.speech.speak(voice, IN_LOUNGE, ANA, nova, "Hello!", is_moderator=False)
    with pytest.raises(NotFoundError):
        await house.companions.speech.who_spoke(501)


async def test_who_spoke_tells_of_the_bot_of_the_deleted_and_of_the_forgotten(house: House) -> None:
    nova = await house.make("Nova")
    speech = house.companions.speech
    await speech.record_spoken(IN_LOUNGE, 1, MIRA, None)
    await speech.record_spoken(IN_LOUNGE, 2, nova, ANA)
    await house.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    assert await speech.who_spoke(1) == Speaker(MIRA, None, by_bot=True)
    assert await speech.who_spoke(2) == Speaker(None, ANA, by_bot=False)
    with pytest.raises(NotFoundError):
        await speech.who_spoke(3)


async def test_a_channels_webhook_is_kept_replaced_and_forgotten(house: House) -> None:
    speech = house.companions.speech
    assert await speech.webhook(LOUNGE) is None
    await speech.keep_webhook(WebhookRow(LOUNGE, 70, "a"))
    await speech.keep_webhook(WebhookRow(LOUNGE, 71, "b"))
    assert await speech.webhook(LOUNGE) == WebhookRow(LOUNGE, 71, "b")
    await speech.forget_webhook(LOUNGE)
    assert await speech.webhook(LOUNGE) is None


def test_a_thread_speaks_through_its_channels_webhook() -> None:
    assert (IN_LOUNGE.webhook_channel_id, ON_BALCONY.webhook_channel_id) == (LOUNGE, LOUNGE)
    assert ON_BALCONY.channel_ids == (ON_BALCONY.channel_id, LOUNGE)
