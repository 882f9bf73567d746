"""``python -m bot backup`` and ``python -m bot restore`` as the command line has them."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.archives import ArchiveError
from bot.container.backups import back_up, restore
from bot.domain.errors import PictureNotStoredError
from bot.services.ports.images import StoreUnavailableError
from bot.services.ports.storage import StorageError
from bot.settings import Settings
from db.errors import MigrationError

STOPPED = 130
"""What a shell calls a program that was interrupted."""

TELL_EVERY_S = 0.2


async def run_backup(settings: Settings, chosen: argparse.Namespace) -> int:
    """Make a backup, say what it is, and return the exit code: 1 where pictures were missing, or nothing was made."""

    async def work() -> int:
        where: Path = chosen.where or settings.work_folder / "backups"
        report = await back_up(settings, where, _Telling("backup"), keep=chosen.keep)
        print("\n".join(report.lines()))
        return 0 if report.is_whole else 1

    return await _until_stopped("backup", work())


async def run_restore(settings: Settings, chosen: argparse.Namespace) -> int:
    """Restore an archive, say what was done, and return the exit code: 1 where the audit found something."""

    async def work() -> int:
        report = await restore(settings, chosen.archive, _Telling("restore"), replace=chosen.replace)
        print("\n".join(report.lines()))
        return 0 if report.audit.is_clean else 1

    return await _until_stopped("restore", work())


async def _until_stopped(job: str, work: Coroutine[Any, Any, int]) -> int:
    """Do the work; being told to stop (SIGINT, SIGTERM) leaves nothing half done."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return _say(f"{job}: stopped, and nothing was left half done", STOPPED)
    except (PictureNotStoredError, StoreUnavailableError) as error:
        return _say(f"{job}: IMAGE_STORE: {error.reason}", 1)
    except (ArchiveError, MigrationError, StorageError) as error:
        return _say(f"{job}: {error.reason}", 1)


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


class _Telling:
    """Says on standard error how far the work is: on a terminal all the time, else a line as each part begins."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._part = ""
        self._told_at_s = 0.0
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, part: str, done: int, all_: int) -> None:
        is_new, now_s = part != self._part, time.monotonic()
        if not is_new and (not self._is_terminal or (now_s - self._told_at_s < TELL_EVERY_S and done < all_)):
            return
        before = "\n" if is_new and self._part and self._is_terminal else ""
        how_far = f" {done * 100 // all_} %" if all_ and self._is_terminal else ""
        self._part, self._told_at_s = part, now_s
        end = "" if self._is_terminal else "\n"
        line = (
            f"{before}\r{self._job}: {part}{how_far}\x1b[K" if self._is_terminal else f"{self._job}: {part}"
        )
        print(line, end=end, file=sys.stderr, flush=True)
