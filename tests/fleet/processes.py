"""The bot and its workers as the fleet tests run them: ``python -m tests.fleet.processes bot|worker``.

As :mod:`tests.faults.bot_under_test`, and by environment variable: ``LEASE_S``, ``HEARTBEAT_S``, ``DRAIN_S``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace

from bot.__main__ import run_bot
from bot.jobs.worker import run_worker
from bot.settings import load_settings
from tests.faults.bot_under_test import adapters


def fleet_adapters():
    """Those of the fault tests, in a hurry."""
    return replace(
        adapters(),
        lease_s=float(os.environ.get("LEASE_S", "60")),
        heartbeat_s=float(os.environ.get("HEARTBEAT_S", "5")),
        drain_s=float(os.environ.get("DRAIN_S", "20")),
    )


if __name__ == "__main__":
    run = {"bot": run_bot, "worker": run_worker}[sys.argv[1]]
    sys.exit(asyncio.run(run(load_settings(), fleet_adapters())))
