"""The four lexicons, and the forms that are made of what they list."""

import pytest

from bot.writers.rules.foreign_clock import clock_time
from bot.writers.rules.foreign_forms import GAP, verb_forms
from bot.writers.rules.foreign_kana import verb_surfaces
from bot.writers.rules.foreign_lexicon import opens_deed, plural, spaced_entries, unspaced_entries
from bot.writers.rules.language import detect
from bot.writers.rules.lexicon import foreign
from bot.writers.rules.vocabulary import vocabulary


@pytest.mark.parametrize("language", ["es", "fr", "de", "ja"])
def test_every_gloss_is_english_and_every_garment_has_a_slot(language: str) -> None:
    lexicon = foreign(language)
    for table in (lexicon.places, lexicon.garments, lexicon.qualities, lexicon.actions, lexicon.objects):
        assert all(gloss.isascii() for gloss in table)
    slots = vocabulary().slots
    unknown = [g for g in lexicon.garments if g not in slots and g.split()[-1] not in slots]
    assert len(unknown) <= 12, unknown


@pytest.mark.parametrize("language", ["es", "fr", "de"])
def test_every_entry_has_words(language: str) -> None:
    for kind, value, words in spaced_entries(foreign(language)):
        assert all((kind, value, words, *words))


def test_every_japanese_entry_has_a_surface() -> None:
    for kind, value, surface in unspaced_entries(foreign("ja")):
        assert all((kind, value, surface))


@pytest.mark.parametrize(
    ("language", "infinitive", "form"),
    [
        ("es", "sentarse", "se sienta"),
        ("es", "sentarse", "sentada"),
        ("es", "dormir", "durmiendo"),
        ("es", "sonreir", "sonrie"),
        ("es", "abrir", "abierto"),
        ("fr", "s appuyer", "s appuie"),
        ("fr", "offrir", "offert"),
        ("fr", "jeter", "jette"),
        ("de", "an|ziehen", f"zieht {GAP}an"),
        ("de", "an|ziehen", "angezogen"),
        ("de", "lacheln", "lachelt"),
        ("de", "sitzen", "sass"),
    ],
)
def test_verb_forms(language: str, infinitive: str, form: str) -> None:
    certain, bare = verb_forms(language, infinitive)
    assert form in certain or form in bare


@pytest.mark.parametrize(
    ("verb", "kind", "surface"),
    [
        ("座る", "", "座って"),
        ("泳ぐ", "", "泳いで"),
        ("食べる", "negators", "食べない"),
        ("飲む", "hypothetical", "飲みた"),
        ("料理する", "", "料理して"),
    ],
)
def test_japanese_forms(verb: str, kind: str, surface: str) -> None:
    assert (kind, surface) in verb_surfaces(verb)


@pytest.mark.parametrize(
    ("language", "text", "time"),
    [
        ("es", "a las tres de la tarde", "afternoon"),
        ("fr", "il est huit heures du soir", "evening"),
        ("de", "um 7 Uhr morgens", "morning"),
        ("ja", "午後3時", "afternoon"),
        ("de", "keine Zeit", ""),
    ],
)
def test_clock_times(language: str, text: str, time: str) -> None:
    assert clock_time(language, text) == time


def test_small_words() -> None:
    assert plural("cup of tea") == "cups of tea"
    assert plural("knife") == "knives"
    assert opens_deed("se sienta en la barra")
    assert not opens_deed("come on, really?")
    assert detect("*huele la canela*") == "es"
    assert detect("*opens the fridge*") != "fr"
