"""OpenAI's image models, through the official SDK (the extra ``openai``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.backends.registry import Entry
from bot.extras import load_extra
from bot.services.ports.images import ImageBackend
from bot.settings import HttpAddress, Secret, SettingsError, SettingsGroup

__all__ = ["ENTRY", "OpenAiImagesSettings", "Quality"]

Quality = Literal["auto", "low", "medium", "high"]


class OpenAiImagesSettings(SettingsGroup):
    """Where it is, who asks, which model, and what a picture may cost.

    Key and address are also those of moderation. ``openai_image_timeout_s`` is how long the service may be silent,
    which it is for the whole of a batch. ``openai_image_previews`` are billed a little each.
    """

    openai_api_key: Secret = None
    openai_base_url: HttpAddress = "https://api.openai.com/v1"
    openai_image_model: Annotated[str, Field(min_length=1)] = "gpt-image-2"
    openai_image_quality: Quality = "auto"
    openai_image_previews: Annotated[int, Field(ge=0, le=3)] = 2
    openai_image_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 300


def _make(settings: OpenAiImagesSettings) -> ImageBackend:
    if settings.openai_api_key is None:
        raise SettingsError(
            "OPENAI_API_KEY: the backend openai needs a key, from https://platform.openai.com/"
        )
    module = load_extra("bot.backends.openai_images.backend", "openai", "IMAGE_BACKENDS")
    backend: ImageBackend = module.OpenAiImagesBackend(settings, settings.openai_api_key.get_secret_value())
    return backend


ENTRY = Entry(OpenAiImagesSettings, _make)
