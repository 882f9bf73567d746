"""``python -m benchmarks``: measure, and print one table."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback

from benchmarks.table import (
    Growth,
    Options,
    Row,
    as_markdown,
    as_records,
    growth_as_markdown,
    growth_as_records,
)

FAMILIES = (
    "interactions",
    "ledger",
    "pictures",
    "reading",
    "gallery",
    "studio",
    "reports",
    "memory",
    "sketch",
    "writer",
    "hostile",
    "start",
    "postgresql",
    "growths",
    "workers",
)


def main() -> int:
    """Run the chosen families one after the other; 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=FAMILIES, help="only this family (may be repeated)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: to try it out, not to quote")
    parser.add_argument("--full", action="store_true", help="ten million rows instead of one million")
    parser.add_argument("--json", action="store_true", help="records instead of a table")
    arguments = parser.parse_args()
    options = Options(quick=arguments.quick, full=arguments.full)
    rows: list[Row] = []
    growths: list[Growth] = []
    for family in arguments.only or FAMILIES:
        begun = time.perf_counter()
        try:
            module = importlib.import_module(f"benchmarks.{family}")
            rows.extend(module.rows(options))
            if hasattr(module, "growths"):
                growths.extend(module.growths(options))
        except Exception:  # noqa: BLE001  the other families shall be measured all the same
            traceback.print_exc()
            rows.append(Row(what=f"all of {family}", target="to be measured", ours="failed", met=False))
        print(f"{family}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    if arguments.json:
        print(json.dumps([*as_records(rows), *growth_as_records(growths)], indent=2, ensure_ascii=False))
    else:
        print(f"\n{_machine()}")
        if rows:
            print(f"\n{as_markdown(rows)}")
        if growths:
            print(f"\nHow each grows:\n\n{growth_as_markdown(growths)}")
    return any(row.met is False for row in rows)


def _machine() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; load before the end {load:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
