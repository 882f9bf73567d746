"""English verb phrases as short gerund phrases that a picture can show."""

# ruff: noqa: C901, PLR0911, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.names import Roster
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.world import Parts

LONGEST = 9
"""Words after the verb: more is a story, not a pose."""

_STOP = frozenset(
    "that which who whose because so when while until before after if as like than though where but or then"
    ' , ; : ( ) " about despite without unless since whether how why what am is are was were has had will'
    " enough until".split()
)
_DROPPED = frozenset(
    "just then now still again too also really very quite almost maybe already finally once simply even"
    " only suddenly visibly audibly absently idly please here there rather ever actually so instead tonight today"
    " i we he she they ' 's".split()
)
LOOSE_ENDS = frozenset(
    "a an the of to in on at with for from by into onto over under and or her his their its my your our"
    " against around beside between near next through across behind toward towards up-to as out-of some"
    " any this that very until the-viewer's more most not no".split()
)
_PROPER = frozenset(
    "christmas halloween japanese french italian spanish english german chinese korean mexican thai"
    " american turkish greek easter valentine's victorian polaroid tv dj".split()
)
_POSSESSIVE = {Gender.FEMALE: "her", Gender.MALE: "his"}
_OBJECT = {Gender.FEMALE: "her", Gender.MALE: "him"}


def possessive(gender: Gender | None) -> str:
    """``her``, ``his`` or ``their``."""
    return _POSSESSIVE.get(gender, "their") if gender else "their"


def _reflexive(gender: Gender | None) -> str:
    return (
        {Gender.FEMALE: "herself", Gender.MALE: "himself"}.get(gender, "themself") if gender else "themself"
    )


def phrase_parts(sentence: Sentence, start: int, end: int, roster: Roster, person: int, how: str) -> Parts:
    """The words from ``start`` (after the verb) as parts of a phrase about ``person``.

    ``how`` says how the person was meant ("first", "second", "third"), which decides whose "my" and
    "your" are. The other one of a talk becomes "the viewer". Unknown proper names end the phrase.
    """
    words, raw = sentence.words, sentence.raw
    gender = roster.people[person].gender
    own = possessive(gender)
    mine, yours = {"first": (own, "the viewer's"), "second": ("the viewer's", own)}.get(
        how, ("the viewer's", "the viewer's")
    )
    names = {named.start: named for named in sentence.names if start <= named.start < end}
    weathered = {
        at
        for mark in sentence.marks
        if mark.mark in {Mark.WEATHER, Mark.TIME}
        for at in range(mark.start - 3, mark.start)
    } | {at for sun in range(start, end) if words[sun] == "sun" for at in range(sun - 3, sun)}
    parts: list[str | int] = []
    position = start
    while position < end and len(parts) < LONGEST:
        named = names.get(position)
        if named is not None:
            position = named.end
            if named.person == person:
                if position < end and words[position] == "'s":
                    position += 1
                    parts.append(own)
                continue
            parts.append(named.person)
            if position < end and words[position] == "'s":
                parts.append("'s")
                position += 1
            continue
        word = words[position]
        if word in _STOP or (
            word in {"in", "under", "through", "against", "into", "at", "during", "by"}
            and position in weathered
        ):
            break
        written = raw[position]
        if (
            written[:1].isupper()
            and position > 0
            and not written.isupper()
            and word not in _PROPER
            and len(written) > 1
        ):
            break
        position += 1
        if word in _DROPPED or (word.endswith("ly") and len(word) > 4):  # noqa: PLR2004 not "ply", "fly"
            continue
        if not word[0].isalnum() or (not word.isascii() and not word.isalpha()):
            if parts and not word.isalnum():
                break
            continue
        parts.append(_owned(word, own, mine, yours, gender))
    while parts and parts[-1] in LOOSE_ENDS:
        parts.pop()
    return tuple(parts)


def _owned(word: str, own: str, mine: str, yours: str, gender: Gender | None) -> str:
    if word == "my":
        return mine
    if word == "your":
        return yours
    if word == "our":
        return "their"
    if word == "us":
        return "them"
    if word == "me":
        return "the viewer"
    if word == "you":
        return "the viewer"
    if word in {"myself", "yourself"}:
        return _reflexive(gender)
    if word == "mine":
        return own
    return word


def render(parts: Parts, shown: frozenset[int], roster: Roster) -> str:
    """A phrase as text. It ends before anyone who is not shown, and never on a loose preposition."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, int):
            if part not in shown:
                break
            words.append(roster.people[part].name)
        elif part == "'s":
            if words:
                words[-1] += "'s"
        else:
            words.append(part)
    while len(words) > 1 and words[-1] in LOOSE_ENDS:
        words.pop()
    return " ".join(words)
