"""The whole bot with its real services over a real database, for simcord to connect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.client import DarkroomBot
from bot.container import open_application
from bot.services.ports.storage import Storage
from bot.services.registry import Services
from bot.settings import Settings
from tests.databases import fresh_database, fresh_storage


async def _nothing_beside() -> None:
    """No engine: simcord waits for all that a bot began to end."""


class Workshop:
    """Makes bots that share one database: the second is the first after a restart."""

    def __init__(self, settings: Settings, services: Services, storage: Storage) -> None:
        self.settings = settings
        self.services = services
        self._storage = storage

    def bot(self, kind: type[DarkroomBot] = DarkroomBot) -> DarkroomBot:
        bot = kind(self.settings, self._storage)
        bot.prepare(self.services, _nothing_beside)
        return bot


@asynccontextmanager
async def open_workshop(folder: Path, **settings: Any) -> AsyncIterator[Workshop]:
    with fresh_database(folder) as url:
        chosen = Settings(_env_file=None, database_url=url, image_store=str(folder / "pictures"), **settings)
        async with open_application(chosen) as application, fresh_storage(folder, "commands.db") as storage:
            yield Workshop(chosen, application.services, storage)


def text_of(result: InteractionResult) -> str:
    """All that can be read of an answer and its follow-ups."""
    messages = [message for message in (result.response, *result.followups) if message is not None]
    shown: list[str] = []
    for message in messages:
        shown.append(message.content)
        shown += [part["content"] for part in walk_components(message.components) if part.get("type") == 10]
    return "\n".join(filter(None, shown))
