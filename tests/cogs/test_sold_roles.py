"""Moments for a role that Discord sells would be bought ones that count as granted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.domain.errors import InvalidInputError
from cogs.setup._components import unsold


def role(**tags: Any) -> discord.Role:
    data = {"id": "7", "name": "Patron", "tags": tags} if tags else {"id": "7", "name": "Patron"}
    return discord.Role(
        guild=cast("Any", SimpleNamespace(id=1)), state=cast("Any", None), data=cast("Any", data)
    )


def test_a_role_that_is_given_brings_moments() -> None:
    for given in (role(), role(bot_id="9"), role(premium_subscriber=None)):
        assert unsold(given) is given


@pytest.mark.parametrize("tags", [{"subscription_listing_id": "5"}, {"available_for_purchase": None}])
def test_a_role_that_is_sold_brings_none(tags: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as told:
        unsold(role(**tags))
    assert told.value.field == "The role"
