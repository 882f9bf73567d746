"""No text that somebody types makes a message longer than Discord takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.companion import Companion, Gender, Look, Style
from bot.services.companion_rules import LOOK_LIMITS, MAX_DETAIL, MAX_DETAILS, MAX_NAME, MAX_PERSONA
from bot.services.companions import Among
from cogs.companions import _messages as messages
from cogs.companions._drafts import LONGEST, Draft

MOST_TEXT = 4_000
SIGNS = ["*", "_", "\\", "[", "`", "👻", "ﷺ", "e\u0301\u0302\u0303"]


def fullest(sign: str) -> Companion:
    """A companion with as much of a sign everywhere as the rules let through."""
    look = Look(
        Style.REALISTIC,
        Gender.NONBINARY,
        **{field: (sign * limit)[:limit] for field, limit in LOOK_LIMITS.items()},
        age=120,
        details=((sign * MAX_DETAIL)[:MAX_DETAIL],) * MAX_DETAILS,
    )
    name = (sign * MAX_NAME)[:MAX_NAME]
    return Companion(
        "c" * 26,
        name,
        look,
        guild_id=1,
        owner_id=2**63,
        aliases=(name,) * 5,
        persona=(sign * MAX_PERSONA)[:MAX_PERSONA],
    )


@pytest.mark.parametrize("sign", SIGNS)
def test_the_fullest_companion_fits_on_its_card_and_in_lists(sign: str) -> None:
    companion = fullest(sign)
    assert len(messages.card_text(companion)) <= MOST_TEXT
    assert len(messages.list_text(Among.ALL, [companion] * 200, 3)) <= MOST_TEXT
    assert len(messages.unknown_name(sign * 6_000)) <= 200


@pytest.mark.parametrize("sign", SIGNS)
def test_a_draft_of_whatever_length_says_what_is_wrong_with_it(sign: str) -> None:
    draft = Draft("d", 1, 1, "Vera", Style.ANIME, Gender.FEMALE, "30")
    fields = ("name", "age", "hair", "eyes", "skin", "build", "outfit", "details", "aliases", "persona")
    draft = draft.with_answers(dict.fromkeys(fields, sign * 10_000))
    assert len(draft.hair) <= LONGEST
    text = messages.draft_text(draft.described(confirmed=True), draft.age, "**The name** is too long.")
    assert len(text) <= MOST_TEXT
    assert "⚠️ **The name** is too long." in text
    short = replace(draft, hair="pink", eyes="blue", persona="", details="", aliases="")
    assert "**Hair** pink" in messages.draft_text(short.described(confirmed=True), "30", None)
