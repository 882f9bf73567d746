"""The evaluation conversations are sound, and the scorer tells right from wrong."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from . import score as scorer
from .matching import contains, mentions, mentions_any
from .records import LANGUAGES, SETS, Answer, Conversation, load, load_set

MINIMUM = {
    "conversations": {"english": 80, "spanish": 12, "french": 12, "german": 12, "japanese": 12},
    "holdout": {"english": 40, "spanish": 8, "french": 8, "german": 8, "japanese": 8},
    "fresh": {"english": 60, "spanish": 12, "french": 12, "german": 12, "japanese": 12},
    "unseen": {"english": 70, "spanish": 12, "french": 12, "german": 12, "japanese": 12},
    "strangers": {"english": 40, "spanish": 10, "french": 10, "german": 10, "japanese": 10},
}
FILES = [(which, language) for which in SETS for language in LANGUAGES]
ALL = [pytest.param(language, c, id=c.id) for which in SETS for language, c in load_set(which)]
LONG_LOG = 24


def perfect(conversation: Conversation) -> dict[str, Any]:
    """Answer with the first accepted word of everything."""
    gold = conversation.gold
    people = [
        {
            "name": name,
            "outfit": gold.outfits.get(name, [""])[0].rstrip("*"),
            "action": gold.actions.get(name, [""])[0].rstrip("*"),
        }
        for name in gold.cast
    ]
    return {
        "id": conversation.id,
        "cast": gold.cast,
        "text": f"{' and '.join(gold.cast)}, {(gold.setting or ['somewhere'])[0].rstrip('*')}",
        "setting": (gold.setting or [""])[0].rstrip("*"),
        "time": (gold.time or [""])[0].rstrip("*"),
        "weather": (gold.weather or [""])[0].rstrip("*"),
        "per_companion": people,
        "framing": "wide",
    }


@pytest.mark.parametrize(("which", "language"), FILES)
def test_there_are_enough_conversations(which: str, language: str):
    assert len(load(which, language)) >= MINIMUM[which][language]


@pytest.mark.parametrize("which", SETS)
def test_half_of_the_english_ones_have_two_companions_or_more(which: str):
    english = load(which, "english")
    assert sum(len(c.companions) > 1 for c in english) * 2 >= len(english)


def test_ids_and_conversations_are_unique():
    everything = [c for which in SETS for _, c in load_set(which)]
    assert [i for i, n in Counter(c.id for c in everything).items() if n > 1] == []
    said = Counter(m.text for c in everything for m in c.messages if len(m.text) > LONG_LOG)
    assert [text for text, n in said.items() if n > 1] == []


@pytest.mark.parametrize(("language", "conversation"), ALL)
def test_a_conversation_is_sound(language: str, conversation: Conversation):
    gold = conversation.gold
    names = [c.name for c in conversation.companions]
    assert len(set(names)) == len(names)
    assert len(set(gold.cast)) == len(gold.cast) <= scorer.CAST_LIMIT
    assert {*gold.cast, *gold.may} <= set(names)
    assert not {*gold.cast} & {*gold.may}
    assert {*gold.outfits, *gold.actions} <= set(gold.cast)
    assert len(conversation.messages) <= LONG_LOG
    assert len(set(conversation.tags)) == len(conversation.tags)
    spoken = {m.speaker for m in conversation.messages if m.is_companion}
    assert spoken <= set(names)
    people = [*gold.outfits.values(), *gold.actions.values()]
    accepted = [w for words in (gold.setting, gold.time, gold.weather, *people) for w in words or ()]
    for word in gold.forbidden:
        assert [a for a in accepted if contains(a, word)] == [], word
        assert not any(contains(name, word) for name in gold.cast), word
    assert all(scorer.is_english(word, language, []) for word in accepted), "gold answers are in English"


@pytest.mark.parametrize(("language", "conversation"), ALL)
def test_a_perfect_answer_scores_full_marks(language: str, conversation: Conversation):
    given = scorer.marks(language, conversation, Answer.model_validate(perfect(conversation)))
    assert [m for m in given if not m.right] == []


@pytest.mark.parametrize(("language", "conversation"), ALL)
def test_a_wrong_answer_scores_nothing(language: str, conversation: Conversation):
    gold = conversation.gold
    answer = {
        "id": conversation.id,
        "cast": ["Nobody"],
        "text": " ".join(["el los der und le les は", *gold.forbidden]) if gold.forbidden else "",
        "setting": "a zeppelin",
        "time": "never",
        "weather": "frogs",
        "per_companion": [{"name": n, "outfit": "a barrel", "action": "yodelling"} for n in gold.cast],
    }
    given = list(scorer.marks(language, conversation, Answer.model_validate(answer)))
    assert [m for m in given if m.right and m.measure != "english"] == []


def test_the_writer_sees_neither_tags_nor_the_expected_answer():
    seen: list[dict[str, Any]] = []

    def spy(records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for record in records:
            seen.append(record)
            yield {"id": record["id"], "cast": [], "text": ""}

    scorer.score(spy, [("english", c) for c in load("conversations", "english")])
    assert {key for record in seen for key in record} == {"id", "companions", "messages", "requester", "hint"}


def test_answers_out_of_order_are_refused():
    def backwards(records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        return reversed(list(scorer.baseline(records)))

    with pytest.raises(ValueError, match="in order"):
        scorer.score(backwards, [("english", c) for c in load("conversations", "english")])


def test_perfect_answers_make_a_table_of_hundreds():
    chosen = list(load_set("conversations"))
    answers = {c.id: perfect(c) for _, c in chosen}
    rows = scorer.table(scorer.score(lambda records: (answers[r["id"]] for r in records), chosen), "perfect")
    assert [row["language"] for row in rows] == [*LANGUAGES, "total"]
    assert all(row[measure] == 100 for row in rows for measure in scorer.MEASURES)
    assert rows[-1]["n"] == sum(row["n"] for row in rows[:-1]) == len(chosen)


def test_the_baseline_is_far_from_right():
    shares = scorer.percentages(scorer.score(scorer.baseline, list(load_set("conversations"))))
    assert shares["time"] == 0
    assert 0 < (shares["cast"] or 0) < 90
    assert 0 < (shares["clean"] or 0) < 60


def _one(**gold: object) -> Conversation:
    base: dict[str, Any] = {"cast": ["Mira"], "setting": None, "time": None, "weather": None}
    base |= {"outfits": {}, "actions": {}, "forbidden": [], **gold}
    people = [{"name": n, "aliases": [], "gender": "female"} for n in ("Mira", "Kael", "凛")]
    asked = {"id": "x", "companions": people, "messages": [], "requester": "sam", "hint": ""}
    return Conversation.model_validate({**asked, "tags": ["test"], "gold": base})


def _right(
    conversation: Conversation, measure: str, language: str = "english", **answer: object
) -> list[bool]:
    whole = Answer.model_validate({"id": "x", "cast": ["Mira"], "text": "Mira", **answer})
    return [m.right for m in scorer.marks(language, conversation, whole) if m.measure == measure]


@pytest.mark.parametrize(
    ("given", "right"),
    [
        (["Mira"], True),
        (["Kael", "Mira"], True),
        (["Kael"], False),
        (["Mira", "凛"], False),
        (["Mira", "Mira"], False),
    ],
)
def test_cast_is_exact_but_for_those_who_may_be_there(given: list[str], right: bool):  # noqa: FBT001
    assert _right(_one(may=["Kael"]), "cast", cast=given) == [right]


def test_an_empty_field_is_looked_up_in_the_text_but_for_time_and_weather():
    words = {"setting": ["roof"], "time": ["night"], "weather": ["rain*"]}
    conversation = _one(**words, outfits={"Mira": ["red dress"]}, actions={"Mira": ["lean*"]})
    text = "Mira leaning over the edge of a roof on a rainy night, long red silk dress"
    for measure in ("setting", "outfit", "action"):
        assert _right(conversation, measure, text=text) == [True]
    for measure in ("time", "weather"):
        assert _right(conversation, measure, text=text) == [False]
    assert _right(conversation, "setting", text=text, setting="kitchen") == [False]
    assert _right(conversation, "weather", weather="heavy rainfall") == [True]
    person = {"name": "Mira", "outfit": "blue dress", "action": "she leaned back"}
    assert _right(conversation, "outfit", per_companion=[person]) == [False]
    assert _right(conversation, "action", per_companion=[person]) == [True]


@pytest.mark.parametrize(
    ("text", "forbidden", "found"),
    [
        ("two coats on a hook", "coat", True),
        ("a coating of dust", "coat", False),
        ("at the cafés", "café", True),
        ("at the cafe", "café", True),
        ("a parking lot", "parking lot", True),
        ("a lot of parking", "parking lot", False),
        ("evening light", "even", False),
        ("Mira rose; she will hope", "Rose", False),
        ("Mira and Rose", "Rose", True),
        ("mira and kael", "Kael", True),
        ("凛と海", "凛", True),
        ("Renee waves", "Renée", True),
    ],
)
def test_forbidden_words_are_whole_words_and_stems(text: str, forbidden: str, found: bool):  # noqa: FBT001
    assert contains(text, forbidden) is found
    assert _right(_one(forbidden=[forbidden]), "clean", text=text) == [not found]


def test_an_empty_or_endless_text_is_not_clean():
    assert _right(_one(), "clean", text=" ") == [False]
    assert _right(_one(), "clean", text="a" * (scorer.TEXT_LIMIT + 1)) == [False]
    assert _right(_one(), "clean", text="a" * scorer.TEXT_LIMIT) == [True]


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("japanese", "凛 on a roof", True),
        ("japanese", "凛 on a 屋上", False),
        ("spanish", "Mira en la azotea con los brazos en alto", False),
        ("german", "Mira auf dem Dach, mit der Katze", False),
        ("french", "Mira sur le toit avec une tasse", False),
        ("french", "Mira on the roof with a cup, at the café", True),
        ("english", "Mira on the roof", True),
    ],
)
def test_the_text_must_be_english(language: str, text: str, english: bool):  # noqa: FBT001
    assert _right(_one(), "english", language, text=text) == [english]


def test_words_match_over_endings_and_accents():
    for text, keyword in [
        ("dancing", "dance"), ("danced", "danc*"), ("carries", "carry"), ("hopping", "hop"),
        ("beaches", "beach"), ("grey scarf", "gray scarf"), ("the harbour", "harbor"), ("Łódź", "lodz"),
        ("dress of deep red silk", "red dress"), ("snowfall", "snow*"), ("roses", "rose"), ("lying", "lie"),
        ("sat down", "sit"),
    ]:  # fmt: skip
        assert mentions(text, keyword), (text, keyword)
    for text, keyword in [
        ("stare", "star"),
        ("train", "rain"),
        ("red hat, blue dress", "green dress"),
        ("", "a"),
    ]:
        assert not mentions_any(text, [keyword]), (text, keyword)


@pytest.mark.parametrize("options", [[], ["--failures"], ["--json", "--failures"], ["--set", "all"]])
def test_the_command_prints_rows_for_the_writer_and_the_baseline(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scorer, "find_writer", lambda: scorer.baseline)
    assert scorer.main(options) == 0
    out = capsys.readouterr().out
    if "--json" in options:
        told = json.loads(out)
        assert {row["writer"] for row in told["rows"]} == {"writer", "baseline"}
        assert {"expected", "given", "measure"} <= told["failures"][0].keys()
    else:
        assert "japanese" in out
        assert "baseline" in out
        assert ("expected" in out) is ("--failures" in options)


def test_without_a_writer_the_baseline_is_scored_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scorer, "find_writer", lambda: None)
    assert scorer.main(["--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["language"] for row in rows] == [*LANGUAGES, "total"]
