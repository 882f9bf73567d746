"""kill -9 of a backup and of a restore before any change that they make to a file: nothing half, nothing lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.archives import clean_unfinished
from tests.container.backup_parts import House, manifest_of, member, picture
from tests.databases import RawSql

pytestmark = [pytest.mark.process, pytest.mark.sqlite]

ROOT = Path(__file__).resolve().parents[2]
UNDER_TEST = (sys.executable, "-m", "tests.faults.backup_under_test")
MOMENTS = 8
"""How many of the changes of a whole run are tried: the first, the last, and some between them."""


class Jobs:
    """Runs jobs, each in a process of its own that can be killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def run(self, house: House, *arguments: str, kill_before: int = -1) -> list[str]:
        """Run one, to its end or until it is killed there; the changes that it made."""
        order = {
            "arguments": arguments,
            "environment": {
                "DATABASE_URL": house.settings.database_url,
                "IMAGE_STORE": house.settings.image_store,
            },
            "changes_in": str(house.folder),
            "kill_before": kill_before,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        answer = json.loads(await self._process.stdout.readline())
        assert answer["code"] == (0 if kill_before < 0 else -signal.SIGKILL)
        return answer["changes"]


@pytest.fixture
async def jobs(tmp_path: Path) -> AsyncIterator[Jobs]:
    process = await asyncio.create_subprocess_exec(
        *UNDER_TEST,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield Jobs(process)
    await process.communicate(b"")  # closes it, which is its end


def moments(changes: list[str]) -> list[int]:
    last = len(changes) - 1
    return sorted({round(last * step / (MOMENTS - 1)) for step in range(MOMENTS)})


@pytest.fixture
async def house(tmp_path: Path) -> House:
    """With two pictures."""
    (tmp_path / "house").mkdir()
    house = House.at(tmp_path / "house")
    async with house.opened() as (database, store):
        account_id = await member(database)
        for number in (1, 2):
            await picture(database, store, account_id, number)
    return house


async def test_a_backup_that_is_killed_is_whole_or_is_not_there(house: House, jobs: Jobs) -> None:
    before = await house.pictures()
    folder = house.folder / "backups"
    changes = await jobs.run(house, "backup", str(folder))
    assert len(changes) > MOMENTS
    (archive,) = folder.iterdir()
    archive.unlink()
    for moment in moments(changes):
        await jobs.run(house, "backup", str(folder), kill_before=moment)
        for made in folder.glob("*.tar"):
            assert manifest_of(made).pictures.count == 4
            made.unlink()
        clean_unfinished(folder, young_s=-60)
        assert list(folder.iterdir()) == []
    assert (await house.save()).is_whole
    assert await house.pictures() == before


@pytest.mark.parametrize("replaces", [False, True])
async def test_a_restore_that_is_killed_can_be_run_again(
    house: House, jobs: Jobs, tmp_path: Path, *, replaces: bool
) -> None:
    saved = await house.save()
    wanted = await house.pictures()
    arguments = ("restore", str(saved.path), *(["--replace"] if replaces else []))

    async def installation(name: str) -> House:
        """With nothing in it, or with a picture of its own."""
        (tmp_path / name).mkdir()
        other = House.at(tmp_path / name)
        if replaces:
            async with other.opened() as (database, store):
                await picture(database, store, await member(database), 9)
        return other

    changes = await jobs.run(await installation("whole"), *arguments)
    assert len(changes) > MOMENTS
    for moment in moments(changes):
        other = await installation(f"killed-before-{moment}")
        await jobs.run(other, *arguments, kill_before=moment)
        assert not replaces or kept_somewhere(other)
        # Once it is in its place it is a database like any other.
        is_done = not replaces and (other.folder / "darkroom.db").exists()
        report = await other.restore(saved.path, replace=replaces or is_done)
        assert report.audit.is_clean
        assert await other.pictures() == wanted
        assert not replaces or kept_somewhere(other)
        clean_unfinished(other.folder, young_s=-60)
        assert not list(other.folder.glob(".darkroom*"))


def kept_somewhere(house: House) -> bool:
    """Whether the picture that was there before is still in one of the databases."""
    for path in house.folder.glob("darkroom.db*"):
        if not path.name.endswith(("-wal", "-shm", "-journal")):
            with RawSql(f"sqlite:///{path}") as raw:
                if raw.execute("SELECT count(*) FROM image WHERE image_id = 'request-9-0'").fetchone() == (
                    1,
                ):
                    return True
    return False
