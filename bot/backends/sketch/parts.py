"""The editable SVG parts and tables in assets/sketch, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from bot.backends.sketch.paint import Ink

_SVG = "http://www.w3.org/2000/svg"
_HEX = re.compile(r"#[0-9a-f]{6}")
ASSETS = Path(__file__).resolve().parents[3] / "assets" / "sketch"
"""Where the parts lie in a checkout."""


class Parts:
    """Reads SVG groups and TOML tables of one assets folder and keeps them."""

    def __init__(self, folder: Path = ASSETS) -> None:
        self.folder = folder
        self._groups: dict[str, dict[str, str]] = {}
        self._tables: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, str] = {}

    def table(self, name: str) -> dict[str, Any]:
        """A TOML file, by its path without the ending ("poses", "face/expressions")."""
        if name not in self._tables:
            self._tables[name] = tomllib.loads((self.folder / f"{name}.toml").read_text(encoding="utf-8"))
        return self._tables[name]

    def groups(self, name: str) -> dict[str, str]:
        """The named groups of an SVG file as fragments in key colours."""
        if name not in self._groups:
            text = (self.folder / f"{name}.svg").read_text(encoding="utf-8")
            root = ET.fromstring(text)  # noqa: S314 - our own files
            ET.register_namespace("", _SVG)
            found: dict[str, str] = {}
            for group in root.iter(f"{{{_SVG}}}g"):
                if group.get("id"):
                    inner = "".join(ET.tostring(child, encoding="unicode") for child in group)
                    inner = inner.replace(f' xmlns="{_SVG}"', "")
                    found[group.get("id", "")] = re.sub(r">\s+<", "><", inner).strip()
            self._groups[name] = found
        return self._groups[name]

    def coloured(self, fragment: str, colours: Mapping[str, str]) -> str:
        """A fragment with its key colours replaced; keys that are not given stay."""
        if not self._keys:
            self._keys = {value: key for key, value in self.table("keys").items()}

        def paint(match: re.Match[str]) -> str:
            key = self._keys.get(match[0])
            return colours.get(key, match[0]) if key else match[0]

        return _HEX.sub(paint, fragment)


def skin_keys(ink: Ink) -> dict[str, str]:
    """The key colours of skin."""
    return {"skin": ink.base, "skin_shade": ink.shade, "skin_deep": ink.deep, "skin_light": ink.light}


def cloth_keys(ink: Ink) -> dict[str, str]:
    """The key colours of a garment or a thing."""
    return {
        "main": ink.base,
        "main_shade": ink.shade,
        "main_deep": ink.deep,
        "main_light": ink.light,
        "main_line": ink.line,
    }


@lru_cache(maxsize=2)
def parts_in(folder: Path) -> Parts:
    """The parts of a folder, read once in a process."""
    return Parts(folder)
