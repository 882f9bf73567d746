"""Reads one English message into the world, passage by passage, clause by clause."""

# ruff: noqa: C901, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from bot.writers.rules.actions import ActionReader
from bot.writers.rules.conditions import CONDITIONS, clock_time, read_conditions
from bot.writers.rules.headers import read_header
from bot.writers.rules.markup import Passage, Voice
from bot.writers.rules.names import Person
from bot.writers.rules.naming import find_names
from bot.writers.rules.outfits import OutfitReader
from bot.writers.rules.partings import Partings, answers_elsewhere, skips_time
from bot.writers.rules.predicates import Predicate, PredicateFinder
from bot.writers.rules.presence import PresenceReader
from bot.writers.rules.prose import ProseJudge
from bot.writers.rules.reality import Mood, Span, spans
from bot.writers.rules.sentences import Mark, Sentence, cut_clauses, sentences
from bot.writers.rules.subjects import OTHER, Subject, SubjectFinder, Turn
from bot.writers.rules.verbs import Form
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.whereabouts import Whereabouts
from bot.writers.rules.world import Status, World

_BODY_WORDS = frozenset(
    "hair eyes eye face hands hand arms fingers feet legs cheeks lips teeth chin breath mouth head"
    " shoulders sleeves sleeve collar tail ears wings elbow elbows knees nose voice tongue one both cheek"
    " forehead skirts skirt coat".split()
)
_DETERMINERS = frozenset(
    "the a an some this that these those two three several another every each its there it".split()
)
_LATER = frozenset("later after hour hours minute minutes moment moments day days while".split())
_THINGS = frozenset({Mark.GARMENT, Mark.PLACE})
_GONE = frozenset({Status.LEFT, Status.REMOTE})
_OUT = frozenset("out outside".split())


class EnglishReader:
    """Reads English into one world; made for each conversation, its vocabulary shared."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary
        self._finder = SubjectFinder(world, vocabulary)
        self._predicates = PredicateFinder(vocabulary)
        self._presence = PresenceReader(world, vocabulary)
        self._outfits = OutfitReader(world, vocabulary, self._finder)
        self._actions = ActionReader(world, vocabulary)
        self._whereabouts = Whereabouts(world, vocabulary)
        self._prose = ProseJudge(vocabulary, world.roster)
        self._partings = Partings(world, vocabulary)

    def read(self, passages: list[Passage], turn: Turn) -> None:
        """Read the passages of one message."""
        prepared = [
            (passage, self._prepare(passage)) for passage in passages if passage.voice is not Voice.HEADER
        ]
        for _, found in prepared:
            for sentence in found:
                for name in sentence.names:
                    turn.named.append(name.person)
                    self._world.touch(name.person)
                if Mark.SARCASM in sentence.kinds:
                    turn.sarcastic = True
        turn.named = list(dict.fromkeys(turn.named))
        turn.starred = any(passage.voice is Voice.ACTION for passage in passages)
        if self._from_afar(prepared, turn):
            self._world.depart(turn.speaker, Status.REMOTE)
            turn.remote = True
        self._partings.before(prepared, turn)
        number = 0
        for passage in passages:
            if skips_time(passage.text):
                self._world.loosen()
            if passage.voice is Voice.HEADER:
                read_header(self._world, passage.text, self._vocabulary)
                continue
            found = prepared[number][1]
            number += 1
            self._passage(passage, found, turn)
        self._partings.after(prepared, turn)

    def _prepare(self, passage: Passage) -> list[Sentence]:
        found = sentences(passage.text)
        vocabulary = self._vocabulary
        for sentence in found:
            vocabulary.index.mark(sentence)
            sentence.names = find_names(sentence, self._world.roster, vocabulary.verb_s)
            if Mark.NEGATOR in sentence.kinds and Mark.PLACE in sentence.kinds:
                named = [
                    mark for mark in sentence.marks if mark.mark is Mark.PLACE and mark.end - mark.start > 1
                ]
                sentence.marks = [
                    mark
                    for mark in sentence.marks
                    if mark.mark is not Mark.NEGATOR
                    or not any(one.start <= mark.start < one.end for one in named)
                ]
            if Mark.GARMENT in sentence.kinds and Mark.PLACE in sentence.kinds:
                worn = [mark for mark in sentence.marks if mark.mark is Mark.GARMENT]
                sentence.marks = [
                    mark
                    for mark in sentence.marks
                    if mark.mark is not Mark.PLACE
                    or not any(piece.start <= mark.end and mark.start < piece.end for piece in worn)
                ]
            cut_clauses(sentence, vocabulary.verb_words, vocabulary.base_words)
        return found

    def _from_afar(self, prepared: list[tuple[Passage, list[Sentence]]], turn: Turn) -> bool:
        """Such as "[text message] …", "sorry I can't be there": a companion who writes from elsewhere."""
        roster = self._world.roster
        if turn.speaker == OTHER or not roster.is_companion(turn.speaker) or len(roster.companions) == 1:
            return False
        for number, (passage, found) in enumerate(prepared):
            for sentence in found:
                if passage.voice in {Voice.SPEECH, Voice.NARRATION, Voice.ACTION} and (
                    Mark.REMOTE in sentence.kinds and self._partings.only_a_voice(sentence)
                ):
                    return not sentence.names or all(name.person == turn.speaker for name in sentence.names)
                if number == 0 and sentence is found[0] and self._partings.tagged(sentence):
                    return True
                if Mark.FAR not in sentence.kinds and Mark.REMOTE not in sentence.kinds:
                    continue
                for mark in sentence.marks:
                    asks = sentence.question and mark.value != "hear me"
                    if mark.mark is Mark.FAR and passage.voice is not Voice.QUOTE and not asks:
                        return True
                    tagged = number == 0 and sentence is found[0] and sentence.words[0] in {"[", "(", "<"}
                    if tagged and mark.mark is Mark.REMOTE and mark.start <= 3:  # noqa: PLR2004 in the tag
                        return True
        return False

    def _passage(self, passage: Passage, found: list[Sentence], turn: Turn) -> None:
        voice = passage.voice
        if voice is Voice.QUOTE:
            return
        if voice is Voice.SPEECH:
            if turn.performing or turn.sarcastic:
                return
            if turn.narrated or self._prose.third_person(found, turn):
                voice = Voice.NARRATION
            else:
                turn.first_person_prose = self._prose.first_person(found)
                if turn.first_person_prose:
                    voice = Voice.NARRATION
        mood = Mood()
        turn.last = ()
        for number, sentence in enumerate(found):
            if passage.voice is Voice.SPEECH and answers_elsewhere(turn, number):
                turn.answered = OTHER
                continue
            if voice is not Voice.ACTION:
                turn.last = turn.last if voice is Voice.NARRATION else ()
            if voice is Voice.ACTION and self._prose.performs(sentence):
                turn.performing = True
            told = voice is Voice.SPEECH and self._prose.shows(sentence, turn)
            self._sentence(sentence, Voice.NARRATION if told else voice, mood, turn)

    def _sentence(self, sentence: Sentence, voice: Voice, mood: Mood, turn: Turn) -> None:
        clauses = spans(sentence, voice, mood, self._vocabulary)
        self._outfits.close()
        before: Subject | None = None
        for number, span in enumerate(clauses):
            if voice is Voice.SPEECH and self._presence.vocative(sentence, span, turn):
                continue
            before = self._clause(sentence, span, voice, turn, before, opening=number == 0)
        if sentence.timed and not sentence.question:
            told = (
                voice is not Voice.SPEECH
                or not {"is", "'s", "its", "at"}.isdisjoint(sentence.words[:3])
                or len(sentence.words) <= 4  # noqa: PLR2004 "3 am lol"
            )
            time = clock_time(" ".join(sentence.words)) if told else ""
            if time and all(span.why is None for span in clauses):
                self._world.time = time

    def _clause(
        self,
        sentence: Sentence,
        span: Span,
        voice: Voice,
        turn: Turn,
        before: Subject | None,
        *,
        opening: bool,
    ) -> Subject | None:
        finder = self._finder
        words = sentence.words
        participle = (
            not opening
            and before is not None
            and words[span.start].endswith("ing")
            and words[span.start] in self._vocabulary.forms
        )
        if (
            participle
            and before is not None
            and before.part.strip()
            and not _LATER & set(before.part.split())
        ):
            return before
        subject = finder.subject(sentence, span.start, span.end, turn, voice)
        if span.opener == "who" and not opening:
            subject = self._relative(sentence, span, subject)
        elif (
            voice is not Voice.SPEECH
            and subject.people == (OTHER,)
            and self._is_of_the_doer(sentence, span.start, subject.at)
        ):
            subject = Subject(self._doer(turn, voice) or (OTHER,), subject.at, explicit=False, part=" ")
        elif voice is not Voice.SPEECH and span.why is Mark.NEGATOR and subject.people == (OTHER,):
            subject = Subject(self._doer(turn, voice), subject.at, explicit=False)
        loose = (voice is Voice.ACTION or (voice is Voice.NARRATION and span.opener == "and")) or (
            subject.explicit and subject.people != (OTHER,) and voice is Voice.NARRATION
        )
        predicate = self._predicates.predicate(sentence, subject.at, span.end, loose=loose)
        if predicate.verb is not None and self._is_noun_there(sentence, predicate.at):
            predicate = Predicate(None, predicate.at, be=predicate.be)
        if self._is_tableau(sentence, span, subject, predicate, voice):
            subject = Subject(self._doer(turn, voice), span.start, explicit=False)
            predicate = Predicate(None, span.start)
        if subject.people and (predicate.verb is not None or predicate.be):
            turn.last = subject.people if subject.people != (OTHER,) else turn.last
        past = voice is Voice.SPEECH and (predicate.past_be or predicate.perfect)
        if past and span.why is None and not self._recent(words, span):
            span.real_end, span.why = span.start, Mark.PAST
        if voice is Voice.NARRATION and predicate.perfect and span.why is None:
            span.why = Mark.PAST
            span.real_end = span.start
        event = self._presence.read(sentence, span, subject, predicate, turn, voice)
        if span.why is Mark.NEGATOR:
            self._outfits.not_worn(sentence, span.real_end, span.end, subject.people)
        if voice is Voice.SPEECH and span.why is Mark.HYPOTHETICAL and not sentence.question:
            self._whereabouts.point_at(sentence, span, span.end)
        if span.real_end <= span.start:
            if span.opener == "after" and span.end - span.start <= 3 and voice is not Voice.SPEECH:  # noqa: PLR2004
                read_conditions(
                    self._world, sentence, span.start - 1, span.end, spoken=False
                )  # "after hours"
            return subject
        outside = self._elsewhere(subject, turn)
        if outside or event in {"remote", "leave"}:
            if event == "leave" and voice is not Voice.SPEECH and self._world.setting is None:
                self._whereabouts.left_behind(sentence, span)
            return subject
        reported = (
            subject.people == ()
            and voice is Voice.SPEECH
            and predicate.verb is not None
            and predicate.verb.form is Form.BASE
        )
        place = (
            "" if reported else self._whereabouts.read(sentence, span, subject, predicate, turn, voice, event)
        )
        if "sun" in words or "degrees" in words or not CONDITIONS.isdisjoint(sentence.kinds):
            read_conditions(self._world, sentence, span.start, span.real_end, spoken=voice is Voice.SPEECH)
        if reported:
            self._whereabouts.point_at(sentence, span, span.real_end)
            self._outfits.read(sentence, span.start, span.real_end, subject, predicate, turn, voice)
            return subject
        dressed = self._outfits.read(sentence, span.start, span.real_end, subject, predicate, turn, voice)
        if not dressed:
            self._actions.read(sentence, span, subject, predicate, turn, voice, place)
            if voice is not Voice.SPEECH and sentence.names:
                self._actions.companions_held(sentence, span, place)
        return subject

    @staticmethod
    def _doer(turn: Turn, voice: Voice) -> tuple[int, ...]:
        """Whom an action is about when it names nobody."""
        return turn.last or ((turn.speaker,) if voice is Voice.ACTION and turn.speaker != OTHER else ())

    @staticmethod
    def _is_noun_there(sentence: Sentence, at: int) -> bool:
        """Such as "sports bra": a garment or place of several words that opens like a verb."""
        return not _THINGS.isdisjoint(sentence.kinds) and any(
            mark.start == at and mark.end - at > 1 and mark.mark in _THINGS for mark in sentence.marks
        )

    @staticmethod
    def _is_tableau(
        sentence: Sentence, span: Span, subject: Subject, predicate: Predicate, voice: Voice
    ) -> bool:
        """Such as "elbow-deep in peonies": an action that opens without article or verb."""
        if voice is not Voice.ACTION or subject.people != (OTHER,):
            return False
        if predicate.verb is not None or predicate.be or sentence.words[span.start] in _DETERMINERS:
            return False
        return span.start == 0 or any(
            mark.mark is Mark.GARMENT and span.start <= mark.start < span.end for mark in sentence.marks
        )

    def _relative(self, sentence: Sentence, span: Span, subject: Subject) -> Subject:
        """Such as "Ottilie, who's asleep": the one named just before."""
        named = [name for name in sentence.names if name.end <= span.start]
        if not named or span.start - named[-1].end > 4:  # noqa: PLR2004 a comma and the "who"
            return subject
        return Subject((named[-1].person,), span.start + (sentence.words[span.start] == "who"))

    def _is_of_the_doer(self, sentence: Sentence, start: int, end: int) -> bool:
        """Such as "coat flapping", "eyes shut", "straw hat tipped back": said of whom the clause before was about."""
        word = sentence.words[start]
        if word in self._vocabulary.slots or word in _BODY_WORDS or word in self._vocabulary.colours:
            return True
        return word not in _DETERMINERS and any(
            mark.mark is Mark.GARMENT and start <= mark.start < end for mark in sentence.marks
        )

    def _recent(self, words: list[str], span: Span) -> bool:
        return any(word in {"just", "finally"} for word in words[span.start : span.end])

    def _elsewhere(self, subject: Subject, turn: Turn) -> bool:
        """Whether the clause is told by, or about, someone who is not in the scene."""
        people = self._world.people
        roster = self._world.roster
        if turn.remote:
            return True
        for person in subject.people:
            if person == OTHER or not roster.is_companion(person) or people[person].status not in _GONE:
                return False
        return bool(subject.people)

    # -- place ----------------------------------------------------------------------------------


def narrates(person: Person | None, name: str, vocabulary: Vocabulary) -> bool:
    """Whether the speaker is a narrator by name."""
    return (person is None or person.companion_id is None) and name.casefold().strip(
        " []*_()"
    ) in vocabulary.narrators
