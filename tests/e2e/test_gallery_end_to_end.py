"""The gallery, from two pictures made to one deleted, with the bot as its own process that is killed in between."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from playground import Interaction, Message
from tests.e2e.stage import Room, Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

NOT_THERE = "not there any more"


async def pictured(stage: Stage, room: Room, hint: str) -> Message:
    pressed = await stage.world.slash(room.member, room.place, "image instant", hint=hint)
    picture = await stage.picture(pressed)
    await stage.settled(room.member)
    return picture


def image_of(picture: Message) -> str:
    custom_id = picture.button("Again").custom_id
    assert custom_id
    return custom_id.partition(":")[2]


def select_of(message: Message, action: str) -> dict[str, object]:
    return next(p for p in message.walk() if str(p.get("custom_id", "")).startswith(f"{action}:"))


def opens(message: Message) -> list[str]:
    return [option["value"] for option in select_of(message, "gallery-open")["options"]]  # type: ignore[index,attr-defined]


async def shown_until(stage: Stage, opened: Interaction, expected: list[str]) -> Message:
    """The page as soon as it shows these pictures."""

    def found() -> Message | None:
        page = opened.response
        return page if page is not None and not page.thinking and opens(page) == expected else None

    return await stage.world.wait_until(found, 10, lambda: f"{expected} on {opened}: {opened.texts()}")


@dataclass(frozen=True)
class Open:
    """A member's gallery as it is shown, with the two pictures in it, the newer first."""

    stage: Stage
    room: Room
    opened: Interaction
    pictures: tuple[Message, Message]

    @property
    def ids(self) -> list[str]:
        return [image_of(picture) for picture in self.pictures]

    @property
    def page(self) -> Message:
        assert self.opened.response is not None
        return self.opened.response

    async def shows(self, *expected: str) -> Message:
        return await shown_until(self.stage, self.opened, list(expected))

    async def press(self, label: str) -> Interaction:
        return await self.stage.world.press(self.room.member, self.page, label)

    async def choose(self, action: str, value: str) -> Interaction:
        custom_id = str(select_of(self.page, action)["custom_id"])
        return await self.stage.world.choose(self.room.member, self.page, [value], custom_id=custom_id)


async def open_gallery(stage: Stage) -> Open:
    room = await stage.room("Mira")
    older = await pictured(stage, room, "in a library at night")
    newer = await pictured(stage, room, "on a beach in the morning")
    opened = await stage.world.slash(room.member, room.place, "gallery")
    ack = await opened.acknowledged()
    assert (ack.kind, ack.ephemeral) == ("deferred", True)
    gallery = Open(stage, room, opened, (newer, older))
    page = await gallery.shows(*gallery.ids)
    assert len(page.attachments) == 2
    return gallery


async def test_a_picture_is_opened_liked_filtered_published_and_seen_by_another(stage: Stage) -> None:
    gallery = await open_gallery(stage)
    world, room = stage.world, gallery.room
    _, older = gallery.pictures
    card = await gallery.choose("gallery-open", gallery.ids[1])
    shown = await stage.clickable(card, "Favourite")
    assert shown.ephemeral
    assert shown.attachments[0].data == older.attachments[0].data
    assert "library" in shown.text
    assert f"/{older.channel_id}/{older.id}" in shown.text
    await world.press(room.member, shown, "Favourite")
    liked = await stage.clickable(card, "No favourite")

    await gallery.press("Favourites")
    await gallery.shows(gallery.ids[1])
    await gallery.press("Clear filters")
    await gallery.shows(*gallery.ids)

    ben = stage.new_member()
    theirs = await world.slash(ben, room.place, "gallery", member=room.member)
    assert (await theirs.said("Nothing public here")).ephemeral
    await world.press(room.member, liked, "Make public")
    private = await stage.clickable(card, "Make private")
    theirs = await world.slash(ben, room.place, "gallery", member=room.member)
    public_page = await shown_until(stage, theirs, [gallery.ids[1]])
    assert not [button for button in public_page.buttons if button.label == "Favourites"]
    await world.press(room.member, private, "Make private")
    await stage.clickable(card, "Make public")
    theirs = await world.slash(ben, room.place, "gallery", member=room.member)
    await theirs.said("Nothing public here")


async def test_a_gallery_that_was_open_when_the_bot_was_killed_works_on(stage: Stage) -> None:
    gallery = await open_gallery(stage)
    world, member = stage.world, gallery.room.member
    newer_id, older_id = gallery.ids
    old_card = await stage.clickable(await gallery.choose("gallery-open", older_id), "Make public")

    await world.restart_bot(kill=True)
    await world.press(member, old_card, "Make public")
    handed = await (await gallery.press("Sheet")).said("**2**")
    assert handed.attachments[0].filename == "darkroom-sheet.jpg"
    await gallery.choose("gallery-companion", "mira")
    await stage.clickable(gallery.opened, "Clear filters")
    form = await gallery.press("Jump to a date")
    await form.modal_shown()
    await world.submit_modal(form, {"day": "2020-01-01"})
    await gallery.shows(newer_id, older_id)
    card = await stage.clickable(await gallery.choose("gallery-open", older_id), "Make private")

    question = await (await world.press(member, card, "Delete")).said("for good")
    await (await world.press(member, question, "Delete for good")).said("deleted")
    assert world.message(gallery.pictures[1]) is None
    await (await gallery.choose("gallery-open", older_id)).said(NOT_THERE)
    await gallery.press("Clear filters")
    await gallery.shows(newer_id)


async def test_nobody_opens_or_publishes_another_s_picture_with_a_forged_button(stage: Stage) -> None:
    room = await stage.room("Mira")
    picture = await pictured(stage, room, "in a library at night")
    image_id = image_of(picture)
    ben = stage.new_member()
    for forged in (f"gallery-public:{image_id}.on", f"gallery-favourite:{image_id}.on"):
        await stage.forge(room.spoken, forged)
        told = await (await stage.world.press(ben, room.spoken, custom_id=forged)).said(NOT_THERE)
        assert told.ephemeral
    await stage.forge(room.spoken, f"gallery-sheet:{room.member.id}..aan.")
    told = await (
        await stage.world.press(ben, room.spoken, custom_id=f"gallery-sheet:{room.member.id}..aan.")
    ).said(NOT_THERE)
    assert told.ephemeral
    assert stage.rows(
        "SELECT is_public, is_favourite FROM image WHERE image_id = :image", image=image_id
    ) == [(0, 0)]


async def test_more_pictures_than_a_page_holds_are_turned_to(stage: Stage) -> None:
    room = await stage.room("Mira")
    made = [image_of(await pictured(stage, room, f"walking past house number {n}")) for n in range(10)]
    newest = made[::-1]
    opened = await stage.world.slash(room.member, room.place, "gallery")
    page = await shown_until(stage, opened, newest[:9])
    await stage.world.press(room.member, page, "Older")
    page = await shown_until(stage, opened, newest[9:])
    await stage.world.press(room.member, page, "Newer")
    await shown_until(stage, opened, newest[:9])
