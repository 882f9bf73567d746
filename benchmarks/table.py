"""One row a promise about speed, and the table they are printed in."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How long to measure. ``quick`` is for trying the benchmarks out; ``full`` takes many minutes."""

    quick: bool = False
    full: bool = False

    def scaled(self, usual: int, quick: int) -> int:
        """A number of repetitions."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True)
class Row:
    """One measured promise.

    ``ratio`` is ours divided by the reference, both of this run. ``met`` is None where there is
    no target, or nothing was measured. ``note`` says what a reader must know to believe it.
    """

    what: str
    target: str
    ours: str
    reference: str = ""
    ratio: float | None = None
    met: bool | None = None
    note: str = ""

    @property
    def result(self) -> str:
        """One word for the last column."""
        return "–" if self.met is None else "met" if self.met else "MISSED"


def as_markdown(rows: Sequence[Row]) -> str:
    """The table, and below it the notes, numbered."""
    lines = ["| what | ours | reference | ratio | target | |", "|---|---|---|---|---|---|"]
    notes: list[str] = []
    for row in rows:
        mark = ""
        if row.note:
            if row.note not in notes:
                notes.append(row.note)
            mark = f" [{notes.index(row.note) + 1}]"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}×"
        cells = (row.what + mark, row.ours, row.reference, ratio, row.target, row.result)
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    for number, note in enumerate(notes, 1):
        lines.extend(textwrap.wrap(f"[{number}] {note}", 110, subsequent_indent="    "))
    return "\n".join(lines)


def as_records(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The same for programs."""
    return [{**dataclasses.asdict(row), "result": row.result} for row in rows]
