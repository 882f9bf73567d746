"""Which guild, channels and members a world begins with."""

from __future__ import annotations

import json
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
class SkuPlan:
    """Something for sale; its id is fixed, so that a bot's settings can name it before the world is there."""

    id: int
    name: str
    price_text: str
    moments: int


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """A guild to build before any bot connects."""

    guild: str
    channels: tuple[ChannelPlan, ...]
    members: tuple[MemberPlan, ...]
    bot: str = "Darkroom"
    skus: tuple[SkuPlan, ...] = ()

    @property
    def sku_moments(self) -> str:
        """What the SKUs bring, as the bot's setting ``SKU_MOMENTS`` wants it."""
        return json.dumps({str(sku.id): sku.moments for sku in self.skus})


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
    skus=(
        SkuPlan(1_001, "A roll of film", "€4.99", 500),
        SkuPlan(1_002, "A box of film", "€9.99", 1_200),
        SkuPlan(1_003, "A crate of film", "€19.99", 2_600),
    ),
)

BARE = WorldPlan(guild="Bare", channels=(ChannelPlan("general"),), members=(MemberPlan("Ana"),))
