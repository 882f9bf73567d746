from __future__ import annotations

import pytest
from picture_samples import NOTES, opened, photo
from PIL import JpegImagePlugin

from bot.domain.errors import BadPictureError
from bot.rendering.encoding import DELIVERY_QUALITIES, encode, encode_thumbnail, encode_under
from bot.rendering.marking import DigitalSourceType, build_marking, read_marking

MARKING = build_marking(NOTES, DigitalSourceType.TRAINED)
NOISY = photo(1600, 1200, grain=64)
SIZES = {quality: len(encode(NOISY, quality, MARKING)) for quality in (95, *DELIVERY_QUALITIES)}


def subsampling_of(data: bytes) -> int:
    image = opened(data)
    assert isinstance(image, JpegImagePlugin.JpegImageFile)
    return JpegImagePlugin.get_sampling(image)


def test_the_stored_jpeg_keeps_colour_in_full() -> None:
    assert subsampling_of(encode(NOISY, 95, MARKING)) == 0
    assert subsampling_of(encode(NOISY, 75, MARKING)) == 2


@pytest.mark.parametrize("size", [(1536, 2048), (2048, 1152), (320, 320), (64, 64)])
def test_a_thumbnail_is_small_marked_and_of_the_same_shape(size: tuple[int, int]) -> None:
    thumbnail = encode_thumbnail(photo(*size), MARKING)
    image = opened(thumbnail)
    assert max(image.size) == min(320, max(size))
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert len(thumbnail) < 40_000
    assert read_marking(thumbnail) == MARKING


def test_each_step_down_the_ladder_takes_fewer_bytes() -> None:
    assert list(SIZES.values()) == sorted(SIZES.values(), reverse=True)


@pytest.mark.parametrize("quality", DELIVERY_QUALITIES)
def test_the_best_quality_that_fits_is_chosen(quality: int) -> None:
    made = encode_under(NOISY, SIZES[quality], MARKING)
    assert len(made.data) == SIZES[quality]
    assert (made.width_px, made.height_px, made.reduced) == (1600, 1200, False)
    assert read_marking(made.data) == MARKING


@pytest.mark.parametrize("share", [0.99, 0.6, 0.4, 0.2, 0.15])
def test_below_the_last_quality_pixels_are_given_up(share: float) -> None:
    limit = int(SIZES[75] * share)
    made = encode_under(NOISY, limit, MARKING)
    assert len(made.data) <= limit
    assert made.reduced
    assert 512 <= made.width_px < 1600
    assert opened(made.data).size == (made.width_px, made.height_px)
    assert read_marking(made.data) == MARKING


@pytest.mark.parametrize("size", [(1600, 1200), (64, 64), (1, 1)])
def test_what_cannot_fit_is_said_so(size: tuple[int, int]) -> None:
    with pytest.raises(BadPictureError, match="1000 bytes"):
        encode_under(NOISY.resize(size), 1_000, MARKING)
