"""Who may use a backend next."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

Key = TypeVar("Key")


@dataclass(eq=False, slots=True)
class _Ticket:
    member: str
    guild: int
    number: int
    moved: Callable[[int], None]
    admitted: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    position: int = 0


class FairQueue:
    """A fixed number of slots, handed to those who use the fewest.

    A free slot goes to the waiting request whose guild, then whose member, has the fewest slots;
    among equals to those who were served longest ago, and then to the one that waits longest. So
    one member's many requests wait for each other and never for long in front of somebody else's
    first one, also where there is only one slot. ``per_guild`` bounds a guild's slots (0: no bound
    but fairness).
    """

    def __init__(self, slots: int, per_guild: int = 0) -> None:
        self._slots = slots
        self._free: int = slots
        self._per_guild = per_guild
        self._waiting: list[_Ticket] = []
        self._of_member: Counter[str] = Counter()
        self._of_guild: Counter[int] = Counter()
        self._member_served: dict[str, int] = {}
        self._guild_served: dict[int, int] = {}
        self._issued = 0
        self._admitted = 0

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return len(self._waiting)

    @property
    def used(self) -> int:
        """How many have one."""
        return self._slots - self._free

    @asynccontextmanager
    async def slot(self, member: str, guild: int, moved: Callable[[int], None]) -> AsyncGenerator[None]:
        """Hold a slot. ``moved`` is told the place in the queue, from 1, whenever it changes."""
        self._issued += 1
        ticket = _Ticket(member, guild, self._issued, moved)
        self._waiting.append(ticket)
        self._admit()
        try:
            await ticket.admitted
        except asyncio.CancelledError:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._tell_positions()
            else:
                self._give_back(ticket)
            raise
        try:
            yield
        finally:
            self._give_back(ticket)

    def _give_back(self, ticket: _Ticket) -> None:
        self._free += 1
        _less_one(self._of_member, ticket.member)
        _less_one(self._of_guild, ticket.guild)
        self._admit()
        self._forget(ticket)

    def _forget(self, ticket: _Ticket) -> None:
        """When somebody was served counts for as long as more of theirs waits or runs."""
        if not self._of_member[ticket.member] and all(t.member != ticket.member for t in self._waiting):
            self._member_served.pop(ticket.member, None)
        if not self._of_guild[ticket.guild] and all(t.guild != ticket.guild for t in self._waiting):
            self._guild_served.pop(ticket.guild, None)

    def _order(self, ticket: _Ticket) -> tuple[int, int, int, int, int]:
        return (
            self._of_guild[ticket.guild],
            self._of_member[ticket.member],
            self._guild_served.get(ticket.guild, 0),
            self._member_served.get(ticket.member, 0),
            ticket.number,
        )

    def _admit(self) -> None:
        while self._free:
            # Who was cancelled is still here until their task has its turn.
            ready = [
                t
                for t in self._waiting
                if not t.admitted.cancelled()
                and (not self._per_guild or self._of_guild[t.guild] < self._per_guild)
            ]
            if not ready:
                break
            ticket = min(ready, key=self._order)
            self._waiting.remove(ticket)
            self._free -= 1
            self._of_member[ticket.member] += 1
            self._of_guild[ticket.guild] += 1
            self._admitted += 1
            self._member_served[ticket.member] = self._guild_served[ticket.guild] = self._admitted
            ticket.admitted.set_result(None)
        self._tell_positions()

    def _tell_positions(self) -> None:
        for position, ticket in enumerate(sorted(self._waiting, key=self._order), start=1):
            if ticket.position != position:
                ticket.position = position
                ticket.moved(position)


def _less_one(counter: Counter[Key], key: Key) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
