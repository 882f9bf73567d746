"""Self-hosted ComfyUI servers with the operator's own workflows: docs/comfyui.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from bot.backends.comfyui.backend import ComfyUIBackend
from bot.backends.comfyui.errand import Patience
from bot.backends.comfyui.host import Host
from bot.backends.comfyui.workflows import load_workflows
from bot.backends.registry import Entry
from bot.settings import Secret, SettingsGroup, http_address

__all__ = ["ENTRY", "ComfyUIBackend", "ComfyUISettings"]

ROOT = Path(__file__).resolve().parents[3]


class ComfyUISettings(SettingsGroup):
    """Where the servers are and what they make. Times in seconds, ``comfyui_native_px`` the side of a square."""

    comfyui_urls: Annotated[tuple[str, ...], NoDecode] = ("http://127.0.0.1:8188",)
    comfyui_authorization: Secret = None
    comfyui_workflows: str = "assets/workflows"
    comfyui_native_px: Annotated[int, Field(ge=256, le=4096)] = 1024
    comfyui_negative: str = "lowres, blurry, deformed, bad anatomy, extra fingers, text, watermark"
    comfyui_filtered: bool = False
    comfyui_mature: bool = False
    comfyui_timeout_s: Annotated[float, Field(gt=0, le=86_400)] = 300

    @field_validator("comfyui_urls", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        addresses = tuple(
            dict.fromkeys(http_address(part.strip()) for part in value.split(",") if part.strip())
        )
        if not addresses:
            raise ValueError("name at least one server, such as http://127.0.0.1:8188")
        if any(urlsplit(address).username is not None for address in addresses):
            raise ValueError("a name and password go into COMFYUI_AUTHORIZATION, not into an address")
        return addresses


def _make(settings: ComfyUISettings) -> ComfyUIBackend:
    folder = Path(settings.comfyui_workflows)
    if not folder.is_absolute() and not folder.is_dir():
        folder = ROOT / folder
    secret = settings.comfyui_authorization
    authorization = None if secret is None else secret.get_secret_value()
    return ComfyUIBackend(
        [Host(url, authorization) for url in settings.comfyui_urls],
        load_workflows(folder),
        negative=settings.comfyui_negative,
        native_px=settings.comfyui_native_px,
        filtered=settings.comfyui_filtered,
        mature=settings.comfyui_mature,
        patience=Patience(silent_s=settings.comfyui_timeout_s),
    )


ENTRY = Entry(ComfyUISettings, _make)
