"""Reports, settings, figures, purchases and privacy as their people try them: the start command, and a browser."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.visitor import CHROMIUM, MESSAGE, PICTURE, Visitor, browsing, picture_in

PHONE_PX = (390, 844)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.process,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


async def instant_picture(visitor: Visitor) -> Locator:
    """A picture of the conversation that is open, once it is there."""
    await visitor.command("image instant")
    await visitor.told("You have")
    return await visitor.message(button="Report", picture=True)


async def report(visitor: Visitor, picture: Locator, reason: str, words: str) -> None:
    """Fill in the form behind a picture's button."""
    await visitor.press(picture, "Report")
    form = await visitor.form()
    await expect(form).to_contain_text("Report this picture")
    await visitor.choose(form, "", reason)
    await visitor.fill_in(In_your_words=words)
    await visitor.told("the moderators will look at it")


async def test_a_moderator_refunds_and_removes_a_reported_picture_on_its_card(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.become("Ana")
    await visitor.open("group-scene")
    picture = await instant_picture(visitor)
    await report(visitor, picture, "Broken or glitched", "Kaito has *three* arms")

    await visitor.become("Mod Kim")
    await visitor.open("mod-reports")
    card = await visitor.message("Reported picture", button="Refund & remove")
    for said in ("Broken or glitched", "@Ana", "Kaito has *three* arms", "their first report", "Mira"):
        await expect(card).to_contain_text(said)
    for said in ("Instant", "sketch", "150 moments (granted)", "Read from the conversation"):
        await expect(card).to_contain_text(said)
    covered = card.locator(".spoiler-content:not(.is-revealed)")
    await expect(covered).to_be_visible()
    await visitor.command("reports list")
    queue = await visitor.message("Open reports", button="Show")
    await expect(queue).to_contain_text("Broken or glitched · 1 report")

    await visitor.press(card, "Refund & remove")
    await visitor.fill_in(Note="Sorry about the arms.")
    await visitor.told("Refunded 150 moments to @Ana and removed the picture")
    await expect(card).to_contain_text("Refunded and removed")
    await expect(card).to_contain_text("Sorry about the arms.")
    await expect(card.locator(PICTURE)).to_have_count(0)
    await expect(card.get_by_role("button", name=re.compile("Refund|Reject|Remove"))).to_have_count(0)
    await visitor.command("reports list")
    await visitor.told("Nothing to do")

    await visitor.become("Ana")
    await visitor.open("group-scene")
    await expect(page.locator(MESSAGE).filter(has=page.locator(PICTURE))).to_have_count(0)
    await visitor.command("gallery")
    await visitor.told("No pictures yet")
    await visitor.command("moments balance")
    await visitor.told("You have 500 moments")
    await visitor.open("Darkroom")
    notice = await visitor.message("Thank you for your report")
    await expect(notice).to_contain_text("your picture of Mira, Juno and Kaito")
    await expect(notice).to_contain_text("150 moments are back in your balance")
    await expect(notice).to_contain_text("Sorry about the arms.")


async def test_an_owner_sets_the_server_up_changes_it_and_looks_at_its_figures(visitor: Visitor) -> None:
    await visitor.become("Ben")
    await visitor.open("balcony")
    await instant_picture(visitor)

    await visitor.become("Mod Kim")
    await visitor.open("mod-reports")
    await visitor.command("setup")
    wizard = await visitor.message("Where moderators work")
    await expect(wizard).to_contain_text("Now: #mod-reports")
    await visitor.press(wizard, "Next")
    await expect(wizard).to_contain_text("Where pictures are made, and for whom")
    await visitor.choose(wizard, "In all channels", "lounge", "group-scene")
    await expect(wizard).to_contain_text("Where: #lounge, #group-scene")
    await visitor.press(wizard, "Next")
    await expect(wizard).to_contain_text("What pictures may show")
    await visitor.press(wizard, "Next")
    await expect(wizard).to_contain_text("Budget of the server a day: no limit")
    await visitor.press(wizard, "Change the numbers")
    await visitor.fill_in(Daily="120", Budget_of_the_server="20,000")
    await expect(wizard).to_contain_text("Budget of the server a day: 20,000 moments")
    await visitor.press(wizard, "Next")
    await expect(wizard).to_contain_text("All is well")
    await visitor.press(wizard, "Finish")
    await expect(wizard).to_contain_text("All set up")

    await visitor.command("settings")
    settings = await visitor.message("Settings of this server")
    await visitor.press(settings, "Turn off")
    await expect(settings).to_contain_text("Gifts: off")
    for said in (
        "@Mod Kim · gifts: on → off",
        "@Mod Kim · report: refunded, picture removed",
        "daily moments: as usual → 120",
        "channels: everywhere → #lounge, #group-scene",
    ):
        await expect(settings).to_contain_text(said)

    await visitor.command("stats")
    stats = await visitor.message("Pictures of the last 30 days", picture=True)
    await expect(stats).to_contain_text("Instant")
    assert (await picture_in(stats.locator(PICTURE))).size == (1400, 1700)


async def test_a_member_buys_moments_takes_their_data_along_and_deletes_it(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    await visitor.become("Ana")
    await visitor.open("lounge")
    await instant_picture(visitor)
    await visitor.command("moments buy")
    shop = await visitor.message("Buy moments")
    await expect(shop).to_contain_text("500 moments · 1,200 moments · 2,600 moments")
    await shop.locator(".component-button", has_text="A box of film").click()
    await visitor.open("Darkroom")
    await visitor.message("1,200")
    await visitor.open("lounge")

    await visitor.command("privacy show")
    policy = await visitor.message("Your privacy", button="Export")
    for said in ("forgotten at once", "picture", "1 purchase"):
        await expect(policy).to_contain_text(said)
    await visitor.press(policy, "Export")
    done = await visitor.message("Your data is here")
    await expect(done).to_contain_text("index.html")
    file = page.locator(f"{MESSAGE} .file-download").last
    async with page.expect_download() as waiting:
        await file.click()
    await (await waiting.value).save_as(tmp_path / "data.zip")
    with zipfile.ZipFile(tmp_path / "data.zip") as archive:
        archive.extractall(tmp_path / "data")
    kept = json.loads((tmp_path / "data" / "data.json").read_text())
    assert kept
    assert page.context.browser is not None
    own = await page.context.browser.new_page()
    await own.goto((tmp_path / "data" / "index.html").as_uri())
    await expect(own.locator("body")).to_contain_text("purchased1200")
    for image in await own.locator("img").all():
        await image.scroll_into_view_if_needed()  # it is loaded when it is looked at
        await expect(image).not_to_have_js_property("naturalWidth", 0)
    await own.close()

    await visitor.command("privacy delete")
    losses = await visitor.message("Delete everything about you?")
    await expect(losses).to_contain_text("Bought: 1,200 moments")
    await visitor.press(losses, "Delete everything about me")
    await visitor.fill_in(Type_DELETE="DELETE")
    await visitor.told("Everything about you is deleted")
    await visitor.command("privacy show")
    await visitor.told("Nothing is kept about you")
    await visitor.command("gallery")
    await visitor.told("No pictures yet")


async def test_card_settings_figures_and_privacy_fit_a_phone(address: str) -> None:
    async with browsing(address, *PHONE_PX) as page:
        visitor = Visitor(page)
        await page.click("#open-sidebar")
        await visitor.become("Ben")
        await visitor.open("lounge")
        await report(visitor, await instant_picture(visitor), "Broken or glitched", "Too blue")
        await visitor.command("privacy show")
        await visitor.fits(await visitor.message("Your privacy", button="Export"))
        await visitor.command("moments buy")
        await visitor.fits(await visitor.message("Buy moments"))
        await page.click("#open-sidebar")
        await visitor.become("Mod Kim")
        await visitor.open("mod-reports")
        await visitor.fits(await visitor.message("Too blue", button="Refund & remove"))
        await visitor.command("reports list")
        await visitor.fits(await visitor.message("Open reports", button="Show"))
        await visitor.command("settings")
        await visitor.fits(await visitor.message("Settings of this server"))
        await page.click("#open-sidebar")
        await visitor.open("lounge")  # where no other test asked for them
        await visitor.command("stats")
        await visitor.fits(await visitor.message("Pictures of the last 30 days", picture=True))
