"""What things cost, in moments. The numbers come from settings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.picture import Resolution


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in moments; see the settings ``PRICE_*``."""

    image: int
    image_4k: int
    edit: int
    reference: int

    def per_companion(self, resolution: Resolution) -> int:
        """The price of a picture for each companion in it."""
        return self.image_4k if resolution is Resolution.R4K else self.image

    def instant(self, cast_size: int, resolution: Resolution) -> int:
        """An instant picture: one price per companion in the picture."""
        return self.per_companion(resolution) * cast_size


@dataclass(frozen=True, slots=True)
class Grants:
    """Moments given for nothing, and their caps; see the settings ``GRANT_*`` and ``GIFT_*``."""

    welcome: int
    daily: int
    cap_per_call: int
    cap_per_day: int
    gift_cap_per_day: int
