"""The lexicons are data that people edit: a slip is told, not swallowed."""

import pytest
from pydantic import ValidationError

from bot.writers.rules.language import FOREIGN, detect, languages
from bot.writers.rules.lexicon import EnglishLexicon, ForeignLexicon, english, foreign


@pytest.mark.parametrize("language", FOREIGN)
def test_every_language_has_its_lexicon(language: str):
    assert foreign(language).language == language


def test_they_are_read_once():
    assert english() is english()
    assert foreign("fr") is foreign("fr")


def test_a_misspelt_list_is_an_error_that_names_it():
    data = {**english().model_dump(), "wheather": {}}
    with pytest.raises(ValidationError, match="wheather"):
        EnglishLexicon.model_validate(data)


def test_a_missing_list_is_an_error_that_names_it():
    data = foreign("es").model_dump()
    del data["garments"]
    with pytest.raises(ValidationError, match="garments"):
        ForeignLexicon.model_validate(data)


@pytest.mark.parametrize("language", FOREIGN)
def test_every_foreign_garment_is_english_by_its_key(language: str):
    assert all(
        key.isascii() for table in (foreign(language).garments, foreign(language).places) for key in table
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("we are in the old house and it is raining", "en"),
        ("estamos en la casa vieja y está lloviendo", "es"),
        ("nous sommes dans la vieille maison et il pleut", "fr"),
        ("wir sind im alten Haus und es regnet", "de"),
        ("古い家にいます", "ja"),
        ("ok lol", None),
        ("🦊🦊", None),
    ],
)
def test_each_message_tells_its_language(text: str, language: str | None):
    assert detect(text) == language


def test_what_is_too_short_takes_the_language_of_the_talk():
    assert languages(["wir sind im alten Haus und es regnet", "ok lol"]) == ["de", "de"]
