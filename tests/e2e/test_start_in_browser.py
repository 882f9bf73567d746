"""What a new user does: the start command, a page in the browser, the first picture, a killed bot, Again."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 120
pytestmark = [
    pytest.mark.browser,
    pytest.mark.process,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The start command's own process, in a folder of its own; the address that it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DISCORD_")}
    environment |= {"PLAYGROUND_PORT": "0", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "start", cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            ready = None
            async for line in process.stdout:
                ready = re.match(rb"playground ready: (http://127\.0\.0\.1:\d+/\S*)", line)
                if ready is not None:
                    break
            assert ready is not None
        yield ready[1].decode()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        await page.goto(address)
        await expect(page.locator("body[data-ready]")).to_be_visible()
        yield page
        await browser.close()


async def test_a_new_user_gets_a_picture_and_one_more_after_the_bot_was_killed(page: Page) -> None:
    expect.set_options(timeout=30_000)
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
