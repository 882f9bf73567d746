"""The page, driven in a real browser as a person would."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright, expect

from playground import StandIn
from playground.page import Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
async def paged_world(sample_bot: list[str]) -> AsyncIterator[StandIn]:
    async with StandIn.start(extend=Page.extend) as world:
        await world.start_bot(sample_bot)
        yield world


@pytest.fixture
async def browser_page(paged_world: StandIn) -> AsyncIterator[BrowserPage]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(paged_world.url)
        await expect(page.locator("body[data-ready]")).to_be_visible()
        yield page
        await browser.close()
        assert problems == []


async def run_command(page: BrowserPage, name: str) -> None:
    await page.fill("#text", f"/{name}")
    await page.locator(".picker-row").first.wait_for()
    await page.press("#text", "Enter")


async def test_a_person_switches_channel_and_member_and_talks_with_the_bot(
    paged_world: StandIn, browser_page: BrowserPage
) -> None:
    page = browser_page
    await expect(page.locator("#channel-name")).to_have_text("group-scene")
    await expect(page.locator("#bot-state")).to_have_text("Bot running")

    await page.click(".channel-button:has-text('lounge')")
    await expect(page.locator("#channel-name")).to_have_text("lounge")
    await page.fill("#text", "hello **there**")
    await page.press("#text", "Enter")
    await expect(page.locator(".channel-message strong:has-text('there')")).to_be_visible()

    await run_command(page, "image instant")
    await page.click(".option-add:has-text('hint')")
    await page.fill(".option-input[name=hint]", "dusk")
    await page.press(".option-input[name=hint]", "Enter")
    await expect(page.locator(".channel-message").last).to_contain_text("hint=dusk who=None")

    await run_command(page, "guess")
    await page.locator(".option-input[name=word]").press_sequentially("apr")
    await page.click(".suggestion:has-text('apricot')")
    await page.press(".option-input[name=word]", "Enter")
    await expect(page.locator(".channel-message").last).to_contain_text("guessed apricot")

    await run_command(page, "buttons")
    await page.press("#text", "Enter")
    await page.click(".component-button:has-text('Press quiet')")
    await expect(page.locator(".is-ephemeral")).to_contain_text("pressed quiet")
    await page.click(".member-button:has-text('Ben')")
    await expect(page.locator(".member-button[aria-checked=true]")).to_have_text(re.compile("Ben"))
    await expect(page.locator(".is-ephemeral")).to_have_count(0)

    await page.click(".component-button:has-text('Press modal')")
    await expect(page.locator(".modal-dialog input").first).to_be_focused()
    await page.fill(".modal-dialog input", "from Ben")
    await page.click(".modal-dialog .select-trigger")
    await page.click(".modal-dialog .select-option:has-text('Red')")
    await page.click(".modal-dialog button:has-text('Submit')")
    await expect(page.locator(".channel-message").last).to_contain_text("you said from Ben ['red']")
    assert paged_world.messages("lounge")[-1].interaction_user_id == paged_world.member("Ben").id

    await expect(page.locator(".channel-button:has-text('mod-reports')")).to_have_count(0)
    await page.click(".member-button:has-text('Mod Kim')")
    await expect(page.locator(".channel-button:has-text('mod-reports')")).to_be_visible()


async def test_pictures_menus_selects_and_the_bot_bar(
    paged_world: StandIn, browser_page: BrowserPage
) -> None:
    page = browser_page
    await run_command(page, "panel")
    await page.press("#text", "Enter")
    panel = page.locator(".channel-message", has_text="A panel")
    await panel.locator(".spoiler-cover").click()
    await expect(panel.locator("img.gallery-image")).to_have_js_property("naturalWidth", 320)
    await panel.locator(".media-lightbox-trigger").click()
    await expect(page.locator(".media-lightbox[open]")).to_be_visible()
    await page.keyboard.press("Escape")
    await panel.locator(".select-trigger").click()
    await panel.locator(".select-option:has-text('dusk')").click()
    await expect(page.locator(".is-ephemeral").last).to_contain_text("chose ['dusk']")

    await page.fill("#text", "a fine view")
    await page.press("#text", "Enter")
    await page.locator(".channel-message:has-text('a fine view') .message-content").first.click(
        button="right"
    )
    await page.click(".menu-item:has-text('Picture this')")
    await expect(page.locator(".is-ephemeral").last).to_contain_text("picture of 'a fine view'")

    await page.set_input_files(
        "#file-input", [{"name": "note.txt", "mimeType": "text/plain", "buffer": b"words"}]
    )
    await page.press("#text", "Enter")
    await expect(page.locator(".attachment-name:has-text('note.txt')")).to_be_visible()

    await page.click("#misbehave")
    await page.click(".menu-item:has-text('Drop the gateway')")
    await paged_world.wait_resumed()
    await page.click("#bot-kill")
    await expect(page.locator("#bot-state")).to_have_text("Bot stopped")
    await page.click("#bot-restart")
    await expect(page.locator("#bot-state")).to_have_text("Bot running")
    await expect(panel.locator("img.gallery-image")).to_have_count(1)


async def test_several_values_and_people_are_chosen(paged_world: StandIn, browser_page: BrowserPage) -> None:
    page = browser_page
    await run_command(page, "selects")
    await page.press("#text", "Enter")
    cast, people = page.locator(".preview-select").nth(0), page.locator(".preview-select").nth(1)
    await cast.locator(".select-trigger").click()
    await cast.locator(".select-option:has-text('Mira')").click()
    await cast.locator(".select-option:has-text('Juno')").click()
    await cast.locator(".select-apply").click()
    await expect(page.locator(".is-ephemeral").last).to_contain_text("chose ['Mira', 'Juno']")
    await people.locator(".select-trigger").click()
    await people.locator(".select-candidate-search").fill("be")
    await expect(people.locator(".select-option")).to_have_count(1)
    await people.locator(".select-option:has-text('Ben')").click()
    ben = paged_world.member("Ben").id
    await expect(page.locator(".is-ephemeral").last).to_contain_text(f"chose ['{ben}']")


async def test_a_buy_button_says_its_price_and_buys(paged_world: StandIn, browser_page: BrowserPage) -> None:
    page = browser_page
    ana = paged_world.member("Ana")
    await run_command(page, "shop")
    await page.press("#text", "Enter")
    button = page.locator(".premium-button", has_text="A box of film")
    await expect(button).to_contain_text("€9.99")
    await button.click()
    await expect(page.locator(".toast.notice")).to_contain_text("Bought")
    (bought,) = paged_world.backend.entitlements.values()
    assert (bought.user_id, paged_world.sku(bought.sku_id).name) == (ana.id, "A box of film")
    await button.click()
    await expect(page.locator(".toast.error")).to_contain_text("not used up")


async def test_the_page_fits_a_phone(browser_page: BrowserPage) -> None:
    page = browser_page
    await page.set_viewport_size({"width": 375, "height": 720})
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) == 0
    await page.click("#open-sidebar")
    await page.click(".channel-button:has-text('balcony')")
    await expect(page.locator("#channel-name")).to_have_text("balcony")
    await page.click("#bot-menu")
    await expect(page.locator(".menu-item:has-text('Restart bot')")).to_be_visible()
