"""Two processes with four shards each, on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import BotProcess
from tests.shards.fleet import Fleet, fleet, troubles

pytestmark = [pytest.mark.process, pytest.mark.postgresql, pytest.mark.asyncio(loop_scope="module")]

SHARDS = 8
LIST = "/applications/{application_id}/entitlements"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """The first one has shards 0 to 3. They were started at the same moment."""
    async with fleet(tmp_path_factory.mktemp("two"), SHARDS, max_concurrency=2) as both:
        await asyncio.gather(*(both.process(ids).start() for ids in ("0-3", "4-7")))
        await both.connected()
        yield both


def lists(fleet: Fleet) -> int:
    """How often Discord's shop was gone through."""
    return sum(request.template == LIST for request in fleet.world.requests)


async def again(fleet: Fleet, process: BotProcess, *shard_ids: int) -> None:
    """Stop it and start it once more."""
    assert await process.stop() == 0
    await process.start()
    await fleet.connected(*shard_ids)


async def test_no_identify_is_refused_though_both_start_at_once(both: Fleet) -> None:
    identifies = both.world.gateway.identifies
    assert sorted(identify.shard for identify in identifies) == [(n, SHARDS) for n in range(SHARDS)]
    assert not [identify for identify in identifies if identify.is_refused]


async def test_shards_of_different_buckets_do_not_wait_for_each_other(both: Fleet) -> None:
    """Four turns a bucket one after another, and the two buckets side by side."""
    times = [
        sorted(i.at_s for i in both.world.gateway.identifies if i.shard[0] % 2 == bucket) for bucket in (0, 1)
    ]
    assert times[0][0] < times[1][-1]
    assert times[1][0] < times[0][-1]


async def test_commands_are_synced_by_one_of_them(both: Fleet) -> None:
    await both.world.wait_synced("moments balance")
    assert both.world.backend.sync_count == 1


async def test_whoever_has_the_guild_answers(both: Fleet) -> None:
    shown = await both.world.slash(both.world.member("Ana"), "lounge", "moments balance")
    assert "**500 moments**" in (await shown.answered()).text


async def test_the_shop_is_looked_after_by_the_process_with_shard_0(both: Fleet) -> None:
    first, second = both.processes
    ana = both.world.create_member("Buyer")
    bought = both.world.buy(ana, "A roll of film")
    await both.world.wait_until(lambda: both.world.is_consumed(bought), 30, "the purchase to be consumed")
    letter = await both.world.wait_for_message(ana)
    assert "Your **500 moments** are here" in letter.text
    before = lists(both)
    await again(both, second, 4, 5, 6, 7)
    assert lists(both) == before
    await again(both, first, 0, 1, 2, 3)
    await both.world.wait_until(lambda: lists(both) > before, 30, "the shop to be gone through")
    assert len(both.world.messages(ana)) == 1


async def test_neither_complains(both: Fleet) -> None:
    assert [line for process in both.processes for line in troubles(process)] == []
