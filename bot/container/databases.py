"""The database that ``DATABASE_URL`` names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar, cast

from bot.extras import load_extra
from bot.services.ports.storage import UnitOfWork
from bot.settings import Settings, SettingsError

T = TypeVar("T")


class Database(Protocol):
    """An open database, of whatever kind: a :class:`bot.services.ports.storage.Storage` that can be closed."""

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """See :class:`bot.services.ports.storage.Storage`."""
        ...

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """See :class:`bot.services.ports.storage.Storage`."""
        ...

    async def fold_log(self) -> None:
        """Overwrite what was deleted also where the database keeps it for itself."""
        ...

    async def close(self) -> None:
        """Finish what was handed in, then close."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


async def open_database(settings: Settings) -> Database:
    """Open it and bring its schema up to date.

    Raises:
        MigrationError: the schema can't be brought up to date.
        SettingsError: it needs an extra that is not installed.
        StorageError: it can't be opened, reached or written.
    """
    if settings.is_on_sqlite:
        from db.engine import SqliteStorage  # noqa: PLC0415  the other kind does without it

        return await SqliteStorage.open(Path(settings.database_path))
    postgresql = load_extra("db.postgresql", "postgresql", "DATABASE_URL")
    return cast("Database", await postgresql.PostgresStorage.open(settings.database_url))


async def open_existing(settings: Settings) -> Database:
    """The same, where making a new one would be a mistake.

    Raises:
        MigrationError: as :func:`open_database`.
        SettingsError: there is none.
        StorageError: as :func:`open_database`.
    """
    require_existing(settings)
    return await open_database(settings)


def require_existing(settings: Settings) -> None:
    """Look for the file; a server is asked by opening it.

    Raises:
        SettingsError: there is none.
    """
    if not _is_there(settings):
        raise SettingsError(f"DATABASE_URL: there is no database at {settings.database_path}")


async def missing_migrations(settings: Settings) -> int | None:
    """How many migrations the next start brings; None where there is no database yet. Changes nothing.

    Raises:
        MigrationError: its schema and the program don't fit.
        SettingsError: it needs an extra that is not installed.
        StorageError: it can't be opened or reached.
    """
    if settings.is_on_sqlite:
        from db.looking import look  # noqa: PLC0415  as above

        if not _is_there(settings):
            return None
        return len(await asyncio.to_thread(look, Path(settings.database_path)))
    postgresql = load_extra("db.postgresql", "postgresql", "DATABASE_URL")
    return len(cast("list[int]", await postgresql.look(settings.database_url)))


def _is_there(settings: Settings) -> bool:
    """A server is asked by opening it; a file can be looked for."""
    return not settings.is_on_sqlite or Path(settings.database_path).exists()
