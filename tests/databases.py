"""A PostgreSQL for tests: TEST_POSTGRESQL_URL names a server; each test gets a database of its own there."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from db.postgresql import PostgresStorage

SERVER = os.environ.get("TEST_POSTGRESQL_URL", "")
_TEMPLATE = f"template_{uuid.uuid4().hex}"
_made: list[str] = []


def _named(name: str) -> str:
    return f"{SERVER.rpartition('/')[0]}/{name}"


async def _on_server(sql: str) -> None:
    connection = await asyncpg.connect(_named("postgres"))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@asynccontextmanager
async def fresh_database() -> AsyncIterator[str]:
    """The URL of a migrated, empty database, dropped in the end."""
    if not _made:
        await _on_server(f'CREATE DATABASE "{_TEMPLATE}"')
        await (await PostgresStorage.open(_named(_TEMPLATE))).close()
        _made.append(_TEMPLATE)
    name = f"test_{uuid.uuid4().hex}"
    await _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}"')
    try:
        yield _named(name)
    finally:
        await _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')
