"""Whatever is judged, it is judged at once: no text keeps the checker busy."""

from __future__ import annotations

import contextlib
import time

import pytest

from bot.domain.errors import UnsafeRequestError
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
async def test_six_thousand_characters_of_anything_are_judged_at_once(text: str) -> None:
    began_s = time.process_time()
    with contextlib.suppress(UnsafeRequestError):
        await CHECK.rate([text, text], forbidden=("word", "a phrase", "ぬの"))
    with contextlib.suppress(UnsafeRequestError):
        await CHECK.check_companion([text])
    assert time.process_time() - began_s < 1.0
