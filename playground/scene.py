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
class ModChannel:
    """The moderator, who owns the guild, chooses where reports go: ``/setup``."""

    channel: str


@dataclass(frozen=True, slots=True)
class Say:
    """A member writes a message."""

    channel: str
    member: str
    text: str


Step = ModChannel | Invite | Speak | Say

DIRECTOR = "Mod Kim"
INVITE_COMMAND, SPEAK_COMMAND = "companion invite", "companion speak"
SETUP_COMMAND, MOD_CHANNEL_SELECT = "setup", "setup-mod:"
COMPANION_OPTION, TEXT_OPTION = "companion", "text"

SCENE: tuple[Step, ...] = (
    ModChannel("mod-reports"),
    Invite("lounge", "Mira"),
    Speak(
        "lounge", "Mira", "*looks up from a stack of prints and waves* You made it! The tea is still warm."
    ),
    Say("lounge", "Ana", "Hi Mira! Where did you take these?"),
    Invite("group-scene", "Mira"),
    Invite("group-scene", "Kaito"),
    Invite("group-scene", "Juno"),
    Say("group-scene", "Ana", "*pushes open the door to the rooftop garden* Wow. Look at that sunset."),
    Speak(
        "group-scene",
        "Mira",
        "*turns around in a red summer dress* The whole city glows at dusk. I come up here almost every evening.",
    ),
    Speak(
        "group-scene",
        "Kaito",
        "*sits down with a thermos of green tea* Quiet, warm, no emails. Officially the best rooftop in town.",
    ),
    # No name in it: with a chat endpoint set, Juno would answer by herself before her line comes.
    Say("group-scene", "Ben", "Is that old lantern ever going to work?"),
    Speak(
        "group-scene",
        "Juno",
        "*holds the lantern up to the last light* One loose wire. Give me a minute. There! *smiles as it glows*",
    ),
    Say("group-scene", "Ana", "Oh, lovely. Stay exactly like that, all three of you!"),
    Speak("group-scene", "Kaito", "*waves at Ana from the bench* Make me look mysterious."),
    Speak("group-scene", "Juno", "*stands beside Kaito, laughing* That would take more than a lantern."),
    Speak(
        "group-scene", "Mira", "*laughs and leans on the railing next to Juno and Kaito* Ready when you are!"
    ),
    Invite("balcony", "Mira"),
    Invite("balcony", "Kaito"),
    Speak(
        "balcony",
        "Kaito",
        "*closes the glass door behind them* Quieter out here on the balcony. Just the rain.",
    ),
    Speak(
        "balcony", "Mira", "*holds a mug in both hands and watches the rain* I could stand here all night."
    ),
    Say("balcony", "Ben", "Save me the dry corner!"),
)
