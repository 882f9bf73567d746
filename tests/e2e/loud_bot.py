"""The bot under test with everything logged that can be: ``python -m tests.e2e.loud_bot``.

Only the library of Discord stays at the level that the bot gives it: at its lowest it prints all that it
receives, which is why no setting turns that on.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import replace

from bot.__main__ import run_bot
from bot.services.ports.storage import Storage
from bot.settings import load_settings
from tests.faults.bot_under_test import adapters


def main() -> int:
    """Run it."""
    quiet = adapters()

    def loudly(inner: Storage) -> Storage:
        logging.getLogger().setLevel(logging.DEBUG)  # after the bot has set up its logs
        logging.getLogger("tests").debug("loud")  # for tests that see whether it is
        return quiet.wrap_storage(inner)

    return asyncio.run(run_bot(load_settings(), replace(quiet, wrap_storage=loudly)))


if __name__ == "__main__":
    sys.exit(main())
