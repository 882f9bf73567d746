"""What owners set holds: where, for whom, how much a day, by which backend, with which words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import (
    BackendCannotError,
    BudgetSpentError,
    ChannelNotAllowedError,
    RoleNeededError,
    TurnedOffError,
    UnsafeRequestError,
)
from bot.domain.guild import (
    GuildSettings,
)
from bot.domain.picture import Resolution
from bot.domain.pricing import Grants
from bot.domain.request import EndReason, ImageRequest, RequestKind, RequestState
from bot.services.moments import DAY_MS, MomentsService
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.desk import Press
from bot.services.requests.ends import error_of
from bot.services.requests.settling import HoldOutcome
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, THREAD, Backend, Room, open_room
from tests.services.studio_parts import HERE, studio_over

OWNER = 9
GRANTS = Grants(welcome=500, daily=100, cap_per_call=10_000, cap_per_day=100_000, gift_cap_per_day=200)


async def change(room: Room, **wanted: object) -> GuildSettings:
    return await room.guilds.change(GUILD, OWNER, lambda now: replace(now, **wanted))  # type: ignore[arg-type]


def by(press: Press, *role_ids: int, channel_id: int = CHANNEL, parent_id: int | None = None) -> Press:
    return replace(
        press,
        role_ids=role_ids,
        reply=replace(press.reply, channel_id=channel_id),
        options=replace(press.options, parent_channel_id=parent_id),
    )


# ---------------------------------------------------------------- where and who


async def test_pictures_are_made_in_the_chosen_channels_and_their_threads(room: Room) -> None:
    await change(room, channel_ids=(CHANNEL,))
    await room.desk.begin(by(room.press()))
    await room.desk.begin(by(room.press(), channel_id=THREAD, parent_id=CHANNEL))
    for elsewhere in (by(room.press(), channel_id=55), by(room.press(), channel_id=THREAD, parent_id=55)):
        with pytest.raises(ChannelNotAllowedError) as caught:
            await room.desk.begin(elsewhere)
        assert caught.value.channel_ids == (CHANNEL,)
    assert len(room.engine.submitted) == 2, "what is refused is never on record"


async def test_pictures_are_made_for_the_chosen_roles(room: Room) -> None:
    await change(room, role_ids=(70, 71))
    await room.desk.begin(by(room.press(), 3, 71))
    for roles in ((), (3,)):
        with pytest.raises(RoleNeededError) as caught:
            await room.desk.begin(by(room.press(), *roles))
        assert caught.value.role_ids == (70, 71)


async def test_a_refusal_opens_no_account(room: Room) -> None:
    await change(room, role_ids=(70,))
    with pytest.raises(RoleNeededError):
        await room.desk.begin(room.press(BEN))

    async def account(uow: UnitOfWork) -> str | None:
        return await uow.members.account_of(BEN)

    assert await room.storage.read(account) is None


async def test_again_obeys_too(room: Room) -> None:
    made = await room.run()
    (picture,) = await room.pictures(made.request_id)
    await change(room, channel_ids=(55,))
    with pytest.raises(ChannelNotAllowedError):
        await room.desk.again(room.press(), picture.image_id)


# ---------------------------------------------------------------- budgets


def told(request: ImageRequest) -> object:
    assert request.state is RequestState.REFUSED
    assert request.end_reason is EndReason.BUDGET_SPENT
    return error_of(request.end_reason, request.end_detail)


async def test_the_guilds_budget_is_for_all_its_members_together(room: Room) -> None:
    await change(room, guild_budget=100)
    assert (await room.run(ANA)).state is RequestState.DELIVERED
    assert (await room.run(BEN)).state is RequestState.DELIVERED
    tomorrow_s = (room.clock.now // DAY_MS + 1) * DAY_MS / 1000
    assert told(await room.run(BEN)) == BudgetSpentError("guild", 50, 0, 100, tomorrow_s)
    assert (await room.guilds.overview(GUILD)).spent_today == 100


async def test_a_members_budget_is_each_ones_own(room: Room) -> None:
    await change(room, member_budget=70)
    assert (await room.run(ANA)).state is RequestState.DELIVERED
    refused = told(await room.run(ANA))
    assert isinstance(refused, BudgetSpentError)
    assert (refused.whose, refused.left) == ("member", 20)
    assert (await room.run(BEN)).state is RequestState.DELIVERED
    assert (await room.guilds.overview(GUILD)).spent_today is None


async def test_a_budget_is_full_again_the_next_day(room: Room) -> None:
    await change(room, member_budget=50)
    await room.run()
    assert (await room.run()).state is RequestState.REFUSED
    room.clock.now = (room.clock.now // DAY_MS + 1) * DAY_MS
    assert (await room.run()).state is RequestState.DELIVERED


async def test_what_was_released_does_not_count(room: Room) -> None:
    await change(room, member_budget=50)
    request_id = await room.begin()
    quote = await room.composer.compose(await room.request(request_id), None)
    await room.settler.hold(await room.request(request_id), quote)
    await room.desk.cancel(request_id, ANA)
    assert (await room.run()).state is RequestState.DELIVERED


async def test_another_cast_has_to_fit_the_budget_and_else_the_old_hold_stays(room: Room) -> None:
    await change(room, guild_budget=70)
    request_id = await room.begin()
    request = await room.request(request_id)
    quote = await room.composer.compose(request, None)
    await room.settler.hold(request, quote)
    with pytest.raises(BudgetSpentError, match="guild"):
        await room.desk.change_cast(request_id, ANA, ["mira", "kaito"])
    assert (await room.request(request_id)).paid.total == 50
    changed = await room.desk.change_cast(request_id, ANA, ["kaito"])
    assert (changed.paid.total, (await room.balance()).held.total) == (50, 50)


async def test_what_costs_nothing_is_within_every_budget_even_one_that_was_lowered(room: Room) -> None:
    await room.run()
    await change(room, guild_budget=1, member_budget=1)
    own = await room.own_companion("Vera")
    assert (await room.ask(RequestKind.REFERENCE, own.companion_id)).state is RequestState.DELIVERED


@pytest.mark.parametrize(
    ("budgets", "most"), [({"guild_budget": 475}, 9), ({"member_budget": 120}, 2 * 4), ({}, 64)]
)
async def test_sixty_four_at_once_never_exceed_a_budget(
    tmp_path: Path, budgets: dict[str, int], most: int
) -> None:
    async with open_room(tmp_path, per_member=64) as room:
        await change(room, **budgets)
        members = (ANA, BEN, 3, 4)
        requests = [await room.request(await room.begin(members[n % 4])) for n in range(64)]
        for member in members:
            await MomentsService(storage=room.storage, clock=room.clock, grants=GRANTS).grant(
                OWNER, member, GUILD, 1000, member
            )
        quote = await room.composer.compose(requests[0], None)
        outcomes = await asyncio.gather(
            *(room.settler.hold(request, quote) for request in requests), return_exceptions=True
        )
        held = [o for o in outcomes if isinstance(o, tuple) and o[0] is HoldOutcome.HELD]
        refused = [o for o in outcomes if isinstance(o, BudgetSpentError)]
        assert (len(held), len(refused)) == (most, 64 - most)


@settings(max_examples=200)
@given(
    budget=st.integers(1, 500),
    spent=st.integers(0, 600),
    cost=st.integers(1, 200),
    whose=st.sampled_from(["guild", "member"]),
)
def test_a_hold_passes_exactly_while_it_stays_within(budget: int, spent: int, cost: int, whose: str) -> None:
    guild = GuildSettings(**{f"{whose}_budget": budget})  # type: ignore[arg-type]
    both = {"guild_spent": spent, "member_spent": spent}
    if spent + cost <= budget:
        guild.require_budgets(cost, **both, next_at_s=1.0)
        return
    with pytest.raises(BudgetSpentError) as caught:
        guild.require_budgets(cost, **both, next_at_s=1.0)
    assert caught.value == BudgetSpentError(whose, cost, max(budget - spent, 0), budget, 1.0)


# ---------------------------------------------------------------- moments


@pytest.fixture
def moments(room: Room) -> MomentsService:
    return MomentsService(storage=room.storage, clock=room.clock, grants=GRANTS)


async def test_the_owners_daily_grant_takes_the_place_of_the_operators(
    room: Room, moments: MomentsService
) -> None:
    await change(room, daily_grant=7)
    assert (await moments.claim_daily(ANA, GUILD, 1)).amount == 7
    assert (await moments.claim_daily(ANA, GUILD + 1, 2)).amount == 100
    await change(room, daily_grant=0)
    assert (await moments.claim_daily(ANA, GUILD, 1)).amount == 7, "the same interaction again"
    with pytest.raises(TurnedOffError):
        await moments.claim_daily(BEN, GUILD, 3)


async def test_an_owner_may_turn_gifts_off(room: Room, moments: MomentsService) -> None:
    first = await moments.gift(ANA, BEN, GUILD, 50, 1)
    await change(room, allow_gifts=False)
    with pytest.raises(TurnedOffError, match="gifts"):
        await moments.gift(ANA, BEN, GUILD, 50, 2)
    assert await moments.gift(ANA, BEN, GUILD, 50, 1) == first, "delivered again, answered alike"


# ---------------------------------------------------------------- backend and words


class Small(Backend):
    """A second one, which can't do 4K."""

    name = "small"

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = replace(
            self.capabilities, resolutions=frozenset({Resolution.R1K, Resolution.R2K}), edit=False
        )


async def test_the_chosen_backend_makes_the_pictures_and_no_other(tmp_path: Path) -> None:
    small = Small()
    async with open_room(tmp_path, other_backends=(small,)) as room:
        assert (await room.run()).backend == "scripted"
        await change(room, backend="small")
        made = await room.run()
        assert (made.backend, len(small.jobs)) == ("small", 1)
        with pytest.raises(BackendCannotError) as caught:
            await room.ask(RequestKind.ADVANCED, "mira", prompt="She waves.", resolution=Resolution.R4K)
        assert (caught.value.lacks, caught.value.nearest) == ("resolution", "2K")
        (picture,) = await room.pictures(made.request_id)
        with pytest.raises(BackendCannotError, match="edit"):
            await room.desk.check_editable(picture.image_id, HERE)


@pytest.mark.usefixtures("kept_database")
async def test_a_chosen_backend_that_is_gone_is_named_and_no_other_takes_its_place(tmp_path: Path) -> None:
    async with open_room(tmp_path, other_backends=(Small(),)) as room:
        await change(room, backend="small")
        assert (await studio_over(room).open(HERE, ANA)).offers.resolutions == (Resolution.R2K,)
    async with open_room(tmp_path) as room:
        request = await room.run()
        assert request.end_reason is EndReason.BACKEND_CANNOT
        assert error_of(request.end_reason, request.end_detail) == BackendCannotError("backend", "small")
        panel = await studio_over(room).open(HERE, ANA)
        assert Resolution.R4K in panel.offers.resolutions


async def test_the_guilds_own_words_are_refused(room: Room) -> None:
    await change(room, forbidden_words=("spider",))
    request = await room.run(hint="a spider on the wall")
    assert request.end_reason is EndReason.UNSAFE
    assert error_of(request.end_reason, request.end_detail) == UnsafeRequestError("guild_words")
    assert (await room.run(hint="a cat on the wall")).state is RequestState.DELIVERED


async def test_no_companion_is_made_of_the_guilds_own_words(room: Room) -> None:
    await change(room, forbidden_words=("spider",))
    with pytest.raises(UnsafeRequestError, match="guild_words"):
        await room.own_companion("Lady spider")
    assert (await room.own_companion("Lady Silk")).name == "Lady Silk"
