"""What services ask of a scene writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.companion import Companion
from bot.domain.scene import Conversation, Scene


class SceneWriter(Protocol):
    """Turns words into scenes: of a conversation, of a member's own prompt, of an edit."""

    async def write(self, conversation: Conversation) -> Scene:
        """The scene at the end of the conversation; its cast is 1 to 3 of the candidates.

        An explicit request always gets a scene: where nothing is said, a plain one.

        Raises:
            NoCastError: there is no candidate at all.
        """
        ...

    async def read_prompt(self, text: str, cast: Sequence[Companion]) -> Scene:
        """The scene that a member's own prompt describes, in tags or in sentences.

        Its figures are exactly the cast, in its order. What has no field of its own is kept, in the
        prompt's words, in ``details``; an empty prompt is a scene in which nothing is said.
        """
        ...

    async def edit(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """A picture's scene with what the words change, and nothing else changed.

        ``cast`` are the companions of the scene, in its order; nobody is added or taken away. Words that
        change nothing that a scene knows are appended to ``details``.
        """
        ...
