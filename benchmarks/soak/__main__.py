"""``python -m benchmarks.soak``: the long soak by one command; 1 when a promise does not hold."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Mapping

from benchmarks.soak.outcome import Outcome
from benchmarks.soak.run import Plan, soak
from benchmarks.soak.surface import untouched


def main() -> int:
    """Soak, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--rate", type=float, default=200.0, help="interactions a second (200)")
    parser.add_argument("--seconds", type=float, default=600.0, help="for how long (600)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of load and faults")
    parser.add_argument("--patience", type=float, default=180.0, help="seconds that silence may take to come")
    parser.add_argument(
        "--untimed", action="store_true", help="late answers count as answers, as in the test"
    )
    arguments = parser.parse_args()
    plan = Plan(
        arguments.rate,
        arguments.seconds,
        arguments.seed,
        late_is_lost=not arguments.untimed,
        quiet_s=arguments.patience,
    )
    print(f"seed {plan.seed}; load average at the start {os.getloadavg()[0]:.1f}", flush=True)
    outcome = asyncio.run(soak(plan, lambda line: print(line, flush=True)))
    print(described(outcome))
    broken = outcome.broken() + ([] if arguments.untimed else outcome.broken_in_time())
    print("\n".join(f"BROKEN: {line}" for line in broken) or "every promise holds")
    return bool(broken)


def described(outcome: Outcome) -> str:
    """The figures, a line each."""
    books, acks, minutes = outcome.books, outcome.acks_s, outcome.minutes()
    count = outcome.sent_by_load + books.hostile["replayed"]
    figures = {
        "interactions": f"{count:,} in {outcome.took_s:.0f} s, {count / outcome.took_s:.0f}/s "
        f"({outcome.wanted_per_s:.0f}/s wanted), of them hostile: {sum(books.hostile.values()):,}",
        "ack": f"p50 {_at(acks, 0.5)}, p99 {_at(acks, 0.99)}, max {_at(acks, 1.0)}; later than 3 s: {outcome.late}",
        "memory by minute": f"{', '.join(f'{mb:.0f}' for mb in minutes)} MB",
        "before / after": f"tasks {outcome.before.tasks} / {outcome.after.tasks}, "
        f"open files {outcome.before.open_files} / {outcome.after.open_files}, "
        f"threads {outcome.before.threads} / {outcome.after.threads}, "
        f"blocks {outcome.before.blocks:,} / {outcome.after.blocks:,}",
        "loop": f"latest turn {max(reading.lag_s for reading in outcome.readings):.2f} s late; "
        f"CPU {outcome.ended.cpu_s - outcome.before.cpu_s:.0f} s",
        "pictures": f"{books.pictures:,} delivered; requests {_counts(outcome.ledger.requests)}",
        "ledger": f"{outcome.ledger.rows:,} rows; audit: {outcome.audit[1]}",
        "calls of the bot": f"{books.calls:,}; faults {_counts(outcome.faults)}",
        "hostile": _counts(books.hostile),
        "used": _counts(books.used),
        "not touched": ", ".join(untouched(books.used)) or "nothing",
        "log": _counts(outcome.events),
        "routes not known": _counts(books.unknown_routes) or "none",
    }
    return "\n".join(f"{what}: {figure}" for what, figure in figures.items())


def _counts(counts: Mapping[str, int]) -> str:
    pairs = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{name} {number:,}" for name, number in pairs)


def _at(values: list[float], share: float) -> str:
    if not values:
        return "none"
    return f"{1e3 * values[min(len(values) - 1, int(len(values) * share))]:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
