"""The suite of all backends over OpenAI's images, against a local server that speaks as it does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.backends.openai_images import ENTRY, OpenAiImagesSettings
from bot.services.ports.images import ImageBackend
from tests.backends.openai_images_server import MODEL, OpenAiImagesServer, openai_images_server
from tests.backends.remote_contract import SECRET, RemoteContract


class _Suite(RemoteContract):
    previews: int

    @pytest.fixture
    async def service(self) -> AsyncIterator[OpenAiImagesServer]:
        async with openai_images_server() as server:
            yield server

    @pytest.fixture
    async def backend(self, service: OpenAiImagesServer) -> AsyncIterator[ImageBackend]:
        settings = OpenAiImagesSettings(
            openai_api_key=SecretStr(SECRET),
            openai_base_url=service.url,
            openai_image_model=MODEL,
            openai_image_previews=self.previews,
            openai_image_timeout_s=1,
        )
        backend = ENTRY.make(settings)
        yield backend
        await backend.close()


class TestStreamed(_Suite):
    previews = 2


class TestWhole(_Suite):
    """Batches come this way too."""

    previews = 0
