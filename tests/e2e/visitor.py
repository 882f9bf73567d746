"""Somebody who tries Darkroom: the start command's own process, its page in a real browser, and their hands."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from PIL import Image
from playwright.async_api import Error as BrowserError
from playwright.async_api import Locator, Page, async_playwright, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 120
SEEN_WITHIN_MS = 30_000
MESSAGE = ".channel-message"
PICTURE = "img.gallery-image"


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[str]:
    """The start command's own process in a folder of its own; gives the address that it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DISCORD_")}
    environment |= {"PLAYGROUND_PORT": "0", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "start", cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
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
        reading = asyncio.create_task(process.stdout.read())  # so that a full pipe stops nobody
        yield ready[1].decode()
        reading.cancel()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


@asynccontextmanager
async def browsing(address: str, width_px: int = 1280, height_px: int = 900) -> AsyncIterator[Page]:
    """The page in a browser of its own, ready."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = await browser.new_page(viewport={"width": width_px, "height": height_px})
        page.set_default_timeout(SEEN_WITHIN_MS)
        expect.set_options(timeout=SEEN_WITHIN_MS)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(address)
        await expect(page.locator("body[data-ready]")).to_be_visible()
        yield page
        await browser.close()
        assert problems == []


async def picture_in(image: Locator) -> Image.Image:
    """A picture as the page got it, decoded."""
    await expect(image).to_have_js_property("complete", value=True)
    encoded = await image.evaluate(
        """async (image) => {
            const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
            let text = "";
            for (let at = 0; at < bytes.length; at += 0x8000)
                text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
            return btoa(text);
        }"""
    )
    return Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")


async def _filled(field: Locator, said: str) -> None:
    """Type into a field in place of what it held; again where the page took the focus between the two."""
    for _ in range(5):
        await field.fill(said)
        with suppress(AssertionError):
            await expect(field).to_have_value(said, timeout=2_000)
            return
    await expect(field).to_have_value(said)


class Visitor:
    """What one does on the page, as whoever is chosen there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def become(self, name: str) -> None:
        """Choose who to be, and wait until the page is theirs."""
        chosen = self.page.locator(".member-button[aria-checked=true]")
        if name in await chosen.inner_text():
            return
        before = self.page.url
        await self.page.click(f".member-button:has-text('{name}')")
        await expect(self.page).not_to_have_url(before)  # the last that changes
        await expect(chosen).to_contain_text(name)

    async def open(self, channel: str) -> None:
        """Go to a channel, a thread or the direct messages with the bot, by its name, unless it is open."""
        button = self.page.locator(f".channel-button:has-text('{channel}')")
        if await button.get_attribute("aria-current") is None:
            before = self.page.url
            await button.click()
            await expect(self.page).not_to_have_url(before)  # the last that changes
        await expect(self.page.locator("#channel-name")).to_have_text(channel)

    async def command(self, name: str, /, **fields: str) -> None:
        """Run a slash command with its fields filled in as one would."""
        await self.page.fill("#text", f"/{name}")
        await self.page.locator(".picker-row").first.wait_for()
        await self.page.press("#text", "Enter")
        await expect(self.page.locator(".command-heading")).to_contain_text(f"/{name}")
        for field, value in fields.items():
            box = self.page.locator(f".option-input[name={field}]")
            if await box.evaluate("box => box.tagName") == "SELECT":
                await box.select_option(label=value)
            else:
                await _filled(box, value)
        await self.page.click("#send")
        await expect(self.page.locator(".command-heading")).to_have_count(0)

    async def message(self, *texts: str, button: str = "", picture: bool = False) -> Locator:
        """The newest message with all of these, once it is there; it stays this one whatever becomes of it."""
        found = self.page.locator(MESSAGE)
        for text in texts:
            found = found.filter(has_text=text)
        if button:
            found = found.filter(has=self.page.get_by_role("button", name=button))
        if picture:
            found = found.filter(has=self.page.locator(PICTURE))
        message_id = await found.last.get_attribute("data-message-id")
        return self.page.locator(f"{MESSAGE}[data-message-id='{message_id}']")

    async def press(self, message: Locator, label: str) -> None:
        """Press a button of a message by its words."""
        await message.get_by_role("button", name=re.compile(rf"(^|\s){re.escape(label)}")).first.click()

    async def choose(self, message: Locator, placeholder: str, *labels: str) -> None:
        """Choose in the select that shows these words; several are applied."""
        trigger = message.locator(".select-trigger", has_text=placeholder).first
        options = [message.locator(".select-option", has_text=label).first for label in labels]
        await trigger.click()
        for option in options:
            await option.click()
        if len(labels) > 1:
            await message.get_by_role("button", name="Apply").click()

    async def form(self) -> Locator:
        """The open form, once it takes the focus no more."""
        await expect(self.page.locator("#modal-root")).to_have_attribute("data-ready", re.compile(".+"))
        return self.page.locator(".modal-dialog")

    async def fill_in(self, **answers: str) -> None:
        """Fill the open form: a field by the beginning of its label, ``_`` for a space."""
        dialog = await self.form()
        fields = {
            dialog.locator(".modal-field", has_text=label.replace("_", " ")).first.locator(
                "input, textarea"
            ): said
            for label, said in answers.items()
        }
        for field, said in fields.items():
            await _filled(field, said)
        for field, said in fields.items():
            await expect(field).to_have_value(said)
        await self._submit(dialog)

    async def _submit(self, dialog: Locator) -> None:
        """Press Submit, and again where the page was busy with something else: it then takes no press."""
        for _ in range(6):
            with suppress(BrowserError):
                await dialog.get_by_role("button", name="Submit").click(timeout=5_000)
            with suppress(AssertionError):
                await expect(dialog).to_have_count(0, timeout=5_000)
                return
        await expect(dialog).to_have_count(0)

    async def download(self, message: Locator, into: Path) -> Path:
        """Press Download, then the file's own arrow."""
        before = await self.page.locator(f"{MESSAGE} .file-download").count()
        await self.press(message, "Download")
        files = self.page.locator(f"{MESSAGE} .file-download")
        await expect(files).to_have_count(before + 1)
        async with self.page.expect_download() as waiting:
            await files.last.click()
        await (await waiting.value).save_as(into)
        return into

    async def told(self, text: str) -> str:
        """What the bot told this visitor alone, once it has this text."""
        whisper = self.page.locator(".is-ephemeral", has_text=text).last
        await whisper.wait_for()
        return await whisper.inner_text()

    async def fits(self, message: Locator) -> None:
        """Nothing of a message sticks out of the page."""
        await expect(message).to_be_visible()
        beyond = await message.evaluate(
            """message => [...message.querySelectorAll("button, img, p, .component-container")]
                .filter((part) => part.getClientRects().length && !part.closest(".message-context-actions"))
                .filter((part) => part.getBoundingClientRect().right > innerWidth + 0.5)
                .map((part) => part.outerHTML.slice(0, 200))"""
        )
        assert beyond == []

    async def kill_and_restart(self) -> None:
        """The two buttons at the top."""
        await self.page.click("#bot-kill")
        await expect(self.page.locator("#bot-state")).to_have_text("Bot stopped")
        await self.page.click("#bot-restart")
        await expect(self.page.locator("#bot-state")).to_have_text("Bot running")
