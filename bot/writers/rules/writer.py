"""The built-in scene writer: rules over word lists, offline and deterministic."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import NoCastError
from bot.domain.scene import Candidate, Conversation, Message, Scene
from bot.writers.rules.casting import choose, compose
from bot.writers.rules.editing import edit_scene
from bot.writers.rules.english import EnglishReader, narrates
from bot.writers.rules.foreign import ForeignReader
from bot.writers.rules.hints import read_hint
from bot.writers.rules.language import FOREIGN, detect, languages
from bot.writers.rules.markup import clean, passages
from bot.writers.rules.names import build_roster
from bot.writers.rules.partings import breaks_scene
from bot.writers.rules.prompt_reading import read_prompt
from bot.writers.rules.subjects import OTHER, Turn
from bot.writers.rules.threads import own_thread, speaker_of
from bot.writers.rules.vocabulary import vocabulary
from bot.writers.rules.world import World

MESSAGES = 60
"""The most messages read, the latest ones: the bot hands over 24, the command line anything."""


_ONE_SENTENCE_A_LANGUAGE = (
    "Mira waves from the beach.",
    "Mira sonríe en la playa y mira el mar.",
    "Mira sourit sur la plage et regarde la mer.",
    "Mira lächelt am Strand und winkt den Möwen zu.",
    "ミラは浜辺で微笑んでいる。",
)


class RulesWriter:
    """A :class:`bot.services.ports.writing.SceneWriter` without a model.

    Making one compiles the English lexicon, another language's is compiled when it first occurs (each
    once per process). It holds no state between conversations: one may serve any number at the same time.
    """

    def __init__(self) -> None:
        self._vocabulary = vocabulary()
        self._warming: asyncio.Task[None] | None = None

    async def write(self, conversation: Conversation) -> Scene:
        """The scene at the end of the conversation.

        On the event loop, some milliseconds; only the word lists, which the first scene of a process
        compiles (half a second), are compiled in a thread, so that nobody's acknowledgement waits for them.

        Raises:
            NoCastError: there is no candidate at all.
        """
        await self._warm()
        return self.scene(conversation)

    async def read_prompt(self, text: str, cast: Sequence[Companion]) -> Scene:
        """The scene that a member's own prompt describes, in tags or in sentences; some milliseconds."""
        await self._warm()
        return self.prompt_scene(text, cast)

    async def edit(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """A picture's scene with what the words change, and nothing else changed; a millisecond or two."""
        await self._warm()
        return self.edited_scene(scene, words, cast)

    def prompt_scene(self, text: str, cast: Sequence[Companion]) -> Scene:
        """:meth:`read_prompt` without the event loop."""
        return read_prompt(text, cast, self._vocabulary)

    def edited_scene(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """:meth:`edit` without the event loop."""
        return edit_scene(scene, words, cast, self._vocabulary)

    async def _warm(self) -> None:
        if self._warming is None:
            self._warming = asyncio.create_task(asyncio.to_thread(self._warm_up))
        await asyncio.shield(self._warming)

    def _warm_up(self) -> None:
        for text in _ONE_SENTENCE_A_LANGUAGE:
            self.scene(Conversation((Message("", text),), (Candidate("", "Mira"),), requester=""))

    def scene(self, conversation: Conversation) -> Scene:
        """:meth:`write` without the event loop: pure CPU, some milliseconds.

        Raises:
            NoCastError: there is no candidate at all.
        """
        if not conversation.candidates:
            raise NoCastError
        roster = build_roster(conversation, self._vocabulary.word_names)
        world = World(roster)
        messages = conversation.messages[-MESSAGES:]
        texts = [clean(message.text) for message in messages]
        narrators = frozenset(
            person
            for message in messages
            if (person := speaker_of(message, roster)) != OTHER
            and narrates(roster.people[person], fold_name(message.speaker), self._vocabulary)
        )
        kept = own_thread(messages, texts, roster, narrators)
        spoken = languages([texts[at] for at in kept])
        english = EnglishReader(world, self._vocabulary)
        readers: dict[str, ForeignReader] = {}

        def reader(language: str) -> ForeignReader:
            if language not in readers:
                readers[language] = ForeignReader(language, world, self._vocabulary)
            return readers[language]

        for at, language in zip(kept, spoken, strict=True):
            world.message = at
            speaker = speaker_of(messages[at], roster)
            narrated = speaker == OTHER or speaker in narrators
            turn = Turn(speaker, narrated)
            found = passages(texts[at])
            if breaks_scene(texts[at]):
                world.loosen()
            if not found:
                continue
            if language == "en":
                english.read(found, turn)
            else:
                reader(language).read(found, turn)
            if speaker != OTHER and not narrated and not turn.remote:
                world.speaks(speaker)
        hint = conversation.hint.strip()
        world.message = len(messages)
        hint_language = detect(hint) or (spoken[-1] if spoken else "en")
        if hint_language in FOREIGN:
            asked = reader(hint_language).read_hint(clean(hint))
        else:
            asked = read_hint(world, clean(hint), self._vocabulary)
        world.message = max(kept, default=0)
        cast = choose(world, asked)
        return compose(world, cast, asked.details)
