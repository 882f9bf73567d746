"""The breakable bot with every logger of every library at its loudest: ``python -m tests.faults.loud_bot``."""

from __future__ import annotations

import asyncio
import logging
import sys

from bot.__main__ import run_bot
from bot.settings import load_settings
from tests.faults.bot_under_test import adapters


class LoudLevel:
    """Stands for ``Logger.setLevel``: whatever level is asked for, all is logged."""

    def __init__(self) -> None:
        self._set = logging.Logger.setLevel

    def __call__(self, logger: logging.Logger, level: int | str) -> None:
        del level
        self._set(logger, logging.DEBUG)

    def __get__(self, logger: logging.Logger, kind: object) -> object:
        return lambda level: self(logger, level)


if __name__ == "__main__":
    logging.Logger.setLevel = LoudLevel()  # type: ignore[method-assign,assignment]
    sys.exit(asyncio.run(run_bot(load_settings(), adapters())))
