from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.companion import Companion
from bot.domain.errors import InvalidInputError, NameTakenError
from bot.services import companion_rules as rules
from tests.services.companion_parts import LOOK, MIRA, ZOE, new


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mira  ", "Mira"),
        ("Mi\u200bra", "Mira"),
        ("\u202eariM", "ariM"),
        ("Zoe\u0308", "Zoë"),
        ("海斗", "海斗"),
        ("प्रिया", "प्रिया"),
        ("Rosé 🌹", "Rosé 🌹"),
        ("Ann\nMarie\t II", "Ann Marie II"),
        ("Ｍｉｒａ", "Ｍｉｒａ"),
        ("A\u3164", "A"),
        ("X 👩\u200d🚀", "X 👩\u200d🚀"),
        ("X\u200dY", "XY"),
        ("X👩\u200d", "X👩"),
        ("R2-D2", "R2-D2"),
        ("*bold*", "*bold*"),
    ],
)
def test_a_name_is_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert rules.checked_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\u200b\u200d\u2060",
        "\u3164\u2800",
        "x" * 33,
        "x" * 10_000,
        "@everyone",
        "<@123>",
        "<#5>",
        "a:b",
        "`code`",
        "Discord",
        "ＤＩＳＣＯＲＤ mod",
        "dis\u200bcord",
        "Clydé",
        "everyone",
        "HERE",
        "!!!",
        "🌹🌹",
        "Z" + "\u0301" * 4,
    ],
)
def test_a_name_that_discord_would_refuse_or_nobody_could_call_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        rules.checked_name(typed)
    assert caught.value.field == "The name"


@given(st.text(max_size=60))
def test_whatever_is_typed_a_kept_name_is_short_and_visible(typed: str) -> None:
    try:
        name = rules.checked_name(typed)
    except InvalidInputError:
        return
    assert 1 <= len(name) <= rules.MAX_NAME
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} for sign in name)
    assert not set(name) & set("@#:<>`\u202e\u200b\u2066")
    assert rules.checked_name(name) == name


def test_aliases_are_cleaned_and_kept_once_without_the_name() -> None:
    assert rules.checked_aliases([" Miri ", "", "MIRI", "Mira", "ミラ"], "Mira") == ("Miri", "ミラ")


def test_six_aliases_are_too_many() -> None:
    with pytest.raises(InvalidInputError, match="aliases"):
        rules.checked_aliases([f"a{n}" for n in range(6)], "Mira")


def test_a_bad_alias_is_named_as_such() -> None:
    with pytest.raises(InvalidInputError, match="Each alias"):
        rules.checked_aliases(["@here"], "Mira")


@pytest.mark.parametrize("age", [17, 0, -1, 121])
def test_nobody_is_younger_than_eighteen_or_older_than_the_limit(age: int) -> None:
    with pytest.raises(InvalidInputError, match="adult"):
        rules.checked_look(replace(LOOK, age=age))


@pytest.mark.parametrize("field", list(rules.LOOK_LIMITS))
def test_every_text_of_a_look_is_needed_and_bounded(field: str) -> None:
    for text in ("", " \u200b ", "x" * 10_000):
        with pytest.raises(InvalidInputError, match=f"The {field}"):
            rules.checked_look(replace(LOOK, **{field: text}))  # type: ignore[arg-type]


def test_details_are_bounded_and_empty_ones_dropped() -> None:
    assert rules.checked_look(replace(LOOK, details=("", " freckles "))).details == ("freckles",)
    for details in (("x",) * 6, ("x" * 61,)):
        with pytest.raises(InvalidInputError, match="details"):
            rules.checked_look(replace(LOOK, details=details))


def test_a_persona_is_one_clean_text_of_five_hundred_characters_at_most() -> None:
    assert rules.checked(new(persona="kind\n\u202e and quick")).persona == "kind and quick"
    with pytest.raises(InvalidInputError, match="persona"):
        rules.checked(new(persona="x" * 501))


@pytest.mark.parametrize("confirmed", [(True, False), (False, True), (False, False)])
def test_both_confirmations_are_needed(confirmed: tuple[bool, bool]) -> None:
    with pytest.raises(InvalidInputError, match="nobody real"):
        rules.checked(new(is_adult=confirmed[0], is_fictional=confirmed[1]))


@pytest.mark.parametrize("name", ["mira", "MIRI", "Ｍｉｒａ", "zoe"])
def test_a_name_is_taken_whatever_its_case_accents_and_width(name: str) -> None:
    with pytest.raises(NameTakenError) as caught:
        rules.check_names_free(["Free", name], [MIRA, ZOE])
    assert caught.value.name == name


def test_a_free_name_is_free() -> None:
    rules.check_names_free(["Nova"], [MIRA, ZOE])
    rules.check_names_free(["Nova"], [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mira", MIRA),
        ("MIRI", MIRA),
        ("ミラ", MIRA),
        ("Zoe", ZOE),
        ("zoe", ZOE),
        ("nobody", None),
        ("", None),
    ],
)
def test_a_companion_is_found_by_id_name_or_alias(text: str, found: Companion | None) -> None:
    assert rules.find_named(text, [MIRA, ZOE]) == found


def test_the_beginning_of_a_name_is_enough_where_only_one_begins_so() -> None:
    nova, novella = Companion("n", "Nová 🌹", LOOK), Companion("m", "Novella", LOOK)
    assert rules.find_named("NOVA", [MIRA, nova, novella]) == nova
    assert rules.find_named("nov", [MIRA, nova, novella]) is None
    assert rules.find_named("", [nova]) is None


def test_a_name_goes_before_an_alias() -> None:
    named = Companion("x", "Miri", LOOK)
    assert rules.find_named("Miri", [MIRA, named]) == named
    assert rules.find_named("Miri", [named, MIRA]) == named


def test_suggestions_are_names_that_begin_so_then_those_that_have_it_inside() -> None:
    ramira = Companion("ramira", "Ramira", LOOK)
    everybody = [ramira, ZOE, MIRA]
    assert rules.suggested("mir", everybody, 25) == (MIRA, ramira)
    assert rules.suggested("", everybody, 2) == (MIRA, ramira)
    assert rules.suggested("zoë", everybody, 25) == (ZOE,)
