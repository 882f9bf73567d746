"""Messages of all kinds: the bot's own, webhooks', in threads and in private, with limits and permissions."""

from __future__ import annotations

from playground import Channel, Member, StandIn


async def test_bot_edits_its_own_message_and_replies(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "public")
    await shown.said("edited, original")
    message = await world.wait_for_message(lounge, lambda found: found.text == "second")
    assert message.edited
    assert message.author_name == "Darkroom"
    requests = await world.wait_for_request("PATCH", "/channels/{channel_id}/messages/{message_id}")
    assert requests[0].body["content"] == "second"


async def test_without_the_intent_only_mentions_are_read(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    await world.say(ana, lounge, "ping")
    await world.say(ana, lounge, f"<@{world.bot_id}> who is here?")
    seen = await world.wait_for_message(lounge, lambda found: "saw" in found.text)
    assert seen.text == "saw ['Ana', 'Ana']"
    assert not [message for message in world.messages(lounge) if message.text == "pong"]


async def test_with_the_intent_everything_is_read(
    empty_world: StandIn, sample_bot: list[str], ana: Member, lounge: Channel
) -> None:
    await empty_world.start_bot([*sample_bot, "--content"])
    await empty_world.say(ana, lounge, "ping")
    await empty_world.wait_for_message(lounge, lambda found: found.text == "pong")


async def test_webhook_speaks_with_name_and_working_button(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    shown = await world.slash(ana, lounge, "hook")
    await shown.said("as Mira")
    spoken = await world.wait_for_message(lounge, lambda found: found.webhook_id is not None)
    assert spoken.author_name == "Mira"
    assert spoken.avatar_url == "https://example.com/mira.png"
    assert spoken.wire["application_id"] == str(world.backend.application_id)
    pressed = await world.press(ana, spoken, "Press hooked")
    assert (await pressed.answered()).text == "pressed hooked"


async def test_webhook_speaks_in_a_thread_of_its_channel(world: StandIn, ana: Member) -> None:
    shown = await world.slash(ana, "balcony", "hook")
    await shown.said("as Mira")
    spoken = await world.wait_for_message("balcony", lambda found: found.webhook_id is not None)
    again = await world.slash(ana, "balcony", "hook")
    await again.said("as Mira")
    assert len(world.backend.webhooks) == 1, "the webhook was found again, as the application's own"
    pressed = await world.press(ana, spoken, "Press hooked")
    assert (await pressed.answered()).channel_id == world.channel("balcony").id


async def test_webhook_names_and_number_are_limited(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.limits.webhooks_per_channel = 0
    await world.slash(ana, lounge, "hook")
    refused = await world.wait_for_request("POST", "/channels/{channel_id}/webhooks")
    assert (refused[0].status, refused[0].answer["code"]) == (400, 30007)


async def test_direct_messages_and_closed_ones(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "dm")
    await shown.said("written")
    private = await world.wait_for_message(ana, lambda found: found.text == "hello in private")
    pressed = await world.press(ana, private, "Press private")
    assert (await pressed.answered()).text == "pressed private"
    world.close_dms(ana)
    shown = await world.slash(ana, lounge, "dm")
    await shown.said("cannot: 50007")


async def test_nonce_finds_the_earlier_message_for_a_while(
    world: StandIn, ana: Member, lounge: Channel
) -> None:
    shown = await world.slash(ana, lounge, "nonce")
    await shown.said("same True")
    once = [message for message in world.messages(lounge) if message.text == "only once"]
    assert [message.nonce for message in once] == ["same"]
    world.backend.clock.advance(world.limits.nonce_window_s + 1)
    shown = await world.slash(ana, lounge, "nonce")
    await shown.said("same True")
    twice = [message for message in world.messages(lounge) if message.text == "only once"]
    assert len(twice) == 2


async def test_too_large_a_file_is_refused(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.set_upload_limit(1_000)
    shown = await world.slash(ana, lounge, "deferred", size=2_000)
    await shown.said("refused 413 40005")
    small = await world.slash(ana, lounge, "deferred", size=500)
    assert (await small.answered()).text == "limit 1000"
    world.set_upload_limit(1 << 20)
    world.limits.request_bytes = 1_000
    whole = await world.slash(ana, lounge, "deferred", size=2_000)
    await whole.said("refused 413 40005")


async def test_permissions_of_the_bot_in_one_channel(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.set_bot_permissions(lounge, send_messages=False)
    shown = await world.slash(ana, lounge, "public")
    await shown.said("failed 403 50013")
    world.set_bot_permissions(lounge)
    shown = await world.slash(ana, lounge, "public")
    await shown.said("edited")


async def test_entitlements_are_listed(world: StandIn, ana: Member, lounge: Channel) -> None:
    world.grant_entitlement(world.create_sku("100 moments"), ana)
    shown = await world.slash(ana, lounge, "entitled")
    assert (await shown.answered()).text == "owned 1"


async def test_deleted_messages_and_channels_are_gone(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "waits")
    await shown.acknowledged()
    original = shown.response
    assert original is not None
    world.delete_message(original)
    await world.say(ana, lounge, "go on")
    refusal = await shown.failed()
    assert (refusal.status, refusal.code) == (404, 10008)
    place = world.create_channel("short-lived")
    shown = await world.slash(ana, place, "posts")
    await shown.acknowledged()
    world.delete_channel(place)
    await world.say(ana, lounge, "go on")
    refused = await world.wait_for_request("POST", "/channels/{channel_id}/messages")
    assert (refused[0].status, refused[0].answer["code"]) == (404, 10003)


async def test_every_request_is_on_record(world: StandIn, ana: Member, lounge: Channel) -> None:
    shown = await world.slash(ana, lounge, "deferred")
    await shown.followup()
    edits = await world.wait_for_request("PATCH", "/webhooks/{webhook_id}/{token}/messages/@original")
    assert edits[0].files == [("pixel.png", 70)]
    assert edits[0].body["attachments"] == [{"id": 0, "filename": "pixel.png", "description": "one pixel"}]
    assert (edits[0].status, edits[0].took_effect) == (200, True)
    order = [request.template for request in world.requests]
    assert order.index("/applications/{application_id}/commands") < order.index(
        "/interactions/{interaction_id}/{token}/callback"
    )
