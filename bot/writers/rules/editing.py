"""A picture's scene with what a member's words change, and nothing else changed."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.companion import Companion
from bot.domain.scene import Scene
from bot.writers.rules.edit_changes import EditChanges
from bot.writers.rules.edit_commands import Command, Do, command_of
from bot.writers.rules.edit_words import COMMANDS, LONGEST_WHO, EditWords
from bot.writers.rules.edited import EditedScene
from bot.writers.rules.editing_foreign import ForeignEditReader
from bot.writers.rules.language import FOREIGN
from bot.writers.rules.prompt_reading import language_of, plain_words, roster_of
from bot.writers.rules.sentences import Sentence, sentences
from bot.writers.rules.verbs import Kind
from bot.writers.rules.vocabulary import Vocabulary

_SPLIT = frozenset({",", ";", "/", "—", "–", "(", ")", '"'})
_JOINS = frozenset({"and", "then", "but", "&"})
_OPENERS = frozenset("the her his their a an some it she he".split())
_GOES_ON = _OPENERS | {"two", "any"}
_EQUALS = re.compile(r"\s*[:=]\s*")


def edit_scene(scene: Scene, words: str, cast: Sequence[Companion], vocabulary: Vocabulary) -> Scene:
    """See :class:`bot.services.ports.writing.SceneWriter`."""
    text = plain_words(words)
    if not text:
        return scene
    language = language_of(text, vocabulary)
    roster = roster_of(cast, vocabulary)
    edited = EditedScene(scene, cast, vocabulary)
    if language in FOREIGN:
        ForeignEditReader(language, edited, roster, vocabulary).read(text)
    else:
        spoken = EditWords(roster, vocabulary)
        EditReader(spoken, EditChanges(edited, spoken, roster, vocabulary), edited, vocabulary).read(text)
    return edited.scene()


class EditReader:
    """Reads one English edit into one scene; made for each."""

    def __init__(
        self, words: EditWords, changes: EditChanges, edited: EditedScene, vocabulary: Vocabulary
    ) -> None:
        self._words = words
        self._changes = changes
        self._scene = edited
        self._vocabulary = vocabulary

    def read(self, text: str) -> None:
        """Apply every command of the text in turn."""
        for sentence in sentences(_EQUALS.sub(" to ", text)):
            before: Command | None = None
            for start, end in _stretches(sentence, self._vocabulary):
                self._words.words, self._words.raw = sentence.words[start:end], sentence.raw[start:end]
                before = self._one(" ".join(self._words.words), before)

    def _one(self, text: str, before: Command | None) -> Command:
        words = self._words
        text, _, instead_of = " ".join(text.split()).partition(" instead of ")
        if not text:
            return Command(Do.KEEP, "")
        command = self._third_person(text) or command_of(text, words.is_person)
        if command.do is Do.STATE and before is not None:
            command = self._carried(text, before) or command
        who = words.who(command.who) or words.who(text)
        if who:
            words.about.now = who
        if instead_of:
            self._changes.take_back(instead_of, who or words.about.everyone)
        if not self._changes.carry_out(command, who, text):
            self._scene.note(words.shown(text))
        return command

    def _third_person(self, text: str) -> Command | None:
        """The command that "Kaito takes off his hoodie" or "she closes her eyes" amounts to."""
        words = text.split()
        for at in range(1, min(LONGEST_WHO, len(words) - 1)):
            form = self._vocabulary.forms.get(words[at])
            who = " ".join(words[:at])
            if form is None or form.base not in COMMANDS or not self._words.is_person(who):
                continue
            command = command_of(" ".join([form.base, *words[at + 1 :]]), self._words.is_person)
            if command.do in {Do.REMOVE, Do.GIVE, Do.EYES, Do.CHANGE}:
                return replace(command, who=who)
        return None

    def _carried(self, text: str, before: Command) -> Command | None:
        """A command that goes on after "and": "make the dress red and the shoes black"."""
        first = text.split(maxsplit=1)[0]
        if first in COMMANDS:
            return None
        goes_on = first in _GOES_ON or bool(self._words.garments(text))
        if before.do is Do.LET:
            return replace(before, value=text) if self._words.gerund(first) else None
        if before.do in {Do.ADD, Do.REMOVE, Do.GIVE} and goes_on:
            return replace(before, value=text)
        if before.do is Do.SET and goes_on:
            again = command_of(f"change {text}", self._words.is_person)
            return again if again.do is Do.SET else command_of(f"make {text}", self._words.is_person)
        return None


def _stretches(sentence: Sentence, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Where one command ends and the next begins: commas, and "and" that does not join names or colours."""
    words = sentence.words
    found: list[tuple[int, int]] = []
    start = 0
    for at, word in enumerate([*words, ","]):
        if word in _SPLIT or (word in _JOINS and at and _opens(words, start, at, vocabulary)):
            if at > start:
                found.append((start, at))
            start = at + 1
    return found


def _opens(words: list[str], start: int, at: int, vocabulary: Vocabulary) -> bool:
    """Whether another command follows the "and" at ``at``."""
    before, after = words[at - 1], words[at + 1] if at + 1 < len(words) else ""
    if words[at] not in {"and", "&"} or after in COMMANDS | _OPENERS:
        return True
    if before in vocabulary.colours and after in vocabulary.colours:
        return False
    form = vocabulary.forms.get(after)
    if (form is not None and form.kind is not Kind.UNSEEN) or before in vocabulary.slots:
        return True
    return len(words) - at > 1 < at - start and after not in vocabulary.colours
