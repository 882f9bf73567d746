"""The job ``python -m bot audit``."""

from __future__ import annotations

from pathlib import Path

from bot.services.audit import AuditReport, AuditService
from bot.settings import Settings, SettingsError
from bot.stores.folder import FolderStore
from db.engine import SqliteStorage


async def audit(settings: Settings) -> AuditReport:
    """Compare balances with entries, holds with requests, and pictures with their files.

    Right also beside a running bot.

    Raises:
        SettingsError: there is no database where the settings say.
    """
    path = _existing_database(settings)
    store = FolderStore(Path(settings.image_store))
    try:
        async with await SqliteStorage.open(path) as storage:
            return await AuditService(storage=storage, pictures=store).run()
    finally:
        await store.close()


def _existing_database(settings: Settings) -> Path:
    path = Path(settings.database_path)
    if not path.exists():
        raise SettingsError(f"DATABASE_URL: there is no database at {path}")
    return path
