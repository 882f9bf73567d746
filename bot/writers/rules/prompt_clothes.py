"""Clothes in a prompt: everything that is named is worn, and adds up."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from dataclasses import replace

from bot.domain.companion import Gender
from bot.writers.rules.draft import Draft
from bot.writers.rules.garments import Found, find_costume, find_garments
from bot.writers.rules.prompt_clause import Part
from bot.writers.rules.prompt_people import About
from bot.writers.rules.prompt_verbs import DeedFinder
from bot.writers.rules.prompt_words import LINKS, OF_THINGS
from bot.writers.rules.verbs import Form
from bot.writers.rules.vocabulary import Vocabulary

_COLOUR_WORN = frozenset({"in", "wearing", "dressed", "wears"})
_HELD = frozenset(
    "hold carry fold grab pick hang drape offer give hand throw sew knit iron wash buy choose sell drop pack"
    " toss balance show clutch grip remove".split()
)
"""What is held or given is not worn."""
_WORN_AFTER = frozenset("in wearing with and over under , dressed clad wears".split())
_WEARING = frozenset("wear sport rock don model".split())
_OWNERS = frozenset("a an her his the their".split())
_NOT_ADJECTIVES = frozenset(
    "wearing wears wear worn sporting woman man girl boy who change add remove".split()
)
_OF_OTHER_THINGS = frozenset("ring top crown wrap belt cap hood suit".split())
_DRESSED_AS = frozenset({"dressed", "disguised", "costumed", "dresses", "dress"})
_ONLY_SHADES = frozenset({"light", "dark", "deep", "pale", "bright"})
_AFTER_A_COLOUR = LINKS | {"on", "at", "standing", ","}


class ClothesReader:
    """Reads who wears what into the draft."""

    def __init__(self, draft: Draft, about: About, deeds: DeedFinder, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._about = about
        self._deeds = deeds
        self._vocabulary = vocabulary

    def read(self, part: Part, people: tuple[int, ...], verb_at: int | None) -> None:
        """Everything worn in the clause, on whom it is said of."""
        if people:
            self._costume(part, people)
        found = find_garments(
            part.sentence, part.start, part.end, self._vocabulary, -1 if verb_at is None else verb_at
        )
        worn = self._barefoot(part, people)
        for written in found:
            if any(one.start <= written.start and written.end < one.end for one in found):
                continue  # the "obi" of an "obi sash"
            one = self._trimmed(written, part)
            if not part.free(one.start, one.end) or self._is_thing(one, part):
                continue
            lead = self._lead(one, part)
            verb = self._deeds.form(part.sentence.words[verb_at]) if verb_at is not None else None
            if verb_at is None or verb_at > one.start:
                verb = None
            if verb is not None and verb.base in _HELD and not worn and lead not in {"in", "wearing"}:
                continue
            owners = self._wearers(part, one, people)
            for person in owners:
                self._draft.figures[person].wear(one.garment.text, one.garment.noun, one.garment.slot)
            worn = worn or bool(owners)
            told_by_deed = verb is not None and lead not in _WORN_AFTER and verb.base not in _WEARING
            if owners and not told_by_deed:  # the words of "adjusting his tie" stay with the deed
                self._use(part, one)
        if not worn:
            self._colour(part, people)

    def _barefoot(self, part: Part, people: tuple[int, ...]) -> bool:
        for at in range(part.start, part.end):
            if part.sentence.words[at] in {"barefoot", "barefooted", "shoeless"} and people:
                for person in people:
                    self._draft.figures[person].wear("barefoot", "barefoot", "feet")
                part.use(at, at + 1)
                return True
        return False

    @staticmethod
    def _use(part: Part, one: Found) -> None:
        first = one.start
        while first > part.start and part.sentence.words[first - 1] in LINKS and first - 1 not in part.used:
            first -= 1
        part.use(first, one.end)

    @staticmethod
    def _lead(one: Found, part: Part) -> str:
        """The word that ties the garment to the rest, its article and owner aside."""
        words, at = part.sentence.words, one.start - 1
        if at > part.start and words[at] in _OWNERS:
            at -= 1
        return words[at] if at >= part.start else ""

    def _costume(self, part: Part, people: tuple[int, ...]) -> None:
        words = part.sentence.words
        costume = find_costume(words, part.start, part.end, self._vocabulary)
        if costume is None:
            return
        at = next(at for at in range(part.start, part.end) if words[at] in _DRESSED_AS)
        first = at + (3 if words[at + 1] == "up" else 2)
        end = first + len(costume.text.split()) - 1 + (words[first] in {"a", "an", "the"})
        part.use(at, min(end, part.end))
        for person in people:
            self._draft.figures[person].wear(costume.text, costume.noun, costume.slot)

    def _trimmed(self, one: Found, part: Part) -> Found:
        """Without a verb or a wearer that looks like an adjective of it."""
        words = part.sentence.words
        start = one.start
        for at in range(one.start, one.end - 1):
            form = self._vocabulary.forms.get(words[at])
            opening = (
                form is not None
                and form.form is Form.ING
                and at == part.start
                and words[at] not in self._vocabulary.colours | OF_THINGS
            )
            if words[at] in _NOT_ADJECTIVES or opening:
                start = at + 1
        if start == one.start:
            return one
        text = " ".join(one.garment.text.split()[start - one.start :]) or one.garment.text
        return replace(one, start=start, garment=replace(one.garment, text=text))

    def _is_thing(self, one: Found, part: Part) -> bool:
        """Words that are clothes elsewhere: "a ring of fire", "the top of the tower", "Anna watches"."""
        form = self._vocabulary.forms.get(part.sentence.words[one.end - 1])
        named = one.end - one.start > 1 and part.is_name(one.end - 2)
        if (
            named
            and form is not None
            and form.form is Form.S
            and not self._vocabulary.knows(part.sentence.words[one.end - 2])
        ):
            return True
        return part.sentence.words[one.end : one.end + 1] == ["of"] and one.garment.noun in _OF_OTHER_THINGS

    def _wearers(self, part: Part, one: Found, people: tuple[int, ...]) -> tuple[int, ...]:
        """Who wears it: whoever is named right before it, whose it is, else whom the clause is about."""
        sentence = part.sentence
        before = [name for name in sentence.names if part.start <= name.start and name.end <= one.start]
        if before and before[-1].person not in people:
            between = sentence.words[before[-1].end : one.start]
            if all(word in LINKS or word in {"'s", "also", "both"} for word in between[:2]):
                return (before[-1].person,)
        for word, gender in (("her", Gender.FEMALE), ("his", Gender.MALE)):
            if one.before == word:
                owners = self._about.of_gender(gender)
                mine = tuple(person for person in people if person in owners)
                return mine or owners
        return people

    def _colour(self, part: Part, people: tuple[int, ...]) -> None:
        """As in "both in white", "dressed all in black"."""
        words, colours = part.sentence.words, self._vocabulary.colours
        for at in range(part.start, part.end - 1):
            if words[at] not in _COLOUR_WORN:
                continue
            first = at + 1
            while first < part.end and words[first] in {"all", "in", "entirely"}:
                first += 1
            last = first
            while last < part.end and (words[last] in colours or (words[last] == "and" and last > first)):
                last += 1
            colour = " ".join(words[first:last]).removesuffix(" and")
            goes_on = last < part.end and words[last] not in _AFTER_A_COLOUR
            if last == first or goes_on or colour in _ONLY_SHADES or not part.free(at, last):
                continue
            for person in people:
                self._draft.figures[person].wear(f"{colour} outfit", "outfit", "full")
            part.use(at, last)
            return
