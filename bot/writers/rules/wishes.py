"""Which messages ask a companion for a picture: requests, not talk about pictures.

A wrong picture costs its member money, so whatever can be read both ways is none. Decided so:

* "Let me take a photo of you", "I take a picture of you": a deed in the story, and the member's own. None.
* "Let's take a selfie": a plan. "Send me one when you get there": another time. None.
* "Can you send pictures?": a question about what can be done. "Can you send me a picture?" asks.
* "Show me that photo", "send me the pic": one that there is already. None.
* "How about a selfie?", "pic pls", "selfie?": asks.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from bot.domain.companion import Companion
from bot.domain.scene import MAX_CAST
from bot.services.ports.wishes import Wish
from bot.writers.rules import wish_japanese
from bot.writers.rules.names import fold_word
from bot.writers.rules.wish_claims import claims
from bot.writers.rules.wish_grammar import Asked, Grammar, find
from bot.writers.rules.wish_picture import read_picture
from bot.writers.rules.wish_text import Sentence, sentences, spoken

LONGEST_HINT = 400
"""Characters of what a picture should show."""

_WITHDRAWN = re.compile(
    r"\b(?:just kidding|jk|kidding|nvm|never ?mind|scratch that|es broma|je plaisante|je rigole|nur spa(?:ß|ss)"
    r"|war nur ein scherz)\b|冗談|なんでもない",
    re.IGNORECASE,
)
_STEMS = (
    *(
        "photo",
        "foto",
        "fotit",
        "pic",
        "pix",
        "image",
        "selfi",
        "selfy",
        "snap",
        "portrait",
        "retrato",
        "portrat",
        "nude",
    ),
    *("noodz", "headshot", "bild", "aufnahm", "schnapp", "cliche", "tof", "toph"),
    *(fold_word(noun) for noun in wish_japanese.NOUN.split("|")),
)
"""Some of these is in every request. Nearly every message has none and is read no further."""


class RulesWishes:
    """Implements :class:`bot.services.ports.wishes.PhotoWishes` by rules, in five languages, in any place."""

    def load(self) -> None:
        """Compile the grammars now, in any thread; else the first message that may ask for a picture waits for it."""
        _grammars()

    def wish_in(self, text: str, addressed: Sequence[Companion], present: Sequence[Companion]) -> Wish | None:
        """See the protocol."""
        if not (addressed or present) or not _speaks_of_one(text):
            return None
        said = spoken(text)
        if not _speaks_of_one(said) or _WITHDRAWN.search(said):
            return None
        named = tuple({c.companion_id: c for c in (*addressed, *present)}.values())
        if wish_japanese.WRITTEN.search(said):
            found = wish_japanese.find(said, named)
            if found is not None:
                return _japanese(found, addressed)
        for sentence in sentences(said, named):
            for grammar in _grammars():
                asked = find(sentence, grammar)
                if asked is not None:
                    return _wish(sentence, asked, grammar, addressed, named)
        return None

    def claims_picture(self, text: str) -> bool:
        """See the protocol."""
        return claims(text)


@functools.cache
def _grammars() -> tuple[Grammar, ...]:
    """They take a sixth of a second to compile."""
    from bot.writers.rules.wish_english import ENGLISH  # noqa: PLC0415
    from bot.writers.rules.wish_french import FRENCH  # noqa: PLC0415
    from bot.writers.rules.wish_german import GERMAN  # noqa: PLC0415
    from bot.writers.rules.wish_spanish import SPANISH  # noqa: PLC0415

    return (ENGLISH, SPANISH, FRENCH, GERMAN)


def _speaks_of_one(text: str) -> bool:
    folded = fold_word(text)
    return any(stem in folded for stem in _STEMS)


def _japanese(found: wish_japanese.Found, addressed: Sequence[Companion]) -> Wish | None:
    spoken_to = found.called or tuple(c for c in addressed if c not in found.pictured) or tuple(addressed)
    return _of((*(spoken_to if found.is_of_you else ()), *found.pictured), found.hint)


def _of(cast: Sequence[Companion], hint: str) -> Wish | None:
    """A wish for a picture of these; None where they are nobody."""
    ids = tuple(dict.fromkeys(companion.companion_id for companion in cast))
    return Wish(ids if len(ids) <= MAX_CAST else (), hint[:LONGEST_HINT]) if ids else None


def _wish(
    sentence: Sentence,
    asked: Asked,
    grammar: Grammar,
    addressed: Sequence[Companion],
    named: Sequence[Companion],
) -> Wish | None:
    shown = read_picture(sentence, asked, grammar)
    spoken_to = [named[at] for at in shown.called] or [
        companion for companion in addressed if named.index(companion) not in shown.names
    ]
    spoken_to = spoken_to or list(addressed)
    cast: list[Companion] = []
    if shown.is_of_everybody:
        cast = list(named)
    elif shown.is_of_all:
        cast = spoken_to if len(spoken_to) > 1 else list(named)
    elif shown.is_of_you:
        cast = spoken_to[:MAX_CAST]
    cast += [named[at] for at in shown.names]
    return _of(cast, shown.hint)
