"""A process is killed in the middle of storing a picture, at every system call on the way."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.domain.errors import PictureNotStoredError
from bot.stores.folder import FolderStore

DATA = bytes(range(256)) * 4_000
KEY = hashlib.sha256(DATA).hexdigest()

STORING = """
import asyncio, hashlib, os, pathlib, resource, signal, sys
from bot.stores.folder import FolderStore

root, kind, call, after = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "after"
data = bytes(range(256)) * 4_000
really, seen = getattr(os, kind, None), 0

def dying(*args):
    global seen
    seen += 1
    if seen == call and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        return really(*args)
    finally:
        if seen == call:
            os.kill(os.getpid(), signal.SIGKILL)

async def main():
    store = FolderStore(root)
    await store.put(b"first")
    if kind == "limit":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (call, call))
    else:
        setattr(os, kind, dying)
    if kind == "forever":
        number = 0
        print("storing", flush=True)
        while True:
            number += 1
            await asyncio.gather(*(store.put(b"%d" % (number * 8 + n) + data) for n in range(8)))
    try:
        await store.put(data)
    finally:
        await store.close()

asyncio.run(main())
"""


def start(root: Path, kind: str, call: int = 0, moment: str = "before") -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", STORING, str(root), kind, str(call), moment]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path.cwd())


def assert_only_whole_files(root: Path) -> int:
    names = [path for path in root.rglob("*") if path.is_file() and path.parent.name != "incoming"]
    for path in names:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return len(names)


async def put_after(root: Path) -> None:
    """What the next process does: clean, and store the same picture again."""
    store = FolderStore(root)
    await store.open(stale_after_s=0)
    assert list((root / "incoming").iterdir()) == []
    assert await store.put(DATA) == KEY
    assert await store.is_intact(KEY)
    assert KEY in [key async for key in store.all_keys()]
    await store.close()


@pytest.mark.process
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("fsync", 1),
        ("replace", 1),
        ("fsync", 2),
        ("fsync", 3),
        ("fsync", 4),
        ("open", 1),
        ("mkdir", 1),
        ("mkdir", 2),
        ("close", 1),
    ],
)
async def test_a_kill_at_any_call_leaves_no_half_picture(
    tmp_path: Path, kind: str, call: int, moment: str
) -> None:
    process = start(tmp_path, kind, call, moment)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL, errors.decode()
    assert assert_only_whole_files(tmp_path) in {1, 2}
    await put_after(tmp_path)


@pytest.mark.process
@pytest.mark.parametrize("delay_s", [0.0, 0.013, 0.05, 0.11])
async def test_a_kill_at_any_time_leaves_no_half_picture(tmp_path: Path, delay_s: float) -> None:
    process = start(tmp_path, "forever")
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay_s)  # noqa: ASYNC251  nothing else runs here
    process.kill()
    process.communicate(timeout=30)
    assert assert_only_whole_files(tmp_path) >= 1
    await put_after(tmp_path)


@pytest.mark.process
async def test_a_disk_that_fills_up_in_the_middle_of_a_file_keeps_nothing_of_it(tmp_path: Path) -> None:
    process = start(tmp_path, "limit", 100_000)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert PictureNotStoredError.__name__ in errors.decode()
    assert "File too large" in errors.decode()
    assert assert_only_whole_files(tmp_path) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


def test_eight_processes_store_the_same_pictures_at_once(tmp_path: Path) -> None:
    code = STORING.split("async def main", maxsplit=1)[0] + (
        "async def main():\n"
        "    store = FolderStore(root)\n"
        "    await asyncio.gather(*(store.put(b'%d' % n + data) for n in range(10)))\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path), "none", "0", "before"]
    processes = [subprocess.Popen(arguments) for _ in range(4)]
    assert [process.wait(30) for process in processes] == [0] * 4
    assert assert_only_whole_files(tmp_path) == 10
    asyncio.run(put_after(tmp_path))
