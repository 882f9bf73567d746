"""Selling: what is for sale, purchases and refunds, and what the bot is told of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground import STUDIO, Channel, Member, SetupError, StandIn
from tests.playground.test_standin_control import control


@pytest.fixture
def told(empty_world: StandIn) -> list[tuple[str, dict[str, Any]]]:
    """The events about entitlements that a bot would get."""
    events: list[tuple[str, dict[str, Any]]] = []

    def note(event: str, payload: Any) -> None:
        if event.startswith("ENTITLEMENT_"):
            events.append((event, dict(payload)))

    empty_world.backend.subscribers.append(note)
    return events


def test_the_plan_says_what_is_for_sale_and_what_it_brings(empty_world: StandIn) -> None:
    assert [(sku.id, sku.name, sku.price_text) for sku in empty_world.skus] == [
        (plan.id, plan.name, plan.price_text) for plan in STUDIO.skus
    ]
    assert json.loads(STUDIO.sku_moments) == {str(plan.id): plan.moments for plan in STUDIO.skus}
    assert empty_world.sku("A roll of film") == empty_world.sku(1001)
    with pytest.raises(LookupError, match="no SKU"):
        empty_world.sku("A camera")


def test_a_purchase_and_its_refund_are_told(
    empty_world: StandIn, ana: Member, told: list[tuple[str, dict[str, Any]]]
) -> None:
    bought = empty_world.buy(ana, "A roll of film")
    empty_world.announce_again(bought)
    empty_world.take_back(bought)
    assert [event for event, _ in told] == ["ENTITLEMENT_CREATE", "ENTITLEMENT_CREATE", "ENTITLEMENT_DELETE"]
    assert {(data["id"], data["user_id"], data["sku_id"]) for _, data in told} == {
        (str(bought), str(ana.id), "1001")
    }


def test_events_can_be_lost(
    empty_world: StandIn, ana: Member, told: list[tuple[str, dict[str, Any]]]
) -> None:
    bought = empty_world.buy(ana, "A roll of film", announced=False)
    empty_world.take_back(bought, announced=False)
    assert told == []
    assert empty_world.backend.get_entitlement(bought).deleted


def test_a_consumable_is_sold_again_once_it_is_consumed(empty_world: StandIn, ana: Member) -> None:
    bought = empty_world.buy(ana, "A roll of film")
    with pytest.raises(SetupError, match="not used up"):
        empty_world.buy(ana, "A roll of film")
    empty_world.buy(ana, "A box of film")
    assert not empty_world.is_consumed(bought)
    empty_world.backend.consume_entitlement(bought)
    assert empty_world.is_consumed(bought)
    again = empty_world.buy(ana, "A roll of film")
    empty_world.take_back(again)
    empty_world.buy(ana, "A roll of film")


async def test_a_purchase_over_http(empty_world: StandIn, ana: Member) -> None:
    bought = await control(empty_world, "buy", member="Ana", sku="A roll of film")
    entitlement = empty_world.backend.get_entitlement(int(bought["entitlement_id"]))
    assert (entitlement.user_id, entitlement.sku_id) == (ana.id, 1001)
    await control(empty_world, "take_back", entitlement_id=bought["entitlement_id"])
    assert entitlement.deleted
    by_id = await control(empty_world, "buy", member="Ana", sku="1001")
    assert by_id["entitlement_id"] != bought["entitlement_id"]


def test_members_get_roles_and_lose_them(empty_world: StandIn, ana: Member) -> None:
    role_id = empty_world.create_role("Patron")
    empty_world.give_role(ana, role_id)
    assert empty_world.member("Ana").roles == (role_id,)
    assert empty_world.roles[role_id] == "Patron"
    empty_world.take_role(ana, role_id)
    assert empty_world.member("Ana").roles == ()


async def test_a_bot_sells_and_its_buttons_say_what(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "shop")
    buttons = (await shown.answered()).buttons
    assert [button.sku_id for button in buttons] == [sku.id for sku in world.skus]
    assert {(button.label, button.custom_id, button.style) for button in buttons} == {(None, None, 6)}
