"""Carries the commands of an edit out on the scene."""

# ruff: noqa: PLR0911, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import re

from bot.domain.companion import Gender
from bot.writers.rules.draft import Draft
from bot.writers.rules.edit_commands import Command, Do
from bot.writers.rules.edit_words import EditWords, bare, piece
from bot.writers.rules.edited import EditedScene
from bot.writers.rules.names import Roster
from bot.writers.rules.outfit_text import OUTFIT_WORDS
from bot.writers.rules.prompt_words import LOOKS
from bot.writers.rules.sentences import Mark
from bot.writers.rules.vocabulary import Vocabulary

_PLACE_WORDS = frozenset(
    "background setting place location scene scenery backdrop surroundings venue room".split()
)
_LIGHT_WORDS = frozenset("light lighting lights illumination".split())
_READ_WORDS = frozenset(
    "time day hour weather sky pose posture action framing camera view angle shot perspective crop zoom".split()
)
"""Targets whose value says by itself what it is about: "the weather to rain"."""
_FACE_WORDS = frozenset("expression face mood look".split())
_WOMENS = frozenset("dress gown skirt sundress blouse bikini heels".split())
_OWNERS = frozenset("the her his their".split())
_LEADS = frozenset("in on at inside under by outside".split())
_DEGREES = {
    "darker": "dark",
    "brighter": "bright",
    "warmer": "warm",
    "cooler": "cool",
    "dimmer": "dim",
    "softer": "soft",
}
_DEGREES_OF_LIGHT = frozenset(_DEGREES) | frozenset("dark bright dim lighter moody".split())
_OF_A_BACKGROUND = _DEGREES_OF_LIGHT | {"blurry", "blurred"}
_NOT_DONE = frozenset("clear light dress snow rain storm fog colour color zoom close".split())
_LIT = ("light", "lighting", "lights", "lit")
_TO_WHOM = re.compile(r"(?P<what>.+?)(?<! next)(?<! close) (?:to|on|for) (?P<who>[^ ]+(?: and [^ ]+)?)$")
_FROM_WHERE = re.compile(r" (?:from|of|off|on|in) (?:the |her |his |their )?[^ ]+(?: [^ ]+)?$")


class EditChanges:
    """One scene under change; each method says whether its words changed anything that a scene knows."""

    def __init__(self, scene: EditedScene, words: EditWords, roster: Roster, vocabulary: Vocabulary) -> None:
        self._scene = scene
        self._words = words
        self._roster = roster
        self._vocabulary = vocabulary
        self._noun = ""
        """The garment that was spoken of last: what "it" is."""

    def carry_out(self, command: Command, who: tuple[int, ...], text: str) -> bool:
        """Do what a command says to ``who``, or to everyone it can mean; False where it changes nothing."""
        if command.do is not Do.KEEP and not command.value.strip():
            return False
        if self._is_of_looks(text, command):
            return self._look(text, command)
        people = who or self._words.about.everyone
        does = {
            Do.KEEP: lambda: True,
            Do.LIGHT: lambda: self._light(command.value),
            Do.ZOOM: lambda: self._frame(command.value),
            Do.EYES: lambda: self._eyes(command.value, people),
            Do.REMOVE: lambda: self._remove(command.value, people),
            Do.SET: lambda: self._set(command, who, text),
            Do.WEAR: lambda: self._wear(command.value, people),
            Do.CHANGE: lambda: self._wear(command.value, people),
            Do.GIVE: lambda: self._give(command.value, people),
            Do.ADD: lambda: self._add(command.value, who),
            Do.LET: lambda: self._let(command.value, who, text),
            Do.MOVE: lambda: self._move(command.value, who),
            Do.STATE: lambda: self._stated(command.value, who),
        }
        return does[command.do]()

    def take_back(self, text: str, people: tuple[int, ...]) -> None:
        """What something else comes "instead of"."""
        for one in self._words.garments(text):
            for person in people:
                self._scene.take_off(person, one.garment.noun, one.garment.text)
        self._end_conditions(text)
        self._scene.drop_thing(bare(text), people)

    # -- looks ----------------------------------------------------------------------------------

    def _is_of_looks(self, text: str, command: Command) -> bool:
        words = text.split()
        of_looks = any(word in LOOKS for word in words) and not {"closed", "open"} & set(words)
        changes = command.do in {Do.SET, Do.GIVE, Do.LET, Do.MOVE, Do.STATE}
        return of_looks and changes and not self._words.garments(text)

    def _look(self, text: str, command: Command) -> bool:
        """Hair, eyes and skin come from the companion's record: the wish is kept in words."""
        shown = self._words.shown
        if command.target:
            self._scene.note(f"{shown(command.target)} {shown(command.value)}")
        else:
            self._scene.note(shown(command.value or text))
        return True

    # -- clothes --------------------------------------------------------------------------------

    def _change_garment(self, noun: str, value: str, who: tuple[int, ...]) -> bool:
        """As in "the dress to red", which colours it, and "the dress to a suit", which exchanges it."""
        self._noun = noun
        colour = self._words.colour(value)
        garments = self._words.garments(value)
        for person in who or self._scene.wearers(noun) or self._fitting(noun):
            if colour:
                self._scene.recolour(person, noun, colour, self._vocabulary.slots.get(noun, "full"))
            elif garments:
                self._scene.exchange(person, noun, [piece(one) for one in garments])
            else:
                self._scene.describe(person, noun, bare(value))
        if garments and not colour:
            self._noun = garments[-1].garment.noun
        return True

    def _fitting(self, noun: str) -> tuple[int, ...]:
        """Who gets a garment that no one wears and no one was named for: for a dress the women, if there are any."""
        everyone = self._words.about.everyone
        if noun.rsplit(maxsplit=1)[-1] not in _WOMENS:
            return everyone
        people = self._roster.people
        return tuple(person for person in everyone if people[person].gender is Gender.FEMALE) or everyone

    def _wear(self, value: str, people: tuple[int, ...]) -> bool:
        """These clothes and no others."""
        garments = self._words.garments(value)
        colour = self._words.colour(value)
        if not garments and colour:
            garments = self._words.garments(f"{colour} outfit")
        if not garments:
            return self._merge(self._words.draft(f"wearing {value}", people))
        for person in people:
            self._scene.dress(person, [piece(one) for one in garments], whole=True)
        self._noun = garments[-1].garment.noun
        rest = " ".join(value.split()[garments[-1].end :])
        if rest:
            self._state(rest, people)
        return True

    def _give(self, value: str, people: tuple[int, ...]) -> bool:
        """Clothes are put on, a smile is smiled, anything else is held."""
        garments = self._words.garments(value)
        if garments:
            for person in people:
                self._scene.dress(person, [piece(one) for one in garments], whole=False)
            self._noun = garments[-1].garment.noun
            return True
        draft = self._words.draft(value, people)
        if any(figure.faces for figure in draft.figures):
            return self._merge(draft)
        for person in people:
            self._scene.hold(person, f"holding {value}")
        return True

    # -- things ---------------------------------------------------------------------------------

    def _remove(self, value: str, people: tuple[int, ...]) -> bool:
        """Take off, end, or drop what is named; what is nowhere in the scene is asked for in words."""
        if any(word in OUTFIT_WORDS for word in value.split()):
            return False
        if not self._words.garments(value.rsplit(maxsplit=1)[-1]):
            value = _FROM_WHERE.sub("", value)
        done = False
        for one in self._words.garments(value):
            for person in people:
                done = self._scene.take_off(person, one.garment.noun, one.garment.text) or done
        done = self._end_conditions(value) or done
        thing = bare(value)
        done = self._scene.drop_thing(thing, people) or done
        if not done:
            self._scene.note(f"without {self._words.shown(thing)}")
        return True

    def _end_conditions(self, text: str) -> bool:
        sentence, done = self._words.sentence(text), False
        for mark in sentence.marks if sentence is not None else ():
            if mark.mark is Mark.WEATHER:
                done = self._scene.end_weather(mark.value) or done
            elif mark.mark is Mark.LIGHT and self._scene.light:
                self._scene.light, done = "", True
        return done

    def _add(self, value: str, who: tuple[int, ...]) -> bool:
        """One more garment, another weather, a smile; anything else is a detail, a place among them."""
        words = self._words
        match = _TO_WHOM.match(value)
        receiver = words.who(match.group("who")) if match else ()
        if match and receiver:
            return self._give(match.group("what"), receiver)
        if words.garments(value):
            return self._give(value, who or words.about.everyone)
        draft = words.draft(value, who)
        if draft.setting or (draft.details and not (draft.weather or draft.time)):
            self._scene.note(words.shown(value))
            return True
        return self._merge(draft)

    # -- one thing to another -------------------------------------------------------------------

    def _set(self, command: Command, who: tuple[int, ...], text: str) -> bool:
        target, value = command.target, command.value
        if not target:
            return self._make(value, who)
        worn = self._words.garments(target)
        last = target.rsplit(maxsplit=1)[-1]
        if worn or (last in {"it", "one"} and self._noun):
            return self._change_garment(worn[-1].garment.noun if worn else self._noun, value, who)
        aspect = self._aspect(target.split(), value, who)
        if aspect is not None:
            return aspect
        sentence = self._words.sentence(target)
        kinds = sentence.kinds if sentence is not None else set[Mark]()
        if kinds & {Mark.TIME, Mark.WEATHER, Mark.LIGHT}:
            self._end_conditions(target)
            return self._state(value, who)
        if self._scene.setting and bare(target) in self._scene.setting.lower():
            return self._place(value)
        people = self._words.who(target)
        if people:
            return self._wear(value, people) if self._words.colour(value) else self._let(value, people, text)
        other = self._words.shown(bare(value))
        if self._scene.exchange_thing(bare(target), other, who or self._words.about.everyone):
            return True
        return self._stated(text, who)

    def _aspect(self, words: list[str], value: str, who: tuple[int, ...]) -> bool | None:
        """What the target is an aspect of: clothes, place, light, face; None where it is none."""
        if words[-1] in OUTFIT_WORDS:
            return self._wear(value, who or self._words.about.everyone)
        if not _PLACE_WORDS.isdisjoint(words):
            return self._place(value)
        if not _LIGHT_WORDS.isdisjoint(words):
            return self._lighting(value)
        if not _READ_WORDS.isdisjoint(words):
            return self._state(value, who)
        if not _FACE_WORDS.isdisjoint(words):
            return self._face(value, who)
        return None

    def _make(self, value: str, who: tuple[int, ...]) -> bool:
        """As in "make the dress red", "make it night", "make the background a library"."""
        words = value.split()
        if words[0] == "it" and len(words) > 1:
            return self._make_it(" ".join(words[1:]), who)
        garments = self._words.garments(value)
        sentence = self._words.sentence(value)
        if garments and sentence is not None:
            how = " ".join(sentence.words[garments[-1].end :])
            if how:
                return self._change_garment(garments[-1].garment.noun, how, who)
            return self._give(value, who or self._words.about.everyone)
        for at in range(1, len(words)):
            if words[0] not in _OWNERS and words[at - 1] in _FACE_WORDS:
                break
            aspect = self._aspect(words[:at], " ".join(words[at:]), who)
            if aspect is not None:
                return aspect
        return self._state(value, who)

    def _make_it(self, value: str, who: tuple[int, ...]) -> bool:
        if self._words.colour(value) and self._noun and value not in _DEGREES_OF_LIGHT:
            return self._change_garment(self._noun, value, who)
        if value in _DEGREES_OF_LIGHT:
            return self._light(f"{_DEGREES.get(value, value)} light")
        return self._state(value, who)

    # -- surroundings ---------------------------------------------------------------------------

    def _move(self, value: str, who: tuple[int, ...]) -> bool:
        lead, _, place = value.partition(" ")
        return self._place(place) if lead in {"to", "into", "onto"} else self._state(value, who)

    def _place(self, value: str) -> bool:
        """The setting becomes what is said; what no rule takes for a place is one all the same here."""
        words = value.split()
        draft = self._words.draft(value if words[0] in _LEADS else f"in {value}", ())
        if draft.setting:
            self._scene.move(draft.setting)
            draft.setting = ""
            self._merge(draft)
        elif draft.time or draft.weather:
            self._merge(draft)
        elif words[-1] in _OF_A_BACKGROUND or self._words.colour(value):
            self._scene.note(f"{value} background")
        else:
            self._scene.move(bare(value))
        return True

    def _lighting(self, value: str) -> bool:
        """As in "the lighting to evening", "the light softer"."""
        draft = self._words.draft(value, ())
        if draft.time and draft.time_is_plain:
            return self._merge(draft)
        text = bare(value)
        text = _DEGREES.get(text, text)
        return self._light(text if text.endswith(_LIT) else f"{text} light")

    def _light(self, light: str) -> bool:
        self._scene.light = light
        return True

    def _frame(self, framing: str) -> bool:
        self._scene.framing = framing
        return True

    # -- bodies ---------------------------------------------------------------------------------

    def _face(self, value: str, who: tuple[int, ...]) -> bool:
        for person in who or self._words.about.everyone:
            self._scene.figures[person].expression = bare(value)
        return True

    def _eyes(self, value: str, people: tuple[int, ...]) -> bool:
        """Eyes closed or open; the rest of the face stays as it is."""
        for person in people:
            figure = self._scene.figures[person]
            rest = [part for part in figure.expression.split(", ") if part and "eyes" not in part]
            figure.expression = ", ".join([value, *rest])
        return True

    def _let(self, value: str, who: tuple[int, ...], text: str) -> bool:
        """As in "let her smile", "have them sit", "make him wear a hat"."""
        words = value.split()
        if not who and not self._words.gerund(words[0]) and not self._words.garments(value):
            return self._state(text, who)
        if words[0] in {"wear", "wearing"} or (words[0] == "have" and self._words.garments(value)):
            return self._give(" ".join(words[1:]), who or self._words.about.everyone)
        if words[0] in {"be", "is", "look"} and len(words) > 1:
            words = words[1:]
        elif self._words.gerund(words[0]):
            words = [self._words.gerund(words[0]), *words[1:]]
        return self._state(" ".join(words), who)

    def _stated(self, text: str, who: tuple[int, ...]) -> bool:
        """Words that only say how it is: "red dress", "evening lighting", "smiling", "at the beach"."""
        first = text.split(maxsplit=1)[0]
        if self._words.is_base(first) and first not in _NOT_DONE and not self._words.garments(first):
            return self._let(text, who, text)
        return self._state(text, who)

    def _state(self, text: str, who: tuple[int, ...]) -> bool:
        return bool(text) and self._merge(self._words.draft(text, who))

    def _merge(self, draft: Draft) -> bool:
        """Put what a draft says into the scene; False where it says nothing."""
        worn = [garment for figure in draft.figures for garment in figure.garments]
        if worn:
            self._noun = worn[-1][1]
        return self._scene.take(draft)
