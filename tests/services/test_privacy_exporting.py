"""``/privacy export``: all of it, in files that can be handed over, without holding it all in memory."""

from __future__ import annotations

import asyncio
import io
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image as PillowImage

from bot.domain.errors import (
    BeingErasedError,
    ExportUnderWayError,
    NotFoundError,
    NothingKeptError,
    UploadTooLargeError,
)
from bot.domain.picture import Resolution
from bot.domain.request import ImageRequest, RequestKind
from bot.services.ports.storage import SpokenMessage, UnitOfWork
from bot.services.privacy.exporting import HAND_OVER_MS, SECTIONS, ExportEnd
from tests.services.privacy_parts import Archive, Desk, open_archive
from tests.services.request_parts import ANA, BEN, CHANNEL

KIB = 1024


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(tmp_path) as archive:
        yield archive
        assert list((tmp_path / "exports").glob("*")) == [], "a temporary file stayed"


async def some(archive: Archive, count: int) -> list[ImageRequest]:
    """Pictures of Ana's, each some 25 KiB."""
    archive.room.backend.script = [[noise(number)] for number in range(count)]
    made = []
    for number in range(count):
        if number % 9 == 8:  # a welcome pays for ten
            archive.room.clock.now += 24 * 60 * 60 * 1000
        made.append(await archive.picture())
    assert all(request.state.value == "delivered" for request in made), [r.end_reason for r in made]
    return made


def noise(number: int, width_px: int = 768, height_px: int = 1024) -> bytes:
    """A picture that does not compress to nothing."""
    small = PillowImage.effect_noise((width_px // 8, height_px // 8), 60 + number)
    out = io.BytesIO()
    small.convert("RGB").resize((width_px, height_px)).save(out, "JPEG", quality=60)
    return out.getvalue()


async def files_of(archive: Archive, requests: list[ImageRequest]) -> dict[str, bytes]:
    images = [image for request in requests for image in await archive.images(request)]
    return {
        f"pictures/{image.image_id}.jpg": await archive.room.store.get(image.file_key) for image in images
    }


async def test_one_zip_has_everything(archive: Archive) -> None:
    made = await some(archive, 2)
    await archive.room.own_companion("Ottoline")
    desk = Desk()
    outcome = await archive.exports.run(ANA, desk)
    assert (outcome.end, outcome.handed, outcome.count, outcome.pictures) == (ExportEnd.DONE, 1, 1, 2)
    (zipped,) = desk.zips()
    assert zipped.testzip() is None
    expected = await files_of(archive, made)
    assert {name: zipped.read(name) for name in expected} == expected
    assert {zipped.getinfo(name).compress_type for name in expected} == {zipfile.ZIP_STORED}
    data = desk.data()
    assert data["about"] == {"made_at": "2027-01-15 08:00 UTC", "part": 1, "of": 1}
    assert [one["request"] for one in data["requests"]] == [request.request_id for request in made]
    assert {one["file"] for one in data["pictures"]} == set(expected)
    assert data["companions"][0]["name"] == "Ottoline"
    assert [one["kind"] for one in data["ledger"]] == ["welcome", "hold", "capture", "hold", "capture"]
    assert data["wallets"][0]["moments"] == 400


async def test_the_page_can_be_read_and_links_to_every_picture(archive: Archive) -> None:
    made = await some(archive, 2)
    desk = Desk()
    await archive.exports.run(ANA, desk)
    (zipped,) = desk.zips()
    page = zipped.read("index.html").decode()
    for name in await files_of(archive, made):
        assert f'<a href="{name}"><img loading="lazy" src="{name.replace("pictures", "thumbnails")}"' in page
        assert zipped.read(name.replace("pictures", "thumbnails"))[:2] == b"\xff\xd8"
    assert "<h2>What you asked for</h2>" in page
    assert "<script" not in page


async def test_what_people_wrote_is_escaped_on_the_page_and_whole_in_the_data(archive: Archive) -> None:
    words = '<script>alert("x")</script> & <img src=x onerror=1> “ピカ”'
    await archive.room.ask(RequestKind.PREMIUM, "mira", prompt=words)
    desk = Desk()
    await archive.exports.run(ANA, desk)
    page = desk.zips()[0].read("index.html").decode()
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(" in page
    assert desk.data()["requests"][0]["options"]["prompt"] == words


async def test_nothing_of_others_is_in_it(archive: Archive) -> None:
    await some(archive, 1)
    theirs = await archive.picture(BEN, hint="cartwheels")
    desk = Desk()
    await archive.exports.run(ANA, desk)
    assert theirs.request_id not in json.dumps(desk.data())
    assert "cartwheels" not in json.dumps(desk.data())
    assert len(desk.pictures()) == 1


async def test_what_is_too_large_comes_in_parts_that_each_fit(archive: Archive) -> None:
    made = await some(archive, 8)
    sizes = [len(data) for data in (await files_of(archive, made)).values()]
    desk = Desk(limit_bytes=sum(sizes) // 2)
    outcome = await archive.exports.run(ANA, desk)
    assert outcome.end is ExportEnd.DONE
    assert outcome.count == len(desk.files) >= 3
    assert all(len(data) <= desk.limit_bytes for data in desk.files)
    assert [(head.number, head.count) for head in desk.heads] == [
        (number, outcome.count) for number in range(1, outcome.count + 1)
    ]
    assert sorted(desk.pictures()) == sorted(await files_of(archive, made))
    told = [
        picture["file"]
        for number in range(outcome.count)
        for picture in desk.data(number).get("pictures", [])
    ]
    assert sorted(told) == sorted(desk.pictures())
    names = {zipped.namelist()[-1] for zipped in desk.zips()}
    assert names == {"index.html"}
    assert "part 2 of" in desk.zips()[1].read("index.html").decode()


async def test_many_words_are_parted_as_well(archive: Archive) -> None:
    await some(archive, 1)
    account_id = await archive.account()

    async def work(uow: UnitOfWork) -> None:
        for number in range(2000):
            await uow.channels.add_spoken(SpokenMessage(number + 1, CHANNEL, "mira", account_id, number))

    await archive.room.storage.write(work)
    desk = Desk(limit_bytes=300 * KIB)
    outcome = await archive.exports.run(ANA, desk)
    assert outcome.count > 1
    assert all(len(data) <= desk.limit_bytes for data in desk.files)
    spoken = [
        one["message"]
        for number in range(outcome.count)
        for one in desk.data(number).get("messages_spoken_as_companions", [])
    ]
    assert spoken == [str(number) for number in range(1, 2001)]


async def test_a_picture_larger_than_a_file_may_be_is_made_smaller_and_says_so(archive: Archive) -> None:
    archive.room.backend.script = [[noise(1, 1536, 2048)]]
    made = await archive.picture(resolution=Resolution.R2K)
    (full,) = (await files_of(archive, [made])).values()
    assert len(full) > 160 * KIB
    desk = Desk(limit_bytes=160 * KIB)
    outcome = await archive.exports.run(ANA, desk)
    assert outcome.end is ExportEnd.DONE
    (name,) = desk.pictures()
    part = next(zipped for zipped in desk.zips() if name in zipped.namelist())
    assert part.read(name)[:2] == b"\xff\xd8"
    assert len(part.read(name)) < 160 * KIB
    assert "Made smaller to fit" in part.read("index.html").decode()
    assert all(len(data) <= desk.limit_bytes for data in desk.files)


async def test_a_smaller_limit_than_was_told_is_found_out(archive: Archive) -> None:
    made = await some(archive, 6)
    total = sum(len(data) for data in (await files_of(archive, made)).values())
    desk = Desk(limit_bytes=2 * total, errors=[UploadTooLargeError(1)])
    outcome = await archive.exports.run(ANA, desk)
    assert outcome.end is ExportEnd.DONE
    assert sorted(desk.pictures()) == sorted(await files_of(archive, made))
    assert max(len(data) for data in desk.files) <= total


async def test_where_not_even_small_files_are_taken_it_fails(archive: Archive) -> None:
    await some(archive, 1)
    desk = Desk(errors=[UploadTooLargeError(1)] * 20)
    with pytest.raises(UploadTooLargeError):
        await archive.exports.run(ANA, desk)


async def test_out_of_time_the_rest_is_offered_and_nothing_comes_twice(archive: Archive) -> None:
    made = await some(archive, 8)
    total = sum(len(data) for data in (await files_of(archive, made)).values())
    now = archive.room.clock.now
    desk = Desk(limit_bytes=total // 2, until_ms=now + HAND_OVER_MS + 1000)

    async def time_passes() -> None:
        archive.room.clock.now += 2000

    desk.on_part = time_passes
    first = await archive.exports.run(ANA, desk)
    assert (first.end, first.handed) == (ExportEnd.OUT_OF_TIME, 1)
    assert first.count > 2
    assert len(first.cursor) <= 40
    rest = Desk(limit_bytes=desk.limit_bytes)
    last = await archive.exports.run(ANA, rest, cursor=first.cursor, handed=first.handed)
    assert (last.end, last.handed, last.count) == (ExportEnd.DONE, first.count, first.count)
    assert [head.number for head in rest.heads] == list(range(2, first.count + 1))
    assert sorted(desk.pictures() + rest.pictures()) == sorted(await files_of(archive, made))


async def test_cancelled_it_stops_at_the_next_picture(archive: Archive) -> None:
    await some(archive, 4)
    desk = Desk()

    async def cancel() -> None:
        assert archive.exports.cancel(ANA)

    desk.on_show = cancel
    outcome = await archive.exports.run(ANA, desk)
    assert (outcome.end, outcome.handed) == (ExportEnd.CANCELLED, 0)
    assert len(desk.shown) == 1
    assert desk.files == []
    assert not archive.exports.cancel(ANA)


async def test_cancelled_between_two_parts_it_stops_there(archive: Archive) -> None:
    made = await some(archive, 6)
    total = sum(len(data) for data in (await files_of(archive, made)).values())
    desk = Desk(limit_bytes=total // 2)

    async def cancel() -> None:
        archive.exports.cancel(ANA)

    desk.on_part = cancel
    outcome = await archive.exports.run(ANA, desk)
    assert (outcome.end, outcome.handed) == (ExportEnd.CANCELLED, 1)
    rest = Desk(limit_bytes=desk.limit_bytes)
    await archive.exports.run(ANA, rest, cursor=outcome.cursor, handed=1)
    assert sorted(desk.pictures() + rest.pictures()) == sorted(await files_of(archive, made))


async def test_a_second_export_waits_for_the_first_to_end(archive: Archive) -> None:
    await some(archive, 1)
    desk = Desk()

    async def again() -> None:
        with pytest.raises(ExportUnderWayError):
            await archive.exports.run(ANA, Desk())

    desk.on_part = again
    await archive.exports.run(ANA, desk)
    assert (await archive.exports.run(ANA, Desk())).end is ExportEnd.DONE


async def test_progress_counts_pictures(archive: Archive) -> None:
    await some(archive, 3)
    desk = Desk()
    await archive.exports.run(ANA, desk)
    assert [(shown.pictures, shown.pictures_of) for shown in desk.shown] == [(0, 3), (1, 3), (2, 3)]


async def test_a_picture_whose_file_is_gone_is_said_to_be(archive: Archive) -> None:
    (made,) = await some(archive, 1)
    (image,) = await archive.images(made)
    await archive.room.store.delete(image.file_key)
    desk = Desk()
    outcome = await archive.exports.run(ANA, desk)
    assert outcome.end is ExportEnd.DONE
    assert desk.pictures() == []
    assert "The file of this picture is gone" in desk.zips()[0].read("index.html").decode()


async def test_what_is_deleted_meanwhile_shifts_nothing_else(archive: Archive) -> None:
    made = await some(archive, 6)
    files = await files_of(archive, made)
    total = sum(len(data) for data in files.values())
    desk = Desk(limit_bytes=total // 2)
    planned = await archive.exports.run(ANA, Desk(limit_bytes=total // 2))
    last_of_first = 0

    async def scrub() -> None:
        nonlocal last_of_first
        if len(desk.shown) == 1:  # while the first part is written, its last picture goes
            request = made[last_of_first + 1]

            async def work(uow: UnitOfWork) -> None:
                await uow.privacy.mark_pictures_deleted([request.request_id], 1)
                await uow.privacy.scrub([request.request_id], 1)

            await archive.room.storage.write(work)

    desk.on_show = scrub
    outcome = await archive.exports.run(ANA, desk)
    assert outcome.end is ExportEnd.DONE
    assert outcome.count == planned.count
    assert all(len(data) <= desk.limit_bytes for data in desk.files)
    assert len(desk.pictures()) == len(set(desk.pictures())) >= 5


async def test_a_deletion_that_begins_meanwhile_ends_it(archive: Archive) -> None:
    made = await some(archive, 6)
    total = sum(len(data) for data in (await files_of(archive, made)).values())
    desk = Desk(limit_bytes=total // 2)

    async def erase() -> None:
        await archive.erasures.begin(ANA, None, 0)

    desk.on_part = erase
    with pytest.raises(BeingErasedError):
        await archive.exports.run(ANA, desk)
    assert len(desk.files) == 1


async def test_of_somebody_unknown_there_is_nothing_to_export(archive: Archive) -> None:
    with pytest.raises(NothingKeptError):
        await archive.exports.run(99, Desk())


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "99-1",
        "-1",
        "0-",
        "1-x",
        "1--5",
        "2-9999999999999999999",
        "13-x",
        "13-x_y",
        "12-../x",
        "²-1",
        "0",
    ],
)
async def test_a_forged_place_leads_nowhere(archive: Archive, cursor: str) -> None:
    await some(archive, 1)
    with pytest.raises(NotFoundError):
        await archive.exports.run(ANA, Desk(), cursor=cursor)


async def test_after_the_last_thing_there_is_nothing_more(archive: Archive) -> None:
    await some(archive, 1)
    outcome = await archive.exports.run(ANA, Desk(), cursor=f"{len(SECTIONS) - 1}-zzz_9", handed=3)
    assert (outcome.end, outcome.handed, outcome.count) == (ExportEnd.DONE, 3, 3)


async def test_many_pictures_take_no_more_memory_than_few(archive: Archive) -> None:
    (made,) = await some(archive, 1)
    (image,) = await archive.images(made)
    size = len(await archive.room.store.get(image.file_key))
    columns = archive.columns("image")
    copied = ", ".join(
        {"image_id": "image_id || '-' || substr(CAST(100000 + n AS TEXT), 2)", "position": "n"}.get(
            name, name
        )
        for name in columns
    )
    count = 900
    numbers = "WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
    archive.rows(f"{numbers} INSERT INTO image SELECT {copied} FROM image, number", count=count)  # noqa: S608

    class Counting(Desk):
        async def hand_over(self, path: Path, head: object) -> None:
            del head
            sizes.append((await asyncio.to_thread(path.stat)).st_size)

    sizes: list[int] = []
    tracemalloc.start()
    outcome = await archive.exports.run(ANA, Counting())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.pictures == count + 1
    assert sum(sizes) > size * count
    assert peak < 8 * 1024 * KIB, f"{peak / KIB:.0f} KiB for {sum(sizes) / KIB:.0f} KiB"
