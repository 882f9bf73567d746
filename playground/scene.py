"""The conversation with which the playground begins, as a list of steps. Edit names and lines here.

Companions speak through the bot, by real commands that the moderator runs, so that their messages carry the
bot's buttons. A step whose command the bot does not have yet is skipped with one line in the log.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invite:
    """The moderator brings a companion into a channel: ``/companion invite``."""

    channel: str
    companion: str


@dataclass(frozen=True, slots=True)
class Speak:
    """A companion says something: the moderator runs ``/companion speak``."""

    channel: str
    companion: str
    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """A member writes a message."""

    channel: str
    member: str
    text: str


Step = Invite | Speak | Say

DIRECTOR = "Mod Kim"
INVITE_COMMAND, SPEAK_COMMAND = "companion invite", "companion speak"
COMPANION_OPTION, TEXT_OPTION = "companion", "text"

SCENE: tuple[Step, ...] = (
    Invite("lounge", "Mira"),
    Speak("lounge", "Mira", "*looks up from her sketchbook and waves* You made it! Tea is still warm."),
    Say("lounge", "Ana", "Hi Mira! What are you drawing today?"),
    Invite("group-scene", "Mira"),
    Invite("group-scene", "Kaito"),
    Invite("group-scene", "Juno"),
    Say("group-scene", "Ana", "*pushes open the door to the rooftop garden* Wow. Look at that sunset."),
    Speak(
        "group-scene",
        "Mira",
        "*leans on the railing between the flower boxes, her red summer dress moving in the warm wind* "
        "The whole city turns gold at dusk. I come up here almost every evening.",
    ),
    Speak(
        "group-scene",
        "Kaito",
        "*hangs the last paper lantern over the table and steps back, sleeves rolled up* "
        "There. Now it is officially a garden party.",
    ),
    Say("group-scene", "Ben", "Kaito, that one is crooked. Leave it, I like it!"),
    Speak(
        "group-scene",
        "Juno",
        "*sits cross-legged on the bench in her denim jacket and tunes the guitar* Any wishes? I take payment in cake.",
    ),
    Say("group-scene", "Ana", "Something slow, please. It fits the light."),
    Speak("group-scene", "Mira", "*laughs and turns around to face them* Play the one about the sea, Juno."),
    Invite("balcony", "Mira"),
    Invite("balcony", "Kaito"),
    Speak(
        "balcony",
        "Kaito",
        "*closes the glass door behind them* Quieter out here. You can hear the rain on the awning.",
    ),
    Speak(
        "balcony",
        "Mira",
        "*wraps both hands around a mug and watches the drops* I could stand here all night.",
    ),
    Say("balcony", "Ben", "Save me the dry corner!"),
)
