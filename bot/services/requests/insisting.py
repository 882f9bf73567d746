"""Putting on record what was paid for, also when the database is away for some seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import structlog

from bot.services.ports.storage import Storage, StorageError, UnitOfWork

log = structlog.get_logger()

T = TypeVar("T")

PATIENCE_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""A database that is restarted is back before."""


async def insist(
    storage: Storage,
    work: Callable[[UnitOfWork], Awaitable[T]],
    done: Callable[[UnitOfWork], Awaitable[T | None]],
    patience_s: Sequence[float] = PATIENCE_S,
) -> T:
    """Carry out a unit of work once, trying again for as long as the patience lasts.

    Whether a commit took place whose answer was lost is not known: ``done`` looks before it is tried again, and
    returns what the unit would have, or None.

    Raises:
        StorageError: the database stays away; the unit may have been carried out.
    """
    for delay_s in patience_s:
        try:
            return await storage.write(work)
        except StorageError as error:
            log.warning("storage_away", reason=error.reason)
        await asyncio.sleep(delay_s)
        with suppress(StorageError):
            found = await storage.read(done)
            if found is not None:
                return found
    return await storage.write(work)
