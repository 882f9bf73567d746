"""The job ``python -m bot migrate``: a SQLite installation moves to PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from bot.container.databases import Database, open_existing
from bot.container.stores import make_store
from bot.extras import load_extra
from bot.services.audit import AuditReport, AuditService
from bot.services.ports.storage import StorageError
from bot.settings import Settings, SettingsError
from db.errors import MigrationError
from db.leaving import Leaving

NUL = "\x00"


class AuditFailedError(Exception):
    """The books are wrong; ``lines`` says how, for the operator."""

    def __init__(self, where: str, report: AuditReport) -> None:
        super().__init__(where)
        self.lines = [f"the audit of {where} failed:", *report.lines()]


class Arrival(Protocol):
    """See :class:`db.postgresql.arriving.Arrival`, which is there only with the extra ``postgresql``."""

    async def is_unfinished(self) -> bool:
        """Whether rows have arrived that nobody has said to be right yet."""
        ...

    async def prepare(self) -> None:
        """Bring the schema up to date, and take away what an unfinished move has left."""
        ...

    async def fill(
        self,
        rows_of: Callable[[str, Sequence[str]], AsyncIterator[tuple[object, ...]]],
        tell: Callable[[str, int], None],
    ) -> None:
        """Copy every table's rows in one transaction."""
        ...

    async def finish(self) -> None:
        """Say that what has arrived is right."""
        ...


async def move(source: Settings, target: Settings, tell: Callable[[str], None]) -> None:
    """Copy the whole database and audit it before and after; then the old one is closed for good.

    It can be stopped at any moment and run again: until the new database's audit is clean, the old one is
    as it was; a bot starts on one of the two at most. Pictures stay where they are.

    Raises:
        AuditFailedError: the books were wrong before, or are wrong now.
        SettingsError: one of the two can't be used as it is: not there, not empty, of another program, busy.
    """
    if not await asyncio.to_thread(Path(source.database_path).exists):
        raise SettingsError(f"there is no database at {source.database_path}")
    arriving = load_extra("db.postgresql.arriving", "postgresql", "DATABASE_URL")
    with _naming(target):
        opened = await arriving.Arrival.open(target.database_url)
    async with opened:
        arrival = cast("Arrival", opened)
        with _naming(source):
            if not await _is_gone(source):
                async with await open_existing(source) as storage:
                    await _check(source, storage, tell)
        async with _reading(source) as reader:
            is_gone = await reader(lambda leaving: leaving.is_gone)
            if not is_gone:
                await _fill(arrival, target, reader, tell)
            elif not await arrival.is_unfinished():
                raise SettingsError(
                    f"{source.database_path} was moved already: set DATABASE_URL to the database it went to"
                )
            await _audit(target, tell)
            if not is_gone:
                await reader(lambda leaving: leaving.seal())
            with _naming(target):
                await arrival.finish()


class _Reader(Protocol):
    async def __call__(self, work: Callable[[Leaving], Any]) -> Any:
        """What a function of the old database gives, run in its thread."""
        ...


@contextmanager
def _naming(settings: Settings) -> Generator[None]:
    """Tell a database that does not work as the address that was given."""
    try:
        yield
    except (StorageError, MigrationError) as error:
        raise SettingsError(f"{settings.database_path}: {error.reason}") from error


@asynccontextmanager
async def _reading(source: Settings) -> AsyncGenerator[_Reader]:
    """The old database in a thread of its own, locked against writers."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="leaving") as thread:
        with _naming(source):
            leaving = await loop.run_in_executor(thread, Leaving, Path(source.database_path))

        async def reader(work: Callable[[Leaving], Any]) -> Any:
            return await loop.run_in_executor(thread, work, leaving)

        try:
            yield reader
        finally:
            await loop.run_in_executor(thread, leaving.close)


async def _is_gone(source: Settings) -> bool:
    async with _reading(source) as reader:
        found: bool = await reader(lambda leaving: leaving.is_gone)
        return found


async def _fill(arrival: Arrival, target: Settings, reader: _Reader, tell: Callable[[str], None]) -> None:
    copied: dict[str, int] = {}

    def arrived(table: str, rows: int) -> None:
        copied[table] = rows
        tell(f"{table}: {rows:,} rows")

    with _naming(target):
        await arrival.prepare()
        await arrival.fill(lambda table, columns: _rows(reader, table, columns), arrived)
    for table, rows in copied.items():
        there = await reader(lambda leaving, table=table: leaving.count(table))
        if there != rows:
            raise SettingsError(f"{table} has {there} rows and {rows} arrived: nothing was moved")


async def _rows(reader: _Reader, table: str, columns: Sequence[str]) -> AsyncIterator[tuple[object, ...]]:
    chunks = await reader(lambda leaving: leaving.chunks(table, columns))
    while chunk := await reader(lambda _: next(chunks, None)):
        for row in chunk:
            yield tuple(_storable(value) for value in row)


def _storable(value: object) -> object:
    """PostgreSQL keeps no NUL in a text."""
    return value.replace(NUL, "") if isinstance(value, str) else value


async def _audit(target: Settings, tell: Callable[[str], None]) -> None:
    postgresql = load_extra("db.postgresql", "postgresql", "DATABASE_URL")
    with _naming(target):
        opened = await postgresql.PostgresStorage.open(target.database_url, connections=1, is_arriving=True)
        async with cast("Database", opened) as storage:
            await _check(target, storage, tell)


async def _check(settings: Settings, storage: Database, tell: Callable[[str], None]) -> None:
    store = make_store(settings)
    try:
        report = await AuditService(storage=storage, pictures=store).run()
    finally:
        await store.close()
    if not report.is_clean:
        raise AuditFailedError(settings.database_path, report)
    tell(f"{settings.database_path}: {report.lines()[0]}")
