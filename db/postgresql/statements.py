"""Statements over a PostgreSQL connection: ``:name`` becomes ``$1``, and errors are told in our words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import asyncpg

from bot.services.ports.storage import StorageError
from db.errors import ConstraintViolationError, Violated
from db.statements import NO_PARAMS, Params, Row, Value, kept

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

MOST_STATEMENTS = 1024
"""More than the program has."""

# A name in a text, in a cast (::bigint), or after a word is none of ours.
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|(?<![:\w]):([a-z_][a-z0-9_]*)")

_SORTS: dict[str, Violated] = {
    "23514": Violated.CHECK,
    "23502": Violated.CHECK,
    "23505": Violated.UNIQUE,
    "23503": Violated.FOREIGN_KEY,
    "P0001": Violated.RULE,
}
"""By SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_DATA = "22"
"""The class of errors about a value."""

CONFLICTS = frozenset({"40001", "40P01"})
"""Transactions that met another one: worth running again from the start."""


BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a statement dies of; the client's own error is what it says when the connection broke under it."""

_ENDED = frozenset({"57P01", "57P02", "57P03"})
"""The server ends, crashed, or is only just starting."""


class AwayError(StorageError):
    """The server can't be reached, or has let go of the connection before it was asked to commit."""

    is_away = True


class ConflictError(StorageError):
    """The transaction met another one, or a migration, and was undone; run again it may well go through."""


class RefusalCaughtError(StorageError):
    """The unit went on after a refusal, but its transaction had ended with that: see ``keeps_refusals``."""


class AnotherStatementError(Exception):
    """A unit that was run without a transaction asked a second time."""


@lru_cache(maxsize=MOST_STATEMENTS)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with ``$1, $2 …``, and the names in that order; a name that stands twice has one number."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _TOKEN.sub(number, sql), tuple(names)


def translated(error: Exception) -> Exception:
    """The error in our words, without the values of rows and parameters, which PostgreSQL and asyncpg quote."""
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None and state.startswith(_DATA):
        return StorageError(f"{type(error).__name__} ({state})")
    told = str(error.args[0]) if isinstance(error, asyncpg.PostgresError) else str(error)
    if state in CONFLICTS or isinstance(error, asyncpg.InvalidCachedStatementError):
        return ConflictError(told)
    if _is_away(error, state):
        return AwayError(str(error))
    if state in _SORTS:
        sort = _SORTS[state]
        name = told if sort is Violated.RULE else getattr(error, "constraint_name", None)
        return ConstraintViolationError(sort, name or told)
    return StorageError(told)


def _is_away(error: Exception, state: str | None) -> bool:
    if state is not None:
        return state.startswith("08") or state in _ENDED
    if isinstance(error, asyncpg.InterfaceError):
        return "connection is closed" in str(error)
    # Who was slow is there: asked again, it would be slower.
    return isinstance(error, OSError | asyncpg.InternalClientError) and not isinstance(error, TimeoutError)


class PostgresStatements:
    """Implements :class:`db.statements.Statements` on a connection that is in a transaction.

    A refused statement ends a transaction in PostgreSQL. With ``keeps_refusals`` it alone is undone, as on SQLite,
    so that a unit which catches the error can go on; it costs two round trips a statement, so a unit is run that
    way only when it was seen to need it. ``waiting`` says whether one of its statements is under way.
    """

    def __init__(self, connection: Connection, *, keeps_refusals: bool = False) -> None:
        self._connection = connection
        self._keeps_refusals = keeps_refusals
        self.waiting = False

    async def fetch_one(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """See :class:`db.statements.Statements`."""
        rows = await self.fetch_all(sql, params)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See :class:`db.statements.Statements`."""
        text, names = numbered(sql)
        written = kept(params)
        values: list[Value] = [written[name] for name in names]
        self.waiting = True
        try:
            if self._keeps_refusals:
                return await self._guarded(text, values)
            return await self._connection.fetch(text, *values)
        except asyncpg.InFailedSQLTransactionError as error:
            raise RefusalCaughtError(str(error.args[0])) from error
        except BROKEN as error:
            raise translated(error) from error
        finally:
            self.waiting = False

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> None:
        """See :class:`db.statements.Statements`."""
        await self.fetch_all(sql, params)

    async def _guarded(self, text: str, values: Sequence[Value]) -> Sequence[Row]:
        await self._connection.execute("SAVEPOINT before_statement")
        try:
            rows = await self._connection.fetch(text, *values)
        except asyncpg.PostgresError as error:
            if error.sqlstate in _SORTS:
                await self._connection.execute("ROLLBACK TO SAVEPOINT before_statement")
            raise
        await self._connection.execute("RELEASE SAVEPOINT before_statement")
        return rows


class OneStatement(PostgresStatements):
    """Statements for a unit that may ask once, on a connection without a transaction.

    ``is_asked_again`` says whether it asked for more, which was not answered.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._is_asked = False
        self.is_asked_again = False

    async def fetch_all(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """See :class:`db.statements.Statements`.

        Raises:
            AnotherStatementError: it is the second one.
        """
        if self._is_asked:
            self.is_asked_again = True
            raise AnotherStatementError
        self._is_asked = True
        return await super().fetch_all(sql, params)
