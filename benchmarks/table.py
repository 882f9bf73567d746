"""One row a promise about speed, and the table they are printed in."""

from __future__ import annotations

import dataclasses
import math
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


@dataclass(frozen=True, slots=True)
class Growth:
    """One cost, by how much there is ``of`` something: ``values`` in ``unit``, one for each of ``sizes``."""

    what: str
    of: str
    unit: str
    sizes: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def by_ten(self) -> float:
        """By how much the cost grows when there is ten times as much."""
        tens = math.log10(self.sizes[-1] / self.sizes[0])
        return (self.values[-1] / self.values[0]) ** (1 / tens)


def growth_as_markdown(growths: Sequence[Growth]) -> str:
    """The second table."""
    lines = ["| what | with | costs | ×10 → |", "|---|---|---|---|"]
    for growth in growths:
        sizes = " · ".join(f"{size:,}" for size in growth.sizes)
        values = " · ".join(f"{value:.3g}" for value in growth.values)
        lines.append(
            f"| {growth.what} | {sizes} {growth.of} | {values} {growth.unit} | ×{growth.by_ten:.2f} |"
        )
    return "\n".join(lines)


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


def growth_as_records(growths: Sequence[Growth]) -> list[dict[str, object]]:
    """The second table for programs."""
    return [{**dataclasses.asdict(growth), "by_ten": growth.by_ten} for growth in growths]
