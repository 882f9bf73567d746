"""The SQLite database as services see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from bot.services.ports.storage import UnitOfWork
from db.readers import Readers
from db.writer import Writer

T = TypeVar("T")

BUSY_TIMEOUT_S = 5.0
"""How long another process may hold the write lock before a batch fails."""


class SqliteStorage:
    """Implements :class:`bot.services.ports.storage.Storage` on one SQLite file.

    Made with :meth:`open`; belongs to the event loop it was opened on. Use ``async with``, or call
    :meth:`close`; a program that can't do either still exits.
    """

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    @classmethod
    async def open(cls, path: Path, *, readers: int = 2, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Open the file (made with its folder where there is none) and bring its schema up to date.

        Raises:
            MigrationError: the schema can't be brought up to date.
            StorageError: the file can't be opened or written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = await Writer.open(path, busy_timeout_s)
        return cls(writer, await Readers.open(path, readers, busy_timeout_s))

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run a transaction; see :meth:`db.writer.Writer.run`."""
        return await self._writer.run(work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run reads on their own connection; see :meth:`db.readers.Readers.run`."""
        return await self._readers.run(work)

    async def fold_log(self) -> None:
        """Overwrite what was deleted, also in the write-ahead log; see :meth:`db.writer.Writer.fold_log`."""
        await self._writer.fold_log()

    async def close(self) -> None:
        """Finish pending work and close the file. Safe to call twice."""
        await self._readers.close()
        await self._writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
