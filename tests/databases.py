"""The databases of tests: one of its own for each, of the kind that this run is about.

``--database=postgresql`` (tests/conftest.py) says which; TEST_POSTGRESQL_URL then names the server. Tests open
databases through here alone, and look at rows past the program with :class:`RawSql`: they read the same on both.
"""

from __future__ import annotations

import atexit
import os
import re
import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Self, cast
from weakref import WeakKeyDictionary

import psycopg

from bot.container.databases import Database
from db.engine import SqliteStorage
from db.errors import ConstraintViolationError, Violated
from db.postgresql import PostgresStorage
from db.sqlite import connect, translated

CONNECTIONS = 4
"""For each opened PostgreSQL database: few, as many tests run at once; more than one, so that units do meet."""

_held: dict[Path, str] = {}
_urls: WeakKeyDictionary[Database, str] = WeakKeyDictionary()
_FILE_COPY_SINCE = 150_000
_TOKEN = re.compile(r"'(?:[^']|'')*'|%|\?|(?<![:\w]):([a-z_][a-z0-9_]*)")
_SORTS = {
    "23514": Violated.CHECK,
    "23505": Violated.UNIQUE,
    "23503": Violated.FOREIGN_KEY,
    "P0001": Violated.RULE,
}


def _server() -> str:
    """A database of the server that tests may make others on; nothing where the run is about SQLite.

    Looked up when it is asked for: conftests are imported before the server is started.
    """
    return os.environ.get("TEST_POSTGRESQL_URL", "")


def __getattr__(name: str) -> bool:
    """``IS_POSTGRESQL``, for test modules: those are imported after the server was started."""
    if name == "IS_POSTGRESQL":
        return bool(_server())
    raise AttributeError(name)


class RefusedError(Exception):
    """A constraint or trigger refused a change: its name, or its sort where SQLite keeps the name to itself."""


def sqlite_path(url: str) -> Path:
    """Where the file of a SQLite database is."""
    return Path(url.removeprefix("sqlite:///"))


def is_sqlite(url: str) -> bool:
    """Whether the database is a file."""
    return url.startswith("sqlite:")


@contextmanager
def fresh_database(folder: Path, name: str = "darkroom.db") -> Iterator[str]:
    """The DATABASE_URL of a new database: a file in ``folder``, or one on the server that is gone in the end.

    Asked for again meanwhile, it is the same one: a test that opens its rooms twice holds it itself.
    """
    if not _server():
        yield f"sqlite:///{folder / name}"
        return
    if folder / name in _held:
        yield _held[folder / name]
        return
    url = _held[folder / name] = _copied()
    try:
        yield url
    finally:
        del _held[folder / name]
        _on_server(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')


@contextmanager
def bare_database() -> Iterator[str]:
    """A PostgreSQL database without a schema."""
    name = f"test_{uuid.uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}"')
    try:
        yield _named(name)
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


async def opened(url: str, *, readers: int = 2) -> Database:
    """The database as the program has it open; brought up to date first."""
    if is_sqlite(url):
        storage: Database = await SqliteStorage.open(sqlite_path(url), readers=readers)
    else:
        storage = cast("Database", await PostgresStorage.open(url, connections=CONNECTIONS))
    _urls[storage] = url
    return storage


@asynccontextmanager
async def fresh_storage(
    folder: Path, name: str = "darkroom.db", *, readers: int = 2
) -> AsyncIterator[Database]:
    """A new database, opened."""
    with fresh_database(folder, name) as url:
        async with await opened(url, readers=readers) as storage:
            yield storage


class SqlRow(tuple[Any, ...]):  # noqa: SLOT001  a tuple has no room for its names
    """A row read by index and by name; equal to the tuple of its values."""

    names: Sequence[str]

    @classmethod
    def of(cls, names: Sequence[str], values: Sequence[Any]) -> Self:
        """The values, in the order of their names; whole sums as whole numbers."""
        row = cls(_whole(value) for value in values)
        row.names = names
        return row

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)

    def keys(self) -> Sequence[str]:
        """The columns: ``dict(row)`` is a row by name."""
        return self.names


class Rows(list[SqlRow]):
    """All rows of an answer."""

    def fetchone(self) -> Any:
        """The first one that was not fetched yet, or None."""
        return self.pop(0) if self else None

    def fetchall(self) -> list[SqlRow]:
        """Every one that was not fetched yet."""
        return list(self)


class RawSql:
    """SQL past the program, in a database that may be open elsewhere; each statement is committed at once.

    Parameters are ``?`` or ``:name``. A refusal by a constraint or trigger is a :class:`RefusedError` on both
    kinds of databases; foreign keys are kept.
    """

    def __init__(self, url: str, *, readonly: bool = False) -> None:
        """Connect to where the program does; ``readonly`` leaves a file and its log as they are."""
        self._postgresql: psycopg.Connection | None = None
        self._sqlite: sqlite3.Connection | None = None
        if not is_sqlite(url):
            self._postgresql = psycopg.connect(url, autocommit=True)
        elif readonly:
            self._sqlite = sqlite3.connect(f"file:{sqlite_path(url)}?mode=ro", uri=True)
        else:
            self._sqlite = connect(sqlite_path(url), 5.0)

    @classmethod
    def of(cls, storage: Database) -> Self:
        """Connect to what :func:`opened` opened."""
        return cls(_urls[storage])

    @property
    def sqlite(self) -> sqlite3.Connection:
        """The connection itself, for what only SQLite has."""
        assert self._sqlite is not None
        return self._sqlite

    @property
    def postgresql(self) -> psycopg.Connection:
        """The connection itself, for what only PostgreSQL has."""
        assert self._postgresql is not None
        return self._postgresql

    def execute(self, sql: str, params: Sequence[object] | Mapping[str, object] = ()) -> Rows:
        """Run one statement.

        Raises:
            RefusedError: a constraint or trigger did not let it.
        """
        if self._sqlite is not None:
            return _sqlite_rows(self._sqlite, sql, params)
        return _postgresql_rows(self.postgresql, sql, params)

    def unguard(self, *indexes: str) -> None:
        """Take away what keeps the rows right: every trigger and check, and these indexes."""
        if self._sqlite is not None:
            self._sqlite.execute("PRAGMA ignore_check_constraints = ON")
        for (statement,) in self.execute(_TRIGGERS if self._sqlite is not None else _TRIGGERS_AND_CHECKS):
            self.execute(statement)
        for index in indexes:
            self.execute(f"DROP INDEX {index}")

    def tables(self) -> list[str]:
        """The names of the tables."""
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'" if self._sqlite is not None else _TABLES
        return [row[0] for row in self.execute(sql)]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in their order."""
        if self._sqlite is not None:
            return [row[1] for row in self.execute(f"PRAGMA table_info({table})")]
        return [row[0] for row in self.execute(_COLUMNS, (table,))]

    def everything(self) -> str:
        """All rows of all tables, as text."""
        every = [self.execute(f"SELECT * FROM {table}") for table in self.tables()]  # noqa: S608  names of tables
        return "\n".join(str(row) for rows in every for row in rows)

    def on_disk(self) -> bytes:
        """What the database has written of itself: its tables, and its log."""
        if self._sqlite is not None:
            ((_, _, path),) = self.execute("PRAGMA database_list")
            return b"".join(file.read_bytes() for file in Path(path).parent.glob(f"{Path(path).name}*"))
        self.execute("CHECKPOINT")
        return b"".join(row[0] for sql in (_TABLE_FILES, _LOG_FILES) for row in self.execute(sql))

    def ignore_references(self) -> None:
        """Let rows point at nothing from now on."""
        if self._sqlite is not None:
            self._sqlite.execute("PRAGMA foreign_keys = OFF")
        else:
            self.execute("SET session_replication_role = replica")

    @contextmanager
    def without_trigger(self, name: str) -> Iterator[None]:
        """One trigger away, for a while."""
        sql = "SELECT sql FROM sqlite_master WHERE name = ?" if self._sqlite is not None else _TRIGGER
        ((made,),) = self.execute(sql, (name,))
        self.drop_trigger(name)
        yield
        self.execute(made)

    def drop_trigger(self, name: str) -> None:
        """Take one trigger away."""
        if self._sqlite is not None:
            self._sqlite.execute(f"DROP TRIGGER {name}")
            return
        ((table,),) = self.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = ?", (name,))
        self.execute(f"DROP TRIGGER {name} ON {table}")

    def close(self) -> None:
        """Let the database go."""
        for connection in (self._sqlite, self._postgresql):
            if connection is not None:
                connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = CAST(? AS regclass) AND attnum > 0
    AND NOT attisdropped AND attidentity <> 'a' ORDER BY attnum
"""
"""Without those that only PostgreSQL gives a value to."""

_TABLE_FILES = """
SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
WHERE relkind IN ('r', 't') AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace) AND relpages >= 0
"""
_LOG_FILES = """
SELECT pg_read_binary_file('pg_wal/' || name, 0, size, true) FROM pg_ls_waldir()
WHERE name <= pg_walfile_name(pg_current_wal_lsn())
"""

_TRIGGER = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = ?"
_TRIGGERS = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
_TRIGGERS_AND_CHECKS = """
SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype = 'c'
"""


def _refused(sort: Violated, name: str | None) -> RefusedError:
    return RefusedError(name if sort in {Violated.CHECK, Violated.RULE} else sort.name.replace("_", " "))


def _sqlite_rows(
    connection: sqlite3.Connection, sql: str, params: Sequence[object] | Mapping[str, object]
) -> Rows:
    try:
        found = connection.execute(sql, cast("Any", params))
        names = [column[0] for column in found.description or ()]
        return Rows(SqlRow.of(names, tuple(row)) for row in found.fetchall())
    except sqlite3.Error as error:
        told = translated(error)
        if isinstance(told, ConstraintViolationError):
            raise _refused(told.sort, told.name) from error
        raise


def _postgresql_rows(
    connection: psycopg.Connection, sql: str, params: Sequence[object] | Mapping[str, object]
) -> Rows:
    try:
        # Values are written into the statement, as untyped as they are for SQLite.
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(cast("Any", _TOKEN.sub(_placeholder, sql)), cast("Any", params))
            names = [column.name for column in cursor.description or ()]
            return Rows(SqlRow.of(names, row) for row in (cursor.fetchall() if names else ()))
    except psycopg.Error as error:
        if error.sqlstate not in _SORTS:
            raise
        sort = _SORTS[error.sqlstate]
        name = error.diag.message_primary if sort is Violated.RULE else error.diag.constraint_name
        raise _refused(sort, name) from error


def _placeholder(found: re.Match[str]) -> str:
    if found[1] is not None:
        return f"%({found[1]})s"
    return "%s" if found[0] == "?" else found[0].replace("%", "%%")


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def _named(name: str) -> str:
    return f"{_server().rpartition('/')[0]}/{name}"


def _on_server(*statements: str) -> None:
    with closing(psycopg.connect(_named("postgres"), autocommit=True)) as connection:
        for statement in statements:
            connection.execute(cast("Any", statement))


def _copied() -> str:
    """A copy of the template: 20 ms, where migrating takes 60."""
    name = f"test_{uuid.uuid4().hex}"
    with closing(psycopg.connect(_named("postgres"), autocommit=True)) as connection:
        # Copying files is twice as quick as copying rows, where the server does not wait for its disk.
        how = " STRATEGY file_copy" if connection.info.server_version >= _FILE_COPY_SINCE else ""
        connection.execute(cast("Any", f'CREATE DATABASE "{name}" TEMPLATE "{_template()}"{how}'))
    return _named(name)


@cache
def _template() -> str:
    """A migrated, empty database of this process."""
    import asyncio  # noqa: PLC0415
    from threading import Thread  # noqa: PLC0415  may be asked for inside a loop

    name = f"template_{uuid.uuid4().hex}"
    _on_server(f'CREATE DATABASE "{name}"')
    atexit.register(_dropped, name)

    async def migrated() -> None:
        await (await PostgresStorage.open(_named(name))).close()

    migrating = Thread(target=lambda: asyncio.run(migrated()))
    migrating.start()
    migrating.join()
    return name


def _dropped(name: str) -> None:
    with suppress(psycopg.Error):  # the server may have gone first
        _on_server(f'DROP DATABASE IF EXISTS "{name}"')
