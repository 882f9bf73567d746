"""Score how well requests for a picture are told from talk about pictures.

``python -m tests.scenes.photo_wishes [--failures] [--all] [--claims]``

The rules are tuned to the odd records only; the even ones are a hold-out (``--failures`` lists those that are
wrong among the odd ones; with ``--all`` in both halves). Precision matters more than recall: a picture that nobody
asked for costs its member money. *hint* and *cast* are scored where the wish was found.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.companion import Companion, Gender, Look, Style
from bot.services.ports.wishes import PhotoWishes, Wish
from bot.writers.rules.wishes import RulesWishes

FOLDER = Path(__file__).parent
_LOOK = Look(Style.REALISTIC, Gender.FEMALE, "brown hair", "green", "fair", "slim", 25, "jeans")
COMPANIONS = {
    name: Companion(name.lower(), name, _LOOK, aliases)
    for name, aliases in (("Mira", ("ミラ",)), ("Kael", ()), ("Rose", ()))
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in one record."""

    record: dict[str, Any]
    found: Wish | None

    @property
    def is_wanted(self) -> bool:
        """Whether it is a wish."""
        return self.record["wish"] is not None

    @property
    def has_right_cast(self) -> bool:
        """Whether the right companions are in the picture."""
        assert self.found is not None
        return sorted(self.found.companion_ids) == sorted(n.lower() for n in self.record["wish"]["cast"])

    @property
    def has_right_hint(self) -> bool:
        """Whether the hint has the words that it should; none where nothing was said."""
        assert self.found is not None
        wanted: str | None = self.record["wish"].get("hint")
        if wanted is None:
            return True
        hint = self.found.hint.casefold()
        return wanted.casefold() in hint if wanted else not hint


def records(name: str = "photo_wishes.jsonl") -> list[dict[str, Any]]:
    """All records of a set, in order."""
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def answers(wishes: PhotoWishes, chosen: Sequence[dict[str, Any]]) -> Iterator[Answer]:
    """What is found in each record."""
    everybody = list(COMPANIONS)
    for record in chosen:
        addressed = [COMPANIONS[name] for name in record.get("addressed", ["Mira"])]
        present = [COMPANIONS[name] for name in record.get("present", everybody)]
        yield Answer(record, wishes.wish_in(record["text"], addressed, present))


def halves(all_records: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The records that rules may be tuned to, and those that they may not."""
    return {"development": list(all_records[::2]), "hold-out": list(all_records[1::2])}


def figures(given: Sequence[Answer]) -> dict[str, float]:
    """Precision and recall of wishes; of those that were found, how many have the right cast and hint."""
    right = [one for one in given if one.is_wanted and one.found is not None]
    found = sum(one.found is not None for one in given)
    wanted = sum(one.is_wanted for one in given)
    return {
        "precision": len(right) / max(1, found),
        "recall": len(right) / wanted,
        "cast": sum(one.has_right_cast for one in right) / max(1, len(right)),
        "hint": sum(one.has_right_hint for one in right) / max(1, len(right)),
    }


def claim_figures(
    wishes: PhotoWishes, chosen: Sequence[dict[str, Any]]
) -> tuple[dict[str, float], list[str]]:
    """Precision and recall of lines that claim a picture, and the lines that were got wrong."""
    told = [(record, wishes.claims_picture(record["text"])) for record in chosen]
    right = sum(record["claims"] and claims for record, claims in told)
    wrong = [record["text"] for record, claims in told if record["claims"] is not claims]
    precision = right / max(1, sum(claims for _, claims in told))
    return {"precision": precision, "recall": right / sum(record["claims"] for record, _ in told)}, wrong


def main() -> None:
    """Print the table, and what went wrong."""
    wishes, show_all = RulesWishes(), "--all" in sys.argv
    for half, chosen in halves(records()).items():
        given = list(answers(wishes, chosen))
        for language in ("all", *dict.fromkeys(record["lang"] for record in chosen)):
            part = [one for one in given if language in {"all", one.record["lang"]}]
            line = " ".join(f"{name} {value:6.1%}" for name, value in figures(part).items())
            print(f"wishes {half:<12}{language:<4}{len(part):>4}  {line}")  # noqa: T201  a command prints
        if "--failures" in sys.argv and (show_all or half == "development"):
            for one in given:
                if (one.found is not None) is not one.is_wanted:
                    print("  wrong:", one.record["lang"], one.record["text"], "→", one.found)  # noqa: T201
                elif one.found is not None and not (one.has_right_cast and one.has_right_hint):
                    print("  reads:", one.record["text"], "→", one.found)  # noqa: T201
    for half, chosen in halves(records("photo_claims.jsonl")).items():
        numbers, wrong = claim_figures(wishes, chosen)
        line = " ".join(f"{name} {value:6.1%}" for name, value in numbers.items())
        print(f"claims {half:<12}all {len(chosen):>4}  {line}")  # noqa: T201
        if "--failures" in sys.argv and (show_all or half == "development"):
            for text in wrong:
                print("  wrong:", text)  # noqa: T201


if __name__ == "__main__":
    main()
