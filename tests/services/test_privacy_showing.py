from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import NothingKeptError
from bot.services.ports.storage import Holdings, WalletHolding
from tests.services.privacy_parts import Archive, open_archive
from tests.services.request_parts import ANA, BEN, GUILD


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(tmp_path) as archive:
        yield archive


async def test_looking_opens_no_account(archive: Archive) -> None:
    assert await archive.privacy.holdings(99) == Holdings()
    with pytest.raises(NothingKeptError):
        await archive.privacy.require_holdings(99)
    assert await archive.account(99) is None


async def test_what_is_kept_is_counted(archive: Archive) -> None:
    await archive.picture()
    await archive.room.own_companion("Ottoline")
    held = await archive.privacy.holdings(ANA)
    assert held == await archive.privacy.require_holdings(ANA)
    assert (held.requests, held.pictures, held.companions, held.entries) == (1, 1, 1, 3)
    assert held.wallets == (WalletHolding(GUILD, 450, 0),)
    assert held.moments == 450
    assert held.since_ms is not None
    assert (held.is_known, held.is_being_erased) == (True, False)


async def test_moments_that_are_set_aside_are_lost_as_well(archive: Archive) -> None:
    begun = await archive.room.begin()
    archive.room.backend.on_generate = None
    request = await archive.room.request(begun)
    quote = await archive.room.composer.compose(request, None)
    await archive.room.settler.hold(request, quote)
    held = await archive.privacy.holdings(ANA)
    assert held.wallets == (WalletHolding(GUILD, 450, 50),)
    assert held.moments == 500


async def test_the_policy_says_for_how_long_things_are_kept_here(archive: Archive) -> None:
    assert (await archive.privacy.policy(GUILD)).kept_days is None
    await archive.room.guilds.change(GUILD, BEN, lambda settings: replace(settings, retention_days=9))
    assert (await archive.privacy.policy(GUILD)).kept_days == 9
    assert (await archive.privacy.policy(None)).kept_days is None
