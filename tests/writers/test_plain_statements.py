"""Plain statements, verb by verb and place by place: what is simply said is simply seen."""

from __future__ import annotations

import itertools

import pytest

from bot.writers.evaluation import scene_lines

VERBS = {
    "reads a book": "reading",
    "dances": "dancing",
    "cooks dinner": "cooking",
    "plays the piano": "playing",
    "paints a picture": "painting",
    "takes a photo": "taking",
    "waters the plants": "watering",
    "leans against the wall": "leaning",
    "holds a lantern": "holding",
    "sits": "sitting",
}
PLACES = (
    "kitchen",
    "library",
    "old lighthouse",
    "train station",
    "laundromat",
    "observatory",
    "greenhouse",
    "attic",
)
TOLD = (
    "Mira {verb} in the {place}.",
    "In the {place}, Mira {verb}.",
    "We are in the {place}. Mira {verb}.",
    "The {place} is quiet. Mira {verb}.",
    "*{verb} in the {place}*",
    "I'm in the {place} now. *{verb}*",
)


def scene(*messages: tuple[str, str], cast: tuple[str, ...] = ("Mira", "Kaito")) -> dict[str, object]:
    record = {
        "id": "plain",
        "companions": [{"name": name, "aliases": [], "gender": "female"} for name in cast],
        "messages": [{"speaker": who, "is_companion": who in cast, "text": text} for who, text in messages],
        "requester": "Ana",
        "hint": "",
    }
    return next(iter(scene_lines([record])))


@pytest.mark.parametrize(("told", "place"), list(itertools.product(TOLD, PLACES)))
def test_who_does_something_somewhere_is_seen_doing_it_there(told: str, place: str) -> None:
    speaker = "Mira" if "*" in told else "Ana"
    for verb, gerund in VERBS.items():
        found = scene((speaker, told.format(verb=verb, place=place)), cast=("Mira",))
        (figure,) = found["per_companion"]  # type: ignore[misc]
        assert place.rsplit(maxsplit=1)[-1] in str(found["setting"]), (verb, found)
        assert gerund in figure["action"], (verb, found)


@pytest.mark.parametrize(
    "leaving",
    [
        "*grabs his coat and leaves*",
        "*waves and leaves*",
        "*nods and goes home*",
        "*stands up and goes upstairs*",
        "gotta go, see you all tomorrow! *waves and walks out*",
    ],
)
def test_who_does_something_and_leaves_has_left(leaving: str) -> None:
    found = scene(
        ("Mira", "*leans on the counter of the bakery*"),
        ("Kaito", "*wipes the table*"),
        ("Kaito", leaving),
        ("Mira", "*pours another coffee*"),
    )
    assert found["cast"] == ["Mira"]


@pytest.mark.parametrize(
    "said",
    [
        "This is not the beach.",
        "Let's go to the beach tomorrow.",
        "I dreamed about the beach last night.",
        "I wish we were at the beach.",
        "I used to live near the beach.",
        "Have you ever been to the beach?",
        "In the movie they are on a beach.",
        "We never made it to the beach.",
        "I read a book about a beach.",
    ],
)
def test_what_is_only_talked_about_is_not_there(said: str) -> None:
    found = scene(("Mira", "*leans on the counter of the bakery*"), ("Ana", said), cast=("Mira",))
    assert "baker" in str(found["setting"])
    assert "beach" not in str(found["text"])
