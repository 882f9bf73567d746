"""The image backends there are: name → module. A new one is one file, one settings class and one line here.

A module is imported only when its backend is chosen. It ends with ``ENTRY``, an :class:`Entry`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic_settings import BaseSettings

from bot.services.ports.images import ImageBackend
from bot.settings import read_settings

Chosen = TypeVar("Chosen", bound=BaseSettings)

BACKENDS = {
    "sketch": "bot.backends.sketch",
    "comfyui": "bot.backends.comfyui",
    "horde": "bot.backends.horde",
    "gemini": "bot.backends.gemini",
    "openai": "bot.backends.openai_images",
    "diffusers": "bot.backends.diffusers",
    "ray": "bot.backends.ray_serve",
}


@dataclass(frozen=True, slots=True)
class Entry(Generic[Chosen]):
    """How a backend is made: the class of its own settings, and what makes it of them.

    ``make`` connects to nothing. It raises SettingsError for what is missing: a key, or the package of its extra.
    """

    settings: type[Chosen]
    make: Callable[[Chosen], ImageBackend]

    def open(self) -> ImageBackend:
        """The backend of the settings as they are now."""
        return self.make(read_settings(self.settings))


def entry_of(name: str) -> Entry[Any]:
    """The entry in a backend's module, which is imported.

    Raises:
        KeyError: there is no backend of this name.
    """
    entry: Entry[Any] = importlib.import_module(BACKENDS[name]).ENTRY
    return entry


def make_backend(name: str) -> ImageBackend:
    """Import a backend and make it of its settings.

    Raises:
        SettingsError: a setting of it is wrong, or the package of its extra is missing.
    """
    return entry_of(name).open()
