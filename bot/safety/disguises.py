"""Words behind the usual disguises: digits for letters, repeats, masks, dropped vowels, mirror writing, glue."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.safety.folding import near, word_list

LONGEST = 20
"""Letters of the longest word that is looked for in pieces."""

_LEET = str.maketrans("0123456789", "oizeasgtbg")
_LEET_L = str.maketrans("0123456789", "olzeasbtbg")
_THRICE = re.compile(r"([a-z])\1{2,}")
_REPEATED = re.compile(r"([a-z])\1+")
_TWICE = re.compile(r"([aeiou])\1")
_COUNTED = re.compile(r"\d+(?:s|th|st|nd|rd|k|p|mm|cm|d)")
_VOWELS = re.compile(r"[aeiou]")
_MASKED = re.compile(r"(?<![a-z0-9*])[a-z][a-z*#●•█■□○]{2,19}")
_MASK = re.compile(r"[*#●•█■□○]")
_ANY_MASK = re.compile(r"[*#●•█■□○_\-]")
_GAP = re.compile(r"(?<![a-z0-9_\-])([a-z]{1,3})[_\-]([a-z]{1,3})(?![a-z0-9_\-])")
_TELLING = frozenset("0123456789")
_LONGEST_STUTTER = 40
_STUTTERS_MOST = 10
_TURNS = 6
_MASKED_MOST = 60
_REMEMBERED = 4096
_MASKED_SHORTEST = 3
_LETTERS_LEFT = 2
_GLUED_SHORTEST = 9
_MIRRORED_SHORTEST = 4
_SKELETON_SHORTEST = 4

SMALL_WORDS = frozenset(word_list("small"))
"""Words that stand beside others in any sentence: two such pieces with a space between are no disguise."""


class Disguises:
    """Finds the known word behind a disguised one.

    ``words`` are exact, ``stems`` match any ending. ``strong`` words are also looked for in mirror writing and
    without their vowels, ``glued`` ones within longer words. ``ordinary`` words hide nothing.
    """

    def __init__(
        self,
        words: Collection[str],
        stems: Collection[str],
        *,
        strong: Collection[str],
        glued: Collection[str],
        is_ordinary: Callable[[str], bool],
    ) -> None:
        self._is_ordinary = is_ordinary
        self._words = frozenset(words)
        self._stems = frozenset(stems)
        self._stem_lengths = sorted({len(stem) for stem in stems})
        bases = self._bases = self._words | self._stems
        self._strong = frozenset(strong)
        self._mirrored = {w[::-1]: w for w in strong if len(w) >= _MIRRORED_SHORTEST}
        self._skeletons = _skeletons(strong)
        self._squeezed: dict[str, list[str]] = {}
        """Only for words whose letters are drawn out; "teen" is "ten" here."""
        for word in sorted(bases):
            self._squeezed.setdefault(_REPEATED.sub(r"\1", word), []).append(word)
        self._alike: dict[tuple[int, str], list[str]] = {}
        for word in sorted(bases, key=lambda word: (word not in self._strong, word)):
            self._alike.setdefault((len(word), word[0]), []).append(word)
        self._filled = lru_cache(maxsize=_REMEMBERED)(self._fill)
        self._bridged = lru_cache(maxsize=_REMEMBERED)(self._bridge)
        self._glued_first = frozenset(w for w in glued if len(w) >= 5)  # noqa: PLR2004 -- shorter ones begin words
        self._glued_last = frozenset(w for w in glued if len(w) >= 4)  # noqa: PLR2004 -- shorter ones end words
        self._beginnings = frozenset(w[:end] for w in bases for end in range(1, len(w)))

    def is_known(self, word: str) -> bool:
        """Whether it is a word or begins with a stem."""
        return word in self._words or self.stem_of(word) is not None

    def stem_of(self, word: str) -> str | None:
        """The stem that the word begins with."""
        return next((word[:n] for n in self._stem_lengths if word[:n] in self._stems), None)

    def behind(self, word: str) -> tuple[str, ...]:
        """The known words behind one word, which may be itself; nothing for an ordinary word."""
        if self._is_ordinary(word):
            return ()
        if self.is_known(word):
            return (word,)
        forms = tuple(_plainer(word))
        known = {form for form in forms if self.is_known(form)}
        if _THRICE.search(word):
            known.update(w for form in forms for w in self._squeezed.get(_REPEATED.sub(r"\1", form), ()))
        known = known or {
            w for form in forms for w in (self._mirrored.get(form), self._skeletons.get(form)) if w
        }
        if known or len(word) < _GLUED_SHORTEST:
            return tuple(sorted(known, key=lambda form: (-len(form), form)))
        return self._unglued(word)

    def _unglued(self, word: str) -> tuple[str, ...]:
        first = next((word[:n] for n in range(LONGEST, 4, -1) if word[:n] in self._glued_first), None)
        last = next((word[-n:] for n in range(LONGEST, 3, -1) if word[-n:] in self._glued_last), None)
        return tuple(part for part in (first, last) if part is not None)

    def unmasked(self, folded: str) -> list[str]:
        """The text, and what is near words like ``w*rd`` with them filled in, once for each that fits, up to a few."""
        parts = folded.split(" ")
        masked = {part for part in set(parts) if not part.isalnum() and _ANY_MASK.search(part)}
        texts = [folded]
        turns = _TURNS if len(masked) <= _MASKED_MOST else 1
        for turn in range(turns if masked else 0):
            plain = {part: self._cleared(part, turn) for part in masked}
            places = [at for at, part in enumerate(parts) if plain.get(part, part) != part]
            text = " ".join([plain.get(part, part) for part in near(parts, places)])
            if not places or text == texts[-1]:
                break
            texts.append(text)
        return texts

    def _cleared(self, part: str, turn: int) -> str:
        if _MASK.search(part):
            part = _MASKED.sub(lambda found: _choice(self._filled(found.group()), turn), part)
        return _GAP.sub(
            lambda found: _choice(self._bridged(found.group(1), found.group(2)), turn) or found.group(), part
        )

    def _fill(self, masked: str) -> tuple[str, ...]:
        letters = _MASK.sub("", masked)
        is_emphasis = masked[:-1] == letters  # one asterisk behind a word ends italics
        if letters == masked or is_emphasis or len(masked) < _MASKED_SHORTEST or len(letters) < _LETTERS_LEFT:
            return (masked,)
        fitting = [w for w in self._alike.get((len(masked), masked[0]), ()) if _fits(masked, w)]
        if self.is_known(letters):  # the signs stand between the letters, not for some
            fitting.insert(0, letters)
        return tuple(fitting) or (masked,)

    def _bridge(self, before: str, after: str) -> tuple[str, ...]:
        if before in SMALL_WORDS and after in SMALL_WORDS:
            return ()
        alike = self._alike.get((len(before) + 1 + len(after), before[0]), ())
        return tuple(w for w in alike if w.startswith(before) and w.endswith(after))

    def joined(self, words: Sequence[str]) -> list[str]:
        """The words in pieces, put together, each with its neighbours; nothing where none is in pieces."""
        joined: list[str] = []
        places: list[int] = []
        end = 0
        for at, (piece, after) in enumerate(pairwise(words)):
            if at < end:
                continue
            if piece in self._beginnings or not piece.isalpha():
                begun = piece + after
                if not begun.isalpha():
                    begun = begun.translate(_LEET)
                if (
                    begun in self._beginnings
                    or begun in self._bases
                    or after[0] in _TELLING
                    or after[0] == piece[-1]
                ):
                    end, whole = self._whole(words, at)
                    if end:
                        places.append(len(joined))
                        joined.append(whole)
                        continue
            joined.append(piece)
        if end < len(words):
            joined.extend(words[-1:])
        return near(joined, places)

    def _whole(self, words: Sequence[str], at: int) -> tuple[int, str]:
        """Where the longest known word in pieces from here ends, and the word; (0, "") for none."""
        best = (0, "")
        stutters = 0
        whole = words[at].translate(_LEET)
        for end in range(at + 1, min(at + _LONGEST_STUTTER, len(words))):
            piece = words[end]
            plain = piece if piece.isalpha() else piece.translate(_LEET)
            longer = whole + plain
            if (
                piece == words[end - 1]
                and len(piece) == 1
                and longer not in self._beginnings
                and longer not in self._bases
            ):
                stutters += 1
                if stutters > _STUTTERS_MOST:
                    break
                continue  # a repeated letter
            whole = longer
            if (
                whole not in self._bases
                and not piece.isalpha()
                and "".join(words[at : end + 1]) in self._bases
            ):
                return end + 1, "".join(words[at : end + 1])
            if whole in self._bases:
                if _is_disguise(words[at : end + 1]):
                    best = (end + 1, whole)
            elif whole not in self._beginnings:
                break
        return best


def _choice(fitting: Sequence[str], turn: int) -> str:
    return fitting[turn % len(fitting)] if fitting else ""


def _is_disguise(pieces: Sequence[str]) -> bool:
    if all(piece.isdigit() for piece in pieces):
        return False
    if len(pieces) == 2:  # noqa: PLR2004 -- a pair of words
        return not all(piece in SMALL_WORDS for piece in pieces)
    return not all(piece in SMALL_WORDS and len(piece) > 1 for piece in pieces)


def _plainer(word: str) -> Iterator[str]:
    """Forms of a word with fewer disguises, the likeliest first; the word itself is the first."""
    yield word
    forms = [word]
    if not word.isalpha():
        letters = word.strip("0123456789")
        if not letters or _COUNTED.fullmatch(word):
            return
        forms = list(dict.fromkeys((word.translate(_LEET), word.translate(_LEET_L), letters)))
        yield from forms
    for form in forms:
        if _THRICE.search(form):
            once, twice = _THRICE.sub(r"\1", form), _THRICE.sub(r"\1\1", form)
            yield once
            yield twice
            yield _TWICE.sub(r"\1", twice)
        elif _TWICE.search(form):
            yield _TWICE.sub(r"\1", form)
        if form.endswith("z"):
            yield form.rstrip("z") + "s"
            yield form.rstrip("z")
        if form.endswith("xx"):
            yield form.rstrip("x") + "x"


def _fits(masked: str, word: str) -> bool:
    return all(m == c or not m.isalpha() for m, c in zip(masked, word, strict=True))


def _skeletons(words: Collection[str]) -> Mapping[str, str]:
    bare = {word[0] + _VOWELS.sub("", word[1:]): word for word in sorted(words)}
    return {bones: word for bones, word in bare.items() if len(bones) >= _SKELETON_SHORTEST and bones != word}
