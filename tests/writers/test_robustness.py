"""Whatever people type, there is a scene, soon, and the same one again."""

# ruff: noqa: SIM905 -- a bag of words reads best as words

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.prompts import MAX_PROMPT, scene_text
from bot.domain.scene import Conversation, Message
from bot.writers.rules.writer import RulesWriter
from tests.writers.talk import JUNO, KAEL, MIRA, WRITER

WHO = (MIRA, KAEL, JUNO)
WORDS = st.sampled_from(
    'Mira Kael Juno she he they you I we *sits* *leaves the cafe* beach in at on the not if . , ! ? " * ( ) [ ]'
    " ~ _ ' - -- … 🦊 wearing takes off her coat red dress 3 am dreamed ((ooc)) // http://x.y <@1> ``` `` > |s||"
    " ではない 海 です。 está la playa nicht am Strand ne pas la plage \u200b \u202e e\u0301 \n 's n't".split(
        " "
    )
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join))
MESSAGES = st.lists(
    st.tuples(st.sampled_from(["Mira", "Kael", "sam", "Narrator", "", "🦊"]), TEXTS), max_size=8
)


def _conversation(lines: list[tuple[str, str]], hint: str = "") -> Conversation:
    ids = {"Mira": "mira", "Kael": "kael"}
    return Conversation(tuple(Message(s, t, ids.get(s)) for s, t in lines), WHO, "sam", hint)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MESSAGES, TEXTS)
def test_any_talk_gives_a_scene_of_one_to_three(lines: list[tuple[str, str]], hint: str):
    made = WRITER.scene(_conversation(lines, hint))
    assert 1 <= len(made.cast) <= 3
    assert len(set(made.cast)) == len(made.cast)
    assert set(made.cast) <= {"mira", "kael", "juno"}
    assert len(scene_text(made, {"mira": "Mira", "kael": "Kael", "juno": "Juno"})) <= MAX_PROMPT


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_the_same_talk_gives_the_same_scene(lines: list[tuple[str, str]]):
    talk = _conversation(lines)
    assert WRITER.scene(talk) == RulesWriter().scene(talk)


@pytest.mark.parametrize(
    "text",
    [
        "*" * 10_000,
        "(" * 10_000,
        "((" * 5_000,
        "[" * 10_000,
        "*a " * 3_300,
        "_a " * 3_300,
        '"' * 10_000,
        "' a " * 2_500,
        "~a" * 5_000,
        "a, " * 3_333,
        "and " * 2_500,
        "the " * 2_500,
        "in the " * 1_400,
        "Mira " * 2_000,
        "Mira and " * 1_100,
        "coat " * 2_000,
        "red coat and " * 770,
        "not " * 2_500,
        "🦊" * 10_000,
        "\u202e\u200b" * 5_000,
        "a" * 10_000,
        "1:00 " * 2_000,
        "http://" * 1_400,
        "海" * 10_000,
        "です。" * 3_000,
        "nicht " * 1_700,
        "<@1" * 3_000,
        "```" * 3_333,
        "\n" * 10_000,
        ">" * 10_000,
        "-a " * 3_300,
        ": " * 5_000,
    ],
)
def test_ten_thousand_characters_of_anything_give_a_scene(text: str):
    """What they cost against plain talk of that length is measured in benchmarks/writer."""
    made = WRITER.scene(_conversation([("Mira", text), ("sam", text)], text[:500]))
    assert made.cast
    assert len(scene_text(made, {"mira": "Mira", "kael": "Kael", "juno": "Juno"})) <= MAX_PROMPT


def test_a_very_long_log_is_read_from_its_end():
    lines = [("sam", "We're at the beach."), *[("Mira", "*nods*")] * 300, ("sam", "We're in the cellar now.")]
    assert WRITER.scene(_conversation(lines)).setting == "cellar"
