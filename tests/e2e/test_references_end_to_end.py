"""Advanced for a custom companion, from the forms to a picture with its likeness, with the bot as its own process."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.e2e.reference_desk import Owner
from tests.e2e.stage import Stage

SETTINGS = {"IMAGE_BACKENDS": "sketch"}

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def test_a_companion_gets_a_reference_and_keeps_it_until_another_is_picked(stage: Stage) -> None:
    rin = await Owner.begin(stage, "Rin")
    sheet = await rin.enable()
    assert rin.reference is None
    assert stage.free(rin.member) == 500
    with Image.open(io.BytesIO(sheet.attachments[0].data)) as picture:
        assert picture.height > picture.width > 1000, "to be read on a phone"
    assert b"digitalsourcetype" in sheet.attachments[0].data
    await stage.settled(rin.member)
    await stage.world.restart_bot(kill=True)
    ready = await rin.turned(sheet, "2", "ready for Advanced")
    first_four = rin.candidates()
    assert rin.reference == first_four[1]
    assert ready.attachments[0].filename.endswith(".jpg")
    card = await stage.world.slash(stage.new_member(), rin.place, "companion show", companion="Rin")
    assert (await card.said("advanced-ready")).attachments[0].data == ready.attachments[0].data

    asked = await rin.turned(
        await rin.settings(), "Regenerate reference · 100 moments", "The old picture stays"
    )
    made = await rin.press(asked, "Make 4 candidates · 100 moments")
    second = await rin.sheet(made)
    await made.said("100 moments")
    assert stage.free(rin.member) == 400
    assert rin.reference == first_four[1], "the old one stays until a new one is picked"
    await rin.turned(second, "4", "ready for Advanced")
    assert rin.reference == rin.candidates()[7]
    assert stage.free(rin.member) == 400


async def test_others_picture_it_with_its_likeness_while_it_is_shared_and_no_longer(stage: Stage) -> None:
    sol = await Owner.begin(stage, "Sol")
    ready = await sol.turned(await sol.enable(), "2", "ready for Advanced")
    friend = stage.new_member()

    async def group() -> object:
        return await stage.world.slash(
            friend, sol.place, "image group", companions="Sol, Mira", prompt="Sol and Mira wave at a harbour."
        )

    assert (await (await group()).said("does not share")).ephemeral
    assert stage.free(friend) is None
    shared = await sol.turned(ready, "Share", "Shared")
    picture = await stage.picture(await group())
    assert "Sol" in picture.text
    assert "no likeness" not in picture.text
    await stage.settled(friend)
    assert stage.free(friend) == 400
    await sol.turned(shared, "Stop sharing", "Not shared")
    assert (await (await group()).said("does not share")).ephemeral
    again = await stage.world.press(friend, picture, "Again")
    await again.said("does not share")
    assert stage.free(friend) == 400


async def test_a_walk_that_was_left_half_way_goes_on_after_everything_on_the_screen_is_gone(
    stage: Stage,
) -> None:
    uma = await Owner.begin(stage, "Uma")
    sheet = await uma.enable()
    await stage.settled(uma.member)
    stage.world.delete_message(sheet)
    await stage.world.restart_bot(kill=True)
    panel = await uma.settings()
    assert "4 candidates wait" in panel.text
    shown = await uma.turned(panel, "Show the candidates", "Press the number")
    assert shown.attachments[0].data == sheet.attachments[0].data
    await uma.turned(shown, "3", "ready for Advanced")
    assert uma.reference == uma.candidates()[2]
    assert stage.free(uma.member) == 500


async def test_nobody_else_can_do_anything_with_a_companions_candidates(stage: Stage) -> None:
    kai = await Owner.begin(stage, "Kai")
    sheet = await kai.enable()
    await stage.settled(kai.member)
    stranger = stage.new_member()
    others = await stage.world.slash(stranger, kai.place, "companion settings", companion="Kai")
    assert (await others.said("Only **its owner**")).ephemeral
    (image_id,) = stage.rows("SELECT image_id FROM image WHERE file_key = :key", key=kai.candidates()[0])
    target = await stage.speaks(kai.place, await _invited(stage, kai), "*waves*")
    for custom_id, refusal in (
        (sheet.button("2").custom_id, "Only **its owner**"),
        (f"download:{image_id}", "not there any more"),
        (f"edit:{image_id}", "not there any more"),
        (f"again:{image_id}", "not there any more"),
        (f"reuse:{image_id}", "not there any more"),
    ):
        assert custom_id
        await stage.forge(target, custom_id)
        refused = await stage.world.press(stranger, target, custom_id=custom_id)
        assert (await refused.said(refusal)).ephemeral, custom_id
    assert kai.reference is None


async def _invited(stage: Stage, owner: Owner) -> str:
    invited = await stage.world.slash(stage.kim, owner.place, "companion invite", companion="Mira")
    await invited.said("Mira")
    return "Mira"
