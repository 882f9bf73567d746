"""Speaking through webhooks, against the stand-in for Discord: its webhooks belong to the application."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl

from bot.domain.companion import Companion
from bot.domain.errors import NotFoundError
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import CompanionVoice, Place
from cogs.companions._avatars import Avatars
from playground import Member, StandIn, faults
from playground.interaction import Interaction
from playground.records import Message
from tests.cogs.companion_bot import CompanionBot, open_companions
from tests.e2e import openapi

SENDS = ("POST", "/webhooks/{webhook_id}/{token}")
_WEBHOOK_SEND = r"^/webhooks/\d+/simcord_webhook"


@dataclass
class Stage:
    world: StandIn
    bot: CompanionBot
    ana: Member
    ben: Member
    mod: Member

    def place(self, channel: str = "lounge") -> Place:
        found = self.world.channel(channel)
        return Place(self.world.guild_id, found.id, found.parent_id)

    async def make(self, name: str, owner: Member) -> Companion:
        return await self.bot.make(self.world.guild_id, owner.id, name)

    async def speak(
        self, member: Member, companion: str, text: str, channel: str = "lounge"
    ) -> tuple[Interaction, str]:
        interaction = await self.world.slash(
            member, channel, "companion speak", companion=companion, text=text
        )
        return interaction, (await interaction.answered()).text

    def spoken(self, channel: str = "lounge") -> list[Message]:
        return [message for message in self.world.messages(channel) if message.webhook_id]

    async def who_is(self, member: Member, message: Message) -> str:
        interaction = await self.world.context_menu(member, "Who is this?", message)
        answer = await interaction.answered()
        assert answer.ephemeral
        return answer.text


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with StandIn.start() as world, open_companions(tmp_path) as bot:
        monkeypatch.setattr(discord.http.Route, "BASE", world.api_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(world.gateway_url))
        running = asyncio.create_task(bot.start(world.token))
        try:
            await world.wait_synced("companion speak")
            await bot.wait_until_ready()
            ana, ben, mod = (world.member(name) for name in ("Ana", "Ben", "Mod Kim"))
            yield Stage(world, bot, ana, ben, mod)
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_companion_speaks_under_its_own_name_with_the_instant_button(stage: Stage) -> None:
    await stage.make("Nová", stage.ana)
    interaction, answer = await stage.speak(stage.ana, "nova", "  *waves* Hello @everyone!  ")
    assert "✓ **Nová** said it" in answer
    assert interaction.response is not None
    assert interaction.response.ephemeral
    (message,) = stage.spoken()
    assert (message.author_name, message.content) == ("Nová", "*waves* Hello @everyone!")
    assert not message.is_components_v2
    (sent,) = await stage.world.wait_for_request(*SENDS, lambda r: (r.body or {}).get("username") == "Nová")
    assert sent.body["allowed_mentions"] == {"parse": []}
    assert [button.custom_id for button in message.buttons] == ["instant:"]
    pressed = await stage.world.press(stage.ben, message, "📸")
    await pressed.said("noted")
    assert stage.bot.pressed == [message.id]


async def test_a_main_companion_brings_its_avatar_which_is_uploaded_once(stage: Stage) -> None:
    await stage.bot.companions.invite(stage.place(), stage.ana.id, "mira", is_moderator=False)
    await stage.speak(stage.ana, "mira", "One")
    await stage.speak(stage.ana, "mira", "Two")
    urls = {message.avatar_url for message in stage.spoken()}
    assert len(urls) == 1
    assert re.fullmatch(r"https://cdn\.discordapp\.com/emojis/\d+\.png", str(urls.pop()))
    assert _count(stage, "POST", "/applications/{application_id}/emojis") == 1


async def test_where_no_avatar_can_be_kept_a_companion_speaks_without(stage: Stage) -> None:
    stage.world.faults.add(faults.Fault("*", r"/emojis", faults.status(403, 50001), times=None))
    await stage.bot.companions.invite(stage.place(), stage.ana.id, "mira", is_moderator=False)
    await stage.speak(stage.ana, "mira", "One")
    await stage.speak(stage.ana, "mira", "Two")
    assert [message.avatar_url for message in stage.spoken()] == [None, None]
    assert _count(stage, "GET", "/applications/{application_id}/emojis") == 1


async def test_a_restarted_bot_finds_its_avatars_again(stage: Stage) -> None:
    await stage.bot.companions.invite(stage.place(), stage.ana.id, "mira", is_moderator=False)
    await stage.speak(stage.ana, "mira", "Before")
    await stage.bot.reload_extension("cogs.companions")
    await stage.speak(stage.ana, "mira", "After")
    before, after = stage.spoken()
    assert before.avatar_url == after.avatar_url
    assert after.avatar_url
    assert _count(stage, "POST", "/applications/{application_id}/emojis") == 1


async def test_nobody_waits_long_for_an_avatar_and_it_comes_with_a_later_message(stage: Stage) -> None:
    mira = await stage.bot.companions.get("mira")
    assert mira is not None
    avatars = Avatars(stage.bot, stage.bot.companions, patience_s=0.05)
    stage.world.faults.add(faults.Fault("POST", r"/emojis", faults.late(0.4)))
    assert await avatars.url_of(mira) is None
    await stage.world.wait_for_request("POST", "/applications/{application_id}/emojis")
    await asyncio.sleep(0.1)
    assert await avatars.url_of(mira)


async def test_a_companion_without_an_avatar_has_no_address(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    avatars = Avatars(stage.bot, stage.bot.companions)
    assert await avatars.url_of(nova) is None
    assert await avatars.url_of(replace(nova, avatar="elsewhere")) is None


def _count(stage: Stage, method: str, template: str) -> int:
    return sum((r.method, r.template) == (method, template) for r in stage.world.requests)


async def test_a_channel_has_one_webhook_and_its_threads_share_it(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    await stage.speak(stage.ana, "nova", "Outside", "group-scene")
    await stage.speak(stage.ana, "nova", "On the balcony", "balcony")
    (outside,), (inside,) = stage.spoken("group-scene"), stage.spoken("balcony")
    assert inside.content == "On the balcony"
    assert inside.webhook_id == outside.webhook_id
    assert _count(stage, "POST", "/channels/{channel_id}/webhooks") == 1
    seen = [SeenMessage(inside.id, inside.author_id, "Nova", "", inside.webhook_id)]
    place = stage.place("balcony")
    resolved = await stage.bot.companions.resolve(place.guild_id, place.channel_id, place.parent_id, seen)
    assert resolved[inside.id].name == "Nova"


async def test_a_webhook_that_was_made_before_is_found_again(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    await stage.speak(stage.ana, "nova", "Before")
    await stage.bot.companions.speech.forget_webhook(stage.place().channel_id)
    await stage.speak(stage.ana, "nova", "After")
    assert len({message.webhook_id for message in stage.spoken()}) == 1
    assert _count(stage, "POST", "/channels/{channel_id}/webhooks") == 1


async def test_a_deleted_webhook_is_replaced(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    await stage.speak(stage.ana, "nova", "Before")
    row = await stage.bot.companions.speech.webhook(stage.place().channel_id)
    assert row is not None
    await (await stage.bot.fetch_webhook(row.webhook_id)).delete()
    _, answer = await stage.speak(stage.ana, "nova", "After")
    assert "✓" in answer
    assert [message.content for message in stage.spoken()] == ["Before", "After"]
    assert stage.spoken()[-1].webhook_id != row.webhook_id


async def test_a_missing_permission_is_named(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    lounge = stage.world.channel("lounge")
    stage.world.set_bot_permissions(lounge, manage_webhooks=False)
    interaction, _ = await _speak_and_hear(stage, "nova")
    told = await interaction.said("missing the permission “Manage Webhooks”")
    assert told.ephemeral
    assert f"<#{lounge.id}>" in told.text
    assert stage.spoken() == []


async def _speak_and_hear(
    stage: Stage, companion: str, channel: str = "lounge", text: str = "Hello"
) -> tuple[Interaction, Any]:
    interaction = await stage.world.slash(
        stage.ana, channel, "companion speak", companion=companion, text=text
    )
    return interaction, await interaction.acknowledged()


async def test_a_channel_full_of_webhooks_is_told_with_what_to_do(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    stage.world.limits.webhooks_per_channel = 0
    _, answer = await stage.speak(stage.ana, "nova", "Hello")
    assert "as many webhooks as Discord allows" in answer
    assert stage.spoken() == []


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (400, 200000, "filters allow"),
        (400, 20009, "filters allow"),
        (404, 10003, "not there any more"),
        (400, 50083, "Manage Threads"),
        (400, 50035, "Something went wrong on our side"),
    ],
)
async def test_what_discord_refuses_is_told_and_not_recorded(
    stage: Stage, status: int, code: int, told: str
) -> None:
    await stage.make("Nova", stage.ana)
    stage.world.faults.add(faults.Fault("POST", _WEBHOOK_SEND, faults.status(status, code)))
    interaction, _ = await _speak_and_hear(stage, "nova")
    await interaction.said(told)
    assert stage.spoken() == []


async def test_a_locked_thread_names_the_permission(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    stage.world.faults.add(faults.Fault("POST", _WEBHOOK_SEND, faults.status(400, 160005)))
    interaction, _ = await _speak_and_hear(stage, "nova", "balcony")
    await interaction.said("Manage Threads")


async def test_a_place_that_is_gone_or_keeps_losing_its_webhook_is_not_there(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    place = stage.place()
    with pytest.raises(NotFoundError):
        await _voice(stage).say(replace(place, channel_id=12345), nova, "Hello")
    thread = stage.place("balcony")
    with pytest.raises(NotFoundError):
        await _voice(stage).say(replace(thread, parent_id=None), nova, "A thread has no webhook")
    stage.world.faults.add(faults.Fault("POST", _WEBHOOK_SEND, faults.status(404, 10015), times=2))
    with pytest.raises(NotFoundError):
        await _voice(stage).say(place, nova, "Hello")
    assert stage.spoken() == []


async def test_a_failing_discord_is_our_trouble_and_leaves_no_lock_behind(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    stage.world.faults.add(faults.Fault("POST", r"/channels/\d+/webhooks", faults.status(400, 50035)))
    interaction, _ = await _speak_and_hear(stage, "nova")
    await interaction.said("Something went wrong on our side")
    _, answer = await stage.speak(stage.ana, "nova", "Again")
    assert "✓" in answer


async def test_many_at_once_share_one_webhook_in_their_order_and_a_rate_limit_loses_none(
    stage: Stage,
) -> None:
    nova = await stage.make("Nova", stage.ana)
    stage.world.faults.add(faults.Fault("POST", _WEBHOOK_SEND, faults.rate_limit(0.3), times=2))
    texts = [f"line {number}" for number in range(6)]
    await asyncio.gather(*(_voice(stage).say(stage.place(), nova, text) for text in texts))
    assert [message.content for message in stage.spoken()] == texts
    assert _count(stage, "POST", "/channels/{channel_id}/webhooks") == 1


def _voice(stage: Stage) -> CompanionVoice:
    cog: Any = stage.bot.get_cog("Companions")
    return cog.voice


async def test_a_cancelled_command_leaves_the_webhook_usable(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    voice = _voice(stage)
    stage.world.faults.add(faults.Fault("POST", _WEBHOOK_SEND, faults.rate_limit(0.3)))
    speaking = asyncio.create_task(voice.say(stage.place(), nova, "first"))
    await stage.world.wait_for_request(*SENDS)
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    await voice.say(stage.place(), nova, "second")
    assert [message.content for message in stage.spoken()] == ["first", "second"]


async def test_a_command_that_is_delivered_five_times_speaks_once(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    interaction, _ = await _speak_and_hear(stage, "nova")
    stage.world.redeliver(interaction, 4)
    await interaction.said("✓")
    await stage.speak(stage.ana, "nova", "Last")
    assert [message.content for message in stage.spoken()] == ["Hello", "Last"]


# ---------------------------------------------------------------- who may, and who did


async def test_nobody_speaks_as_anothers_companion(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    for member in (stage.ben, stage.mod):
        for said in ("Nova", nova.companion_id):
            _, answer = await stage.speak(member, said, "I am not her")
            assert "Only **its owner**" in answer
    _, answer = await stage.speak(stage.ben, "mira", "Nobody invited me")
    assert "`/companion invite`" in answer
    assert stage.spoken() == []


async def test_who_is_this_names_the_member_behind_a_companion(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    await stage.bot.companions.invite(stage.place(), stage.ana.id, "mira", is_moderator=False)
    await stage.speak(stage.ana, "nova", "Hello")
    await stage.speak(stage.mod, "mira", "Hello")
    nova, mira = stage.spoken()
    assert await stage.who_is(stage.ben, nova) == (
        f"This is **Nova**, <@{stage.ana.id}>'s companion.\nThe message was **written by** <@{stage.ana.id}>."
    )
    assert await stage.who_is(stage.ben, mira) == (
        f"This is **Mira**, a main companion.\nThe message was **written by** <@{stage.mod.id}>."
    )


async def test_who_is_this_tells_what_darkroom_said_and_what_it_does_not_know(stage: Stage) -> None:
    mira = await stage.bot.companions.get("mira")
    assert mira is not None
    voice = _voice(stage)
    unrecorded = await voice.say(stage.place(), mira, "Crashed before I was recorded")
    by_bot = await voice.say(stage.place(), mira, "By Darkroom")
    await stage.bot.companions.speech.record_spoken(stage.place(), by_bot, mira, None)
    by_id = {message.id: message for message in stage.spoken()}
    assert "written by Darkroom itself" in await stage.who_is(stage.ben, by_id[by_bot])
    assert "who invited it or a moderator can speak" in await stage.who_is(stage.ben, by_id[unrecorded])
    nova = await stage.make("Nova", stage.ana)
    await voice.say(stage.place(), nova, "Crashed as well")
    answer = await stage.who_is(stage.ben, stage.spoken()[-1])
    assert "**its record is missing**" in answer
    assert f"only its owner (<@{stage.ana.id}>) can speak" in answer
    invited = await stage.world.slash(stage.ana, "lounge", "companion invite", companion="mira")
    arrival = await invited.followup()
    assert "**Darkroom** itself" in await stage.who_is(stage.ben, arrival)


# ---------------------------------------------------------------- the wire


@pytest.mark.skipif(
    not openapi.DESCRIPTION.exists(), reason=f"{openapi.DESCRIPTION.name} is not beside this repository"
)
async def test_every_body_that_was_sent_has_the_shape_that_discord_publishes(stage: Stage) -> None:
    world = stage.world
    options = {"gender": "nonbinary", "style": "realistic", "age": 44, "aliases": "Nov"}
    created = await world.slash(stage.ana, "lounge", "companion create", name="Nova", **options)
    await created.modal_shown()
    looks = {"hair": "grey braid", "eyes": "blue", "skin": "tan", "build": "tall", "outfit": "red coat"}
    submitted = await world.submit_modal(created, looks)
    card = await submitted.answered()
    await (await world.press(stage.ana, card, "Name and more")).modal_shown()
    await (await world.press(stage.ana, card, "create")).acknowledged()
    await submitted.said("is **yours**")
    await (await world.slash(stage.ana, "lounge", "companion invite", companion="nova")).followup()
    await stage.speak(stage.ana, "nova", "Hello")
    await stage.who_is(stage.ben, stage.spoken()[0])
    for command in ("list", "show", "delete"):
        chosen = {} if command == "list" else {"companion": "mira" if command == "show" else "nova"}
        await (await world.slash(stage.ana, "lounge", f"companion {command}", **chosen)).answered()
    await (await world.slash(stage.ana, "lounge", "companion dismiss", companion="nova")).followup()
    typed = await world.autocomplete(stage.ana, "lounge", "companion show", "companion", "mi")
    assert [choice["value"] for choice in await typed.choices()] == ["mira"]
    assert openapi.complaints(world.requests) == []
