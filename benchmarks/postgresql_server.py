"""The PostgreSQL that is measured on: one that is named, or one of the benchmarks' own from the system's binaries."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from db.postgresql import PostgresStorage
from tests.postgresql_server import running_server

VARIABLE = "BENCH_POSTGRESQL_URL"
"""Names a server to measure on; the user may make databases there. Without it a server is started."""


@contextmanager
def measured_server() -> Iterator[str]:
    """Its URL, while it runs. One of our own is as durable as a server is that nobody has configured.

    Raises:
        NoServerError: none is named, and there are no binaries to start one from.
    """
    named = os.environ.get(VARIABLE, "")
    if named:
        yield named
        return
    with running_server("shared_buffers=512MB", "max_wal_size=4GB", is_durable=True) as server:
        yield server.url("postgres")


@asynccontextmanager
async def fresh_database(server: str) -> AsyncIterator[str]:
    """The URL of an empty database with our schema, dropped in the end."""
    name = f"bench_{uuid.uuid4().hex}"
    await _on(server, f'CREATE DATABASE "{name}"')
    url = f"{server.rpartition('/')[0]}/{name}"
    try:
        await (await PostgresStorage.open(url)).close()
        yield url
    finally:
        await _on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _on(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
