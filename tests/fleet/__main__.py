"""The fleet test at any size: ``python -m tests.fleet --requests 500 [--seed N] [--kills 12 | --redeploy]``."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from pathlib import Path

from tests.fleet.rampage import Plan, rampage
from tests.fleet.redeployment import redeployment


def main() -> None:
    """Run it once and print what happened; a violation ends it with what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument(
        "--redeploy", action="store_true", help="replace each process in turn instead of killing"
    )
    chosen = parser.parse_args()
    plan = Plan(chosen.requests, chosen.seed, workers=chosen.workers, kills=chosen.kills)
    print(f"seed {plan.seed}", flush=True)  # noqa: T201  a command-line program prints
    with tempfile.TemporaryDirectory() as folder:
        if chosen.redeploy:
            report, codes = asyncio.run(redeployment(Path(folder), plan))
            print(f"exit codes: {codes}")  # noqa: T201  as above
        else:
            report = asyncio.run(rampage(Path(folder), plan))
    print("\n".join(report.lines()))  # noqa: T201  as above


if __name__ == "__main__":
    main()
