"""Where people are named in a sentence; a name that is also a word counts only where it stands like a name."""

# ruff: noqa: PLR0911, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from bot.writers.rules.names import Roster
from bot.writers.rules.sentences import Named, Sentence

_NOT_BEFORE_A_NAME = frozenset(
    "the a an my your his her our their this that these those some any no every of very more much so too"
    " such i he she they we you it to not one each another what which pressed red pink white single im am"
    " der die das dem den ein eine einen el la los las un una le les une du des au de con por toute tout".split()
)


_NAME_ONLY_AFTER = frozenset(
    "hey hi hello oh dear with and to at for beside near by okay ok thanks bye yo hug hugs".split()
)


_AFTER_A_WORD = frozenset("i you he she we they it be the a this that there not of".split())


def find_names(sentence: Sentence, roster: Roster, verb_s: frozenset[str]) -> list[Named]:
    """Where people are named. A name that is also a word counts only where it stands like a name."""
    found: list[Named] = []
    forms_by_first = roster.forms
    words = sentence.words
    skip_to = 0
    for position in [at for at, word in enumerate(words) if word in forms_by_first]:
        if position < skip_to:
            continue
        for form in forms_by_first[words[position]]:
            length = len(form.words)
            if length > 1 and tuple(words[position : position + length]) != form.words:
                continue
            if form.is_word and not _stands_like_a_name(sentence, position, verb_s):
                continue
            found.append(Named(position, position + length, form.person))
            skip_to = position + length
            break
    return found


def _stands_like_a_name(sentence: Sentence, position: int, verb_s: frozenset[str]) -> bool:
    words, raw = sentence.words, sentence.raw
    before = words[position - 1] if position else ""
    after = words[position + 1] if position + 1 < len(words) else ""
    if before in _NOT_BEFORE_A_NAME and not (before in {"to", "not", "it"} and raw[position][:1].isupper()):
        return False
    capital = raw[position][:1].isupper()
    opens = position == 0 or before in {'"', ":", ";", "—", "–"}
    if after == "'s":
        return capital or not before
    if after in verb_s and (capital or opens or before in {"and", ",", "as", "while"}):
        return True
    if capital and not opens:
        return True
    if opens:
        if after in {",", ""} and (capital or after == ","):
            return True
        if not capital:
            return False
        return after in {"and", "is", "was", "has", "had"} or (
            after.endswith("ed") and after not in _AFTER_A_WORD
        )
    return (before in _NAME_ONLY_AFTER and after in {"", ",", "and"}) or (
        before == "," and after in {"", ","}
    )
