"""Who waits for the worker, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class _Ticket:
    moved: Callable[[int], None]
    called: asyncio.Event = field(default_factory=asyncio.Event)
    place: int = 0


class Line:
    """One is served at a time; the others know their place."""

    def __init__(self) -> None:
        self._tickets: list[_Ticket] = []

    @asynccontextmanager
    async def turn(self, moved: Callable[[int], None]) -> AsyncGenerator[None]:
        """Wait for one's turn, and have it. ``moved`` is told each new place in the line, 1 for the next."""
        ticket = _Ticket(moved)
        self._tickets.append(ticket)
        self._tell()
        try:
            await ticket.called.wait()
            yield
        finally:
            self._tickets.remove(ticket)
            self._tell()

    def _tell(self) -> None:
        for place, ticket in enumerate(self._tickets):
            if place == 0:
                ticket.called.set()
            elif place != ticket.place:
                ticket.place = place
                ticket.moved(place)
