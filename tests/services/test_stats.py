"""A server's statistics: what they count, of which days, and what becomes of a chart that can't be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import errors
from bot.domain.money import Entry, EntryKind
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.domain.stats import GuildStats, Spread
from bot.services.ports.charts import ChartNotDrawnError, ChartWords
from bot.services.ports.storage import UnitOfWork
from bot.services.stats import DAY_MS, StatsReport, StatsService
from tests.databases import RawSql
from tests.services.request_parts import ANA, BEN, GUILD, WELCOME, Room

WORDS = ChartWords("Rooftop", {}, {})
PNG = b"a chart"


@dataclass
class Charts:
    """Notes what it is asked to draw; draws unless it is broken."""

    drawn: list[tuple[GuildStats, ChartWords]] = field(default_factory=list)
    error: ChartNotDrawnError | None = None

    async def draw(self, stats: GuildStats, words: ChartWords) -> bytes:
        self.drawn.append((stats, words))
        if self.error is not None:
            raise self.error
        return PNG


@pytest.fixture
def charts() -> Charts:
    return Charts()


@pytest.fixture
def service(room: Room, charts: Charts) -> StatsService:
    return StatsService(storage=room.storage, clock=room.clock, charts=charts, health=room.backends.health)


async def report(service: StatsService, days: int = 7, guild_id: int = GUILD) -> StatsReport:
    return await service.report(guild_id, days, WORDS)


def today(room: Room) -> date:
    return datetime.fromtimestamp(room.clock.now / 1000, UTC).date()


async def test_a_server_without_a_request_has_empty_days_and_no_chart(
    room: Room, service: StatsService, charts: Charts
) -> None:
    found = await report(service)
    assert found.stats.is_empty
    assert found.chart is None
    assert charts.drawn == []
    assert found.stats == GuildStats(
        today(room) - timedelta(days=6), {}, 0, (0,) * 7, (0,) * 7, (0,) * 7, 0, (), None, None
    )
    assert (found.stats.refund_rate, found.stats.refusal_rate, found.stats.picture_count) == (0, 0, 0)
    assert (found.stats.days, found.stats.last_day) == (7, today(room))


async def test_pictures_moments_and_ends_of_the_days_are_counted(room: Room, service: StatsService) -> None:
    await room.run()
    room.clock.now += DAY_MS
    await room.ask(RequestKind.PREMIUM, "mira", count=2, prompt="on a beach")
    await room.run(user_id=BEN, hint="something forbidden")
    room.backend.script = [[errors.BackendRefusedError("scripted")]]
    await room.run(user_id=BEN)
    stats = (await report(service)).stats
    nothing = (0,) * 5
    assert stats.pictures == {RequestKind.INSTANT: (*nothing, 1, 0), RequestKind.PREMIUM: (*nothing, 0, 2)}
    assert list(stats.pictures) == [RequestKind.INSTANT, RequestKind.PREMIUM]
    assert stats.spent == (*nothing, 50, 100)
    assert stats.given == (*nothing, WELCOME, WELCOME)
    assert stats.ended == 4
    assert stats.unmade == ((EndReason.BACKEND_REFUSED, 1), (EndReason.UNSAFE, 1))
    assert (stats.picture_count, stats.unmade_count, stats.refusal_rate) == (3, 2, 0.5)
    assert stats.last_day == today(room)
    assert not stats.is_empty


async def test_one_reason_that_came_both_ways_is_one_line_and_the_most_come_first(
    room: Room, service: StatsService
) -> None:
    async def ended(state: RequestState, reason: EndReason) -> None:
        request_id = await room.begin()
        await room.settler.end(request_id, state, reason, "")

    await ended(RequestState.FAILED, EndReason.BAD_PICTURE)
    await ended(RequestState.REFUSED, EndReason.DEADLINE)
    await ended(RequestState.FAILED, EndReason.DEADLINE)
    await ended(RequestState.CANCELLED, EndReason.CANCELLED)
    stats = (await report(service)).stats
    assert stats.unmade == ((EndReason.DEADLINE, 2), (EndReason.BAD_PICTURE, 1))
    assert (stats.ended, stats.unmade_count) == (4, 3)


async def test_a_refund_is_a_share_of_the_pictures(room: Room, service: StatsService) -> None:
    for _ in range(3):
        await room.run()
    request = await room.run()
    (image,) = await room.pictures(request.request_id)

    async def refund(uow: UnitOfWork) -> None:
        await uow.ledger.append(
            Entry(
                request.account_id,
                GUILD,
                EntryKind.REFUND,
                image.image_id,
                image.share,
                room.clock.now,
                hold_ref=request.require_hold_ref(),
            )
        )

    await room.storage.write(refund)
    stats = (await report(service)).stats
    assert (stats.refunded, stats.refund_rate) == (1, 0.25)
    assert stats.given_back[-1] == 50


async def test_waiting_and_making_are_measured(room: Room, service: StatsService) -> None:
    took_ms = [(300, 2_000), (10, 500), (4_000, 9_000)]

    for waits_ms, makes_ms in took_ms:

        async def makes(ms: int = makes_ms) -> None:
            room.clock.now += ms

        room.backend.on_generate = makes
        request_id = await room.begin()
        room.clock.now += waits_ms
        await room.driver.drive(request_id)
    stats = (await report(service)).stats
    assert stats.waiting == Spread(300, 4_000, 3)
    assert stats.making == Spread(2_000, 9_000, 3)
    assert stats.times_since is None


async def test_making_counts_every_attempt_from_the_first(room: Room, service: StatsService) -> None:
    async def takes_a_second() -> None:
        room.clock.now += 1_000

    room.backend.on_generate = takes_a_second
    room.backend.script = [[errors.BackendFailedError("scripted")], [errors.BackendFailedError("scripted")]]
    await room.run()
    assert (await report(service)).stats.making == Spread(3_000, 3_000, 1)


async def test_who_thinks_about_the_price_does_not_make_the_wait_longer(
    room: Room, service: StatsService
) -> None:
    await room.preferences.change(ANA, ask_above=10)
    request_id = await room.begin()
    await room.driver.drive(request_id)
    room.clock.now += 200_000
    await room.desk.confirm(request_id, ANA)
    room.clock.now += 25
    await room.driver.drive(request_id)
    assert (await report(service)).stats.waiting == Spread(0, 0, 1)


async def test_pictures_from_before_times_were_kept_say_since_when_they_are(
    room: Room, service: StatsService
) -> None:
    await room.run()

    with RawSql.of(room.storage) as raw:
        raw.execute("UPDATE request SET held_at_ms = NULL, started_at_ms = NULL, stored_at_ms = NULL")
    stats = (await report(service)).stats
    assert (stats.waiting, stats.making, stats.times_since) == (None, None, None)
    room.clock.now += DAY_MS
    await room.run()
    stats = (await report(service)).stats
    assert stats.making == Spread(0, 0, 1)
    assert stats.times_since == today(room)


@pytest.mark.parametrize("days", [1, 7, 90])
async def test_the_days_end_today_and_earlier_ones_are_left_out(
    room: Room, service: StatsService, days: int
) -> None:
    await room.run()
    room.clock.now = (room.clock.now // DAY_MS + days - 1) * DAY_MS + DAY_MS - 1
    last = (await report(service, days)).stats
    assert (last.picture_count, last.ended, last.days) == (1, 1, days)
    assert last.pictures[RequestKind.INSTANT][0] == 1
    room.clock.now += 1
    assert (await report(service, days)).stats.is_empty


async def test_other_servers_count_for_nothing(room: Room, service: StatsService) -> None:
    await room.run()
    assert (await report(service, guild_id=GUILD + 1)).stats.is_empty


async def test_a_chart_is_drawn_of_the_numbers_in_the_given_words(
    room: Room, service: StatsService, charts: Charts
) -> None:
    await room.run()
    found = await report(service)
    assert found.chart == PNG
    assert charts.drawn == [(found.stats, WORDS)]


async def test_the_numbers_are_there_without_a_chart(
    room: Room, service: StatsService, charts: Charts
) -> None:
    await room.run()
    charts.error = ChartNotDrawnError("too slow")
    found = await report(service)
    assert found.chart is None
    assert found.stats.picture_count == 1


@pytest.mark.parametrize("days", [0, -1, 367])
async def test_no_other_number_of_days_is_counted(service: StatsService, days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        await report(service, days)
