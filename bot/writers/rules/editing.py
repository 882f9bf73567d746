"""A picture's scene with what a member's words change, and nothing else changed."""

# ruff: noqa: C901, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.companion import Companion, Gender
from bot.domain.scene import Scene
from bot.writers.rules.draft import Draft, DraftFigure
from bot.writers.rules.edit_commands import Command, Do, command_of
from bot.writers.rules.edited import EditedScene
from bot.writers.rules.editing_foreign import ForeignEditReader
from bot.writers.rules.garments import Found, find_garments
from bot.writers.rules.language import FOREIGN, detect
from bot.writers.rules.outfit_text import OUTFIT_WORDS, Piece
from bot.writers.rules.prompt_english import PromptReader
from bot.writers.rules.prompt_people import About
from bot.writers.rules.prompt_reading import plain_words, roster_of
from bot.writers.rules.prompt_words import LOOKS
from bot.writers.rules.sentences import Mark, Sentence, sentences
from bot.writers.rules.verbs import Form, Kind, gerund
from bot.writers.rules.vocabulary import Vocabulary

_PLACE_WORDS = frozenset(
    "background setting place location scene scenery backdrop surroundings venue room".split()
)
_TIME_WORDS = frozenset({"time", "day", "hour"})
_LIGHT_WORDS = frozenset("light lighting lights illumination".split())
_WEATHER_WORDS = frozenset({"weather", "sky"})
_FACE_WORDS = frozenset("expression face mood smile look".split())
_POSE_WORDS = frozenset({"pose", "posture", "action"})
_FRAMING_WORDS = frozenset("framing camera view angle shot perspective crop zoom".split())
_PRONOUNS = {"she": Gender.FEMALE, "her": Gender.FEMALE, "hers": Gender.FEMALE, "he": Gender.MALE, "him": Gender.MALE, "his": Gender.MALE, "woman": Gender.FEMALE, "girl": Gender.FEMALE, "man": Gender.MALE, "boy": Gender.MALE}  # fmt: skip
_EVERYONE = frozenset("they them their both all everyone everybody everyone's each".split())
_SPLIT = frozenset({",", ";", "/", "—", "–", "(", ")", '"'})
_CARRIED = {
    Do.ADD: "add",
    Do.REMOVE: "remove",
    Do.GIVE: "give",
    Do.SET: "change",
    Do.WEAR: "wearing",
    Do.CHANGE: "change into",
    Do.LET: "let",
}
_COMMANDS = frozenset(
    "change turn make switch swap replace remove take add put give set move let have keep leave show close open"
    " dim zoom get delete drop lose no without include insert dress paint color colour recolor bring place convert"
    " hide erase don't do same everything wear only just please also shut step kill".split()
)
_LONGEST_WHO = 5
_MOODS_OF_LIGHT = frozenset(
    "darker brighter dark bright warmer cooler dim dimmer lighter moody softer".split()
)


def edit_scene(scene: Scene, words: str, cast: Sequence[Companion], vocabulary: Vocabulary) -> Scene:
    """See :class:`bot.services.ports.writing.SceneWriter`."""
    text = plain_words(words)
    if not text:
        return scene
    language = detect(text)
    if language in FOREIGN:
        edited = EditedScene(scene, cast, vocabulary)
        ForeignEditReader(language, edited, roster_of(cast, vocabulary), vocabulary).read(text)
        return edited.scene()
    return EditReader(scene, cast, vocabulary).read(text)


class EditReader:
    """Reads one English edit into one scene; made for each."""

    def __init__(self, scene: Scene, cast: Sequence[Companion], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._roster = roster_of(cast, vocabulary)
        self._scene = EditedScene(scene, cast, vocabulary)
        self._about = About(self._roster)
        self._words: list[str] = []
        self._raw: list[str] = []
        self._noun = ""
        """The garment that was spoken of last: what "it" is."""

    def read(self, text: str) -> Scene:
        """Apply every command of the text in turn."""
        for sentence in sentences(re.sub(r"\s*[:=]\s*", " to ", text)):
            before: Command | None = None
            for start, end in _stretches(sentence, self._vocabulary):
                self._words, self._raw = sentence.words[start:end], sentence.raw[start:end]
                before = self._one(" ".join(self._words), before)
        return self._scene.scene()

    # -- one command ----------------------------------------------------------------------------

    def _one(self, text: str, before: Command | None) -> Command:
        text, _, instead_of = text.partition(" instead of ")
        command = self._third_person(text) or command_of(text, self._is_person)
        if command.do is Do.STATE and before is not None and before.do in _CARRIED:
            again = self._carried(text, before)
            command = again or command
        who = self._who(text)
        if who:
            self._about.now = who
        if instead_of:
            self._take_back(instead_of, who or self._about.everyone)
        if not self._do(command, who, text):
            self._scene.note(self._shown(text))
        return command

    def _take_back(self, text: str, people: tuple[int, ...]) -> None:
        """What something else comes "instead of"."""
        for one in self._garments(text):
            for person in people:
                self._scene.take_off(person, one.garment.noun, one.garment.text)
        sentence = self._sentence(text)
        for mark in sentence.marks if sentence is not None else ():
            if mark.mark is Mark.WEATHER:
                self._scene.end_weather(mark.value)
        self._scene.drop_thing(_bare(text), people)

    def _third_person(self, text: str) -> Command | None:
        """ "Kaito takes off his hoodie", "she closes her eyes" as the command that it amounts to."""
        words = text.split()
        for at in range(1, min(_LONGEST_WHO, len(words) - 1)):
            form = self._vocabulary.forms.get(words[at])
            if form is None or form.base not in _COMMANDS or not self._is_person(" ".join(words[:at])):
                continue
            command = command_of(" ".join([form.base, *words[at + 1 :]]), self._is_person)
            if command.do in {Do.REMOVE, Do.GIVE, Do.EYES, Do.CHANGE}:
                return command
        return None

    def _carried(self, text: str, before: Command) -> Command | None:
        """A command that goes on after "and": "make the dress red and the shoes black"."""
        first = text.split(maxsplit=1)[0]
        if first in _COMMANDS:
            return None
        opens = first in {"the", "her", "his", "their", "a", "an", "some", "two", "any"}
        if before.do is Do.LET:
            return Command(Do.LET, text, who=before.who) if self._verb(first) else None
        if before.do in {Do.ADD, Do.REMOVE, Do.GIVE} and (opens or self._garments(text)):
            return replace(before, value=text)
        if before.do is Do.SET and (opens or self._garments(text)):
            again = command_of(f"change {text}", self._is_person)
            return again if again.do is Do.SET else command_of(f"make {text}", self._is_person)
        return None

    def _do(self, command: Command, who: tuple[int, ...], text: str) -> bool:
        """Carry a command out; False where it changes nothing that a scene knows."""
        if command.do is Do.KEEP:
            return True
        if (
            any(word in LOOKS for word in text.split())
            and command.do in {Do.SET, Do.GIVE, Do.LET, Do.MOVE, Do.STATE}
            and not self._garments(text)
        ):
            return self._look(text, command)
        if command.do is Do.LIGHT:
            self._scene.light = command.value
            return True
        if command.do is Do.ZOOM:
            self._scene.framing = command.value
            return True
        if command.do is Do.EYES:
            for person in who or self._about.everyone:
                self._scene.figures[person].expression = command.value
            return True
        if command.do is Do.REMOVE:
            return self._remove(command.value, who)
        if command.do is Do.SET:
            return self._set(command, who, text)
        if command.do in {Do.WEAR, Do.CHANGE}:
            return self._wear(command.value, who or self._about.everyone)
        if command.do is Do.GIVE:
            return self._give(command.value, who or self._about.everyone)
        if command.do is Do.ADD:
            return self._add(command.value, who)
        if command.do is Do.LET:
            return self._let(command.value, who, text)
        if command.do is Do.MOVE:
            return self._state(command.value, who)
        return self._stated(command.value, who)

    # -- words ----------------------------------------------------------------------------------

    def _shown(self, text: str) -> str:
        """Part of the command as it was written, without loose words around it."""
        words = text.split()
        for at in range(len(self._words) - len(words) + 1):
            if self._words[at : at + len(words)] == words:
                words = [
                    raw
                    if (raw[:1].isupper() and at + number and not raw.isupper())
                    or folded in self._roster.forms
                    else raw.lower()
                    for number, (folded, raw) in enumerate(
                        zip(words, self._raw[at : at + len(words)], strict=True)
                    )
                ]
                break
        while len(words) > 1 and words[0] in {
            "a",
            "an",
            "the",
            "and",
            "some",
            "please",
            "also",
            "with",
            "add",
        }:
            words = words[1:]
        return " ".join(words).replace(" 's", "'s")

    def _who(self, text: str) -> tuple[int, ...]:
        """Whom the words name, by name or by pronoun; empty where they name no one."""
        words = text.split()
        found: list[int] = []
        for at, word in enumerate(words):
            for form in self._roster.forms.get(word, ()):
                if tuple(words[at : at + len(form.words)]) == form.words:
                    found.append(form.person)
                    break
        if found:
            found = list(dict.fromkeys(found))
            self._about.names(found)
            return tuple(found)
        for word in words:
            if word in _PRONOUNS:
                return self._about.of_gender(_PRONOUNS[word])
        if not _EVERYONE.isdisjoint(words):
            return self._about.everyone
        return ()

    def _is_person(self, text: str) -> bool:
        words = text.split()
        if not words or len(words) > _LONGEST_WHO:
            return False
        group = words[0] in _EVERYONE or (words[-1] in _PRONOUNS and words[0] in {"the", words[-1]})
        return group or all(word in {"and", "&"} or word in self._roster.forms for word in words)

    def _sentence(self, text: str) -> Sentence | None:
        found = sentences(text)
        if not found:
            return None
        self._vocabulary.index.mark(found[0])
        return found[0]

    def _garments(self, text: str) -> list[Found]:
        sentence = self._sentence(text)
        if sentence is None:
            return []
        return find_garments(sentence, 0, len(sentence.words), self._vocabulary, -1)

    def _colours(self, text: str) -> str:
        """The colour that a value is, where it is nothing but one."""
        words = [
            word
            for word in text.split()
            if word
            not in {"a", "an", "the", "completely", "entirely", "all", "more", "one", "colour", "color", "in"}
        ]
        known = self._vocabulary.colours
        if words and all(
            word in known
            or word == "and"
            or word.removesuffix("ish") in known
            or word.removesuffix("y") in known
            for word in words
        ):
            return " ".join(words)
        return ""

    def _verb(self, word: str) -> str:
        """The gerund of a bare verb that shows something, else ""."""
        form = self._vocabulary.forms.get(word)
        if form is None or form.kind is Kind.UNSEEN or form.form not in {Form.BASE, Form.ING, Form.S}:
            return ""
        return word if form.form is Form.ING else gerund(form.base, self._vocabulary.irregular)

    # -- what commands do -----------------------------------------------------------------------

    def _look(self, text: str, command: Command) -> bool:
        """Hair, eyes and skin come from the companion's record: the wish is kept in words."""
        words = text.split()
        if not any(word in LOOKS for word in words) or "closed" in words or "open" in words:
            return False
        if command.target and command.value and command.do is Do.SET:
            self._scene.note(f"{self._shown(command.target)} {self._shown(command.value)}")
        else:
            self._scene.note(self._shown(command.value or text))
        return True

    def _remove(self, value: str, who: tuple[int, ...]) -> bool:
        scene = self._scene
        value = (
            re.sub(r" (?:from|of|off|on|in) (?:the |her |his |their )?[^ ]+(?: [^ ]+)?$", "", value)
            if not self._garments(value[-1:])
            else value
        )
        done = False
        garments = self._garments(value)
        for one in garments:
            for person in who or self._about.everyone:
                done = scene.take_off(person, one.garment.noun, one.garment.text) or done
        if any(word in OUTFIT_WORDS for word in value.split()):
            return False
        sentence = self._sentence(value)
        if sentence is not None:
            for mark in sentence.marks:
                if mark.mark is Mark.WEATHER:
                    done = scene.end_weather(mark.value) or done
                elif mark.mark is Mark.LIGHT and scene.light:
                    scene.light, done = "", True
        thing = _bare(value)
        done = scene.drop_thing(thing, who or self._about.everyone) or done
        if not done or (not garments and not self._is_gone(value)):
            scene.note(f"without {self._shown(thing)}")
        return True

    def _is_gone(self, value: str) -> bool:
        return True if value else False

    def _set(self, command: Command, who: tuple[int, ...], text: str) -> bool:
        target, value = command.target, command.value
        if not target:
            return self._make(value, who)
        words = target.split()
        last = words[-1]
        worn = self._garments(target)
        if worn or (last in {"it", "one"} and self._noun):
            noun = worn[-1].garment.noun if worn else self._noun
            return self._change_garment(noun, value, who)
        if last in OUTFIT_WORDS:
            return self._wear(value, who or self._about.everyone)
        if not _PLACE_WORDS.isdisjoint(words):
            return self._place(value)
        if not _LIGHT_WORDS.isdisjoint(words):
            return self._lighting(value)
        if not (_TIME_WORDS | _WEATHER_WORDS | _POSE_WORDS | _FRAMING_WORDS).isdisjoint(words):
            return self._state(value, who)
        if not _FACE_WORDS.isdisjoint(words):
            return self._face(value, who)
        sentence = self._sentence(target)
        kinds = sentence.kinds if sentence is not None else set[Mark]()
        if kinds & {Mark.TIME, Mark.WEATHER, Mark.LIGHT}:
            self._scene.end_weather(self._scene.weather if Mark.WEATHER in kinds else "")
            return self._state(value, who)
        if self._scene.setting and _bare(target) in self._scene.setting.lower():
            return self._place(value)
        if self._who(target):
            return self._let(value, self._who(target), text)
        if self._scene.exchange_thing(_bare(target), self._shown(_bare(value)), who or self._about.everyone):
            return True
        return self._stated(text, who)

    def _change_garment(self, noun: str, value: str, who: tuple[int, ...]) -> bool:
        """ "The dress to red" colours it; "the dress to a suit" exchanges it."""
        self._noun = noun
        colour = self._colours(value)
        people = who or self._scene.wearers(noun) or self._fitting(noun)
        if colour:
            for person in people:
                self._scene.recolour(person, noun, colour, self._vocabulary.slots.get(noun, "full"))
            return True
        garments = self._garments(value)
        if garments:
            for person in people:
                self._scene.exchange(person, noun, [_piece(one) for one in garments])
            self._noun = garments[-1].garment.noun
            return True
        for person in people:
            self._scene.describe(person, noun, _bare(value))
        return True

    def _fitting(self, noun: str) -> tuple[int, ...]:
        """Who gets a garment that no one wears and no one was named for: for a dress the women, if there are any."""
        everyone = self._about.everyone
        if noun.rsplit(maxsplit=1)[-1] in {"dress", "gown", "skirt", "sundress", "blouse", "bikini", "heels"}:
            women = tuple(
                person for person in everyone if self._roster.people[person].gender is Gender.FEMALE
            )
            return women or everyone
        return everyone

    def _wear(self, value: str, people: tuple[int, ...]) -> bool:
        garments = self._garments(value)
        colour = self._colours(value)
        if not garments and colour:
            garments = self._garments(f"{colour} outfit")
        if not garments:
            draft = self._draft(f"wearing {value}", people)
            return self._merge(draft)
        for person in people:
            self._scene.dress(person, [_piece(one) for one in garments], whole=True)
        self._noun = garments[-1].garment.noun
        rest = value[len(" ".join(value.split()[: garments[-1].end])) :].strip()
        if rest:
            self._state(rest, people)
        return True

    def _give(self, value: str, people: tuple[int, ...]) -> bool:
        garments = self._garments(value)
        if garments:
            for person in people:
                self._scene.dress(person, [_piece(one) for one in garments], whole=False)
            self._noun = garments[-1].garment.noun
            return True
        draft = self._draft(value, people)
        if any(figure.faces for figure in draft.figures):
            return self._merge(draft)
        for person in people:
            self._scene.hold(person, f"holding {self._articled(value)}")
        return True

    def _articled(self, value: str) -> str:
        return (
            value
            if value.split(maxsplit=1)[0] in {"a", "an", "the", "some", "two", "her", "his", "their"}
            else value
        )

    def _add(self, value: str, who: tuple[int, ...]) -> bool:
        match = re.match(
            r"(?P<what>.+?)(?<! next)(?<! close) (?:to|on|for) (?P<who>[^ ]+(?: and [^ ]+)?)$", value
        )
        if match and self._who(match.group("who")):
            return self._give(match.group("what"), self._who(match.group("who")))
        if self._garments(value):
            return self._give(value, who or self._about.everyone)
        draft = self._draft(value, who)
        if draft.setting:
            return False
        if draft.details or not draft.says_something():
            self._scene.note(self._shown(value))
            if draft.details and not (draft.weather or draft.time):
                return True
            draft.details = []
        return self._merge(draft)

    def _let(self, value: str, who: tuple[int, ...], text: str) -> bool:
        people = who or self._about.everyone
        words = value.split()
        if not who and words and not self._verb(words[0]) and not self._garments(value):
            return self._stated(text, who)
        if words[0] in {"be", "wear", "is", "look", "have"}:
            words = ["wearing" if words[0] in {"wear", "have"} and self._garments(value) else "", *words[1:]]
        elif self._verb(words[0]):
            words = [self._verb(words[0]), *words[1:]]
        text = " ".join(words).strip()
        if text.startswith("wearing "):
            return self._give(text.removeprefix("wearing "), people)
        return self._state(text, people)

    def _make(self, value: str, who: tuple[int, ...]) -> bool:
        """As in "make the dress red", "make it night", "make her taller"."""
        words = value.split()
        if words[0] == "it" and len(words) > 1:
            rest = " ".join(words[1:])
            if self._colours(rest) and self._noun and rest not in _MOODS_OF_LIGHT:
                return self._change_garment(self._noun, rest, who)
            if words[1] in _MOODS_OF_LIGHT and len(words) == 2:
                self._scene.light = {"darker": "dark", "dark": "dark", "brighter": "bright"}.get(
                    words[1], words[1]
                ) + " light"
                return True
            return self._state(rest, who)
        garments = self._garments(value)
        if garments:
            last = garments[-1]
            # "the dress red": the colour stands after its noun
            sentence = self._sentence(value)
            tail = " ".join(sentence.words[last.end :]) if sentence else ""
            if tail:
                return self._change_garment(last.garment.noun, tail, who)
            for person in who or self._about.everyone:
                self._scene.dress(person, [_piece(one) for one in garments], whole=False)
            return True
        for at in range(1, len(words)):
            head, tail = " ".join(words[:at]), " ".join(words[at:])
            if words[at - 1] in _PLACE_WORDS:
                return self._place(tail)
            if words[at - 1] in _LIGHT_WORDS:
                return self._lighting(tail)
            if words[at - 1] in _WEATHER_WORDS | _TIME_WORDS | _POSE_WORDS | _FRAMING_WORDS:
                return self._state(tail, who)
            if words[at - 1] in _FACE_WORDS and head.split()[0] in {"the", "her", "his", "their"}:
                return self._face(tail, who)
        return self._state(value, who)

    def _place(self, value: str) -> bool:
        """The setting becomes what is said; what no rule takes for a place is one all the same here."""
        draft = self._draft(
            f"in {value}"
            if value.split(maxsplit=1)[0] not in {"in", "on", "at", "inside", "under", "by"}
            else value,
            (),
        )
        if draft.setting:
            self._scene.move(draft.setting)
            draft.setting = ""
            self._merge(draft)
            return True
        if draft.time or draft.weather:
            return self._merge(draft)
        if value.rsplit(maxsplit=1)[-1] in _MOODS_OF_LIGHT | {"blurry", "blurred"} or self._colours(value):
            return self._say(f"background {value}")
        self._scene.move(_bare(value))
        return True

    def _say(self, text: str) -> bool:
        self._scene.note(text)
        return True

    def _lighting(self, value: str) -> bool:
        draft = self._draft(value, ())
        if draft.time and draft.time_is_plain:
            return self._merge(draft)
        text = _bare(value)
        self._scene.light = text if text.endswith(("light", "lighting", "lights", "lit")) else f"{text} light"
        return True

    def _face(self, value: str, who: tuple[int, ...]) -> bool:
        for person in who or self._about.everyone:
            self._scene.figures[person].expression = _bare(value)
        return True

    def _stated(self, text: str, who: tuple[int, ...]) -> bool:
        """Words that only say how it is: "red dress", "evening lighting", "smiling", "at the beach"."""
        words = text.split()
        verb = self._verb(words[0])
        form = self._vocabulary.forms.get(words[0])
        if (
            verb
            and form is not None
            and form.form is Form.BASE
            and len(words) <= 8
            and words[0] not in {"light", "dress", "snow", "rain", "storm"}
        ):
            return (
                self._let(text, who, text) if who or not self._garments(words[0]) else self._state(text, who)
            )
        return self._state(text, who)

    def _state(self, text: str, who: tuple[int, ...]) -> bool:
        return self._merge(self._draft(text, who))

    # -- the prompt reader's part ---------------------------------------------------------------

    def _draft(self, text: str, who: tuple[int, ...]) -> Draft:
        """What a prompt of these words would say, about ``who`` where it names no one."""
        draft = Draft([DraftFigure() for _ in self._scene.figures])
        reader = PromptReader(draft, self._roster, self._vocabulary)
        reader.about.now = who or reader.about.everyone
        reader.read(self._cased(text))
        return draft

    def _cased(self, text: str) -> str:
        """The words as they were written where they are from the command, so that names stay names."""
        written = dict(zip(self._words, self._raw, strict=True))
        return " ".join(written.get(word, word) for word in text.split()).replace(" 's", "'s")

    def _merge(self, draft: Draft) -> bool:
        """Put what a draft says into the scene; False where it says nothing."""
        worn = [garment for figure in draft.figures for garment in figure.garments]
        if worn:
            self._noun = worn[-1][1]
        return self._scene.take(draft)


def _piece(one: Found) -> Piece:
    return Piece(",", one.garment.text, one.garment.noun, one.garment.slot)


def _bare(text: str) -> str:
    words = text.split()
    while len(words) > 1 and words[0] in {
        "a",
        "an",
        "the",
        "some",
        "any",
        "all",
        "her",
        "his",
        "their",
        "its",
        "in",
        "on",
        "at",
        "to",
        "with",
    }:
        words = words[1:]
    return " ".join(words).replace(" 's", "'s")


def _stretches(sentence: Sentence, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Where one command ends and the next begins: commas, and "and" that does not join names or colours."""
    words = sentence.words
    found: list[tuple[int, int]] = []
    start = 0
    for at, word in enumerate([*words, ","]):
        if word in _SPLIT or (
            word in {"and", "then", "but", "&"} and at and _opens(words, start, at, vocabulary)
        ):
            if at > start:
                found.append((start, at))
            start = at + 1
    return found


def _opens(words: list[str], start: int, at: int, vocabulary: Vocabulary) -> bool:
    before = words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else ""
    if words[at] != "and" and words[at] != "&":
        return True
    if before in vocabulary.colours and after in vocabulary.colours:
        return False
    if after in _COMMANDS or after in {"the", "her", "his", "their", "a", "an", "some", "it", "she", "he"}:
        return True
    form = vocabulary.forms.get(after)
    if form is not None and form.kind is not Kind.UNSEEN:
        return True
    return (
        len(words) - at > 1
        and at - start > 1
        and not before[:1].isupper()
        and after not in vocabulary.colours
    ) or before in vocabulary.slots
