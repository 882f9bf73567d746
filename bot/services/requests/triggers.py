"""Which buttons have a request under way in this process, without asking the database."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass


class Reserved(enum.Enum):
    """What came of reserving a button: it is ours, it is taken, or this very press has it already."""

    OURS = enum.auto()
    TAKEN = enum.auto()
    SAME_PRESS = enum.auto()


@dataclass(slots=True)
class _Reservation:
    source_id: int
    request_id: str | None = None


class OpenTriggers:
    """A first guard against double taps, answered before the ack.

    The database holds the truth (a unique open trigger per account); this one only spares people
    a "thinking…" that would be taken back at once. ``source_id`` is the interaction's: one that
    is delivered twice must not be answered twice, or "already on its way" could take the place
    of the answer that it speaks of.

    ``forget_after_s`` is for a process that does not hear of a request's end: a button is let go so long after its
    request was put on record.
    """

    def __init__(self, *, forget_after_s: float | None = None) -> None:
        self._forget_after_s = forget_after_s
        self._by_trigger: dict[tuple[int, str], _Reservation] = {}
        self._by_request: dict[str, tuple[int, str]] = {}

    def reserve(self, user_id: int, trigger_key: str, source_id: int) -> Reserved:
        """Take a button for a member."""
        standing = self._by_trigger.get((user_id, trigger_key))
        if standing is None:
            self._by_trigger[user_id, trigger_key] = _Reservation(source_id)
            return Reserved.OURS
        return Reserved.SAME_PRESS if standing.source_id == source_id else Reserved.TAKEN

    def bind(self, user_id: int, trigger_key: str, source_id: int, request_id: str) -> None:
        """The reservation belongs to this request now."""
        self._by_trigger[user_id, trigger_key] = _Reservation(source_id, request_id)
        self._by_request[request_id] = (user_id, trigger_key)
        if self._forget_after_s is not None:
            asyncio.get_running_loop().call_later(self._forget_after_s, self.finish, request_id)

    def release(self, user_id: int, trigger_key: str) -> None:
        """Give back a reservation that came to nothing."""
        standing = self._by_trigger.get((user_id, trigger_key))
        if standing is not None and standing.request_id is None:
            del self._by_trigger[user_id, trigger_key]

    def finish(self, request_id: str) -> None:
        """The request is no longer driven here."""
        trigger = self._by_request.pop(request_id, None)
        if trigger is not None:
            self._by_trigger.pop(trigger, None)
