"""``python -m bot backup`` and ``restore`` as they are typed: what they print, how they end, and being told to stop."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.container.backup_parts import House, member, picture
from tests.databases import RawSql
from tests.house.house import ROOT

pytestmark = pytest.mark.sqlite


@pytest.fixture
async def house(tmp_path: Path) -> House:
    """With a picture of which nobody would say that it is small."""
    (tmp_path / "house").mkdir()
    house = House.at(tmp_path / "house")
    async with house.opened() as (database, store):
        await picture(database, store, await member(database), 1, await store.put(os.urandom(1 << 20)))
    return house


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Types a command; gives its exit code, and what it printed on standard output and on standard error."""
    monkeypatch.chdir(house.folder)
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("IMAGE_STORE", house.settings.image_store)

    def typed(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return typed


@contextmanager
def disk_that_takes(size_bytes: int) -> Iterator[None]:
    """No file can become larger than that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_saved_is_restored_and_said(house: House, run: Run) -> None:
    code, printed, told = run("backup", "backups", "--keep", "3")
    (archive,) = (house.folder / "backups").iterdir()
    assert re.fullmatch(
        rf"backup backups/{archive.name} \([\d,]+ bytes\): 1 accounts, 3 entries, 1 requests, 1 pictures \(2 files\)\n",
        printed,
    )
    assert (code, told.splitlines()) == (0, ["backup: snapshot", "backup: database", "backup: pictures"])
    code, printed, told = run("restore", str(archive))
    assert (code, printed) == (1, "")
    assert "say --replace" in told.splitlines()[-1]
    code, printed, told = run("restore", str(archive), "--replace")
    lines = printed.splitlines()
    assert (code, lines[0].startswith("restored ")) == (0, True)
    assert ".before-" in lines[1]
    assert lines[-1] == "audit clean: 1 accounts, 3 entries, 1 requests, 1 pictures"


def test_what_is_no_backup_is_one_line(run: Run) -> None:
    assert run("restore", "gone.tar") == (
        1,
        "",
        "restore: gone.tar can't be read: No such file or directory\n",
    )
    assert run("backup", "darkroom.db") == (1, "", "backup: darkroom.db can't be written: File exists\n")


@pytest.mark.parametrize("limit", [100_000, 1_000_000])
def test_on_a_full_disk_nothing_is_left_of_a_backup(house: House, run: Run, limit: int) -> None:
    """The first limit is met by the snapshot, the second by the archive."""
    with disk_that_takes(limit):
        code, printed, told = run("backup", "backups")
    assert (code, printed) == (1, "")
    assert re.fullmatch(r"(backup: \w+\n)*backup: .* .*\n", told)
    assert list((house.folder / "backups").iterdir()) == []


@pytest.mark.parametrize("limit", [100_000, 1_000_000])
def test_on_a_full_disk_nothing_is_replaced(house: House, run: Run, limit: int) -> None:
    """The first limit is met by the database, the second by the picture."""
    assert run("backup", "saved.tar")[0] == 0
    with RawSql(house.settings.database_url) as raw:
        raw.execute("CREATE TABLE younger (x INTEGER)")
    for file in (house.folder / "images").glob("??/*"):
        file.unlink()
    with disk_that_takes(limit):
        code, printed, told = run("restore", "saved.tar", "--replace")
    assert (code, printed) == (1, "")
    assert re.fullmatch(r"(restore: \w+\n)*restore: .* .*\n", told)
    with RawSql(house.settings.database_url) as raw:
        assert raw.execute("SELECT count(*) FROM younger").fetchone() == (0,)
    assert not list(house.folder.glob(".darkroom*"))
    assert not list(house.folder.glob("*.before-*"))


@pytest.mark.process
@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_leaves_nothing(house: House, name: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "backup", "backups"],
        cwd=house.folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": house.settings.database_url,
            "IMAGE_STORE": house.settings.image_store,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "backup: snapshot\n"
        process.send_signal(name)
        printed, told = process.communicate(timeout=60)
    made = list((house.folder / "backups").iterdir())
    if process.returncode == 0:  # it was done before it heard
        assert [path.suffix for path in made] == [".tar"]
    else:
        assert (process.returncode, printed, made) == (130, "", [])
        assert told.splitlines()[-1] == "backup: stopped, and nothing was left half done"
