"""The suite of all backends over Gemini, against a local server that speaks as it does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.backends.gemini import ENTRY, GeminiSettings
from bot.services.ports.images import ImageBackend
from tests.backends.gemini_server import MODEL, GeminiServer, gemini_server
from tests.backends.remote_contract import SECRET, RemoteContract


class TestGemini(RemoteContract):
    @pytest.fixture
    async def service(self) -> AsyncIterator[GeminiServer]:
        async with gemini_server() as server:
            yield server

    @pytest.fixture
    async def backend(self, service: GeminiServer) -> AsyncIterator[ImageBackend]:
        settings = GeminiSettings(
            gemini_api_key=SecretStr(SECRET),
            gemini_base_url=service.url,
            gemini_model=MODEL,
            gemini_timeout_s=1,
        )
        backend = ENTRY.make(settings)
        yield backend
        await backend.close()
