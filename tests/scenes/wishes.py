"""Prompts and edits with what is to come of them, and how many of the expected fields do.

``prompts.jsonl`` and ``edits.jsonl``: one record a line. Records of odd number are the development half, those of
even number the hold-out, which rules are never tuned to.

An expected text is a list of keywords (:mod:`tests.scenes.matching`), each with alternatives after ``|``: all of them
must be there. A plain string is one keyword; ``""`` means that nothing may be said; a list under ``setting``,
``time``, ``weather``, ``light``, ``mood`` or ``framing`` is alternatives.
"""

# ruff: noqa: T201 -- the table is printed

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.scene import Figure, Scene
from bot.writers.rules.editing import edit_scene
from bot.writers.rules.prompt_reading import read_prompt
from bot.writers.rules.vocabulary import vocabulary
from tests.scenes.matching import mentions_any

_HERE = Path(__file__).parent
_COMPANIONS = _HERE.parents[1] / "assets" / "companions"
_FIELDS = {
    "setting": "setting",
    "time": "time_of_day",
    "weather": "weather",
    "light": "light",
    "mood": "mood",
    "framing": "framing",
}


@cache
def companion(companion_id: str) -> Companion:
    """One of the main companions."""
    record = tomllib.loads((_COMPANIONS / f"{companion_id}.toml").read_text(encoding="utf-8"))
    look = record["look"]
    return Companion(
        companion_id,
        record["name"],
        Look(
            Style(look["style"]),
            Gender(look["gender"]),
            look["hair"],
            look["eyes"],
            look["skin"],
            look["build"],
            look["age"],
            look["outfit"],
            tuple(look.get("details", ())),
        ),
        tuple(record.get("aliases", ())),
    )


@dataclass(frozen=True)
class Check:
    """One expected field of one record, and whether it came out so."""

    record: str
    field: str
    right: bool
    found: str
    wanted: str


def records(name: str, *, holdout: bool) -> list[dict[str, Any]]:
    """The records of one half of ``prompts`` or ``edits``."""
    lines = (_HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    every = [json.loads(line) for line in lines]
    return [record for number, record in enumerate(every, 1) if (number % 2 == 0) is holdout]


def check_prompts(*, holdout: bool) -> list[Check]:
    """Every expected field of the prompts of one half."""
    found: list[Check] = []
    for record in records("prompts", holdout=holdout):
        cast = [companion(name) for name in record["cast"]]
        scene = read_prompt(record["text"], cast, vocabulary())
        found.append(Check(record["id"], "cast", list(scene.cast) == record["cast"], str(scene.cast), ""))
        found += _of_scene(record, scene)
    return found


def check_edits(*, holdout: bool) -> list[Check]:
    """Every expected field of the edits of one half, those among them that must stay as they were."""
    found: list[Check] = []
    for record in records("edits", holdout=holdout):
        before = scene_of(record["scene"])
        cast = [companion(name) for name in before.cast]
        scene = before
        for words in record["edits"]:
            scene = edit_scene(scene, words, cast, vocabulary())
        found.append(Check(record["id"], "cast", scene.cast == before.cast, str(scene.cast), ""))
        found += _of_scene(record, scene)
        found += _unchanged(record, before, scene)
    return found


def scene_of(record: dict[str, Any]) -> Scene:
    """The scene that a record of an edit starts from."""
    return Scene(
        figures=tuple(Figure(name, **said) for name, said in record["figures"].items()),
        setting=record.get("setting", ""),
        time_of_day=record.get("time_of_day", ""),
        weather=record.get("weather", ""),
        light=record.get("light", ""),
        mood=record.get("mood", ""),
        framing=record.get("framing", ""),
        details=tuple(record.get("details", ())),
    )


def _of_scene(record: dict[str, Any], scene: Scene) -> Iterator[Check]:
    expect: dict[str, Any] = record["expect"]
    name = record["id"]
    for key, attribute in _FIELDS.items():
        if expect.get(key) is None:
            continue
        value: str = getattr(scene, attribute)
        wanted = expect[key] if isinstance(expect[key], list) else [expect[key]]
        right = any((not value) if not one else mentions_any(value, one.split("|")) for one in wanted)
        yield Check(name, key, right, value, str(expect[key]))
    figures = {figure.companion_id: figure for figure in scene.figures}
    for key, attributes in (
        ("wears", ("outfit",)),
        ("outfit", ("outfit",)),
        ("does", ("pose", "action")),
        ("pose", ("pose",)),
        ("action", ("action",)),
        ("face", ("expression",)),
        ("expression", ("expression",)),
    ):
        for who, keywords in (expect.get(key) or {}).items():
            value = ", ".join(filter(None, (getattr(figures[who], attribute) for attribute in attributes)))
            right = (
                all(mentions_any(value, one.split("|")) for one in keywords)
                if isinstance(keywords, list)
                else not value
            )
            yield Check(name, f"{key} {who}", right, value, str(keywords))
    for key, attributes in (
        ("notwears", ("outfit",)),
        ("notworn", ("outfit",)),
        ("notdoes", ("pose", "action", "expression")),
        ("noaction", ("action",)),
    ):
        for who, keywords in expect.get(key, {}).items():
            value = ", ".join(filter(None, (getattr(figures[who], attribute) for attribute in attributes)))
            yield Check(name, f"{key} {who}", not mentions_any(value, keywords), value, str(keywords))
    details = ", ".join(scene.details)
    whole = everything(scene)
    if "details" in expect:
        yield Check(
            name,
            "details",
            all(mentions_any(details, [one]) for one in expect["details"]),
            details,
            str(expect["details"]),
        )
    if "nodetails" in expect:
        there = ", ".join(detail for detail in scene.details if not detail.startswith("without "))
        yield Check(
            name, "nodetails", not mentions_any(there, expect["nodetails"]), details, str(expect["nodetails"])
        )
    if "kept" in expect:
        right = all(mentions_any(whole, one.split("|")) for one in expect["kept"])
        yield Check(name, "kept", right, whole, str(expect["kept"]))


def everything(scene: Scene) -> str:
    """All words of a scene."""
    figures = [text for f in scene.figures for text in (f.pose, f.action, f.outfit, f.expression)]
    return ", ".join(
        filter(
            None,
            [
                *figures,
                scene.setting,
                scene.time_of_day,
                scene.weather,
                scene.light,
                scene.mood,
                scene.framing,
                *scene.details,
            ],
        )
    )


def _unchanged(record: dict[str, Any], before: Scene, after: Scene) -> Iterator[Check]:
    """What an edit does not speak of is as it was."""
    expect: dict[str, Any] = record["expect"]
    name = record["id"]
    for key, attribute in _FIELDS.items():
        if key not in expect:
            old, new = getattr(before, attribute), getattr(after, attribute)
            yield Check(name, f"{key} stays", old == new, new, old)
    for key in ("outfit", "pose", "action", "expression"):
        spoken_of = expect.get(key, {})
        unspoken = {"action": expect.get("noaction", {}), "outfit": expect.get("notworn", {})}.get(key, {})
        if key in expect and spoken_of is None:
            continue
        for old_figure, new_figure in zip(before.figures, after.figures, strict=True):
            if old_figure.companion_id in {*spoken_of, *unspoken}:
                continue
            old, new = getattr(old_figure, key), getattr(new_figure, key)
            yield Check(name, f"{key} {old_figure.companion_id} stays", old == new, new, old)
    if not {"details", "nodetails", "kept"} & set(expect):
        yield Check(
            name, "details stay", before.details == after.details, str(after.details), str(before.details)
        )


def main() -> None:
    """Print the scores; ``--failures`` lists what went wrong in the development half, ``--all`` in both."""
    for name, check in (("prompts", check_prompts), ("edits", check_edits)):
        for holdout in (False, True):
            if holdout and "--holdout" not in sys.argv and "--all" not in sys.argv:
                continue
            checks = list(check(holdout=holdout))
            right = sum(one.right for one in checks)
            print(
                f"{name} {'hold-out' if holdout else 'development'}: {right}/{len(checks)} = {right / len(checks):.1%}"
            )
            if "--failures" in sys.argv and (not holdout or "--all" in sys.argv):
                for one in checks:
                    if not one.right:
                        print(f"  {one.record} {one.field}: {one.found!r}, wanted {one.wanted}")


if __name__ == "__main__":
    main()
