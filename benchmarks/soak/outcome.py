"""What came of a soak, and which promises it broke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.soak.answers import ACK_WITHIN_S
from benchmarks.soak.ledger import Ledger
from benchmarks.soak.probe import Reading
from benchmarks.soak.records import Books
from benchmarks.soak.tree import Command, used_of

FLAT_SHARE, FLAT_MB = 1.10, 12.0
"""Memory is flat when its end is within a tenth, and 12 MB, of what it was after the first minute."""
SPARE_FILES, SPARE_TASKS = 12, 6
"""Kept-alive connections, lazily opened databases and libraries, and what the bot does by itself every minute."""


def has_settled(before: Reading, after: Reading) -> bool:
    """Whether a process holds no more than before: idle connections are closed some seconds after their last use."""
    return after.tasks <= before.tasks and after.open_files <= before.open_files + SPARE_FILES


@dataclass(frozen=True, slots=True)
class Outcome:
    """See the fields' names. ``audit`` is (exit code, what it said)."""

    seed: int
    wanted_per_s: float
    took_s: float
    behind_s: float
    begun_at: float
    sent_by_load: int
    books: Books
    commands: Sequence[Command]
    faults: Mapping[str, int]
    before: Reading
    ended: Reading
    after: Reading
    readings: Sequence[Reading]
    suspicious: Sequence[str]
    events: Mapping[str, int]
    ledger: Ledger
    audit: tuple[int, str]
    returncode: int | None

    @property
    def acks_s(self) -> list[float]:
        """Times to the first answer, sorted, of all that Discord was still listening to."""
        sent = self.books.sent
        return sorted(one.acked_after_s for one in sent if one.acked_after_s is not None)

    @property
    def late(self) -> int:
        """First answers that came after Discord had stopped waiting."""
        return sum(after_s > ACK_WITHIN_S for after_s in self.acks_s)

    def minutes(self) -> list[float]:
        """Memory in MB at the end of each minute of the load, and at its end."""
        found: list[float] = []
        last = self.begun_at + self.took_s
        for at in (*(self.begun_at + 60 * n for n in range(1, int(self.took_s // 60) + 1)), last):
            until = [reading for reading in self.readings if reading.at <= at]
            if until:
                found.append(until[-1].resident_mb)
        return found

    def broken(self) -> list[str]:
        """A line for each promise that does not hold, whatever the machine's speed."""
        books = self.books
        checks = {
            "no answer": books.unanswered(),
            "answered twice": books.answered_twice,
            "left thinking": books.left_thinking(),
            "an error of our side shown": books.told_of_errors,
            "a picture posted twice": books.posted_twice,
            "said in the log": self.suspicious,
            "a command that nobody used": used_of(self.commands, books.used),
        }
        lines = [
            f"{what}: {len(found)}, such as {'; '.join(str(one) for one in found[:5])}"
            for what, found in checks.items()
            if found
        ]
        zeros = {
            "requests still under way, or never told of": self.ledger.under_way,
            "requests held twice": self.ledger.held_twice,
            "interactions that made two requests": self.ledger.asked_twice,
            "audit's exit code": self.audit[0],
            "the bot's exit code": self.returncode,
        }
        lines += [f"{what}: {number}" for what, number in zeros.items() if number != 0]
        if not books.pictures:
            lines.append("not one picture was delivered")
        if self.after.tasks > self.before.tasks + SPARE_TASKS:
            more = {
                kind: count - self.before.kinds.get(kind, 0)
                for kind, count in self.after.kinds.items()
                if count > self.before.kinds.get(kind, 0)
            }
            lines.append(f"tasks that stayed: {self.before.tasks} before, {self.after.tasks} after: {more}")
        if self.after.open_files > self.before.open_files + SPARE_FILES:
            lines.append(f"open files: {self.before.open_files} before, {self.after.open_files} after")
        return lines

    def broken_in_time(self) -> list[str]:
        """The same for what hangs on the machine: late acks, the rate, memory."""
        lines: list[str] = []
        if self.late:
            lines.append(f"late acks: {self.late}")
        if self.behind_s > 0.05 * self.took_s:
            lines.append(f"the load was {self.behind_s:.0f} s behind")
        minutes = self.minutes()
        if len(minutes) > 2 and minutes[-1] > minutes[0] * FLAT_SHARE + FLAT_MB:
            lines.append(f"memory grew from {minutes[0]:.0f} MB after a minute to {minutes[-1]:.0f} MB")
        return lines
