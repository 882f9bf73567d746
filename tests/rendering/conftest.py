from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.rendering.lab import PillowLab


@pytest.fixture
async def lab() -> AsyncIterator[PillowLab]:
    lab = PillowLab()
    yield lab
    await lab.close()


@pytest.fixture(autouse=True)
def _pillows_own_limit_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
