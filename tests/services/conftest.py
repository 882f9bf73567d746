from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.services.request_parts import Room, open_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path) as room:
        yield room


@pytest.fixture
def kept_database(tmp_path: Path) -> Iterator[str]:
    """For rooms that are opened again: they find the same database."""
    with fresh_database(tmp_path) as url:
        yield url
