"""What a press on the studio's panel does to the choices: choices and what was pressed in, choices out.

What was pressed comes as text out of a custom id or a select and may be forged, so every value is checked here.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.companion import Gender, Style
from bot.domain.errors import CastSizeError, InvalidInputError, PromptTooLongError
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice, PresetKind
from bot.domain.request import RequestKind
from bot.domain.scene import MAX_CAST
from bot.domain.studio import (
    ADVANCED_PROMPT,
    CAST_SIZES,
    MAX_BATCH,
    CompanionFilter,
    CompanionSource,
    Mode,
    StudioChoices,
)

ANY = "any"
"""What a filter's menu sends for "whichever", and the shapes' menu for the member's own default."""
MAX_SEARCH = 32
RESOLUTIONS = (Resolution.R2K, Resolution.R4K)
"""What can be asked for in the studio."""

EnumT = TypeVar("EnumT", bound=enum.StrEnum)


def for_group(choices: StudioChoices, *, is_group: bool) -> StudioChoices:
    """Solo or group. The cast stays: solo pictures its first."""
    return replace(choices, is_group=is_group)


def in_mode(choices: StudioChoices, mode: str) -> StudioChoices:
    """Premium or advanced.

    Raises:
        InvalidInputError: there is no such mode.
    """
    return replace(choices, mode=_one_of(Mode, mode, "The mode"))


def with_cast(choices: StudioChoices, listed: Sequence[str], chosen: Sequence[str]) -> StudioChoices:
    """The companions ``chosen`` among those ``listed`` on this page; a group keeps who was chosen elsewhere.

    Who is new comes last, so that the order on the panel does not jump.

    Raises:
        CastSizeError: more than a group picture shows.
    """
    if not choices.is_group:
        return replace(
            choices, companion_ids=_once((*chosen[:1], *choices.companion_ids[1:])) if chosen else ()
        )
    kept = [cid for cid in choices.companion_ids if cid not in listed or cid in chosen]
    cast = _once((*kept, *chosen))
    if len(cast) > MAX_CAST:
        raise CastSizeError(len(cast), *CAST_SIZES[RequestKind.GROUP])
    return replace(choices, companion_ids=cast)


def without_cast(choices: StudioChoices) -> StudioChoices:
    """Nobody is chosen."""
    return replace(choices, companion_ids=())


def with_prompt(choices: StudioChoices, text: str) -> StudioChoices:
    """Another prompt. One that is too long for the mode, but not for any, is kept, so that nobody writes it twice.

    Raises:
        PromptTooLongError: too long for any mode.
    """
    text = text.strip()
    if len(text) > ADVANCED_PROMPT:
        raise PromptTooLongError(len(text), ADVANCED_PROMPT)
    return replace(choices, prompt=text)


def with_preset(choices: StudioChoices, kind: PresetKind, preset_id: str) -> StudioChoices:
    """Another preset of a kind; empty text is none."""
    presets = choices.presets
    return replace(
        choices,
        presets=PresetChoice(
            outfit=preset_id if kind is PresetKind.OUTFIT else presets.outfit,
            action=preset_id if kind is PresetKind.ACTION else presets.action,
            scene=preset_id if kind is PresetKind.SCENE else presets.scene,
        ),
    )


def with_aspect(choices: StudioChoices, aspect: str) -> StudioChoices:
    """Another shape; :data:`ANY` is the member's own default.

    Raises:
        InvalidInputError: there is no such shape.
    """
    return replace(choices, aspect=None if aspect == ANY else _one_of(Aspect, aspect, "The shape"))


def with_resolution(choices: StudioChoices, resolution: str) -> StudioChoices:
    """Another resolution.

    Raises:
        InvalidInputError: there is no such resolution in the studio.
    """
    wanted = _one_of(Resolution, resolution, "The resolution")
    if wanted not in RESOLUTIONS:
        raise InvalidInputError("The resolution", " or ".join(r.value for r in RESOLUTIONS))
    return replace(choices, resolution=wanted)


def with_count(choices: StudioChoices, count: str) -> StudioChoices:
    """Another number of pictures.

    Raises:
        InvalidInputError: no number that is possible.
    """
    if count not in {str(number) for number in range(1, MAX_BATCH + 1)}:
        raise InvalidInputError("The number of pictures", f"1 to {MAX_BATCH}")
    return replace(choices, count=int(count))


def from_source(choices: StudioChoices, source: str) -> StudioChoices:
    """Whose companions are listed.

    Raises:
        InvalidInputError: there is no such source.
    """
    return _listed(choices, source=_one_of(CompanionSource, source, "The list"))


def of_style(choices: StudioChoices, style: str) -> StudioChoices:
    """Which style is listed; :data:`ANY` is either.

    Raises:
        InvalidInputError: there is no such style.
    """
    return _listed(choices, style=None if style == ANY else _one_of(Style, style, "The style"))


def of_gender(choices: StudioChoices, gender: str) -> StudioChoices:
    """Which gender is listed; :data:`ANY` is all.

    Raises:
        InvalidInputError: there is no such gender.
    """
    return _listed(choices, gender=None if gender == ANY else _one_of(Gender, gender, "The gender"))


def searching(choices: StudioChoices, text: str) -> StudioChoices:
    """Which part of a name is listed; empty text is all."""
    return _listed(choices, search=text.strip()[:MAX_SEARCH])


def on_page(choices: StudioChoices, page: int) -> StudioChoices:
    """Another page of the same list, from 0."""
    return replace(choices, listed=replace(choices.listed, page=max(page, 0)))


def unfiltered(choices: StudioChoices) -> StudioChoices:
    """The list of all."""
    return replace(choices, listed=CompanionFilter())


def _listed(choices: StudioChoices, **changed: object) -> StudioChoices:
    listed = replace(choices.listed, page=0, **changed)  # type: ignore[arg-type]  # named by the callers above
    return replace(choices, listed=listed)


def _once(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _one_of(kind: type[EnumT], text: str, field: str) -> EnumT:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInputError(field, f"one of {', '.join(kind)}") from None
