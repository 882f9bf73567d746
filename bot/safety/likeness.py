"""Forms that make a picture one of a real, identifiable person: a role or a likeness with a full name.

No list of living people is kept. "Looks like" with a full name is refused whoever it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.safety.folding import word_list

_FULL = re.compile(
    r"[A-ZÀ-Þ](?<!\w.)[\w'’.-]*(?=(?:\s+(?:de|la|von|van|di|da|del|der|le|bin|al|[A-Z]\.))*\s+[A-ZÀ-Þ])"
)
"""The first of two names in a row."""
_REACH = 70
"""Characters before a name that may say what it is doing there."""
_LIKE = (
    r"looks?(?:\s+(?:exactly|just|a\s+lot|so\s+much))?\s+like|looking(?:\s+(?:exactly|just))?\s+like|named\s+after|face\s+of"
    r"|body\s+of|head\s+of|likeness\s+of|resembl(?:es|ing|e)|as\s+played\s+by|portrayed\s+by|twin\s+of|clone\s+of|modell?ed\s+on"
    r"|modell?ed\s+after|based\s+on|inspired\s+by\s+the\s+(?:looks?|face)\s+of|dead\s+ringer\s+for|doppelg[aä]nger\s+of|impersonating"
    r"|se\s+parece\s+a|parecida?\s+a|la\s+cara\s+de|ressemble\s+à|le\s+visage\s+de|sieht\s+aus\s+wie|das\s+gesicht\s+von|benannt\s+nach"
)
_ROLE = (
    r"(?:actress|actor|singer|pop\s?star|rapper|model|influencer|youtuber|streamer|politician|president|senator|chancellor|prime\s+minister"
    r"|king|queen|prince|princess|footballer|athlete|tennis\s+player|celebrity|billionaire|actriz|cantante|actrice|chanteuse|chanteur|acteur"
    r"|schauspieler(?:in)?|sänger(?:in)?|kanzler(?:in)?|presidente|présidente?)"
)
_BEFORE = re.compile(
    rf"\b(?:(?:{_LIKE})\s+(?:(?:the|young|a\s+young|famous|real)\s+)*(?:{_ROLE}\s+)?"
    rf"|(?:the|real|famous|as|la|el|le|die|der|of)\s+(?:famous\s+|real\s+|pop\s+)?{_ROLE}\s+)\Z",
    re.IGNORECASE,
)
_PLACES_AND_THINGS = frozenset(word_list("places_and_things"))


def points_at_someone_real(texts: Iterable[str]) -> bool:
    """Whether a text names whose likeness is wanted."""
    return any(
        _names_someone(text if text.isascii() else unicodedata.normalize("NFKC", text)) for text in texts
    )


def _names_someone(text: str) -> bool:
    return any(
        _BEFORE.search(text[max(0, name.start() - _REACH) : name.start()])
        and name.group() not in _PLACES_AND_THINGS
        for name in _FULL.finditer(text)
    )
