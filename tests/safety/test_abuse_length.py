"""Whatever is judged, it is judged at once: no text keeps the checker busy."""

from __future__ import annotations

import contextlib

import pytest

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.rules import RulesCheck

CHECK = RulesCheck()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 6_000,
        "a " * 3_000,
        "1 " * 3_000,
        "0" * 6_000,
        "\\u0061" * 1_000,
        "&#97;" * 1_200,
        "%61" * 2_000,
        "aa==" * 1_500,
        "\u202e\u200b" * 3_000,
        "z" + "\u0336" * 6_000,
        "👻" * 6_000,
        "ﷺ" * 6_000,
        "年" * 6_000,
        "17 years old " * 460,
        "Anna Schmidt " * 460,
        "born in 2015 " * 460,
        ".-" * 3_000,
        "{0.__class__} %s '; DROP TABLE account; -- " * 140,
        "(" * 6_000,
        "a-" * 3_000,
        "\n" * 6_000,
    ],
)
async def test_six_thousand_characters_of_anything_are_judged(text: str) -> None:
    """What they cost against plain words of that length is measured in benchmarks/hostile."""
    with contextlib.suppress(UnsafeRequestError):
        assert await CHECK.rate([text, text], forbidden=("word", "a phrase", "ぬの")) in Rating
    with contextlib.suppress(UnsafeRequestError):
        await CHECK.check_companion([text])
