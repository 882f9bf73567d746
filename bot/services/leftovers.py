"""Files that nothing needs any more."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.services.ports.images import PictureStore, StoreUnavailableError

log = structlog.get_logger()


async def let_go(store: PictureStore, keys: Iterable[str]) -> None:
    """Remove files whose rows say already that they are gone.

    A store that is away can't undo that: what is left in it then goes with its request, when the member's data is
    deleted or retention is over, and nobody can reach it until then.
    """
    for key in keys:
        try:
            await store.delete(key)
        except StoreUnavailableError as error:
            log.warning("file_left", reason=error.reason)
