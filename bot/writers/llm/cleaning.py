"""What the model says, made fit for a scene: short phrases of plain English about what can be seen.

The model's words are untrusted. Dropped are: addresses, mentions and markup; parts in other letters; parts about
hair, eyes, skin, build and grown-up age, for looks come from records; parts about prices, ratings or the model
itself; what repeats its instructions; and names of those who are not in the picture. What makes a picture mature,
or somebody seem young, is *not* dropped: the safety checks are to see it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bot.writers.llm.leaking import Instructed
from bot.writers.llm.naming import Names

PHRASE = 90
SHORT = 40
OUTFIT = 120
MOST_DETAILS = 4

_NOISE = re.compile(
    r"<[@#:/][^>]{0,80}>|<a?:\w+:\d+>|[@#][\w!&]+|\b[a-z][a-z0-9+.-]*://\S*|\bwww\.\S+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|gg|io|me|co|app|xyz|dev|ru|de|fr|es|jp)\b(?:/\S*)?",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[^\w\s,;:.!?'&%-]+|_+")
_PARTS = re.compile(r"[,;:.!?\n]+")
_WORDS_OF_LOOKS = (
    "black white grey gray silver golden gold blond blonde brown dark light fair pale tan tanned olive red auburn"
    " ginger copper chestnut blue green hazel amber violet purple pink long short shoulder-length waist-length curly"
    " wavy straight braided messy dyed bright deep smooth soft sharp"
)
_LOOKS = re.compile(
    r"(?:haired|eyed|skinned)\b|\b(?:blondes?|brunettes?|redheads?|redheaded|freckles|freckled|complexion|pigtails|ponytail)\b"
    rf"|\b(?:{'|'.join(_WORDS_OF_LOOKS.split())})\W+(?:\w+\W+){{0,2}}?(?:hair|eyes|skin|curls|locks|irises)\b"
    r"|\b(?:hair|eyes|skin) (?:is|are|of|dyed|colou?red|turned)\b"
    r"|\b(?:slim|slender|petite|curvy|chubby|busty|muscular|athletic|tall|skinny|thin) "
    r"(?:wom[ae]n|m[ae]n|person|body|build|frame|figure)\b"
)
_AGE = re.compile(r"\b(\d{1,3})[- ]*(?:years?(?:[- ]old)?|yo|y o)\b|\bage[ds]? (\d{1,3})\b")
_ADULT = 18
_NOT_SEEN = re.compile(
    r"\b(?:prices?|priced|costs?|rating|rated|nsfw|sfw|json|schema|prompts?|instructions?|instructed|jailbreak|ignore"
    r"|override|refund|discount|sorry|cannot|language model|as an ai|system (?:message|text)|companion id|api key)\b"
)
_TIMES = {
    "midnight": r"midnight",
    "dawn": r"dawn|predawn|sunrise|daybreak|first light",
    "morning": r"morning",
    "noon": r"noon|midday|lunch\w*",
    "afternoon": r"afternoon",
    "sunset": r"sunset|sundown|golden hour",
    "dusk": r"dusk|twilight|nightfall",
    "evening": r"evening",
    "night": r"night|nighttime|night-time|tonight|small hours|after dark|dark",
}
"""Time of day → words for it; the first that occurs is meant, so "late afternoon" is no evening."""
_WEATHERS = {
    "storm": r"storm\w*|thunder\w*|lightning|tempest|hurricane|hail\w*",
    "snow": r"snow\w*|blizzard|flurr\w*|sleet",
    "rain": r"rain\w*|drizzl\w*|shower\w*|downpour|pouring|wet",
    "fog": r"fog\w*|mist\w*|haz[ye]\w*",
    "wind": r"wind\w*|breez\w*|gust\w*|gale|bluster\w*",
    "sunny": r"sun\w*|bright",
    "cloudy": r"cloud|clouds|cloudy|overcast|gr[ae]y",
    "clear": r"clear|cloudless|starry|fair",
    "hot": r"hot|heat\w*|swelter\w*|scorch\w*|humid|muggy|warm",
    "cold": r"cold|chill\w*|freez\w*|frost\w*|ic[ye]|wint\w*",
}
"""The same for weathers, the most visible first: "cold rain" is rain."""


class Cleaner:
    """Cleans the values of one scene."""

    def __init__(self, names: Names, instructed: Instructed) -> None:
        self._names = names
        self._instructed = instructed

    def phrase(self, text: str, limit: int = PHRASE) -> str:
        """The parts of a value that can stand in a scene, joined with commas; at most ``limit`` characters."""
        if self._instructed.repeats(text):
            return ""
        plain = _SIGNS.sub(" ", _NOISE.sub(" ", _visible(text)))
        kept: list[str] = []
        for part in _PARTS.split(plain):
            settled = self._part(part)
            if settled and settled not in kept:
                kept.append(settled)
            if len(", ".join(kept)) > limit:
                kept.pop()
                return ", ".join(kept) or _cut(settled, limit)
        return ", ".join(kept)

    def place(self, text: str) -> str:
        """A setting. One whose words all begin with capitals, and which is no kind of place, is a name: "Paris"."""
        phrase, written = self.phrase(text), " ".join(text.split())
        is_name = written.istitle() and written.lower() == phrase
        return written if is_name and not self._names.vocabulary.is_place(phrase.split()) else phrase

    def time(self, text: str) -> str:
        """A time of day, or nothing."""
        return _known(self.phrase(text, SHORT), _TIMES)

    def weather(self, text: str) -> str:
        """A weather, or nothing."""
        return _known(self.phrase(text, SHORT), _WEATHERS)

    def _part(self, text: str) -> str:
        settled = " ".join(self._names.settle(" ".join(text.split())).split()).strip("'&%- ")
        lowered = settled.lower()
        is_told = any(sign.isalpha() for sign in settled)
        if not is_told or _is_foreign(self._names.without(settled)):
            return ""
        if _LOOKS.search(lowered) or _NOT_SEEN.search(lowered) or _is_grown_up(lowered):
            return ""
        return settled


def _known(phrase: str, words: Mapping[str, str]) -> str:
    return next((name for name, pattern in words.items() if re.search(rf"\b(?:{pattern})\b", phrase)), "")


def _visible(text: str) -> str:
    """Compatibility letters as the plain ones, line breaks as ends of parts, and nothing that can't be seen."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    return "".join(
        "," if sign in "\n\r\u2028\u2029" else " " if unicodedata.category(sign)[0] == "C" else sign
        for sign in folded
    )


def _is_foreign(text: str) -> bool:
    return any(sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN") for sign in text)


def _is_grown_up(text: str) -> bool:
    """Whether an age is told that the record tells anyway; a younger one is for the safety checks to see."""
    ages = [int(years or aged) for years, aged in _AGE.findall(text)]
    return bool(ages) and min(ages) >= _ADULT


def _cut(text: str, limit: int) -> str:
    return text[: limit + 1].rpartition(" ")[0] or text[:limit]
