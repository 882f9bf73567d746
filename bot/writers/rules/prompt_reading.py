"""A member's own prompt as a scene: tags or sentences, about exactly the companions that were chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.companion import Companion
from bot.domain.scene import Candidate, Conversation, Scene
from bot.writers.rules.draft import Draft, DraftFigure
from bot.writers.rules.language import FOREIGN, detect
from bot.writers.rules.markup import clean
from bot.writers.rules.names import Roster, build_roster, fold_word
from bot.writers.rules.outfit_text import Piece, pieces_of, put_on, text_of
from bot.writers.rules.prompt_english import PromptReader
from bot.writers.rules.prompt_foreign import ForeignPromptReader
from bot.writers.rules.vocabulary import Vocabulary

_WEIGHT = re.compile(r"\(+([^():]{1,200}?)(?::\s*\d?\.?\d+)?\)+")
_SIGNS = str.maketrans("_[]{}", "     ")
_WORD = re.compile(r"[^\W\d_]+")
_BY_FIRST_WORD = {"sin": "es", "con": "es", "sans": "fr", "avec": "fr", "ohne": "de", "mit": "de"}
"""Words that tell a language where two words are all there is."""
_ENGLISH_SHARE = 0.5
_NETWORK = re.compile(r"<[a-z]+:[^<>]{0,100}>")


def roster_of(cast: Sequence[Companion], vocabulary: Vocabulary) -> Roster:
    """The cast as the readers know people: index i is ``cast[i]``."""
    candidates = tuple(
        Candidate(one.companion_id, one.name, _other_names(one), one.look.gender, one.owner_id)
        for one in cast
    )
    return build_roster(Conversation((), candidates, requester=""), vocabulary.word_names)


def read_prompt(text: str, cast: Sequence[Companion], vocabulary: Vocabulary) -> Scene:
    """The scene that a prompt describes; see :class:`bot.services.ports.writing.SceneWriter`."""
    draft = Draft([DraftFigure() for _ in cast])
    plain = plain_words(text)
    if plain:
        roster = roster_of(cast, vocabulary)
        language = language_of(plain, vocabulary)
        if language in FOREIGN:
            ForeignPromptReader(language, draft, roster, vocabulary).read(plain)
        else:
            PromptReader(draft, roster, vocabulary).read(plain)
    for figure, companion in zip(draft.figures, cast, strict=True):
        _complete(figure, companion, vocabulary)
    return draft.scene(tuple(one.companion_id for one in cast))


def language_of(text: str, vocabulary: Vocabulary) -> str:
    """The language of a prompt or an edit; tags are told by their words, for small ones are missing."""
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    if first in _BY_FIRST_WORD:
        return _BY_FIRST_WORD[first]
    language = detect(text)
    if language not in FOREIGN or language == "ja":
        return language or "en"
    words = [fold_word(word) for word in _WORD.findall(text)]
    known = sum(vocabulary.knows(word) for word in words)
    return "en" if known >= _ENGLISH_SHARE * len(words) else language


def _complete(figure: DraftFigure, companion: Companion, vocabulary: Vocabulary) -> None:
    """Who is said to wear a scarf or a coat wears the rest of the usual outfit with it."""
    if not figure.garments or any(slot in {"full", "top", "bottom"} for _, _, slot in figure.garments):
        return
    pieces = pieces_of(companion.look.outfit, vocabulary)
    for text, noun, slot in figure.garments:
        pieces = put_on(pieces, Piece(",", text, noun, slot))
    figure.garments = [(text_of(pieces), "outfit", "full")]


def plain_words(text: str) -> str:
    """A prompt without the marks of image programs: weights, underscores, networks."""
    plain = _NETWORK.sub(" ", text)
    plain = _WEIGHT.sub(r"\1", plain)
    return clean(plain.translate(_SIGNS)).strip()


def _other_names(companion: Companion) -> tuple[str, ...]:
    """Aliases, and the name without its hyphens: "Mei Lin" is Mei-Lin."""
    apart = companion.name.replace("-", " ")
    return (*companion.aliases, apart) if apart != companion.name else companion.aliases
