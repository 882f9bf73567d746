from __future__ import annotations

import pytest

from bot.domain.picture import Resolution
from bot.domain.pricing import Prices

PRICES = Prices(image=50, image_4k=100, edit=50, reference=100)


@pytest.mark.parametrize(
    ("cast_size", "resolution", "price"),
    [
        (1, Resolution.R1K, 50),
        (1, Resolution.R2K, 50),
        (3, Resolution.R2K, 150),
        (1, Resolution.R4K, 100),
        (2, Resolution.R4K, 200),
    ],
)
def test_an_instant_picture_costs_its_price_for_each_companion(
    cast_size: int, resolution: Resolution, price: int
):
    assert PRICES.instant(cast_size, resolution) == price
