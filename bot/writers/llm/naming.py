"""Names in what the model says: of the cast they stay, of all others they go."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.companion import fold_name
from bot.domain.scene import Conversation
from bot.writers.rules.phrases import LOOSE_ENDS
from bot.writers.rules.vocabulary import Vocabulary

_SHORTEST = 2
_TRAILING = LOOSE_ENDS | frozenset("with while as who".split())  # noqa: SIM905  reads best as words


class Names:
    """The names that a scene may and may not have.

    A name that is also a word ("Rose", "Storm") counts as a name only with a capital.
    """

    def __init__(self, conversation: Conversation, cast: Iterable[str], vocabulary: Vocabulary) -> None:
        shown = set(cast)
        here, away = dict[str, str](), set[str]()
        for candidate in conversation.candidates:
            for name in (candidate.name, *candidate.aliases):
                if candidate.companion_id in shown:
                    here[fold_name(name)] = " ".join(name.split())
                else:
                    away.add(name)
        away |= {
            conversation.requester,
            *(m.speaker for m in conversation.messages if m.companion_id is None),
        }
        self._here = here
        self._away = {fold_name(name) for name in away} - here.keys()
        self.vocabulary = vocabulary
        self._pattern = _pattern([*here, *here.values(), *away, *self._away])

    def settle(self, text: str) -> str:
        """A phrase in lower case with the names of the cast as they are written, cut before another's name."""
        settled, at = "", 0
        for match in self._pattern.finditer(text):
            settled += text[at : match.start()].lower()
            at = match.end()
            folded = fold_name(match.group())
            if not self._is_meant(match.group(), folded):
                settled += match.group().lower()
            elif folded in self._here:
                settled += self._here[folded]
            elif text.startswith("'s ", at):
                at += len("'s ")  # "sam's jacket" is a jacket
            else:
                return _without_loose_end(settled)
        return settled + text[at:].lower()

    def without(self, text: str) -> str:
        """A phrase without any name: to see in which letters the rest is."""
        return self._pattern.sub(" ", text)

    def _is_meant(self, written: str, folded: str) -> bool:
        if folded not in self._here and folded not in self._away:
            return False
        is_word = self.vocabulary.knows(folded) or folded in self.vocabulary.word_names
        return not is_word or written[:1].isupper()


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    known = {" ".join(name.split()) for name in names}
    fit = [name for name in known if len(name) >= _SHORTEST and any(sign.isalpha() for sign in name)]
    fit.sort(key=lambda name: (-len(name), name))
    either = "|".join(re.escape(name) for name in fit) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _without_loose_end(text: str) -> str:
    words = text.split()
    while words and words[-1].strip(",") in _TRAILING:
        words.pop()
    return " ".join(words)
