"""How many shards one process has, and what becomes of each."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.shards import ShardStates
from playground import BotProcess
from tests.shards.fleet import Fleet, fleet, troubles

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SECONDS = 30.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


PORT = free_port()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """SHARD_COUNT is empty, and Discord recommends three for 2,600 servers."""
    async with fleet(tmp_path_factory.mktemp("three"), 3, recommended_shards=3, guilds=2_600) as three:
        for shard_id in range(3):
            three.world.backend.create_guild(f"On shard {shard_id}", shard_id=shard_id, shard_count=3)
        await three.process("", SHARD_COUNT="", METRICS_PORT=str(PORT)).start()
        await three.connected()
        yield three


def ready(process: BotProcess) -> list[dict[str, Any]]:
    """What it said each time that Discord had told it of all guilds."""
    return [json.loads(line) for line in process.output if '"event": "ready"' in line]


async def asked(path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{PORT}{path}") as answer:
        return answer.status, await answer.text()


async def until_ready(three: Fleet) -> dict[str, Any]:
    (process,) = three.processes

    async def is_there() -> bool:
        return bool(ready(process))

    await three.until(is_there, "it to be ready", SECONDS)
    return ready(process)[0]


async def test_it_has_as_many_as_discord_recommends_and_none_is_refused(three: Fleet) -> None:
    identifies = three.world.gateway.identifies
    assert [(i.shard, i.is_refused) for i in identifies] == [((n, 3), False) for n in range(3)]


async def test_it_is_ready_with_the_servers_of_all_of_them(three: Fleet) -> None:
    told = await until_ready(three)
    assert (told["guilds"], told["shards"], told["of"]) == (4, 3, 3)


async def test_figures_are_of_each_shard(three: Fleet) -> None:
    await until_ready(three)
    _, page = await asked("/metrics")
    assert [f'darkroom_shard_connected{{shard="{n}"}} 1.0' in page for n in range(3)] == [True] * 3
    assert "darkroom_guilds 4.0" in page
    assert "darkroom_gateway_connected 1.0" in page


async def test_a_shard_that_is_thrown_out_identifies_in_its_turn_and_the_others_stay(three: Fleet) -> None:
    gateway = three.world.gateway
    before = len(gateway.identifies)
    await gateway.drop(resumable=False, shard_id=1)
    await three.world.wait_until(lambda: len(gateway.identifies) > before, SECONDS, "it to identify again")
    await three.connected()
    assert [(i.shard[0], i.is_refused) for i in gateway.identifies[before:]] == [(1, False)]
    status, health = await asked("/health")
    assert (status, json.loads(health)["shards_down"]) == (200, [])


async def test_a_shard_that_is_resumed_needs_no_turn(three: Fleet) -> None:
    gateway = three.world.gateway
    before, resumed = len(gateway.identifies), gateway.resume_count
    await gateway.drop(shard_id=2)
    await three.world.wait_resumed(resumed + 1)
    assert len(gateway.identifies) == before


async def test_it_ends_with_all_shards_in_good_order(three: Fleet) -> None:
    (process,) = three.processes
    assert await process.stop() == 0
    assert troubles(process) == []
    await three.world.wait_gone()


async def test_too_few_shards_are_one_line_and_not_a_traceback(three: Fleet) -> None:
    process = three.process("", SHARD_COUNT="1")
    await process.start()
    await three.until(lambda: is_over(process), "it to end", SECONDS)
    assert await process.kill() == 1
    assert process.output[-1] == (
        "Discord refuses these shards (too few for its servers: set SHARD_COUNT on all processes to what "
        "python -m bot doctor says it recommends)"
    )
    assert troubles(process) == []


async def is_over(process: BotProcess) -> bool:
    return not process.running


async def test_a_shard_is_down_from_when_it_was_lost_until_it_is_back() -> None:
    now_s = [100.0]
    states = ShardStates(lambda: now_s[0])
    states.expect([5, 4])
    assert states.down_s() == {4: float("inf"), 5: float("inf")}
    for shard_id in (4, 5):
        states.connected(shard_id)
    assert states.down_s() == {4: 0.0, 5: 0.0}
    states.lost(5)
    now_s[0] += 10
    states.lost(5)  # it is told once more at each try
    assert states.down_s() == {4: 0.0, 5: 10.0}
    states.connected(5)
    assert states.down_s() == {4: 0.0, 5: 0.0}
