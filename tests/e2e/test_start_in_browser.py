"""What a new user does: the start command, a page in the browser, the first picture, a killed bot, Again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.visitor import CHROMIUM, browsing, started

pytestmark = [
    pytest.mark.browser,
    pytest.mark.process,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with started(tmp_path) as address, browsing(address) as page:
        yield page


async def test_a_new_user_gets_a_picture_and_one_more_after_the_bot_was_killed(page: Page) -> None:
    await expect(page.locator("#channel-name")).to_have_text("group-scene")
    await page.fill("#text", "Juno hands Mira the lantern.")
    await page.press("#text", "Enter")
    spoken = page.locator(".channel-message", has=page.locator("button:has-text('Instant')"))
    await spoken.last.locator("button:has-text('Instant')").click()

    result = page.locator(".channel-message", has=page.locator("button:has-text('Again')"))
    picture = result.locator("img.gallery-image")
    await expect(picture).to_have_js_property("complete", value=True)
    description = await picture.get_attribute("alt") or ""
    assert {name for name in ("Mira", "Kaito", "Juno") if name in description}
    assert "rooftop" in description
    await expect(result).to_contain_text("rooftop")
    paid = await page.locator(".is-ephemeral").last.text_content() or ""
    cost, left = map(int, re.search(r"That was (\d+) moments?. You have (\d+) left", paid).groups())  # type: ignore[union-attr]
    assert cost == 50 * sum(name in description for name in ("Mira", "Kaito", "Juno"))
    assert left == 500 - cost

    await page.click("#bot-kill")
    await expect(page.locator("#bot-state")).to_have_text("Bot stopped")
    await page.click("#bot-restart")
    await expect(page.locator("#bot-state")).to_have_text("Bot running")
    await result.locator("button:has-text('Again')").click()
    await expect(result).to_have_count(2)
    await expect(page.locator(".is-ephemeral").last).to_contain_text(f"You have {left - cost} left")
