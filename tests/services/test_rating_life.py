"""Mature pictures: what they need at command, click and delivery, who pays, and where they are covered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.guild import GuildLimits
from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import EndReason, ImageRequest, RequestKind, RequestState
from bot.services.guilds import GuildService
from bot.services.ports.images import Placeholder, Progress
from bot.services.ports.speaking import Place
from bot.services.requests.delivering import MATURE_WAITS
from bot.services.requests.ends import error_of
from bot.settings import Settings
from tests.services.rating_parts import (
    MARKED,
    allow,
    buy,
    is_covered,
    mature_picture,
    moments,
    open_adult_room,
    spend_granted,
)
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, THREAD, WELCOME, Room, jpeg, until
from tests.services.studio_parts import HERE, studio_over

PLENTY = 10_000_000
THREAD_HERE = Place(GUILD, THREAD, CHANNEL)


@pytest.fixture
async def adult(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_adult_room(tmp_path) as room:
        yield room


def why(request: ImageRequest) -> errors.DarkroomError:
    """Why a request ended, and that it never held anything or gave it back."""
    assert request.end_reason is not None
    return error_of(request.end_reason, request.end_detail)


async def untouched(room: Room, user_id: int = ANA) -> bool:
    """Whether a member has all of their welcome."""
    balance = await room.balance(user_id)
    return (balance.free, balance.held) == (Split(granted=WELCOME), Split())


# ---------------------------------------------------------------- what it needs


async def test_where_all_is_on_a_mature_picture_is_made_of_granted_moments(adult: Room) -> None:
    request, image = await mature_picture(adult)
    assert (request.state, request.delivered_how, request.rating) == (
        RequestState.DELIVERED,
        "reply",
        Rating.MATURE,
    )
    assert request.paid == image.share == Split(granted=50)
    assert adult.backend.jobs[0].rating is Rating.MATURE


def no_operator(room: Room) -> None:
    room.guilds.limits = replace(room.guilds.limits, allow_mature=False)


def no_channel(room: Room) -> None:
    room.gate.restricted.clear()


@pytest.mark.parametrize(("take", "lack"), [(no_operator, "operator"), (no_channel, "channel")])
async def test_without_operator_or_channel_it_is_refused_before_any_hold(
    adult: Room, take: Callable[[Room], None], lack: str
) -> None:
    take(adult)
    request = await adult.run(hint=MARKED)
    assert (request.state, why(request)) == (RequestState.REFUSED, errors.MatureRefusedError(lack))
    assert request.hold_ref is None
    assert adult.backend.jobs == []
    assert await untouched(adult)


async def test_without_the_guild_it_is_refused_before_any_hold(adult: Room) -> None:
    await allow(adult, is_allowed=False)
    request = await adult.run(hint=MARKED)
    assert (why(request), request.hold_ref) == (errors.MatureRefusedError("guild"), None)
    assert await untouched(adult)


async def test_without_a_backend_that_allows_it_it_is_refused_before_any_hold(adult: Room) -> None:
    adult.backend.capabilities = replace(adult.backend.capabilities, max_rating=Rating.GENERAL)
    request = await adult.run(hint=MARKED)
    assert (why(request), request.hold_ref) == (errors.BackendCannotError("rating"), None)
    assert await untouched(adult)


def test_mature_is_off_by_default_at_the_operator() -> None:
    assert not Settings(_env_file=None).allow_mature


async def test_mature_is_off_by_default_in_a_guild(room: Room) -> None:
    room.gate.restricted.add(CHANNEL)
    room.backend.capabilities = replace(room.backend.capabilities, max_rating=Rating.MATURE)
    assert why(await room.run(hint=MARKED)) == errors.MatureRefusedError("guild")


async def test_an_operator_who_allows_none_is_obeyed_whatever_a_guild_has_set(adult: Room) -> None:
    limits = GuildLimits((), allow_mature=False, daily=0, most_daily=0)
    strict = GuildService(storage=adult.storage, clock=adult.clock, limits=limits)
    assert (await strict.settings(GUILD)).allow_mature
    adult.guilds.limits = limits
    assert why(await adult.run(hint=MARKED)) == errors.MatureRefusedError("operator")


async def test_a_thread_is_what_its_parent_is(adult: Room) -> None:
    press = adult.press(hint=MARKED, parent_channel_id=CHANNEL)
    press = replace(press, reply=replace(press.reply, channel_id=THREAD))
    request_id = await adult.desk.begin(press)
    await adult.driver.drive(request_id)
    assert (await adult.request(request_id)).state is RequestState.DELIVERED
    assert adult.gate.asked_anew == [THREAD_HERE]


async def test_a_general_request_asks_nobody_about_its_channel(adult: Room) -> None:
    assert (await adult.run()).state is RequestState.DELIVERED
    assert (adult.gate.asked, adult.gate.asked_anew) == ([], [])


# ---------------------------------------------------------------- who pays


async def test_purchased_moments_never_pay_for_a_mature_picture(adult: Room) -> None:
    await spend_granted(adult)
    await buy(adult)
    request = await adult.run(hint=MARKED)
    assert why(request) == errors.NotEnoughMomentsError(50, 0, granted_only=True)
    assert (await adult.balance()).free == Split(purchased=500)
    assert (await adult.run()).paid == Split(purchased=50), "a general one they do pay for"


async def test_what_a_paid_tier_brings_never_pays_for_a_mature_picture(adult: Room) -> None:
    await spend_granted(adult)
    await buy(adult, ends_at_ms=adult.clock.now + 86_400_000)
    assert (await adult.balance()).free == Split(purchased=500)
    assert isinstance(why(await adult.run(hint=MARKED)), errors.NotEnoughMomentsError)


async def test_a_gift_of_purchased_moments_never_pays_for_a_mature_picture(adult: Room) -> None:
    for user_id in (ANA, BEN):
        await spend_granted(adult, user_id)
    await buy(adult)
    await moments(adult).gift(ANA, BEN, GUILD, 100, 77)
    assert (await adult.balance(BEN)).free == Split(purchased=100)
    refused = await adult.run(BEN, hint=MARKED)
    assert why(refused) == errors.NotEnoughMomentsError(50, 0, granted_only=True)
    assert (await adult.run(BEN)).state is RequestState.DELIVERED


async def test_the_split_is_chosen_after_the_final_rating(adult: Room) -> None:
    """Another cast may be rated otherwise: the new hold is as the new rating wants it."""
    await buy(adult)
    await adult.preferences.change(ANA, ask_above=10_000)
    request = await adult.request(await adult.begin())
    quote = await adult.composer.compose(request, None)
    await adult.settler.hold(request, quote)
    held = await adult.settler.recast(request.request_id, ANA, replace(quote, rating=Rating.MATURE))
    assert (held.rating, held.paid) == (Rating.MATURE, Split(granted=50))
    with pytest.raises(errors.NotEnoughMomentsError) as refused:
        await adult.settler.recast(request.request_id, ANA, replace(quote, rating=Rating.MATURE, cost=600))
    assert refused.value.granted_only
    assert (await adult.request(request.request_id)).paid == Split(granted=50), "the old hold stays"
    general = await adult.settler.recast(request.request_id, ANA, replace(quote, cost=600))
    assert (general.rating, general.paid) == (Rating.GENERAL, Split(granted=500, purchased=100))


# ---------------------------------------------------------------- at a click


async def test_again_on_a_mature_picture_needs_it_all_anew(adult: Room) -> None:
    _, image = await mature_picture(adult)
    adult.gate.restricted.clear()
    with pytest.raises(errors.MatureRefusedError, match="channel"):
        await adult.desk.again(adult.press(BEN), image.image_id)
    adult.gate.restricted.add(CHANNEL)
    request_id = await adult.desk.again(adult.press(BEN), image.image_id)
    await adult.driver.drive(request_id)
    assert (await adult.request(request_id)).rating is Rating.MATURE


async def test_who_agrees_to_the_price_after_the_channel_changed_is_refused(adult: Room) -> None:
    await adult.preferences.change(ANA, ask_above=0)
    request = await adult.run(hint=MARKED)
    assert request.state is RequestState.RECEIVED
    adult.gate.restricted.clear()
    with pytest.raises(errors.MatureRefusedError, match="channel"):
        await adult.desk.confirm(request.request_id, ANA)
    assert not (await adult.request(request.request_id)).confirmed


async def test_a_channel_that_changes_right_after_the_agreement_is_noticed_before_the_hold(
    adult: Room,
) -> None:
    await adult.preferences.change(ANA, ask_above=0)
    request = await adult.run(hint=MARKED)
    await adult.desk.confirm(request.request_id, ANA)
    adult.gate.restricted.clear()
    await adult.driver.drive(request.request_id)
    ended = await adult.request(request.request_id)
    assert (ended.state, ended.hold_ref) == (RequestState.REFUSED, None)


async def test_another_cast_is_refused_where_its_picture_may_not_be(adult: Room) -> None:
    await adult.preferences.change(ANA, ask_above=0)
    request = await adult.run(hint=MARKED)
    adult.gate.restricted.clear()
    with pytest.raises(errors.MatureRefusedError, match="channel"):
        await adult.desk.change_cast(request.request_id, ANA, ["kaito"])


async def test_the_prompt_of_a_mature_picture_is_reused_only_where_it_may_be(adult: Room) -> None:
    _, image = await mature_picture(adult)
    studio = studio_over(adult)
    assert (await studio.reuse(HERE, BEN, image.image_id)).choices.prompt
    adult.gate.restricted.clear()
    before = await studio.choices(HERE, ANA)
    with pytest.raises(errors.MatureRefusedError, match="channel"):
        await studio.reuse(HERE, ANA, image.image_id)
    assert await studio.choices(HERE, ANA) == before


# ---------------------------------------------------------------- while it is made


async def test_what_waits_in_the_queue_is_released_when_it_may_not_be_any_more(tmp_path: Path) -> None:
    async with open_adult_room(tmp_path, slots=1) as room:
        go = asyncio.Event()
        room.backend.script = [[go, jpeg(768, 1024)]]
        first = asyncio.create_task(room.driver.drive(await room.begin(BEN)))
        await room.backend.started.wait()
        request_id = await room.begin(hint=MARKED)
        waiting = asyncio.create_task(room.driver.drive(request_id))
        await room.courier.waiting[request_id].wait()
        await allow(room, is_allowed=False)
        go.set()
        await asyncio.gather(first, waiting)
        ended = await room.request(request_id)
        assert (ended.state, why(ended)) == (RequestState.REFUSED, errors.MatureRefusedError("guild"))
        assert len(room.backend.jobs) == 1
        assert await untouched(room)


async def test_no_preview_of_a_mature_picture_is_passed_on(adult: Room) -> None:
    go = asyncio.Event()
    adult.backend.script = [[Progress(fraction=0.5, preview=jpeg(60, 80)), go, jpeg(768, 1024)] for _ in "12"]
    mature = asyncio.create_task(mature_picture(adult))
    await until(lambda: 0.5 in [status.fraction for status in adult.courier.statuses])
    general = asyncio.create_task(adult.run())
    await until(lambda: any(status.preview for status in adult.courier.statuses))
    go.set()
    await asyncio.gather(mature, general)
    assert len({status.preview for status in adult.courier.statuses if status.preview}) == 1, (
        "the general one's"
    )


# ---------------------------------------------------------------- delivery


async def close_channel(room: Room) -> None:
    room.gate.restricted.clear()


@pytest.mark.parametrize("lost", [close_channel, lambda room: allow(room, is_allowed=False)])
async def test_a_mature_picture_that_may_not_be_posted_any_more_waits_in_the_gallery(
    adult: Room, lost: Callable[[Room], object]
) -> None:
    async def lose() -> None:
        await lost(adult)  # type: ignore[misc]

    adult.backend.on_generate = lose
    request, image = await mature_picture(adult)
    assert (request.state, request.delivered_how) == (RequestState.DELIVERED, "gallery")
    assert adult.courier.delivered == []
    assert adult.courier.told_to_wait == [request.request_id]
    assert (image.channel_id, image.message_id) == (None, None)
    assert await adult.store.exists(image.file_key), "a stored picture is never lost"
    (notice,) = await adult.preferences.take_notices(ANA)
    assert (notice.kind, notice.image_id) == (MATURE_WAITS, image.image_id)


async def test_the_channel_is_asked_about_anew_right_before_each_try_to_post(adult: Room) -> None:
    adult.courier.errors = [errors.UploadTooLargeError(1)]
    await mature_picture(adult)
    assert adult.gate.asked_anew == [HERE, HERE]


async def test_while_the_platform_does_not_say_what_a_channel_is_nothing_is_posted(adult: Room) -> None:
    adult.gate.error = errors.DeliveryDelayedError()
    request, _ = await mature_picture(adult)
    assert request.state is RequestState.STORED
    assert adult.courier.delivered == []
    adult.gate.error = None
    adult.clock.now = request.lease_until_ms + 1
    await adult.driver.drive(request.request_id)
    assert (await adult.request(request.request_id)).delivered_how == "reply"


async def test_a_platform_that_never_says_leaves_the_picture_in_the_gallery(adult: Room) -> None:
    adult.gate.error = errors.DeliveryDelayedError()
    request, _ = await mature_picture(adult)
    adult.clock.now += 3_600_000
    await adult.driver.drive(request.request_id)
    assert (await adult.request(request.request_id)).delivered_how == "gallery"
    (notice,) = await adult.preferences.take_notices(ANA)
    assert notice.kind == MATURE_WAITS


# ---------------------------------------------------------------- edits, references


async def test_edits_always_give_general_pictures(adult: Room) -> None:
    (source,) = await adult.pictures((await adult.run()).request_id)
    edit = await adult.ask(RequestKind.EDIT, prompt=MARKED, edit_of_image_id=source.image_id)
    assert (why(edit), edit.hold_ref) == (errors.MatureRefusedError("kind"), None)


async def test_reference_candidates_are_always_general(adult: Room) -> None:
    rin = await adult.own_companion("Rin")
    asked = await adult.ask(RequestKind.REFERENCE, rin.companion_id, hint=MARKED)
    assert (asked.end_reason, why(asked)) == (EndReason.MATURE, errors.MatureRefusedError("kind"))


# ---------------------------------------------------------------- covered


async def test_a_download_of_a_mature_picture_is_a_placeholder_wherever_it_is_pressed(adult: Room) -> None:
    _, image = await mature_picture(adult)
    for guild_id in (GUILD, None):
        found = await adult.images.download(image.image_id, guild_id, ANA, PLENTY)
        assert found.hidden is Placeholder.MATURE
        assert await is_covered(adult, found.picture.data)


async def test_what_was_made_before_a_guild_turned_mature_off_stays_covered(adult: Room) -> None:
    _, image = await mature_picture(adult)
    await allow(adult, is_allowed=False)
    assert (await adult.images.download(image.image_id, GUILD, ANA, PLENTY)).hidden is Placeholder.MATURE
    for again in (
        adult.desk.again(adult.press(), image.image_id),
        studio_over(adult).reuse(HERE, ANA, image.image_id),
    ):
        with pytest.raises(errors.MatureRefusedError, match="guild"):
            await again
