"""``python -m bot migrate`` that dies (kill -9) before or after one of its steps: DIES="before seal"."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from bot.__main__ import main
from db.leaving import Leaving
from db.postgresql.arriving import Arrival


def dying(step: Any, when: str) -> Any:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def at_once(*given: Any) -> Any:
        if when == "before":
            die()
        step(*given)
        die()

    async def awaited(*given: Any) -> None:
        if when == "before":
            die()
        await step(*given)
        die()

    return at_once if step is Leaving.seal else awaited


when, moment = os.environ["DIES"].split()
owner = Leaving if moment == "seal" else Arrival
setattr(owner, moment, dying(getattr(owner, moment), when))
sys.exit(main(["migrate", *sys.argv[1:]]))
