"""Who may use a backend next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.requests.fair_queue import FairQueue


class Visitors:
    """People who want a slot; each leaves when the test says so."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.order: list[str] = []
        self.places: dict[str, list[int]] = {}
        self.leave: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, member: str, guild: int = 1) -> None:
        self.leave[name] = asyncio.Event()
        self.places[name] = []
        self.tasks[name] = asyncio.create_task(self._stay(name, member, guild))
        await asyncio.sleep(0)

    async def _stay(self, name: str, member: str, guild: int) -> None:
        async with self.queue.slot(member, guild, self.places[name].append):
            self.order.append(name)
            await self.leave[name].wait()

    async def go(self, name: str) -> None:
        self.leave[name].set()
        await self.tasks[name]
        await asyncio.sleep(0)


async def test_one_members_many_requests_do_not_starve_another() -> None:
    visitors = Visitors(FairQueue(2))
    for number in range(4):
        await visitors.come(f"ana{number}", "ana")
    await visitors.come("ben", "ben")
    assert visitors.order == ["ana0", "ana1"]
    assert visitors.places["ben"] == [1]
    await visitors.go("ana0")
    assert visitors.order[-1] == "ben"
    await visitors.go("ana1")
    assert visitors.order[-1] == "ana2"


async def test_with_one_slot_members_take_turns() -> None:
    visitors = Visitors(FairQueue(1))
    for number in range(4):
        await visitors.come(f"ana{number}", "ana")
    await visitors.come("ben0", "ben")
    await visitors.come("ben1", "ben")
    for name in ("ana0", "ben0", "ana1", "ben1", "ana2"):
        await visitors.go(name)
    assert visitors.order == ["ana0", "ben0", "ana1", "ben1", "ana2", "ana3"]


async def test_with_one_slot_guilds_take_turns() -> None:
    visitors = Visitors(FairQueue(1))
    for number in range(3):
        await visitors.come(f"busy{number}", f"member{number}", guild=1)
    await visitors.come("quiet", "somebody", guild=2)
    await visitors.go("busy0")
    assert visitors.order == ["busy0", "quiet"]


async def test_who_was_served_and_left_waits_no_longer_than_others_when_they_come_back() -> None:
    visitors = Visitors(FairQueue(1))
    await visitors.come("ana0", "ana")
    await visitors.go("ana0")
    await visitors.come("ben0", "ben")
    await visitors.come("ana1", "ana")
    await visitors.come("cleo0", "cleo")
    await visitors.go("ben0")
    assert visitors.order == ["ana0", "ben0", "ana1"]


async def test_a_busy_guild_lets_a_quiet_one_go_first() -> None:
    visitors = Visitors(FairQueue(2))
    for number in range(4):
        await visitors.come(f"busy{number}", f"member{number}", guild=1)
    await visitors.come("quiet", "somebody", guild=2)
    await visitors.go("busy0")
    assert visitors.order[-1] == "quiet"


async def test_a_guilds_bound_holds_even_when_slots_are_free() -> None:
    visitors = Visitors(FairQueue(3, per_guild=1))
    await visitors.come("first", "ana", guild=1)
    await visitors.come("second", "ben", guild=1)
    await visitors.come("third", "cleo", guild=2)
    assert visitors.order == ["first", "third"]
    await visitors.go("first")
    assert visitors.order == ["first", "third", "second"]


async def test_places_are_told_when_they_change() -> None:
    visitors = Visitors(FairQueue(1))
    for name in ("a", "b", "c"):
        await visitors.come(name, name)
    await visitors.go("a")
    await visitors.go("b")
    assert (visitors.places["b"], visitors.places["c"]) == ([1], [2, 1])


async def test_who_leaves_the_queue_makes_room() -> None:
    visitors = Visitors(FairQueue(1))
    for name in ("a", "b", "c"):
        await visitors.come(name, name)
    visitors.tasks["b"].cancel()
    await asyncio.wait([visitors.tasks["b"]])
    assert visitors.places["c"] == [2, 1]
    await visitors.go("a")
    assert visitors.order == ["a", "c"]


async def test_a_slot_that_was_just_given_to_somebody_who_left_is_given_on() -> None:
    queue = FairQueue(1)
    visitors = Visitors(queue)
    async with queue.slot("ana", 1, lambda _place: None):
        await visitors.come("b", "ben")
        await visitors.come("c", "cleo")
    visitors.tasks["b"].cancel()  # admitted in this very moment, but it has not run yet
    await asyncio.wait([visitors.tasks["b"]])
    await asyncio.sleep(0)
    assert visitors.order == ["c"]


@given(
    slots=st.integers(1, 4),
    comers=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), max_size=20),
)
def test_everybody_gets_a_slot_and_never_too_many_at_once(
    slots: int, comers: Sequence[tuple[str, int]]
) -> None:
    async def scenario() -> None:
        queue = FairQueue(slots)
        inside = most = served = 0

        async def visit(member: str, guild: int) -> None:
            nonlocal inside, most, served
            async with queue.slot(member, guild, lambda _place: None):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1
                served += 1

        await asyncio.gather(*(visit(member, guild) for member, guild in comers))
        assert served == len(comers)
        assert most <= slots

    asyncio.run(scenario())


async def test_an_error_inside_gives_the_slot_back() -> None:
    queue = FairQueue(1)
    with pytest.raises(RuntimeError):
        async with queue.slot("ana", 1, lambda _place: None):
            raise RuntimeError
    async with asyncio.timeout(1), queue.slot("ben", 1, lambda _place: None):
        pass


async def test_who_leaves_is_not_hindered_by_one_who_gave_up_waiting_at_that_moment() -> None:
    visitors = Visitors(FairQueue(1))
    for name in ("ana", "ben", "cem"):
        await visitors.come(name, name)
    visitors.leave["ana"].set()
    visitors.tasks["ben"].cancel()
    await visitors.tasks["ana"]
    with pytest.raises(asyncio.CancelledError):
        await visitors.tasks["ben"]
    assert visitors.order == ["ana", "cem"]
    await visitors.go("cem")
    assert (visitors.queue.used, visitors.queue.waiting) == (0, 0)
