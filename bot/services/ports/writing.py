"""What services ask of a scene writer."""

from __future__ import annotations

from typing import Protocol

from bot.domain.scene import Conversation, Scene


class SceneWriter(Protocol):
    """Turns a conversation into a scene."""

    async def write(self, conversation: Conversation) -> Scene:
        """The scene at the end of the conversation; its cast is 1 to 3 of the candidates.

        An explicit request always gets a scene: where nothing is said, a plain one.

        Raises:
            NoCastError: there is no candidate at all.
        """
        ...
