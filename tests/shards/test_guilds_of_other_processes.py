"""What is asked about a guild whose shard another process has: the gateway told nothing of it, so Discord is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
from discord.http import Route

from bot.services.ports.speaking import Place
from cogs.base.guild_names import names_of_guilds
from cogs.base.host import Host
from cogs.images import DiscordAgeGate
from cogs.images._permissions import HISTORY, VIEW, missing_to_read
from playground import STUDIO, Channel, Fault, StandIn, status
from playground.seed import ChannelPlan


@pytest.fixture
async def world() -> AsyncIterator[StandIn]:
    async with StandIn.start(STUDIO) as world:
        yield world


@pytest.fixture
async def elsewhere(world: StandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Host]:
    """A bot that is logged in and was told of no guild."""
    monkeypatch.setattr(Route, "BASE", world.api_url)
    bot = Host(command_prefix=(), help_command=None, intents=discord.Intents(guilds=True), shard_count=1)
    async with bot:
        await bot.login(world.token)
        assert not bot.guilds
        yield bot


async def test_a_channel_that_can_be_read_is_known_to_be(world: StandIn, elsewhere: Host) -> None:
    place = world.create_channel(ChannelPlan("open", threads=("talk",)))
    assert await missing_to_read(elsewhere, place.id) is None
    assert await missing_to_read(elsewhere, world.channel("talk").id) is None


async def test_what_is_missing_is_found_in_the_channel_and_in_its_threads(
    world: StandIn, elsewhere: Host
) -> None:
    place = world.create_channel(ChannelPlan("shut", threads=("inner",)))
    inner = world.channel("inner")
    world.set_bot_permissions(place, read_message_history=False)
    assert await missing_to_read(elsewhere, place.id) == HISTORY
    assert await missing_to_read(elsewhere, inner.id) == HISTORY


async def test_a_channel_that_is_hidden_is_told_as_that(world: StandIn, elsewhere: Host) -> None:
    place = world.create_channel("hidden")
    world.set_bot_permissions(place, view_channel=False)
    assert await missing_to_read(elsewhere, place.id) == VIEW


async def test_a_channel_that_is_gone_is_found_out_by_whoever_reads_it(
    world: StandIn, elsewhere: Host
) -> None:
    place = world.create_channel("gone")
    world.delete_channel(place)
    assert await missing_to_read(elsewhere, place.id) is None


async def test_a_letter_needs_no_permission_to_be_read(world: StandIn, elsewhere: Host) -> None:
    letter = await elsewhere.create_dm(discord.Object(world.member("Ana").id))
    assert await missing_to_read(elsewhere, letter.id) is None


async def test_what_was_asked_is_remembered_for_a_while(world: StandIn, elsewhere: Host) -> None:
    place = world.create_channel("busy")
    await missing_to_read(elsewhere, place.id)
    asked = len(world.requests)
    await missing_to_read(elsewhere, place.id)
    assert len(world.requests) == asked


async def test_names_are_those_of_the_guilds_that_there_are(world: StandIn, elsewhere: Host) -> None:
    other = world.backend.create_guild("The other studio")
    names = await names_of_guilds(elsewhere, [world.guild_id, other.id, 12345])
    assert names == {world.guild_id: world.guild_name, other.id: "The other studio"}


async def test_names_that_cannot_be_asked_are_missing(world: StandIn, elsewhere: Host) -> None:
    world.faults.add(Fault("GET", r"/guilds/\d+", status(403, 50001)))
    assert await names_of_guilds(elsewhere, [world.guild_id]) == {}


@pytest.mark.parametrize("is_restricted", [True, False])
async def test_whether_a_channel_is_age_restricted_is_asked(
    world: StandIn, elsewhere: Host, *, is_restricted: bool
) -> None:
    plan = ChannelPlan("deep", age_restricted=is_restricted, threads=("deeper",))
    gate, places = DiscordAgeGate(elsewhere), (world.create_channel(plan), world.channel("deeper"))

    def place_of(channel: Channel) -> Place:
        return Place(world.guild_id, channel.id)

    assert [await gate.is_age_restricted(place_of(channel)) for channel in places] == [is_restricted] * 2
    assert [await gate.is_age_restricted_now(place_of(channel)) for channel in places] == [is_restricted] * 2
