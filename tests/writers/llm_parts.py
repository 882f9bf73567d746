"""The LLM writer before a chat server, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.scene import Conversation, Scene
from bot.language import ChatEndpoint
from bot.writers.llm import LlmWriter
from bot.writers.rules.writer import RulesWriter
from tests.language.chat_server import KEY, MODEL, ChatServer, Reply

RULES = RulesWriter()


@dataclass(frozen=True)
class Desk:
    """A writer and the server that it asks."""

    server: ChatServer
    writer: LlmWriter

    async def scene(self, conversation: Conversation, reply: Reply) -> Scene:
        """What the writer makes of a conversation when the model answers so."""
        self.server.answers = lambda _: reply
        return await self.writer.write(conversation)


@asynccontextmanager
async def open_desk(*, timeout_s: float = 10.0) -> AsyncIterator[Desk]:
    async with ChatServer.start() as server:
        endpoint = ChatEndpoint(server.url, MODEL, KEY, timeout_s=timeout_s)
        try:
            yield Desk(server, LlmWriter(endpoint, RULES))
        finally:
            await endpoint.close()
