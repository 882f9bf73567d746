"""Writes the table of ``docs/backends.md`` from what the backends say of themselves.

``python -m bot.backends_page`` writes it, ``--check`` says whether it is as it would be written. Every backend is made
with the settings below and its defaults for the rest, whatever this machine's own settings are; nothing is asked of any
service.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.backends.diffusers import DiffusersBackend
from bot.backends.registry import BACKENDS, Entry, entry_of
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import Capabilities, ImageBackend
from bot.settings import SettingsError

PAGE = Path(__file__).resolve().parents[1] / "docs" / "backends.md"
BEGIN = "<!-- begin: python -m bot.backends_page -->"
END = "<!-- end -->"

Values = Mapping[str, object]

_PLACEHOLDER = SecretStr("placeholder")
_NEEDED: Mapping[str, Values] = {"diffusers": {"diffusers_model": "some/model"}}
"""Settings without which a backend can't be made; keys get a placeholder by themselves."""

_CHOICES: Mapping[str, Sequence[Values]] = {
    "comfyui": ({"comfyui_filtered": True}, {"comfyui_mature": True}),
    "openai": ({"openai_image_previews": 0},),
    "diffusers": (
        {"diffusers_ip_adapter": "some/adapter"},
        {"diffusers_edit_model": "some/model"},
        {"diffusers_edit_model": "some/model", "diffusers_edit_references": 3},
        {"diffusers_filtered": True},
        {"diffusers_mature": True},
    ),
    "ray": ({"ray_references": 3}, {"ray_edit": True}, {"ray_filtered": True}, {"ray_mature": True}),
}
"""Settings that change what a backend can do: a row each, of what is different then."""

_WITHOUT_ITS_EXTRA: Mapping[str, Callable[[Any], ImageBackend]] = {"diffusers": DiffusersBackend}
"""What says what it can do although its packages are missing."""

_COLUMNS: Mapping[str, Callable[[Capabilities], str]] = {
    "sizes": lambda can: ", ".join(size.value for size in Resolution if size in can.resolutions),
    "shapes": lambda can: _shapes(can.aspects),
    "likeness": lambda can: f"up to {can.max_references}" if can.max_references else "no",
    "edits": lambda can: _yes(can.edit),
    "at once": lambda can: str(can.max_batch),
    "meanwhile": lambda can: "preview" if can.preview else "progress" if can.progress else "–",
    "Cancel": lambda can: ("stops, but billed" if can.bills_on_cancel else "stops") if can.cancel else "no",
    "same seed, same picture": lambda can: _yes(can.seed),
    "after a restart": lambda can: "goes on" if can.resumable else "begins again",
    "own filter": lambda can: _yes(can.filters_output),
    "mature": lambda can: _yes(can.max_rating is Rating.MATURE),
}


def main(arguments: Sequence[str] | None = None, path: Path = PAGE) -> int:
    """Write the page, or compare it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.backends_page", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where the page is outdated"
    )
    chosen = parser.parse_args(arguments)
    page = path.read_text(encoding="utf-8")
    try:
        wanted = with_table(page, asyncio.run(table()))
    except SettingsError as error:  # an extra is missing
        sys.stderr.write(f"{error}\n")
        return 2
    if page == wanted:
        return 0
    if chosen.check:
        sys.stderr.write("docs/backends.md is outdated: python -m bot.backends_page\n")
        return 1
    path.write_text(wanted, encoding="utf-8")
    return 0


def with_table(page: str, table: str) -> str:
    """The page with this table between its marks.

    Raises:
        ValueError: the page has no marks.
    """
    before, found, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"docs/backends.md needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table}{END}{after}"


async def table() -> str:
    """A row for every backend there is, and one for each setting that changes what it can do."""
    lines = [_row(["backend", *_COLUMNS]), _row(["---"] * (len(_COLUMNS) + 1))]
    for name in BACKENDS:
        plain = await _cells(name, {})
        lines.append(_row([f"`{name}`", *plain]))
        for choice in _CHOICES.get(name, ()):
            cells = await _cells(name, choice)
            changed = [new if new != old else "" for new, old in zip(cells, plain, strict=True)]
            lines.append(_row([f"… {_as_set(choice)}", *changed]))
    return "\n".join(lines) + "\n"


async def _cells(name: str, choice: Values) -> Sequence[str]:
    entry = entry_of(name)
    settings = _settings(entry, {**_NEEDED.get(name, {}), **choice})
    backend = _WITHOUT_ITS_EXTRA.get(name, entry.make)(settings)
    try:
        return [cell(backend.capabilities) for cell in _COLUMNS.values()]
    finally:
        await backend.close()


def _settings(entry: Entry[Any], given: Values) -> BaseSettings:
    """The settings as given, else their defaults, else a placeholder where a key may stand; never the environment's."""
    values: dict[str, object] = {}
    for name, field in entry.settings.model_fields.items():
        is_key = field.default is None and "SecretStr" in str(field.annotation)
        values[name] = _PLACEHOLDER if is_key else field.default
    made: BaseSettings = entry.settings(**{**values, **given})
    return made


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _as_set(choice: Values) -> str:
    pairs = [f"`{name.upper()}={_typed(value)}`" for name, value in choice.items()]
    return " ".join(pairs)


def _typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shapes(aspects: frozenset[Aspect]) -> str:
    return "all" if aspects == frozenset(Aspect) else ", ".join(a.value for a in Aspect if a in aspects)


def _yes(able: bool) -> str:  # noqa: FBT001  the one thing it says
    return "yes" if able else "no"


if __name__ == "__main__":
    sys.exit(main())
