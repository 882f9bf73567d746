"""Which guild, channels and members a world begins with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A text channel; ``threads`` are names of public threads in it."""

    name: str
    topic: str = ""
    age_restricted: bool = False
    moderators_only: bool = False
    threads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """A member; the first moderator owns the guild."""

    name: str
    moderator: bool = False


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """A guild to build before any bot connects."""

    guild: str
    channels: tuple[ChannelPlan, ...]
    members: tuple[MemberPlan, ...]
    bot: str = "Darkroom"


STUDIO = WorldPlan(
    guild="Darkroom Studio",
    channels=(
        ChannelPlan("lounge", topic="Say hello. Mira is usually around."),
        ChannelPlan(
            "group-scene",
            topic="A rooftop garden at dusk. Mira, Kaito and Juno are mid-scene.",
            threads=("balcony",),
        ),
        ChannelPlan("after-dark", topic="Age-restricted.", age_restricted=True),
        ChannelPlan("mod-reports", topic="Reported pictures, for moderators.", moderators_only=True),
    ),
    members=(MemberPlan("Ana"), MemberPlan("Ben"), MemberPlan("Mod Kim", moderator=True)),
)

BARE = WorldPlan(guild="Bare", channels=(ChannelPlan("general"),), members=(MemberPlan("Ana"),))
