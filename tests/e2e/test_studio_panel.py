"""The studio's panel through real interactions: put together, kept over a death, somebody else's, and made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stage import Stage
from tests.e2e.studio_desk import StudioDesk

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}
TAGS = "leaning on a railing, rooftop garden, sunset, warm light"


async def desk_of(stage: Stage) -> StudioDesk:
    stage_room = stage.world.create_channel(f"studio-{stage.new_member().id}")
    return await StudioDesk.open(stage, stage.new_member(), stage_room)


async def test_a_premium_picture_is_put_together_and_made(stage: Stage) -> None:
    desk = await desk_of(stage)
    assert desk.panel.ephemeral
    await desk.shows("nobody yet", "50 moments", "you have **500**", "Choose one.")
    assert desk.panel.button(custom_id=desk.custom_id("studio-generate")).disabled
    await desk.choose("studio-cast", "mira")
    await desk.shows("Mira", "Write a prompt, or choose a preset.")
    await desk.write(TAGS)
    await desk.shows("rooftop garden", "Generate · 50 moments")
    await desk.choose("studio-aspect", "16:9")
    await desk.choose("studio-count", "2")
    await desk.shows("Generate 2 · 100 moments")
    pressed = await desk.generate()
    job = await stage.puppeteer.next_job()
    assert (job.cast, job.described["count"]) == (["Mira"], 2)
    assert (job.described["width_px"], job.described["height_px"]) == (2048, 1152)
    assert TAGS in job.described["prompt"]
    assert job.described["references"] == [False]
    await job.finish(pictures=2)
    assert await stage.settled(desk.member) == ["delivered"]
    assert stage.free(desk.member) == 400
    assert pressed.response is not None
    assert not pressed.response.ephemeral
    await desk.press("🔄")
    await desk.shows("you have **400**")


async def test_a_panel_is_used_on_after_the_bot_was_killed(stage: Stage) -> None:
    desk = await desk_of(stage)
    await desk.choose("studio-cast", "kaito")
    await desk.write("Kaito is walking along the beach while the sun is setting behind him.")
    await desk.shows("reads like **sentences**", "Use Advanced")
    await stage.world.restart_bot(kill=True)
    await desk.press("Use Advanced")
    panel = await desk.shows("2K", "4K", "Kaito", "walking along the beach")
    assert "sentences" not in panel.text.replace("Your own sentences", "")
    await desk.press("4K")
    await desk.shows("Generate · 100 moments")
    await stage.world.restart_bot(kill=True)
    await desk.generate()
    job = await stage.puppeteer.next_job()
    assert (job.cast, job.described["width_px"], job.described["height_px"]) == (["Kaito"], 3072, 4096)
    assert job.described["references"] == [True]
    await job.finish()
    assert await stage.settled(desk.member) == ["delivered"]
    assert stage.free(desk.member) == 400


async def test_a_form_that_was_open_while_the_bot_was_killed_is_kept(stage: Stage) -> None:
    desk = await desk_of(stage)
    shown = await desk.press_id(desk.custom_id("studio-prompt"))
    await shown.modal_shown()
    await stage.world.restart_bot(kill=True)
    await desk.fill_in(shown, prompt=TAGS)
    await desk.shows("rooftop garden")


async def test_the_panel_is_as_it_was_left_wherever_it_is_opened(stage: Stage) -> None:
    desk = await desk_of(stage)
    await desk.choose("studio-cast", "juno")
    await desk.write(TAGS)
    await desk.choose("studio-count", "3")
    await desk.shows("Generate 3 · 150 moments")
    elsewhere = stage.world.create_channel(f"elsewhere-{desk.member.id}")
    again = await StudioDesk.open(stage, desk.member, elsewhere)
    await again.shows("Juno", "rooftop garden", "Generate 3 · 150 moments")


async def test_nobody_else_can_use_a_panel(stage: Stage) -> None:
    desk = await desk_of(stage)
    await desk.choose("studio-cast", "mira")
    await desk.write(TAGS)
    await desk.shows("Generate · 50 moments")
    ben = stage.new_member()
    ids = [str(b.custom_id) for b in desk.panel.buttons if not b.disabled]
    assert len(ids) == len(set(ids)) == 9
    room = await stage.room()
    for custom_id in ids:
        await stage.forge(room.spoken, custom_id)
        told = await (await stage.world.press(ben, room.spoken, custom_id=custom_id)).said("somebody else's")
        assert told.ephemeral
        assert told.interaction_user_id == ben.id
    select = next(c for c in desk.panel.walk() if str(c.get("custom_id")).startswith("studio-cast:"))
    stage.world.backend.edit_message(
        room.spoken.channel_id, room.spoken.id, {"components": [{"type": 1, "components": [dict(select)]}]}
    )
    chosen = await stage.world.choose(ben, room.spoken, ["kaito"], custom_id=select["custom_id"])
    await chosen.said("somebody else's")
    assert stage.states(ben) == []
    assert stage.states(desk.member) == []
    await desk.press("🔄")
    await desk.shows("Mira", "Generate · 50 moments")
    stage.world.delete_message(room.spoken)


async def test_a_form_of_somebody_elses_panel_changes_nothing(stage: Stage) -> None:
    desk = await desk_of(stage)
    ben = stage.new_member()
    prompt = await desk.press_id(desk.custom_id("studio-prompt"))
    await desk.press("Filter")
    search = await desk.press_id(desk.custom_id("studio-search"))
    for opened, answers in ((prompt, {"prompt": "forged"}), (search, {"name": "forged"})):
        modal = await opened.modal_shown()
        modal["custom_id"] = modal["custom_id"].replace(str(desk.member.id), str(ben.id))
        submitted = await stage.world.submit_modal(opened, answers)
        assert (await submitted.said("somebody else's")).ephemeral
    assert stage.rows("SELECT choices FROM studio WHERE choices LIKE '%forged%'") == []


async def test_presets_are_looked_at_and_chosen(stage: Stage) -> None:
    desk = await desk_of(stage)
    await desk.choose("studio-cast", "mira")
    await desk.shows("Mira")
    await desk.press("Browse")
    page = await desk.shows("Outfits for Mira", "None chosen")
    assert len(page.attachments) >= 4
    assert all(file.data[:3] == b"\xff\xd8\xff" for file in page.attachments)
    chosen = page.selects[0].options[0]
    await desk.choose("studio-preset", chosen)
    await desk.shows("✅", "Chosen:")
    await desk.press("Scenes")
    scenes = await desk.shows("Scenes for Mira")
    await desk.choose("studio-preset", scenes.selects[0].options[1])
    await desk.shows("✅")
    await desk.press("Done")
    panel = await desk.shows("Generate · 50 moments", "👗", "🏞️")
    assert panel.attachments == []
    await desk.generate()
    job = await stage.puppeteer.next_job()
    assert job.described["setting"]
    await job.finish()
    assert await stage.settled(desk.member) == ["delivered"]


async def test_a_group_is_chosen_and_each_comes_with_their_own_likeness(stage: Stage) -> None:
    desk = await desk_of(stage)
    await desk.press("Group")
    await desk.shows("Two or three companions")
    await desk.choose("studio-cast", "mira", "kaito")
    await desk.shows("Mira", "Kaito")
    await desk.write("They are sharing a pizza in a small kitchen at night.")
    await desk.shows("Generate · 100 moments")
    await desk.generate()
    job = await stage.puppeteer.next_job()
    assert (job.cast, job.described["references"]) == (["Mira", "Kaito"], [True, True])
    await job.finish()
    assert await stage.settled(desk.member) == ["delivered"]
    assert stage.free(desk.member) == 400


async def test_the_list_is_filtered_and_searched(stage: Stage) -> None:
    desk = await desk_of(stage)
    everybody = len(desk.panel.selects[0].options)
    await desk.press("Filter")
    await desk.shows("Which companions", f"{everybody} companions")
    filters = {s.custom_id.rpartition(".")[2]: s.custom_id for s in desk.panel.selects}
    await desk.choose_in(filters["style"], "anime")
    anime = await desk.shows("** anime")
    assert f"{everybody} companions" not in anime.text
    await desk.fill_in(await desk.press_id(desk.custom_id("studio-search")), name="zzzz")
    await desk.shows("0 companions", "Nobody")
    await desk.press("Done")
    panel = await desk.shows("with “zzzz” in the name")
    assert not any(select.custom_id.startswith("studio-cast:") for select in panel.selects)
    await desk.press("Filter")
    await desk.press("Show all")
    await desk.shows(f"{everybody} companions")
    await desk.press("Done")
    await desk.until(lambda m: len(m.selects[0].options) == everybody, lambda: "the whole list")


async def test_reuse_prompt_fills_the_pressers_own_panel(stage: Stage) -> None:
    desk = await desk_of(stage)
    await desk.choose("studio-cast", "mira")
    await desk.write(TAGS)
    await desk.choose("studio-aspect", "9:16")
    await desk.shows("Generate · 50 moments")
    pressed = await desk.generate()
    await (await stage.puppeteer.next_job()).finish()
    picture = await stage.picture(pressed)
    ben = stage.new_member()
    reused = await (await stage.world.press(ben, picture, "Reuse")).said("Studio")
    assert reused.ephemeral
    theirs = StudioDesk(stage, ben, desk.place, reused)
    await theirs.shows("Mira", "rooftop garden", "Generate · 50 moments")
    await theirs.generate()
    job = await stage.puppeteer.next_job()
    assert (job.described["width_px"], job.described["height_px"]) == (1152, 2048)
    await job.finish()
    assert await stage.settled(ben) == ["delivered"]
    await stage.settled(desk.member)


async def test_what_no_backend_makes_is_refused_with_what_works(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, IMAGE_BACKENDS="small") as stage:
        desk = await desk_of(stage)
        await desk.choose("studio-cast", "mira")
        await desk.write("Mira is reading in a quiet library while it is raining outside.")
        await desk.press("Use Advanced")
        panel = await desk.shows("Generate · 50 moments")
        assert panel.button("4K").disabled
        told = await stage.world.slash(
            desk.member,
            desk.place,
            "image advanced",
            companion="Mira",
            prompt="Mira is reading in a quiet library.",
            resolution="4K",
        )
        assert (await told.said("**4K** is not possible here")).text.endswith("**2K** works.")
        wide = await stage.world.slash(
            desk.member,
            desk.place,
            "image advanced",
            companion="Mira",
            prompt="Mira is reading in a quiet library.",
            aspect="16:9",
        )
        await wide.said("The shape **16:9** is not possible here")
        both = await stage.world.slash(
            desk.member,
            desk.place,
            "image group",
            companions="Mira, Kaito",
            prompt="They are reading.",
            aspect="3:4",
        )
        await both.said("likeness of 2")
        many = await stage.world.slash(
            desk.member, desk.place, "image premium", companion="Mira", prompt=TAGS, count=8
        )
        await many.said("**8 pictures at once** are not possible here")
        assert stage.states(desk.member) == []
        assert (stage.free(desk.member), stage.held(desk.member)) == (500, 0)
