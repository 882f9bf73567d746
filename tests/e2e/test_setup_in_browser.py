"""``/setup`` on the page, as a person sees it: selects of channels and roles keep to their own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright, expect

from playground import StandIn
from playground.page import Page
from tests.databases import fresh_database
from tests.e2e.stage import ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.on_both,
    pytest.mark.process,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    with fresh_database(tmp_path) as url:
        yield url


@pytest.fixture
async def page(tmp_path: Path, database: str) -> AsyncIterator[BrowserPage]:
    """The page of a world with the real bot, as Mod Kim in #lounge."""
    env = {
        "DATABASE_URL": database,
        "IMAGE_STORE": f"{tmp_path}/images",
        "PYTHONPATH": str(ROOT),
    }
    async with StandIn.start(extend=Page.extend) as world, async_playwright() as playwright:
        world.create_role("Painters")
        await world.start_bot([sys.executable, "-m", "bot"], env=env)
        await world.wait_synced("setup")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(world.url)
        await expect(page.locator("body[data-ready]")).to_be_visible()
        await page.click(".member-button:has-text('Mod Kim')")
        await page.click(".channel-button:has-text('lounge')")
        yield page
        await browser.close()
        assert problems == []


async def test_an_owner_goes_through_the_wizard(page: BrowserPage) -> None:
    await page.fill("#text", "/setup")
    await page.locator(".picker-row").first.wait_for()
    await page.press("#text", "Enter")
    await page.press("#text", "Enter")
    wizard = page.locator(".is-ephemeral", has_text="/setup")
    selects = wizard.locator(".select-trigger")
    await expect(wizard).to_contain_text("Where moderators work")
    await selects.click()
    await page.click(".select-option:has-text('mod-reports')")
    await expect(wizard).to_contain_text("Now: #mod-reports")
    await wizard.get_by_role("button", name="Next").click()

    await expect(wizard).to_contain_text("for whom")
    await expect(selects.first).to_have_text("In all channels")  # and not what was chosen on the page before
    await selects.first.click()
    await expect(page.locator(".select-option:has-text('balcony')")).to_have_count(0)  # a thread
    await page.click(".select-option:has-text('lounge')")
    await page.click(".select-option:has-text('group-scene')")
    await page.get_by_role("button", name="Apply").click()
    await expect(wizard).to_contain_text("Where: #lounge, #group-scene")
    await selects.last.click()
    await page.click(".select-option:has-text('Painters')")
    await page.get_by_role("button", name="Apply").click()
    await expect(wizard).to_contain_text("Who: @Painters")
    await wizard.get_by_role("button", name="Back").click()
    await expect(wizard).to_contain_text("Where moderators work")
    await expect(selects).to_contain_text("mod-reports")
    await wizard.get_by_role("button", name="Use defaults and finish").click()
    await expect(wizard).to_contain_text("All set up")
