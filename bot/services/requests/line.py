"""The line of requests that wait to be made, where several processes make pictures.

It stands in the database, so nobody's place is lost with a process, and no process keeps work to itself that another
could begin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.request import RequestState
from bot.services.ports.clock import Clock
from bot.services.ports.storage import InLine, Storage, UnitOfWork

BATCH_PATIENCE_MS = 120_000
"""For so long single pictures of its guild go before a batch; then it is as good as they are."""

CANDIDATES = 64
TO_BE_MADE = frozenset({RequestState.HELD, RequestState.RUNNING})


class Line:
    """Hands out turns, one process's view of it.

    A turn goes to the guild of which fewest are being made, among equals to the one that this process served
    longest ago. ``call`` wakes somebody with a free slot.
    """

    def __init__(
        self, *, storage: Storage, clock: Clock, call: Callable[[str], None], per_guild: int = 0
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._call = call
        self._per_guild = per_guild
        self._served: dict[int, int] = {}
        self._turns = 0

    def join(self, request_id: str) -> None:
        """A held request waits from now on; call after the commit."""
        self._call(request_id)

    async def place_of(self, request_id: str) -> int | None:
        """About how many turns it is until a request has its own, from 1; None where it does not wait."""

        async def work(uow: UnitOfWork) -> tuple[bool, int]:
            request = await uow.requests.get(request_id)
            waits = request is not None and request.state in TO_BE_MADE and request.lease_owner is None
            return waits, await uow.line.length(self._clock.now_ms())

        waits, length = await self._storage.read(work)
        return max(length, 1) if waits else None

    async def take_turn(self, drive: Callable[[str], Awaitable[bool]]) -> bool:
        """Drive the one whose turn it is; False where nobody waits."""
        for candidate in await self._candidates():
            self._turns += 1
            self._served[candidate.guild_id] = self._turns
            if await drive(candidate.request_id):
                return True
        return False

    async def length(self) -> int:
        """How many wait."""

        async def work(uow: UnitOfWork) -> int:
            return await uow.line.length(self._clock.now_ms())

        return await self._storage.read(work)

    async def _candidates(self) -> Sequence[InLine]:
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> Sequence[InLine]:
            return await uow.line.next(
                now_ms,
                impatient_before_ms=now_ms - BATCH_PATIENCE_MS,
                per_guild=self._per_guild,
                most=CANDIDATES,
            )

        waiting = await self._storage.read(work)
        guilds = {candidate.guild_id for candidate in waiting}
        self._served = {guild: turn for guild, turn in self._served.items() if guild in guilds}
        # Of each guild its first, then of each its second: a stable sort within.
        rounds: dict[int, int] = {}
        keys: dict[str, tuple[int, int, int]] = {}
        for candidate in waiting:
            rounds[candidate.guild_id] = rounds.get(candidate.guild_id, 0) + 1
            served = self._served.get(candidate.guild_id, 0)
            keys[candidate.request_id] = (rounds[candidate.guild_id], candidate.busy, served)
        return sorted(waiting, key=lambda candidate: keys[candidate.request_id])
