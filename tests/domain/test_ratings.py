"""Where a picture of which rating may be."""

from __future__ import annotations

import pytest

from bot.domain.errors import MatureRefusedError, NotEnoughMomentsError
from bot.domain.guild import GuildSettings
from bot.domain.money import Balance, Split, split_cost
from bot.domain.picture import Rating
from bot.domain.ratings import Circumstances, Lack, lacking, require_here, require_kind, require_made
from bot.domain.request import RequestKind

ALL_ON = Circumstances(operator_allows=True, guild_allows=True, is_age_restricted=True)


def test_a_general_picture_may_be_anywhere() -> None:
    assert lacking(Rating.GENERAL, Circumstances()) is None
    require_here(Rating.GENERAL, Circumstances())


def test_a_mature_picture_may_be_only_where_all_is_on() -> None:
    assert lacking(Rating.MATURE, ALL_ON) is None
    require_here(Rating.MATURE, ALL_ON)


@pytest.mark.parametrize(
    ("here", "lack"),
    [
        (Circumstances(), Lack.OPERATOR),
        (Circumstances(guild_allows=True, is_age_restricted=True), Lack.OPERATOR),
        (Circumstances(operator_allows=True, is_age_restricted=True), Lack.GUILD),
        (Circumstances(operator_allows=True, guild_allows=True), Lack.CHANNEL),
    ],
)
def test_each_thing_that_is_missing_is_told_as_what_it_is(here: Circumstances, lack: Lack) -> None:
    assert lacking(Rating.MATURE, here) is lack
    with pytest.raises(MatureRefusedError) as refused:
        require_here(Rating.MATURE, here)
    assert refused.value.lacks == lack


def test_mature_is_off_until_somebody_turns_it_on() -> None:
    assert lacking(Rating.MATURE, Circumstances()) is Lack.OPERATOR
    assert not GuildSettings().allow_mature


@pytest.mark.parametrize("kind", RequestKind)
def test_edits_and_references_always_give_general_pictures(kind: RequestKind) -> None:
    require_kind(Rating.GENERAL, kind, is_private=True)
    if kind not in {RequestKind.EDIT, RequestKind.REFERENCE}:
        require_kind(Rating.MATURE, kind, is_private=False)
        return
    with pytest.raises(MatureRefusedError, match="kind"):
        require_kind(Rating.MATURE, kind, is_private=False)


def test_what_one_person_alone_is_shown_is_always_general() -> None:
    with pytest.raises(MatureRefusedError, match="kind"):
        require_kind(Rating.MATURE, RequestKind.INSTANT, is_private=True)


def test_a_picture_that_turned_out_mature_is_not_what_was_asked() -> None:
    for asked, made in (
        (Rating.GENERAL, Rating.GENERAL),
        (Rating.MATURE, Rating.GENERAL),
        (Rating.MATURE, Rating.MATURE),
    ):
        require_made(asked, made)
    with pytest.raises(MatureRefusedError, match="picture"):
        require_made(Rating.GENERAL, Rating.MATURE)


def test_who_has_purchased_moments_alone_is_told_that_only_granted_ones_pay() -> None:
    with pytest.raises(NotEnoughMomentsError) as refused:
        split_cost(Balance(Split(granted=20, purchased=500)), 50, purchased_allowed=False)
    assert refused.value == NotEnoughMomentsError(50, 20, granted_only=True)
