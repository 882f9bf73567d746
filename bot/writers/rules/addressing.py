"""Which companions a message names, as the scene writer reads names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.domain.companion import Companion
from bot.domain.scene import Candidate, Conversation
from bot.writers.rules.markup import clean
from bot.writers.rules.names import build_roster
from bot.writers.rules.naming import find_names
from bot.writers.rules.sentences import sentences
from bot.writers.rules.vocabulary import vocabulary

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no spaces between words."""
_CALLED = re.compile(r"(?:さん|ちゃん|くん|君|様|さま|先輩|先生)|[、,!！?？。…~〜\s]|$")
"""What follows a name of one sign, which would else be a word."""


class RulesNameReader:
    """Implements :class:`bot.services.ports.addressing.NameReader`."""

    def __init__(self) -> None:
        self._vocabulary = vocabulary()

    def named_in(self, text: str, companions: Sequence[Companion]) -> Sequence[str]:
        """See the protocol. What is said out of character, quoted code and links name nobody."""
        candidates = tuple(
            Candidate(c.companion_id, c.name, c.aliases, c.look.gender, c.owner_id) for c in companions
        )
        read = clean(text)
        if _UNSPACED.search(read):
            found = [companion_id for _, companion_id in sorted(_unspaced(read, candidates))]
        else:
            roster = build_roster(Conversation((), candidates, requester=""), self._vocabulary.word_names)
            found = [
                candidates[named.person].companion_id
                for sentence in sentences(read)
                for named in find_names(sentence, roster, self._vocabulary.verb_s)
            ]
        return tuple(dict.fromkeys(found))


def _unspaced(text: str, candidates: Sequence[Candidate]) -> Iterator[tuple[int, str]]:
    """Where names stand in a text without spaces; a Latin one not inside a longer word."""
    folded = _folded(text)
    for candidate in candidates:
        for surface in (candidate.name, *candidate.aliases):
            name = _folded(surface.strip())
            at = folded.find(name)
            while name and at >= 0:
                if _stands_alone(folded, at, name):
                    yield at, candidate.companion_id
                    break
                at = folded.find(name, at + 1)


def _stands_alone(text: str, at: int, name: str) -> bool:
    end = at + len(name)
    if _UNSPACED.search(name):
        return len(name) > 1 or (_CALLED.match(text, end) is not None and not text[:at].strip())
    around = text[max(at - 1, 0) : at] + text[end : end + 1]
    return not any(sign.isascii() and sign.isalnum() for sign in around)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
