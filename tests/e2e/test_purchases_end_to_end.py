"""Buying, end to end: the buttons, the moments, what comes twice or never, what is taken back, and roles' months."""

from __future__ import annotations

import pytest

from playground import STUDIO, Fault, Member, Message, server_error_after_success, status
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"SKU_MOMENTS": STUDIO.sku_moments}
ROLL, BOX = "A roll of film", "A box of film"
CONSUME = "/applications/{application_id}/entitlements/{entitlement_id}/consume"


async def consumed(stage: Stage, entitlement: int) -> None:
    await stage.world.wait_until(
        lambda: stage.world.is_consumed(entitlement), 20, f"entitlement {entitlement} to be consumed"
    )
    known = "SELECT 1 FROM purchase WHERE entitlement_id = :id AND consumed_at_ms IS NOT NULL"
    await stage.until(lambda: stage.rows(known, id=entitlement), "the purchase to be on record as consumed")


async def buy(stage: Stage, member: Member, sku: str = ROLL) -> int:
    bought = stage.world.buy(member, sku)
    await consumed(stage, bought)
    return bought


async def taken_back(stage: Stage, entitlement: int) -> None:
    stage.world.take_back(entitlement)
    known = "SELECT 1 FROM purchase WHERE entitlement_id = :id AND taken_back_at_ms IS NOT NULL"
    await stage.until(lambda: stage.rows(known, id=entitlement), "the purchase to be taken back")


async def balance_of(stage: Stage, member: Member, place: str = "lounge") -> str:
    shown = await stage.world.slash(member, place, "moments balance")
    return (await shown.answered()).text


def purchased(stage: Stage, member: Member) -> tuple[int, int]:
    """What a member has bought and is free, and what they owe."""
    (row,) = stage.rows(
        "SELECT purchased, owed FROM member JOIN account USING (account_id) WHERE user_id = :id", id=member.id
    )
    return tuple(row)


def letters(stage: Stage, member: Member) -> list[Message]:
    return stage.world.messages(member)


async def test_what_is_for_sale_is_shown_with_discords_own_buttons(stage: Stage) -> None:
    ana = stage.new_member()
    shown = await stage.world.slash(ana, "lounge", "moments buy")
    message = await shown.answered()
    assert message.ephemeral
    assert [button.sku_id for button in message.buttons] == [sku.id for sku in STUDIO.skus]
    assert all(button.custom_id is None and button.label is None for button in message.buttons)
    assert "**500 moments** · **1,200 moments** · **2,600 moments**" in message.text
    assert "mature" in message.text


async def test_a_purchase_arrives_with_a_letter_and_can_be_bought_again(stage: Stage) -> None:
    ana = stage.new_member()
    await buy(stage, ana)
    letter = await stage.world.wait_for_message(ana)
    assert "Your **500 moments** are here" in letter.text
    assert "**1,000 moments** on this server" in await balance_of(stage, ana)
    await buy(stage, ana)
    assert "**1,500 moments**" in await balance_of(stage, ana)
    history = await stage.world.slash(ana, "lounge", "moments history")
    assert (await history.answered()).text.count("**+500** purchase") == 2


async def test_an_event_that_is_delivered_again_brings_nothing(stage: Stage) -> None:
    ana = stage.new_member()
    bought = await buy(stage, ana)
    for _ in range(3):
        stage.world.announce_again(bought)
    await stage.world.drop_gateway()
    await stage.world.wait_resumed(stage.world.gateway.resume_count + 1)
    await stage.world.restart_bot()
    await balance_of(stage, ana)
    assert purchased(stage, ana) == (500, 0)
    assert len(letters(stage, ana)) == 1


async def test_events_that_came_while_the_bot_was_away_are_found_at_its_start(stage: Stage) -> None:
    ana, ben = stage.new_member(), stage.new_member()
    kept = await buy(stage, ben)
    bot = stage.world.bot
    assert bot is not None
    await bot.stop()
    bought = stage.world.buy(ana, BOX)
    never = stage.world.buy(ana, ROLL)
    stage.world.take_back(never)
    stage.world.take_back(kept)
    await stage.world.restart_bot()
    await consumed(stage, bought)
    assert purchased(stage, ana) == (1200, 0)
    await stage.until(lambda: purchased(stage, ben) == (0, 0), "what was taken back meanwhile to be taken")
    assert len(letters(stage, ana)) == 1


async def test_who_gets_no_letters_is_told_after_the_next_command(stage: Stage) -> None:
    ana = stage.new_member()
    stage.world.close_dms(ana)
    await buy(stage, ana)
    shown = await stage.world.slash(ana, "lounge", "moments balance")
    told = await shown.said("Thank you!")
    assert told.ephemeral
    assert "**500 moments**" in told.text
    again = await stage.world.slash(ana, "lounge", "moments history")
    await again.answered()
    await balance_of(stage, ana)
    assert not any("Thank you" in text for text in again.texts())


async def test_who_gets_no_letters_is_told_after_a_press_and_not_in_public(stage: Stage) -> None:
    room = await stage.room()
    stage.world.close_dms(room.member)
    await buy(stage, room.member)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    told = await pressed.said("Thank you!")
    assert told.ephemeral
    await stage.picture(pressed)
    await stage.settled(room.member)


async def test_a_shop_that_fails_is_told_again(stage: Stage) -> None:
    ana = stage.new_member()
    fault = Fault("POST", r"/consume$", status(503, 0), times=2)
    stage.world.faults.add(fault)
    await buy(stage, ana)
    assert len(fault.hits) == 2
    assert purchased(stage, ana) == (500, 0)


async def test_a_shop_whose_answer_is_lost_is_told_once_with_effect(stage: Stage) -> None:
    ana = stage.new_member()
    stage.world.faults.add(Fault("POST", r"/consume$", server_error_after_success()))
    bought = await buy(stage, ana)
    heard = [
        request
        for request in stage.world.requests
        if request.template == CONSUME and str(bought) in request.path and request.took_effect
    ]
    assert len(heard) == 1
    assert purchased(stage, ana) == (500, 0)


async def test_a_purchase_taken_back_unspent_is_gone(stage: Stage) -> None:
    ana = stage.new_member()
    bought = await buy(stage, ana)
    await taken_back(stage, bought)
    assert "**500 moments** on this server" in await balance_of(stage, ana), "the welcome is untouched"
    assert purchased(stage, ana) == (0, 0)
    history = await stage.world.slash(ana, "lounge", "moments history")
    assert "**−500** purchase taken back" in (await history.answered()).text


async def test_a_purchase_taken_back_after_it_was_spent_is_owed_until_the_next_one(stage: Stage) -> None:
    room = await stage.room()
    ana = room.member
    await balance_of(stage, ana)  # the welcome: ten pictures
    bought = await buy(stage, ana)
    sent = await stage.world.slash(ana, "lounge", "moments gift", member=stage.kim, amount=200)
    await sent.said("You gave")
    for _ in range(7):  # 300 granted and 50 bought
        await stage.picture(await stage.world.slash(ana, room.place, "image instant"))
        await stage.settled(ana)
    assert purchased(stage, ana) == (450, 0)
    await taken_back(stage, bought)
    assert purchased(stage, ana) == (0, 50)
    assert "**50 are owed**" in await balance_of(stage, ana)
    refused = await stage.world.press(ana, room.spoken, "Instant")
    await refused.said("50 moments are owed")
    await stage.settled(ana)
    await buy(stage, ana)
    assert purchased(stage, ana) == (450, 0)
    letter = letters(stage, ana)[-1]
    assert "**50** of them settled what was owed" in letter.text
    await stage.picture(await stage.world.press(ana, room.spoken, "Instant"))
    await stage.settled(ana)
    history = await stage.world.slash(ana, "lounge", "moments history")
    text = (await history.answered()).text
    assert "**+450** purchase; 50 more of it settled what was owed" in text
    assert "**−450** purchase taken back: 50 are owed" in text


async def test_roles_bring_moments_once_a_month_before_the_price_is_held(stage: Stage) -> None:
    role = stage.world.create_role("Patron")
    room = await stage.room()
    ana = room.member
    stage.world.give_role(ana, role)
    bot = stage.world.bot
    assert bot is not None
    await bot.stop()
    with stage.raw() as database:
        database.execute("INSERT INTO monthly_role VALUES (?, ?, 200)", (stage.world.guild_id, role))
    await stage.world.restart_bot()
    pressed = await stage.world.press(ana, room.spoken, "Instant")
    await stage.picture(pressed)
    told = await pressed.said(f"**+200 moments** for your role <@&{role}> this month")
    assert told.ephemeral
    await stage.settled(ana)
    assert stage.free(ana) == 650
    assert "**650 moments**" in await balance_of(stage, ana)
    assert "**500 moments**" in await balance_of(stage, stage.new_member())
