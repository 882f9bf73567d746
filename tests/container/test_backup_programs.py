"""PostgreSQL's own programs make and read its backups: one that is missing or too old is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.ports.storage import StorageError
from tests.container.backup_parts import House, member
from tests.databases import RawSql

pytestmark = pytest.mark.postgresql


def put_first(folder: Path, name: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of this name that says it is of that version, and does nothing."""
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


async def test_a_backup_needs_pg_dump_of_the_server_or_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with House.build(tmp_path / "house") as house:
        async with house.opened() as (database, _):
            await member(database)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(StorageError, match="pg_dump is not there: install PostgreSQL's client programs"):
            await house.save()
        put_first(tmp_path, "pg_dump", "9.6.24", monkeypatch)
        with pytest.raises(StorageError, match=r"pg_dump is of PostgreSQL 9, and the server of \d+"):
            await house.save()
        assert [path.name for path in house.folder.iterdir()] == ["images"]


async def test_a_restore_changes_nothing_where_its_programs_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with House.build(tmp_path / "house") as house:
        async with house.opened() as (database, _):
            await member(database)
        saved = await house.save()
        with monkeypatch.context() as without:
            without.setenv("PATH", str(tmp_path))
            with pytest.raises(StorageError, match="pg_restore is not there"):
                await house.restore(saved.path, replace=True)
        report = await house.restore(saved.path, replace=True)
        assert report.audit.counts.accounts == 1


async def test_a_database_whose_tables_are_in_another_schema_is_not_saved_as_an_empty_one(
    tmp_path: Path,
) -> None:
    async with House.build(tmp_path / "house") as house:
        with RawSql(house.settings.database_url) as raw:
            raw.execute("CREATE SCHEMA AUTHORIZATION CURRENT_USER")
        async with house.opened() as (database, _):
            await member(database)
        with pytest.raises(StorageError, match="its tables are in the schema"):
            await house.save()
        assert [path.name for path in house.folder.iterdir()] == ["images"]
