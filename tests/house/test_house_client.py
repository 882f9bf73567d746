"""The bot's connection: what it asks of Discord at the start, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
import simcord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from structlog.testing import capture_logs

from bot.client import PERMISSIONS, DarkroomBot, point_at
from bot.services.ports.storage import StorageError
from bot.settings import Settings
from tests.cogs.darkroom_bot import Workshop, open_workshop


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path) as workshop:
        yield workshop


@pytest.fixture
def simcord_bot(workshop: Workshop) -> DarkroomBot:
    return workshop.bot()


def _syncs(env: simcord.Env) -> int:
    return sum(r.method == "PUT" and r.path.endswith("/commands") for r in env.http_requests)


async def test_commands_are_synced_only_when_they_changed(
    simcord_env: simcord.Env, workshop: Workshop
) -> None:
    assert _syncs(simcord_env) == 1
    await simcord_env.restart_bot(workshop.bot())
    assert _syncs(simcord_env) == 1

    class Changed(DarkroomBot):
        async def setup_hook(self) -> None:
            @self.tree.command(name="new", description="Something new")
            async def new(interaction: discord.Interaction[DarkroomBot]) -> None:
                raise NotImplementedError

            await super().setup_hook()

    await simcord_env.restart_bot(workshop.bot(Changed))
    assert _syncs(simcord_env) == 2


async def test_the_invite_asks_for_the_permissions_and_nothing_else(simcord_env: simcord.Env) -> None:
    bot = simcord_env.bot
    assert isinstance(bot, DarkroomBot)
    query = parse_qs(urlsplit(bot.invite_url()).query)
    assert query["client_id"] == [str(bot.application_id)]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}
    assert query["permissions"] == [str(PERMISSIONS.value)]


def test_the_message_content_intent_is_the_only_one_that_needs_leave(workshop: Workshop) -> None:
    wanted = {name for name, on in workshop.bot().intents if on}
    assert wanted == {"guilds", "guild_messages", "message_content"}


async def test_without_the_intent_it_is_not_asked_for(tmp_path: Path) -> None:
    async with open_workshop(tmp_path, message_content=False) as workshop:
        bot = workshop.bot()
        assert not bot.intents.message_content
        assert not bot.can_read_messages()


async def test_work_beside_the_connection_begins_with_it_and_ends_with_it(
    simcord_env: simcord.Env, workshop: Workshop
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def beside() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    bot = workshop.bot()
    bot.prepare(workshop.services, beside)
    await simcord_env.restart_bot(bot)
    assert begun.is_set()
    assert not ended.is_set()
    await bot.close()
    assert ended.is_set()
    await bot.close()  # a second Ctrl-C


async def test_a_bot_whose_work_died_ends_loudly_instead_of_taking_requests_that_nobody_drives(
    simcord_env: simcord.Env, workshop: Workshop
) -> None:
    async def beside() -> None:
        raise StorageError("disk full")

    bot = workshop.bot()
    bot.prepare(workshop.services, beside)
    with capture_logs() as logs:
        await simcord_env.restart_bot(bot)
        await simcord_env.settle()
    assert bot.is_closed()
    assert bot.has_failed
    (logged,) = [line for line in logs if line["event"] == "work_died"]
    assert isinstance(logged["exc_info"], StorageError)


async def test_a_shard_whose_turn_does_not_come_connects_anew(workshop: Workshop) -> None:
    """Its connection would be taken for dead by then."""

    class Impatient(DarkroomBot):
        turn_within_s = 0.05

    bot = workshop.bot(Impatient)
    await bot.before_identify_hook(0, initial=True)
    with pytest.raises(TimeoutError):
        await bot.before_identify_hook(0, initial=False)


def test_another_discord_is_asked_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    settings = Settings(
        _env_file=None,
        discord_api_url="http://127.0.0.1:81/api/v10/",
        discord_gateway_url="ws://127.0.0.1:81/",
    )
    point_at(settings)
    assert Route("GET", "/users/@me").url == "http://127.0.0.1:81/api/v10/users/@me"
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:81/"
