"""Packages that only some installations have: an extra of pyproject.toml brings them."""

from __future__ import annotations

import importlib
from types import ModuleType

from bot.settings import SettingsError


def load_extra(module: str, extra: str, setting: str) -> ModuleType:
    """Import a package that is optional.

    Raises:
        SettingsError: it is not installed; the line names the setting that asks for it, and what to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{setting}: this needs the extra {extra} ({error.name} is missing): "
            f"python -m pip install 'darkroom[{extra}]'"
        ) from None
