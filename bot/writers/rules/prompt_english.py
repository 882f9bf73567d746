"""Reads an English prompt, in tags or in sentences, into a draft of a scene with a fixed cast."""

# ruff: noqa: C901, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from dataclasses import replace

from bot.domain.companion import Gender
from bot.writers.rules.actions import FACE_ADJECTIVES, STATES
from bot.writers.rules.conditions import clock_time
from bot.writers.rules.draft import Draft
from bot.writers.rules.garments import Found, find_costume, find_garments
from bot.writers.rules.names import Roster
from bot.writers.rules.naming import find_names
from bot.writers.rules.places import PlaceMention, read_place
from bot.writers.rules.prompt_clause import Part
from bot.writers.rules.prompt_people import About, Subject, subject_at
from bot.writers.rules.prompt_words import (
    ADVERBS,
    BODIES,
    FACE,
    FEELINGS,
    FRAMING,
    FRAMING_OF,
    LIGHT,
    LINKS,
    LOOKS,
    MOOD,
    NO_LIGHT,
    NOT_A_FACE,
    NOT_DEEDS,
    NOUNS_TOO,
    OBJECT_OPENERS,
    OF_THINGS,
)
from bot.writers.rules.sentences import Mark, Sentence, cut_clauses, sentences
from bot.writers.rules.verbs import Form, Kind, VerbForm, gerund
from bot.writers.rules.vocabulary import Vocabulary

_INSIDE = frozenset("in at on inside aboard outside within atop amid amidst of from".split())
_NEAR = frozenset(
    "by near beside along under beneath across through over around behind overlooking past into onto to down up".split()
)
_CUT_OFF = _INSIDE | frozenset({"into", "onto", "to"})
"""A place after one of these is cut from what somebody does there; "walking along the beach" keeps it."""
_PLAIN_TIMES = frozenset(
    "dawn daybreak sunrise morning noon midday afternoon sunset sundown dusk twilight nightfall evening night"
    " nighttime night-time tonight midnight midmorning mid-morning mid-afternoon".split()
)
_PLAIN_WEATHERS = frozenset(
    "rain rainy raining sunny sunshine cloudy overcast storm stormy thunderstorm snow snowy snowing foggy fog"
    " mist misty wind windy".split()
) | {"clear sky", "clear skies"}
_COLOUR_WORN = frozenset({"in", "wearing", "dressed", "wears"})
_WITHOUT = frozenset({"without", "no", "not", "minus", "never"})
_HELD = frozenset(
    "hold carry fold grab pick hang drape offer give hand throw sew knit iron wash buy choose sell drop pack toss"
    " balance show clutch grip remove".split()
)
_SEEING = frozenset({"look", "see", "watch", "gaze", "stare", "glance", "point", "face"})
_AT_FACE = frozenset(
    {
        "looking",
        "feeling",
        "with",
        "be",
        "seeming",
        "appearing",
        "looks",
        "seems",
        "a",
        "an",
        "and",
        "is",
        "are",
        "very",
        "so",
        "both",
        "all",
    }
)
_BASE_AFTER = frozenset({"to", "and"})
_SHORTEST_GERUND = 5
_PERIOD = frozenset(". ! ?".split())


class PromptReader:
    """Reads one English prompt; made for each."""

    def __init__(self, draft: Draft, roster: Roster, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._vocabulary = vocabulary
        self._roster = roster
        self.about = About(roster)
        self._waiting: tuple[int, ...] = ()
        """Names that a comma cut off from the rest of their list."""
        self._told = False
        """Whether a clause of this sentence had a subject and a verb: the next may go on with a verb alone."""

    def read(self, text: str) -> None:
        """Read all of it."""
        for sentence in sentences(text):
            self.mark(sentence)
            self._told = False
            if not sentence.names:
                self.about.now = self.about.now or self.about.everyone
            clauses = _clauses(sentence)
            for start, end in clauses:
                self.clause(sentence, start, end)

    def mark(self, sentence: Sentence) -> None:
        """Find what is known in a sentence."""
        self._vocabulary.index.mark(sentence)
        sentence.names = find_names(sentence, self._roster, self._vocabulary.verb_s)
        cut_clauses(sentence, self._vocabulary.verb_words, self._vocabulary.base_words)

    # -- one clause -----------------------------------------------------------------------------

    def clause(self, sentence: Sentence, start: int, end: int) -> None:
        """Read the words from ``start`` to ``end``: all that is not understood is kept as a detail."""
        part = Part(sentence, start, end)
        subject = self._subject(part)
        if subject is None:
            return
        people = subject.people
        verb_at = self._verb_at(part, subject)
        if verb_at is not None and not subject.said and not self._leads(part, verb_at):
            people, verb_at = (), None  # something else does it: "waves crashing behind her"
        elif verb_at is None and not subject.said and self._is_of_others(part):
            people = ()
        self.about.now = people or self.about.now
        self._negated(part)
        self._framing(part)
        if people:
            self._costume(part, people)
        place = self._place(part, people, verb_at)
        deeds_from = verb_at if verb_at is not None and people else end
        worn = self._garments(part, people, verb_at)
        self._conditions(part)
        self._light(part)
        if people:
            self._faces(part, people)
            self._states(part, people, subject)
            self._bodies(part, people)
        if deeds_from < end:
            self._deeds(part, people, deeds_from, place, worn)
        if people and verb_at is not None and subject.said:
            self._told = True
        self._draft.details += [detail for detail in part.left() if detail]

    def _subject(self, part: Part) -> Subject | None:
        """Whom the clause is about; None where it was only a name that belongs to the next clause."""
        sentence, about = part.sentence, self.about
        named = [name.person for name in sentence.names if part.start <= name.start < part.end]
        start = part.start
        subject = subject_at(sentence.words, sentence.names, start, part.end, about)
        if subject is None:
            for at in range(start, min(part.end, start + 7)):
                # "photo of Mira", "close-up of her", "watercolor of a woman"
                if sentence.words[at] == "of":
                    subject = subject_at(sentence.words, sentence.names, at + 1, part.end, about)
                    if subject is not None and FRAMING_OF.search(" ".join(sentence.words[start : at + 1])):
                        break
                    break
        about.names(named)
        if subject is None:
            waiting, self._waiting = self._waiting, ()
            return Subject(waiting or about.now or about.everyone, start, said=bool(waiting))
        people = tuple(dict.fromkeys((*self._waiting, *subject.people)))
        self._waiting = ()
        if sentence.names and subject.end == part.end and part.end < len(sentence.words) and named:
            after = next(
                (name for name in sentence.names if name.start in {part.end + 1, part.end + 2}), None
            )
            if after is not None and sentence.words[part.end] == ",":
                self._waiting = people
                return None
        if subject.end < part.end and sentence.words[subject.end] == "'s":
            about.now = people
            return Subject(people, subject.end + 1, said=False)
        part.use(start, subject.end)
        return replace(subject, people=people, plural=subject.plural or len(people) > 1)

    # -- verbs ----------------------------------------------------------------------------------

    def _verb_at(self, part: Part, subject: Subject) -> int | None:
        """Where the first verb that shows something stands, if any."""
        words = part.sentence.words
        covered = {
            at
            for mark in part.sentence.marks
            if mark.mark is Mark.GARMENT and mark.end - mark.start > 1
            for at in range(mark.start, mark.end)
        }
        for at in range(max(part.start, subject.end), part.end):
            if at not in covered and self._is_verb(part, at, subject):
                return at
        return None

    def _is_verb(self, part: Part, at: int, subject: Subject) -> bool:
        words = part.sentence.words
        word = words[at]
        form = self._form(word)
        if form is None or word in NOT_DEEDS:
            return False
        before = words[at - 1] if at > part.start else ""
        after = words[at + 1] if at + 1 < part.end else ""
        if form.form is Form.ING:
            if before in {
                "a",
                "an",
                "the",
                "her",
                "his",
                "their",
                "of",
                "some",
                "no",
                "for",
                "with",
            } and not (before in {"her", "his", "with"} and after in OBJECT_OPENERS):
                return False
            return not (
                word in OF_THINGS
                and after
                and after not in OBJECT_OPENERS | {"in", "from", "through", "around", "above"}
            )
        if form.form is Form.S:
            if at == part.start:
                if not self._told:
                    return False
                return word not in NOUNS_TOO or after in OBJECT_OPENERS
            if subject.said and not subject.plural:
                return self._is_after(part, subject, at)
            return False
        if form.form is Form.BASE:
            if at == part.start:
                return self._told and self.about.now == self.about.everyone and before != "a" and after != ""
            return subject.said and subject.plural and self._is_after(part, subject, at)
        return False

    def _is_after(self, part: Part, subject: Subject, at: int) -> bool:
        """Whether a verb can follow its subject here: at once, after an adverb, or after what the subject wears."""
        words = part.sentence.words
        between = words[subject.end : at]
        if not between or all(word in ADVERBS or word.endswith("ly") for word in between):
            return True
        return between[0] in {"in", "wearing", "with", "dressed", "who", "from", "of"} and words[at - 1] not in {
            "a", "an", "the", "in", "of", "with", "and", "her", "his",
        } and (words[at] not in NOUNS_TOO or words[at + 1 : at + 2] != [])  # fmt: skip

    def _form(self, word: str) -> VerbForm | None:
        form = self._vocabulary.forms.get(word)
        if form is not None:
            return None if form.kind is Kind.UNSEEN and form.base in _UNSHOWN else form
        if word.endswith("ing") and len(word) > _SHORTEST_GERUND and word.isalpha() and word not in NOT_DEEDS:
            return VerbForm(word, Form.ING, Kind.STRONG)
        return None

    def _leads(self, part: Part, verb_at: int) -> bool:
        """Whether a verb without a subject is one of the cast's: nothing that could do it stands before it."""
        words = part.sentence.words
        for at in range(part.start, verb_at):
            word = words[at]
            if word in ADVERBS or word.endswith("ly") or word in LINKS or word in FEELINGS:
                continue
            if any(mark.mark is Mark.GARMENT and mark.start <= at < mark.end for mark in part.sentence.marks):
                return True
            if word in STATES or word in self._vocabulary.colours:
                continue
            if words[part.start] in _INSIDE | _NEAR:
                continue
            return False
        return True

    def _is_of_others(self, part: Part) -> bool:
        """Whether a stranger or an animal is what a clause without a verb is about: "a cat in a hat"."""
        words = part.sentence.words
        for at in range(part.start, part.end):
            word = words[at]
            if word in {"in", "with", "wearing", "on"}:
                return False
            kind = self._vocabulary.people.get(word) or self._vocabulary.people.get(word.removesuffix("s"))
            if kind == "other" and words[at + 1 : at + 2] in (
                ["in"],
                ["with"],
                ["wearing"],
                ["on"],
                ["beside"],
            ):
                return True
        return False

    def _deeds(
        self, part: Part, people: tuple[int, ...], first: int, place: PlaceMention | None, worn: list[Found]
    ) -> None:
        """The verbs of the clause from ``first`` on, each with what belongs to it."""
        words = part.sentence.words
        starts = [first]
        for at in range(first + 1, part.end):
            form = self._form(words[at])
            if form is None or form.form is not Form.ING or words[at] in NOT_DEEDS or at in part.used:
                continue
            if words[at - 1] in {
                "a",
                "an",
                "the",
                "her",
                "his",
                "their",
                "of",
                "for",
                "some",
                "keep",
                "keeps",
                "'s",
            }:
                continue
            if (
                words[at - 1] in {"start", "starts", "go", "goes", "going"}
                or words[at - 1].removesuffix("s") in self._vocabulary.people
            ):
                continue
            if words[at] in OF_THINGS and at + 1 < part.end and words[at + 1] not in OBJECT_OPENERS:
                continue
            if any(
                mark.mark in {Mark.GARMENT, Mark.PLACE} and mark.start <= at < mark.end
                for mark in part.sentence.marks
            ):
                continue
            starts.append(at)
        for number, at in enumerate(starts):
            limit = starts[number + 1] if number + 1 < len(starts) else part.end
            stop = at + 1
            while stop < limit and stop not in part.used:
                stop += 1
            self._deed(part, people, at, stop)

    def _deed(self, part: Part, people: tuple[int, ...], at: int, stop: int) -> None:
        words = part.sentence.words
        form = self._form(words[at])
        if form is None:
            return
        verb = words[at] if form.form is Form.ING else gerund(form.base, self._vocabulary.irregular)
        rest = part.text(at + 1, stop) if stop > at + 1 else ""
        rest = _without_front(part, at + 1, stop) if rest else ""
        text = f"{verb} {rest}".strip()
        part.use(at, stop)
        for person in people:
            figure = self._draft.figures[person]
            if form.kind is Kind.FACE:
                figure.faces.append(text)
            elif form.kind is Kind.POSE:
                figure.poses.append(text)
            else:
                figure.deeds.append(text)

    # -- what is worn ---------------------------------------------------------------------------

    def _costume(self, part: Part, people: tuple[int, ...]) -> None:
        sentence = part.sentence
        words = sentence.words
        costume = find_costume(words, part.start, part.end, self._vocabulary)
        if costume is None:
            return
        at = next(
            i
            for i in range(part.start, part.end)
            if words[i] in {"dressed", "disguised", "costumed", "dresses", "dress"}
        )
        first = at + (3 if words[at + 1] == "up" else 2)
        end = first + len(costume.text.split()) - 1 + (words[first] in {"a", "an", "the"})
        part.use(at, min(end, part.end))
        for person in people:
            self._draft.figures[person].wear(costume.text, costume.noun, costume.slot)

    def _garments(self, part: Part, people: tuple[int, ...], verb_at: int | None) -> list[Found]:
        """Everything worn in the clause, on whom it is said of."""
        sentence = part.sentence
        words = sentence.words
        found = find_garments(
            sentence, part.start, part.end, self._vocabulary, -1 if verb_at is None else verb_at
        )
        form = self._form(words[verb_at]) if verb_at is not None else None
        worn: list[Found] = []
        for one in found:
            one = self._trimmed(one, part)
            if not part.free(one.start, one.end):
                continue
            if self._is_thing(one, part):
                continue
            held = form is not None and verb_at is not None and verb_at < one.start and form.base in _HELD
            linked = (
                words[one.start - 1] in {"a", "an", "her", "his", "the", "their"}
                if one.start > part.start
                else False
            )
            lead = (
                words[one.start - 2]
                if linked and one.start - 2 >= part.start
                else words[one.start - 1]
                if one.start > part.start
                else ""
            )
            if held and not worn and lead not in {"in", "wearing"}:
                continue
            owner = self._wearer(part, one, people)
            for person in owner:
                self._draft.figures[person].wear(one.garment.text, one.garment.noun, one.garment.slot)
            if not owner:
                continue
            worn.append(one)
            about_deed = (
                verb_at is not None
                and verb_at < one.start
                and lead
                not in {"in", "wearing", "with", "and", "over", "under", ",", "dressed", "clad", "wears"}
                and form is not None
                and form.base not in {"wear", "sport", "rock", "don", "model"}
            )
            if about_deed:
                continue  # "adjusting his tie": the words stay with the deed
            first = one.start
            while first > part.start and words[first - 1] in LINKS and first - 1 not in part.used:
                first -= 1
            part.use(first, one.end)
        if not worn:
            self._colour_worn(part, people)
        return worn

    def _trimmed(self, one: Found, part: Part) -> Found:
        """Without a verb or a wearer that looks like an adjective of it."""
        words = part.sentence.words
        start = one.start
        for at in range(one.start, one.end - 1):
            form = self._vocabulary.forms.get(words[at])
            if words[at] in {
                "wearing",
                "wears",
                "wear",
                "worn",
                "sporting",
                "woman",
                "man",
                "girl",
                "boy",
                "who",
                "change",
                "add",
                "remove",
            } or (
                form is not None
                and form.form is Form.ING
                and words[at] not in self._vocabulary.colours
                and at == part.start
                and words[at] not in OF_THINGS
            ):
                start = at + 1
        if start == one.start:
            return one
        dropped = start - one.start
        text = " ".join(one.garment.text.split()[dropped:]) or one.garment.text
        return replace(one, start=start, garment=replace(one.garment, text=text))

    def _is_thing(self, one: Found, part: Part) -> bool:
        """Words that are clothes elsewhere: "a ring of fire", "top of the tower", "cherry blossom crown of the tree"."""
        words = part.sentence.words
        return words[one.end : one.end + 1] == ["of"] and one.garment.noun in {
            "ring",
            "top",
            "crown",
            "wrap",
            "belt",
            "cap",
            "hood",
            "suit",
        }

    def _wearer(self, part: Part, one: Found, people: tuple[int, ...]) -> tuple[int, ...]:
        """Who wears it: whoever is named right before it, whose it is, else whom the clause is about."""
        sentence = part.sentence
        words = sentence.words
        before = [name for name in sentence.names if part.start <= name.start and name.end <= one.start]
        if before:
            name = before[-1]
            between = words[name.end : one.start]
            if (
                all(word in LINKS or word in {"'s", "also", "both"} for word in between[:2])
                and name.person not in people
            ):
                return (name.person,)
        for word, gender in (("her", Gender.FEMALE), ("his", Gender.MALE)):
            if one.before == word:
                owners = self.about.of_gender(gender)
                if not set(owners) & set(people):
                    return owners
                return tuple(person for person in people if person in owners)
        return people

    def _colour_worn(self, part: Part, people: tuple[int, ...]) -> None:
        """As in "both in white", "dressed all in black"."""
        words = part.sentence.words
        for at in range(part.start, part.end - 1):
            if words[at] not in _COLOUR_WORN:
                continue
            last = at + 1
            while last < part.end and words[last] in {"all", "in", "entirely"}:
                last += 1
            first = last
            while last < part.end and (
                words[last] in self._vocabulary.colours or (words[last] == "and" and last > first)
            ):
                last += 1
            if last == first or (
                last < part.end and words[last] not in LINKS | {"on", "at", "standing", ","}
            ):
                continue
            colour = " ".join(words[first:last]).removesuffix(" and")
            if colour in {"light", "dark", "deep", "pale", "bright"} or not part.free(at, last):
                continue
            for person in people:
                self._draft.figures[person].wear(f"{colour} outfit", "outfit", "full")
            part.use(at, last)
            return

    # -- where and when -------------------------------------------------------------------------

    def _negated(self, part: Part) -> None:
        """What is not to be there is kept in its words, so that nothing of it is read as being there."""
        words = part.sentence.words
        for at in range(part.start, part.end - 1):
            if words[at] in _WITHOUT and at not in part.used:
                end = at + 1
                while end < part.end and words[end] not in {"and", "in", "on", "at", "but", "while"}:
                    end += 1
                self._draft.details.append(" ".join(words[at:end]))
                part.use(at, end)
                return

    def _framing(self, part: Part) -> None:
        for pattern in (FRAMING_OF, FRAMING):
            for start, end, match in part.found(pattern):
                self._draft.framings.append(
                    match.group().replace("-", " ").replace("close up", "close-up").removeprefix("seen ")
                )
                part.use(start, end)

    def _place(self, part: Part, people: tuple[int, ...], verb_at: int | None) -> PlaceMention | None:
        """The place that the clause puts the scene in, its words used up where they only say where."""
        sentence = part.sentence
        words = sentence.words
        chosen: PlaceMention | None = None
        for at in range(part.start, part.end):
            if at in part.used:
                continue
            word = words[at]
            lead = word in _INSIDE | _NEAR
            if not lead and not (
                at == part.start or at - 1 in part.used or words[at - 1] in {"background", ":"}
            ):
                continue
            if lead and at + 1 >= part.end:
                continue
            first = at + 1 if lead else at
            mention = read_place(sentence, first, part.end, word if lead else "at", self._vocabulary)
            if mention is None or not part.free(first, mention.end):
                continue
            if not lead and (
                not mention.known
                or (mention.end < part.end
                and words[mention.end] not in _INSIDE | _NEAR | {"with", "and", "background"})
            ):
                continue
            if not mention.known and word not in {"in", "at", "inside"}:
                continue
            if (
                lead
                and not mention.known
                and (
                    mention.head
                    in BODIES | LOOKS | {"background", "foreground", "distance", "style", "camera", "viewer"}
                )
            ):
                continue
            if lead and word == "on" and mention.head in {"sofa", "couch", "bed"}:
                continue
            if (
                lead
                and word == "of"
                and verb_at is None
                and at - 1 >= part.start
                and words[at - 1] in {"photo", "picture", "image"}
            ):
                pass
            plain = (word in _INSIDE or not lead) and bool(people)
            text = mention.text
            end = mention.end
            if chosen is not None:
                if words[at] == "in" and at == chosen.end and not mention.known:
                    self._draft.setting += f" in {mention.text}"
                    part.use(at, end)
                continue
            if not self._draft.settle(text, plain=plain):
                continue
            chosen = replace(mention, preposition=word if lead else "", at=at, end=end)
            if not lead or word in _CUT_OFF or verb_at is None or verb_at > at:
                begin = at
                while (
                    begin > part.start
                    and words[begin - 1] in {"the", "out", "back", "up"}
                    and begin - 1 not in part.used
                ):
                    begin -= 1
                part.use(begin, end)
                if words[end : end + 1] == ["background"]:
                    part.use(end, end + 1)
        return chosen

    def _conditions(self, part: Part) -> None:
        sentence = part.sentence
        words = sentence.words
        draft = self._draft
        hidden = {
            at
            for mark in sentence.marks
            if mark.mark is Mark.CONDITION_NOT
            for at in range(mark.start, mark.end)
        }
        for mark in sentence.marks:
            if mark.start < part.start or mark.end > part.end or mark.start in hidden:
                continue
            if mark.mark not in {Mark.TIME, Mark.WEATHER, Mark.MOOD} or not part.free(mark.start, mark.end):
                continue
            phrase = " ".join(words[mark.start : mark.end])
            if mark.mark is Mark.TIME:
                plain = phrase in _PLAIN_TIMES
                draft.tell_time(mark.value, plain=plain)
            elif mark.mark is Mark.WEATHER:
                plain = phrase in _PLAIN_WEATHERS
                if not draft.weather or plain:
                    draft.weather = mark.value
            else:
                plain = False
                draft.mood = draft.mood or mark.value
            if plain:
                self._use_condition(part, mark.start, mark.end)
        if sentence.timed:
            time = clock_time(" ".join(words[part.start : part.end]))
            if time:
                draft.tell_time(time, plain=True)

    def _use_condition(self, part: Part, start: int, end: int) -> None:
        """ "at dusk", "in the rain", "on a rainy night" are used up whole; "a rainy window" keeps its noun."""
        words = part.sentence.words
        first = start
        while (
            first > part.start
            and words[first - 1] in {"a", "an", "the", "late", "early", "heavy", "light", "falling"}
            and first - 1 not in part.used
        ):
            first -= 1
        alone = (
            end >= part.end
            or end in part.used
            or words[end]
            in {
                "in",
                "at",
                "on",
                "with",
                "and",
                "time",
                "by",
                "under",
                "light",
                "lighting",
                "scene",
                "while",
                "behind",
            }
            or end in {mark.start for mark in part.sentence.marks if mark.mark in {Mark.TIME, Mark.WEATHER}}
        )
        if alone:
            while (
                first > part.start
                and words[first - 1] in {"at", "in", "on", "during", "under", "it", "is", "it's", "'s", "of"}
                and first - 1 not in part.used
            ):
                first -= 1
            if words[end : end + 1] in (["time"], ["lighting"], ["light"], ["scene"]) and end < part.end:
                end += 1
            part.use(first, end)
        else:
            part.use(start, end)

    def _light(self, part: Part) -> None:
        for start, end, match in part.found(LIGHT):
            text = match.group()
            words = text.split()
            while len(words) > 1 and words[0] in NO_LIGHT:
                words = words[1:]
                start += 1
            if (
                len(words) > 1
                or "-" in text
                or words[0] in {"backlit", "candlelit", "spotlight", "sunbeams", "sunrays"}
            ):
                self._draft.lights.append(" ".join(words))
                part.use(start, end)
        for mark in part.sentence.marks:
            if (
                mark.mark is Mark.LIGHT
                and part.start <= mark.start
                and mark.end <= part.end
                and part.free(mark.start, mark.end)
            ):
                if not any(mark.value in light for light in self._draft.lights):
                    self._draft.lights.append(mark.value)
                if mark.value == " ".join(part.sentence.words[mark.start : mark.end]):
                    part.use(mark.start, mark.end)
        for start, end, match in part.found(MOOD):
            self._draft.mood = match.group(1)
            part.use(start, end)
            for at in (start - 1, start - 2):
                if at >= part.start and part.sentence.words[at] in {"a", "an", "in", "with"}:
                    part.use(at, at + 1)

    # -- faces and bodies -----------------------------------------------------------------------

    def _faces(self, part: Part, people: tuple[int, ...]) -> None:
        words = part.sentence.words
        for start, end, match in part.found(FACE):
            text = part.text(start, end)
            last = match.group().split()[-1]
            if last in {"face", "look", "expression"}:
                text = text.removesuffix(last).strip()
                if (
                    not text
                    or text.split()[-1] in NOT_A_FACE | self._vocabulary.colours
                    or (last != "expression" and text.split()[-1] not in FEELINGS)
                ):
                    continue
            for person in people:
                self._draft.figures[person].faces.append(
                    text.removeprefix("her ").removeprefix("his ").removeprefix("their ")
                )
            first = start
            while (
                first > part.start
                and words[first - 1] in {"with", "a", "an", "and", "wearing"}
                and first - 1 not in part.used
            ):
                first -= 1
            part.use(first, end)
        for at in range(part.start, part.end):
            word = words[at]
            face = word if word in FEELINGS else FACE_ADJECTIVES.get(word)
            if face is None or at in part.used or (self._vocabulary.forms.get(word) and word.endswith("ing")):
                continue
            opens = at == part.start or at - 1 in part.used or words[at - 1] in _AT_FACE
            closes = (
                at + 1 >= part.end
                or at + 1 in part.used
                or words[at + 1] in {"and", "but", "in", "on", "at", "while", "as", "about"}
            )
            if opens and closes:
                for person in people:
                    self._draft.figures[person].faces.append(face)
                first = at
                while first > part.start and words[first - 1] in _AT_FACE and first - 1 not in part.used:
                    first -= 1
                part.use(first, at + 1)

    def _states(self, part: Part, people: tuple[int, ...], subject: Subject) -> None:
        """How somebody is found: "seated at a table", "curled up on the sofa", "asleep"."""
        words = part.sentence.words
        for at in range(part.start, part.end):
            state = STATES.get(words[at])
            if not state or at in part.used:
                continue
            before = words[at - 1] if at > part.start else ""
            if not (at == part.start or at - 1 in part.used or before in ADVERBS or before.endswith("ly")):
                continue
            form = self._vocabulary.forms.get(words[at])
            if form is not None and form.form is Form.ING:
                continue
            stop = at + 1
            if stop < part.end and words[stop] in {"up", "out"}:
                stop = stop + 1 if state.endswith((" up", " out")) else stop
            rest = stop
            while stop < part.end and stop not in part.used and not self._starts_deed(part, stop):
                stop += 1
            tail = _without_front(part, rest, stop)
            text = f"{state} {tail}".strip()
            for person in people:
                self._draft.figures[person].poses.append(text)
            part.use(at, stop)

    def _starts_deed(self, part: Part, at: int) -> bool:
        form = self._form(part.sentence.words[at])
        return (
            form is not None
            and form.form is Form.ING
            and part.sentence.words[at - 1] not in {"a", "an", "the"}
        )

    def _bodies(self, part: Part, people: tuple[int, ...]) -> None:
        """As in "arms crossed", "with her hands in her pockets", "one hand on the wheel"."""
        words = part.sentence.words
        for at in range(part.start, part.end):
            if words[at] not in BODIES or at in part.used:
                continue
            first = at
            while (
                first > part.start
                and words[first - 1]
                in {"her", "his", "their", "both", "one", "with", "a", "the", "and", "'s"}
                and first - 1 not in part.used
            ):
                first -= 1
            opens = first == part.start or first - 1 in part.used or words[first] == "with"
            after = words[at + 1] if at + 1 < part.end else ""
            if not opens or not after or at + 1 in part.used:
                continue
            stop = at + 1
            while stop < part.end and stop not in part.used:
                stop += 1
            while first < at and words[first] in {"with", "a", "the", "and", "her", "his", "their", "'s"}:
                first += 1
            text = part.text(first, stop)
            for person in people:
                self._draft.figures[person].deeds.append(text)
            part.use(first, stop)
            return


_UNSHOWN = frozenset(
    "be have do wear seem appear become get want feel need know like love hate mean let make keep go come include"
    " begin start continue try allow cause last see hear say mention contain sound matter may must can shall"
    " should would could might used name spell own cost work live stay figure finish end place style set light"
    " change can".split()
) - {"work"}


def _without_front(part: Part, start: int, stop: int) -> str:
    """The words after a verb, prepositions and articles in front kept: "sitting" + "on a bench"."""
    words = part.sentence.words
    first = start
    while first < stop and words[first] in {"and", "while", "as", ",", "also", "then"}:
        first += 1
    if first >= stop:
        return ""
    text = part.text(first, stop)
    lead: list[str] = []
    for at in range(first, stop):
        shown = words[at]
        if text.lower().startswith(shown) and shown not in {
            "a",
            "an",
            "the",
            "in",
            "on",
            "at",
            "to",
            "with",
            "of",
            "by",
            "from",
            "into",
            "for",
            "and",
        }:
            break
        if text and text.split()[0].lower() == shown and len(text.split()) == stop - at:
            break
        lead.append(shown)
    return " ".join([*lead, text]).strip() if text else ""


def _clauses(sentence: Sentence) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in sentence.clauses if start < end]
