"""Which companions a message names."""

from __future__ import annotations

import pytest

from bot.domain.companion import Companion, Gender, Look, Style
from bot.writers.rules.addressing import RulesNameReader

LOOK = Look(Style.ANIME, Gender.FEMALE, "red hair", "green", "fair", "slim", 30, "a coat")


def called(name: str, *aliases: str) -> Companion:
    return Companion(name.lower(), name, LOOK, aliases)


HERE = (
    called("Mira", "Miri", "ミラ"),
    called("Rose"),
    called("Will"),
    called("Hope"),
    called("Zoë Hart"),
    called("空", "ソラ"),
    called("Søren", "Soren"),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mira, hi!", ["Mira"]),
        ("hey mira", ["Mira"]),
        ("ＭＩＲＡ?", ["Mira"]),
        ("**Mira**, hello", ["Mira"]),
        ("What would Mira's sister say, Miri?", ["Mira"]),
        ("zoe, have you seen soren?", ["Zoë Hart", "Søren"]),
        ("Søren and Zoë", ["Søren", "Zoë Hart"]),
        ("Miracles happen, admiral", []),
        ("I hope you will like the rose", []),
        ("Will you come?", []),
        ("Will, will you come?", ["Will"]),
        ("hey rose!", ["Rose"]),
        ("Hope, would Rose join Mira?", ["Hope", "Rose", "Mira"]),
        ("((Mira is the best character))", []),
        ("`Mira`", []),
        ("ミラ、写真を送って", ["Mira"]),
        ("ねえMira、元気？", ["Mira"]),
        ("miraちゃん、ソラくん", ["Mira", "空"]),
        ("Mirasolの花が好き", []),
        ("空がきれいだね", []),
        ("青い空", []),
        ("空、元気？", ["空"]),
        ("空さん！", ["空"]),
        ("", []),
    ],
)
def test_names_are_found_in_the_order_in_which_they_are_written(text: str, names: list[str]) -> None:
    by_id = {companion.companion_id: companion.name for companion in HERE}
    assert [by_id[found] for found in RulesNameReader().named_in(text, HERE)] == names


def test_where_nobody_is_nobody_is_named() -> None:
    assert RulesNameReader().named_in("Mira?", ()) == ()
