"""Names, aliases, and names that are also words."""

import pytest

from bot.domain.companion import Gender
from bot.domain.scene import Candidate
from tests.writers.talk import MIRA, scene

ROSE = Candidate("rose", "Rose", (), Gender.FEMALE)
WILL = Candidate("will", "Will", (), Gender.MALE)


@pytest.mark.parametrize(
    "line",
    [
        "Mira: *smells a rose* lovely",
        "Mira: will you pass the salt? *yawns*",
        "Mira: The sun rose an hour ago. *stretches*",
        "Mira: I will, I promise. *nods*",
        "Mira: *pins a red rose to her coat*",
    ],
)
def test_a_name_that_is_a_word_counts_only_as_a_name(line: str):
    assert scene(line, who=(MIRA, ROSE, WILL)).cast == ("mira",)


@pytest.mark.parametrize(
    "line",
    [
        "Mira: *hands Rose a cup*",
        "Mira: *leans on Rose*",
        "sam: Rose laughs and tips her chair back.",
        "Mira: Rose, look! *points*",
        "sam: *rose sits down*",
    ],
)
def test_the_same_word_as_a_name_is_the_person(line: str):
    assert "rose" in scene(line, who=(MIRA, ROSE)).cast


@pytest.mark.parametrize("written", ["Zoë", "ZOE", "zoe", "Zoe\u0308", "Ｚｏｅ"])
def test_names_compare_after_unicode_folding(written: str):
    zoe = Candidate("zoe", "Zoë", (), Gender.FEMALE)
    assert "zoe" in scene(f"Mira: *hugs {written}*", who=(MIRA, zoe)).cast


def test_an_alias_or_one_word_of_a_longer_name_is_the_person():
    captain = Candidate("vance", "Captain Elena Vance", ("the Captain",), Gender.FEMALE)
    for said in ("Elena", "Vance", "the Captain", "Captain Elena Vance"):
        assert set(scene(f"Mira: *salutes {said}*", who=(MIRA, captain)).cast) == {"mira", "vance"}


def test_cjk_and_symbol_names_are_found():
    rin = Candidate("rin", "凛", (), Gender.FEMALE)
    fox = Candidate("fox", "🦊", (), Gender.FEMALE)
    assert set(scene("凛: *waves*", "🦊: *sits*", who=(rin, fox)).cast) == {"rin", "fox"}


def test_two_people_who_share_a_word_are_told_apart_by_the_rest():
    lee_a, lee_b = Candidate("a", "Anna Lee"), Candidate("b", "Bruce Lee")
    assert scene("sam: hi", "Anna Lee: *waves*", who=(lee_a, lee_b)).cast == ("a",)
