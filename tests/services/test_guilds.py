"""What owners set: kept within bounds, seen at once, and every change on record."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import (
    ChannelNotAllowedError,
    InvalidInputError,
    MatureSettingError,
)
from bot.domain.guild import (
    MOST_WORDS,
    GuildLimits,
    GuildSettings,
    SettingValue,
    listed,
    number_of,
    words_of,
)
from bot.domain.request import RequestState
from bot.services.guilds import GuildService
from tests.services.request_parts import GUILD, THREAD, Room, open_room

OWNER = 9
LIMITS = GuildLimits(backends=("scripted",), allow_mature=True, daily=100, most_daily=10_000)


async def change(room: Room, **wanted: object) -> GuildSettings:
    return await room.guilds.change(GUILD, OWNER, lambda now: replace(now, **wanted))  # type: ignore[arg-type]


async def log_of(room: Room) -> list[tuple[int | None, str, SettingValue, SettingValue]]:
    overview = await room.guilds.overview(GUILD)
    return [(at.user_id, at.line.what, at.line.before, at.line.after) for at in overview.latest]


# ---------------------------------------------------------------- changing


async def is_mature_allowed(guilds: GuildService) -> bool:
    """Whether operator and owner both allow mature pictures here."""
    return guilds.limits.allow_mature and (await guilds.settings(GUILD)).allow_mature


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
    await room.desk.begin(room.press())
    await change(room, channel_ids=(THREAD,))
    with pytest.raises(ChannelNotAllowedError):
        await room.desk.begin(room.press())


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


async def test_an_owner_keeps_pictures_for_fewer_days_than_the_operator_and_never_for_more(
    room: Room,
) -> None:
    guilds = GuildService(storage=room.storage, clock=room.clock, limits=replace(LIMITS, keep_days=90))
    with pytest.raises(InvalidInputError, match="1 to 90"):
        await guilds.change(GUILD, OWNER, lambda now: replace(now, retention_days=91))
    assert (
        await guilds.change(GUILD, OWNER, lambda now: replace(now, retention_days=90))
    ).retention_days == 90


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        (" ", None),
        ("0", 0),
        (" 500 ", 500),
        ("5,000", 5000),
        ("1.000.000", 1_000_000),
        ("1 000", 1000),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert number_of("Budget", text) == number


@pytest.mark.parametrize("text", ["many", "-1", "1.5", "1e3", "10,00", "٣", "9" * 13, "1,000.5"])
def test_what_is_no_whole_number_is_named_as_such(text: str) -> None:
    with pytest.raises(InvalidInputError, match="whole number") as caught:
        number_of("Budget", text)
    assert caught.value.field == "Budget"


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
    assert await is_mature_allowed(guilds)
    await guilds.set_mature(GUILD, OWNER, is_allowed=False, restricted_channel_id=None)
    assert not await is_mature_allowed(guilds)
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
    assert not await is_mature_allowed(strict)
    with pytest.raises(MatureSettingError, match="operator"):
        await strict.set_mature(GUILD, OWNER, is_allowed=True, restricted_channel_id=6)
    after = await strict.set_mod_channel(GUILD, OWNER, 7, is_restricted=False)
    assert (after.mod_channel_id, after.allow_mature) == (7, False)


async def test_no_other_change_allows_mature_or_moves_the_mod_channel(room: Room) -> None:
    after = await change(room, allow_mature=True, mod_channel_id=5, allow_gifts=False)
    assert after == GuildSettings(allow_gifts=False)
