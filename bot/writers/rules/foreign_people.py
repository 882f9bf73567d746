"""Who a foreign clause is about, and who comes and goes in it."""

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.foreign_clauses import Clause
from bot.writers.rules.foreign_deeds import is_body
from bot.writers.rules.markup import Voice
from bot.writers.rules.subjects import OTHER, SubjectFinder, Turn
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Status, World

_PAST = frozenset({"past", "past_tense"})
_ON_SPEAKER = frozenset(
    {"auf lautsprecher", "en altavoz", "por el altavoz", "haut-parleur", "スピーカーから"}
)
"""Said of the other one's voice, by the one who is here."""
_OF = frozenset({"de", "d", "del", "von", "para", "pour", "fur"})
_IMAGINED = frozenset({"hypothetical", "future", "story", "question"})


class PeopleReader:
    """Finds the subject of a clause, and reads comings and goings into the world."""

    def __init__(self, language: str, world: World, vocabulary: Vocabulary) -> None:
        self._language = language
        self._world = world
        self._finder = SubjectFinder(world, vocabulary)

    def subject(self, clause: Clause, voice: Voice, turn: Turn) -> tuple[tuple[int, ...], str]:  # noqa: C901, PLR0911, PLR0912
        """Whom a clause is about, and in which grammatical person."""
        finder = self._finder
        japanese = self._language == "ja"
        verb_at = next((note.end for note in clause.notes if note.kind in {"action", "motion"}), 10**9)
        subjects: list[int] = []
        about = clause.of("about")
        for start, _, person in clause.names:
            if any(note.kind == "preposition" and note.end in {start, start - 1} for note in clause.notes):
                continue
            if japanese:
                if self._is_object(clause, start):
                    continue
            elif any(note.at < start for note in about) or (verb_at <= start and voice is Voice.ACTION):
                continue
            subjects.append(person)
        if subjects:
            second = clause.names[0][0] == 0 and len(clause.names) == 1 and clause.has("is_second")
            if voice is Voice.SPEECH and second:
                return (subjects[0],), "second"
            return tuple(dict.fromkeys(subjects)), "third"
        if clause.has("is_group"):
            return finder.everyone(turn), "first"
        if voice is Voice.SPEECH:
            if clause.has("is_first"):
                return (turn.speaker,), "first"
            if clause.has("is_second"):
                return finder.addressee(turn), "second"
        for kind, gender in (("is_female", Gender.FEMALE), ("is_male", Gender.MALE)):
            if self._has_pronoun(clause, kind, verb_at if voice is Voice.ACTION and not japanese else 10**9):
                person = finder.third(gender, turn, voice)
                if person != OTHER:
                    return (person,), "third"
        if voice is Voice.SPEECH:
            return (turn.speaker,), "first"
        if turn.last:
            return turn.last, "third"
        return ((turn.speaker,), "first") if voice is Voice.ACTION else ((), "third")

    @staticmethod
    def _is_object(clause: Clause, start: int) -> bool:
        end = next(end for at, end, _ in clause.names if at == start)
        return clause.after.get(end, "")[:1] in {"を", "に", "と", "の"}

    @staticmethod
    def _has_pronoun(clause: Clause, kind: str, until: int) -> bool:
        """Whether a pronoun stands as a subject: before the verb, and behind no preposition ("a ella")."""
        for note in clause.notes:
            if (
                note.kind == kind
                and note.at < until
                and not any(other.kind == "preposition" and other.end == note.at for other in clause.notes)
            ):
                return True
        return False

    def absent(self, people: tuple[int, ...], turn: Turn) -> bool:
        """Whether what is told of ``people`` happens elsewhere."""
        roster = self._world.roster
        return turn.remote or (
            bool(people)
            and all(
                person != OTHER
                and roster.is_companion(person)
                and self._world.people[person].status in {Status.LEFT, Status.REMOTE}
                for person in people
            )
        )

    def presence(self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn, why: str) -> str:  # noqa: C901
        """Read who comes, leaves or is elsewhere: "remote" or "leave" where the rest of the clause is not here."""
        world = self._world
        roster = world.roster
        companions = [person for person in people if person != OTHER and roster.is_companion(person)]
        named = [person for _, _, person in clause.names if roster.is_companion(person)]
        if clause.has("along") and turn.speaker == roster.requester and not clause.question:
            self._goes_along(named or [person for person in turn.named if roster.is_companion(person)])
            return ""
        if len(roster.companions) > 1:
            away = self._far(clause, people, voice, turn) or self._elsewhere(clause, people, named, turn, why)
            if away is not None:
                return away
            if why in _IMAGINED:
                return ""
            if clause.has("leave") and why != "negators" and len(companions) == 1:
                own = turn.speaker in companions or bool(named) or voice is not Voice.SPEECH
                if own and not (clause.has("arrive") and not named):
                    world.depart(companions[0], Status.LEFT)
                    return "leave"
        if why in _IMAGINED:
            return ""
        if clause.has("arrive") and companions and not why:
            back = voice is not Voice.SPEECH or named or companions[0] == turn.speaker
            for person in companions if back else ():
                world.arrive(person)
        if not why:
            self._seen(clause, voice, turn)
        return ""

    def _goes_along(self, chosen: list[int]) -> None:
        """The requester stays with some when people part: "sigo a Ana". The others go on elsewhere."""
        for person in self._world.roster.companions if chosen else ():
            if person not in chosen and self._world.people[person].status is not Status.REMOTE:
                self._world.depart(person, Status.LEFT)

    def _seen(self, clause: Clause, voice: Voice, turn: Turn) -> None:
        if clause.has("about"):
            return
        for start, end, person in clause.names:
            if person == turn.speaker or self._is_owner(clause, start, end):
                continue
            called = (
                start - clause.start <= 1 and clause.start + clause.length - end <= 1 and not clause.goes_on
            )
            if called or voice is not Voice.SPEECH:
                self._world.seen(person)

    def _is_owner(self, clause: Clause, start: int, end: int) -> bool:
        """Whether only something of hers is here: "lee la carta de Ana"; her hand is not without her."""
        things = clause.of("object")
        if self._language == "ja":
            owned = clause.after.get(end, "")[:1] == "の"
            return owned and any(note.at == end + 1 and not is_body(note.value) for note in things)
        if _OF.isdisjoint(clause.before.get(start, ())[-1:]):
            return False
        return any(start - 1 == note.end and not is_body(note.value) for note in things)

    def _far(  # noqa: PLR0911
        self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn
    ) -> str | None:
        world = self._world
        roster = world.roster
        if turn.speaker == OTHER:
            return None
        speaks = voice is Voice.SPEECH and roster.is_companion(turn.speaker)
        if (
            clause.has("far")
            and (speaks or voice is Voice.ACTION)
            and not clause.names
            and not clause.question
        ):
            world.depart(turn.speaker, Status.REMOTE)
            turn.remote = True
            return "remote"
        if not clause.has("remote"):
            return None
        others = [
            person for _, _, person in clause.names if roster.is_companion(person) and person != turn.speaker
        ]
        for person in others:
            world.depart(person, Status.REMOTE)
        if others:
            return "remote" if people and all(person in others for person in people) else ""
        if any(note.value in _ON_SPEAKER for note in clause.of("remote")):
            return None
        own = people == (turn.speaker,) and roster.is_companion(turn.speaker)
        if voice is not Voice.SPEECH and own and not world.people[turn.speaker].deeds:
            world.depart(turn.speaker, Status.REMOTE)
            turn.remote = True
            return "remote"
        return None

    def _elsewhere(
        self, clause: Clause, people: tuple[int, ...], named: list[int], turn: Turn, why: str
    ) -> str | None:
        if not clause.has("elsewhere") or why not in {"", "negators", *_PAST}:
            return None
        away = [person for person in named if person != turn.speaker and person in people]
        for person in away:
            self._world.depart(person, Status.LEFT)
        return "leave" if away else None
