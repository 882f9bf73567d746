"""kill -9 at every step of a purchase, then a restart: credited once, consumed, and taken back once."""

from __future__ import annotations

import pytest

from playground import STUDIO, Member
from tests.e2e.stage import Stage
from tests.faults.dying import die_at, died_and_back

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"SKU_MOMENTS": STUDIO.sku_moments}
ROLL = "A roll of film"


def books(stage: Stage, member: Member) -> list[tuple[int, int]]:
    """What a member has bought and is free, and what they owe."""
    rows = stage.rows(
        "SELECT purchased, owed FROM member JOIN account USING (account_id) WHERE user_id = :id", id=member.id
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    "moment",
    [
        "PurchaseService._credit inside",
        "PurchaseService._credit after",
        "PurchaseService._tell inside",
        "PurchaseService._tell after",
        "PurchaseService._set_consumed inside",
        "PurchaseService._set_consumed after",
    ],
)
async def test_a_purchase_killed_at_any_moment_is_credited_once_and_consumed(
    stage: Stage, moment: str
) -> None:
    ana = stage.new_member()
    await die_at(stage, moment)
    bought = stage.world.buy(ana, ROLL)
    await died_and_back(stage)
    consumed = "SELECT 1 FROM purchase WHERE entitlement_id = :id AND consumed_at_ms IS NOT NULL"
    await stage.until(lambda: stage.rows(consumed, id=bought), "the purchase to be consumed")
    assert stage.world.is_consumed(bought)
    assert books(stage, ana) == [(500, 0)]
    shown = await stage.world.slash(ana, "lounge", "moments balance")
    await shown.answered()
    if not stage.world.messages(ana):
        await shown.said("Thank you!")


@pytest.mark.parametrize("moment", ["PurchaseService._take_back inside", "PurchaseService._take_back after"])
async def test_a_taking_back_killed_at_any_moment_is_taken_once(stage: Stage, moment: str) -> None:
    ana = stage.new_member()
    bought = stage.world.buy(ana, ROLL)
    await stage.until(lambda: books(stage, ana) == [(500, 0)], "the purchase to arrive")
    await die_at(stage, moment)
    stage.world.take_back(bought)
    await died_and_back(stage)
    await stage.until(lambda: books(stage, ana) == [(0, 0)], "it to be taken back")
    await stage.world.restart_bot()
    shown = await stage.world.slash(ana, "lounge", "moments balance")
    await shown.said("**500 moments**")
    assert books(stage, ana) == [(0, 0)]


async def test_what_no_event_told_is_found_within_the_hour(stage: Stage) -> None:
    bot = stage.world.bot
    assert bot is not None
    await bot.stop()
    bot.env["RECONCILE_EVERY_S"] = "0.2"
    try:
        await stage.world.restart_bot()
        ana = stage.new_member()
        bought = stage.world.buy(ana, ROLL, announced=False)
        await stage.until(lambda: books(stage, ana) == [(500, 0)], "the purchase to be found")
        stage.world.take_back(bought, announced=False)
        await stage.until(lambda: books(stage, ana) == [(0, 0)], "the taking-back to be found")
    finally:
        del bot.env["RECONCILE_EVERY_S"]
        await stage.world.restart_bot()
