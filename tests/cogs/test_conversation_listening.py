"""What companions hear of a server, and how what they say is rewritten, against the stand-in for Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl

from bot.domain.errors import (
    DeliveryDelayedError,
    InvalidInputError,
    MissingPermissionError,
    NotFoundError,
    NotYoursError,
)
from bot.services.conversation.hearing import Heard
from bot.services.ports.speaking import Place
from cogs.companions import voice_of
from playground import Member, StandIn, faults
from tests.cogs.companion_bot import CompanionBot, open_companions

EDITS = r"^/webhooks/\d+/.+/messages/\d+"


@dataclass
class Ears:
    """Keeps what is heard and withdrawn; raises what it is told to."""

    heard: list[Heard] = field(default_factory=list)
    withdrawn: list[tuple[int, int]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_closed: bool = False

    async def hear(self, heard: Heard) -> None:
        self.heard.append(heard)
        self.changed.set()
        if self.failures:
            raise self.failures.pop(0)

    def withdraw(self, channel_id: int, message_id: int) -> None:
        self.withdrawn.append((channel_id, message_id))
        self.changed.set()

    async def close(self) -> None:
        self.is_closed = True

    async def until(self, count: int, things: list[Any]) -> list[Any]:
        async with asyncio.timeout(10):
            while len(things) < count:
                self.changed.clear()
                await self.changed.wait()
        return things


@dataclass
class Scene:
    world: StandIn
    bot: CompanionBot
    ears: Ears
    ana: Member

    def place(self, channel: str = "lounge") -> Place:
        found = self.world.channel(channel)
        return Place(self.world.guild_id, found.id, found.parent_id)


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with StandIn.start() as world, open_companions(tmp_path) as bot:
        monkeypatch.setattr(discord.http.Route, "BASE", world.api_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(world.gateway_url))
        ears = Ears()
        bot.services.conversations = ears  # type: ignore[misc,assignment]
        running = asyncio.create_task(bot.start(world.token))
        try:
            await world.wait_synced("companion speak")
            await bot.load_extension("cogs.conversation")
            await bot.wait_until_ready()
            yield Scene(world, bot, ears, world.member("Ana"))
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)


async def test_members_are_heard_with_what_their_message_shows(scene: Scene) -> None:
    world, ana = scene.world, scene.ana
    first = await world.say(ana, "lounge", f"<@{world.bot_id}> hello")
    second = await world.say(ana, "balcony", "hi", reply_to=None)
    third = await world.say(ana, "lounge", "a reply", reply_to=first)
    heard = await scene.ears.until(3, scene.ears.heard)
    assert [one.message_id for one in heard] == [first.id, second.id, third.id]
    assert [one.place for one in heard] == [scene.place(), scene.place("balcony"), scene.place()]
    assert heard[1].place.parent_id == world.channel("group-scene").id
    assert [one.mentions_bot for one in heard] == [True, False, False]
    assert [one.replied_to_id for one in heard] == [None, None, first.id]
    assert {(one.user_id, one.user_name) for one in heard} == {(ana.id, "Ana")}
    assert "hello" in heard[0].text
    assert heard[1].text == ""  # without the message-content intent
    assert heard[0].upload_limit_bytes > 0
    assert heard[0].role_ids
    assert "hello" not in repr(heard[0])


async def test_webhooks_and_the_bot_itself_are_not_heard(scene: Scene) -> None:
    await scene.bot.companions.invite(scene.place(), scene.ana.id, "mira", is_moderator=False)
    voice = voice_of(scene.bot, scene.bot.companions)
    mira = await scene.bot.companions.find(scene.world.guild_id, "mira")
    await voice.say(scene.place(), mira, "Mira, answer yourself!")
    await scene.bot.get_partial_messageable(scene.place().channel_id).send("Mira, answer me!")
    said = await scene.world.say(scene.ana, "lounge", "me")
    (heard,) = await scene.ears.until(1, scene.ears.heard)
    assert heard.message_id == said.id


async def test_what_is_deleted_or_edited_is_withdrawn(scene: Scene) -> None:
    world = scene.world
    first = await world.say(scene.ana, "lounge", "one")
    second = await world.say(scene.ana, "lounge", "two")
    await world.delete_as(scene.ana, first)
    world.backend.edit_message(second.channel_id, second.id, {"content": "three"})
    withdrawn = await scene.ears.until(2, scene.ears.withdrawn)
    assert withdrawn == [(first.channel_id, first.id), (second.channel_id, second.id)]


async def test_many_messages_deleted_at_once_are_all_withdrawn(scene: Scene) -> None:
    cog = scene.bot.get_cog("ConversationCog")
    assert cog is not None
    payload = discord.RawBulkMessageDeleteEvent({"ids": ["5", "6"], "channel_id": "7", "guild_id": "8"})
    for _, listener in [pair for pair in cog.get_listeners() if pair[0] == "on_raw_bulk_message_delete"]:
        await listener(payload)
    assert sorted(scene.ears.withdrawn) == [(7, 5), (7, 6)]


async def test_a_preview_that_discord_adds_to_a_link_is_no_edit(scene: Scene) -> None:
    cog = scene.bot.get_cog("ConversationCog")
    assert cog is not None
    said = await scene.world.say(scene.ana, "lounge", "https://a.example")
    message = await scene.bot.get_partial_messageable(said.channel_id).fetch_message(said.id)
    payload = discord.RawMessageUpdateEvent({**said.wire, "edited_timestamp": None}, message)  # type: ignore[typeddict-item]
    for _, listener in [pair for pair in cog.get_listeners() if pair[0] == "on_raw_message_edit"]:
        await listener(payload)
    assert scene.ears.withdrawn == []


async def test_a_fault_in_hearing_one_message_does_not_cost_the_next(scene: Scene) -> None:
    scene.ears.failures = [NotYoursError(), RuntimeError("ours")]
    for text in ("one", "two", "three"):
        await scene.world.say(scene.ana, "lounge", text)
    assert len(await scene.ears.until(3, scene.ears.heard)) == 3


async def test_unloading_closes_the_conversations(scene: Scene) -> None:
    await scene.bot.unload_extension("cogs.conversation")
    assert scene.ears.is_closed


async def test_a_message_is_rewritten_and_keeps_its_button_and_name(scene: Scene) -> None:
    voice = voice_of(scene.bot, scene.bot.companions)
    mira = await scene.bot.companions.find(scene.world.guild_id, "mira")
    for channel in ("lounge", "balcony"):
        message_id = await voice.say(scene.place(channel), mira, "One.")
        await voice.rewrite(scene.place(channel), message_id, "One. Two. @everyone")
        message = scene.world.message(message_id)
        assert message is not None
        assert (message.content, message.author_name) == ("One. Two. @everyone", "Mira")
        assert [button.custom_id for button in message.buttons] == ["instant:"]
    edits = [r for r in scene.world.requests if r.method == "PATCH"]
    assert [r.body["allowed_mentions"] for r in edits] == [{"parse": []}] * 2
    assert voice is voice_of(scene.bot, scene.bot.companions)


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        (faults.status(404, 10008), NotFoundError),
        (faults.status(404, 10015), NotFoundError),
        (faults.status(400, 200000), InvalidInputError),
        (faults.status(400, 50083), MissingPermissionError),
        (faults.server_error_before(), DeliveryDelayedError),
        (faults.drop_connection_before(), DeliveryDelayedError),
        (faults.status(400, 50035), discord.HTTPException),
    ],
)
async def test_a_rewriting_that_fails_says_what_is_wrong(
    scene: Scene, effect: Any, error: type[Exception]
) -> None:
    voice = voice_of(scene.bot, scene.bot.companions)
    mira = await scene.bot.companions.find(scene.world.guild_id, "mira")
    message_id = await voice.say(scene.place(), mira, "One.")
    scene.world.faults.add(faults.Fault("PATCH", EDITS, effect, times=None))
    with pytest.raises(error):
        await voice.rewrite(scene.place(), message_id, "Two.")


async def test_nothing_is_rewritten_where_there_is_no_webhook(scene: Scene) -> None:
    voice = voice_of(scene.bot, scene.bot.companions)
    with pytest.raises(NotFoundError):
        await voice.rewrite(scene.place(), 5, "Two.")


async def test_typing_that_is_not_allowed_is_only_not_shown(scene: Scene) -> None:
    voice = voice_of(scene.bot, scene.bot.companions)
    scene.world.faults.add(faults.Fault("POST", "/typing$", faults.status(403, 50013)))
    for _ in range(2):
        await voice.show_typing(scene.place())
    typed = [r.status for r in scene.world.requests if r.path.endswith("/typing")]
    assert [status // 100 for status in typed] == [4, 2]
