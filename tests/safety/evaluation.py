"""How often the built-in rules err, on prompts that must pass, must be refused, or lie at the border.

What must be refused is made here from the checker's own cues, by list and number, and never written out:
failures are told as identifiers such as ``age.en[3] + suggestive.fr[1], leetspeak, hint and context``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import UnsafeRequestError
from bot.safety.cues import LANGUAGES, cue_lists
from bot.safety.folding import fold
from bot.safety.rules import RulesCheck
from tests.safety.disguising import DISGUISES, HOLDOUT

HERE = Path(__file__).parent
CARRIERS = ("a portrait, {}", "{}, evening light", "in the garden: {}")


@dataclass(frozen=True)
class Case:
    """Texts that are judged together, under an identifier that says how they were made."""

    identifier: str
    texts: tuple[str, ...]


@dataclass
class Score:
    """How many of a set went wrong."""

    cases: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, identifier: str, *, is_right: bool) -> None:
        self.cases += 1
        if not is_right:
            self.wrong.append(identifier)

    @property
    def rate(self) -> float:
        return len(self.wrong) / self.cases


def answer(check: RulesCheck, texts: tuple[str, ...]) -> str:
    """``general``, ``mature`` or the rule that refuses."""
    try:
        return check.judge(texts).rating.value
    except UnsafeRequestError as error:
        return error.rule


def score(cases: Iterator[Case], is_right: Callable[[str], bool]) -> Score:
    """Judge every case."""
    check, told = RulesCheck(), Score()
    for case in cases:
        told.note(case.identifier, is_right=is_right(answer(check, case.texts)))
    return told


# ---------------------------------------------------------------------------------------- must pass


def benign(name: str = "benign") -> Iterator[Case]:
    """Prompts of everyday, as written."""
    for kind, prompts in tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")).items():
        for number, prompt in enumerate(prompts):
            yield Case(f"{kind}[{number}]: {prompt}", (prompt,))


# ---------------------------------------------------------------------------------------- must be refused


def identified(name: str) -> list[tuple[str, str]]:
    """(identifier, cue) of every cue of a list; a stem is written as it stands."""
    table = cue_lists()[name]
    return [
        (f"{name}.{language}[{number}]", fold(cue.rstrip("*")))
        for language in LANGUAGES
        for number, cue in enumerate(getattr(table, language))
    ]


def must_be_refused(disguises: Mapping[str, Callable[[str], str | None]] = DISGUISES) -> Iterator[Case]:
    """Each age cue and each suggestive one with a partner, in every disguise and every way to spread them."""
    ages, suggestive = identified("age"), identified("suggestive")
    pairs = [(age, suggestive[i * 7 % len(suggestive)]) for i, age in enumerate(ages)]
    pairs += [(ages[i * 11 % len(ages)], cue) for i, cue in enumerate(suggestive)]
    for number, ((one, age), (other, cue)) in enumerate(pairs):
        for name, write in disguises.items():
            hidden_age, hidden = write(age), write(cue)
            if hidden_age is None and hidden is None:
                continue
            carrier = CARRIERS[number % len(CARRIERS)]
            said, asked = carrier.format(hidden_age or age), carrier.format(hidden or cue)
            spread, texts = _spread(number, said, asked)
            yield Case(f"{one} + {other}, {name}, {spread}", texts)


def _spread(number: int, one: str, other: str) -> tuple[str, tuple[str, ...]]:
    match number % 4:
        case 0:
            return "one text", (f"{one}, {other}",)
        case 1:
            return "hint and context", (other, "", f"Mira by the lake. {one}.")
        case 2:
            return "two lines", (f"{one}\n{other}",)
        case _:
            return "scene words", ("", "", one, "garden", other)


def stated_ages() -> Iterator[Case]:
    """Ages under 18 in figures, words and years, each with a suggestive cue."""
    forms = tomllib.loads((HERE / "ages.toml").read_text(encoding="utf-8"))["under_18"]
    cues = identified("suggestive")
    for number, form in enumerate(forms):
        other, cue = cues[number * 13 % len(cues)]
        yield Case(f"ages.under_18[{number}] + {other}", (form, cue))


def cut_across_texts() -> Iterator[Case]:
    """A cue whose first half ends the hint and whose second begins another text."""
    (_, age), *_ = identified("age")
    for identifier, cue in identified("suggestive"):
        if cue.isascii() and " " not in cue and len(cue) > 5:
            half = len(cue) // 2
            yield Case(f"age.en[0] + {identifier} cut", (f"{age}, {cue[:half]}", "by the lake", cue[half:]))


def likenesses(
    disguises: Mapping[str, Callable[[str], str | None]] = DISGUISES,
) -> Iterator[Case]:
    """Every form that points at a real person."""
    for number, (identifier, cue) in enumerate(identified("likeness")):
        for name, write in disguises.items():
            hidden = write(cue)
            if hidden is not None:
                yield Case(f"{identifier}, {name}", (CARRIERS[number % len(CARRIERS)].format(hidden),))


# ---------------------------------------------------------------------------------------- the border


def border(kind: str, name: str = "border") -> Iterator[Case]:
    """Carriers with single cues, marked mature or general."""
    table = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    for language, cues in table[kind].items():
        for number, cue in enumerate(cues):
            for carrier in table["carriers"][language]:
                yield Case(f"{kind}.{language}[{number}] {cue}", (carrier.format(cue=cue),))


# ---------------------------------------------------------------------------------------- all of it


def all_scores(kind: str = "") -> dict[str, Score]:
    """Every set; ``kind`` ``holdout`` takes what was written after the rules were done."""
    if kind == "holdout":
        return {
            "must pass": score(benign("holdout_benign"), lambda said: said == "general"),
            "minor, other disguises": score(must_be_refused(HOLDOUT), lambda said: said == "minor"),
            "likeness, other disguises": score(likenesses(HOLDOUT), lambda said: said == "real_person"),
            "mature at the border": score(border("mature", "holdout_border"), lambda said: said != "general"),
            "general at the border": score(
                border("general", "holdout_border"), lambda said: said == "general"
            ),
        }
    return {
        "must pass": score(benign(), lambda said: said == "general"),
        "minor": score(must_be_refused(), lambda said: said == "minor"),
        "minor, by stated age": score(stated_ages(), lambda said: said == "minor"),
        "minor, cut across texts": score(cut_across_texts(), lambda said: said == "minor"),
        "likeness": score(likenesses(), lambda said: said == "real_person"),
        "mature at the border": score(border("mature"), lambda said: said != "general"),
        "general at the border": score(border("general"), lambda said: said == "general"),
    }
