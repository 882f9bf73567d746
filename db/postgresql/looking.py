"""A look at a database that changes nothing in it."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from db.postgresql.migrating import pending
from db.postgresql.statements import translated

CONNECT_TIMEOUT_S = 10.0


async def look(url: str) -> Sequence[int]:
    """Whether the server lets us in; the numbers of the migrations that the database still needs.

    Raises:
        MigrationError: its schema and the program don't fit.
        StorageError: it can't be reached or does not let us in.
    """
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        try:
            return await pending(connection)
        finally:
            await connection.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise translated(error) from error
