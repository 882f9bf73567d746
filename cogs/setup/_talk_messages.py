"""What ``/settings`` says of companions who answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.errors import DarkroomError, MissingPermissionError
from bot.domain.talking import TalkWhen
from bot.services.ports.speaking import NoRoomForVoiceError

MOST_CHANNELS = 20
"""How many are listed before the rest is counted."""
MOST_HINDERED = 5

WHEN = {
    TalkWhen.ADDRESSED: "when addressed",
    TalkWhen.EVERY: "every message",
    TalkWhen.NEVER: "never",
}
ABOUT_WHEN = {
    TalkWhen.ADDRESSED: "By name, by a reply to them, or by mentioning me where one is alone",
    TalkWhen.EVERY: "Each message of a member gets one answer",
    TalkWhen.NEVER: "They speak through /companion speak alone",
}
ABOUT = (
    "Companions who were brought into a channel answer what members write there: **when addressed**, unless "
    "you choose something else for a channel. Its threads do the same. Companions never answer each other, "
    "and rest when there is too much talk. Whoever runs this bot has chosen the service that finds their "
    "words: the last messages are sent to it, and not kept here."
)


def talk_page(talk: Mapping[int, TalkWhen]) -> str:
    """The page, with the channels for which something was chosen."""
    lines = [f"<#{channel_id}>: **{WHEN[when]}**" for channel_id, when in talk.items()]
    more = len(lines) - MOST_CHANNELS
    listed = [*lines[:MOST_CHANNELS], *([f"and {more} more"] if more > 0 else [])]
    return "\n".join(
        [ABOUT, "**Everywhere else:** when addressed" if lines else "**Now:** when addressed", *listed]
    )


def talk_in_short(talk: Mapping[int, TalkWhen]) -> str:
    """The same in a line."""
    counts = {
        when: sum(chosen is when for chosen in talk.values()) for when in (TalkWhen.EVERY, TalkWhen.NEVER)
    }
    parts = [f"{WHEN[when]} in {_channels(count)}" for when, count in counts.items() if count]
    return ", ".join(["when addressed", *parts])


def talk_value(value: Sequence[int | str], *, is_before: bool) -> str:
    """One side of a change in the audit log; the channel stands before it once."""
    channel_id, when = value
    words = WHEN[TalkWhen(when)] if when in set(TalkWhen) else str(when)
    return f"<#{channel_id}> {words}" if is_before else words


def hindrances(troubles: Mapping[int, DarkroomError]) -> tuple[str, ...]:
    """What keeps companions from answering, and can be mended by an owner, a line each."""
    lines: list[str] = []
    for channel_id, error in troubles.items():
        match error:
            case MissingPermissionError(permission=permission):
                lines.append(
                    f"❌ Companions could not answer in <#{channel_id}>: **{permission}** is missing"
                )
            case NoRoomForVoiceError():
                lines.append(
                    f"❌ Companions could not answer in <#{channel_id}>: it has all the webhooks that Discord allows. "
                    "Delete one in the channel's settings → Integrations"
                )
            case _:
                pass
    return tuple(lines[:MOST_HINDERED])


def _channels(count: int) -> str:
    return "one channel" if count == 1 else f"{count} channels"
