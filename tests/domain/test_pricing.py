from __future__ import annotations

import pytest

from bot.domain.picture import Resolution
from bot.domain.pricing import Prices
from bot.domain.request import RequestKind

PRICES = Prices(image=50, image_4k=100, edit=55, reference=110)


K = RequestKind


@pytest.mark.parametrize(
    ("kind", "cast_size", "resolution", "count", "price"),
    [
        (K.INSTANT, 1, Resolution.R1K, 1, 50),
        (K.INSTANT, 1, Resolution.R2K, 1, 50),
        (K.INSTANT, 3, Resolution.R2K, 1, 150),
        (K.INSTANT, 2, Resolution.R4K, 1, 200),
        (K.PREMIUM, 1, Resolution.R2K, 1, 50),
        (K.PREMIUM, 1, Resolution.R2K, 8, 400),
        (K.ADVANCED, 1, Resolution.R2K, 1, 50),
        (K.ADVANCED, 1, Resolution.R4K, 1, 100),
        (K.GROUP, 2, Resolution.R2K, 1, 100),
        (K.GROUP, 3, Resolution.R4K, 1, 300),
        (K.EDIT, 3, Resolution.R4K, 1, 55),
        (K.REFERENCE, 1, Resolution.R1K, 4, 110),
    ],
)
def test_a_request_costs_what_the_settings_say(
    kind: RequestKind, cast_size: int, resolution: Resolution, count: int, price: int
):
    assert PRICES.of(kind, cast_size=cast_size, resolution=resolution, count=count) == price
