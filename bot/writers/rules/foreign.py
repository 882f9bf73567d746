"""Reads Spanish, French, German and Japanese messages into the world, in English.

Known words only: what the lexicon has not is left out, never passed on untranslated. Word order
differs between these languages, so a clause is read as a bag of notes with a verb among them.
"""

from __future__ import annotations

import itertools

from bot.writers.rules.foreign_clauses import Clause
from bot.writers.rules.foreign_deeds import AT_END, EVERYWHERE, DeedReader
from bot.writers.rules.foreign_people import PeopleReader
from bot.writers.rules.foreign_scene import SceneReader
from bot.writers.rules.headers import read_header
from bot.writers.rules.hints import HintRead
from bot.writers.rules.markup import Passage, Voice
from bot.writers.rules.notes import note_finder
from bot.writers.rules.subjects import OTHER, Turn
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Place, Status, Strength, World

_UNREAL = frozenset({"negators", "hypothetical", "future", "past", "past_tense", "story"})
_CARRIED = frozenset({"hypothetical", "future", "past", "past_tense", "story"})
_NAME_ONLY = 4
_BRIEF = 24
"""Characters of a quotation that can tell the time: "Zwei Uhr elf"."""
_STORY_AFTER = 4
"""Words before a film or song is named that are still true: "tirada en el sofá viendo una serie"."""
_WITHOUT = frozenset({"sin", "sans", "ohne", "ni"})
"""Negators that reach forward only, and say nothing against the verb before them."""
_ENJOYING = frozenset({"reading", "watching", "playing", "drawing"})
_PERFORMING = frozenset({"singing", "reading"})
_DASHES = ("—", "–", "―")


class ForeignReader:
    """Reads one language into one world; made for each conversation, its lexicon shared."""

    def __init__(self, language: str, world: World, vocabulary: Vocabulary) -> None:
        self._language = language
        self._world = world
        self._vocabulary = vocabulary
        self._people = PeopleReader(language, world, vocabulary)
        self._scene = SceneReader(language, world)
        self._deeds = DeedReader(language, world, vocabulary)
        self._notes = note_finder(language)

    def read(self, passages: list[Passage], turn: Turn) -> None:
        """Read the passages of one message."""
        roster = self._world.roster
        prepared = [(passage, self._notes.clauses(passage.text, roster)) for passage in dialogue(passages)]
        for passage, clauses in prepared:
            if passage.voice is Voice.HEADER:
                continue
            self._join_names(clauses)
            for clause in clauses:
                for _, _, person in clause.names:
                    turn.named.append(person)
                    self._world.touch(person)
                turn.sarcastic = turn.sarcastic or clause.has("sarcasm")
        turn.named = list(dict.fromkeys(turn.named))
        self._opens_from_afar(prepared, turn)
        for passage, clauses in prepared:
            spoken = passage.voice is Voice.SPEECH
            unreal = any(clause.question or not clause.kinds.isdisjoint(_CARRIED) for clause in clauses)
            brief = len(passage.text) <= _BRIEF
            if (passage.voice is not Voice.QUOTE or brief) and not (spoken and unreal):
                self._scene.clock(passage.text)
            if passage.voice is Voice.HEADER:
                self._header(passage.text, clauses)
            elif passage.voice is not Voice.QUOTE:
                self._passage(passage.voice, clauses, turn)

    def read_hint(self, text: str) -> HintRead:
        """Apply a hint to the world."""
        result = HintRead()
        world = self._world
        for clause in self._notes.clauses(text, world.roster):
            if clause.has("negators") and clause.notes[0].value not in _WITHOUT:
                continue
            for _, _, person in clause.names:
                if world.roster.is_companion(person) and person not in result.cast:
                    result.cast.append(person)
            self._scene.conditions(clause, EVERYWHERE)
            places = clause.of("place")
            if places:
                value = places[-1].value if self._language in AT_END else places[0].value
                world.relocate(Place(value, value.split()[-1], Strength.HEADED, world.message))
            people = tuple(result.cast) or tuple(world.present()) or tuple(world.roster.companions)[:1]
            garments = self._deeds.garments(clause)
            for person in people if garments else ():
                world.wear(person, garments, everything=True)
            if clause.has("action"):
                self._deeds.actions(clause, people, EVERYWHERE, dressed=False)
        return result

    @staticmethod
    def _join_names(clauses: list[Clause]) -> None:
        """As in "Ciro, Maite y Fermín cargan": clauses of a name only belong to the next one of their sentence."""
        for clause, following in itertools.pairwise(clauses):
            alone = not any(note.kind != "clause" for note in clause.notes) and clause.names
            if alone and not following.opens_sentence and following.names and clause.length <= _NAME_ONLY:
                following.names[:0] = clause.names

    def _opens_from_afar(self, prepared: list[tuple[Passage, list[Clause]]], turn: Turn) -> None:
        """As in "(au téléphone) Coincé dans l'ascenseur !": a message that opens with where it comes from."""
        world = self._world
        if turn.speaker == OTHER or turn.narrated or not world.roster.is_companion(turn.speaker):
            return
        if not prepared or not prepared[0][1] or len(world.roster.companions) == 1:
            return
        passage, clauses = prepared[0]
        first = clauses[0]
        bracketed = passage.text.lstrip().startswith(("(", "（", "["))
        if bracketed and first.has("remote") and not first.names and not first.has("action"):
            world.depart(turn.speaker, Status.REMOTE)
            turn.remote = True

    # -- passages -------------------------------------------------------------------------------

    def _passage(self, voice: Voice, clauses: list[Clause], turn: Turn) -> None:
        if voice is Voice.SPEECH:
            if turn.sarcastic or turn.performing:
                return
            if turn.narrated or self._is_prose(clauses, turn):
                voice = Voice.NARRATION
        turn.last = ()
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
            story = self._sentence(sentence, voice, turn, story=story)
        if voice is Voice.ACTION and any(clause.has("story") or _sings(clause) for clause in clauses):
            turn.performing = True

    def _sentence(self, sentence: list[Clause], voice: Voice, turn: Turn, *, story: bool) -> bool:
        """Read one sentence; whether a story goes on after it."""
        carried = "story" if story else ""
        if voice is Voice.SPEECH:
            turn.last = ()
            carried = carried or next(
                (
                    kind
                    for clause in sentence
                    for kind in ("past", "past_tense", "future")
                    if clause.has(kind)
                ),
                "",
            )
        for clause in sentence:
            resumed = clause.has("resume") and clause.notes[0].kind in {"resume", "clause"}
            if carried and carried != "story" and resumed:
                carried = ""
            why = self._clause(clause, voice, turn, carried)
            if voice is Voice.SPEECH:
                story = story or why == "story"
                if why in _CARRIED:
                    carried = carried or why
        return story

    @staticmethod
    def _is_prose(clauses: list[Clause], turn: Turn) -> bool:
        if not clauses or any(clause.has("is_first", "is_second") for clause in clauses):
            return False
        first = clauses[0]
        if not first.names or first.names[0][0] > 1:
            return False
        done = first.has("action", "motion", "arrive", "leave", "put_on", "take_off")
        return first.names[0][2] == turn.speaker or done

    def _clause(self, clause: Clause, voice: Voice, turn: Turn, carried: str) -> str:
        """Read one clause; the kind of note that makes it (or the rest of it) untrue, or ""."""
        real_end, why = self._real_end(clause, voice)
        if carried and not why:
            real_end, why = -1, carried
        if clause.question and voice is Voice.SPEECH and not why:
            real_end, why = -1, "question"
        people, _ = self._people.subject(clause, voice, turn)
        event = self._people.presence(clause, people, voice, turn, why)
        if people and people != (OTHER,):
            turn.last = people
        if why == "negators":
            self._deeds.negated(clause, people)
        if event == "leave" and voice is not Voice.SPEECH and real_end >= 0 and len(people) == 1:
            self._scene.left(clause)
        if real_end < 0 or event in {"remote", "leave"} or self._people.absent(people, turn):
            self._weather(clause, people, voice, turn, event=event, real_end=real_end)
            return why
        if people and clause.names and people != (turn.speaker,) and self._scene.sleeps_elsewhere(clause):
            for person in people:
                self._world.depart(person, Status.LEFT)
            return why
        self._scene.conditions(clause, real_end, shown=voice is not Voice.SPEECH)
        self._scene.place(clause, people, voice, turn, real_end)
        wearers = self._other(people, turn) if clause.has("for_other") else people
        dressed = self._deeds.outfit(clause, wearers, voice, real_end)
        if voice is not Voice.SPEECH:
            self._deeds.actions(clause, people, real_end, dressed=dressed)
            self._deeds.faces(clause, people, real_end)
        return why

    def _weather(
        self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn, *, event: str, real_end: int
    ) -> None:
        """Such as "il pleut": the weather has the pronoun of a man, who may have left."""
        is_told_here = real_end >= 0 and not event and not turn.remote
        if is_told_here and turn.speaker not in people and not clause.names:
            self._scene.conditions(clause, real_end, shown=voice is not Voice.SPEECH)

    def _other(self, people: tuple[int, ...], turn: Turn) -> tuple[int, ...]:
        """Whom "him" or "her" is for a speaker: the one other companion here, or the one last named."""
        roster = self._world.roster
        others = [person for person in self._world.present() if person not in people]
        named = [person for person in turn.named if person not in people and person != OTHER]
        found = [person for person in named if roster.is_companion(person)] or others
        return (found[0],) if len(found) == 1 else ()

    def _real_end(self, clause: Clause, voice: Voice) -> tuple[int, str]:  # noqa: C901, PLR0911
        """Where what is true of a clause ends, and what ends it."""
        if clause.kinds.isdisjoint(_UNREAL):
            return EVERYWHERE, ""
        spoken = voice is Voice.SPEECH
        for note in clause.notes:
            if note.kind not in _UNREAL or (note.kind == "past_tense" and not spoken):
                continue
            if note.kind == "story" and voice is Voice.ACTION and self._language == "ja" and _enjoys(clause):
                continue
            said = note.at - clause.start >= _STORY_AFTER and self._language not in AT_END
            if note.kind == "story" and said:
                return note.at, note.kind
            if note.kind == "negators":
                if note.value in _WITHOUT:
                    return note.at, ""
                if self._language in AT_END:
                    return -1, note.kind
                return note.at, note.kind
            if not spoken and note.kind == "future":
                continue
            if spoken or self._language in AT_END:
                return -1, note.kind
            return note.at, note.kind
        return EVERYWHERE, ""

    def _header(self, text: str, clauses: list[Clause]) -> None:
        self._scene.skip(text)
        before = self._world.setting
        for clause in clauses:
            self._scene.conditions(clause, EVERYWHERE)
            places = clause.of("place")
            if places and self._world.setting is before:
                self._scene.settle(places[0].value, Strength.HEADED)
        if text.isascii() and self._world.setting is before:
            read_header(self._world, text, self._vocabulary)


def _enjoys(clause: Clause) -> bool:
    """Whether a story is only looked at: 「ベンチで漫画を読む」."""
    return any(note.value.split()[0] in _ENJOYING for note in clause.of("action"))


def _sings(clause: Clause) -> bool:
    return any(note.value.split()[0] in _PERFORMING for note in clause.of("action"))


def dialogue(passages: list[Passage]) -> list[Passage]:
    """Speech that opens with a dash is quoted; what stands behind the next one tells who said it, and how.

    "—Ven —dijo Luz, apoyada en la puerta—. Ya es tarde." Dashes on both sides make a heading.
    """
    found: list[Passage] = []
    for passage in passages:
        text = passage.text.strip()
        if passage.voice not in {Voice.SPEECH, Voice.NARRATION} or not text.startswith(_DASHES):
            found.append(passage)
            continue
        if text.endswith(_DASHES) and "\n" not in text:
            found.append(Passage(Voice.HEADER, text.strip("—–― ")))
            continue
        for line in text.splitlines():
            pieces = line.replace("–", "—").split("—")
            if not line.lstrip().startswith(_DASHES):
                found.append(Passage(Voice.NARRATION, line))
                continue
            for number, piece in enumerate(pieces[1:]):
                if piece.strip():
                    found.append(Passage(Voice.QUOTE if number % 2 == 0 else Voice.NARRATION, piece))
    return found
