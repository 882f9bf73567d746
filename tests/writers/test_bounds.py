"""The work grows with the length of a text and no faster: what is compared with each other stays small."""

import pytest

from bot.domain.scene import Conversation
from bot.writers.rules.names import build_roster
from bot.writers.rules.notes import note_finder
from bot.writers.rules.sentences import SENTENCE_WORDS, sentences
from tests.writers.talk import JUNO, KAEL, MIRA

ROSTER = build_roster(Conversation((), (MIRA, KAEL, JUNO), "sam", ""), frozenset())
MORE = 4


@pytest.mark.parametrize(
    ("language", "pattern"),
    [
        ("es", "se sienta en la cocina del hotel y "),
        ("es", "se la playa "),
        ("fr", "elle se tient devant la porte de la maison "),
        ("de", "lehnt sich an "),
        ("ja", "海の"),
        ("ja", "海a の "),
        ("ja", "そして、"),
        ("ja", "Mira、空を見る"),
    ],
)
def test_no_foreign_clause_grows_with_the_text(language: str, pattern: str):
    once, longer = (note_finder(language).clauses(pattern * times, ROSTER) for times in (1_000, MORE * 1_000))
    assert len(longer) <= MORE * (len(once) + 1)
    assert max(len(clause.notes) for clause in longer) <= max(len(clause.notes) for clause in once)


@pytest.mark.parametrize(
    "pattern", ["the ", "she can't ", "a, ", "and he walks into the cafe ", "it's 3 am-"]
)
def test_no_english_sentence_grows_with_the_text(pattern: str):
    found = sentences(pattern * 3_000)
    assert max(len(sentence.words) for sentence in found) <= 2 * SENTENCE_WORDS + 2
