"""What companions may say: talk is no picture, and the absolute rule is the same."""

from __future__ import annotations

import pytest

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.combined import CombinedCheck
from bot.safety.openai_moderation import Moderation
from bot.safety.rules import RulesCheck


class Moderator:
    """Says what it is told to say of any text."""

    def __init__(self, *flagged: str, is_there: bool = True) -> None:
        self._moderation = Moderation(frozenset(flagged)) if is_there else None
        self.asked: list[list[str]] = []

    async def of_text(self, texts: list[str]) -> Moderation | None:
        self.asked.append(texts)
        return self._moderation

    async def of_picture(self, jpeg: bytes) -> Moderation | None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("*smiles and kisses your cheek*", Rating.GENERAL),
        ("Blood everywhere, the corpse was decapitated.", Rating.GENERAL),
        ("You look like a famous singer.", Rating.GENERAL),
        ("Cześć, jak się masz? Lubię morze i góry.", Rating.GENERAL),
        ("Let us get naked.", Rating.MATURE),
    ],
)
async def test_talk_is_rated_so(text: str, rating: Rating) -> None:
    assert await RulesCheck().rate_talk(text, []) is rating


@pytest.mark.parametrize(
    ("text", "before", "forbidden", "rule"),
    [
        ("The child kisses you.", [], (), "minor"),
        ("Let us get naked.", ["I am 14 years old", "hello"], (), "minor"),
        ("I like pineapple", [], ("pineapple",), "guild_words"),
    ],
)
async def test_talk_is_refused_so(
    text: str, before: list[str], forbidden: tuple[str, ...], rule: str
) -> None:
    with pytest.raises(UnsafeRequestError) as refused:
        await RulesCheck().rate_talk(text, before, forbidden=forbidden)
    assert refused.value.rule == rule


async def test_what_was_said_before_by_others_rates_nothing() -> None:
    assert await RulesCheck().rate_talk("A kiss for you.", ["I am 14 years old", "naked"]) is Rating.GENERAL


async def test_the_service_is_asked_about_the_line_alone_and_the_stricter_holds() -> None:
    moderator = Moderator("sexual")
    assert await CombinedCheck(RulesCheck(), moderator).rate_talk("Hm.", ["before"]) is Rating.MATURE
    assert moderator.asked == [["Hm."]]
    check = CombinedCheck(RulesCheck(), Moderator())
    assert await check.rate_talk("Let us get naked.", []) is Rating.MATURE
    assert await check.rate_talk("Hm.", []) is Rating.GENERAL


async def test_the_service_refuses_and_where_it_is_silent_the_rules_count() -> None:
    with pytest.raises(UnsafeRequestError):
        await CombinedCheck(RulesCheck(), Moderator("sexual/minors")).rate_talk("Hm.", [])
    away = CombinedCheck(RulesCheck(), Moderator(is_there=False))
    assert await away.rate_talk("Let us get naked.", []) is Rating.MATURE
