from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from db.engine import SqliteStorage
from db.postgresql import PostgresStorage
from db.sqlite import connect
from tests.databases import SERVER, fresh_database


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "darkroom.db"


@pytest.fixture
async def storage(database: Path) -> AsyncIterator[SqliteStorage]:
    if SERVER:
        async with fresh_database() as url, await PostgresStorage.open(url) as storage:
            yield storage
        return
    async with await SqliteStorage.open(database) as storage:
        yield storage


@pytest.fixture
def raw(storage: SqliteStorage, database: Path) -> Iterator[sqlite3.Connection]:
    """SQL past the repositories, in the database of ``storage``."""
    assert storage  # opened first: it makes the schema
    connection = connect(database, 5.0)
    yield connection
    connection.close()
