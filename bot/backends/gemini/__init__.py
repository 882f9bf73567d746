"""Google's Gemini image models, through the official SDK (the extra ``gemini``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.backends.registry import Entry
from bot.extras import load_extra
from bot.services.ports.images import ImageBackend
from bot.settings import HttpAddress, Secret, SettingsError, SettingsGroup

__all__ = ["ENTRY", "GeminiSettings"]


class GeminiSettings(SettingsGroup):
    """Where it is, who asks, and which model. ``gemini_timeout_s`` is how long it may be silent, for one picture."""

    gemini_api_key: Secret = None
    gemini_base_url: HttpAddress = "https://generativelanguage.googleapis.com"
    gemini_model: Annotated[str, Field(min_length=1)] = "gemini-nano-banana-2.1"
    gemini_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 180


def _make(settings: GeminiSettings) -> ImageBackend:
    if settings.gemini_api_key is None:
        raise SettingsError(
            "GEMINI_API_KEY: the backend gemini needs a key, from https://aistudio.google.com/"
        )
    module = load_extra("bot.backends.gemini.backend", "gemini", "IMAGE_BACKENDS")
    backend: ImageBackend = module.GeminiBackend(settings, settings.gemini_api_key.get_secret_value())
    return backend


ENTRY = Entry(GeminiSettings, _make)
