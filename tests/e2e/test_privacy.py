"""``/privacy`` on the bot as its own process: shown, exported and deleted, here and in direct messages."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from playground import Channel, Fault, Interaction, Member, Message, rate_limit, server_error_before, status
from tests.e2e.stage import Stage, is_picture

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"PRICE_IMAGE": "10"}


async def picture(stage: Stage, member: Member, place: Channel, hint: str = "on the beach") -> Message:
    pressed = await stage.world.slash(member, place, "image instant", hint=hint, companion="Mira")
    posted = await stage.picture(pressed)
    await pressed.said("moments")  # what it cost: the last word about it
    return posted


async def delete_everything(stage: Stage, member: Member, place: Channel | Member) -> Interaction:
    """Through all questions; the answer to the form."""
    asked = await stage.world.slash(member, place, "privacy delete")
    question = await asked.said("What stays")
    shown = await stage.world.press(member, question, "Delete everything about me…")
    await shown.modal_shown()
    submitted = await stage.world.submit_modal(shown, {"word": "DELETE"})
    await submitted.said("is being deleted")
    return submitted


async def gone(stage: Stage, member: Member) -> None:
    """Nothing links the member to anything any more, and nothing is under way."""
    await stage.until(
        lambda: (
            stage.rows("SELECT count(*) FROM member WHERE user_id = :user", user=member.id) == [0]
            and stage.rows("SELECT count(*) FROM erasure") == [0]
        ),
        f"{member.name} to be forgotten",
    )
    assert stage.rows("SELECT count(*) FROM request WHERE user_id = :user", user=member.id) == [0]


def make_older(stage: Stage, days: int) -> None:
    """The first request of all was made some days earlier."""
    with stage.raw() as database, database.without_trigger("request_identity_fixed"):
        database.execute(
            "UPDATE request SET created_at_ms = created_at_ms - ?"
            " WHERE request_id = (SELECT min(request_id) FROM request)",
            (days * 86_400_000,),
        )


def unzipped(message: Message) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(message.attachments[0].data))


async def test_shown_and_exported_in_a_direct_message(stage: Stage) -> None:
    room = await stage.room()
    posted = await picture(stage, room.member, room.place)
    shown = await stage.world.slash(room.member, room.member, "privacy show")
    policy = await shown.said("never stored, never logged")
    assert "1 picture" in policy.text
    exported = await stage.world.press(room.member, policy, "Export")
    part = await exported.said("Your data")
    await exported.said("Your data is here")
    file = next(m for m in (part, *exported.followups) if m.attachments)
    zipped = unzipped(file)
    (name,) = [name for name in zipped.namelist() if name.startswith("pictures/")]
    assert zipped.read(name) == posted.attachments[0].data
    data = json.loads(zipped.read("data.json"))
    assert data["requests"][0]["options"]["hint"] == "on the beach"


async def test_an_export_in_a_channel_is_seen_by_its_member_alone(stage: Stage) -> None:
    room = await stage.room()
    await picture(stage, room.member, room.place)
    exported = await stage.world.slash(room.member, room.place, "privacy export")
    await exported.said("Your data is here")
    files = [m for m in exported.followups if m.attachments]
    assert len(files) == 1
    assert all(message.ephemeral for message in (exported.response, *exported.followups) if message)
    other = stage.new_member()
    seen = [m for m in stage.world.messages(room.place, as_seen_by=other) if m.attachments]
    assert [message for message in seen if not is_picture(message)] == []


async def test_an_export_over_the_upload_limit_comes_in_parts(stage: Stage) -> None:
    room = await stage.room()
    for _ in range(8):
        await picture(stage, room.member, room.place)
    stage.world.set_upload_limit(150_000)
    try:
        exported = await stage.world.slash(room.member, room.place, "privacy export")
        await exported.said("Your data is here")
    finally:
        stage.world.set_upload_limit(10 * 1024 * 1024)
    parts = [message for message in exported.followups if message.attachments]
    assert len(parts) > 1
    names = [name for part in parts for name in unzipped(part).namelist() if name.startswith("pictures/")]
    assert len(names) == len(set(names)) == 8
    assert [f"part {n} of {len(parts)}" in part.text for n, part in enumerate(parts, 1)] == [True] * len(
        parts
    )


async def test_deleted_is_everything_wherever_it_was_posted(stage: Stage) -> None:
    room = await stage.room()
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    archived = stage.world.create_thread(room.place, f"archived of {room.place.name}")
    lost = stage.world.create_channel(f"lost-{room.place.name}")
    posted = [await picture(stage, room.member, place) for place in (room.place, thread, archived, lost)]
    stage.world.archive_thread(archived)
    stage.world.delete_channel(lost)
    other = stage.new_member()
    theirs = await picture(stage, other, room.place)
    submitted = await delete_everything(stage, room.member, room.place)
    await submitted.said("Everything about you is deleted")
    await gone(stage, room.member)
    assert [stage.world.message(message) for message in posted] == [None] * 4
    assert stage.world.message(theirs) is not None
    keys = stage.rows(
        "SELECT file_key FROM image WHERE deleted_at_ms IS NULL AND account_id ="
        " (SELECT account_id FROM member WHERE user_id = :user)",
        user=other.id,
    )
    assert len(keys) == 1


async def test_a_member_who_comes_back_begins_anew_without_a_welcome(stage: Stage) -> None:
    room = await stage.room()
    await picture(stage, room.member, room.place)
    await delete_everything(stage, room.member, room.place)
    await gone(stage, room.member)
    shown = await stage.world.slash(room.member, room.place, "moments balance")
    await shown.said("0")
    assert not stage.free(room.member)
    refused = await stage.world.press(room.member, room.spoken, "Instant")
    await refused.said("you have **0**")


async def test_an_archived_thread_that_has_to_be_opened_is_opened_and_closed_again(stage: Stage) -> None:
    room = await stage.room()
    thread = stage.world.create_thread(room.place, f"locked of {room.place.name}")
    posted = await picture(stage, room.member, thread)
    stage.world.archive_thread(thread)
    fault = stage.world.faults.add(Fault("DELETE", rf"/messages/{posted.id}$", status(400, 50083)))
    await delete_everything(stage, room.member, room.place)
    await gone(stage, room.member)
    assert len(fault.hits) == 1
    assert stage.world.message(posted) is None
    changes = [
        request.body
        for request in stage.world.requests
        if request.method == "PATCH" and request.path == f"/channels/{thread.id}"
    ]
    assert changes == [{"archived": False}, {"archived": True}]


async def test_what_is_out_of_reach_is_counted_and_told_and_forgotten_all_the_same(stage: Stage) -> None:
    room = await stage.room()
    posted = await picture(stage, room.member, room.place)
    stage.world.faults.add(Fault("DELETE", rf"/messages/{posted.id}$", status(403, 50001)))
    submitted = await delete_everything(stage, room.member, room.place)
    told = await submitted.said("could not be removed")
    assert "1 posted message " in told.text
    await gone(stage, room.member)
    assert stage.world.message(posted) is not None


@pytest.mark.parametrize("trouble", [server_error_before(), rate_limit(0.2)])
async def test_a_discord_in_trouble_is_waited_for(stage: Stage, trouble: object) -> None:
    room = await stage.room()
    posted = await picture(stage, room.member, room.place)
    stage.world.faults.add(Fault("DELETE", rf"/messages/{posted.id}$", trouble, times=6))  # type: ignore[arg-type]
    submitted = await delete_everything(stage, room.member, room.place)
    await submitted.said("Everything about you is deleted")
    assert stage.world.message(posted) is None


async def test_after_the_token_died_the_end_is_told_directly(stage: Stage) -> None:
    room = await stage.room()
    await picture(stage, room.member, room.place)
    stage.world.faults.add(Fault("POST", r"^/webhooks/\d+/[^/]+$", status(401, 50027)))
    await delete_everything(stage, room.member, room.place)
    await stage.world.wait_for_message(room.member, lambda m: "Everything about you is deleted" in m.text)
    await gone(stage, room.member)


async def test_somebody_who_can_not_be_told_is_forgotten_all_the_same(stage: Stage) -> None:
    room = await stage.room()
    await picture(stage, room.member, room.place)
    stage.world.close_dms(room.member)
    stage.world.faults.add(Fault("POST", r"^/webhooks/\d+/[^/]+$", status(401, 50027)))
    await delete_everything(stage, room.member, room.place)
    await gone(stage, room.member)


async def test_what_is_older_than_the_days_to_keep_is_gone_at_the_next_start(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, RETENTION_DAYS="30", PRICE_IMAGE="10") as stage:
        room = await stage.room()
        old = await picture(stage, room.member, room.place, hint="in the kitchen")
        young = await picture(stage, room.member, room.place)
        make_older(stage, days=31)
        await stage.world.restart_bot()
        await stage.world.wait_until(lambda: stage.world.message(old) is None, 20, "the old message to go")
        await stage.until(
            lambda: stage.rows("SELECT scrubbed FROM request ORDER BY request_id") == [1, 0], "the row"
        )
        assert stage.world.message(young) is not None
        assert "kitchen" not in str(stage.rows("SELECT * FROM request"))
