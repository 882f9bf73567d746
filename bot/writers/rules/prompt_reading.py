"""A member's own prompt as a scene: tags or sentences, about exactly the companions that were chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.companion import Companion
from bot.domain.scene import Candidate, Conversation, Scene
from bot.writers.rules.draft import Draft, DraftFigure
from bot.writers.rules.language import FOREIGN, detect
from bot.writers.rules.markup import clean
from bot.writers.rules.names import Roster, build_roster
from bot.writers.rules.prompt_english import PromptReader
from bot.writers.rules.prompt_foreign import ForeignPromptReader
from bot.writers.rules.vocabulary import Vocabulary

_WEIGHT = re.compile(r"\(+([^():]{1,200}?)(?::\s*\d?\.?\d+)?\)+")
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
        language = detect(plain)
        if language in FOREIGN:
            ForeignPromptReader(language, draft, roster, vocabulary).read(plain)
        else:
            PromptReader(draft, roster, vocabulary).read(plain)
    return draft.scene(tuple(one.companion_id for one in cast))


def plain_words(text: str) -> str:
    """A prompt without the marks of image programs: weights, underscores, networks."""
    plain = _NETWORK.sub(" ", text)
    plain = _WEIGHT.sub(r"\1", plain)
    return clean(plain.replace("_", " ")).strip()


def _other_names(companion: Companion) -> tuple[str, ...]:
    """Aliases, and the name without its hyphens: "Mei Lin" is Mei-Lin."""
    apart = companion.name.replace("-", " ")
    return (*companion.aliases, apart) if apart != companion.name else companion.aliases
