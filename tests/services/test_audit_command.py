"""``python -m bot audit`` as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import RawSql, fresh_database, opened

ROOT = Path(__file__).parents[2]


def audit(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "DATABASE_URL": url,
        "IMAGE_STORE": str(folder / "images"),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", "audit"],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """A database with one account."""
    with fresh_database(tmp_path) as url:
        async with await opened(url) as storage:
            await storage.write(lambda uow: uow.members.require_account(1))
        yield url


async def test_clean_books_exit_with_0_and_one_line(tmp_path: Path, url: str):
    done = audit(tmp_path, url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "audit clean: 1 accounts, 0 entries, 0 requests, 0 pictures\n"


async def test_violations_exit_with_1_and_a_line_each(tmp_path: Path, url: str):
    with RawSql(url) as damaging:
        damaging.ignore_references()
        damaging.execute("UPDATE account SET account_id = 'a', purchased = 5, owed = 3")
    done = audit(tmp_path, url)
    assert done.returncode == 1
    assert done.stdout == (
        "account.purchased is the sum of its entries: a: expected 0, found 5\n"
        "account.owed is the sum of its entries: a: expected 0, found 3\n"
    )


@pytest.mark.sqlite
def test_no_database_is_said_and_none_is_made(tmp_path: Path):
    done = audit(tmp_path, f"sqlite:///{tmp_path}/darkroom.db")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no database at" in done.stderr
    assert list(tmp_path.iterdir()) == []
