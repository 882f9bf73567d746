"""``python -m bot audit``: check the books and the pictures, and say what is wrong."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.services.audit import AuditService
from bot.settings import Settings
from bot.stores.folder import FolderStore
from db.engine import SqliteStorage


async def run_audit(settings: Settings) -> int:
    """Print one line a violation, or one that all is well; the exit code is 1 when something is wrong.

    Right beside a running bot as well. Where there is no database yet, that is said (exit code 2)
    and none is made.
    """
    path = Path(settings.database_path)
    if not await asyncio.to_thread(path.is_file):
        sys.stderr.write(f"There is no database at {path} (setting DATABASE_URL).\n")
        return 2
    pictures = FolderStore(Path(settings.image_store))
    try:
        async with await SqliteStorage.open(path) as storage:
            report = await AuditService(storage=storage, pictures=pictures).run()
    finally:
        await pictures.close()
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    return 0 if report.is_clean else 1
