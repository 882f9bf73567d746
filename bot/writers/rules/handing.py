"""Clothes that change hands, and the putting on and taking off itself."""

# ruff: noqa: PLR0917, SIM905 -- word lists read best as words; a clause is read with all around it

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.companion import Gender
from bot.writers.rules.garments import Found
from bot.writers.rules.predicates import Predicate
from bot.writers.rules.sentences import Sentence
from bot.writers.rules.subjects import OTHER, SubjectFinder, Turn
from bot.writers.rules.world import World

POSSESSIVE = frozenset("my your his her their our 's".split())
DRAPING = frozenset("drape wrap put throw place lay sling tie toss".split())
GIVING = frozenset("hand give lend offer toss throw pass".split())


def dress(world: World, people: Sequence[int], found: Sequence[Found], mode: str) -> None:
    """The people put these on (``add``), wear them and nothing else said (``wear``), or take them off."""
    if mode == "take_off":
        undress(world, people, found)
    elif found:
        for person in people:
            if person != OTHER:
                world.wear(person, [one.garment for one in found], everything=mode == "wear")


def undress(world: World, people: Sequence[int], found: Sequence[Found]) -> None:
    """The people take these off."""
    nouns = {one.garment.noun for one in found} | {one.garment.noun.split()[-1] for one in found}
    if found:
        for person in people:
            if person != OTHER:
                world.take_off(person, nouns)


class HandingReader:
    """Reads who gives whom which clothes."""

    def __init__(self, world: World, finder: SubjectFinder) -> None:
        self._world = world
        self._finder = finder

    def read(
        self,
        sentence: Sentence,
        found: list[Found],
        people: tuple[int, ...],
        turn: Turn,
        predicate: Predicate,
        end: int,
    ) -> bool:
        """Such as "drapes her coat over Kai's shoulders": off the one, onto the other."""
        words = sentence.words
        one = found[0]
        base = predicate.verb.base if predicate.verb else ""
        names = [
            name
            for name in sentence.names
            if predicate.at < name.start < end and not one.start <= name.start < one.end
        ]
        receiver = next((name.person for name in names if name.person not in people), None)
        over = next(
            (
                at
                for at in range(max(one.end, predicate.at), end)
                if words[at] in {"over", "around", "round", "onto", "on", "about", "to"}
            ),
            None,
        )
        target = words[over + 1] if over is not None and over + 1 < end else ""
        if receiver is None and target in {"her", "his", "their", "my"}:
            own = target != "my" or turn.speaker in people
            if own and base in DRAPING:
                other = self._other_gender(target, people)
                if other is None:
                    dress(
                        self._world,
                        people,
                        [piece for piece in found if piece.before not in {"her", "his"} or piece is one],
                        "add",
                    )
                    return False
                receiver = other
        if receiver is None and (
            target in {"you", "your"}
            or (base in GIVING and words[predicate.at + 1] in {"you", "him", "her", "me"})
        ):
            receiver = OTHER
            if target in {"you", "your"}:
                receiver = next(iter(self._finder.addressee(turn)), OTHER)
        if receiver is None:
            return False
        if one.before in POSSESSIVE:
            undress(self._world, people, found[:1])
        if receiver != OTHER and (base in DRAPING and over is not None):
            self._world.wear(receiver, [one.garment])
        return True

    def _other_gender(self, target: str, people: tuple[int, ...]) -> int | None:
        """Whom "her shoulders" means when the doer is no she: the present companion who is."""
        wanted = {"her": Gender.FEMALE, "his": Gender.MALE}.get(target)
        roster = self._world.roster
        if (
            wanted is None
            or any(
                roster.people[person].gender is wanted or not roster.is_companion(person) for person in people
            )
        ) and not any(not roster.is_companion(person) for person in people):
            return None
        fitting = [
            person
            for person in self._world.present()
            if roster.people[person].gender is wanted and person not in people
        ]
        return fitting[0] if len(fitting) == 1 else None
