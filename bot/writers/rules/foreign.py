"""Reads Spanish, French, German and Japanese messages into the world, in English.

Known words only: what the lexicon has not is left out, never passed on untranslated. Word order
differs between these languages, so a clause is read as a bag of notes with a verb among them.
"""

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.headers import read_header
from bot.writers.rules.hints import HintRead
from bot.writers.rules.markup import Passage, Voice
from bot.writers.rules.foreign_clauses import Clause
from bot.writers.rules.notes import note_finder
from bot.writers.rules.subjects import OTHER, SubjectFinder, Turn
from bot.writers.rules.verbs import Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Act, Garment, Parts, Place, Status, Strength, World

_UNREAL = ("negators", "hypothetical", "future", "past", "story")
_CARRIED = frozenset({"hypothetical", "future", "past", "story"})
_MASS = frozenset(
    "water sand tea wine coffee bread fire soup sauce sake hot-chocolate beer wood ramen lavender mulled cotton cheese ramune".split()
)
_AT_END = {"de", "ja"}
"""Languages whose verb comes after its objects."""
_NEAR = 3
CONDITION_KINDS = frozenset({"time", "weather", "light", "mood"})
_NAME_ONLY = 4
_HINT_KINDS = {"place_hint", "time_hint", "weather_hint"}


class ForeignReader:
    """Reads one language into one world; made for each conversation, its lexicon shared."""

    def __init__(self, language: str, world: World, vocabulary: Vocabulary) -> None:
        self._language = language
        self._world = world
        self._vocabulary = vocabulary
        self._finder = SubjectFinder(world, vocabulary)
        self._notes = note_finder(language)

    def read(self, passages: list[Passage], turn: Turn) -> None:
        """Read the passages of one message."""
        prepared = [
            (
                passage,
                []
                if passage.voice is Voice.HEADER
                else self._notes.clauses(passage.text, self._world.roster),
            )
            for passage in passages
        ]
        for _, clauses in prepared:
            self._join_names(clauses)
            for clause in clauses:
                for _, _, person in clause.names:
                    turn.named.append(person)
                    self._world.touch(person)
                turn.sarcastic = turn.sarcastic or clause.has("sarcasm")
        turn.named = list(dict.fromkeys(turn.named))
        for passage, clauses in prepared:
            if passage.voice is Voice.HEADER:
                self._header(passage.text)
            elif passage.voice is not Voice.QUOTE:
                self._passage(passage.voice, clauses, turn)

    @staticmethod
    def _join_names(clauses: list[Clause]) -> None:
        """ "Ciro, Maite y Fermín cargan": clauses of a name only belong to the next one of their sentence."""
        for clause, following in zip(clauses, clauses[1:], strict=False):
            alone = not any(note.kind != "clause" for note in clause.notes) and clause.names
            if alone and not following.opens_sentence and following.names and clause.length <= _NAME_ONLY:
                following.names[:0] = clause.names

    def read_hint(self, text: str) -> HintRead:
        """Apply a hint to the world."""
        result = HintRead()
        world = self._world
        for clause in self._notes.clauses(text, world.roster):
            if clause.has("negators"):
                continue
            for _, _, person in clause.names:
                if world.roster.is_companion(person) and person not in result.cast:
                    result.cast.append(person)
            self._conditions(clause, clause.length + 10_000)
            places = clause.of("place")
            if places:
                value = places[-1].value
                world.relocate(Place(value, value.split()[-1], Strength.HEADED, world.message))
            people = tuple(result.cast) or tuple(world.present()) or tuple(world.roster.companions)[:1]
            garments = self._garments(clause, 10**9)
            for person in people if garments else ():
                world.wear(person, garments, everything=True)
            if clause.has("action"):
                self._actions(clause, people, 10**9)
        return result

    # -- passages -------------------------------------------------------------------------------

    def _passage(self, voice: Voice, clauses: list[Clause], turn: Turn) -> None:
        if voice is Voice.SPEECH:
            if turn.sarcastic or turn.performing:
                return
            if turn.narrated or self._is_prose(clauses, turn):
                voice = Voice.NARRATION
        turn.last = ()
        carried = ""
        story = False
        number = 0
        while number < len(clauses):
            last = number + 1
            while last < len(clauses) and not clauses[last].opens_sentence:
                last += 1
            sentence = clauses[number:last]
            number = last
            if story and any(clause.has("resume") for clause in sentence):
                story = False
            carried = "story" if story else ""
            if voice is Voice.SPEECH:
                turn.last = ()
                whole = next(
                    (
                        kind
                        for clause in sentence
                        for kind in ("past", "past_tense", "future")
                        if clause.has(kind)
                    ),
                    "",
                )
                carried = carried or whole
            for clause in sentence:
                if (
                    carried
                    and carried != "story"
                    and clause.has("resume")
                    and clause.notes[0].kind in {"resume", "clause"}
                ):
                    carried = ""
                why = self._clause(clause, voice, turn, carried)
                if why == "story" and voice is Voice.SPEECH:
                    story = True
                if why in _CARRIED and voice is Voice.SPEECH:
                    carried = carried or why
        if voice is Voice.ACTION and any(clause.has("story") or self._sings(clause) for clause in clauses):
            turn.performing = True

    def _sings(self, clause: Clause) -> bool:
        return any(note.value in {"singing", "reading"} for note in clause.of("action"))

    def _is_prose(self, clauses: list[Clause], turn: Turn) -> bool:
        if not clauses or any(clause.has("is_first", "is_second") for clause in clauses):
            return False
        first = clauses[0]
        named = bool(first.names) and first.names[0][0] <= 1
        return named and (
            first.names[0][2] == turn.speaker
            or first.has("action", "motion", "arrive", "leave", "put_on", "take_off")
        )

    def _clause(self, clause: Clause, voice: Voice, turn: Turn, carried: str) -> str:
        """Read one clause; the kind of note that makes it (or the rest of it) untrue, or ""."""
        real_end, why = self._real_end(clause, voice)
        if carried and not why:
            real_end, why = -1, carried
        if clause.question and voice is Voice.SPEECH and not why:
            real_end, why = -1, "question"
        people, how = self._subject(clause, voice, turn)
        event = self._presence(clause, people, voice, turn, real_end, why)
        if people and people != (OTHER,):
            turn.last = people
        if why == "negators" and clause.has("wear", "put_on"):
            for person in people:
                if person != OTHER:
                    self._world.take_off(person, {garment.noun for garment in self._garments(clause, 10**9)})
        if real_end < 0 or event in {"remote", "leave"} or self._absent(people, turn):
            return why
        self._conditions(clause, real_end)
        self._place(clause, people, voice, turn, real_end)
        dressed = self._outfit(clause, people, voice, turn, real_end, how)
        if voice is not Voice.SPEECH and not dressed:
            self._actions(clause, people, real_end)
        if voice is not Voice.SPEECH:
            self._faces(clause, people, real_end)
        return why

    def _real_end(self, clause: Clause, voice: Voice) -> tuple[int, str]:
        for note in clause.notes:
            if note.kind in _UNREAL:
                if note.kind == "negators":
                    return -1, note.kind
                if voice is not Voice.SPEECH and note.kind == "future":
                    continue
                if voice is Voice.SPEECH or self._language in _AT_END:
                    return -1, note.kind
                return note.at, note.kind
        return 10**9, ""

    # -- people ---------------------------------------------------------------------------------

    def _subject(self, clause: Clause, voice: Voice, turn: Turn) -> tuple[tuple[int, ...], str]:
        finder = self._finder
        about = clause.of("about")
        subjects: list[int] = []
        for start, _, person in clause.names:
            before = [
                note for note in clause.notes if note.end in {start, start - 1} and note.kind == "preposition"
            ]
            blocked = before or any(note.at < start for note in about) and self._language != "ja"
            after_verb = any(note.kind in {"action", "motion"} and note.end <= start for note in clause.notes)
            if not blocked and not (after_verb and self._language != "ja" and voice is Voice.ACTION):
                subjects.append(person)
        if (
            subjects
            and voice is Voice.SPEECH
            and clause.names[0][0] == 0
            and len(clause.names) == 1
            and clause.has("is_second")
        ):
            return (subjects[0],), "second"
        if subjects:
            return tuple(dict.fromkeys(subjects)), "third"
        if clause.has("is_group"):
            return finder.everyone(turn), "first"
        if voice is Voice.SPEECH:
            if clause.has("is_first"):
                return (turn.speaker,), "first"
            if clause.has("is_second"):
                return finder.addressee(turn), "second"
        for kind, gender in (("is_female", Gender.FEMALE), ("is_male", Gender.MALE)):
            if clause.has(kind):
                person = finder.third(gender, turn, voice)
                if person != OTHER:
                    return (person,), "third"
        if voice is Voice.SPEECH:
            return ((turn.speaker,), "first")
        if turn.last:
            return turn.last, "third"
        return ((turn.speaker,), "first") if voice is Voice.ACTION else ((), "third")

    def _absent(self, people: tuple[int, ...], turn: Turn) -> bool:
        roster = self._world.roster
        if turn.remote:
            return True
        return bool(people) and all(
            person != OTHER
            and roster.is_companion(person)
            and self._world.people[person].status in {Status.LEFT, Status.REMOTE}
            for person in people
        )

    def _presence(
        self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn, real_end: int, why: str
    ) -> str:
        world = self._world
        roster = world.roster
        companions = [person for person in people if person != OTHER and roster.is_companion(person)]
        alone = len(roster.companions) == 1
        speaks = voice is Voice.SPEECH and turn.speaker != OTHER and roster.is_companion(turn.speaker)
        if (
            clause.has("far")
            and not alone
            and (speaks or voice is Voice.ACTION)
            and not clause.names
            and not clause.question
        ):
            world.depart(turn.speaker, Status.REMOTE)
            turn.remote = True
            return "remote"
        if clause.has("remote") and not alone:
            others = [
                person
                for _, _, person in clause.names
                if roster.is_companion(person) and person != turn.speaker
            ]
            if others:
                for person in others:
                    world.depart(person, Status.REMOTE)
                return "remote" if people and all(person in others for person in people) else ""
            if (
                voice is not Voice.SPEECH
                and companions
                and companions == [turn.speaker]
                and not world.people[turn.speaker].deeds
            ):
                world.depart(turn.speaker, Status.REMOTE)
                turn.remote = True
                return "remote"
        named = [person for _, _, person in clause.names if roster.is_companion(person)]
        if clause.has("elsewhere") and not alone and why in {"", "negators", "past", "past_tense"}:
            away = [person for person in named if person != turn.speaker and person in people]
            if away:
                for person in away:
                    world.depart(person, Status.LEFT)
                return "leave"
        if why in {"hypothetical", "future", "story", "question"}:
            return ""
        if clause.has("leave") and companions and why != "negators" and not alone:
            own = turn.speaker in companions or bool(named)
            if own and len(companions) == 1 and not (clause.has("arrive") and not named):
                for person in companions:
                    world.depart(person, Status.LEFT)
                return "leave"
        if (
            clause.has("arrive")
            and companions
            and why == ""
            and (voice is not Voice.SPEECH or named or world.people[companions[0]].status is Status.LEFT)
        ):
            for person in companions:
                world.arrive(person)
        if why:
            return ""
        about = clause.has("about")
        for start, end, person in clause.names:
            if person == turn.speaker:
                continue
            vocative = start <= 1 and clause.length - end <= 1 and not about
            if vocative or voice is not Voice.SPEECH and not about:
                world.seen(person)
        return ""

    # -- place and conditions -------------------------------------------------------------------

    def _place(
        self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn, real_end: int
    ) -> None:
        places = [note for note in clause.of("place") if note.at < real_end]
        if not places:
            return
        looks = clause.of("looks")
        place = places[-1]
        if any(note.at < place.at for note in looks) and self._language != "ja" or clause.has("about"):
            return
        if self._language == "ja" and any(place.end <= note.at <= place.end + 1 for note in looks):
            return
        moving = clause.has("motion", "arrive")
        world = self._world
        if (
            self._language == "ja"
            and clause.after.get(place.end, "")[:1] == "を"
            and world.setting is not None
        ):
            return
        if (
            any(note.value == "looking" and note.at < place.at for note in clause.of("action"))
            and self._language not in _AT_END
        ):
            return
        if voice is Voice.SPEECH and not clause.has("here"):
            if (
                not moving
                and world.roster.is_companion(turn.speaker)
                and turn.speaker in people
                and turn.speaker != OTHER
            ):
                self._settle(place.value, Strength.IMPLIED)
            return
        roster = world.roster
        companions = [person for person in people if person != OTHER and roster.is_companion(person)]
        named_other = voice is Voice.SPEECH and companions and turn.speaker not in companions
        if named_other and len(roster.companions) > 1:
            return
        self._settle(place.value, Strength.MOVED if moving else Strength.STATED)

    def _settle(self, value: str, strength: Strength) -> None:
        self._world.settle(Place(value, value.split()[-1], strength, self._world.message))

    def _conditions(self, clause: Clause, real_end: int) -> None:
        world = self._world
        hidden = {at for note in clause.of("not_condition") for at in range(note.at, note.end)}
        ended = clause.of("ended")
        for note in clause.notes:
            if note.kind in _HINT_KINDS and note.at < real_end:
                setattr(world, note.kind, note.value)
            if note.kind not in CONDITION_KINDS or note.at >= real_end or note.at in hidden:
                continue
            if note.kind == "time":
                if note.value == "night" and world.time == "midnight":
                    continue
                world.time = note.value
            elif note.kind == "weather":
                if any(note.end <= over.at <= note.end + 6 for over in ended):
                    world.weather = ""
                elif not (note.value == "wind" and world.weather in {"storm", "rain", "snow"}):
                    world.weather = note.value
            elif note.kind == "light":
                world.light = note.value
            else:
                world.mood = note.value

    def _header(self, text: str) -> None:
        before = self._world.setting
        for clause in self._notes.clauses(text, self._world.roster):
            self._conditions(clause, 10**9)
            places = clause.of("place")
            if places and (self._world.setting is before):
                self._settle(places[0].value, Strength.HEADED)
        if text.isascii() and self._world.setting is before:
            read_header(self._world, text, self._vocabulary)

    # -- clothes --------------------------------------------------------------------------------

    def _garments(self, clause: Clause, real_end: int) -> list[Garment]:
        found: list[Garment] = []
        qualities = clause.of("quality")
        used: set[int] = set()
        for note in clause.of("garment"):
            if note.at >= real_end:
                continue
            words: list[str] = []
            for quality in qualities:
                if quality.at in used:
                    continue
                after = 0 <= quality.at - note.end < _NEAR and self._language in {"es", "fr"}
                before = 0 <= note.at - quality.end < (2 if self._language != "ja" else 2)
                if after or before:
                    words.append(quality.value)
                    used.add(quality.at)
            noun = note.value
            slot = self._vocabulary.slots.get(noun, "top")
            found.append(Garment(" ".join([*dict.fromkeys(words), noun]), noun, slot))
        return found

    def _outfit(
        self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn, real_end: int, how: str
    ) -> bool:
        garments = self._garments(clause, real_end)
        if not garments:
            return False
        wearers = [person for person in people if person != OTHER and self._world.roster.is_companion(person)]
        if not wearers:
            return clause.has("wear", "put_on", "take_off", "change")
        if (
            clause.has("take_off")
            and not clause.has("put_on")
            or clause.has("take_off")
            and self._language in _AT_END
        ):
            for person in wearers:
                self._world.take_off(person, {garment.noun for garment in garments})
            return True
        if clause.has("change"):
            for person in wearers:
                self._world.wear(person, garments, everything=True)
            return True
        if clause.has("wear"):
            for person in wearers:
                self._world.wear(person, garments, everything=not clause.has("put_on"))
            return True
        if clause.has("put_on"):
            for person in wearers:
                self._world.wear(person, garments)
            return True
        if voice is Voice.SPEECH and not clause.has("is_first"):
            return False
        if len(wearers) == 1:
            self._world.wear(wearers[0], garments)
        return False

    # -- deeds ----------------------------------------------------------------------------------

    def _actions(self, clause: Clause, people: tuple[int, ...], real_end: int) -> None:
        actions = [note for note in clause.of("action") if note.at < real_end]
        doers = [person for person in people if person != OTHER and self._world.roster.is_companion(person)]
        if not actions:
            self._with_objects(clause, doers, real_end)
        for number, note in enumerate(actions):
            following = actions[number + 1].at if number + 1 < len(actions) else 10**9
            objects = self._objects(clause, note.end, following)
            if not objects and self._language in _AT_END:
                previous = actions[number - 1].end if number else -1
                objects = self._objects(clause, previous, note.at)
            for person in doers:
                self._keep(person, note.value, objects)

    def _with_objects(self, clause: Clause, doers: list[int], real_end: int) -> None:
        """An unknown verb with known things: "with a lantern" is what of it can be shown."""
        world = self._world
        things = [note for note in clause.of("object") if note.at < real_end][:1]
        for person in doers if things else ():
            state = world.people[person]
            if state.status not in {Status.LEFT, Status.REMOTE} and (state.weak is None or state.weak.message < world.message):
                state.weak = Act(("with", *_article(things[0].value, definite=False).split()), world.message)
                world.acts(person)

    def _objects(self, clause: Clause, start: int, end: int) -> Parts:
        parts: list[str | int] = []
        taken_to = -1
        for note in clause.notes:
            if note.kind != "object" or not start <= note.at < end or note.at < taken_to or len(parts) > 5:  # noqa: PLR2004
                continue
            taken_to = note.end
            preposition = next(
                (
                    other.value
                    for other in clause.notes
                    if other.kind == "preposition" and 0 <= note.at - other.end < _NEAR - 1
                ),
                "",
            )
            if self._language == "ja":
                preposition = next(
                    (
                        other.value
                        for other in clause.notes
                        if other.kind == "preposition" and other.at == note.end
                    ),
                    "",
                )
            if preposition in {"to"}:
                preposition = ""
            parts += [
                *([preposition] if preposition else []),
                *_article(note.value, definite=bool(preposition)).split(),
            ]
        if not parts:
            for at, _, person in clause.names:
                if start <= at < end and self._language != "ja":
                    parts.append(person)
                    break
        return tuple(parts)

    def _keep(self, person: int, gloss: str, objects: Parts) -> None:
        world = self._world
        state = world.people[person]
        if state.status in {Status.LEFT, Status.REMOTE}:
            return
        words = gloss.split()
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
                state.pose = (
                    None if state.pose is not None and state.pose.message < world.message else state.pose
                )
                state.doing = [deed for deed in state.doing if deed.message == world.message]
            state.weak = act
        else:
            state.doing = [*[deed for deed in state.doing if deed.message == world.message][-1:], act]
            if state.weak is not None and state.weak.message < world.message:
                state.weak = None

    def _faces(self, clause: Clause, people: tuple[int, ...], real_end: int) -> None:
        for note in clause.of("face"):
            if note.at < real_end:
                for person in people:
                    if person != OTHER:
                        self._world.people[person].face = Act((note.value,), self._world.message)


def _article(noun: str, *, definite: bool) -> str:
    if noun in _MASS or noun.split()[0] in _MASS or noun.endswith("s") and not noun.endswith("ss"):
        return f"the {noun}" if definite else noun
    if definite:
        return f"the {noun}"
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
