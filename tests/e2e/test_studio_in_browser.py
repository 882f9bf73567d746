"""The studio as a new user tries it: the start command, the page in a browser, and every picture looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from tests.e2e.visitor import CHROMIUM, PICTURE, Visitor, browsing, picture_in

PHONE_PX = (390, 844)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.process,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


async def opened_studio(visitor: Visitor) -> Locator:
    """The panel of whoever acts, and nothing on it yet."""
    await visitor.command("image studio")
    panel = await visitor.message("🎨 Studio")
    await expect(panel).to_contain_text("nobody yet")
    return panel


async def write(visitor: Visitor, panel: Locator, prompt: str) -> None:
    """Write a prompt in the panel's form."""
    await panel.get_by_role("button", name=re.compile("Write|Edit")).click()
    await visitor.fill_in(What_to_picture=prompt)
    await expect(panel).to_contain_text(prompt)


async def choose_preset(visitor: Visitor, panel: Locator, kind: str, name: str) -> None:
    """Choose one in the open presets browser, its thumbnails seen."""
    if kind != "Outfits":  # which is what opens
        await visitor.press(panel, kind)
    await expect(panel).to_contain_text(f"{kind} for Mira")
    thumbnails = panel.locator("img.component-thumbnail")
    await expect(thumbnails).to_have_count(6)
    for thumbnail in await thumbnails.all():
        await expect(thumbnail).to_have_js_property("complete", value=True)
        assert await thumbnail.evaluate("image => image.naturalWidth") > 0
    await visitor.choose(panel, "Choose one", name)
    await expect(panel).to_contain_text(f"Chosen: {name}")


def share_of(picture: Image.Image, colour: str) -> float:
    """How much of the lower middle, where a dress is, has a colour."""
    width, height = picture.size
    dress = picture.crop((width // 4, height // 2, width * 6 // 10, height)).resize((60, 80))
    is_colour = {
        "yellow": lambda r, g, b: r > 1.6 * b and g > 1.4 * b,
        "red": lambda r, g, b: r > 1.8 * g and r > 1.8 * b,
    }[colour]
    levels = dress.tobytes()
    pixels = [levels[at : at + 3] for at in range(0, len(levels), 3)]
    return sum(is_colour(*pixel) for pixel in pixels) / len(pixels)


async def test_presets_an_edit_the_same_again_eight_at_once_and_the_gallery_of_them(
    visitor: Visitor, tmp_path: Path
) -> None:
    await visitor.become("Mod Kim")
    await visitor.command("grant", member="Ana", amount="5000")
    await visitor.told("5,500")
    await visitor.become("Ana")
    first, picture = await a_premium_picture_with_presets(visitor)
    await an_edit(visitor, first, picture)
    await eight_at_once(visitor, first)
    await the_gallery(visitor, picture.size, tmp_path / "favourite.jpg")


async def a_premium_picture_with_presets(visitor: Visitor) -> tuple[Locator, Image.Image]:
    """The message and its picture, which shows what was chosen."""
    panel = await opened_studio(visitor)
    await visitor.choose(panel, "Choose a companion", "Mira")
    await expect(panel).to_contain_text("what to picture")
    await visitor.press(panel, "Browse")
    await choose_preset(visitor, panel, "Outfits", "Floral sundress and straw hat")
    await choose_preset(visitor, panel, "Actions", "Wave hello")
    await choose_preset(visitor, panel, "Scenes", "Cherry blossom park")
    await visitor.press(panel, "Done")
    await expect(panel).to_contain_text(
        "Floral sundress and straw hat · 🤸 Wave hello · 🏞️ Cherry blossom park"
    )
    await write(visitor, panel, "soft light, smiling")
    await visitor.press(panel, "Generate · 50 moments")
    first = await visitor.message("soft light, smiling", button="Again", picture=True)
    picture = await picture_in(first.locator(PICTURE))
    described = await first.locator(PICTURE).get_attribute("alt") or ""
    for word in (
        "Mira",
        "yellow floral sundress",
        "straw hat",
        "waving",
        "smiling",
        "park",
        "morning",
        "cherry",
    ):
        assert word in described
    assert picture.size == (1536, 2048)
    assert share_of(picture, "yellow") > 0.25
    await expect(first).not_to_contain_text("not drawn")
    await visitor.told("You have 5,450 left")
    return first, picture


async def an_edit(visitor: Visitor, first: Locator, picture: Image.Image) -> None:
    """It changes the dress and the light and nothing else, and links to what it is an edit of."""
    described = await first.locator(PICTURE).get_attribute("alt") or ""
    await visitor.press(first, "Edit")
    await visitor.fill_in(What_should_change="same setting, change dress to red, evening lighting")
    edited = await visitor.message("an edit of", button="Again")
    changed = await picture_in(edited.locator(PICTURE))
    assert (await edited.locator(PICTURE).get_attribute("alt") or "") == described.replace(
        "a yellow floral", "a red floral"
    ).replace("in the morning", "in the evening")
    assert changed.size == picture.size
    assert share_of(changed, "red") > 0.25 > share_of(picture, "red")
    await expect(first).not_to_be_in_viewport()
    await edited.get_by_role("link", name="this picture").click()
    await expect(first).to_be_in_viewport()


async def eight_at_once(visitor: Visitor, first: Locator) -> None:
    """The same once more from its own message: one message with eight pictures, none like another."""
    await visitor.press(first, "Reuse prompt")
    await expect(visitor.page.locator(".channel-message", has_text="🎨 Studio")).to_have_count(2)
    panel = await visitor.message("🎨 Studio")
    await expect(panel).to_contain_text("soft light, smiling")
    await expect(panel).to_contain_text("Cherry blossom park")
    await visitor.choose(panel, "1 picture", "8 pictures")
    await visitor.press(panel, "Generate 8 · 400 moments")
    await visitor.press(await visitor.message("8 pictures of Mira cost 400 moments"), "Make it")
    batch = await visitor.message("soft light, smiling", button="All again")
    await expect(batch.locator(PICTURE)).to_have_count(8)
    seen = {(await picture_in(image)).tobytes() for image in await batch.locator(PICTURE).all()}
    assert len(seen) == 8
    await visitor.told("You have 5,000 left")


async def the_gallery(visitor: Visitor, size_px: tuple[int, int], into: Path) -> None:
    """All of it is there; one is opened, starred and downloaded at its full size."""
    await visitor.command("gallery")
    gallery = await visitor.message("Your gallery")
    await expect(gallery).to_contain_text("9 pictures")
    await expect(gallery.locator(PICTURE)).to_have_count(9)
    await visitor.press(gallery, "Older")
    await expect(gallery).to_contain_text("1 picture,")
    await picture_in(gallery.locator(PICTURE))
    await visitor.choose(gallery, "Open one", "Mira")
    card = await visitor.message("50 moments paid", button="Favourite")
    assert (await picture_in(card.locator(PICTURE))).size == size_px
    await visitor.press(card, "Favourite")
    await expect(card).to_contain_text("⭐ favourite")
    with Image.open(await visitor.download(card, into)) as downloaded:
        assert downloaded.size == size_px
    await visitor.press(gallery, "Favourites")
    await expect(gallery).to_contain_text("Only favourites")
    await expect(gallery.locator(PICTURE)).to_have_count(1)


async def test_an_advanced_picture_in_4k_for_phones_with_the_bot_killed_between_two_presses(
    visitor: Visitor, tmp_path: Path
) -> None:
    await visitor.become("Ben")
    panel = await opened_studio(visitor)
    await visitor.press(panel, "Advanced")
    await expect(panel).to_contain_text("Your own sentences")
    await visitor.choose(panel, "Choose a companion", "Mira")
    prompt = "Mira stands on a pier at dusk, holding a lantern and wearing a long green coat, full body."
    await write(visitor, panel, prompt)
    await visitor.choose(panel, "Portrait", "Tall, for phones")
    await expect(panel).to_contain_text("Tall, for phones · 9:16")
    await visitor.kill_and_restart()
    await visitor.press(panel, "4K")
    await expect(panel).to_contain_text("100 moments · you have 500")
    for kept in ("Mira", prompt, "Tall, for phones · 9:16"):
        await expect(panel).to_contain_text(kept)
    await visitor.press(panel, "Generate · 100 moments")
    result = await visitor.message(prompt, button="Download")
    described = await result.locator(PICTURE).get_attribute("alt") or ""
    for word in ("long green coat", "lantern", "pier", "dusk"):
        assert word in described
    await expect(result).not_to_contain_text("not drawn")
    await expect(result).not_to_contain_text("no likeness")
    with Image.open(await visitor.download(result, tmp_path / "tall.jpg")) as downloaded:
        assert downloaded.size == (2304, 4096)
    await visitor.told("You have 400 left")


async def test_a_companion_of_ones_own_gets_its_likeness_and_comes_into_a_group(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.become("Mod Kim")
    await visitor.command("companion create", name="Rin", gender="female", style="anime", age="26")
    await visitor.fill_in(
        Hair="short silver bob with bangs",
        Eyes="violet",
        Skin="light",
        Build="slim",
        Usual_outfit="black leather jacket over a white tee, dark jeans",
    )
    await visitor.press(await visitor.message("violet"), "Adult and not real")
    await visitor.message("Rin is yours")
    await visitor.command("companion settings", companion="Rin")
    await visitor.press(await visitor.message(button="Enable Advanced"), "Enable Advanced · 0 moments")
    await visitor.press(await visitor.message("Free this first time"), "Both are true")
    sheet = await visitor.message(button="Make four others")
    candidates = await picture_in(sheet.locator(PICTURE))
    assert candidates.height > candidates.width
    await sheet.get_by_role("button", name="2", exact=True).click()
    await visitor.message("Rin is ready for Advanced")
    await visitor.told("That was free. You have 500 left")

    panel = await opened_studio(visitor)
    await visitor.press(panel, "Group")
    await visitor.choose(panel, "Choose 2 or 3", "Mira", "Rin", "Kaito")
    await expect(panel).to_contain_text("from left: Mira, Rin, Kaito")
    prompt = "In a cozy cafe on a rainy evening, Mira reads a book, Rin drinks coffee and Kaito waves hello."
    await write(visitor, panel, prompt)
    await expect(panel).to_contain_text("Landscape · 4:3")
    await visitor.press(panel, "Generate · 150 moments")
    result = await visitor.message("From left: Mira, Rin and Kaito", button="Again")
    for said in ("cozy cafe", "evening", "rain"):
        await expect(result).to_contain_text(said)
    await expect(result).not_to_contain_text("not drawn")
    described = await result.locator(PICTURE).get_attribute("alt") or ""
    assert re.search(r"Mira .*reading a book; Rin .*drinking coffee; Kaito .*waving", described)
    assert (await picture_in(result.locator(PICTURE))).size == (2048, 1536)
    await expect(page.locator(".is-ephemeral").last).to_contain_text("You have 350 left")


async def test_panel_presets_and_gallery_fit_a_phone(address: str) -> None:
    async with browsing(address, *PHONE_PX) as page:
        visitor = Visitor(page)
        await page.click("#open-sidebar")
        await visitor.become("Ben")
        await page.click(".channel-button:has-text('lounge')")
        await expect(page.locator("#channel-name")).to_have_text("lounge")
        await visitor.command("image studio")
        panel = await visitor.message("🎨 Studio")
        await visitor.fits(panel)
        if await panel.get_by_role("button", name="Premium").is_visible():
            await visitor.press(panel, "Premium")
        await visitor.press(panel, "Browse")
        await expect(panel.locator("img.component-thumbnail")).to_have_count(6)
        await visitor.fits(panel)
        await visitor.command("gallery")
        gallery = await visitor.message("Your gallery")
        await visitor.fits(gallery)
