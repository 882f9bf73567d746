"""The rules writer in a process of its own: its CPU is nobody else's waiting time."""

from __future__ import annotations

import asyncio
import functools
import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.domain.companion import Companion
from bot.domain.scene import Conversation, Scene
from bot.processes import ProcessDiedError, Processes

if TYPE_CHECKING:
    from bot.writers.rules.writer import RulesWriter

log = structlog.get_logger()

Result = TypeVar("Result")

MOST_HANDED_OVER = 8
"""Conversations that are with the process at a time; the others wait here, where a cancel still reaches them."""

TRIES = 2


class RulesApart:
    """A :class:`bot.services.ports.writing.SceneWriter` by the rules, without their CPU and word lists in the bot.

    The process starts with the first scene. What it is given stays in its memory for as long as it is read, as
    it would in ours. It holds no state between scenes: when it dies, what it was at is read again by another.
    """

    def __init__(self) -> None:
        self._process = Processes(1, _load)
        self._handing = asyncio.Semaphore(MOST_HANDED_OVER)

    async def write(self, conversation: Conversation) -> Scene:
        """The scene at the end of the conversation.

        Raises:
            NoCastError: there is no candidate at all.
            ProcessDiedError: no process lives long enough to read it.
        """
        return await self._run(_write, conversation)

    async def read_prompt(self, text: str, cast: Sequence[Companion]) -> Scene:
        """The scene that a member's own prompt describes, in tags or in sentences.

        Raises:
            ProcessDiedError: see :meth:`write`.
        """
        return await self._run(_read_prompt, text, tuple(cast))

    async def edit(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """A picture's scene with what the words change, and nothing else changed.

        Raises:
            ProcessDiedError: see :meth:`write`.
        """
        return await self._run(_edit, scene, words, tuple(cast))

    async def close(self) -> None:
        """End the process, when it has finished what it is at."""
        await self._process.close()

    async def _run(self, read: Callable[..., Result], *values: object) -> Result:
        async with self._handing:
            for left in reversed(range(TRIES)):
                try:
                    return await self._process.run(read, *values)
                except ProcessDiedError:
                    log.warning("rules_process_died", tries_left=left)
                    if not left:
                        raise
        raise AssertionError("a try returns or raises")


@functools.cache
def _rules() -> RulesWriter:
    from bot.writers.rules.writer import RulesWriter  # noqa: PLC0415  only where they are applied

    return RulesWriter()


def _load() -> None:
    _rules()
    gc.collect()
    gc.freeze()  # the word lists stay: no need to look through them again and again


def _write(conversation: Conversation) -> Scene:
    return _rules().scene(conversation)


def _read_prompt(text: str, cast: Sequence[Companion]) -> Scene:
    return _rules().prompt_scene(text, cast)


def _edit(scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
    return _rules().edited_scene(scene, words, cast)
