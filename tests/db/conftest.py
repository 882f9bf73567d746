from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import SqliteStorage


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "darkroom.db"


@pytest.fixture
async def storage(database: Path) -> AsyncIterator[SqliteStorage]:
    async with await SqliteStorage.open(database) as storage:
        yield storage
