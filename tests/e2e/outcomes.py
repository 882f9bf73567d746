"""What a test of one request under a hostile Discord looks for in the end."""

from __future__ import annotations

from playground import Interaction, Message
from tests.e2e.stage import Room, Stage, is_picture


def has_file(message: Message) -> bool:
    return any(file.filename.startswith("darkroom-") for file in message.attachments)


async def pictured_in(stage: Stage, place: object) -> list[Message]:
    return [message for message in stage.world.messages(place) if is_picture(message)]  # type: ignore[arg-type]


async def one_picture(stage: Stage, room: Room, pressed: Interaction) -> Message:
    """The picture came, once, and was charged once."""
    picture = await stage.world.wait_for_message(room.place, is_picture)
    assert await stage.settled(room.member) == ["delivered"]
    assert len(await pictured_in(stage, room.place)) == 1
    assert stage.free(room.member) == 450
    assert not [message for message in stage.world.messages(room.place) if message.thinking], pressed
    return picture
