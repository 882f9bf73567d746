"""The job ``python -m bot audit``."""

from __future__ import annotations

from pathlib import Path

from bot.container.databases import open_existing
from bot.services.audit import AuditReport, AuditService
from bot.settings import Settings
from bot.stores.folder import FolderStore


async def audit(settings: Settings) -> AuditReport:
    """Compare balances with entries, holds with requests, and pictures with their files.

    Right also beside a running bot.

    Raises:
        SettingsError: there is no database where the settings say.
    """
    store = FolderStore(Path(settings.image_store))
    try:
        async with await open_existing(settings) as storage:
            return await AuditService(storage=storage, pictures=store).run()
    finally:
        await store.close()
