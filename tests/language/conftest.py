"""A chat server and the adapter that talks to it."""

from collections.abc import AsyncIterator

import pytest

from bot.language import ChatEndpoint
from tests.language.chat_server import KEY, MODEL, ChatServer


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with ChatServer.start() as started:
        yield started


@pytest.fixture
async def endpoint(server: ChatServer) -> AsyncIterator[ChatEndpoint]:
    made = ChatEndpoint(server.url, MODEL, KEY, timeout_s=5, silence_s=5, talk_s=20)
    yield made
    await made.close()


@pytest.fixture
async def hasty(server: ChatServer) -> AsyncIterator[ChatEndpoint]:
    """The same with hardly any patience."""
    made = ChatEndpoint(server.url, MODEL, KEY, timeout_s=0.3, silence_s=0.3, talk_s=0.6)
    yield made
    await made.close()
