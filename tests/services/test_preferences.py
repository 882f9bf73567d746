"""Members' own defaults."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInputError
from bot.domain.picture import Aspect
from bot.services.ports.storage import Preferences
from tests.services.request_parts import ANA, BEN, Room


async def test_defaults_hold_until_they_are_changed(room: Room) -> None:
    assert await room.preferences.get(BEN) == Preferences()
    changed = await room.preferences.change(
        BEN, aspect_solo=Aspect.TALL, aspect_group=Aspect.WIDE, ask_above=10, show_alt_text=True
    )
    assert changed == Preferences(Aspect.TALL, Aspect.WIDE, 10, show_alt_text=True)
    assert await room.preferences.change(BEN) == changed
    assert await room.preferences.get(BEN) == changed


@pytest.mark.parametrize("ask_above", [-1, 100_001])
async def test_an_absurd_limit_is_refused(room: Room, ask_above: int) -> None:
    with pytest.raises(InvalidInputError):
        await room.preferences.change(ANA, ask_above=ask_above)


async def test_a_stranger_has_no_notices(room: Room) -> None:
    assert await room.preferences.take_notices(99) == []
