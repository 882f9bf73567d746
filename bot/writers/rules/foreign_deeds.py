"""What people wear and do in foreign clauses."""

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.foreign_clauses import Clause, Note
from bot.writers.rules.foreign_irregular import word_set
from bot.writers.rules.foreign_lexicon import MASS
from bot.writers.rules.markup import Voice
from bot.writers.rules.subjects import OTHER
from bot.writers.rules.verbs import Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Act, Garment, Parts, Status, World

AT_END = frozenset({"de", "ja"})
"""Languages whose verb comes after its objects."""
EVERYWHERE = 10**9
_NEAR = 3
_OUTFIT_KINDS = ("wear", "put_on", "take_off", "change")
_ALONE = word_set(
    "leaning sitting standing lying kneeling crouching sleeping floating hanging perching straddling "
    "curling slumping resting balancing"
)
"""Poses: what stands after them is a place to be, never a thing that is done to."""
_NEEDS_OBJECT = word_set(
    "holding raising offering opening closing putting picking pressing covering lighting"
)
_BODY = word_set(
    "hand hands arm arms shoulder head hair forehead cheek chin eyes nose ear lips face fingers elbow "
    "back lap knees legs feet chest hips pockets sleeves collar"
)
_FURNITURE = word_set(
    "sofa bed chair armchair table desk bench stove oven counter window door wall floor ground shelf railing tree"
)
_PLACED = frozenset({"on", "in", "under", "beside", "behind", "by", "in front of", "against"})
_POSSESSIVE = {Gender.FEMALE: "her", Gender.MALE: "his"}
_ENDINGS = word_set("on in at to with against under beside behind over by up down from of")
_MOST_OBJECTS = 2


class DeedReader:
    """Reads garments, deeds and faces of one language into the world."""

    def __init__(self, language: str, world: World, vocabulary: Vocabulary) -> None:
        self._language = language
        self._world = world
        self._vocabulary = vocabulary
        self._last_garments: tuple[int, frozenset[str]] = (-1, frozenset())

    # -- clothes --------------------------------------------------------------------------------

    def garments(self, clause: Clause, real_end: int = EVERYWHERE) -> list[Garment]:
        """The garments of a clause, each with the colours and materials that stand by it."""
        found: list[Garment] = []
        qualities = clause.of("quality")
        used: set[int] = set()
        slots = self._vocabulary.slots
        for note in clause.notes:
            if note.kind != "garment" or note.at >= real_end:
                continue
            words: list[str] = []
            for quality in qualities:
                if quality.at in used or note.at <= quality.at < note.end:
                    continue
                after = 0 <= quality.at - note.end < _NEAR and self._language in {"es", "fr"}
                if after or 0 <= note.at - quality.end < _NEAR - 1:
                    words.append(quality.value)
                    used.add(quality.at)
            noun = note.value
            words = [word for word in dict.fromkeys(words) if word not in noun.split()]
            slot = slots.get(noun) or slots.get(noun.split()[-1], "top")
            found.append(Garment(" ".join([*words, noun]), noun, slot))
        return found

    def negated(self, clause: Clause, people: tuple[int, ...]) -> None:
        """As in "zieht den Mantel nicht an": it is not worn; what is not taken off is."""
        if clause.has("take_off"):
            self._keep_on(clause, people)
        elif clause.has("wear", "put_on"):
            self._undress(clause, people)

    def _undress(self, clause: Clause, people: tuple[int, ...]) -> None:
        nouns = {garment.noun for garment in self.garments(clause)}
        for person in people:
            if person != OTHER:
                self._world.take_off(person, nouns)

    def _keep_on(self, clause: Clause, people: tuple[int, ...]) -> None:
        """As in "sin quitarse el abrigo", 「羽織を脱ぎもせず」: these are still worn."""
        garments = self.garments(clause)
        for person in people if garments else ():
            if person != OTHER:
                self._world.wear(person, garments)

    def outfit(self, clause: Clause, people: tuple[int, ...], voice: Voice, real_end: int) -> bool:  # noqa: C901, PLR0911
        """Dress or undress ``people``; whether the verb of the clause is about clothes."""
        roster = self._world.roster
        wearers = [person for person in people if person != OTHER and roster.is_companion(person)]
        if clause.has("take_off") and clause.has("negators"):
            self._keep_on(clause, people)
            return True
        garments = self.garments(clause, real_end)
        if not garments:
            return self._undress_last(clause, wearers)
        if not wearers:
            return clause.has(*_OUTFIT_KINDS)
        self._last_garments = (self._world.message, frozenset(garment.noun for garment in garments))
        if clause.has("take_off") and (self._language in AT_END or not clause.has("put_on")):
            self._take_off(clause, wearers, garments)
            return True
        if clause.has("change"):
            for person in wearers:
                self._world.wear(person, garments, everything=True)
            return True
        if clause.has("wear", "put_on"):
            for person in wearers:
                self._world.wear(person, garments, everything=not clause.has("put_on"))
            return True
        if voice is Voice.SPEECH and not clause.has("is_first"):
            return False
        if len(wearers) == 1 or not clause.has("action", "motion"):
            for person in wearers:
                self._world.wear(person, garments)
        return False

    def _take_off(self, clause: Clause, wearers: list[int], garments: list[Garment]) -> None:
        """What follows "under it" or a verb of wearing stays on: "takes off the coat; she wears a dress under it"."""
        verb = clause.of("take_off")[0]
        worn = clause.of("wear")
        notes = clause.of("garment")
        gone = {garment.noun for garment in garments}
        if worn and worn[0].at > verb.at:
            gone = {note.value for note in notes if note.at < worn[0].at}
            kept = [garment for garment in garments if garment.noun not in gone]
            for person in wearers:
                self._world.wear(person, kept)
        for person in wearers:
            self._world.take_off(person, gone)

    def _undress_last(self, clause: Clause, wearers: list[int]) -> bool:
        message, nouns = self._last_garments
        if not clause.has("take_off") or clause.has("object") or message != self._world.message:
            return False
        for person in wearers:
            self._world.take_off(person, set(nouns))
        return True

    # -- deeds ----------------------------------------------------------------------------------

    def actions(self, clause: Clause, people: tuple[int, ...], real_end: int, *, dressed: bool) -> None:
        """What ``people`` do in a clause."""
        actions = [note for note in clause.notes if note.kind == "action" and note.at < real_end]
        doers = [person for person in people if person != OTHER and self._world.roster.is_companion(person)]
        if dressed:
            verbs = clause.of(*_OUTFIT_KINDS)
            actions = [
                note
                for note in actions
                if not any(verb.at < note.end and note.at < verb.end for verb in verbs)
                and self._is_pose(note)
            ]
        elif not actions:
            self._with_things(clause, doers, real_end)
        for number, note in enumerate(actions):
            following = actions[number + 1].at if number + 1 < len(actions) else EVERYWHERE
            objects = self._objects(clause, note, note.end, following, doers)
            if not objects and self._language in AT_END:
                previous = actions[number - 1].end if number else -1
                objects = self._objects(clause, note, previous, note.at, doers)
            for person in doers:
                self._keep(person, note.value, objects)

    @staticmethod
    def _is_pose(note: Note) -> bool:
        return note.value.split()[0] in _ALONE

    def _with_things(self, clause: Clause, doers: list[int], real_end: int) -> None:
        """An unknown verb with known things: "with a lantern" is what of it can be shown."""
        world = self._world
        things = [
            note
            for note in clause.of("object")
            if note.at < real_end
            and not any(worn.at <= note.at < worn.end for worn in clause.of("garment"))
            and not {note.value, f"{note.value}s", note.value.removesuffix("s")} & _BODY
        ][:1]
        if not things:
            return
        preposition = self._preposition(clause, things[0])
        if things[0].value in _FURNITURE:
            if preposition not in _PLACED:
                return
            parts = (*preposition.split(), *article(things[0].value, definite=True).split())
        else:
            parts = ("with", *article(things[0].value).split())
        for person in doers:
            state = world.people[person]
            if state.status in {Status.LEFT, Status.REMOTE}:
                continue
            if state.weak is None or state.weak.message < world.message:
                state.weak = Act(parts, world.message)
                world.acts(person)

    def _objects(self, clause: Clause, action: Note, start: int, end: int, doers: list[int]) -> Parts:  # noqa: C901, PLR0912
        parts: list[str | int] = []
        taken_to = -1
        count = 0
        pose = self._is_pose(action)
        for note in clause.notes:
            if note.kind != "object" or not start <= note.at < end or note.at < taken_to:
                continue
            if note.value in action.value or count >= _MOST_OBJECTS:
                continue
            if self._language == "ja" and not pose and not self._is_direct(clause, note, start, end):
                continue
            preposition = self._preposition(clause, note)
            if preposition == "of" and not count:
                preposition = ""
            if (count and not preposition) or (pose and preposition == "with" and note.value in _BODY):
                continue
            if pose and not preposition:
                if self._language != "ja" or note.value in _BODY:
                    continue
                preposition = "against" if action.value == "leaning" else "on"
            if preposition == "of":
                parts += ["of", *note.value.split()]
            else:
                used = "" if preposition == "to" else preposition
                definite = bool(used) and used != "with"
                parts += [*used.split(), *article(note.value, definite=definite).split()]
            taken_to = note.end
            count += 1
        if not parts and self._language != "ja":
            for at, _, person in clause.names:
                if start <= at < end and person not in doers:
                    return (person,)
        return tuple(parts)

    @staticmethod
    def _is_direct(clause: Clause, thing: Note, start: int, end: int) -> bool:
        """Whether a thing is what is acted on: marked so, or nothing else is."""
        if clause.after.get(thing.end, "")[:1] == "を":
            return True
        things = [note for note in clause.of("object") if start <= note.at < end]
        marked = any(clause.after.get(note.end, "")[:1] == "を" for note in things)
        return not marked and clause.after.get(thing.end, "")[:1] not in {"で", "の", "が", "は"}

    def _preposition(self, clause: Clause, thing: Note) -> str:
        if self._language == "ja":
            return next((note.value for note in clause.of("preposition") if note.at == thing.end), "")
        return next(
            (note.value for note in reversed(clause.of("preposition")) if 0 <= thing.at - note.end < _NEAR),
            "",
        )

    def _keep(self, person: int, gloss: str, objects: Parts) -> None:  # noqa: C901
        world = self._world
        state = world.people[person]
        if state.status in {Status.LEFT, Status.REMOTE}:
            return
        gender = world.roster.people[person].gender
        own = _POSSESSIVE.get(gender, "their") if gender is not None else "their"
        words = [own if word == "her" else word for word in gloss.split()]
        if not objects and len(words) == 1 and words[0] in _NEEDS_OBJECT:
            objects = ("something",)
        objects = tuple(own if part == "one's" else part for part in objects)
        if objects and words[-1] in _ENDINGS and objects[0] in _ENDINGS:
            objects = objects[1:]
        elif objects and words == ["looking"] and objects[0] not in _ENDINGS:
            objects = ("at", *objects)
        if words == ["climbing"] and objects and objects[0] == own:
            return
        form = self._vocabulary.forms.get(words[0])
        kind = form.kind if form is not None else Kind.STRONG
        act = Act((*words, *objects), world.message)
        world.acts(person)
        if kind is Kind.POSE:
            state.pose, state.weak = act, None
            state.doing = [deed for deed in state.doing if deed.message == world.message]
        elif kind is Kind.FACE:
            state.face = act
        elif kind in {Kind.WEAK, Kind.MOTION}:
            if kind is Kind.MOTION:
                if state.pose is not None and state.pose.message < world.message:
                    state.pose = None
                state.doing = [deed for deed in state.doing if deed.message == world.message]
            state.weak = act
        else:
            state.doing = [*[deed for deed in state.doing if deed.message == world.message][-1:], act]
            if state.weak is not None and state.weak.message < world.message:
                state.weak = None

    def faces(self, clause: Clause, people: tuple[int, ...], real_end: int) -> None:
        """Smiles, tears and the like."""
        for note in clause.notes:
            if note.kind == "face" and note.at < real_end:
                for person in people:
                    if person != OTHER:
                        self._world.people[person].face = Act((note.value,), self._world.message)


def is_body(noun: str) -> bool:
    """Whether this is a part of a body."""
    return noun in _BODY or noun.removesuffix("s") in _BODY


def article(noun: str, *, definite: bool = False) -> str:
    """As in "A lantern", "an apple", "water", "the table"; body parts are "one's"."""
    first = noun.split(maxsplit=1)[0]
    if is_body(noun):
        return f"one's {noun}"
    if definite:
        return f"the {noun}"
    if (
        noun in MASS
        or first in MASS
        or noun.rsplit(maxsplit=1)[-1] in MASS
        or (first.endswith("s") and not first.endswith("ss"))
    ):
        return noun
    if noun.endswith("s") and not noun.endswith("ss"):
        return noun
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
