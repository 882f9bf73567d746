"""A scene in words: for a backend as a prompt, for people as a description.

Pure rules. Looks come from the companions' records for every one of the cast, never from the talk,
so that nobody in a group loses their own looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.companion import Look
from bot.domain.scene import Figure, Scene

MAX_PROMPT = 1000
"""Characters of a prompt that Darkroom writes."""

Looks = Mapping[str, tuple[str, Look]]
"""Name and look by companion id."""


def scene_text(scene: Scene, names: Mapping[str, str]) -> str:
    """The scene without looks: who does what in which clothes, where and when; at most 1,000 characters.

    It is the picture's alt text. ``names`` is by companion id; who is not in it is "someone".
    """
    people = [
        _sentence(_person(figure, names.get(figure.companion_id, "someone"))) for figure in scene.figures
    ]
    return _joined([*people, *_surroundings(scene)], MAX_PROMPT)


def natural_prompt(scene: Scene, looks: Looks) -> str:
    """The prompt in natural language, with the looks of everyone in the picture; at most 1,000 characters.

    The people come first: when it is too long, it is cut at the end of a sentence or phrase, and
    each person's share is bounded so that nobody is cut out.
    """
    surroundings = _surroundings(scene)
    count = len(scene.figures)
    framing = [_sentence(scene.framing)] if scene.framing else []
    share = (MAX_PROMPT - min(sum(map(len, surroundings)) + 60, MAX_PROMPT // 3)) // max(count, 1)
    people: list[str] = []
    for figure in scene.figures:
        name, look = looks[figure.companion_id]
        person = _person(figure, name, usual_outfit=look.outfit)
        people.append(_joined([_sentence(f"{person}; {', '.join(look.words())}")], share))
    opening = [] if count <= 1 else [f"{count} people together."]
    return _joined([*framing, *opening, *people, *surroundings], MAX_PROMPT)


def tags_prompt(scene: Scene, looks: Looks) -> str:
    """The prompt as comma-separated tags, with the looks of everyone; at most 1,000 characters."""
    tags: list[str] = [tag for tag in (scene.framing,) if tag]
    for figure in scene.figures:
        _, look = looks[figure.companion_id]
        outfit = figure.outfit or look.outfit
        tags += [*look.words(), outfit, figure.action, figure.pose, figure.expression]
    tags += [scene.setting, scene.time_of_day, scene.weather, scene.light, scene.mood, *scene.details]
    return _trimmed(", ".join(dict.fromkeys(tag.strip() for tag in tags if tag.strip())), MAX_PROMPT)


def _person(figure: Figure, name: str, usual_outfit: str = "") -> str:
    outfit = figure.outfit or usual_outfit
    parts = [name, figure.action, figure.pose if figure.pose != figure.action else ""]
    parts += [f"wearing {outfit}" if outfit else "", figure.expression]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _surroundings(scene: Scene) -> list[str]:
    place = ", ".join(part for part in (scene.setting, scene.time_of_day, scene.weather) if part)
    air = ", ".join(part for part in (scene.light, scene.mood) if part)
    details = ", ".join(scene.details)
    sentences = (f"Setting: {place}" if place else "", air, details)
    return [_sentence(sentence) for sentence in sentences if sentence]


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _joined(sentences: Sequence[str], limit: int) -> str:
    return _trimmed(" ".join(sentence for sentence in sentences if sentence), limit)


def _trimmed(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut at the end of a phrase where there is one."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    end = max(cut.rfind(mark) for mark in (". ", "; ", ", "))
    return f"{cut[:end] if end > limit // 2 else cut.rstrip()}."
