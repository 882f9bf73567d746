"""What doctor says of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.test_doctor import doctor, wrong
from tests.databases import RawSql, bare_database, fresh_database

pytestmark = [pytest.mark.process, pytest.mark.postgresql]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with fresh_database(tmp_path) as url:
        yield url


async def test_a_database_that_is_up_to_date_is_well(tmp_path: Path, url: str) -> None:
    told = await doctor(tmp_path, DATABASE_URL=url)
    assert told.returncode == 0, told.stdout
    assert "opens and is up to date" in told.stdout


async def test_an_empty_database_is_well_and_stays_as_it_is(tmp_path: Path) -> None:
    with bare_database() as url:
        told = await doctor(tmp_path, DATABASE_URL=url)
        assert told.returncode == 0, told.stdout
        assert "the next start brings" in told.stdout
        with RawSql(url) as raw:
            assert raw.tables() == []


async def test_a_database_of_a_newer_program_is_named(tmp_path: Path, url: str) -> None:
    with RawSql(url) as raw:
        raw.execute("INSERT INTO migration VALUES (9999, 'later', 'x', 0)")
    (line,) = await wrong(tmp_path, DATABASE_URL=url)
    assert line.startswith("DATABASE_URL: ")
    assert "the database has migration 9999, which this program does not know" in line


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    (line,) = await wrong(tmp_path, DATABASE_URL="postgresql://darkroom:umbrellas@127.0.0.1:1/darkroom")
    assert line.startswith("DATABASE_URL: ")
    assert "umbrellas" not in line
