"""Two shards, three workers and a PostgreSQL that is restarted, while processes are killed by lot."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fleet.rampage import Plan, rampage

pytestmark = [pytest.mark.process, pytest.mark.postgresql]

REQUESTS = 120
"""The full 500: ``python -m tests.fleet --requests 500``."""


async def test_nothing_is_lost_charged_twice_or_posted_twice(
    tmp_path: Path,
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201  pytest shows it where the test fails
    report = await rampage(tmp_path, Plan(REQUESTS, seed, kills=6))
    assert report.killed.total() == 7
    assert report.ends["delivered"] >= REQUESTS * 0.95
