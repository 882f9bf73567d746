"""Writing zips to disk, in threads, without ever holding more than one picture.

Pictures are stored as they are (a JPEG does not get smaller), words are deflated. JSON and page grow in two
temporary files beside the zip, for a zip takes one member at a time.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
import zipfile
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from bot.exporting import page
from bot.services.ports.privacy import PartHead, PictureFiles
from bot.services.ports.storage import Fact, Section

Result = TypeVar("Result")


class InThread(Protocol):
    """Runs work in a thread."""

    async def __call__(self, work: Callable[[], Result]) -> Result:
        """What the work returns."""
        ...


_ENTRY_BYTES = 512
"""More than a zip's own words about one file: its two headers with the name twice."""
_FRAME_BYTES = 16 * 1024
"""More than the page's head and foot, all titles, JSON's brackets, and the zip's end."""
_SLACK_BYTES = 32 * 1024
"""For what came to be between the planning of a part and its writing."""
_STALE_AFTER_S = 60 * 60
_PREFIX = "export-"


class ZipPress:
    """A :class:`bot.services.ports.privacy.ExportPress` that works in one folder of temporary files."""

    def __init__(self, folder: Path) -> None:
        """Nothing is touched before :meth:`open` or the first part."""
        self._folder = folder
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="export")

    async def open(self, stale_after_s: float = _STALE_AFTER_S) -> int:
        """Remove what a killed process left, and say how many parts that were.

        Only what is untouched for ``stale_after_s``: another process may be writing its own.
        """
        return await self._in_thread(lambda: self._clean(stale_after_s))

    async def close(self) -> None:
        """Let what is being written end, and stop the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    def room(self, limit_bytes: int) -> int:
        """See the protocol. Deflating never makes words longer by more than a thousandth."""
        return max(int((limit_bytes - _FRAME_BYTES - _SLACK_BYTES) * 0.999), 1)

    def weigh(self, fact: Fact, files_bytes: int) -> int:
        """See the protocol. Words count as if nothing were deflated."""
        weight = len(fact.text.encode()) + 3 + len(page.fact_entry(fact, _AS_LONG_AS_CAN_BE).encode())
        return weight + (files_bytes + 2 * _ENTRY_BYTES if fact.file is not None else 0)

    @asynccontextmanager
    async def open_part(self, head: PartHead) -> AsyncGenerator[ZipPart]:
        """See the protocol."""
        writing = await self._in_thread(lambda: _Writing(self._folder, head))
        try:
            yield ZipPart(writing, self._in_thread)
        finally:
            await asyncio.shield(self._in_thread(writing.remove))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _clean(self, stale_after_s: float) -> int:
        before = time.time() - stale_after_s
        stale = [path for path in self._folder.glob(f"{_PREFIX}*") if path.stat().st_mtime <= before]
        for path in stale:
            shutil.rmtree(path, ignore_errors=True)
        return len(stale)


_AS_LONG_AS_CAN_BE = PictureFiles(b"", b"", reduced=True)


class ZipPart:
    """One zip being written; see :class:`bot.services.ports.privacy.OpenPart`."""

    def __init__(self, writing: _Writing, in_thread: InThread) -> None:
        self._writing = writing
        self._in_thread = in_thread

    async def add(self, fact: Fact, files: PictureFiles | None) -> None:
        """See the protocol."""
        await self._in_thread(lambda: self._writing.add(fact, files))

    async def finish(self) -> Path:
        """See the protocol."""
        return await self._in_thread(self._writing.finish)


class _Writing:
    """The work in the threads: one call at a time, each after the one before."""

    def __init__(self, folder: Path, head: PartHead) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
        self._zip = zipfile.ZipFile(self._folder / part_name(head), "w", zipfile.ZIP_STORED)
        self._json = (self._folder / "data.json").open("w", encoding="utf-8")
        self._page = (self._folder / "index.html").open("w", encoding="utf-8")
        self._section: Section | None = None
        made_at = datetime.fromtimestamp(head.made_at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        about = json.dumps({"made_at": made_at, "part": head.number, "of": head.count})
        self._json.write(f'{{"about": {about}')
        self._page.write(page.beginning(head, made_at))

    def add(self, fact: Fact, files: PictureFiles | None) -> None:
        if fact.section is not self._section:
            self._json.write("" if self._section is None else "]")
            self._json.write(f',\n"{fact.section.value}": [\n')
            self._page.write(page.section_title(fact.section))
        else:
            self._json.write(",\n")
        self._section = fact.section
        self._json.write(fact.text)
        self._page.write(page.fact_entry(fact, files))
        if files is not None:
            self._zip.writestr(page.picture_name(fact), files.full)
            self._zip.writestr(page.thumbnail_name(fact), files.thumbnail)

    def finish(self) -> Path:
        self._json.write("}\n" if self._section is None else "]}\n")
        self._page.write(page.ending())
        for file, name in ((self._json, "data.json"), (self._page, "index.html")):
            file.close()
            self._zip.write(self._folder / name, name, compress_type=zipfile.ZIP_DEFLATED)
        self._zip.close()
        return Path(str(self._zip.filename))

    def remove(self) -> None:
        for file in (self._json, self._page, self._zip):
            with suppress(OSError, ValueError):  # a full disk: what was to be flushed goes with the rest
                file.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def part_name(head: PartHead) -> str:
    """What a part is called."""
    return "darkroom-data.zip" if head.count == 1 else f"darkroom-data-{head.number}-of-{head.count}.zip"
