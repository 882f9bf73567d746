"""``/moments buy``, Discord's shop as the bot asks it, and what its events and roles bring."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.components import walk_components
from simcord.results import InteractionResult
from structlog.testing import capture_logs

from bot.client import DarkroomBot
from bot.clock import SystemClock
from bot.domain.money import EntryKind, Split
from bot.services.moments import HistoryPage
from bot.services.owed import SETTLED_REF
from bot.services.ports.shop import Entitlement, Receipt, ShopUnavailableError
from bot.services.ports.storage import HistoryLine, StorageError
from bot.services.purchases import Offer, PurchaseService
from cogs.moments._components import buy_view
from cogs.moments._messages import history_text
from cogs.purchases import DiscordBuyerPost, DiscordShop, receipt_text
from tests.cogs.darkroom_bot import Workshop, open_workshop, text_of
from tests.databases import fresh_storage

SMALL, LARGE, UNKNOWN = 2001, 2002, 2999
MOST_COMPONENTS = 40


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path, sku_moments={SMALL: 500, LARGE: 1200}) as workshop:
        yield workshop


@pytest.fixture
async def simcord_bot(workshop: Workshop, tmp_path: Path) -> AsyncIterator[DarkroomBot]:
    """A bot whose shop is asked through its own connection: the workshop's is not connected."""
    bot = workshop.bot()
    async with fresh_storage(tmp_path) as storage:
        purchases = PurchaseService(
            storage=storage,
            clock=SystemClock(),
            shop=DiscordShop(bot),
            post=DiscordBuyerPost(bot),
            sku_moments=workshop.settings.sku_moments,
        )
        bot.services = replace(workshop.services, purchases=purchases)
        yield bot


@dataclass
class Stage:
    env: simcord.Env
    workshop: Workshop
    guild: Any
    lounge: Any
    ana: Any

    async def free(self) -> Split:
        return (await self.workshop.services.moments.balance(self.ana.id, self.guild.id)).free

    @property
    def shop(self) -> DiscordShop:
        assert isinstance(self.env.bot, DarkroomBot)
        return DiscordShop(self.env.bot)


@pytest.fixture
def stage(simcord_env: simcord.Env, workshop: Workshop) -> Stage:
    guild = simcord_env.create_guild()
    for sku_id in (SMALL, LARGE, UNKNOWN):
        simcord_env.create_sku(f"sku {sku_id}", type=discord.SKUType.consumable, id=sku_id)
    return Stage(
        env=simcord_env,
        workshop=workshop,
        guild=guild,
        lounge=guild.create_text_channel("lounge"),
        ana=guild.add_member(simcord_env.create_user("ana")),
    )


def buttons_of(result: InteractionResult) -> list[dict[str, Any]]:
    assert result.response is not None
    return [part for part in walk_components(result.response.components) if part.get("type") == 2]


async def test_what_is_for_sale_has_discords_own_buttons(stage: Stage) -> None:
    shown = await stage.ana.slash(stage.lounge, "moments buy")
    assert shown.ephemeral
    assert [(button["style"], int(button["sku_id"])) for button in buttons_of(shown)] == [
        (6, SMALL),
        (6, LARGE),
    ]
    assert all("custom_id" not in button and "label" not in button for button in buttons_of(shown))
    assert "**500 moments** · **1,200 moments**" in text_of(shown)
    assert "mature" in text_of(shown)


def test_as_many_as_the_settings_allow_fit_into_one_message() -> None:
    offers = [Offer(sku_id, sku_id * 10) for sku_id in range(1, 26)]
    parts = list(walk_components([item.to_component_dict() for item in buy_view(offers).children]))
    rows = [part for part in parts if part["type"] == 1]
    assert [len(row["components"]) for row in rows] == [5] * 5
    assert len(parts) <= MOST_COMPONENTS


async def test_a_purchase_is_credited_told_and_used_up(stage: Stage) -> None:
    bought = await stage.env.grant_entitlement(SMALL, user=stage.ana.id)
    assert await stage.free() == Split(500, 500)
    assert bought.snapshot().consumed
    await bought.replay_create()
    assert await stage.free() == Split(500, 500)
    await bought.revoke()
    assert await stage.free() == Split(500)


async def test_what_the_settings_do_not_name_is_left_alone(stage: Stage) -> None:
    bought = await stage.env.grant_entitlement(UNKNOWN, user=stage.ana.id)
    assert await stage.free() == Split(500)
    assert not bought.snapshot().consumed


async def test_an_event_that_could_not_be_taken_in_is_ours_to_mend_and_the_next_round_does(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(stage.env.bot, DarkroomBot)
    service = stage.env.bot.services.purchases

    async def fails(_entitlement: Entitlement) -> None:
        raise StorageError("disk full")

    with monkeypatch.context() as broken, capture_logs() as logs:
        broken.setattr(service, "take_in", fails)
        bought = await stage.env.grant_entitlement(SMALL, user=stage.ana.id)
    (line,) = [line for line in logs if line["event"] == "entitlement_event_failed"]
    assert line["entitlement_id"] == bought.id
    assert await stage.free() == Split(500)
    await service.reconcile()
    assert await stage.free() == Split(500, 500)


async def test_the_list_comes_whole_oldest_first_with_what_was_taken_back(stage: Stage) -> None:
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    ids = [stage.env.seed_entitlement(SMALL, user=stage.ana.id).id for _ in range(230)]
    taken = stage.env.seed_entitlement(SMALL, user=stage.ana.id, deleted=True).id
    used = stage.env.seed_entitlement(LARGE, user=stage.ana.id, consumed=True, ends_at=ends).id
    listed = [entitlement async for entitlement in stage.shop.entitlements()]
    assert [entitlement.entitlement_id for entitlement in listed] == [*ids, taken, used]
    assert listed[0] == Entitlement(ids[0], SMALL, stage.ana.id)
    assert listed[-2] == Entitlement(taken, SMALL, stage.ana.id, is_deleted=True)
    assert listed[-1] == Entitlement(
        used, LARGE, stage.ana.id, is_consumed=True, ends_at_ms=int(ends.timestamp() * 1000)
    )


async def test_a_page_that_does_not_come_ends_the_list_loudly(stage: Stage) -> None:
    stage.env.inject_error("GET", "/applications/*/entitlements", status=403)
    with pytest.raises(ShopUnavailableError):
        assert [entitlement async for entitlement in stage.shop.entitlements()]


async def test_what_is_used_up_gone_or_no_consumable_is_done_with(stage: Stage) -> None:
    durable = stage.env.create_sku("for ever", type=discord.SKUType.durable)
    for entitlement in (
        stage.env.seed_entitlement(SMALL, user=stage.ana.id, consumed=True),
        stage.env.seed_entitlement(SMALL, user=stage.ana.id, deleted=True),
        stage.env.seed_entitlement(durable, user=stage.ana.id),
    ):
        await stage.shop.consume(entitlement.id)


@pytest.mark.parametrize("status", [403, 503])
async def test_what_the_shop_did_not_hear_is_worth_another_try(stage: Stage, status: int) -> None:
    bought = stage.env.seed_entitlement(SMALL, user=stage.ana.id)
    stage.env.inject_error("POST", "/applications/*/consume", status=status)
    with pytest.raises(ShopUnavailableError):
        await stage.shop.consume(bought.id)
    await stage.shop.consume(bought.id)
    assert bought.snapshot().consumed


@pytest.mark.parametrize("status", [None, 403])
async def test_a_buyer_gets_a_letter_where_they_take_letters(stage: Stage, status: int | None) -> None:
    assert isinstance(stage.env.bot, DarkroomBot)
    if status is not None:
        stage.env.inject_error("POST", "/channels/*/messages", status=status, code=50007)
    sent = await DiscordBuyerPost(stage.env.bot).send(stage.ana.id, Receipt(500))
    assert sent is (status is None)


async def test_who_takes_no_letters_is_told_after_their_next_command(stage: Stage) -> None:
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await stage.env.grant_entitlement(SMALL, user=stage.ana.id)
    shown = await stage.ana.slash(stage.lounge, "moments balance")
    assert "Your **500 moments** are here" in text_of(shown)
    assert all(message.ephemeral for message in shown.followups)
    again = await stage.ana.slash(stage.lounge, "moments balance")
    assert again.followups == []


async def test_roles_bring_their_moments_at_the_first_look_of_a_month(stage: Stage) -> None:
    patron = stage.guild.create_role("Patron")
    ben = stage.guild.add_member(stage.env.create_user("ben"), roles=[patron])
    await stage.workshop.services.monthly.set_role_grant(
        stage.guild.id, patron.id, 200, by_user_id=stage.ana.id
    )
    shown = await ben.slash(stage.lounge, "moments daily")
    assert "You have **800** now" in text_of(shown)
    assert f"**+200 moments** for your role <@&{patron.id}> this month." in text_of(shown)
    assert all(message.ephemeral for message in shown.followups)
    again = await ben.slash(stage.lounge, "moments balance")
    assert "**800 moments**" in text_of(again)
    assert again.followups == []
    plain = await stage.ana.slash(stage.lounge, "moments balance")
    assert "**500 moments**" in text_of(plain)


def test_a_receipt_says_what_settled_what_was_owed() -> None:
    assert "owed" not in receipt_text(Receipt(500))
    assert "**200** of them settled what was owed" in receipt_text(Receipt(500, 200))
    assert "**300** are yours" in receipt_text(Receipt(500, 200))


@pytest.mark.parametrize(
    ("kind", "moved", "owed", "ref", "line"),
    [
        (EntryKind.PURCHASE, 500, 0, "7", "**+500** purchase ·"),
        (EntryKind.PURCHASE, 300, -200, "7", "**+300** purchase; 200 more of it settled what was owed ·"),
        (EntryKind.REVERSAL, -500, 0, "7", "**−500** purchase taken back ·"),
        (EntryKind.REVERSAL, -100, 1400, "7", "**−100** purchase taken back: 1,400 are owed ·"),
        (EntryKind.REVERSAL, -100, 0, f"{SETTLED_REF}a:1", "**−100** taken for what was owed ·"),
        (EntryKind.PURCHASE, 0, -100, f"{SETTLED_REF}a:1", "**±0** settled: 100 less are owed ·"),
    ],
)
def test_history_says_what_was_bought_taken_back_and_owed(
    kind: EntryKind, moved: int, owed: int, ref: str, line: str
) -> None:
    entry = HistoryLine(1, kind, Split(0, moved), Split(), ref, 60_000, owed)
    assert line in history_text(HistoryPage((entry,), None))


class TestNothingForSale:
    """Without the setting."""

    @pytest.fixture
    async def workshop(self, tmp_path: Path) -> AsyncIterator[Workshop]:
        async with open_workshop(tmp_path) as workshop:
            yield workshop

    async def test_where_nothing_is_for_sale_other_ways_are_named(self, stage: Stage) -> None:
        shown = await stage.ana.slash(stage.lounge, "moments buy")
        assert "`/moments daily`" in text_of(shown)
        assert "`/moments gift`" in text_of(shown)
        assert buttons_of(shown) == []
