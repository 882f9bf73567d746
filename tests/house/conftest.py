"""The bot with all its features loaded, not connected to anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from discord.ui import DynamicItem

from bot.client import FEATURES, DarkroomBot
from bot.container import open_application
from bot.services.ports.storage import Storage
from bot.settings import Settings
from tests.databases import fresh_storage


class NotingBot(DarkroomBot):
    """Notes which durable components its features register, and take back."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        super().__init__(settings, storage)
        self.registered: list[type[DynamicItem[Any]]] = []

    def add_dynamic_items(self, *items: type[DynamicItem[Any]]) -> None:
        self.registered += items
        super().add_dynamic_items(*items)

    def remove_dynamic_items(self, *items: type[DynamicItem[Any]]) -> None:
        for item in items:
            self.registered.remove(item)
        super().remove_dynamic_items(*items)


@pytest.fixture
async def loaded_bot(tmp_path: Path) -> AsyncIterator[NotingBot]:
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path}/darkroom.db",
        image_store=str(tmp_path / "pictures"),
    )
    async with (
        open_application(settings) as application,
        fresh_storage(tmp_path, "notes.db") as storage,
    ):
        bot = NotingBot(settings, storage)
        bot.prepare(application.services, application.run_engine)
        for feature in FEATURES:
            await bot.load_extension(feature)
        yield bot
