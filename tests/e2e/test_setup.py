"""Owners set a server up in Discord, and what they set holds for everybody."""

from __future__ import annotations

import pytest

from playground import Interaction
from tests.e2e.owner_desk import OwnerDesk
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"ALLOW_MATURE": "true", "IMAGE_BACKENDS": "null,sketch"}


async def refused(stage: Stage, pressed: Interaction, words: str) -> str:
    """What was told to the presser alone, once the "thinking…" is taken back and the button is free again."""
    told = await pressed.said(words)
    assert told.ephemeral
    await stage.world.wait_until(
        lambda: pressed.response is None or pressed.response.id == told.id,
        10.0,
        lambda: f"an end of {pressed}",
    )
    return told.text


async def test_the_wizard_goes_on_where_it_stood_after_a_restart(stage: Stage) -> None:
    mods = stage.world.channel("mod-reports")
    desk = await OwnerDesk.open(stage)
    await stage.world.restart_bot(kill=True)
    await desk.choose("setup-mod", mods, shows=f"**Now:** <#{mods.id}>")
    await desk.go_to("Moments")
    await desk.fill_in(
        "Change the numbers", "5,000 moments (0 used today)", daily="70", guild="5,000", member=""
    )
    await stage.world.restart_bot(kill=True)
    await desk.go_to("Permissions")
    await desk.press("Finish", "All set up")
    assert f"<@{stage.kim.id}> · daily moments: as usual → **70**" in desk.page.text
    claimed = await stage.world.slash(stage.new_member(), stage.world.channel("lounge"), "moments daily")
    await claimed.said("70")
    await desk.press("Step by step", "Setup · 1 of")
    await desk.go_to("Moments")
    await desk.fill_in("Change the numbers", "no limit", daily="", guild="", member="")


async def test_pictures_are_made_where_the_owner_said_and_in_threads_of_it(stage: Stage) -> None:
    here, elsewhere = await stage.room(), await stage.room()
    thread = stage.world.create_thread(here.place, "aside")
    in_thread = await stage.room(member=here.member, place=thread)
    desk = await OwnerDesk.open(stage)
    await desk.go_to("Where pictures are made")
    await desk.choose("setup-where", here.place, shows=f"**Where:** <#{here.place.id}>")
    pressed = await stage.world.press(elsewhere.member, elsewhere.spoken, "Instant")
    await refused(stage, pressed, f"in <#{here.place.id}>")
    assert stage.states(elsewhere.member) == []
    assert stage.free(elsewhere.member) is None
    for room in (here, in_thread):
        await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    own = await stage.room(member=stage.kim)
    await refused(  # the owner as well
        stage, await stage.world.press(stage.kim, own.spoken, "Instant"), f"in <#{here.place.id}>"
    )
    await desk.choose("setup-where", shows="in all channels")
    await stage.picture(await stage.world.press(elsewhere.member, elsewhere.spoken, "Instant"))


async def test_pictures_are_made_for_whom_the_owner_said(stage: Stage) -> None:
    room = await stage.room()
    painters = stage.world.create_role("Painters")
    desk = await OwnerDesk.open(stage)
    await desk.go_to("Where pictures are made")
    await desk.choose("setup-who", painters, shows=f"**Who:** <@&{painters}>")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await refused(stage, pressed, f"<@&{painters}>")
    stage.world.give_role(room.member, painters)
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await desk.choose("setup-who", shows="everybody")


async def test_a_spent_budget_says_when_it_is_full_again_and_nothing_stays_held(stage: Stage) -> None:
    room = await stage.room()
    desk = await OwnerDesk.open(stage)
    await desk.go_to("Moments")
    await desk.fill_in("Change the numbers", "60 moments", daily="", guild="", member="60")
    first = await stage.world.press(room.member, room.spoken, "Instant")
    await first.said("450")  # which is told when the button is free again
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    assert "<t:" in await refused(stage, pressed, "Your budget for today is **60 moments**")
    await stage.settled(room.member)
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)
    await desk.fill_in("Change the numbers", "each member a day:** no limit", daily="", guild="", member="")


async def test_the_service_that_the_owner_chose_makes_the_pictures(stage: Stage) -> None:
    room = await stage.room()
    desk = await OwnerDesk.open(stage)
    await desk.go_to("Picture service")
    assert "the first of null, sketch" in desk.page.text
    await desk.choose("setup-backend", "sketch", shows="**Now:** sketch")
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    assert stage.rows("SELECT backend FROM request WHERE user_id = :user", user=room.member.id) == ["sketch"]
    await desk.choose("setup-backend", "-", shows="the first of null, sketch")


async def test_the_check_names_what_is_missing_until_it_is_mended(stage: Stage) -> None:
    place, doomed = stage.world.create_channel("studio-floor"), stage.world.create_channel("doomed")
    stage.world.set_bot_permissions(place, manage_webhooks=False)
    desk = await OwnerDesk.open(stage)
    await desk.go_to("Where pictures are made")
    await desk.choose("setup-where", place, doomed, shows=f"<#{doomed.id}>")
    stage.world.delete_channel(doomed)
    await desk.go_to("Permissions")
    assert f"❌ <#{place.id}> is missing **Manage Webhooks**" in desk.page.text
    assert "was deleted" in desk.page.text
    stage.world.set_bot_permissions(place)
    await desk.press("Check again", f"✅ <#{place.id}>")
    await desk.press("Back", "Picture service")
    await desk.press("Back", "Moments")
    await desk.press("Back", "What pictures may show")
    await desk.press("Back", "Where pictures are made")
    await desk.choose("setup-where", place, shows=f"**Where:** <#{place.id}>\n")
    await desk.go_to("Permissions")
    assert "All is well" in desk.page.text
    settings = await OwnerDesk.open(stage, "settings", place)
    await settings.press("Step by step", "Setup · 1 of")
    await settings.go_to("Where pictures are made")
    await settings.choose("setup-where", shows="in all channels")


async def test_mature_needs_a_mod_channel_that_is_age_restricted_now(stage: Stage) -> None:
    mods, other = stage.world.create_channel("mods-18"), stage.world.create_channel("mods-all")
    desk = await OwnerDesk.open(stage)
    await desk.choose("setup-mod", mods, shows=f"<#{mods.id}>")
    await desk.go_to("What pictures may show")
    pressed = await stage.world.press(stage.kim, desk.page, "Allow mature pictures")
    assert (await pressed.said("*Age-Restricted Channel*")).ephemeral
    stage.world.set_age_restricted(mods)
    await desk.press("Allow mature pictures", "mature pictures too")
    await desk.press("Back", "Where pictures are made")
    await desk.press("Back", "Where moderators work")
    kept = await desk.choose("setup-mod", other, shows=f"**Now:** <#{mods.id}>")
    await kept.said("*Age-Restricted Channel*")
    stage.world.set_age_restricted(mods, restricted=False)
    await desk.go_to("Permissions")
    assert "is not age-restricted any more" in desk.page.text
    settings = await OwnerDesk.open(stage, "settings")
    await settings.press("Step by step", "Setup · 1 of")
    await settings.go_to("What pictures may show")
    await settings.press("General pictures only", "general pictures only")


async def test_gifts_that_the_owner_turned_off_are_refused_kindly(stage: Stage) -> None:
    desk = await OwnerDesk.open(stage, "settings")
    await desk.press("Turn off", "**Gifts:** off")
    ana, ben = stage.world.member("Ana"), stage.world.member("Ben")
    given = await stage.world.slash(ana, stage.world.channel("lounge"), "moments gift", member=ben, amount=10)
    assert (await given.said("Gifts are turned off")).ephemeral
    await desk.press("Turn on", "may give each other")


async def test_whoever_lost_the_permission_can_change_nothing_on_an_open_page(stage: Stage) -> None:
    deputy = stage.world.create_member("Deputy", moderator=True)
    opened = await stage.world.slash(deputy, stage.world.channel("lounge"), "settings")
    page = await opened.said("Settings")
    for role_id in deputy.roles:
        stage.world.take_role(deputy, role_id)
    pressed = await stage.world.press(deputy, page, "Turn off")
    await pressed.said("You need the permission **Manage Server**")
    assert "may give each other" in page.text
