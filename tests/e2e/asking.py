"""Members who ask for a picture in plain words, and the answers that they get."""

from __future__ import annotations

from collections.abc import Callable

from playground import Message
from tests.e2e.stage import Room, Stage, is_picture

WISH = "Mira, send me a photo of you at the beach"


def answers_to(stage: Stage, asked: Message) -> list[Message]:
    """The bot's answers to a message, in order, wherever its channel has them."""
    return [
        message
        for message in stage.world.messages(asked.channel_id)
        if message.author_id == stage.world.bot_id
        and str((message.wire.get("message_reference") or {}).get("message_id")) == str(asked.id)
    ]


async def answer(stage: Stage, asked: Message, fits: Callable[[Message], bool]) -> Message:
    """The one answer to a message as soon as it is as it should be."""

    def found() -> Message | None:
        return next((message for message in answers_to(stage, asked) if fits(message)), None)

    what = lambda: f"an answer to {asked.text!r}: {[m.text for m in stage.world.messages(asked.channel_id)]}"  # noqa: E731
    found_one = await stage.world.wait_until(found, 30.0, what)
    assert len(answers_to(stage, asked)) == 1
    return found_one


async def picture_for(stage: Stage, asked: Message) -> Message:
    """The picture that answers a message."""
    return await answer(stage, asked, is_picture)


async def told(stage: Stage, asked: Message, words: str) -> Message:
    """The answer with these words."""
    return await answer(stage, asked, lambda message: words in message.text)


async def with_button(stage: Stage, asked: Message, label: str) -> Message:
    """The answer as soon as it has this button."""
    return await answer(stage, asked, lambda message: label in [button.label for button in message.buttons])


async def ask(stage: Stage, room: Room, text: str = WISH) -> Message:
    """Ask for a picture in a room."""
    return await stage.world.say(room.member, room.place, text)


async def heard(stage: Stage, room: Room) -> None:
    """Until everything that was said in a room before has been heard: what is said after it is answered."""
    last = await stage.world.say(stage.new_member(), room.place, "Mira, send me a selfie")
    await picture_for(stage, last)
