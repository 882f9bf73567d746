"""The studio: what a member chose on the panel, and what that asks for."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.companion import Gender, Style
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.request import RequestKind, RequestOptions
from bot.domain.scene import MAX_CAST

MAX_BATCH = 8
"""Pictures in one premium request."""
LEAST_GROUP = 2
PREMIUM_PROMPT = 1_000
"""Characters of a prompt in tags."""
ADVANCED_PROMPT = 2_000
"""Characters of a prompt in natural language."""
EDIT_PROMPT = 1_000
"""Characters of an edit's instruction."""
CANDIDATES = 4
"""Pictures among which an owner picks a companion's reference."""

CAST_SIZES: dict[RequestKind, tuple[int, int]] = {
    RequestKind.PREMIUM: (1, 1),
    RequestKind.ADVANCED: (1, 1),
    RequestKind.GROUP: (LEAST_GROUP, MAX_CAST),
}
"""Fewest and most companions of what is made in the studio."""


class Mode(enum.StrEnum):
    """How a studio prompt is written: comma-separated tags, or natural language."""

    PREMIUM = "premium"
    ADVANCED = "advanced"


class CompanionSource(enum.StrEnum):
    """Whose companions the studio's list shows."""

    ALL = "all"
    MAIN = "main"
    MINE = "mine"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class CompanionFilter:
    """Which companions the studio's list shows; ``page`` counts from 0, ``search`` is part of a name."""

    source: CompanionSource = CompanionSource.ALL
    style: Style | None = None
    gender: Gender | None = None
    search: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class StudioChoices:
    """Everything on a member's panel. What the other side of a switch needs is kept while it is hidden.

    ``companion_ids`` is the group's cast while ``is_group``, else its first is the one pictured.
    """

    is_group: bool = False
    mode: Mode = Mode.PREMIUM
    companion_ids: tuple[str, ...] = ()
    prompt: str = ""
    presets: PresetChoice = PresetChoice()
    aspect: Aspect | None = None
    resolution: Resolution = Resolution.R2K
    count: int = 1
    listed: CompanionFilter = CompanionFilter()

    @property
    def kind(self) -> RequestKind:
        """What is asked for. Groups are always advanced."""
        if self.is_group:
            return RequestKind.GROUP
        return RequestKind.PREMIUM if self.mode is Mode.PREMIUM else RequestKind.ADVANCED

    @property
    def cast_ids(self) -> tuple[str, ...]:
        """Who is in the picture."""
        return self.companion_ids if self.is_group else self.companion_ids[:1]

    def options(self) -> RequestOptions:
        """What a request for it says; what the kind does not have is left at its default."""
        is_premium = self.kind is RequestKind.PREMIUM
        return RequestOptions(
            companion_ids=self.cast_ids,
            prompt=self.prompt,
            presets=self.presets if is_premium else PresetChoice(),
            aspect=self.aspect,
            resolution=Resolution.R2K if is_premium else self.resolution,
            count=self.count if is_premium else 1,
        )


def prompt_limit(kind: RequestKind) -> int:
    """The most characters of what a member types for a picture of this kind."""
    if kind is RequestKind.EDIT:
        return EDIT_PROMPT
    return PREMIUM_PROMPT if kind is RequestKind.PREMIUM else ADVANCED_PROMPT


class PromptForm(enum.StrEnum):
    """What a prompt looks like: tags, sentences, or too short to tell."""

    TAGS = "tags"
    SENTENCES = "sentences"
    EITHER = "either"


_TAG_WORDS = 4
"""Tags have rarely more words each."""
_ENOUGH_WORDS = 6
_VERBAL = frozenset(
    "is are was were am has have had she he they her his their while who which that with and then as the a an"
    " está con una uno que est avec une qui dans ist sind mit eine der die das und".split()
)


def form_of(prompt: str) -> PromptForm:
    """Whether a prompt is written in tags or in sentences, judged by its commas and its small words.

    Short prompts ("on the beach") are fine in either mode.
    """
    words = prompt.casefold().split()
    if len(words) < _ENOUGH_WORDS and "," not in prompt and "、" not in prompt:
        return PromptForm.EITHER
    parts = [part.split() for part in prompt.replace("、", ",").replace("\n", ",").split(",") if part.strip()]
    longest_typical = sorted(len(part) for part in parts)[len(parts) // 2]
    small = sum(word.strip(".,;!?") in _VERBAL for word in words) / len(words)
    ends_sentences = any(mark in prompt for mark in (". ", "。", "! ", "? ")) or prompt.rstrip().endswith(
        (".", "。")
    )
    if len(parts) >= 3 and longest_typical <= _TAG_WORDS and small <= 0.15 and not ends_sentences:  # noqa: PLR2004  measured on the examples of the tests
        return PromptForm.TAGS
    if ends_sentences or small > 0.15 or longest_typical > _TAG_WORDS:  # noqa: PLR2004  as above
        return PromptForm.SENTENCES
    return PromptForm.EITHER


def fits_mode(prompt: str, mode: Mode) -> bool:
    """Whether a prompt is written as its mode wants it."""
    wrong = PromptForm.SENTENCES if mode is Mode.PREMIUM else PromptForm.TAGS
    return form_of(prompt) is not wrong
