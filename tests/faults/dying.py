"""Ways to have the bot killed at a step of its work, and to know which steps there were.

``break-at`` and ``steps`` are files of :mod:`tests.faults.bot_under_test`.
"""

from __future__ import annotations

from tests.databases import IS_POSTGRESQL
from tests.e2e.stage import Stage

IN_LINE = ["Leases.give_back"] if IS_POSTGRESQL else []
"""Between the hold and the making, where other processes could make it."""
RENEWALS = "Leases.extend"
"""They come as time passes, not with the life."""


def moments_of(steps: list[str]) -> list[str]:
    """Before and after each step; for a transaction, before its commit and after it."""
    first = {True: "inside", False: "before"}
    return [f"{s} {when}" for s in steps for when in (first[s[0].isupper()], "after")]


def steps_of(stage: Stage) -> list[str]:
    """The steps that the bot has taken, each once, in order."""
    lines = (stage.folder / "steps").read_text().splitlines()
    return list(dict.fromkeys(line for line in lines if not line.startswith(RENEWALS)))


async def die_at(stage: Stage, moment: str) -> None:
    """From now on, the bot is killed at this moment, once."""
    (stage.folder / "break-at").write_text(moment)


async def died(stage: Stage) -> None:
    """Wait until it was killed there."""
    bot = stage.world.bot
    assert bot is not None
    await stage.world.wait_until(lambda: not bot.running, 20, "the bot to be killed")
    assert not (stage.folder / "break-at").exists()


async def died_and_back(stage: Stage) -> None:
    """Wait until it was killed there, and start it again."""
    await died(stage)
    await stage.world.restart_bot()
