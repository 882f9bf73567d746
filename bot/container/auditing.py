"""The job ``python -m bot audit``."""

from __future__ import annotations

from bot.container.databases import open_existing
from bot.container.stores import make_store, store_refused
from bot.services.audit import AuditReport, AuditService
from bot.services.ports.images import StoreUnavailableError
from bot.settings import Settings


async def audit(settings: Settings) -> AuditReport:
    """Compare balances with entries, holds with requests, and pictures with their files.

    Right also beside a running bot.

    Raises:
        SettingsError: there is no database where the settings say, or the pictures can't be looked at.
    """
    store = make_store(settings)
    try:
        async with await open_existing(settings) as storage:
            return await AuditService(storage=storage, pictures=store).run()
    except StoreUnavailableError as error:
        raise store_refused(settings, error) from error
    finally:
        await store.close()
