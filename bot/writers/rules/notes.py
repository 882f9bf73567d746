"""A foreign text as notes: which known words stand where, clause by clause, already in English."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

from bot.writers.rules.foreign_clauses import Clause, Note, cut_notes
from bot.writers.rules.foreign_compounds import Compounds, Entry, is_link, place_of_place
from bot.writers.rules.foreign_forms import GAP
from bot.writers.rules.foreign_irregular import word_set
from bot.writers.rules.foreign_lexicon import NOTHING, NOUNS, fold, spaced_entries
from bot.writers.rules.foreign_unspaced import UnspacedNotes
from bot.writers.rules.lexicon import ForeignLexicon, foreign
from bot.writers.rules.names import Roster, fold_word

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*|[.!?…¿¡]+|[,;:—–\n()]")
_ENDS = frozenset(".!?…。！？\n¿¡")
_CUTS = frozenset(",;:—–()、，；：")
_SHORTEST_STEM = 2
_LONGEST_SENTENCE = 400
_GAP_WORDS = 14
_AT_CLAUSE_END = word_set("an auf aus um vor zu mit nach bei durch uber unter in ein ab hinter")
"""Verb prefixes that are prepositions as well: the prefix ends its clause."""
_NEW_CLAUSE = _CUTS | word_set("und oder aber sondern wahrend bis als damit dann doch dass weil denn")
_DETERMINERS = word_set(
    "el la los las un una mi tu su del al unos unas le les une du des au aux ma ta sa mon ton son l d "
    "der die das den dem ein eine einen einem einer kein keine im am zum zur vom beim"
)
_DETERMINER_REACH = 2
_REACH = 4
"""Words before a place among which its preposition is looked for."""
_VERBAL = frozenset({"action", "motion", "leave", "arrive", "wear", "put_on", "take_off", "change", "face"})
_NOUN_AFTER = word_set(
    "el un una unos unas del al mi mis este esta ese esa une du des au aux son sa ses mon ma mes ce cet cette"
)
_NOUN_OR_VERB_AFTER = word_set("la las los le les l su sus tu tus ta tes ton leur leurs d dans en au sur")
_TAGS = word_set(
    "no verdad vale eh cierto si hein non quoi ok okay oder ne gell nicht wahr stimmts pas n est-ce "
    "ja sabes ves"
)
_TAG_WORDS = 3

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What can begin with a word, longest first, by the word that follows it.

    Some words ("se", "la") open thousands of phrases: only those that go on with the next word are tried.
    """

    otherwise: tuple[Entry, ...]
    """The entries that fit before any word: single words, and phrases whose second word is open."""
    by_second: dict[str, tuple[Entry, ...]]
    """All entries that fit before a word that some phrase demands, ``otherwise`` among them."""
    kinds: frozenset[str]
    """The kinds that the word alone has."""


def _by_second(found: list[Entry]) -> _Candidates | None:
    if not found:
        return None
    found.sort(key=lambda entry: -len(entry[0]))
    demanded: dict[str, list[Entry]] = {
        phrase[1]: [] for phrase, _, _ in found if len(phrase) > 1 and not _is_open(phrase[1])
    }
    otherwise: list[Entry] = []
    for entry in found:
        phrase = entry[0]
        if len(phrase) > 1 and not _is_open(phrase[1]):
            demanded[phrase[1]].append(entry)
            continue
        otherwise.append(entry)
        for entries in demanded.values():
            entries.append(entry)
    return _Candidates(
        tuple(otherwise),
        {word: tuple(entries) for word, entries in demanded.items()},
        frozenset([kind for phrase, kind, _ in found if len(phrase) == 1]),
    )


def _is_open(wanted: str) -> bool:
    """Whether more than one word fits this part of a phrase."""
    return wanted[0] == GAP or wanted[-1] == "*"


class _SpacedNotes:
    """Notes for languages with spaces: phrases of folded words, the last letters open where marked ``*``."""

    def __init__(self, lexicon: ForeignLexicon) -> None:
        self._compounds = Compounds(lexicon.modifiers) if lexicon.modifiers else None
        self._exact: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        for kind, value, words in spaced_entries(lexicon):
            table, key = (self._stems, words[0][:-1]) if words[0].endswith("*") else (self._exact, words[0])
            table.setdefault(key, []).append((words, kind, value))
        self._nouns_are_capital = lexicon.language == "de"
        self._word_names = frozenset(fold_word(name) for name in lexicon.word_names)
        self._candidates = functools.lru_cache(maxsize=8192)(self._find)

    def _find(self, word: str) -> _Candidates | None:
        found = list(self._exact.get(word, ()))
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            found += self._stems.get(word[:length], ())
        if self._compounds is not None and not any(
            len(entry[0]) == 1 and entry[1] in NOUNS | _VERBAL for entry in self._exact.get(word, ())
        ):
            compound = self._compounds.find(word, self._exact)
            if compound:
                found = [entry for entry in found if entry[1] not in NOUNS] + compound
        return _by_second(found)

    def clauses(self, text: str, roster: Roster) -> list[Clause]:
        """The clauses of a text."""
        clauses: list[Clause] = []
        words: list[str] = []
        raw: list[str] = []
        for token in _TOKEN.findall(text):
            ends = token[0] in _ENDS
            if not ends:
                words.append(token if token in _CUTS else fold(token))
                raw.append(token)
            if words and (ends or len(words) >= _LONGEST_SENTENCE):
                clauses += self._sentence(words, raw, roster, question=ends and "?" in token)
                words, raw = [], []
        if words:
            clauses += self._sentence(words, raw, roster, question=False)
        return clauses

    def _sentence(self, words: list[str], raw: list[str], roster: Roster, *, question: bool) -> list[Clause]:  # noqa: C901, PLR0912
        named = self._named(words, raw, roster) if roster.forms else []
        names_at = {at for name in named for at in range(name[0], name[1])}
        notes: list[Note] = []
        covered: dict[str, int] = {}
        taken: set[int] = set()
        candidates = self._candidates
        following = [*words[1:], ""]
        for at, word in enumerate(words):
            if at in names_at:
                continue
            found = candidates(word)
            if found is None:
                continue
            hidden = self._hidden(words, raw, at, found.kinds)
            for phrase, kind, value in found.by_second.get(following[at], found.otherwise):
                end = at + 1
                if (len(phrase) == 1 and kind in hidden) or (at in taken and kind in _VERBAL):
                    continue
                if covered.get(kind, 0) > at:
                    continue
                if len(phrase) > 1:
                    matched = _matched(phrase, words, at)
                    if not matched:
                        continue
                    end, later = matched
                    taken.update(later)
                if value != NOTHING:
                    notes.append(Note(at, end, kind, value))
                covered[kind] = end
        cuts = [at for at, word in enumerate(words) if word in _CUTS]
        cuts += [note.at for note in notes if note.kind == "clause"]
        _join_places(notes, words)
        if question and _is_tagged(words):
            question = False
        clauses = cut_notes(notes, named, cuts, len(words), question=question)
        for clause in clauses:
            for at, _, _ in clause.names:
                clause.before[at] = tuple(words[max(at - 1, clause.start) : at])
            if "place" in clause.kinds:
                for note in clause.notes:
                    if note.kind == "place":
                        clause.before[note.at] = tuple(words[max(note.at - _REACH, clause.start) : note.at])
        return clauses

    def _hidden(self, words: list[str], raw: list[str], at: int, kinds: frozenset[str]) -> frozenset[str]:
        """Kinds that a word, which may be a verb or a noun, does not have here: "der Tanz", "la porte"."""
        if _VERBAL.isdisjoint(kinds):
            return frozenset()
        both = not NOUNS.isdisjoint(kinds) and not ("garment" in kinds and "wear" in kinds)
        before = words[at - 1] if at else ""
        if self._nouns_are_capital:
            if raw[at][0].isupper() and at > 0 and before not in _CUTS:
                return _VERBAL
            return NOUNS if both and at > 0 and raw[0][0].isupper() else frozenset()
        if before in _NOUN_AFTER or (both and before in _NOUN_OR_VERB_AFTER):
            return _VERBAL
        if both and at > 0 and any(word in _NOUN_AFTER for word in words[max(at - 2, 0) : at]):
            return _VERBAL
        return NOUNS if both else frozenset()

    def _named(self, words: list[str], raw: list[str], roster: Roster) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        folded = [fold_word(word) for word in raw]
        skip_to = 0
        for at, word in enumerate(folded):
            if at < skip_to:
                continue
            for form in roster.forms.get(word, ()):
                length = len(form.words)
                if length > 1 and tuple(folded[at : at + length]) != form.words:
                    continue
                doubtful = length == 1 and (form.is_word or word in self._word_names)
                if doubtful and not self._is_name(words, raw, at):
                    continue
                skip_to = at + length
                found.append((at, skip_to, form.person))
                break
        return found

    def _is_name(self, words: list[str], raw: list[str], at: int) -> bool:
        """Whether a name that is also a word of the language ("Luz", "Linde") is meant as a name."""
        if not raw[at][0].isupper():
            return (at == 0 or words[at - 1] in _CUTS) and (at + 1 == len(words) or words[at + 1] in _CUTS)
        before = words[max(at - _DETERMINER_REACH, 0) : at]
        if self._nouns_are_capital:
            return _DETERMINERS.isdisjoint(before)
        return not before or before[-1] not in _DETERMINERS


def _is_tagged(words: list[str]) -> bool:
    """Whether only a tag makes a question of it: "…, ¿no?", "…, hein ?", "…, oder?"."""
    at = max((at for at, word in enumerate(words) if word in _CUTS), default=-1)
    return at > 0 and 0 < len(words) - at - 1 <= _TAG_WORDS and all(word in _TAGS for word in words[at + 1 :])


def _matched(phrase: Phrase, words: list[str], at: int) -> tuple[int, list[int]] | None:
    """Where the words of a phrase that is found at ``at`` end, before any gap, and where those behind gaps are."""
    position = at
    end = 0
    later: list[int] = []
    for wanted in phrase[1:]:
        if wanted[0] == GAP:
            end = end or position + 1
            position = _later(wanted[1:], words, position + 1)
            if not position:
                return None
            later.append(position)
            continue
        position += 1
        if position >= len(words):
            return None
        word = words[position]
        if word != wanted and not (wanted[-1] == "*" and word.startswith(wanted[:-1])):
            return None
    return end or position + 1, later


def _later(wanted: str, words: list[str], start: int) -> int:
    for at in range(start, min(start + _GAP_WORDS, len(words))):
        word = words[at]
        if word == wanted:
            if wanted not in _AT_CLAUSE_END or at + 1 == len(words) or words[at + 1] in _NEW_CLAUSE:
                return at
        elif word in _NEW_CLAUSE:
            return 0
    return 0


def _join_places(notes: list[Note], words: list[str]) -> None:
    """As in "La cocina del hotel": one place, not two."""
    places = [at for at, note in enumerate(notes) if note.kind == "place"]
    for first, second in reversed(list(itertools.pairwise(places))):
        part, whole = notes[first], notes[second]
        if is_link(words[part.end : whole.at]):
            notes[first] = Note(part.at, whole.end, "place", place_of_place(part.value, whole.value))
            del notes[second]


@functools.cache
def note_finder(language: str) -> _SpacedNotes | UnspacedNotes:
    """The compiled lexicon of a language, made once per process."""
    lexicon = foreign(language)
    return UnspacedNotes(lexicon) if language == "ja" else _SpacedNotes(lexicon)
