"""The whole bot with its pictures in a bucket: made, looked at, handed over, edited, removed, exported, erased."""

from __future__ import annotations

import asyncio
import io
import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground import Interaction, Message
from tests.e2e.reference_desk import Owner
from tests.e2e.stage import REAL_BOT, Room, Stage
from tests.stores.s3_server import S3Server, s3_server

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True, slots=True)
class Bucketed:
    """A stage whose pictures are in a bucket of a server."""

    stage: Stage
    s3: S3Server
    bucket: str

    def objects_of(self, room: Room) -> set[str]:
        """The objects of a member's pictures that the bucket has."""
        keys = self.stage.rows(
            "SELECT file_key FROM image WHERE account_id = (SELECT account_id FROM member WHERE user_id = :user)"
            " UNION SELECT thumbnail_key FROM image WHERE account_id ="
            " (SELECT account_id FROM member WHERE user_id = :user)",
            user=room.member.id,
        )
        return {f"pictures/{key[:2]}/{key}" for key in keys} & set(self.s3.objects(self.bucket))

    async def picture(self, room: Room, hint: str) -> Message:
        pressed = await self.stage.world.slash(room.member, room.place, "image instant", hint=hint)
        picture = await self.stage.picture(pressed)
        await self.stage.settled(room.member)
        return picture


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bucketed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bucketed]:
    folder = tmp_path_factory.mktemp("whole-bot")
    with s3_server(folder / "s3") as s3:
        bucket = s3.new_bucket()
        place = f"s3://{bucket}/pictures"
        async with Stage.open(
            folder, command=REAL_BOT, IMAGE_STORE=place, IMAGE_BACKENDS="sketch", **s3.settings()
        ) as stage:
            yield Bucketed(stage, s3, bucket)
        assert s3.complaints == []
        assert pictures_outside(folder) == []


def pictures_outside(folder: Path) -> list[Path]:
    """Picture files that the bot wrote somewhere else."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and "s3" not in path.parts and path.read_bytes()[:3] == b"\xff\xd8\xff"
    ]


def select_of(message: Message, action: str) -> dict[str, object]:
    return next(p for p in message.walk() if str(p.get("custom_id", "")).startswith(f"{action}:"))


async def opened_gallery(stage: Stage, room: Room, count: int) -> Interaction:
    opened = await stage.world.slash(room.member, room.place, "gallery")

    def shown() -> Message | None:
        page = opened.response
        return page if page is not None and len(page.attachments) == count else None

    await stage.world.wait_until(shown, 20, lambda: f"{count} thumbnails: {opened.texts()}")
    return opened


async def test_made_looked_at_handed_over_edited_and_removed(bucketed: Bucketed) -> None:
    stage, world = bucketed.stage, bucketed.stage.world
    room = await stage.room()
    older = await bucketed.picture(room, "in a library at night")
    newer = await bucketed.picture(room, "on a beach in the morning")
    assert len(bucketed.objects_of(room)) == 4

    opened = await opened_gallery(stage, room, 2)
    page = opened.response
    assert page is not None
    select = select_of(page, "gallery-open")
    oldest = select["options"][1]["value"]  # type: ignore[index]
    card = await world.choose(room.member, page, [oldest], custom_id=str(select["custom_id"]))
    shown = await stage.clickable(card, "Favourite")
    assert shown.attachments[0].data == older.attachments[0].data

    handed = await (await world.press(stage.new_member(), older, "Download")).answered()
    assert handed.attachments[0].data == older.attachments[0].data

    form = await world.press(room.member, older, "Edit")
    await form.modal_shown()
    edited = await stage.picture(
        await world.submit_modal(form, {"words": "same setting, change dress to red"})
    )
    assert "an edit of" in edited.text
    await stage.settled(room.member)
    assert len(bucketed.objects_of(room)) == 6

    question = await (await world.press(room.member, newer, "Delete")).said("for good")
    await (await world.press(room.member, question, "Delete for good")).said("deleted")
    assert world.message(newer) is None
    assert len(bucketed.objects_of(room)) == 4
    await opened_gallery(stage, room, 2)


async def test_exported_and_erased(bucketed: Bucketed) -> None:
    stage, world = bucketed.stage, bucketed.stage.world
    room, friend = await stage.room(), await stage.room()
    posted = await bucketed.picture(room, "in a greenhouse")
    await bucketed.picture(friend, "on a balcony")
    assert len(bucketed.objects_of(room)) == 2

    exported = await world.slash(room.member, room.place, "privacy export")
    await exported.said("Your data is here")
    (part,) = [message for message in exported.followups if message.attachments]
    zipped = zipfile.ZipFile(io.BytesIO(part.attachments[0].data))
    (name,) = [name for name in zipped.namelist() if name.startswith("pictures/")]
    assert zipped.read(name) == posted.attachments[0].data

    mine = bucketed.objects_of(room)
    asked = await world.slash(room.member, room.place, "privacy delete")
    question = await asked.said("What stays")
    form = await world.press(room.member, question, "Delete everything about me…")
    await form.modal_shown()
    submitted = await world.submit_modal(form, {"word": "DELETE"})
    await submitted.said("Everything about you is deleted")
    assert mine.isdisjoint(bucketed.s3.objects(bucketed.bucket))
    assert len(bucketed.objects_of(friend)) == 2


async def test_candidates_and_likeness(bucketed: Bucketed) -> None:
    stage = bucketed.stage
    rin = await Owner.begin(stage, "Rin")
    await rin.turned(await rin.enable(), "2", "ready for Advanced")
    assert rin.reference is not None
    assert f"pictures/{rin.reference[:2]}/{rin.reference}" in bucketed.s3.objects(bucketed.bucket)
    await stage.world.restart_bot(kill=True)
    pressed = await stage.world.slash(
        rin.member, rin.place, "image advanced", companion="Rin", prompt="Rin waves at a harbour."
    )
    picture = await stage.picture(pressed)
    assert "no likeness" not in picture.text
    await stage.settled(rin.member)


async def ran(bucketed: Bucketed, job: str, **settings: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *REAL_BOT,
        job,
        env={**os.environ, **bucketed.stage.env, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_doctor_and_audit_look_into_the_bucket(bucketed: Bucketed) -> None:
    before = bucketed.s3.objects(bucketed.bucket)
    code, told = await ran(bucketed, "doctor")
    assert (code, f"pictures: s3://{bucketed.bucket}/pictures can be written" in told) == (0, True), told
    assert bucketed.s3.objects(bucketed.bucket) == before
    code, told = await ran(bucketed, "doctor", S3_SECRET_ACCESS_KEY="somebody-elses")  # noqa: S106  nobody's
    assert code == 1
    (line,) = [line for line in told.splitlines() if line.startswith("!!")]
    assert "IMAGE_STORE: it can't be written to: it answered 403 SignatureDoesNotMatch" in line
    assert "somebody-elses" not in told

    (key,) = bucketed.stage.rows("SELECT file_key FROM image WHERE deleted_at_ms IS NULL LIMIT 1")
    there = bucketed.s3.folder / bucketed.bucket / "pictures" / key[:2] / key
    data = there.read_bytes()
    there.unlink()
    code, told = await ran(bucketed, "audit")
    assert (code, key in told) == (1, True), told
    there.write_bytes(data)
    code, told = await ran(bucketed, "audit", S3_REGION="elsewhere-1")
    assert code == 2
    assert told.strip() == (
        f"Wrong setting: IMAGE_STORE: s3://{bucketed.bucket}/pictures: it answered 400:"
        " see S3_REGION and S3_ENDPOINT"
    )
    bucketed.s3.complaints.clear()


async def test_a_bot_whose_bucket_refuses_it_does_not_start(bucketed: Bucketed, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *REAL_BOT,
        env={
            **os.environ,
            **bucketed.stage.env,
            "DISCORD_TOKEN": "none",
            "DATABASE_URL": f"sqlite:///{tmp_path}/new.db",
            "IMAGE_STORE": "s3://no-such-bucket",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 2
    (line,) = [line for line in output.decode().splitlines() if line.startswith("Wrong setting: ")]
    assert line.startswith("Wrong setting: IMAGE_STORE: s3://no-such-bucket: there is no such bucket")
