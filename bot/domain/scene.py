"""A scene: what is in one picture, and the talk that it is read from."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.companion import Gender

MAX_CAST = 3
"""The most companions that one picture shows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A companion who could be in the picture: invited here, or seen speaking here.

    ``owner_id`` is the Discord user who owns a custom companion, None for a main one.
    """

    companion_id: str
    name: str
    aliases: tuple[str, ...] = ()
    gender: Gender = Gender.NONBINARY
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation, text only.

    ``companion_id`` is set when a companion speaks; ``speaker`` is then its name, else the
    member's display name. Messages are used and forgotten: never stored, never logged.
    """

    speaker: str
    text: str
    companion_id: str | None = None
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The end of a channel's or thread's talk, oldest first, with who may be pictured."""

    messages: tuple[Message, ...]
    candidates: tuple[Candidate, ...]
    requester: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One companion in a scene. Empty text means that nothing was said about it.

    All text is English, short and lower case: ``outfit="red dress"``,
    ``action="leaning on the railing"``, ``expression="smiling"``.
    """

    companion_id: str
    action: str = ""
    pose: str = ""
    outfit: str = ""
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is pictured. ``figures`` is the cast in order of importance, 1 to 3 of them.

    ``setting`` is an open noun phrase ("rooftop garden"); ``time_of_day`` and ``weather`` are
    words of :data:`TIMES_OF_DAY` and :data:`WEATHERS` where they can be. ``details`` are further
    things that should be visible (from a hint or the talk), each a short phrase.
    """

    figures: tuple[Figure, ...]
    setting: str = ""
    time_of_day: str = ""
    weather: str = ""
    light: str = ""
    mood: str = ""
    framing: str = ""
    details: tuple[str, ...] = field(default=())

    @property
    def cast(self) -> tuple[str, ...]:
        """Companion ids of everyone in the picture, most important first."""
        return tuple(figure.companion_id for figure in self.figures)


TIMES_OF_DAY = ("dawn", "morning", "noon", "afternoon", "sunset", "dusk", "evening", "night", "midnight")
WEATHERS = ("clear", "sunny", "cloudy", "rain", "storm", "snow", "fog", "wind")
