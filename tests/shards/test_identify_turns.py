"""Turns of identifying: one a bucket and interval, whoever asks, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from bot.identifying import LocalIdentifyGate
from bot.services.ports.identifying import IdentifyGate
from db.postgresql.identifying import LOCKS, PostgresIdentifyGate
from tests.databases import fresh_database

EVERY_S = 0.3
LONG_S = 3600.0
"""A turn that nobody waits out."""


class Diary:
    """When who had a turn."""

    def __init__(self) -> None:
        self.turns: list[tuple[float, int, int]] = []

    async def take(self, gate: IdentifyGate, bucket: int, who: int) -> None:
        await gate.take_turn(bucket)
        self.turns.append((asyncio.get_running_loop().time(), bucket, who))

    def gaps_s(self, bucket: int) -> list[float]:
        times = sorted(at for at, of, _ in self.turns if of == bucket)
        return [after - before for before, after in itertools.pairwise(times)]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with fresh_database(tmp_path) as url:
        yield url


Gates = Callable[[float], PostgresIdentifyGate]


@pytest.fixture
async def gates(url: str) -> AsyncIterator[Gates]:
    """Each of them is what another process has."""
    async with AsyncExitStack() as closing:

        def make(every_s: float) -> PostgresIdentifyGate:
            gate = PostgresIdentifyGate(url, every_s)
            closing.push_async_callback(gate.close)
            return gate

        yield make


async def locked(url: str) -> list[int]:
    """The buckets that somebody has."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid::bigint = $1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY objid",
            LOCKS,
        )
        return [row["objid"] for row in rows]
    finally:
        await connection.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """For what only the server shows: ask it again and again."""
    deadline_s = asyncio.get_running_loop().time() + 30
    while not await condition():
        if asyncio.get_running_loop().time() > deadline_s:
            raise TimeoutError
        await asyncio.sleep(0.02)


async def is_locked(url: str, buckets: list[int]) -> bool:
    return await locked(url) == buckets


async def test_shards_of_one_process_identify_one_after_another_in_their_order() -> None:
    gate, diary = LocalIdentifyGate(EVERY_S), Diary()
    await asyncio.gather(*(diary.take(gate, 0, shard) for shard in range(4)))
    assert [who for _, _, who in diary.turns] == [0, 1, 2, 3]
    assert min(diary.gaps_s(0)) >= EVERY_S * 0.95


async def test_shards_of_other_buckets_do_not_wait() -> None:
    gate = LocalIdentifyGate(LONG_S)
    async with asyncio.timeout(30):
        await asyncio.gather(*(gate.take_turn(bucket) for bucket in range(4)))


async def test_a_shard_that_gives_up_leaves_its_turn_to_the_next() -> None:
    gate = LocalIdentifyGate(EVERY_S)
    await gate.take_turn(0)
    gives_up, comes_next = (asyncio.create_task(gate.take_turn(0)) for _ in range(2))
    await asyncio.sleep(0)
    gives_up.cancel()
    async with asyncio.timeout(30):
        await comes_next


@pytest.mark.postgresql
async def test_shards_of_several_processes_identify_one_after_another(gates: Gates) -> None:
    diary, processes = Diary(), [gates(EVERY_S) for _ in range(3)]
    async with asyncio.timeout(60):
        await asyncio.gather(
            *(
                diary.take(gate, bucket, who)
                for who, gate in enumerate(processes)
                for bucket in (0, 1)
                for _ in range(2)
            )
        )
    assert len(diary.turns) == 12
    for bucket in (0, 1):
        assert min(diary.gaps_s(bucket)) >= EVERY_S * 0.9


@pytest.mark.postgresql
async def test_waiting_for_one_bucket_keeps_no_other_one(gates: Gates) -> None:
    """Two processes that have what the other one waits for: both must go on giving back."""
    one, other = gates(EVERY_S), gates(EVERY_S)
    await asyncio.gather(one.take_turn(0), other.take_turn(1))
    async with asyncio.timeout(60):
        await asyncio.gather(one.take_turn(1), other.take_turn(0))


@pytest.mark.postgresql
async def test_a_process_that_dies_frees_its_turn(url: str, gates: Gates) -> None:
    await gates(LONG_S).take_turn(0)
    waiting = asyncio.create_task(gates(LONG_S).take_turn(0))
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND classid::bigint = $1 AND pid <> pg_backend_pid()"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        LOCKS,
    )
    await connection.close()
    async with asyncio.timeout(30):
        await waiting


@pytest.mark.postgresql
async def test_a_shard_that_gives_up_keeps_no_lock(url: str, gates: Gates) -> None:
    holder, gate = gates(LONG_S), gates(LONG_S)
    await holder.take_turn(0)
    waiting = asyncio.create_task(gate.take_turn(0))
    await gate.take_turn(1)
    await until(lambda: is_locked(url, [0, 1]))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await holder.close()
    async with asyncio.timeout(30):
        await gates(LONG_S).take_turn(0)
    assert await locked(url) == [0, 1]


@pytest.mark.postgresql
async def test_turns_that_are_over_keep_no_connection(url: str, gates: Gates) -> None:
    gate = gates(0.05)
    await asyncio.gather(gate.take_turn(0), gate.take_turn(1))
    connection = await asyncpg.connect(url)
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def is_alone() -> bool:
        return await connection.fetchval(others) == 0

    await until(is_alone)
    await connection.close()
    assert await locked(url) == []


@pytest.mark.postgresql
async def test_a_database_that_comes_back_gives_the_turn(url: str) -> None:
    """Every connection is closed at once at first; then everything is passed on."""
    host, port = url.rpartition("@")[2].split("/")[0].split(":")
    is_there, refused = asyncio.Event(), asyncio.Event()
    carried: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not is_there.is_set():
            writer.close()
            refused.set()
            return
        there, back = await asyncio.open_connection(host, int(port))
        carried.update({asyncio.create_task(carry(reader, back)), asyncio.create_task(carry(there, writer))})

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    near = server.sockets[0].getsockname()[1]
    gate = PostgresIdentifyGate(url.replace(f"{host}:{port}", f"127.0.0.1:{near}"), EVERY_S)
    with capture_logs() as logs:
        waiting = asyncio.create_task(gate.take_turn(0))
        async with asyncio.timeout(30):
            await refused.wait()
        assert not waiting.done()
        is_there.set()
        async with asyncio.timeout(60):
            await waiting
    assert {line["event"] for line in logs} == {"identify_gate_unreachable"}
    assert "darkroom@" not in str(logs)
    await gate.close()
    await asyncio.wait(carried, timeout=30)
    server.close()
    await server.wait_closed()
