"""Which channels count as age-restricted, from what the gateway told and what Discord answers."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest

from bot.domain.errors import DeliveryDelayedError
from bot.services.ports.speaking import Place
from cogs.base.host import Host
from cogs.images import DiscordAgeGate

GUILD, CHANNEL, THREAD, OTHER_GUILD = 1, 10, 11, 2
HERE, IN_THREAD = Place(GUILD, CHANNEL), Place(GUILD, THREAD, CHANNEL)

Error = discord.DiscordException | aiohttp.ClientError


def refusal(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    return kind(cast("Any", SimpleNamespace(status=status, reason="no")), "no")


class Discord:
    """A host as the gate sees it: what the gateway told of, and what Discord answers when asked."""

    def __init__(self) -> None:
        self.state: Any = SimpleNamespace()
        self.told: dict[int, Any] = {}
        self.answers: dict[int, Any] = {}
        self.asked: list[int] = []
        self.has_guild = True

    def get_guild(self, guild_id: int) -> Any:
        if not self.has_guild or guild_id != GUILD:
            return None
        return SimpleNamespace(
            get_channel_or_thread=self.told.get,
            get_channel=self.told.get,
        )

    async def fetch_channel(self, channel_id: int) -> Any:
        self.asked.append(channel_id)
        answer = self.answers.get(channel_id, refusal(discord.NotFound, 404))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def text(self, *, nsfw: bool, guild_id: int = GUILD, kind: Any = discord.TextChannel) -> Any:
        payload = {"id": str(CHANNEL), "type": 0, "name": "c", "position": 0, "nsfw": nsfw}
        return kind(state=self.state, guild=SimpleNamespace(id=guild_id), data=cast("Any", payload))

    def thread(self, parent_id: int = CHANNEL) -> discord.Thread:
        payload = {
            "id": str(THREAD),
            "parent_id": str(parent_id),
            "owner_id": "5",
            "name": "t",
            "type": 11,
            "message_count": 0,
            "member_count": 0,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 60,
                "archive_timestamp": "2026-01-01T00:00:00+00:00",
            },
        }
        return discord.Thread(
            guild=cast("Any", SimpleNamespace(id=GUILD)), state=self.state, data=cast("Any", payload)
        )


@pytest.fixture
def platform() -> Discord:
    return Discord()


@pytest.fixture
def gate(platform: Discord) -> DiscordAgeGate:
    return DiscordAgeGate(cast("Host", platform))


@pytest.mark.parametrize("nsfw", [True, False])
async def test_a_channel_is_what_the_gateway_told_and_nobody_is_asked(
    platform: Discord, gate: DiscordAgeGate, *, nsfw: bool
) -> None:
    platform.told[CHANNEL] = platform.text(nsfw=nsfw)
    assert await gate.is_age_restricted(HERE) is nsfw
    assert platform.asked == []


@pytest.mark.parametrize("nsfw", [True, False])
async def test_a_thread_is_what_its_parent_is(platform: Discord, gate: DiscordAgeGate, *, nsfw: bool) -> None:
    platform.told = {CHANNEL: platform.text(nsfw=nsfw), THREAD: platform.thread()}
    assert await gate.is_age_restricted(IN_THREAD) is nsfw
    del platform.told[THREAD]  # it slept while the bot came to know the guild
    assert await gate.is_age_restricted(IN_THREAD) is nsfw
    assert platform.asked == []


async def test_a_thread_is_its_own_parents_whatever_is_said_of_it(
    platform: Discord, gate: DiscordAgeGate
) -> None:
    platform.told = {CHANNEL: platform.text(nsfw=True), THREAD: platform.thread(parent_id=99)}
    assert not await gate.is_age_restricted(IN_THREAD)


async def test_discord_is_asked_about_what_the_gateway_did_not_tell_of(
    platform: Discord, gate: DiscordAgeGate
) -> None:
    platform.answers = {CHANNEL: platform.text(nsfw=True), THREAD: platform.thread()}
    assert await gate.is_age_restricted(HERE)
    platform.has_guild = False
    assert await gate.is_age_restricted(IN_THREAD)
    assert platform.asked == [CHANNEL, THREAD, CHANNEL]


@pytest.mark.parametrize(
    "answer",
    [
        refusal(discord.NotFound, 404),
        refusal(discord.Forbidden, 403),
        refusal(discord.DiscordServerError, 503),
        discord.InvalidData("no kind that is known"),
        aiohttp.ClientConnectionError(),
    ],
)
async def test_unknown_means_no(platform: Discord, gate: DiscordAgeGate, answer: Error) -> None:
    platform.answers = {CHANNEL: answer, THREAD: platform.thread()}
    assert not await gate.is_age_restricted(HERE)
    assert not await gate.is_age_restricted(IN_THREAD)


@pytest.mark.parametrize(
    "answer", [refusal(discord.DiscordServerError, 503), aiohttp.ClientConnectionError()]
)
async def test_before_something_is_posted_a_failing_discord_is_waited_for(
    platform: Discord, gate: DiscordAgeGate, answer: Error
) -> None:
    platform.told[CHANNEL] = platform.text(nsfw=True)
    platform.answers[CHANNEL] = answer
    with pytest.raises(DeliveryDelayedError):
        await gate.is_age_restricted_now(HERE)


async def test_before_something_is_posted_what_the_gateway_told_is_not_enough(
    platform: Discord, gate: DiscordAgeGate
) -> None:
    platform.told[CHANNEL] = platform.text(nsfw=True)
    platform.answers[CHANNEL] = platform.text(nsfw=False)
    assert not await gate.is_age_restricted_now(HERE)
    platform.answers[CHANNEL] = platform.text(nsfw=True)
    assert await gate.is_age_restricted_now(HERE)


def category(platform: Discord) -> Any:
    return platform.text(nsfw=True, kind=discord.CategoryChannel)


def of_another_guild(platform: Discord) -> Any:
    return platform.text(nsfw=True, guild_id=OTHER_GUILD)


@pytest.mark.parametrize("made", [category, of_another_guild])
async def test_what_people_do_not_talk_in_and_what_is_elsewhere_is_not(
    platform: Discord, gate: DiscordAgeGate, made: Callable[[Discord], Any]
) -> None:
    platform.answers[CHANNEL] = made(platform)
    assert not await gate.is_age_restricted(HERE)
    assert not await gate.is_age_restricted_now(HERE)
