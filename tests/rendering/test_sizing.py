from __future__ import annotations

import pytest
from picture_samples import photo
from PIL import Image

from bot.domain.errors import BadPictureError
from bot.rendering.decoding import Limits
from bot.rendering.sizing import delivery_sizes, fit, is_enlarged


def test_a_picture_of_the_asked_size_is_taken_as_it_is() -> None:
    image = photo(96, 128)
    assert fit(image, 96, 128, Limits()) is image


@pytest.mark.parametrize("size", [(768, 1024), (1792, 2400), (192, 256), (1537, 2048), (864, 1184)])
def test_one_of_the_same_shape_is_brought_to_the_asked_size(size: tuple[int, int]) -> None:
    assert fit(Image.new("RGB", size), 1536, 2048, Limits()).size == (1536, 2048)


@pytest.mark.parametrize("size", [(2048, 2048), (2048, 1536), (1440, 2048), (832, 1216), (191, 255), (3, 4)])
def test_another_shape_or_far_too_small_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BadPictureError, match="asked for 1536x2048"):
        fit(Image.new("RGB", size), 1536, 2048, Limits())


def test_a_picture_with_fewer_pixels_is_called_enlarged_a_sliver_is_nothing() -> None:
    assert is_enlarged((768, 1024), (1536, 2048))
    assert is_enlarged((1536, 1900), (1536, 2048))
    assert not is_enlarged((1520, 2048), (1536, 2048))
    assert not is_enlarged((3072, 4096), (1536, 2048))


def test_nothing_is_stretched_the_sliver_is_cut_off() -> None:
    image = Image.new("RGB", (1010, 1000), "black")
    image.paste("white", (0, 0, 4, 1000))
    assert fit(image, 1000, 1000, Limits()).getextrema() == ((0, 0),) * 3


def test_delivery_sizes_fall_by_a_quarter_and_end_at_512() -> None:
    sizes = list(delivery_sizes(4096, 2304))
    assert [width for width, _ in sizes] == [4096, 3072, 2304, 1728, 1296, 972, 729, 547, 512]
    assert all(abs(width / height - 16 / 9) < 0.01 for width, height in sizes)


def test_a_small_picture_is_not_shrunk_at_all() -> None:
    assert list(delivery_sizes(64, 64)) == [(64, 64)]
    assert list(delivery_sizes(512, 384)) == [(512, 384)]


def test_a_very_long_picture_keeps_at_least_one_pixel_across() -> None:
    assert list(delivery_sizes(2_000, 1))[-1] == (512, 1)
