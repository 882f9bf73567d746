"""Commands, components, modals and menus, as a member sees them and as the bot answers them."""

from __future__ import annotations

import aiohttp
import pytest

from playground import BackendError, Channel, Member, SetupError, StandIn


async def test_nested_command_gets_typed_options(world: StandIn, ana: Member, lounge: Channel) -> None:
    ben = world.member("Ben")
    shown = await world.slash(ana, lounge, "image instant", hint="dusk", who=ben)
    ack = await shown.acknowledged()
    assert ack.kind == "message"
    assert 0 < ack.latency_s < 3
    answer = await shown.answered()
    assert answer.text == "hint=dusk who=Ben"
    assert answer.wire["interaction_metadata"]["name"] == "image instant"


async def test_deferral_becomes_a_file_that_the_cdn_serves(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    shown = await world.slash(ana, lounge, "deferred", hidden=True)
    ack = await shown.acknowledged()
    assert (ack.kind, ack.ephemeral) == ("deferred", True)
    picture = await shown.answered()
    assert picture.text == f"limit {world.limits.interaction_upload_bytes}"
    assert picture.attachments[0].description == "one pixel"
    async with aiohttp.ClientSession() as browser, browser.get(picture.attachments[0].url) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == picture.attachments[0].data
    followup = await shown.followup()
    assert followup.ephemeral
    assert followup.text == f"read back {len(picture.attachments[0].data)} bytes"
    assert world.messages(lounge, as_seen_by=world.member("Ben")) == []


async def test_buttons_answer_and_edit_in_place_after_a_restart(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    panel = await (await world.slash(ana, lounge, "panel")).answered()
    assert panel.is_components_v2
    assert panel.attachments[0].filename == "SPOILER_pixel.png"
    await world.restart_bot(kill=True)
    pressed = await world.press(ana, panel, "📸 Press edit")
    assert (await pressed.acknowledged()).kind == "deferred_update"
    refusal = await pressed.failed()
    assert (refusal.status, refusal.code) == (400, 50035), "content cannot join a Components V2 message"


async def test_a_press_edits_its_message_in_place(world: StandIn, ana: Member, lounge: Channel) -> None:
    await world.slash(ana, lounge, "buttons")
    message = await world.wait_for_message(lounge, lambda found: bool(found.buttons))
    pressed = await world.press(ana, message, "Press edit")
    assert (await pressed.acknowledged()).kind == "deferred_update"
    edited = await world.wait_for_message(lounge, lambda found: found.text == "edited by a press")
    assert edited.id == message.id
    assert edited.edited


async def test_select_sends_the_chosen_values(world: StandIn, ana: Member, lounge: Channel) -> None:
    panel = await (await world.slash(ana, lounge, "panel")).answered()
    assert panel.selects[0].options == ("dawn", "dusk")
    chosen = await world.choose(ana, panel, ["dusk"], custom_id="menu")
    assert (await chosen.answered()).text == "chose ['dusk']"


async def test_modal_is_shown_and_submitted(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "modal")
    assert (await shown.modal_shown())["title"] == "Tell me"
    submitted = await world.submit_modal(shown, {"text": "hello", "colour": ["red"]})
    assert (await submitted.answered()).text == "you said hello ['red']"


async def test_autocomplete_and_message_menu(world: StandIn, ana: Member, lounge: Channel) -> None:
    typed = await world.autocomplete(ana, lounge, "guess", "word", "ap")
    assert [choice["value"] for choice in await typed.choices()] == ["apple", "apricot"]
    message = await world.say(world.member("Ben"), lounge, "a fine view")
    menu = await world.context_menu(ana, "Picture this", message)
    answer = await menu.answered()
    assert answer.ephemeral
    assert answer.text == "picture of 'a fine view'"


async def test_age_restricted_command_only_where_it_may(world: StandIn, ana: Member) -> None:
    with pytest.raises(SetupError, match="age-restricted"):
        await world.slash(ana, "lounge", "restricted")
    shown = await world.slash(ana, "after-dark", "restricted")
    assert (await shown.answered()).text == "nsfw=True"
    thread = world.create_thread("after-dark", "corner")
    inside = await world.slash(ana, thread, "restricted")
    assert (await inside.answered()).text == "nsfw=True"


async def test_members_cannot_do_what_the_client_does_not_offer(world: StandIn, ana: Member) -> None:
    with pytest.raises(SetupError):
        await world.slash(ana, "lounge", "no such command")
    with pytest.raises(BackendError):
        await world.say(ana, "mod-reports", "let me in")


async def test_one_interaction_delivered_five_times_is_answered_once(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    shown = await world.slash(ana, lounge, "slow")
    await shown.answered()
    world.redeliver(shown, times=4)
    await world.wait_until(lambda: len(shown.errors) == 4, 5, "four refused answers")
    assert {(error.status, error.code) for error in shown.errors} == {(400, 40060)}
    assert len(world.messages(lounge)) == 1


async def test_expired_token_ends_in_a_fallback(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.limits.token_lifetime_s = 0.0
    shown = await world.slash(ana, lounge, "slow")
    refusal = await shown.failed()
    assert (refusal.status, refusal.code) == (404, 10062), "an ack after the end of the token"
    world.limits.token_lifetime_s = 60.0
    shown = await world.slash(ana, lounge, "waits")
    await shown.acknowledged()
    world.expire_interaction_tokens()
    await world.say(ana, lounge, "go on")
    refusal = await shown.failed()
    assert (refusal.status, refusal.code) == (401, 50027)


async def test_followup_before_the_ack_is_unknown(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "unacked")
    refusal = await shown.failed()
    assert (refusal.status, refusal.code) == (404, 10015)
    assert shown.ack is None
