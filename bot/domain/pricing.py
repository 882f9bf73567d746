"""What things cost, in moments. The numbers come from settings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.picture import Resolution
from bot.domain.request import RequestKind


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

    def of(self, kind: RequestKind, *, cast_size: int, resolution: Resolution, count: int = 1) -> int:
        """What a request costs: instant and group pictures for each companion in them, batches for each picture.

        The candidates of a reference picture are one price together.
        """
        match kind:
            case RequestKind.REFERENCE:
                return self.reference
            case RequestKind.EDIT:
                return self.edit * count
            case RequestKind.PREMIUM:
                return self.image * count
            case _:
                return self.per_companion(resolution) * cast_size * count


@dataclass(frozen=True, slots=True)
class Grants:
    """Moments given for nothing, and their caps; see the settings ``GRANT_*`` and ``GIFT_*``."""

    welcome: int
    daily: int
    cap_per_call: int
    cap_per_day: int
    gift_cap_per_day: int
