"""Pictures that are asked for in the talk: on record first, then the words; and no claim without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.domain.errors import ChannelNotAllowedError, DuplicateRequestError
from bot.domain.talking import TalkWhen
from bot.services.ports.language import LanguageModelError, ToolUse
from tests.services.conversation_parts import Call, Lounge, Piece, lounge_in, open_lounge
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, Room

CLAIM = "*smiles* Here is the photo for you! Do you like it?"


@pytest.fixture
async def lounge(tmp_path: Path) -> AsyncIterator[Lounge]:
    async with open_lounge(tmp_path) as lounge:
        yield lounge


def send_picture(**arguments: object) -> ToolUse:
    return ToolUse("send_picture", arguments)


async def only_elsewhere(lounge: Lounge) -> None:
    """Pictures are made in another channel."""
    guilds = lounge.room.guilds
    settings = await guilds.settings(GUILD)
    changed = type(settings)(channel_ids=(99,))
    await guilds.change(GUILD, ANA, lambda _now: changed)


async def test_the_tool_makes_one_request_of_the_member_and_the_words_follow(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [CLAIM, send_picture(description=" at  the\nbeach ")]
    assert await lounge.hears("Mira, show me the beach", BEN) == [("Mira", CLAIM)]
    assert await lounge.requests() == [(BEN, "at the beach", 601)]
    request = await lounge.room.request(lounge.room.engine.submitted[0])
    assert request.options.companion_ids == ("mira",)


async def test_the_tool_may_bring_others_who_are_there(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [send_picture(with_companions=["KAITO", "Mira", "Nobody", "the king"])]
    await lounge.hears("Mira, one of you two")
    request = await lounge.room.request(lounge.room.engine.submitted[0])
    assert request.options.companion_ids == ("mira", "kaito")


async def test_a_tool_without_words_gets_a_line_once_the_picture_is_on_record(lounge: Lounge) -> None:
    def says(call: Call) -> list[Piece]:
        if call.tools:
            return [send_picture(description="")]
        assert lounge.room.engine.submitted
        assert "You have just begun to take the picture" in call.instructions
        return ["Hold on, smiling!"]

    lounge.model.says = says
    assert await lounge.hears("Mira, a picture!") == [("Mira", "Hold on, smiling!")]
    assert len(await lounge.requests()) == 1


async def test_a_line_that_does_not_come_is_no_harm(lounge: Lounge) -> None:
    lounge.model.says = lambda call: [
        send_picture(description="") if call.tools else LanguageModelError("gone")
    ]
    assert await lounge.hears("Mira, a picture!") == []
    assert len(await lounge.requests()) == 1


async def test_the_tool_twice_and_by_two_companions_is_one_request(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [send_picture(description="a"), send_picture(description="b"), "Yes."]
    await lounge.hears("Mira and Kaito, a picture!")
    assert await lounge.requests() == [(ANA, "a", 601)]
    assert [name for name, _ in lounge.voice.said] == ["Mira", "Kaito"]


async def test_a_refused_picture_is_told_and_not_claimed(lounge: Lounge) -> None:
    await only_elsewhere(lounge)
    lounge.model.says = lambda _call: ["Of course. " + CLAIM, send_picture(description="")]
    assert await lounge.hears("Mira, show me!") == [("Mira", "Of course. Do you like it?")]
    ((message_id, error),) = lounge.refusals.told
    assert (message_id, type(error)) == (601, ChannelNotAllowedError)


async def test_a_refused_picture_without_words_is_silence_beside_the_refusal(lounge: Lounge) -> None:
    await only_elsewhere(lounge)
    lounge.model.says = lambda _call: [send_picture(description="")]
    assert await lounge.hears("Mira, show me!") == []
    assert len(lounge.refusals.told) == 1
    assert len(lounge.model.calls) == 1


async def test_a_claim_without_a_request_is_cut_out(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: ["Hello! " + CLAIM]
    assert await lounge.hears("Mira, hello") == [("Mira", "Hello! Do you like it?")]
    assert await lounge.requests() == []


async def test_who_only_claims_says_nothing(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: ["Here is the photo"]
    assert await lounge.hears("Mira, hello") == []


async def test_a_claim_after_a_wish_in_plain_words_makes_the_wish_true(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [CLAIM]
    assert await lounge.hears("Mira, send me a photo") == [("Mira", CLAIM)]
    assert await lounge.requests() == [(ANA, "as asked", 601)]


async def test_a_claim_is_not_shown_before_its_request_is_on_record(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: [f"One moment. {CLAIM} ", may_go_on, send_picture(description="")]
    await lounge.says("Mira, show me!")
    await lounge.voice.until(lambda: bool(lounge.voice.said))
    assert lounge.voice.said == [("Mira", "One moment.")]
    assert not lounge.room.engine.submitted
    may_go_on.set()
    await lounge.settled()
    assert lounge.voice.said == [("Mira", f"One moment. {CLAIM}")]


async def test_a_model_that_is_down_makes_the_wish_by_rules(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [LanguageModelError("down")]
    assert await lounge.hears("Mira, send me a photo") == []
    assert await lounge.requests() == [(ANA, "as asked", 601)]
    await lounge.hears("Mira, how are you?")
    assert len(await lounge.requests()) == 1


@pytest.mark.parametrize("arguments", [{"description": 7}, {"with_companions": "Kaito"}, {}])
async def test_odd_arguments_ask_for_nothing_special(lounge: Lounge, arguments: Mapping[str, object]) -> None:
    lounge.model.says = lambda _call: [ToolUse("send_picture", arguments), "Yes."]
    await lounge.hears("Mira, a picture!")
    assert await lounge.requests() == [(ANA, "", 601)]


async def test_another_tool_is_none(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [ToolUse("send_money", {}), "No."]
    assert await lounge.hears("Mira, money!") == [("Mira", "No.")]
    assert await lounge.requests() == []


async def test_a_wish_that_loses_its_place_to_a_later_message_is_made_by_rules(lounge: Lounge) -> None:
    may_go_on = asyncio.Event()
    lounge.model.says = lambda _call: [may_go_on, "Yes."]
    await lounge.says("Mira, hello")
    await lounge.model.called.wait()
    await lounge.says("Mira, send me a photo", BEN)
    assert await lounge.requests() == []
    await lounge.says("Mira, and then?")
    assert await lounge.requests() == [(BEN, "as asked", 602)]
    may_go_on.set()
    await lounge.settled()
    assert len(await lounge.requests()) == 1


async def test_a_wish_beyond_the_cap_of_a_minute_is_made_by_rules(room: Room) -> None:
    lounge = lounge_in(room, per_channel=1)
    await lounge.hears("Mira, hello")
    await lounge.hears("Mira, send me a photo")
    assert len(lounge.voice.said) == 1
    assert await lounge.requests() == [(ANA, "as asked", 602)]


async def test_without_a_model_plain_words_make_pictures_where_companions_are_silent(room: Room) -> None:
    lounge = lounge_in(room, has_model=False)
    assert await lounge.hears("Mira, send me a photo") == []
    await lounge.hears("send me a photo", BEN)  # to nobody
    await lounge.talk.choose(GUILD, ANA, CHANNEL, TalkWhen.EVERY)
    await lounge.hears("send me a photo", BEN)
    assert await lounge.requests() == [(ANA, "as asked", 601), (BEN, "as asked", 603)]


async def test_where_companions_never_answer_plain_words_make_pictures_all_the_same(lounge: Lounge) -> None:
    await lounge.talk.choose(GUILD, ANA, CHANNEL, TalkWhen.NEVER)
    assert await lounge.hears("Mira, send me a photo") == []
    assert await lounge.requests() == [(ANA, "as asked", 601)]


async def test_the_same_picture_while_it_is_on_its_way_is_told_and_not_claimed(lounge: Lounge) -> None:
    lounge.model.says = lambda _call: [CLAIM, send_picture(description="")]
    await lounge.hears("Mira, show me!")
    await lounge.hears("Mira, show me!")
    assert lounge.voice.said[1] == ("Mira", "Do you like it?")
    ((message_id, error),) = lounge.refusals.told
    assert (message_id, type(error)) == (602, DuplicateRequestError)
