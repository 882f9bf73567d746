"""What owners set, and that it holds: where, who, how much a day, by which backend, which words."""

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
    InvalidInputError,
    MatureSettingError,
    RoleNeededError,
    TurnedOffError,
    UnsafeRequestError,
)
from bot.domain.guild import (
    MOST_WORDS,
    GuildLimits,
    GuildSettings,
    SettingValue,
    listed,
    words_of,
)
from bot.domain.picture import Resolution
from bot.domain.pricing import Grants
from bot.domain.request import EndReason, ImageRequest, RequestKind, RequestState
from bot.services.guilds import GuildService
from bot.services.moments import DAY_MS, MomentsService
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.desk import Press
from bot.services.requests.ends import error_of
from bot.services.requests.settling import HoldOutcome
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, THREAD, Backend, Room, open_room
from tests.services.studio_parts import HERE, studio_over

OWNER = 9
LIMITS = GuildLimits(backends=("scripted",), allow_mature=True, daily=100, most_daily=10_000)
GRANTS = Grants(welcome=500, daily=100, cap_per_call=10_000, cap_per_day=100_000, gift_cap_per_day=200)


async def change(room: Room, **wanted: object) -> GuildSettings:
    return await room.guilds.change(GUILD, OWNER, lambda now: replace(now, **wanted))  # type: ignore[arg-type]


async def log_of(room: Room) -> list[tuple[int | None, str, SettingValue, SettingValue]]:
    overview = await room.guilds.overview(GUILD)
    return [(at.user_id, at.line.what, at.line.before, at.line.after) for at in overview.latest]


def by(press: Press, *role_ids: int, channel_id: int = CHANNEL, parent_id: int | None = None) -> Press:
    return replace(
        press,
        role_ids=role_ids,
        reply=replace(press.reply, channel_id=channel_id),
        options=replace(press.options, parent_channel_id=parent_id),
    )


# ---------------------------------------------------------------- changing


async def test_a_guild_works_with_nothing_set(room: Room) -> None:
    assert await room.guilds.settings(GUILD) == GuildSettings()
    assert (await room.run()).state is RequestState.DELIVERED


async def test_a_change_is_one_line_of_the_log_for_each_setting(room: Room) -> None:
    await change(room, guild_budget=500, member_budget=100)
    await change(room, guild_budget=None)
    assert await log_of(room) == [
        (OWNER, "guild_budget", 500, None),
        (OWNER, "member_budget", None, 100),
        (OWNER, "guild_budget", None, 500),
    ]


async def test_a_change_to_the_same_is_none(room: Room) -> None:
    await change(room, channel_ids=listed([2, 1, 2]))
    await change(room, channel_ids=listed([1, 2]))
    assert len(await log_of(room)) == 1


async def test_the_overview_shows_the_ten_latest_changes(room: Room) -> None:
    for number in range(1, 13):
        await change(room, guild_budget=number)
    lines = await log_of(room)
    assert [line[3] for line in lines] == list(range(12, 2, -1))


async def test_a_change_is_seen_by_the_next_press(room: Room) -> None:
    await room.desk.begin(by(room.press()))
    await change(room, channel_ids=(THREAD,))
    with pytest.raises(ChannelNotAllowedError):
        await room.desk.begin(by(room.press()))


async def test_settings_are_read_once_and_again_after_a_change(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        counted = CountingStorage(room)
        guilds = GuildService(storage=counted, clock=room.clock, limits=LIMITS)  # type: ignore[arg-type]
        for _ in range(3):
            await guilds.settings(GUILD)
        assert counted.reads == 1
        await guilds.change(GUILD, OWNER, lambda now: replace(now, allow_gifts=False))
        for _ in range(3):
            assert not (await guilds.settings(GUILD)).allow_gifts
        assert counted.reads == 2


class CountingStorage:
    """Counts the reads, and may hold one back."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.reads = 0
        self.gate: asyncio.Event | None = None
        self.has_read = asyncio.Event()

    async def read(self, work: object) -> object:
        self.reads += 1
        found = await self.room.storage.read(work)  # type: ignore[arg-type]
        self.has_read.set()
        if self.gate is not None:
            await self.gate.wait()
        return found

    async def write(self, work: object) -> object:
        return await self.room.storage.write(work)  # type: ignore[arg-type]


async def test_what_was_read_before_a_change_is_not_kept_after_it(room: Room) -> None:
    storage = CountingStorage(room)
    guilds = GuildService(storage=storage, clock=room.clock, limits=LIMITS)  # type: ignore[arg-type]
    storage.gate = asyncio.Event()
    slow = asyncio.create_task(guilds.settings(GUILD))
    await storage.has_read.wait()
    await guilds.change(GUILD, OWNER, lambda now: replace(now, allow_gifts=False))
    storage.gate.set()
    await slow
    assert not (await guilds.settings(GUILD)).allow_gifts


async def test_changes_at_once_are_all_kept(room: Room) -> None:
    await asyncio.gather(
        change(room, guild_budget=5),
        change(room, member_budget=4),
        change(room, allow_gifts=False),
        change(room, retention_days=3),
    )
    assert await room.guilds.settings(GUILD) == GuildSettings(
        guild_budget=5, member_budget=4, allow_gifts=False, retention_days=3
    )
    assert len(await log_of(room)) == 4


@pytest.mark.parametrize(
    "wanted",
    [
        {"daily_grant": -1},
        {"daily_grant": 10_001},
        {"guild_budget": 0},
        {"member_budget": 10_000_001},
        {"retention_days": 0},
        {"retention_days": 3651},
        {"channel_ids": tuple(range(26))},
        {"role_ids": tuple(range(26))},
        {"backend": "somebody else's"},
        {"forbidden_words": tuple(f"{n}" for n in range(MOST_WORDS + 1))},
        {"forbidden_words": ("x" * 41,)},
        {"forbidden_words": tuple(f"{n:040}" for n in range(100))},
    ],
)
async def test_what_is_out_of_bounds_changes_nothing(room: Room, wanted: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        await change(room, **wanted)
    assert await room.guilds.settings(GUILD) == GuildSettings()
    assert await log_of(room) == []


def test_words_are_listed_by_line_or_comma_once_each() -> None:
    assert words_of("Blood,  severed   head\n\nblood\n ,Ärger") == ("blood", "severed head", "ärger")


# ---------------------------------------------------------------- mature


async def test_mature_is_allowed_with_an_age_restricted_mod_channel_alone(room: Room) -> None:
    guilds = room.guilds
    for restricted, lacks in ((None, "mod_channel"), (5, "restriction"), (6, None)):
        if lacks is None:
            await guilds.set_mature(GUILD, OWNER, is_allowed=True, restricted_channel_id=restricted)
            break
        with pytest.raises(MatureSettingError) as caught:
            await guilds.set_mature(GUILD, OWNER, is_allowed=True, restricted_channel_id=restricted)
        assert caught.value.lacks == lacks
        await guilds.set_mod_channel(GUILD, OWNER, 6, is_restricted=True)
    assert await guilds.is_mature_allowed(GUILD)
    await guilds.set_mature(GUILD, OWNER, is_allowed=False, restricted_channel_id=None)
    assert not await guilds.is_mature_allowed(GUILD)
    assert [line[1] for line in await log_of(room)] == ["allow_mature", "allow_mature", "mod_channel_id"]


async def test_while_mature_is_allowed_the_mod_channel_stays_age_restricted(room: Room) -> None:
    guilds = room.guilds
    await guilds.set_mod_channel(GUILD, OWNER, 6, is_restricted=True)
    await guilds.set_mature(GUILD, OWNER, is_allowed=True, restricted_channel_id=6)
    with pytest.raises(MatureSettingError, match="restriction"):
        await guilds.set_mod_channel(GUILD, OWNER, 7, is_restricted=False)
    with pytest.raises(MatureSettingError, match="mod_channel"):
        await guilds.set_mod_channel(GUILD, OWNER, None, is_restricted=False)
    kept = await guilds.set_mod_channel(GUILD, OWNER, 8, is_restricted=True)
    assert (kept.mod_channel_id, kept.allow_mature) == (8, True)


async def test_mature_needs_the_operator_and_does_not_come_back_with_another_mod_channel(room: Room) -> None:
    await room.guilds.set_mod_channel(GUILD, OWNER, 6, is_restricted=True)
    await room.guilds.set_mature(GUILD, OWNER, is_allowed=True, restricted_channel_id=6)
    strict = GuildService(storage=room.storage, clock=room.clock, limits=replace(LIMITS, allow_mature=False))
    assert (await strict.settings(GUILD)).allow_mature
    assert not await strict.is_mature_allowed(GUILD)
    with pytest.raises(MatureSettingError, match="operator"):
        await strict.set_mature(GUILD, OWNER, is_allowed=True, restricted_channel_id=6)
    after = await strict.set_mod_channel(GUILD, OWNER, 7, is_restricted=False)
    assert (after.mod_channel_id, after.allow_mature) == (7, False)


async def test_no_other_change_allows_mature_or_moves_the_mod_channel(room: Room) -> None:
    after = await change(room, allow_mature=True, mod_channel_id=5, allow_gifts=False)
    assert after == GuildSettings(allow_gifts=False)


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


async def test_what_costs_nothing_is_within_every_budget(room: Room) -> None:
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
            await room.desk.check_editable(picture.image_id, GUILD)


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
