"""How transactions begin and end on a PostgreSQL connection: one round trip each."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bot.services.ports.storage import StorageError
from db.postgresql.statements import BROKEN, AwayError, RefusalCaughtError, translated

if TYPE_CHECKING:
    from db.postgresql.statements import Connection

_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; LOCK TABLE migration IN {} MODE"
BEGIN = _WRITE.format("ROW SHARE")
BEGIN_ALONE = _WRITE.format("EXCLUSIVE")
"""For a unit that kept meeting others: it waits for those under way, and others wait for it.

A serializable transaction is undone also for what only looks like a meeting (PostgreSQL remembers pages, and the
newest rows of everybody are on the same page), so a unit among many could be undone for ever. ``migration`` is a
table that is always there and that no unit writes; a lock of it, unlike an advisory one, is waited for before the
snapshot is taken. https://www.postgresql.org/docs/current/sql-lock.html
"""
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@asynccontextmanager
async def transaction(connection: Connection, begin: str) -> AsyncGenerator[None]:
    """A transaction that begins with ``begin``; committed, or rolled back when its body raises.

    Raises:
        RefusalCaughtError: it was rolled back at its end, because a statement in it had failed.
        StorageError: the connection broke while it was committed, so nobody knows whether it was.
    """
    try:
        await connection.execute(begin)
        yield
    except BaseException:
        # A connection that is gone has rolled back already; what the body raised says more than that it is gone.
        with suppress(*BROKEN):
            await connection.execute("ROLLBACK")
        raise
    try:
        status = await connection.execute("COMMIT")
    except BROKEN as error:
        if isinstance(translated(error), AwayError):
            raise StorageError(f"the answer to COMMIT was lost: {error}") from error
        raise
    if status != "COMMIT":
        raise RefusalCaughtError("a statement had failed, and the transaction with it")
