"""The store of the pictures that ``IMAGE_STORE`` names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from bot.services.ports.images import StoreUnavailableError
from bot.settings import Settings, SettingsError, read_settings
from bot.stores.folder import FolderStore
from bot.stores.s3 import S3Settings, make_s3_store

log = structlog.get_logger()


class Store(Protocol):
    """A :class:`bot.services.ports.images.PictureStore` of whatever kind, with what only its owner asks of it."""

    async def put(self, data: bytes) -> str:
        """See :class:`bot.services.ports.images.PictureStore`."""
        ...

    async def get(self, key: str) -> bytes:
        """See :class:`bot.services.ports.images.PictureStore`."""
        ...

    async def exists(self, key: str) -> bool:
        """See :class:`bot.services.ports.images.PictureStore`."""
        ...

    async def size_bytes(self, key: str) -> int | None:
        """See :class:`bot.services.ports.images.PictureStore`."""
        ...

    async def delete(self, key: str) -> None:
        """See :class:`bot.services.ports.images.PictureStore`."""
        ...

    async def is_intact(self, key: str) -> bool:
        """Whether the file is there and its content still has the hash it is named by."""
        ...

    def all_keys(self) -> AsyncIterator[str]:
        """Every key, in order; what is put meanwhile may be missed."""
        ...

    async def open(self) -> object:
        """Make it ready, or find out why it can't be."""
        ...

    async def problems(self) -> Sequence[str]:
        """What keeps it from working, each a sentence that says what to do; it is tried, and left as it was."""
        ...

    async def close(self) -> None:
        """Let what is being written end."""
        ...


def make_store(settings: Settings) -> Store:
    """The store that the settings name; nothing is asked of it, and nothing is made.

    Raises:
        SettingsError: its own settings are wrong, or it needs an extra that is not installed.
    """
    place = settings.image_bucket
    if place is None:
        return FolderStore(Path(settings.image_store))
    return make_s3_store(*place, read_settings(S3Settings))


async def open_store(settings: Settings) -> Store:
    """The same, ready for the bot: a folder is made and cleaned, a bucket is asked whether it is there.

    A bucket that is only away for a while keeps no bot from starting: requests fail kindly until it is back.

    Raises:
        SettingsError: as :func:`make_store`, or the store refuses us.
    """
    store = make_store(settings)
    try:
        await store.open()
    except StoreUnavailableError as error:
        if error.is_refusal:
            await store.close()
            raise store_refused(settings, error) from error
        log.warning("picture_store_away", reason=error.reason)
    return store


def store_refused(settings: Settings, error: StoreUnavailableError) -> SettingsError:
    """A store that can't be used, as the one line about the setting that names it."""
    return SettingsError(f"IMAGE_STORE: {settings.image_store}: {error.reason}")
