from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from rows import account, post, welcome

from bot.container.databases import Database
from tests.databases import RawSql, fresh_database, opened


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file, where it is about SQLite alone."""
    return tmp_path / "data" / "darkroom.db"


@pytest.fixture
def url(database: Path) -> Iterator[str]:
    """The DATABASE_URL of a new database."""
    with fresh_database(database.parent) as url:
        yield url


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Database]:
    async with await opened(url) as storage:
        yield storage


@pytest.fixture
def raw(storage: Database, url: str) -> Iterator[RawSql]:
    """SQL past the repositories, in the database of ``storage``."""
    assert storage  # opened first: it makes the schema
    with RawSql(url) as raw:
        yield raw


@pytest.fixture
async def account_id(storage: Database) -> str:
    """An account with 10,000 granted moments."""
    opened = await account(storage)
    await post(storage, welcome(opened, 10_000))
    return opened
