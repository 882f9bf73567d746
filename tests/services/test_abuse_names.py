"""Names that pass for somebody else's, or for no name at all."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInputError
from bot.services.companion_rules import checked_name


@pytest.mark.parametrize(
    "name",
    [
        "Darkroom",
        "darkROOM",
        "D-a-r-k Room",
        "The Darkroom team",
        "Ｄａｒｋｒｏｏｍ",
        "Dárkröom",
        "d\u200barkroom",
    ],
)
def test_nobody_is_called_like_the_bot(name: str) -> None:
    with pytest.raises(InvalidInputError, match="something else than mine"):
        checked_name(name)


@pytest.mark.parametrize("name", ["Dаrkroom", "Mіra", "Κaito", "Jυno", "Mira Мира"])
def test_no_name_mixes_alphabets_whose_letters_look_alike(name: str) -> None:
    with pytest.raises(InvalidInputError, match="one alphabet"):
        checked_name(name)


@pytest.mark.parametrize(
    "name",
    ["Мира", "Κάιτο", "Renée", "Søren", "雪 Yuki", "ゆき", "Darko Roma", "Mira 2", "Ana-María", "Łucja 🌹"],
)
def test_names_of_every_language_stay_possible(name: str) -> None:
    assert checked_name(name) == name
