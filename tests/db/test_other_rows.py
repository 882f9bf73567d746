"""Pictures, companions, channels, defaults, notices, notes and members."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rows import GUILD, LOOK, SCENE, USER, account, bring_to, companion, image, request

from bot.container.databases import Database
from bot.domain.companion import Companion, Gender, Style
from bot.domain.money import Split
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.request import Image, RequestState
from bot.domain.studio import CompanionFilter, CompanionSource, Mode, StudioChoices
from bot.services.ports.storage import Notice, Preferences, SpokenMessage, UnitOfWork, WebhookRow
from db.errors import ConstraintViolationError, Violated
from tests.databases import RawSql, RefusedError, fresh_database, opened


@pytest.fixture
async def stored(storage: Database, account_id: str) -> Image:
    brought = await bring_to(storage, account_id, RequestState.STORED)
    return image(brought)


async def get_image(storage: Database, image_id: str) -> Image | None:
    return await storage.read(lambda uow: uow.images.get(image_id))


async def test_a_picture_comes_back_as_it_was_put_in(storage: Database, stored: Image):
    assert await get_image(storage, stored.image_id) == stored
    assert await get_image(storage, "nothing") is None


async def test_the_pictures_of_a_request_come_in_order(storage: Database, account_id: str):
    await storage.write(lambda uow: uow.requests.add(request(account_id)))
    pictures = [image(request(account_id), position, Split(10)) for position in (2, 0, 1)]

    async def work(uow: UnitOfWork) -> list[int]:
        for picture in pictures:
            await uow.images.add(picture, SCENE.cast)
        return [picture.position for picture in await uow.images.of_request("request-1")]

    assert await storage.write(work) == [0, 1, 2]
    with pytest.raises(ConstraintViolationError) as caught:
        await storage.write(lambda uow: uow.images.add(replace(pictures[0], image_id="again"), ()))
    assert caught.value.sort is Violated.UNIQUE


async def test_a_picture_knows_where_it_was_posted(storage: Database, stored: Image):
    await storage.write(lambda uow: uow.images.set_message(stored.image_id, 7, 8))
    assert await get_image(storage, stored.image_id) == replace(stored, channel_id=7, message_id=8)


async def test_a_picture_is_deleted_once_and_its_file_then_free(storage: Database, stored: Image):
    async def in_use(uow: UnitOfWork) -> tuple[bool, bool, bool]:
        images = uow.images
        return (
            await images.file_in_use(stored.file_key),
            await images.file_in_use(stored.thumbnail_key),
            await images.file_in_use("0" * 64),
        )

    assert await storage.read(in_use) == (True, True, False)
    assert await storage.write(lambda uow: uow.images.mark_deleted(stored.image_id, 9)) is True
    assert await storage.write(lambda uow: uow.images.mark_deleted(stored.image_id, 10)) is False
    assert await storage.read(in_use) == (False, False, False)
    assert await get_image(storage, stored.image_id) == replace(stored, deleted_at_ms=9)


@pytest.mark.usefixtures("stored")
async def test_a_picture_s_share_and_file_are_never_rewritten(raw: RawSql):
    for change in (
        "share_granted = 1",
        "share_purchased = 1",
        "file_key = 'x'",
        "position = 5",
        "guild_id = 5",
        "kind = 'edit'",
        "parent_image_id = image_id",
    ):
        with pytest.raises(RefusedError, match="image_identity_fixed"):
            raw.execute(f"UPDATE image SET {change}")  # noqa: S608


async def test_companions_come_back_with_their_owner(storage: Database, account_id: str):
    other = await account(storage, 2)
    mira, zoe, adam = companion(1), companion(2, "zoe"), companion(3, "Ådam")

    async def work(uow: UnitOfWork) -> None:
        await uow.companions.add(mira, account_id, 1)
        await uow.companions.add(zoe, account_id, 2)
        await uow.companions.add(adam, other, 3)
        await uow.companions.add(replace(companion(4, "Elsewhere"), guild_id=GUILD + 1), account_id, 4)

    await storage.write(work)
    assert await storage.read(lambda uow: uow.companions.get(mira.companion_id)) == mira
    assert await storage.read(lambda uow: uow.companions.owned_by(account_id, GUILD)) == [mira, zoe]
    of_guild = await storage.read(lambda uow: uow.companions.of_guild(GUILD))
    assert of_guild == [mira, zoe, replace(adam, owner_id=2)]
    assert await storage.write(lambda uow: uow.companions.delete(mira.companion_id, 9)) is True
    assert await storage.write(lambda uow: uow.companions.delete(mira.companion_id, 9)) is False
    assert await storage.read(lambda uow: uow.companions.get(mira.companion_id)) is None


async def test_a_companion_is_given_a_reference_and_shared_until_it_is_deleted(
    storage: Database, account_id: str
):
    mira = replace(companion(), is_shared=True)

    async def work(uow: UnitOfWork) -> list[object]:
        companions = uow.companions
        await companions.add(mira, account_id, 1)
        return [
            await companions.get(mira.companion_id),
            await companions.set_reference(mira.companion_id, "k" * 64),
            await companions.set_shared(mira.companion_id, is_shared=False),
            await companions.get(mira.companion_id),
            await companions.set_shared(mira.companion_id, is_shared=True),
            await companions.set_reference(mira.companion_id, "l" * 64),
            await companions.get(mira.companion_id),
            await companions.delete(mira.companion_id, 9),
            await companions.set_reference(mira.companion_id, "m" * 64),
            await companions.set_shared(mira.companion_id, is_shared=False),
        ]

    referred = replace(mira, reference_key="k" * 64, is_shared=False)
    again = replace(mira, reference_key="l" * 64)
    assert await storage.write(work) == [mira, True, True, referred, True, True, again, True, False, False]


async def test_a_forgotten_owner_s_companions_are_not_shown(storage: Database, account_id: str, raw: RawSql):
    await storage.write(lambda uow: uow.companions.add(companion(), account_id, 1))
    raw.execute("DELETE FROM member")

    async def work(uow: UnitOfWork) -> list[Companion]:
        return list(await uow.companions.of_guild(GUILD))

    assert await storage.read(work) == []


async def test_no_companion_is_younger_than_eighteen(storage: Database, account_id: str):
    child = replace(companion(), look=replace(LOOK, age=17))
    with pytest.raises(ConstraintViolationError, match="companion_adult"):
        await storage.write(lambda uow: uow.companions.add(child, account_id, 1))


async def test_who_is_present_comes_in_order_of_arrival(storage: Database, account_id: str):
    async def work(uow: UnitOfWork) -> list[object]:
        channels = uow.channels
        return [
            await channels.invite(1, "mira", account_id, 5),
            await channels.invite(1, "mira", account_id, 6),
            await channels.invite(2, "kai", account_id, 4),
            await channels.invite(1, "zoe", account_id, 5),
            await channels.present([1, 2]),
            await channels.dismiss(1, "mira"),
            await channels.dismiss(1, "mira"),
            await channels.present([1]),
            await channels.present([]),
        ]

    assert await storage.write(work) == [
        True,
        False,
        True,
        True,
        [("kai", account_id), ("mira", account_id), ("zoe", account_id)],
        True,
        False,
        [("zoe", account_id)],
        [],
    ]

    async def leave(uow: UnitOfWork) -> list[object]:
        await uow.channels.dismiss_everywhere("kai")
        return [await uow.channels.present([1, 2])]

    assert await storage.write(leave) == [[("zoe", account_id)]]


async def test_whose_message_it_is_is_remembered_once(storage: Database, account_id: str):
    by_member = SpokenMessage(1, 7, "mira", account_id, 5)
    by_bot = SpokenMessage(2, 7, "kai", None, 6)

    async def work(uow: UnitOfWork) -> dict[int, SpokenMessage]:
        for spoken in (by_member, by_bot, replace(by_member, companion_id="another")):
            await uow.channels.add_spoken(spoken)
        return await uow.channels.spoken([1, 2, 3])

    assert await storage.write(work) == {1: by_member, 2: by_bot}


async def test_a_channel_has_one_webhook(storage: Database):
    async def work(uow: UnitOfWork) -> list[WebhookRow | None]:
        channels = uow.channels
        found = [await channels.webhook(7)]
        await channels.set_webhook(WebhookRow(7, 1, "a"))
        await channels.set_webhook(WebhookRow(7, 2, "b"))
        found.append(await channels.webhook(7))
        await channels.forget_webhook(7)
        return [*found, await channels.webhook(7)]

    assert await storage.write(work) == [None, WebhookRow(7, 2, "b"), None]


async def test_defaults_are_general_until_set(storage: Database, account_id: str):
    own = Preferences(Aspect.TALL, Aspect.WIDE, 500, show_alt_text=True)
    partly = Preferences(aspect_group=Aspect.SQUARE)

    async def work(uow: UnitOfWork) -> list[Preferences]:
        found = [await uow.preferences.get(account_id)]
        for preferences in (own, partly):
            await uow.preferences.set(account_id, preferences)
            found.append(await uow.preferences.get(account_id))
        return found

    assert await storage.write(work) == [Preferences(), own, partly]


async def test_what_was_chosen_in_the_studio_is_kept_by_member_and_guild(storage: Database, account_id: str):
    other = await account(storage, 2)
    chosen = StudioChoices(
        is_group=True,
        mode=Mode.ADVANCED,
        companion_ids=("mira", "kaï"),
        prompt="zwei auf dem Dach",
        presets=PresetChoice(outfit="kimono"),
        aspect=Aspect.WIDE,
        resolution=Resolution.R4K,
        count=8,
        listed=CompanionFilter(CompanionSource.MINE, Style.ANIME, Gender.MALE, "ka", 3),
    )

    async def work(uow: UnitOfWork) -> list[StudioChoices | None]:
        studio = uow.studio
        found = [await studio.get(account_id, GUILD)]
        for choices in (StudioChoices(), chosen):
            await studio.set(account_id, GUILD, choices)
            found.append(await studio.get(account_id, GUILD))
        return [*found, await studio.get(account_id, GUILD + 1), await studio.get(other, GUILD)]

    assert await storage.write(work) == [None, StudioChoices(), chosen, None, None]


async def test_notices_are_taken_once_in_order(storage: Database, account_id: str):
    other = await account(storage, 2)
    notices = [Notice(f"n{i}", account_id, "gallery", None, 10 - i) for i in range(3)]

    async def work(uow: UnitOfWork) -> list[object]:
        assert await uow.notices.any_for(account_id) is False
        for notice in (*notices, notices[0], Notice("o", other, "gallery", None, 1)):
            await uow.notices.add(notice)
        return [
            await uow.notices.any_for(account_id),
            await uow.notices.take(account_id),
            await uow.notices.take(account_id),
            await uow.notices.any_for(other),
        ]

    assert await storage.write(work) == [True, notices[::-1], [], True]


async def test_notes_are_kept_and_replaced(storage: Database):
    async def work(uow: UnitOfWork) -> list[str | None]:
        found = [await uow.notes.get("key")]
        for value in ("a", "b"):
            await uow.notes.set("key", value)
            found.append(await uow.notes.get("key"))
        return found

    assert await storage.write(work) == [None, "a", "b"]


async def test_a_user_has_one_account_that_says_nothing_about_them(storage: Database):
    first, again, other = [await account(storage, user_id) for user_id in (USER, USER, USER + 1)]
    assert first == again != other
    assert str(USER) not in first

    async def work(uow: UnitOfWork) -> list[object]:
        members = uow.members
        return [
            await members.account_of(USER),
            await members.account_of(5),
            await members.user_of(first),
            await members.user_of("nobody"),
        ]

    assert await storage.read(work) == [first, None, USER, None]


async def test_once_keys_are_stable_keyed_and_apart(url: str, tmp_path: Path):
    async def keys(url: str) -> list[str]:
        async def work(uow: UnitOfWork) -> list[str]:
            once = uow.members.once_key
            return [
                await once("a", 1, 2),
                await once("b", 1, 2),
                await once("a", 2, 2),
                await once("a", 1, 3),
            ]

        async with await opened(url) as storage:
            return await storage.write(work)

    first = await keys(url)
    assert first == await keys(url)
    assert len(set(first)) == 4
    with fresh_database(tmp_path) as another:
        assert not set(first) & set(await keys(another))


async def test_the_secret_of_once_keys_can_not_be_lost(storage: Database, raw: RawSql):
    await storage.write(lambda uow: uow.members.once_key("a", 1, 2))
    for change in ("UPDATE note SET value = 'x'", "DELETE FROM note"):
        with pytest.raises(RefusedError, match="note_secret_fixed"):
            raw.execute(change)
    with pytest.raises(ConstraintViolationError, match="note_secret_fixed"):
        await storage.write(lambda uow: uow.notes.set("once_secret", "mine"))
