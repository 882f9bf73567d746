"""Whose turn it is in a channel: one companion at a time, the latest message for each, and never a backlog.

Pure bookkeeping; :class:`bot.services.conversation.conversations.Conversations` acts by it. Invariants: at most
:data:`MOST_ANSWERS` turns wait, at most one of them for each companion; a turn that has begun is seen to its end.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.companion import Companion
from bot.domain.talking import MOST_ANSWERS
from bot.services.asked_pictures import HeardMessage
from bot.services.conversation.hearing import Heard
from bot.services.ports.clock import Clock

MINUTE_MS = 60_000
CHANNEL_A_MINUTE = 6
"""Answers in one channel or thread."""
MEMBER_A_MINUTE = 5
"""Answers to one member, wherever they write."""
_SWEEP_AT = 4096
"""So many channels and members are remembered before those of long ago are let go."""


@dataclass(slots=True, eq=False)
class Turn:
    """A companion who is to answer a message. ``wish`` is the message as those hear it who make pictures.

    ``begun`` is set when something of the answer can be read, ``stopped`` when it is not to begin any more.
    """

    companion: Companion
    heard: Heard
    wish: HeardMessage
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)


class Floor:
    """The turns of one channel or thread."""

    def __init__(self) -> None:
        self._waiting: dict[str, Turn] = {}
        self.current: Turn | None = None

    def queue(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """Let these wait, the last ones of their companions; those that lose their place by it are given back."""
        dropped: list[Turn] = []
        for turn in turns:
            earlier = self._waiting.get(turn.companion.companion_id)
            if earlier is not None and earlier.heard.message_id > turn.heard.message_id:
                dropped.append(turn)
                continue
            if earlier is not None:
                dropped.append(self._waiting.pop(turn.companion.companion_id))
            self._waiting[turn.companion.companion_id] = turn
        while len(self._waiting) > MOST_ANSWERS:
            dropped.append(self._waiting.pop(next(iter(self._waiting))))
        return dropped

    def next(self) -> Turn | None:
        """The turn that comes now, taken from those waiting."""
        self.current = self._waiting.pop(next(iter(self._waiting)), None) if self._waiting else None
        return self.current

    def withdraw(self, message_id: int) -> None:
        """A message was deleted or edited: nobody begins to answer it."""
        for companion_id, turn in list(self._waiting.items()):
            if turn.heard.message_id == message_id:
                del self._waiting[companion_id]
        current = self.current
        if current is not None and current.heard.message_id == message_id and not current.begun.is_set():
            current.stopped.set()


class MinuteCaps:
    """How many answers there may be in a minute: in a channel, and to a member."""

    def __init__(
        self, clock: Clock, *, per_channel: int = CHANNEL_A_MINUTE, per_member: int = MEMBER_A_MINUTE
    ) -> None:
        self._clock = clock
        self._most = {"channel": per_channel, "member": per_member}
        self._times: dict[tuple[str, int], deque[int]] = {}

    def take(self, channel_id: int, user_id: int) -> bool:
        """Count an answer; False, and nothing counted, where there were as many as there may be."""
        now_ms = self._clock.now_ms()
        if len(self._times) >= _SWEEP_AT:
            self._sweep(now_ms)
        keys = (("channel", channel_id), ("member", user_id))
        for key in keys:
            self._forget_old(self._times.setdefault(key, deque()), now_ms)
        if any(len(self._times[key]) >= self._most[key[0]] for key in keys):
            return False
        for key in keys:
            self._times[key].append(now_ms)
        return True

    def __len__(self) -> int:
        """How many channels and members are remembered."""
        return len(self._times)

    def _sweep(self, now_ms: int) -> None:
        for times in self._times.values():
            self._forget_old(times, now_ms)
        self._times = {key: times for key, times in self._times.items() if times}

    @staticmethod
    def _forget_old(times: deque[int], now_ms: int) -> None:
        while times and times[0] <= now_ms - MINUTE_MS:
            times.popleft()
