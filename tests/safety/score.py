"""``python -m tests.safety.score``: how often the built-in rules err, as one table; ``--failures`` names each."""

from __future__ import annotations

import sys

from tests.safety.evaluation import Score, all_scores


def table(scores: dict[str, Score]) -> str:
    """One line a set."""
    width = max(map(len, scores))
    return "\n".join(
        f"{name:<{width}}  {told.cases:>6}  {len(told.wrong):>4} wrong  {100 * told.rate:6.2f} %"
        for name, told in scores.items()
    )


if __name__ == "__main__":
    scores = all_scores("holdout" if "--holdout" in sys.argv else "")
    print(table(scores))  # noqa: T201 -- a program prints
    if "--failures" in sys.argv:
        for name, told in scores.items():
            print(*(f"{name}: {wrong}" for wrong in told.wrong), sep="\n")  # noqa: T201
