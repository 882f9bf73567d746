"""The picture lab and the store: CPU a delivered picture, and how long the event loop is kept waiting."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import aiohttp
from PIL import Image

from benchmarks.fresh import Figures, in_fresh_process, peak_resident_mb, resident_mb
from benchmarks.samples import sample_picture
from benchmarks.sink import sink
from benchmarks.table import Options, Row
from bot.rendering.lab import PillowLab
from bot.services.ports.images import PictureNotes
from bot.stores.folder import FolderStore

NOTES = PictureNotes(alt_text="Mira leans on the railing at dusk", backend="null", request_id="0" * 26)
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
SIZE_2K = (1536, 2048)
SIZE_4K = (4096, 4096)
IN_FLIGHT = 8


_CPU_NOTE = (
    "1536 × 2048, grainy; decode, check, encode, thumbnail, two durable files, multipart upload over "
    "loopback; median picture of one process. Reference: Pillow decodes the same bytes and encodes them at "
    "q95 4:4:4, nothing else. A PNG's own decoding alone is most of its budget."
)
_STALL_NOTE = (
    "4096 × 4096 through the lab's two threads while the loop ticks every millisecond; median of several "
    "processes' longest. Reference: the same loop while two threads hash instead, which holds no GIL: what "
    "this machine does to any busy process."
)


def rows(options: Options) -> Sequence[Row]:
    """CPU a delivered 2K picture; longest stall while eight 4K pictures are processed."""
    repeats = options.scaled(10, 3)
    return [
        *(_cpu_row(file_format, repeats) for file_format in ("JPEG", "PNG")),
        *(_stall_row(file_format, options.scaled(5, 1)) for file_format in ("JPEG", "PNG")),
    ]


def _cpu_row(file_format: str, repeats: int) -> Row:
    found = in_fresh_process(deliver_pictures, file_format, repeats)
    ours, floor = found["ours_ms"], found["floor_ms"]
    return Row(
        what=f"own CPU per delivered 2K picture, backend answers {file_format}",
        target="≤ 150 ms",
        ours=f"{ours:.0f} ms",
        reference=f"{floor:.0f} ms",
        ratio=ours / floor,
        met=ours <= 150,
        note=_CPU_NOTE,
    )


def _stall_row(file_format: str, runs: int) -> Row:
    found = [in_fresh_process(stall_while_developing, file_format) for _ in range(runs)]
    ours, noise = median(one["stall_ms"] for one in found), median(one["noise_ms"] for one in found)
    return Row(
        what=f"longest event-loop stall, eight 4K pictures ({file_format})",
        target="≤ 50 ms",
        ours=f"{ours:.0f} ms",
        reference=f"{noise:.0f} ms",
        ratio=ours / noise,
        met=ours <= 50,
        note=_STALL_NOTE,
    )


async def deliver_pictures(file_format: str, repeats: int) -> Figures:
    """CPU of this process (all threads) a picture, and of the bare codecs, in milliseconds."""
    data = sample_picture(*SIZE_2K, file_format)
    lab = PillowLab()
    with sink() as address, tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        async with aiohttp.ClientSession() as session:
            ours: list[float] = []
            floor: list[float] = []
            for number in range(repeats + 1):
                notes = PictureNotes(NOTES.alt_text, NOTES.backend, str(number))
                begun = time.process_time()
                await _upload(await _developed(data, notes, lab, store), session, address)
                between = time.process_time()
                await asyncio.to_thread(_recode, data)
                ours.append((between - begun) * 1e3)
                floor.append((time.process_time() - between) * 1e3)
        await store.close()
    await lab.close()
    return {"ours_ms": median(ours[1:]), "floor_ms": median(floor[1:])}


async def _developed(data: bytes, notes: PictureNotes, lab: PillowLab, store: FolderStore) -> bytes:
    developed = await lab.develop(data, *SIZE_2K, notes)
    key = await store.put(developed.full)
    await store.put(developed.thumbnail)
    return (await lab.for_delivery(await store.get(key), UPLOAD_LIMIT_BYTES)).data


async def _upload(jpeg: bytes, session: aiohttp.ClientSession, address: str) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps({"attachments": [{"id": 0, "description": NOTES.alt_text}]}))
    form.add_field("files[0]", jpeg, filename="picture.jpg", content_type="application/octet-stream")
    async with session.patch(address, data=form) as answer:
        await answer.read()


def _recode(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        with tempfile.TemporaryFile() as file:
            image.save(file, "JPEG", quality=95, subsampling=0)


async def stall_while_developing(file_format: str) -> Figures:
    """Longest time between two turns of the loop, less the millisecond it slept."""
    pictures = [sample_picture(*SIZE_4K, file_format)] * IN_FLIGHT
    lab = PillowLab()
    await lab.develop(sample_picture(*SIZE_2K, file_format), *SIZE_2K, NOTES)
    before_s = time.perf_counter()
    stall_ms = await _longest_stall(*(lab.develop(data, *SIZE_4K, NOTES) for data in pictures))
    took_s = time.perf_counter() - before_s
    await lab.close()
    noise_ms = await _longest_stall(*(asyncio.to_thread(_hash_for, took_s) for _ in range(2)))
    return {"stall_ms": stall_ms, "noise_ms": noise_ms}


async def memory_with_pictures_in_flight(file_format: str) -> Figures:
    """Memory of a process with only the lab, before and at the most, with eight different pictures."""
    first = sample_picture(*SIZE_4K, file_format)
    lab = PillowLab()
    idle_mb = resident_mb()
    # Unlike copies: in the bot each picture in flight has bytes of its own.
    pictures = [bytes(bytearray(first)) for _ in range(IN_FLIGHT)]
    await asyncio.gather(*(lab.develop(data, *SIZE_4K, NOTES) for data in pictures))
    await lab.close()
    return {"idle_mb": idle_mb, "peak_mb": peak_resident_mb(), "input_mb": len(first) * IN_FLIGHT / 1e6}


async def _longest_stall(*work: object) -> float:
    working = asyncio.ensure_future(asyncio.gather(*work))  # type: ignore[call-overload]
    longest_s, last = 0.0, time.perf_counter()
    while not working.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest_s, last = max(longest_s, now - last - 0.001), now
    await working
    return longest_s * 1e3


def _hash_for(seconds: float) -> None:
    block, until = bytes(1 << 22), time.perf_counter() + seconds
    while time.perf_counter() < until:
        hashlib.sha256(block)
