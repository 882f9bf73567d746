"""Reads one English message into the world, passage by passage, clause by clause."""

from __future__ import annotations

import re

from bot.domain.companion import Gender
from bot.writers.rules.actions import ActionReader
from bot.writers.rules.conditions import CONDITIONS, clock_time, read_conditions
from bot.writers.rules.headers import read_header
from bot.writers.rules.markup import Passage, Voice
from bot.writers.rules.names import Person
from bot.writers.rules.outfits import OutfitReader
from bot.writers.rules.places import PlaceMention, implied_place, mentions, reached, read_place, strength
from bot.writers.rules.presence import PresenceReader
from bot.writers.rules.reality import Mood, Span, spans
from bot.writers.rules.sentences import Mark, Sentence, cut_clauses, find_names, sentences
from bot.writers.rules.subjects import OTHER, Predicate, Subject, SubjectFinder, Turn
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Place, Status, Strength, World

_FIRST_PERSON = frozenset("i me my we us our myself mine you your".split())
_BODY_WORDS = frozenset(
    "hair eyes eye face hands hand arms fingers feet legs cheeks lips teeth chin breath mouth head"
    " shoulders sleeves sleeve collar tail ears wings elbow elbows knees nose voice tongue one both cheek"
    " forehead skirts skirt coat".split()
)
_HAS_HOUR = re.compile(r"\d|\b[ap]m\b")
_DETERMINERS = frozenset(
    "the a an some this that these those two three several another every each its there it".split()
)
_LATER = frozenset("later after hour hours minute minutes moment moments day days while".split())
_WELCOME = frozenset("welcome here back".split())
_BEING = frozenset(
    "be being still just now stuck chillin chilling hanging us finally already alone together over sat"
    " parked trapped".split()
)
_OUT = frozenset("out outside".split())


class EnglishReader:
    """Reads English into one world; made for each conversation, its vocabulary shared."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary
        self._finder = SubjectFinder(world, vocabulary)
        self._presence = PresenceReader(world, vocabulary)
        self._outfits = OutfitReader(world, vocabulary, self._finder)
        self._actions = ActionReader(world, vocabulary)

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
        number = 0
        for passage in passages:
            if passage.voice is Voice.HEADER:
                read_header(self._world, passage.text, self._vocabulary)
                continue
            found = prepared[number][1]
            number += 1
            self._passage(passage, found, turn)

    def _prepare(self, passage: Passage) -> list[Sentence]:
        found = sentences(passage.text)
        vocabulary = self._vocabulary
        for sentence in found:
            vocabulary.index.mark(sentence)
            sentence.names = find_names(sentence, self._world.roster, vocabulary.verb_s)
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
        """Such as "[text message] …", "the wifi is awful", "sorry I can't be there": a companion who writes from elsewhere."""
        roster = self._world.roster
        if turn.speaker == OTHER or not roster.is_companion(turn.speaker) or len(roster.companions) == 1:
            return False
        for number, (passage, found) in enumerate(prepared):
            for sentence in found:
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
            if turn.narrated or self._is_prose(found, turn):
                voice = Voice.NARRATION
            else:
                turn.first_person_prose = self._is_first_person_prose(found)
                if turn.first_person_prose:
                    voice = Voice.NARRATION
        mood = Mood()
        turn.last = ()
        for sentence in found:
            if voice is not Voice.ACTION:
                turn.last = turn.last if voice is Voice.NARRATION else ()
            if voice is Voice.ACTION and self._performs(sentence):
                turn.performing = True
            self._sentence(sentence, voice, mood, turn)

    def _performs(self, sentence: Sentence) -> bool:
        words = sentence.words
        verb = next((at for at, word in enumerate(words) if word in self._vocabulary.performs), None)
        if verb is None:
            return False
        if words[verb] in {
            "sings",
            "singing",
            "sang",
            "sing",
            "recites",
            "reciting",
            "raps",
            "narrates",
            "mimics",
            "mimicking",
            "impersonates",
            "mocking",
            "mocks",
            "quotes",
            "quoting",
        }:
            return True
        return any(word in self._vocabulary.performs_with for word in words[verb:])

    def _is_first_person_prose(self, found: list[Sentence]) -> bool:
        """Such as "I drop my bag on the deck and lean on the rail.": a first sentence of "I" and something to be seen."""
        for sentence in found:
            words = sentence.words
            if words[0] != "i" or len(words) < 4 or sentence.question:  # noqa: PLR2004
                continue
            form = self._vocabulary.forms.get(words[1])
            if (
                form is None
                or form.form is not Form.BASE
                or form.kind not in {Kind.POSE, Kind.STRONG, Kind.MOTION}
            ):
                continue
            if {"the", "my", "a", "her", "his", "their", "your", "down", "up", "onto", "into"} & set(
                words[2:6]
            ):
                return not any(mark.mark is Mark.HABIT for mark in sentence.marks)
        return False

    def _is_prose(self, found: list[Sentence], turn: Turn) -> bool:
        """Plain text in the third person: its own name or another's with a verb, and no "I" or "you"."""
        if any(not _FIRST_PERSON.isdisjoint(sentence.words) for sentence in found):
            return False
        first = found[0] if found else None
        if first is None or not first.names:
            pronoun = first is not None and first.words[0] in {"she", "he"} and turn.speaker != OTHER
            return first is not None and pronoun and not turn.starred and self._drawn(first, 1)
        name = first.names[0]
        opens = name.start == 0 or first.words[0] in {"the", "as", "then", "while"}
        if not opens:
            return False
        if name.person == turn.speaker:
            return True
        at = name.end
        while at < len(first.words) and (
            first.words[at] in {"and", ","} or any(other.start == at for other in first.names)
        ):
            at += 1
        return self._drawn(first, at, several=at > name.end)

    def _drawn(self, sentence: Sentence, at: int, *, several: bool = False) -> bool:
        """Whether the word at ``at`` is a verb that a picture shows; ``several`` people take its base form."""
        words = sentence.words
        while at < len(words) and words[at].endswith("ly"):
            at += 1
        form = self._vocabulary.forms.get(words[at]) if at < len(words) else None
        habit = any(mark.mark is Mark.HABIT for mark in sentence.marks)
        return (
            form is not None
            and (form.form in {Form.S, Form.PAST} or (several and form.form is Form.BASE))
            and (form.kind is not Kind.UNSEEN or form.base in self._vocabulary.presence_verbs)
            and not habit
        )

    def _sentence(self, sentence: Sentence, voice: Voice, mood: Mood, turn: Turn) -> None:
        clauses = spans(sentence, voice, mood, self._vocabulary)
        self._outfits.close()
        before: Subject | None = None
        for number, span in enumerate(clauses):
            if voice is Voice.SPEECH and self._presence.vocative(sentence, span, turn):
                continue
            before = self._clause(sentence, span, voice, turn, before, opening=number == 0)
        if not sentence.question and _HAS_HOUR.search(" ".join(sentence.words)):
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
        predicate = finder.predicate(sentence, subject, span.end, loose=loose)
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
            self._pointed_at(sentence, span, span.end)
        if span.real_end <= span.start:
            return subject
        outside = self._elsewhere(subject, turn)
        if outside or event in {"remote", "leave"}:
            if event == "leave" and voice is not Voice.SPEECH and self._world.setting is None:
                self._left_behind(sentence, span)
            return subject
        reported = (
            subject.people == ()
            and voice is Voice.SPEECH
            and predicate.verb is not None
            and predicate.verb.form is Form.BASE
        )
        place = "" if reported else self._place(sentence, span, subject, predicate, turn, voice, event)
        if "sun" in words or not CONDITIONS.isdisjoint(sentence.kinds):
            read_conditions(self._world, sentence, span.start, span.real_end, spoken=voice is Voice.SPEECH)
        if reported:
            self._pointed_at(sentence, span, span.real_end)
            self._outfits.read(sentence, span.start, span.real_end, subject, predicate, turn, voice)
            return subject
        dressed = self._outfits.read(sentence, span.start, span.real_end, subject, predicate, turn, voice)
        if not dressed:
            self._actions.read(sentence, span, subject, predicate, turn, voice, place)
            if voice is not Voice.SPEECH and sentence.names:
                self._actions.companions_held(sentence, span, place)
        return subject

    def _left_behind(self, sentence: Sentence, span: Span) -> None:
        """Such as "on the way out of the flower shop": where those are who stay."""
        words = sentence.words
        for at in range(span.start, span.real_end - 2):
            if words[at : at + 2] == ["out", "of"] or words[at] in {"leaves", "exits", "left"}:
                mention = read_place(
                    sentence, at + (2 if words[at] == "out" else 1), span.real_end, "at", self._vocabulary
                )
                if mention is not None and mention.known:
                    self._world.settle(
                        Place(mention.text, mention.head, Strength.IMPLIED, self._world.message)
                    )

    @staticmethod
    def _doer(turn: Turn, voice: Voice) -> tuple[int, ...]:
        """Whom an action is about when it names nobody."""
        return turn.last or ((turn.speaker,) if voice is Voice.ACTION and turn.speaker != OTHER else ())

    @staticmethod
    def _is_tableau(
        sentence: Sentence, span: Span, subject: Subject, predicate: Predicate, voice: Voice
    ) -> bool:
        """Such as "elbow-deep in peonies": an action that opens without article or verb."""
        if voice is not Voice.ACTION or subject.people != (OTHER,):
            return False
        dressed = any(
            mark.mark is Mark.GARMENT and span.start <= mark.start < span.end for mark in sentence.marks
        )
        return (
            (span.start == 0 or dressed)
            and predicate.verb is None
            and not predicate.be
            and sentence.words[span.start] not in _DETERMINERS
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

    def _joins(
        self,
        sentence: Sentence,
        span: Span,
        predicate: Predicate,
        people: tuple[int, ...],
        turn: Turn,
        voice: Voice,
    ) -> None:
        """Such as "wades in after her", "follows Kael": the scene goes to where that one went."""
        verb = predicate.verb
        words = sentence.words
        if verb is None or voice is Voice.SPEECH or not people:
            return
        at = predicate.at + 1 if verb.base == "follow" else span.end + 1
        if at >= len(words) or (
            verb.base != "follow" and (verb.kind is not Kind.MOTION or words[span.end] != "after")
        ):
            return
        target = next((name.person for name in sentence.names if name.start == at), OTHER)
        if words[at] in {"her", "him"}:
            gender = Gender.FEMALE if words[at] == "her" else Gender.MALE
            others = [person for person in reversed(self._world.recent) if person not in people]
            target = next((p for p in others if self._world.roster.people[p].gender is gender), OTHER)
        if target == OTHER or self._world.people[target].status is not Status.AWAY:
            return
        head = self._world.people[target].place
        self._world.settle(Place(head, head, Strength.MOVED, self._world.message))
        for person in (target, *people):
            self._world.arrive(person)

    def _recent(self, words: list[str], span: Span) -> bool:
        return any(word in {"just", "finally"} for word in words[span.start : span.end])

    def _elsewhere(self, subject: Subject, turn: Turn) -> bool:
        """Whether the clause is told by, or about, someone who is not in the scene."""
        people = self._world.people
        roster = self._world.roster
        if turn.remote:
            return True
        return bool(subject.people) and all(
            person != OTHER
            and roster.is_companion(person)
            and people[person].status in {Status.LEFT, Status.REMOTE}
            for person in subject.people
        )

    # -- place ----------------------------------------------------------------------------------

    def _place(
        self,
        sentence: Sentence,
        span: Span,
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
        voice: Voice,
        event: str,
    ) -> str:
        """Move or settle the scene by the places in this clause; the head of the last one, for the action."""
        world = self._world
        acted = voice is not Voice.SPEECH
        people = tuple(person for person in subject.people if person != OTHER)
        person = bool(people) or (acted and not subject.people)
        end = span.real_end
        words = sentence.words
        last = ""
        self._joins(sentence, span, predicate, people, turn, voice)
        arrived = reached(sentence, predicate, end, self._vocabulary) if people else None
        if (
            arrived is not None
            and predicate.verb is not None
            and not (voice is Voice.SPEECH and predicate.verb.form is Form.BASE and subject.how == "second")
        ):
            if predicate.verb.base in {"leave", "exit"}:
                if event == "moved" or subject.group or len(world.roster.companions) == 1:
                    world.unsettle(arrived.head)
            else:
                self._go(arrived, people, subject, Strength.MOVED, predicate)
            return arrived.head
        if (
            event == "moved"
            and predicate.verb is not None
            and predicate.verb.base in {"leave", "exit", "depart"}
        ):
            world.unsettle("")
        last = self._in_or_out(sentence, span, subject, predicate, people, acted=acted)
        for mention in mentions(sentence, span.start, end, self._vocabulary):
            if words[mention.at - 1 : mention.at] == ["out"] and mention.preposition == "of":
                continue
            found = strength(mention, predicate, acted=acted, person=person)
            if (
                found is None
                and not acted
                and mention.known
                and words[mention.at - 1] in _BEING
                and mention.at > span.start
            ):
                found = (Strength.STATED, False)
            if found is None:
                continue
            if voice is Voice.SPEECH and not self._speech_places(
                sentence, span, mention, subject, predicate, turn
            ):
                continue
            level, moved = found
            last = mention.head
            if moved:
                self._go(mention, people, subject, level, predicate)
            elif subject.how == "third" and self._foreign_place(mention, people, turn, predicate, voice):
                continue
            else:
                world.settle(Place(self._text(mention), mention.head, level, world.message))
        if voice is Voice.SPEECH:
            last = self._pointed_at(sentence, span, span.real_end) or last
            implies = predicate.be and span.start + 4 > subject.at and subject.people == (OTHER,)
            implies = implies or (world.setting is None and self._is_only_a_place(sentence, span))
        else:
            implies = True
        if implies and (world.setting is None or world.setting.strength is Strength.IMPLIED):
            limit = min(end, subject.at) if voice is Voice.SPEECH and predicate.be else end
            if (
                voice is not Voice.SPEECH
                and subject.people == (OTHER,)
                and implied_place(sentence, span.start, subject.at)
            ):
                limit = subject.at
            base = predicate.verb.base if predicate.verb is not None else ""
            implied = implied_place(sentence, span.start, limit, base)
            if implied is not None:
                world.settle(Place(implied[0], implied[1], Strength.IMPLIED, world.message))
        return last

    def _text(self, mention: PlaceMention) -> str:
        if mention.preposition in {"outside", "under", "beneath", "underneath"} and not mention.small:
            return f"{mention.preposition} the {mention.text}"
        return mention.text

    def _in_or_out(
        self,
        sentence: Sentence,
        span: Span,
        subject: Subject,
        predicate: Predicate,
        people: tuple[int, ...],
        *,
        acted: bool,
    ) -> str:
        world = self._world
        if Mark.INOUT not in sentence.kinds:
            return ""
        for mark in sentence.marks:
            if mark.mark is not Mark.INOUT or not span.start <= mark.start < span.real_end:
                continue
            following = sentence.words[mark.end] if mark.end < span.real_end else ""
            if following in {"the", "a", "an", "my", "her", "his", "their", "of", "your", "our"}:
                continue
            moving = predicate.verb is not None and predicate.verb.kind is Kind.MOTION and bool(people)
            back = mark.start > 0 and sentence.words[mark.start - 1] == "back"
            if not moving and not (predicate.be and people and predicate.verb is None):
                continue
            if mark.value == "inside":
                if (
                    world.setting is not None
                    and (back or world.setting.text.startswith("outside"))
                    and world.left_places
                ):
                    world.go_back()
                return ""
            if (
                len(people) == 1
                and world.roster.is_companion(people[0])
                and len(world.present()) > 1
                and not subject.group
            ):
                return ""
            if world.setting is None or not world.setting.text.startswith("outside"):
                text = (
                    f"outside the {world.setting.text}"
                    if world.setting is not None
                    and len(world.setting.text) < 30
                    and not world.setting.text.startswith(("under", "outside"))
                    else "outside"
                )
                world.settle(Place(text, "outside", Strength.MOVED, world.message))
        return ""

    def _go(
        self,
        mention: PlaceMention,
        people: tuple[int, ...],
        subject: Subject,
        level: Strength,
        predicate: Predicate,
    ) -> None:
        """Somebody goes somewhere: the whole scene with them, or they alone."""
        world = self._world
        roster = world.roster
        place = Place(self._text(mention), mention.head, level, world.message)
        companions = [person for person in people if roster.is_companion(person)]
        here = world.present()
        alone = (
            len(people) == 1
            and not subject.group
            and bool(companions)
            and len(here) > 1
            and people[0] in here
        )
        same = world.setting is not None and (
            world.setting.head == mention.head or mention.head in world.setting.text.split()
        )
        if alone and world.setting is not None and not same:
            base = predicate.verb.base if predicate.verb else ""
            if base not in {
                "lead",
                "pull",
                "drag",
                "usher",
                "guide",
                "escort",
                "follow",
                "carry",
                "bring",
                "take",
                "drive",
            }:
                world.depart(people[0], Status.AWAY, mention.head)
                if not world.present():
                    world.settle(place)
                    for person in here:
                        world.people[person].status = Status.PRESENT
                return
        movers: tuple[int, ...] | None = None
        if (
            people
            and not companions
            and not subject.group
            and len(people) == 1
            and world.setting is not None
            and not same
        ):
            movers = ()
        world.settle(place, movers=movers)
        for person in companions:
            if world.people[person].status in {Status.UNKNOWN, Status.BEHIND, Status.AWAY}:
                world.people[person].status = Status.PRESENT

    def _foreign_place(
        self, mention: PlaceMention, people: tuple[int, ...], turn: Turn, predicate: Predicate, voice: Voice
    ) -> bool:
        """Such as "Kai is at the office", said by another while the scene is elsewhere: Kai is away."""
        world = self._world
        roster = world.roster
        if len(people) != 1 or not roster.is_companion(people[0]) or len(roster.companions) == 1:
            return False
        person = people[0]
        if voice is not Voice.SPEECH and person == turn.speaker:
            return False
        if voice is Voice.SPEECH and person == turn.speaker:
            return False
        state = world.people[person]
        if world.setting is None:
            if state.status is Status.UNKNOWN and voice is Voice.SPEECH:
                world.depart(person, Status.LEFT, mention.head)
                return True
            return False
        if world.setting.head == mention.head or mention.head in world.setting.text or mention.small:
            return False
        others = [other for other in world.present() if other != person]
        if predicate.be and others and state.acted < world.message:
            world.depart(person, Status.AWAY if voice is not Voice.SPEECH else Status.LEFT, mention.head)
            return True
        return False

    def _speech_places(
        self,
        sentence: Sentence,
        span: Span,
        mention: PlaceMention,
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
    ) -> bool:
        """Which places count in speech: "we're at the docks", "I walk into the docks", "here on the docks"."""
        words = sentence.words
        verb = predicate.verb
        before = words[mention.at - 1] if mention.at > span.start else ""
        if before in _WELCOME or (mention.known and before in _BEING):
            return True
        if verb is not None and verb.form is Form.BASE and subject.how != "first":
            return False
        if span.start == mention.at and subject.people in {(), (OTHER,)}:
            return False
        if predicate.be or (verb is not None and verb.form is Form.ING):
            return True
        if subject.how != "first" or verb is None or not subject.people:
            return False
        if mention.known and not {"just", "finally"}.isdisjoint(words[span.start : mention.at]):
            return True
        moves = verb.kind in {Kind.MOTION, Kind.POSE} or verb.base in {
            "wake",
            "camp",
            "stay",
            "hide",
            "end",
            "arrive",
            "reach",
            "make",
            "get",
            "enter",
            "meet",
            "land",
            "board",
        }
        return moves and (
            verb.form is Form.BASE or verb.base in {"arrive", "make", "get", "reach", "land", "end", "wake"}
        )

    def _is_only_a_place(self, sentence: Sentence, span: Span) -> bool:
        """Such as "The old lighthouse." as a whole sentence."""
        if span.start or span.end != len(sentence.words) or sentence.question:
            return False
        mention = read_place(sentence, 0, span.end, "at", self._vocabulary)
        return mention is not None and mention.known and mention.end >= span.end and not mention.small

    def _pointed_at(self, sentence: Sentence, span: Span, limit: int) -> str:
        """Such as "this rooftop is lovely", "welcome to the lighthouse", "what a beach": the place around the talk."""
        words = sentence.words
        world = self._world
        for at in range(span.start, limit - 1):
            word = words[at]
            welcome = word == "welcome" and words[at + 1] == "to"
            if word not in {"this"} and not welcome:
                continue
            mention = read_place(sentence, at + (2 if welcome else 0), limit, "at", self._vocabulary)
            if mention is None or not (mention.known or welcome):
                continue
            world.settle(
                Place(
                    mention.text, mention.head, Strength.STATED if welcome else Strength.WEAK, world.message
                )
            )
            return mention.head
        return ""


def narrates(person: Person | None, name: str, vocabulary: Vocabulary) -> bool:
    """Whether the speaker is a narrator by name."""
    return (person is None or person.companion_id is None) and name.casefold().strip(
        " []*_()"
    ) in vocabulary.narrators
