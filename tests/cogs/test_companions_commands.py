"""The commands and panels of companions, driven as members drive them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands, ui
from simcord.builders import ChannelHandle
from simcord.components import walk_components
from simcord.results import InteractionResult, ResponseMessage

from bot.domain.companion import Companion
from bot.services.companions import Among
from bot.services.ports.speaking import Place
from cogs.companions._components import DeleteButton, InviteButton
from tests.cogs.companion_bot import CompanionBot, open_companions

CREATE: dict[str, Any] = {"gender": "female", "style": "anime", "age": 30}
LOOKS = {
    "hair": "short pink hair",
    "eyes": "violet",
    "skin": "light",
    "build": "slim",
    "outfit": "flight suit",
}


@dataclass
class Stage:
    """A guild with a channel, two members and a moderator, and the bot in it."""

    env: simcord.Env
    bot: CompanionBot
    guild: Any
    lounge: ChannelHandle
    ana: Any
    ben: Any
    mod: Any

    async def make(self, name: str, owner: Any, **more: Any) -> Companion:
        return await self.bot.make(self.guild.id, owner.id, name, **more)

    async def names(self, among: Among, member: Any) -> list[str]:
        found = await self.bot.companions.among(self.guild.id, member.id, among)
        return [companion.name for companion in found]

    async def present(self, channel_id: int | None = None) -> list[str]:
        place = Place(self.guild.id, channel_id or self.lounge.id)
        return [companion.name for companion in await self.bot.companions.present(place)]

    async def post(self, *items: ui.Item[Any]) -> discord.Message:
        """A message of the bot's with forged buttons on it."""
        view = ui.LayoutView(timeout=None)
        row: ui.ActionRow[Any] = ui.ActionRow()
        for item in items:
            row.add_item(item)
        view.add_item(row)
        channel = self.bot.get_channel(self.lounge.id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.send(view=view)


# What a member may not do is answered by the tree's boundary, which simcord counts as an error.
pytestmark = pytest.mark.simcord(check_errors=False)


@pytest.fixture
async def simcord_bot(tmp_path: Path) -> AsyncIterator[CompanionBot]:
    async with open_companions(tmp_path) as bot:
        yield bot


@pytest.fixture
async def stage(simcord_env: simcord.Env, simcord_bot: CompanionBot) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    moderators = guild.create_role("Mods", permissions=discord.Permissions(moderate_members=True))
    yield Stage(
        env=simcord_env,
        bot=simcord_bot,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        ana=guild.add_member(simcord_env.create_user("ana")),
        ben=guild.add_member(simcord_env.create_user("ben")),
        mod=guild.add_member(simcord_env.create_user("kim"), roles=[moderators]),
    )
    assert all(isinstance(error, app_commands.AppCommandError) for error in simcord_env.errors)


def text_of(result: InteractionResult) -> str:
    """All that can be read of an answer."""
    return read(result.followups[-1] if result.followups else result.response)


def answer_of(result: InteractionResult) -> str:
    """The original answer."""
    return read(result.response)


def read(message: ResponseMessage | None) -> str:
    assert message is not None
    shown = [part["content"] for part in walk_components(message.components) if part.get("type") == 10]
    return "\n".join([message.content, *shown])


def labels_of(result: InteractionResult) -> list[str]:
    assert result.response is not None
    return [part["label"] for part in walk_components(result.response.components) if part.get("type") == 2]


# ---------------------------------------------------------------- create


async def test_a_companion_is_made_with_one_command_one_form_and_one_press(stage: Stage) -> None:
    shown = await stage.ana.slash(
        stage.lounge, "companion create", name=" Nova ", aliases="Nov、Captain", **CREATE
    )
    assert shown.modal["title"] == "How Nova looks"
    card = await stage.ana.submit_modal(shown, LOOKS)
    assert card.ephemeral
    assert "an adult (18 or older)" in text_of(card)
    assert "not a real person" in text_of(card)
    made = await stage.ana.click(card.response, label="Adult and not real: create")
    assert "**Nova** is **yours**" in text_of(made)
    nova = await stage.bot.companions.find(stage.guild.id, "captain")
    assert (nova.name, nova.aliases, nova.owner_id) == ("Nova", ("Nov", "Captain"), stage.ana.id)
    assert (nova.look.hair, nova.look.outfit, nova.look.age) == ("short pink hair", "flight suit", 30)
    came = await stage.ana.click(card.response, label="Invite here")
    assert came.ephemeral
    assert not came.followups[0].ephemeral
    assert "**Nova** is here now." in text_of(came)
    assert await stage.present() == ["Nova"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mira", "already answers to"),
        ("@everyone", "without the signs"),
        ("Clyde", "Discord reserves"),
        ("\u200b\u200b", "visible characters"),
    ],
)
async def test_a_name_that_can_not_be_is_told_before_any_form(stage: Stage, name: str, told: str) -> None:
    result = await stage.ana.slash(stage.lounge, "companion create", name=name, **CREATE)
    assert result.modal is None
    assert result.ephemeral
    assert told in text_of(result)


async def test_what_is_wrong_is_said_and_nothing_that_was_typed_is_lost(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "companion create", name="Nova", **CREATE)
    card = await stage.ana.submit_modal(shown, {**LOOKS, "eyes": "\u200b"})
    assert "**The eyes** needs to be 1 to 40 characters long" in text_of(card)
    assert labels_of(card) == ["Look", "Name and more", "Discard"]
    again = await stage.ana.click(card.response, label="Look")
    kept = {c["component"]["custom_id"]: c["component"].get("value") for c in again.modal["components"]}
    assert kept["hair"] == "short pink hair"
    assert kept["outfit"] == "flight suit"
    await stage.ana.submit_modal(again, LOOKS)
    assert labels_of(card)[0] == "Adult and not real: create"


async def test_a_minor_is_never_made(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "companion create", name="Nova", **CREATE)
    card = await stage.ana.submit_modal(shown, LOOKS)
    more = await stage.ana.click(card.response, label="Name and more")
    for age in ("12", "-1", "old", "٣"):
        await stage.ana.submit_modal(more, {"name": "Nova", "age": age})
        assert "every companion is an adult" in text_of(card)
        assert "Adult and not real: create" not in labels_of(card)
        more = await stage.ana.click(card.response, label="Name and more")


async def test_a_refused_companion_stays_a_draft_that_can_be_mended(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "companion create", name="Nova", **CREATE)
    card = await stage.ana.submit_modal(shown, LOOKS)
    more = await stage.ana.click(card.response, label="Name and more")
    await stage.ana.submit_modal(more, {"name": "Nova", "age": "30", "persona": "forbidden"})
    await stage.ana.click(card.response, label="Adult and not real: create")
    assert "can't be pictured here" in text_of(card)
    more = await stage.ana.click(card.response, label="Name and more")
    await stage.ana.submit_modal(
        more,
        {
            "name": "Vega",
            "age": "41",
            "persona": "**kind** <@123456789012345678>",
            "details": "scar, freckles",
        },
    )
    assert "\\*\\*kind\\*\\*" in text_of(card)
    assert "<@123456789012345678>" not in text_of(card)
    await stage.ana.click(card.response, label="Adult and not real: create")
    vega = await stage.bot.companions.find(stage.guild.id, "Vega")
    assert (vega.look.age, vega.look.details) == (41, ("scar", "freckles"))


async def test_a_name_that_was_taken_meanwhile_is_told_on_the_card(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "companion create", name="Nova", **CREATE)
    card = await stage.ana.submit_modal(shown, LOOKS)
    await stage.make("NOVA", stage.ben)
    await stage.ana.click(card.response, label="Adult and not real: create")
    assert "already answers to **Nova**" in text_of(card)
    assert await stage.names(Among.MINE, stage.ana) == []


async def test_a_discarded_draft_and_one_from_before_a_restart_say_so(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "companion create", name="Nova", **CREATE)
    card = await stage.ana.submit_modal(shown, LOOKS)
    await stage.ana.click(card.response, label="Discard")
    assert "The draft is **gone**" in text_of(card)
    shown = await stage.ana.slash(stage.lounge, "companion create", name="Nova", **CREATE)
    card = await stage.ana.submit_modal(shown, LOOKS)
    form = await stage.ana.click(card.response, label="Look")
    await stage.bot.reload_extension("cogs.companions")
    late = await stage.ana.submit_modal(form, LOOKS)
    assert "Begin again" in text_of(late)
    pressed = await stage.ana.click(card.response, label="Adult and not real: create")
    assert "Begin again" in text_of(pressed)


# ---------------------------------------------------------------- list and show


async def test_the_list_is_leafed_through_and_leads_to_cards(stage: Stage) -> None:
    await stage.make("*Nova*", stage.ana)
    result = await stage.ana.slash(stage.lounge, "companion list")
    assert result.ephemeral
    assert "page 1 of 2" in text_of(result)
    assert "\\*Nova\\*" in text_of(result)
    await stage.ana.click(result.response, label="Page 2")
    assert "**Zoë**" in text_of(result)
    card = await stage.ana.select(result.response, ["zoe"], custom_id="companion-pick:")
    assert "## Zoë" in text_of(card)
    assert card.ephemeral
    await stage.ana.click(result.response, label="Mine")
    assert "Your companions" in text_of(result)
    await stage.ana.click(result.response, label="Others'")
    assert "Nobody has made one here yet" in text_of(result)
    mine = await stage.ben.slash(stage.lounge, "companion list", which="mine")
    assert "/companion create" in text_of(mine)


@pytest.mark.parametrize("page", ["99", "0", "x"])
async def test_a_forged_page_is_a_page_that_exists(stage: Stage, page: str) -> None:
    result = await stage.ana.slash(stage.lounge, "companion list", which="main")
    message = await stage.post(_forged(f"companion-page:nonsense.{page}"))
    pressed = await stage.ana.click(message, label="forged")
    assert not stage.env.errors
    assert pressed.acknowledged
    assert "page 1 of 2" in text_of(result)


def _forged(custom_id: str) -> ui.Button[Any]:
    return ui.Button(label="forged", custom_id=custom_id)


async def test_a_card_shows_look_owner_and_picture(stage: Stage) -> None:
    result = await stage.ana.slash(stage.lounge, "companion show", companion="海斗")
    text = text_of(result)
    assert "## Kaito" in text
    assert "main companion · anime, male, 24" in text
    assert "**Hair** short spiky black hair" in text
    assert result.response.attachments[0].filename == "kaito.jpg"
    assert "24-year-old man" in result.response.attachments[0].description
    assert labels_of(result) == ["Invite here"]
    await stage.make("Nova", stage.ben)
    others = await stage.ana.slash(stage.lounge, "companion show", companion="nova")
    assert f"<@{stage.ben.id}>'s companion" in text_of(others)
    assert labels_of(others) == ["Invite here"]
    assert labels_of(await stage.ben.slash(stage.lounge, "companion show", companion="nova")) == [
        "Invite here",
        "Settings",
        "Delete",
    ]


@pytest.mark.parametrize("command", ["show", "delete", "invite", "dismiss", "speak"])
async def test_an_unknown_name_is_told_to_its_typist_alone(stage: Stage, command: str) -> None:
    options = {"text": "hello"} if command == "speak" else {}
    result = await stage.ana.slash(
        stage.lounge, f"companion {command}", companion="@everyone **x**", **options
    )
    assert "No companion here is called" in text_of(result)
    assert "“\\@everyone \\*\\*x\\*\\*”" in text_of(result)
    assert [message.content for message in stage.lounge.history(viewer=stage.ben)] == []


# ---------------------------------------------------------------- delete


async def test_an_owner_deletes_after_one_question(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    asked = await stage.ana.slash(stage.lounge, "companion delete", companion="nova")
    await stage.ana.click(asked.response, label="Keep it")
    assert "Nothing was deleted" in text_of(asked)
    assert await stage.names(Among.MINE, stage.ana) == ["Nova"]
    card = await stage.ana.slash(stage.lounge, "companion show", companion="nova")
    asked = await stage.ana.click(card.response, label="Delete")
    assert "can't be undone" in text_of(asked)
    await stage.ana.click(asked.response, label="Delete for good")
    assert "**deleted**" in text_of(asked)
    assert await stage.names(Among.MINE, stage.ana) == []


@pytest.mark.parametrize("companion", ["nova", "mira"])
async def test_nobody_is_asked_about_a_companion_that_they_may_not_delete(
    stage: Stage, companion: str
) -> None:
    await stage.make("Nova", stage.ana)
    result = await stage.ben.slash(stage.lounge, "companion delete", companion=companion)
    assert "Only **its owner or a moderator**" in text_of(result)
    assert labels_of(result) == []


async def test_a_forged_delete_button_deletes_nothing(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    for companion_id in (nova.companion_id, "mira"):
        message = await stage.post(DeleteButton(companion=companion_id))
        pressed = await stage.ben.click(message, label="Delete for good")
        assert "Only **its owner or a moderator**" in text_of(pressed)
    assert await stage.names(Among.MINE, stage.ana) == ["Nova"]
    gone = await stage.post(DeleteButton(companion="01NOBODY"))
    assert "not there any more" in text_of(await stage.ben.click(gone, label="Delete for good"))


async def test_a_moderator_deletes_anybodys(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    asked = await stage.mod.slash(stage.lounge, "companion delete", companion="nova")
    await stage.mod.click(asked.response, label="Delete for good")
    assert await stage.names(Among.MINE, stage.ana) == []


# ---------------------------------------------------------------- invite and dismiss


async def test_an_arrival_is_public_and_has_the_instant_button(stage: Stage) -> None:
    result = await stage.ana.slash(stage.lounge, "companion invite", companion="mira")
    assert "✓ **Mira**" in answer_of(result)
    assert text_of(result).strip() == "**Mira** is here now."
    arrival = result.followups[0]
    assert not arrival.ephemeral
    await stage.ben.click(arrival, label="Instant")
    assert stage.bot.pressed == [arrival.id]


async def test_a_second_invitation_and_anothers_companion_are_told_privately(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    await stage.ana.slash(stage.lounge, "companion invite", companion="mira")
    for companion, told in (("mira", "already here"), ("nova", "can invite this companion")):
        result = await stage.ben.slash(stage.lounge, "companion invite", companion=companion)
        assert result.ephemeral
        assert not result.followups
        assert told in text_of(result)
    assert await stage.present() == ["Mira"]


async def test_a_forged_invite_button_brings_nobody_elses_companion(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    message = await stage.post(InviteButton(companion=nova.companion_id))
    pressed = await stage.ben.click(message, label="Invite here")
    assert "can invite this companion" in text_of(pressed)
    assert await stage.present() == []


async def test_a_companion_leaves_publicly_and_only_for_who_may_say_so(stage: Stage) -> None:
    await stage.ana.slash(stage.lounge, "companion invite", companion="mira")
    refused = await stage.ben.slash(stage.lounge, "companion dismiss", companion="mira")
    assert refused.ephemeral
    assert not refused.followups
    assert "Only **who invited it" in text_of(refused)
    result = await stage.ana.slash(stage.lounge, "companion dismiss", companion="mira")
    assert not result.followups[0].ephemeral
    assert "**Mira** has left." in text_of(result)
    again = await stage.ana.slash(stage.lounge, "companion dismiss", companion="mira")
    assert "**was not invited** here" in text_of(again)


# ---------------------------------------------------------------- restart


async def test_every_button_works_after_a_restart(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    listed = await stage.ana.slash(stage.lounge, "companion list")
    card = await stage.ana.slash(stage.lounge, "companion show", companion="nova")
    asked = await stage.ana.slash(stage.lounge, "companion delete", companion="nova")
    await stage.env.restart_bot(CompanionBot(stage.bot.companions, stage.bot.services.references))
    await stage.ana.click(listed.response, label="Page 2")
    assert "page 2 of 2" in text_of(listed)
    assert "## Zoë" in text_of(await stage.ana.select(listed.response, ["zoe"], custom_id="companion-pick:"))
    came = await stage.ana.click(card.response, label="Invite here")
    assert "**Nova** is here now." in text_of(came)
    await stage.ana.click(asked.response, label="Delete for good")
    assert await stage.names(Among.MINE, stage.ana) == []


# ---------------------------------------------------------------- autocomplete


async def test_every_command_offers_only_what_makes_sense_for_it(stage: Stage) -> None:
    await stage.make("Nova", stage.ana)
    await stage.make("Novella", stage.ben)
    await stage.ana.slash(stage.lounge, "companion invite", companion="mira")

    async def offered(member: Any, command: str, typed: str = "") -> list[str]:
        choices = await member.autocomplete(stage.lounge, f"companion {command}", "companion", typed)
        return [choice["name"].partition(" (")[0] for choice in choices]

    assert await offered(stage.ana, "show", "nov") == ["Nova", "Novella"]
    assert await offered(stage.ana, "show", "ZOE") == ["Zoë"]
    assert await offered(stage.ana, "delete") == ["Nova"]
    assert await offered(stage.mod, "delete") == ["Nova", "Novella"]
    assert "Novella" not in await offered(stage.ana, "invite")
    assert "Novella" in await offered(stage.mod, "invite")
    assert await offered(stage.ana, "dismiss") == ["Mira"]
    assert await offered(stage.ana, "speak") == ["Mira", "Nova"]
    assert await offered(stage.ben, "speak") == ["Novella"]
    assert await offered(stage.mod, "speak") == ["Mira"]


# ---------------------------------------------------------------- who is this?


async def test_who_is_this_tells_members_apps_webhooks_and_the_bot_apart(stage: Stage) -> None:
    message = await stage.ben.send(stage.lounge, "hello")
    assert f"<@{stage.ben.id}>, **writing as themselves**" in text_of(
        await stage.ana.context_menu(stage.lounge, "Who is this?", message)
    )
    foreign = await stage.guild.create_webhook(stage.lounge, "News").send("news", username="Mira")
    answer = await stage.ana.context_menu(stage.lounge, "Who is this?", foreign)
    assert answer.ephemeral
    assert "no companion's message" in text_of(answer)
    own = await stage.post(_forged("x:"))
    assert "**Darkroom** itself" in text_of(await stage.ana.context_menu(stage.lounge, "Who is this?", own))


async def test_who_is_this_tells_the_companion_its_owner_and_the_writer_without_a_ping(stage: Stage) -> None:
    nova = await stage.make("Nova", stage.ana)
    place = Place(stage.guild.id, stage.lounge.id)
    webhook = stage.guild.create_webhook(stage.lounge, "Darkroom")
    message = await webhook.send("Hi", username="Nova")
    await stage.bot.companions.speech.record_spoken(place, message.id, nova, stage.ana.id)
    answer = await stage.ben.context_menu(stage.lounge, "Who is this?", message)
    assert f"**Nova**, <@{stage.ana.id}>'s companion." in text_of(answer)
    assert f"**written by** <@{stage.ana.id}>" in text_of(answer)
    sent = stage.env.http_requests[-1].json
    assert sent["allowed_mentions"] == {"parse": []}
    await stage.bot.companions.delete(stage.guild.id, stage.ana.id, nova.companion_id, is_moderator=False)
    answer = await stage.ben.context_menu(stage.lounge, "Who is this?", message)
    assert "has been deleted" in text_of(answer)
    assert f"<@{stage.ana.id}>" in text_of(answer)
