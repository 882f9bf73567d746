"""What stands between a fault and a person: the boundaries of commands, buttons, selects and forms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import discord
import pytest
import simcord
from discord import app_commands, ui
from structlog.testing import capture_logs

from bot.client import DarkroomBot
from bot.domain.errors import DeliveryDelayedError, NotEnoughMomentsError, NotYoursError
from bot.services.ports.storage import StorageError
from cogs.base.answers import LostInteractionError, ack, fill, row_of, say, say_privately_instead, text_view
from cogs.base.components import DurableButton, DurableSelect
from cogs.base.host import Host
from cogs.base.modals import DurableModal
from tests.cogs.darkroom_bot import Workshop, open_workshop, text_of

pytestmark = pytest.mark.simcord(check_errors=False)

DEEDS: dict[str, Callable[[discord.Interaction[Host]], Any]] = {}  # by a word in the custom id


def deed(function: Callable[[discord.Interaction[Host]], Any]) -> Callable[..., Any]:
    DEEDS[function.__name__.replace("_", "-")] = function
    return function


class ProbeButton(DurableButton, action="probe", fields=("deed",)):
    label = "Probe"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        await DEEDS[self.values["deed"]](interaction)


class ProbeSelect(DurableSelect, action="probe-select", fields=("about",)):
    async def press(self, interaction: discord.Interaction[Host]) -> None:
        await say(interaction, f"{self.values['about']}: {', '.join(self.chosen)}")


class ProbeForm(DurableModal, action="probe-form", fields=("about",)):
    heard: ClassVar[list[tuple[Mapping[str, str], Mapping[str, Any]]]] = []

    def __init__(self, about: str) -> None:
        super().__init__(title="Tell me", about=about)
        self.add_item(ui.Label(text="Words", component=ui.TextInput(custom_id="words", required=False)))

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        if answers["words"] == "fail":
            raise NotYoursError
        cls.heard.append((values, answers))
        await say(interaction, f"heard {answers['words']} about {values['about']}")


class ProbeBot(DarkroomBot):
    async def setup_hook(self) -> None:
        self.add_dynamic_items(ProbeButton, ProbeSelect)

        @self.tree.command(name="probe", description="Do a deed")
        async def probe(interaction: discord.Interaction[Any], deed: str) -> None:
            await DEEDS[deed](interaction)

        await super().setup_hook()


@deed
async def tell_a_refusal(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction)
    raise NotEnoughMomentsError(needed=150, available=20)


@deed
async def refuse_before_the_ack(_interaction: discord.Interaction[Host]) -> None:
    raise NotYoursError


@deed
async def break_down(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction)
    raise KeyError("insides")


@deed
async def break_a_wordless_error(_interaction: discord.Interaction[Host]) -> None:
    raise StorageError("disk full")


@deed
async def lose_it(_interaction: discord.Interaction[Host]) -> None:
    raise LostInteractionError


@deed
async def ack_twice(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction)
    await ack(interaction)


@deed
async def take_back(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction, private=False)
    await say_privately_instead(interaction, "for you alone")


@deed
async def mention(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction, private=False)
    await fill(interaction, f"hello <@{interaction.user.id}> @everyone")


@deed
async def fill_in(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction)
    await fill(interaction, text_view("5 moments are given", row_of(ProbeButton(deed="fill-in"))))


@deed
async def lose_the_connection(interaction: discord.Interaction[Host]) -> None:
    await ack(interaction)
    raise aiohttp.ServerDisconnectedError


@deed
async def delay_a_delivery(_interaction: discord.Interaction[Host]) -> None:
    raise DeliveryDelayedError


@deed
async def show_a_form(interaction: discord.Interaction[Host]) -> None:
    await interaction.response.send_modal(ProbeForm("stars"))


@deed
async def miss_a_permission(_interaction: discord.Interaction[Host]) -> None:
    raise app_commands.MissingPermissions(["moderate_members"])


@deed
async def be_in_a_direct_message(_interaction: discord.Interaction[Host]) -> None:
    raise app_commands.NoPrivateMessage


@deed
async def choose_what_is_not_there(_interaction: discord.Interaction[Host]) -> None:
    kind = discord.AppCommandOptionType.string
    raise app_commands.TransformerError("**x**", kind, app_commands.Transformer())


@dataclass
class Stage:
    env: simcord.Env
    workshop: Workshop
    lounge: Any
    ana: Any
    ben: Any
    logs: list[Any] = field(default_factory=list)

    async def post(self, *items: ui.Item[Any]) -> discord.Message:
        bot = self.env.bot
        channel = bot.get_channel(self.lounge.id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.send(view=text_view("Press.", *(ui.ActionRow[Any](item) for item in items)))

    async def press(self, deed: str) -> Any:
        return await self.ana.click(await self.post(ProbeButton(deed=deed)), label="Probe")

    def told(self, event: str) -> list[Any]:
        return [line for line in self.logs if line["event"] == event]


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path) as workshop:
        yield workshop


@pytest.fixture
def simcord_bot(workshop: Workshop) -> DarkroomBot:
    return workshop.bot(ProbeBot)


@pytest.fixture
async def stage(simcord_env: simcord.Env, workshop: Workshop) -> AsyncIterator[Stage]:
    guild = simcord_env.create_guild()
    members = [guild.add_member(simcord_env.create_user(name)) for name in ("ana", "ben")]
    ProbeForm.heard.clear()
    with capture_logs() as logs:
        yield Stage(simcord_env, workshop, guild.create_text_channel("lounge"), *members, logs=logs)


@pytest.mark.parametrize("way", ["button", "command"])
async def test_a_refusal_is_told_in_words_to_its_presser_alone(stage: Stage, way: str) -> None:
    result = await _do(stage, way, "tell-a-refusal")
    assert "This costs **150 moments** and you have **20**. Nothing was charged." in text_of(result)
    assert result.ephemeral
    assert not [m for m in stage.lounge.history(viewer=stage.ben) if "150" in str(m.components)]
    assert not stage.told("unexpected_error")


@pytest.mark.parametrize("way", ["button", "command"])
async def test_a_refusal_before_the_ack_is_the_first_answer(stage: Stage, way: str) -> None:
    result = await _do(stage, way, "refuse-before-the-ack")
    assert result.ephemeral
    assert "Only the member who asked for this" in text_of(result)


@pytest.mark.parametrize("way", ["button", "command"])
@pytest.mark.parametrize("deed", ["break-down", "break-a-wordless-error"])
async def test_a_fault_of_ours_is_an_id_that_is_in_the_log(stage: Stage, way: str, deed: str) -> None:
    result = await _do(stage, way, deed)
    (logged,) = stage.told("unexpected_error")
    assert result.ephemeral
    assert f"error `{logged['error_id']}`" in text_of(result)
    assert "Nothing was charged" in text_of(result)
    assert "insides" not in text_of(result)
    assert isinstance(logged["exc_info"], KeyError | StorageError)
    assert logged["interaction_id"]


@pytest.mark.parametrize("way", ["button", "command"])
async def test_an_interaction_that_is_lost_is_left_in_silence(stage: Stage, way: str) -> None:
    result = await _do(stage, way, "lose-it")
    assert text_of(result) == ""
    assert not result.acknowledged
    assert stage.told("interaction_lost")
    assert not stage.told("unexpected_error")


async def test_an_interaction_that_was_answered_already_is_lost(stage: Stage) -> None:
    await stage.press("ack-twice")
    assert stage.told("interaction_lost")
    assert not stage.told("unexpected_error")


async def test_a_public_thinking_is_taken_back_and_told_privately(stage: Stage) -> None:
    result = await stage.press("take-back")
    assert [message.ephemeral for message in result.followups] == [True]
    assert text_of(result).strip() == "for you alone"
    assert len(stage.lounge.history(viewer=stage.ben)) == 1  # the message that was pressed


async def test_no_answer_pings_anybody(stage: Stage) -> None:
    await stage.press("mention")
    assert stage.env.http_requests[-1].json["allowed_mentions"] == {"parse": []}


async def test_a_missing_permission_of_the_member_is_named(stage: Stage) -> None:
    result = await _do(stage, "command", "miss-a-permission")
    assert "You need the permission **Time out members**" in text_of(result)
    assert not stage.told("unexpected_error")


async def test_a_select_hears_what_was_chosen_after_a_restart(stage: Stage) -> None:
    options = [discord.SelectOption(label=name, value=name) for name in ("mira", "kaito", "juno")]
    message = await stage.post(ProbeSelect(options, max_values=2, about="cast"))
    await stage.env.restart_bot(stage.workshop.bot(ProbeBot))
    result = await stage.ana.select(message, ["mira", "juno"], custom_id="probe-select:cast")
    assert text_of(result).strip() == "cast: mira, juno"


async def test_a_form_is_heard_once(stage: Stage) -> None:
    shown = await stage.press("show-a-form")
    result = await stage.ana.submit_modal(shown, {"words": "hello"})
    assert text_of(result).strip() == "heard hello about stars"
    assert [dict(answers) for _, answers in ProbeForm.heard] == [{"words": "hello"}]


async def test_a_form_from_before_a_restart_is_heard(stage: Stage) -> None:
    shown = await stage.press("show-a-form")
    await stage.env.restart_bot(stage.workshop.bot(ProbeBot))
    result = await stage.ana.submit_modal(shown, {"words": "late"})
    assert text_of(result).strip() == "heard late about stars"


async def test_a_form_says_what_went_wrong(stage: Stage) -> None:
    result = await stage.ana.submit_modal(await stage.press("show-a-form"), {"words": "fail"})
    assert result.ephemeral
    assert "Only the member who asked for this" in text_of(result)


async def test_two_openings_of_one_form_are_two_forms(stage: Stage) -> None:
    first, second = [await stage.press("show-a-form") for _ in range(2)]
    assert first.modal["custom_id"] != second.modal["custom_id"]
    await stage.ana.submit_modal(second, {"words": "two"})
    await stage.ana.submit_modal(first, {"words": "one"})
    assert [answers["words"] for _, answers in ProbeForm.heard] == ["two", "one"]


@pytest.mark.parametrize("deed", ["show-a-form", "refuse-before-the-ack"])
async def test_what_was_shown_leaves_nothing_running(stage: Stage, deed: str) -> None:
    await stage.press(deed)
    tasks = len(asyncio.all_tasks())
    for _ in range(3):
        await stage.press(deed)
    assert len(asyncio.all_tasks()) <= tasks


@pytest.mark.parametrize(
    "custom_id",
    ["probe", "probe:", "probe:no-such-deed", "probe:a.b", "probe:é", "PROBE:lose-it", "probe:lose-it "],
)
async def test_a_forged_button_does_nothing_worse_than_an_apology(stage: Stage, custom_id: str) -> None:
    message = await stage.post(ui.Button[Any](label="Probe", custom_id=custom_id))
    result = await stage.ana.click(message, label="Probe")
    assert "Something went wrong" in text_of(result) or text_of(result) == ""
    assert stage.lounge.history(viewer=stage.ben)[-1].id == message.id


async def _do(stage: Stage, way: str, deed: str) -> Any:
    if way == "button":
        return await stage.press(deed)
    return await stage.ana.slash(stage.lounge, "probe", deed=deed)


CALLBACK = "/interactions/*/callback"


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)])
async def test_an_ack_that_came_too_late_or_second_is_left_in_silence(
    stage: Stage, status: int, code: int
) -> None:
    message = await stage.post(ProbeButton(deed="tell-a-refusal"))
    stage.env.inject_error("POST", CALLBACK, status=status, code=code)
    result = await stage.ana.click(message, label="Probe")
    assert text_of(result) == ""
    assert stage.told("interaction_lost")
    assert not stage.told("unexpected_error")


async def test_an_ack_that_discord_could_not_take_is_apologised_for(stage: Stage) -> None:
    message = await stage.post(ProbeButton(deed="tell-a-refusal"))
    stage.env.inject_error("POST", CALLBACK, status=403, code=40001)
    result = await stage.ana.click(message, label="Probe")
    assert "Something went wrong on our side" in text_of(result)
    assert stage.told("unexpected_error")


async def test_an_answer_whose_thinking_was_dismissed_is_said_all_the_same(stage: Stage) -> None:
    message = await stage.post(ProbeButton(deed="fill-in"))
    stage.env.inject_error("PATCH", "/webhooks/*", status=404, code=10008)
    result = await stage.ana.click(message, label="Probe")
    assert "5 moments are given" in text_of(result)
    assert not [task for task in asyncio.all_tasks() if "timeout" in repr(task.get_coro())]
    assert not stage.told("unexpected_error")


@pytest.mark.parametrize("way", ["button", "command"])
async def test_an_answer_that_is_lost_on_its_way_promises_nothing(stage: Stage, way: str) -> None:
    result = await _do(stage, way, {"button": "lose-the-connection", "command": "delay-a-delivery"}[way])
    assert "Discord **lost my answer**" in text_of(result)
    assert "Nothing was charged" not in text_of(result)
    assert stage.told("answer_lost")
    assert not stage.told("unexpected_error")


async def test_what_cannot_be_told_is_logged_and_no_more(stage: Stage) -> None:
    message = await stage.post(ProbeButton(deed="tell-a-refusal"))
    stage.env.inject_error("POST", "/webhooks/*", status=404, code=10015)
    result = await stage.ana.click(message, label="Probe")
    assert result.deferred
    (logged,) = stage.told("error_not_told")
    assert logged["code"] == 10015


@pytest.mark.parametrize(
    ("method", "event"), [("PATCH", "deferral_not_filled"), ("DELETE", "deferral_not_deleted")]
)
async def test_a_public_thinking_that_is_gone_is_still_followed_by_the_private_word(
    stage: Stage, method: str, event: str
) -> None:
    message = await stage.post(ProbeButton(deed="take-back"))
    stage.env.inject_error(method, "/webhooks/*/messages/@original", status=404, code=10008)
    result = await stage.ana.click(message, label="Probe")
    assert "for you alone" in text_of(result)
    assert stage.told(event)[0]["code"] == 10008
    assert not stage.told("unexpected_error")


async def test_a_refusal_of_discord_py_has_words_too(stage: Stage) -> None:
    assert "**in a server**" in text_of(await _do(stage, "command", "be-in-a-direct-message"))
    chosen = text_of(await _do(stage, "command", "choose-what-is-not-there"))
    assert "“\\*\\*x\\*\\*” is not possible here" in chosen
    assert not stage.told("unexpected_error")


async def test_a_component_of_another_kind_under_a_selects_id_does_nothing(stage: Stage) -> None:
    message = await stage.post(ui.Button[Any](label="Probe", custom_id="probe-select:cast"))
    result = await stage.ana.click(message, label="Probe")
    assert text_of(result) == ""
