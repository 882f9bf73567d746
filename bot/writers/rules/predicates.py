"""The main verb of a clause, with what stands before it looked through."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from dataclasses import dataclass

from bot.writers.rules.sentences import Sentence
from bot.writers.rules.verbs import Form, Kind, VerbForm, unknown_base
from bot.writers.rules.vocabulary import Vocabulary

_SHORTEST_GERUND = 5
_SHORTEST_ADVERB = 4
BE = frozenset("is am are was were be been being 's".split())
SKIPPED = frozenset(
    "and then still just now also finally suddenly again meanwhile each once so well oh ah but or soon"
    " while as when too even only almost immediately eventually quickly slowly rather already yet next"
    " instead together though right currently".split()
)
_STARTERS = frozenset(
    "start starts started begin begins began keep keeps kept continue continues continued proceeds"
    " proceed starting beginning keeping continuing goes tries get gets got".split()
)
_LOOKED_THROUGH = (
    BE | SKIPPED | _STARTERS | frozenset("has have had 've does did do right all both to".split())
)
"""Only these, and adverbs, may stand before the main verb: any other word ends the search."""


@dataclass(slots=True)
class Predicate:
    """The main verb: its form, where it is, and what stands around it."""

    verb: VerbForm | None
    at: int
    """Index of the verb; of the word after "is" when there is none."""
    be: bool = False
    progressive: bool = False
    perfect: bool = False
    past_be: bool = False


class PredicateFinder:
    """Finds predicates; an unlisted word is a verb where it looks like one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def verb_at(self, words: list[str], at: int, *, loose: bool) -> VerbForm | None:
        """The word at ``at`` as a verb; ``loose`` also takes unlisted words that end like one."""
        word = words[at]
        form = self._vocabulary.forms.get(word)
        if form is not None or not loose:
            return form
        return unknown_verb(word, self._vocabulary)

    def predicate(self, sentence: Sentence, after: int, end: int, *, loose: bool) -> Predicate:
        """The main verb from ``after`` (the subject) on; auxiliaries, adverbs and "starts to" are looked through."""
        words = sentence.words
        at = after
        found = Predicate(None, at)
        while at < end:
            word = words[at]
            if (word not in _LOOKED_THROUGH and not word.endswith("ly")) or _has_on(words, at, end):
                break
            if word in BE:
                found.be = True
                found.past_be = found.past_be or word in {"was", "were"}
                at += 1
            elif word in {"has", "have", "had", "'ve"} and at + 1 < end and self._is_past(words, at + 1, end):
                found.perfect = found.perfect or word == "had"
                at += 1
            elif word in {"does", "did", "do"} and at + 1 < end and words[at + 1] in self._vocabulary.forms:
                at += 1
            elif word in _STARTERS and at + 1 < end and self._goes_on(words, at + 1, end):
                at += 1
                if words[at] == "to":
                    at += 1
            elif (
                word in SKIPPED
                or (word in {"right", "all", "both", "to"} and found.be)
                or (is_adverb(word) and word not in self._vocabulary.forms)
            ):
                at += 1
            else:
                break
        found.at = at
        if at < end:
            found.verb = self.verb_at(words, at, loose=loose and not found.be)
            found.progressive = found.be and words[at].endswith("ing")
        return found

    def _is_past(self, words: list[str], at: int, end: int) -> bool:
        while at < end and (
            words[at] in {"just", "already", "finally", "been", "also", "not"} or is_adverb(words[at])
        ):
            at += 1
        form = self._vocabulary.forms.get(words[at]) if at < end else None
        return (form is not None and form.form is Form.PAST) or (at < end and words[at - 1] == "been")

    def _goes_on(self, words: list[str], at: int, end: int) -> bool:
        if words[at] == "to" and at + 1 < end:
            at += 1
        form = self._vocabulary.forms.get(words[at])
        return form is not None and (form.form is Form.ING or words[at - 1] == "to")


def _has_on(words: list[str], at: int, end: int) -> bool:
    """Such as "has got her coat on", where "got" adds nothing."""
    has = words[at] in {"has", "have", "'ve"} and words[at + 1 : at + 2] == ["got"]
    return has and "on" in words[at + 3 : end]


def unknown_verb(word: str, vocabulary: Vocabulary) -> VerbForm | None:
    """An unlisted word that ends like a verb, read as something that can be drawn."""
    if (
        word in vocabulary.places
        or word in vocabulary.slots
        or word in vocabulary.never
        or word in vocabulary.small
    ):
        return None
    base = unknown_base(word)
    if base is not None:
        return VerbForm(base, Form.S, Kind.STRONG)
    if (
        word.endswith("ing")
        and len(word) > _SHORTEST_GERUND
        and word not in {"something", "nothing", "anything", "everything", "evening", "morning"}
    ):
        return VerbForm(word, Form.ING, Kind.STRONG)
    return None


def is_adverb(word: str) -> bool:
    """Whether a word ends like an adverb and is no name or noun that does."""
    return (
        word.endswith("ly")
        and len(word) > _SHORTEST_ADVERB
        and word
        not in {
            "family",
            "belly",
            "jelly",
            "lily",
            "emily",
            "sally",
            "molly",
            "kelly",
            "polly",
            "italy",
            "butterfly",
            "reply",
            "supply",
            "apply",
            "rely",
        }
    )
