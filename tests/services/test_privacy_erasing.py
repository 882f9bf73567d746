"""``/privacy delete``: everything about a member goes, the books stay right, and no interruption leaves a rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain.errors import (
    BeingErasedError,
    DeliveryDelayedError,
    NothingKeptError,
    PictureMissingError,
)
from bot.domain.request import RequestKind
from bot.services.ports.chat import Delivery
from bot.services.ports.speaking import Place
from bot.services.ports.storage import MessagePlace, StorageError, UnitOfWork
from bot.services.privacy.erasing import TELL_FOR_MS
from bot.services.privacy.wiping import Wiper
from tests.services.privacy_parts import WORDS, Archive, held, live, open_archive
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, WELCOME

T = TypeVar("T")


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(tmp_path) as archive:
        yield archive


async def test_everything_about_a_member_is_gone(archive: Archive) -> None:
    await live(archive)
    said = archive.everything()
    assert all(word in said for word in ("peppermint", "Ottoline", "tin whistle"))
    await archive.erase()
    said = archive.everything()
    assert not [word for word in WORDS if word in said]
    assert await archive.files() == []
    assert await archive.account() is None
    assert archive.rows("SELECT count(*) FROM erasure") == [0]
    for table in (
        "companion",
        "presence",
        "spoken",
        "preference",
        "notice",
        "studio",
        "image_cast",
        "member",
    ):
        assert archive.rows(f"SELECT count(*) FROM {table}") == [0], table  # noqa: S608
    assert await archive.violations() == []


def on_disk(archive: Archive) -> bytes:
    """The database and its log, as they are in their files."""
    return b"".join(path.read_bytes() for path in archive.folder.glob("darkroom.db*"))


@pytest.mark.sqlite
async def test_nothing_of_it_is_left_in_the_files_of_the_database(archive: Archive) -> None:
    await live(archive)
    assert b"tin whistle" in on_disk(archive)
    await archive.erase()
    said = on_disk(archive)
    assert not [word for word in WORDS if word.encode() in said]


async def test_a_log_that_can_not_be_folded_now_stops_nothing(archive: Archive) -> None:
    await live(archive)

    async def busy() -> None:
        raise StorageError("it is being read")

    wiper = Wiper(
        storage=archive.room.storage,
        store=archive.room.store,
        clock=archive.room.clock,
        messages=archive.posted,
        fold_log=busy,
    )
    await wiper.finish()
    await archive.erase()
    assert await archive.account() is None


async def test_the_books_stay_without_a_person(archive: Archive) -> None:
    await live(archive)
    before = archive.rows("SELECT * FROM ledger ORDER BY entry_id")
    await archive.erase()
    assert archive.rows("SELECT * FROM ledger ORDER BY entry_id") == before
    assert archive.rows("SELECT count(*) FROM account") == [1]
    assert set(archive.rows("SELECT user_id FROM request")) == {0}


async def test_posted_messages_are_removed_one_by_one(archive: Archive) -> None:
    first, second = await archive.picture(), await archive.picture(channel_id=66)
    await archive.erase()
    places = {MessagePlace(CHANNEL, 1001), MessagePlace(66, 1002)}
    replies = {MessagePlace(CHANNEL, one.reply.message_id or 0) for one in (first, second)}
    assert set(archive.posted.asked) == places | replies
    assert len(archive.posted.asked) == len(places | replies)
    (told,) = archive.post.told
    assert (told.messages_gone, told.messages_left, told.user_id, told.token) == (4, 0, ANA, "token")


async def test_a_channel_out_of_reach_is_asked_once_and_counted(archive: Archive) -> None:
    archive.posted.closed = {66}
    for _ in range(3):
        await archive.picture(channel_id=66)
    await archive.erase()
    assert [place.channel_id for place in archive.posted.asked].count(66) == 1
    assert archive.post.told[0].messages_left == 3
    assert await archive.files() == []


async def test_whoever_comes_back_begins_anew_without_a_second_welcome(archive: Archive) -> None:
    await archive.picture()
    before = await archive.account()
    await archive.erase()
    again = await archive.room.ask(RequestKind.PREMIUM, "mira", prompt="a red hat")
    assert again.end_reason is not None
    assert again.end_reason.value == "not_enough_moments"
    assert await archive.account() not in {before, None}
    assert (await archive.room.balance()).free.total == 0
    assert archive.rows("SELECT count(*) FROM ledger WHERE kind = 'welcome'") == [1]


async def test_nobody_else_loses_anything(archive: Archive) -> None:
    await live(archive)
    theirs = await archive.picture(BEN, hint="cartwheels")
    (image,) = await archive.images(theirs)
    await archive.erase()
    assert (await archive.room.request(theirs.request_id)).options.hint == "cartwheels"
    assert await archive.room.store.exists(image.file_key)
    assert (await archive.room.balance(BEN)).free.total == WELCOME - 50
    assert MessagePlace(CHANNEL, image.message_id or 0) not in archive.posted.asked


async def test_a_picture_that_somebody_made_of_theirs_stays(archive: Archive) -> None:
    mine = await archive.picture()
    (image,) = await archive.images(mine)
    edited = await archive.room.ask(
        RequestKind.EDIT, user_id=BEN, edit_of_image_id=image.image_id, prompt="cartwheels"
    )
    (theirs,) = await archive.images(edited)
    await archive.erase()
    assert await archive.room.store.exists(theirs.file_key)
    kept = (await archive.images(edited))[0]
    assert (kept.parent_image_id, kept.deleted_at_ms) == (image.image_id, None)
    with pytest.raises(PictureMissingError):
        await archive.room.store.get(image.file_key)


async def test_a_file_that_another_picture_shares_stays(archive: Archive) -> None:
    mine, theirs = await archive.picture(), await archive.picture(BEN)
    (image,), (other,) = await archive.images(mine), await archive.images(theirs)

    async def work(uow: UnitOfWork) -> None:
        await uow.images.add(replace(other, image_id="shared", position=1, file_key=image.file_key), ["mira"])

    await archive.room.storage.write(work)
    await archive.erase()
    assert await archive.room.store.exists(image.file_key)
    assert not await archive.room.store.exists(image.thumbnail_key)


async def test_files_of_a_picture_that_was_deleted_half_way_go_as_well(archive: Archive) -> None:
    made = await archive.picture()
    (image,) = await archive.images(made)

    async def work(uow: UnitOfWork) -> bool:
        return await uow.images.mark_deleted(image.image_id, 1)

    await archive.room.storage.write(work)
    await archive.erase()
    assert await archive.files() == []


# ---------------------------------------------------------------------- what is under way


async def test_requests_under_way_are_cancelled_and_released(archive: Archive) -> None:
    begun = await archive.room.begin()
    await archive.erasures.begin(ANA, None, 0)
    assert await archive.erasures.sweep()  # waits until it was told
    assert archive.rows("SELECT stage FROM erasure") == ["stopping"]
    await archive.room.driver.drive(begun)
    await archive.sweep()
    assert archive.rows("SELECT state, scrubbed FROM request") == [("cancelled", 1)]
    assert held(archive) == 0
    assert archive.room.backend.jobs == []


async def test_a_picture_being_made_is_stopped(archive: Archive) -> None:
    never = asyncio.Event()
    archive.room.backend.script = [[never]]
    begun = await archive.room.begin()
    driving = asyncio.create_task(archive.room.driver.drive(begun))
    await archive.room.backend.started.wait()
    await archive.erasures.begin(ANA, None, 0)
    assert await archive.erasures.sweep()
    await driving
    await archive.sweep()
    assert archive.rows("SELECT state, scrubbed FROM request") == [("cancelled", 1)]
    assert held(archive) == 0


async def test_a_picture_that_is_stored_is_waited_for_and_then_removed(archive: Archive) -> None:
    archive.room.courier.errors = [DeliveryDelayedError()] * 3
    begun = await archive.room.begin()
    await archive.room.driver.drive(begun)
    assert (await archive.room.request(begun)).state.value == "stored"
    await archive.erasures.begin(ANA, None, 0)
    assert await archive.erasures.sweep()
    assert await archive.files() != []
    archive.room.clock.now += 60_000
    archive.room.courier.delivery = Delivery("reply", CHANNEL, 4711)
    await archive.room.driver.drive(begun)
    assert not await archive.erasures.sweep()
    assert MessagePlace(CHANNEL, 4711) in archive.posted.asked
    assert await archive.files() == []


async def test_nothing_new_is_kept_while_it_runs(archive: Archive) -> None:
    await archive.room.begin()
    await archive.erasures.begin(ANA, None, 0)
    for attempt in (
        archive.room.begin(),
        archive.room.own_companion("Ottoline"),
        archive.room.preferences.change(ANA, ask_above=1),
        archive.room.companions.speech.record_spoken(
            Place(GUILD, CHANNEL), 9, (await archive.room.companions.find(GUILD, "Mira")), ANA
        ),
    ):
        with pytest.raises(BeingErasedError):
            await attempt
    await archive.room.begin(BEN)


async def test_companions_are_out_of_everybodys_reach_at_once(archive: Archive) -> None:
    own = await archive.room.own_companion("Ottoline")
    await archive.room.begin()  # something to wait for
    await archive.erasures.begin(ANA, None, 0)
    assert await archive.room.companions.get(own.companion_id) is None


# ---------------------------------------------------------------------- beginning and telling


async def test_begun_twice_it_is_one(archive: Archive) -> None:
    await archive.room.begin()
    assert await archive.erasures.begin(ANA, "first", 5)
    assert not await archive.erasures.begin(ANA, "second", 5)
    assert archive.rows("SELECT token FROM erasure") == ["first"]


async def test_of_somebody_unknown_nothing_is_deleted(archive: Archive) -> None:
    with pytest.raises(NothingKeptError):
        await archive.erasures.begin(99, None, 0)


async def test_telling_is_tried_again_until_a_week_is_over(archive: Archive) -> None:
    await archive.picture()
    archive.post.errors = [DeliveryDelayedError(), DeliveryDelayedError()]
    await archive.erase()
    assert archive.rows("SELECT stage FROM erasure") == ["telling"]
    assert await archive.account() is None
    await archive.sweep()
    await archive.sweep()
    assert len(archive.post.told) == 1
    assert archive.rows("SELECT count(*) FROM erasure") == [0]


async def test_somebody_who_can_never_be_told_is_forgotten_all_the_same(archive: Archive) -> None:
    await archive.picture()
    archive.post.errors = [DeliveryDelayedError(), DeliveryDelayedError()]
    await archive.erase()
    archive.room.clock.now += TELL_FOR_MS
    await archive.sweep()
    assert archive.rows("SELECT count(*) FROM erasure") == [0]
    assert archive.post.told == []
