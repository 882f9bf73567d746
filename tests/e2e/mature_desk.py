"""Rooms where mature pictures may be, for tests of where they may not. Nothing in any of them is mature.

The bot under test rates one harmless word so; its pictures are plain surfaces.
"""

from __future__ import annotations

from playground import Interaction, Message
from tests.e2e.owner_desk import OwnerDesk
from tests.e2e.stage import Room, Stage

WORD = "grown-up"
HINT = f"a {WORD} evening"
SETTINGS = {"ALLOW_MATURE": "true", "MATURE_WORD": WORD}
TOO_LATE = "could not be posted"


async def allow_mature(stage: Stage) -> None:
    """The owner turns them on, as owners do; once a stage."""
    if stage.rows("SELECT count(*) FROM guild WHERE settings LIKE '%\"allow_mature\":%true%'") == [1]:
        return
    mods = stage.world.create_channel("mods-18")
    stage.world.set_age_restricted(mods)
    desk = await OwnerDesk.open(stage)
    await desk.choose("setup-mod", mods, shows=f"**Now:** <#{mods.id}>")
    await desk.go_to("What pictures may show")
    await desk.press("Allow mature pictures", "mature pictures too")


async def adult_room(stage: Stage) -> Room:
    """An age-restricted channel of a guild that allows them."""
    await allow_mature(stage)
    room = await stage.room()
    stage.world.set_age_restricted(room.place)
    return room


async def asked(stage: Stage, room: Room, hint: str = HINT) -> Interaction:
    """The member asks for a picture that is rated mature."""
    return await stage.world.slash(room.member, room.place, "image instant", hint=hint)


def covered(message: Message) -> list[bool]:
    """Of each picture of a message, whether it is behind a spoiler."""
    return [
        bool(item.get("spoiler"))
        for part in message.walk()
        if part.get("type") == 12  # a media gallery
        for item in part["items"]
    ]


def files_seen(stage: Stage) -> list[str]:
    """The names of all files in all channels and direct messages, answers to one person included."""
    return [
        file.filename
        for place in stage.world.channels
        for message in stage.world.messages(place)
        for file in message.attachments
    ]
