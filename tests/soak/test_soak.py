"""A short soak of the real bot; ``python -m benchmarks.soak`` is the long one (docs/performance.md, "Soak").

Nothing here hangs on how quick the machine is: an answer counts whenever it comes.
"""

from __future__ import annotations

import pytest

from benchmarks.soak.run import Plan, soak

pytestmark = pytest.mark.process

LAZY_MB = 250
"""What libraries take that open with the first chart or picture, and pictures in work, and room beside it."""


async def test_under_load_with_faults_and_attackers_everyone_is_answered_once_and_nothing_stays_behind() -> (
    None
):
    plan = Plan(
        rate_per_s=25,
        seconds=60,
        seed=20,
        reconnect_every_s=20,
        late_is_lost=False,
        deadline_s=10,
        quiet_s=300,
    )
    outcome = await soak(plan)
    assert outcome.broken() == [], f"seed {outcome.seed}"
    assert outcome.after.resident_mb < outcome.before.resident_mb + LAZY_MB
    assert outcome.sent_by_load > 1_000
    assert min(outcome.faults.values()) > 0, outcome.faults
    assert sum(outcome.books.hostile.values()) > 50
