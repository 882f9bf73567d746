"""What only some installations have: packages that an extra of pyproject.toml brings, and the playground."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from bot.settings import SettingsError


def has_playground() -> bool:
    """Whether the local Discord is here too; a server's installation, such as the image of deploy/, is without it."""
    return importlib.util.find_spec("playground") is not None


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
