"""Pictures asked for in plain words: one message, one request, one message of its own, one price."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.companion import Companion
from bot.domain.request import EndReason, RequestState, SourceKind
from bot.services.asked_pictures import AskedPictures, HeardMessage
from bot.services.monthly import MonthlyService
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import Place
from bot.services.ports.wishes import Wish
from bot.settings import Settings
from tests.services.companion_parts import MIRA
from tests.services.request_parts import (
    ANA,
    BEN,
    CHANNEL,
    GUILD,
    JUNO,
    KAITO,
    THREAD,
    WELCOME,
    Room,
    open_room,
)

PRICE = Settings(_env_file=None).price_image  # type: ignore[call-arg]


class Wishes:
    """Whoever is addressed is wished for, unless the message is talk. The words are the hint."""

    def wish_in(self, text: str, addressed: Sequence[Companion], present: Sequence[Companion]) -> Wish | None:
        del present
        return None if text == "talk" else Wish(tuple(one.companion_id for one in addressed), text)

    def claims_picture(self, text: str) -> bool:
        return text == "claim"


def asked_over(room: Room) -> AskedPictures:
    monthly = MonthlyService(storage=room.storage, clock=room.clock, welcome=WELCOME)
    return AskedPictures(storage=room.storage, desk=room.desk, monthly=monthly, wishes=Wishes())


@pytest.fixture
def asked(room: Room) -> AskedPictures:
    return asked_over(room)


async def hear(asked: AskedPictures, message: HeardMessage) -> str | None:
    """What becomes of a message: the request that it makes, if it asks for anything."""
    wish = asked.wish_in(message)
    return None if wish is None else await asked.ask(message, wish)


def heard(
    message_id: int = 500,
    text: str = "at the beach",
    *addressed: Companion,
    user_id: int = ANA,
    place: Place | None = None,
    role_ids: tuple[int, ...] = (),
) -> HeardMessage:
    return HeardMessage(
        SeenMessage(message_id, user_id, "Ana" if user_id == ANA else "Ben", text),
        place or Place(GUILD, CHANNEL),
        addressed or (MIRA,),
        (MIRA, KAITO),
        role_ids,
        10_000_000,
    )


async def test_a_wish_is_made_as_an_instant_picture_of_whom_it_names(
    room: Room, asked: AskedPictures
) -> None:
    request_id = await hear(asked, heard(500, "at the beach", KAITO))
    assert request_id is not None
    assert room.engine.submitted == [request_id]
    await room.driver.drive(request_id)
    request = await room.request(request_id)
    assert (request.state, request.source_kind, request.source_id) == (
        RequestState.DELIVERED,
        SourceKind.MESSAGE,
        500,
    )
    assert request.require_scene().cast == ("kaito",)
    assert (request.options.hint, request.options.upto_message_id) == ("at the beach", 500)
    assert room.writer.given[0].hint == "at the beach"


@pytest.mark.parametrize("cast", [(MIRA,), (MIRA, KAITO), (MIRA, KAITO, JUNO)])
async def test_it_costs_what_the_settings_say_for_each_companion_in_it(
    room: Room, asked: AskedPictures, cast: tuple[Companion, ...]
) -> None:
    request_id = await hear(asked, heard(500, "at the beach", *cast))
    assert request_id is not None
    await room.driver.drive(request_id)
    request = await room.request(request_id)
    assert (request.state, request.paid.total) == (RequestState.DELIVERED, PRICE * len(cast))
    assert (await room.balance()).free.total == WELCOME - PRICE * len(cast)


async def test_talk_makes_none(room: Room, asked: AskedPictures) -> None:
    assert await hear(asked, heard(text="talk")) is None
    assert room.engine.submitted == []


async def test_what_companions_claim_is_told(asked: AskedPictures) -> None:
    assert (asked.claims_picture("claim"), asked.claims_picture("hello")) == (True, False)


async def test_the_same_message_five_times_makes_one_picture(room: Room, asked: AskedPictures) -> None:
    told = await asyncio.gather(*(hear(asked, heard()) for _ in range(5)))
    (request_id,) = [one for one in told if one is not None]
    await room.driver.drive(request_id)
    assert await hear(asked, heard()) is None
    assert room.engine.submitted == [request_id]
    assert (await room.balance()).free.total == WELCOME - PRICE


@pytest.mark.usefixtures("kept_database")
async def test_the_same_message_after_a_restart_makes_no_second_picture(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        request_id = await hear(asked_over(room), heard())
        assert request_id is not None
    async with open_room(tmp_path) as room:
        assert await hear(asked_over(room), heard()) is None
        await room.driver.drive(request_id)
        assert await hear(asked_over(room), heard()) is None
        assert (await room.balance()).free.total == WELCOME - PRICE


async def test_said_again_while_it_is_on_its_way_it_is_on_its_way(room: Room, asked: AskedPictures) -> None:
    first = await hear(asked, heard(500))
    assert first is not None
    with pytest.raises(errors.DuplicateRequestError) as refused:
        await hear(asked, heard(501))
    assert refused.value.request_id == first
    assert await hear(asked, heard(502, "at the beach", KAITO)) is not None
    assert await hear(asked, heard(503, user_id=BEN)) is not None
    assert await hear(asked, heard(504, place=Place(GUILD, THREAD, CHANNEL))) is not None
    await room.driver.drive(first)
    assert await hear(asked, heard(505)) is not None


async def test_who_presses_a_button_at_the_same_time_gets_both(room: Room, asked: AskedPictures) -> None:
    await room.begin()
    assert await hear(asked, heard()) is not None


async def test_in_a_thread_its_channel_is_known(room: Room, asked: AskedPictures) -> None:
    request_id = await hear(asked, heard(place=Place(GUILD, THREAD, CHANNEL)))
    assert request_id is not None
    request = await room.request(request_id)
    assert (request.reply.channel_id, request.options.parent_channel_id) == (THREAD, CHANNEL)


async def test_with_nobody_named_the_writer_chooses(room: Room, asked: AskedPictures) -> None:
    room.writer.count = 2
    request_id = await asked.ask(heard(), Wish((), "everybody"))
    assert request_id is not None
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).require_scene().cast == ("mira", "kaito")


# ------------------------------------------------------------------ the same checks as a press


async def test_who_has_as_many_open_as_allowed_is_told_so(room: Room, asked: AskedPictures) -> None:
    for _ in range(3):
        await room.begin()
    with pytest.raises(errors.TooManyRequestsError):
        await hear(asked, heard())
    assert len(room.engine.submitted) == 3


async def test_only_in_channels_and_for_roles_that_the_owner_allows(room: Room, asked: AskedPictures) -> None:
    await room.guilds.change(GUILD, BEN, lambda now: replace(now, channel_ids=(77,)))
    with pytest.raises(errors.ChannelNotAllowedError):
        await hear(asked, heard())
    await room.guilds.change(GUILD, BEN, lambda now: replace(now, channel_ids=(), role_ids=(5,)))
    with pytest.raises(errors.RoleNeededError):
        await hear(asked, heard())
    assert await hear(asked, heard(role_ids=(4, 5))) is not None


async def test_somebody_elses_companion_is_pictured_only_where_it_is(
    room: Room, asked: AskedPictures
) -> None:
    bens = await room.own_companion("Bens", BEN)
    with pytest.raises(errors.NotSharedError):
        await hear(asked, heard(500, "by the fire", bens))
    await room.companions.invite(Place(GUILD, CHANNEL), BEN, bens.companion_id, is_moderator=False)
    assert await hear(asked, heard(500, "by the fire", bens)) is not None


async def test_who_can_not_pay_is_told_in_the_answer(room: Room, asked: AskedPictures) -> None:
    for _ in range(WELCOME // PRICE):
        await room.run()
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.driver.drive(request_id)
    (ended,) = room.courier.ends
    assert (ended.end_reason, ended.reply.message_id) == (EndReason.NOT_ENOUGH_MOMENTS, 9_000)


async def test_what_a_role_brings_each_month_can_pay(room: Room, asked: AskedPictures) -> None:
    for _ in range(WELCOME // PRICE):
        await room.run()
    monthly = MonthlyService(storage=room.storage, clock=room.clock, welcome=WELCOME)
    await monthly.set_role_grant(GUILD, 5, PRICE, by_user_id=BEN)
    request_id = await hear(asked, heard(role_ids=(5,)))
    assert request_id is not None
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.DELIVERED


async def test_what_may_not_be_pictured_is_refused_without_a_hold(room: Room, asked: AskedPictures) -> None:
    for message_id, words, reason in (
        (500, "forbidden", EndReason.UNSAFE),
        (501, "grown-up", EndReason.MATURE),
    ):
        request_id = await hear(asked, heard(message_id, words))
        assert request_id is not None
        await room.driver.drive(request_id)
        request = await room.request(request_id)
        assert (request.state, request.end_reason) == (RequestState.REFUSED, reason)
    assert (await room.balance()).free.total == WELCOME


async def test_above_the_members_own_limit_they_are_asked_first(room: Room, asked: AskedPictures) -> None:
    await room.preferences.change(ANA, ask_above=10)
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.driver.drive(request_id)
    assert room.courier.questions == [request_id]
    assert (await room.balance()).free.total == WELCOME
    with pytest.raises(errors.NotYoursError):
        await room.desk.confirm(request_id, BEN)
    await room.desk.confirm(request_id, ANA)
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.DELIVERED


# ------------------------------------------------------------------ its own message


async def test_it_gets_a_message_of_its_own_before_anything_else(room: Room, asked: AskedPictures) -> None:
    request_id = await hear(asked, heard())
    assert request_id is not None
    opened: list[dict[str, int]] = []

    async def look() -> None:
        opened.append(dict(room.courier.opened))

    room.writer.on_write = look
    await room.driver.drive(request_id)
    assert opened == [{request_id: 9_000}]
    assert (await room.request(request_id)).reply.message_id == 9_000
    assert room.courier.looked_for == []


async def test_posted_by_a_process_that_died_it_is_found_and_not_posted_again(
    room: Room, asked: AskedPictures
) -> None:
    request_id = await hear(asked, heard())
    assert request_id is not None
    request = await room.request(request_id)
    await room.courier.open(request)
    room.courier.may_speak = False  # a second one would be missed below
    await room.second_driver.drive(request_id)
    assert room.courier.looked_for == [request_id]
    assert (await room.request(request_id)).reply.message_id == 9_000


async def test_begun_by_a_process_that_died_before_it_could_post_it_gets_its_message(
    room: Room, asked: AskedPictures
) -> None:
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.second_driver.drive(request_id)
    assert (await room.request(request_id)).reply.message_id == 9_000


async def test_ended_before_it_was_found_its_message_is_found_all_the_same(
    room: Room, asked: AskedPictures
) -> None:
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.courier.open(await room.request(request_id))
    await room.desk.cancel(request_id, ANA)
    await room.second_driver.drive(request_id)
    (ended,) = room.courier.ends
    assert (ended.reply.message_id, ended.end_reason) == (9_000, EndReason.CANCELLED)


async def test_ended_before_it_had_a_message_none_is_begun_for_it(room: Room, asked: AskedPictures) -> None:
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.desk.cancel(request_id, ANA)
    await room.driver.drive(request_id)
    assert room.courier.opened == {}
    assert [ended.reply.message_id for ended in room.courier.ends] == [None]


async def test_where_it_can_not_speak_the_picture_goes_down_the_ladder(
    room: Room, asked: AskedPictures
) -> None:
    room.courier.may_speak = False
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.driver.drive(request_id)
    request = await room.request(request_id)
    assert (request.state, request.reply.message_id) == (RequestState.DELIVERED, None)


async def test_where_it_can_not_speak_nobody_can_be_asked_about_the_price(
    room: Room, asked: AskedPictures
) -> None:
    await room.preferences.change(ANA, ask_above=10)
    room.courier.may_speak = False
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.driver.drive(request_id)
    request = await room.request(request_id)
    assert (request.state, request.end_reason) == (RequestState.REFUSED, EndReason.MISSING_PERMISSION)
    assert request.end_detail == f"Send Messages\n{CHANNEL}"
    assert room.courier.questions == []
    assert (await room.balance()).free.total == WELCOME


async def test_a_platform_that_fails_is_asked_again_and_one_message_comes_of_it(
    room: Room, asked: AskedPictures
) -> None:
    room.courier.errors = [errors.DeliveryDelayedError(), errors.DeliveryDelayedError()]
    request_id = await hear(asked, heard())
    assert request_id is not None
    await room.driver.drive(request_id)
    assert room.courier.opened == {request_id: 9_000}
    assert (await room.request(request_id)).state is RequestState.DELIVERED


async def test_a_press_has_its_message_already(room: Room) -> None:
    await room.run()
    assert (room.courier.opened, room.courier.looked_for) == ({}, [])


async def test_the_same_press_by_another_source_is_no_message(room: Room, asked: AskedPictures) -> None:
    """An interaction and a message may have the same number; they are two sources."""
    await room.desk.begin(replace(room.press(), source_id=500))
    assert await hear(asked, heard(500)) is not None
