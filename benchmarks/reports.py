"""The moderators' queue among a million (``--full``: ten million) reports against ten thousand."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.growth import GUILDS, SAMPLED_MEMBERS, TARGET, Reading, bare_tables, medians_us
from benchmarks.table import Options, Row
from db.engine import SqliteStorage

SMALL_CASES = 10_000
LARGE_CASES = 1_000_000
FULL_CASES = 10_000_000
OPEN_CASES = 1_000
"""In either file: what moderators have not come to yet does not grow with what they have decided."""
PAGE_CASES = 10

# The open ones are the newest, as they are in a queue that is worked through from its old end.
_FILL = """
INSERT INTO report_case (case_id, image_id, guild_id, requester_account_id, opened_at_ms, revision,
    shown_revision, decision, decided_by_account_id, decided_at_ms)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :cases - 1)
SELECT printf('C%025d', i), printf('I%025d', i), i % :guilds + 1, 'requester', i, 1, 1,
    iif(i < :cases - :open, 'reject', NULL), iif(i < :cases - :open, 'moderator', NULL),
    iif(i < :cases - :open, i, NULL)
FROM n
"""


def rows(options: Options) -> Sequence[Row]:
    """The queue's row."""
    large = FULL_CASES if options.full else options.scaled(LARGE_CASES, 100_000)
    found = in_fresh_process(queue_times, SMALL_CASES, large)
    return [
        Row(
            what=f"report queue, {large:,} reports",
            target=TARGET,
            ours=f"{found['large_us']:.0f} µs",
            reference=f"{found['small_us']:.0f} µs",
            ratio=found["large_us"] / found["small_us"],
            met=found["large_us"] <= 1.5 * found["small_us"],
            note=f"Median over {SAMPLED_MEMBERS:,} pages of {PAGE_CASES} open cases of random servers through "
            f"storage.read, {OPEN_CASES:,} open in either file, both in random turns; {large:,} against "
            f"{SMALL_CASES:,}." + ("" if options.full else f" The target is for {FULL_CASES:,}: --full."),
        )
    ]


async def queue_times(small_cases: int, large_cases: int) -> Figures:
    """Median microseconds of a page of the queue in either file."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.db"), Path(folder, "large.db")
        for path, cases in ((small, small_cases), (large, large_cases)):
            await (await SqliteStorage.open(path)).close()
            with bare_tables(path, "report_case") as connection:
                connection.execute(_FILL, {"cases": cases, "guilds": GUILDS, "open": OPEN_CASES})
        async with await SqliteStorage.open(small) as few, await SqliteStorage.open(large) as many:
            small_us, large_us = await medians_us(
                (few, _any_page(small_cases)), (many, _any_page(large_cases))
            )
    return {"small_us": small_us, "large_us": large_us}


def _any_page(cases: int) -> Callable[[int], Reading]:
    def reading_of(number: int) -> Reading:
        chance = random.Random(number)
        after = f"C{chance.randrange(cases - OPEN_CASES, cases - OPEN_CASES // 2):025}"
        guild_id = chance.randrange(GUILDS) + 1
        return lambda uow: uow.reports.queue(guild_id, after, PAGE_CASES)

    return reading_of
