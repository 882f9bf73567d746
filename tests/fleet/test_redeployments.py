"""A fleet is updated while members ask for pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.rampage import Plan
from tests.fleet.redeployment import migration_under_load, redeployment

pytestmark = [pytest.mark.process, pytest.mark.postgresql]

PLAN = Plan(requests=80, seed=0, kills=0)


async def test_every_process_is_replaced_under_load_and_nothing_is_lost(tmp_path: Path) -> None:
    report, codes = await redeployment(tmp_path, PLAN)
    assert codes == [0] * (PLAN.workers + PLAN.shards)
    assert set(report.ends) == {"delivered"}


async def test_an_update_that_migrates_is_not_felt_by_the_processes_before_it(tmp_path: Path) -> None:
    report = await migration_under_load(tmp_path, PLAN)
    assert report.ends == {"delivered": PLAN.requests}
    assert report.pressed_again == 0
