"""A PostgreSQL database at one moment, as ``pg_dump`` writes it; and such a file read back.

The programs of PostgreSQL do it: nobody else keeps pace with everything that a database can hold. They are told
the password by their environment, never on their command line, where others could read it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from bot.services.ports.storage import BookCounts, StorageError
from db.migrate import shipped_migrations
from db.postgresql.migrating import DIALECT
from db.postgresql.statements import translated
from db.snapshots import COUNTS, DELETED, KEYS, NOBODYS, STILL_NAMED, Snapshot

CONNECT_TIMEOUT_S = 10.0
LEAVE_WITHIN_S = 2.0
"""A connection that its program has closed is counted by the server for a moment more."""
_LOOK_AGAIN_AFTER_S = 0.05
ASIDE = "before_restore_"
"""The schemas of replaced databases begin so, and no backup has them."""

_KEYS = f'SELECT picture_key FROM ({KEYS}) AS named ORDER BY picture_key COLLATE "C"'  # noqa: S608  ours
_STILL_NAMED = STILL_NAMED.replace(":key", "$1")
_NOTE = """
INSERT INTO note (note_key, value) VALUES ($1, $2)
ON CONFLICT (note_key) DO UPDATE SET value = excluded.value
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


async def take_snapshot(url: str, target: Path, keys: Path) -> Snapshot:
    """Dump the database into a new file, and the keys of its pictures into another: both of one moment.

    Raises:
        StorageError: the server can't be reached, the tables are not in ``public``, or ``pg_dump`` is not there, too
            old or not able to.
    """
    async with (
        _connected(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await _require_public(connection)
        await _require_program("pg_dump", connection)
        exported = await connection.fetchval("SELECT pg_export_snapshot()")
        number = await connection.fetchval("SELECT coalesce(max(number), 0) FROM migration")
        counted = await connection.fetchrow(COUNTS)
        with keys.open("x", encoding="ascii") as file:
            async for row in connection.cursor(_KEYS):
                file.write(f"{row['picture_key']}\n")
        options = ("--format=custom", "--schema=public", "--no-owner", "--no-privileges")
        await _run(url, "pg_dump", *options, f"--snapshot={exported}", f"--file={target}")
    return Snapshot(number, BookCounts(*(counted or (0, 0, 0, 0))))


async def is_still_named(url: str, key: str) -> bool:
    """Whether a row of the database, as it is now, names a picture.

    Raises:
        StorageError: the server can't be reached.
    """
    async with _connected(url) as connection:
        return await connection.fetchrow(_STILL_NAMED, key) is not None


async def note(url: str, key: str, value: str) -> None:
    """Write a note without touching the schema.

    Raises:
        StorageError: the server can't be reached.
    """
    async with _connected(url) as connection:
        await connection.execute(_NOTE, key, value)


async def is_there(url: str) -> bool:
    """Whether there is anything of ours in the database.

    Raises:
        StorageError: the server can't be reached, or somebody uses the database.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + LEAVE_WITHIN_S
    async with _connected(url) as connection:
        await _require_public(connection)
        while others := await connection.fetchval(_OTHERS):
            if loop.time() >= until:
                raise StorageError(f"{others} others are connected to it: stop the bot and its workers first")
            await asyncio.sleep(_LOOK_AGAIN_AFTER_S)
        return await connection.fetchval("SELECT to_regclass('public.migration') IS NOT NULL")


async def deleted_from(url: str) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of accounts without a member, and of deleted pictures.

    Raises:
        StorageError: the database can't be read.
    """
    async with _connected(url) as connection:
        accounts, images = await connection.fetch(NOBODYS), await connection.fetch(DELETED)
    return frozenset(row[0] for row in accounts), frozenset(row[0] for row in images)


def newest_migration() -> int:
    """The newest that this program knows."""
    return max(migration.number for migration in shipped_migrations(DIALECT))


async def read_back(url: str, dump: Path, folder: Path, *, is_there: bool) -> str | None:
    """Make a dump the database, whole or not at all; gives the schema where the one is now that was there.

    ``folder`` is for the dump's statements. They are all written before the first is run: a program that died half
    way through writing them would else look like one that had come to its end.

    Raises:
        StorageError: the server can't be reached, or the programs can't do it.
    """
    async with _connected(url) as connection:
        await _require_program("pg_restore", connection)
        await _require_program("psql", connection)
    before, statements = folder / "before.sql", folder / "restore.sql"
    aside = f"{ASIDE}{datetime.now(UTC):%Y%m%dt%H%M%S%f}" if is_there else None
    # A dump of a schema makes it: the one that every new database has goes first, unless something is in it.
    before.write_text(
        f"ALTER SCHEMA public RENAME TO {aside};\n" if aside else "DROP SCHEMA IF EXISTS public;\n",
        encoding="ascii",
    )
    await _run(
        url, "pg_restore", "--no-owner", "--no-privileges", f"--file={statements}", str(dump), connects=False
    )
    options = (
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    )
    await _run(url, "psql", *options, f"--file={before}", f"--file={statements}")
    return aside


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[asyncpg.Connection[asyncpg.Record]]:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        try:
            yield connection
        finally:
            await connection.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise translated(error) from error


async def _require_public(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Whether our tables are in the schema that is dumped and replaced; a role may have one of its own before it."""
    schema = await connection.fetchval("SELECT current_schema()")
    if schema not in {None, "public"}:
        raise StorageError(
            f"its tables are in the schema {schema}, and only those in public can be saved and restored: use pg_dump "
            "and pg_restore for them, or begin with a role whose search_path is public"
        )


async def _require_program(name: str, connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Whether it is there, and not older than the server."""
    if shutil.which(name) is None:
        raise StorageError(f"{name} is not there: install PostgreSQL's client programs (postgresql-client)")
    process = await asyncio.create_subprocess_exec(name, "--version", stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    number = re.search(r"\d+", told.decode(errors="replace"))
    ours, theirs = int(number.group()) if number else 0, connection.get_server_version().major
    if ours < theirs:
        raise StorageError(
            f"{name} is of PostgreSQL {ours}, and the server of {theirs}: install the newer one"
        )


async def _run(url: str, program: str, *options: str, connects: bool = True) -> None:
    arguments, environment = _told_of(url) if connects else ((), dict(os.environ))
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        *options,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # an interrupt from the keyboard is for us alone: we end it
    )
    try:
        _, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        lines = complaints.decode(errors="replace").strip().splitlines() or [
            f"exit code {process.returncode}"
        ]
        raise StorageError(f"{program}: {lines[0].removeprefix(f'{program}: ').removeprefix('error: ')}")


def _told_of(url: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The arguments and the environment by which a program of PostgreSQL finds the database."""
    parts = urlsplit(url)
    who, _, where = parts.netloc.rpartition("@")
    user, _, password = who.partition(":")
    address = urlunsplit(parts._replace(netloc=f"{user}@{where}" if user else where))
    environment = {**os.environ, "PGCONNECT_TIMEOUT": str(int(CONNECT_TIMEOUT_S))}
    if password:
        environment["PGPASSWORD"] = unquote(password)
    return (f"--dbname={address}",), environment
