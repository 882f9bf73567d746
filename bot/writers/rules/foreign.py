"""Reads Spanish, French, German and Japanese messages into the world, in English."""

from __future__ import annotations

from bot.writers.rules.hints import HintRead
from bot.writers.rules.markup import Passage
from bot.writers.rules.subjects import Turn
from bot.writers.rules.world import World


class ForeignReader:
    def __init__(self, language: str) -> None:
        self._language = language

    @classmethod
    def prepare(cls, language: str) -> ForeignReader:
        return cls(language)

    def read(self, world: World, passages: list[Passage], turn: Turn) -> None:
        pass

    def read_hint(self, world: World, text: str) -> HintRead:
        return HintRead()
