"""**Reuse prompt**: what a picture was made of comes back onto the panel, whoever presses, however old it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import errors
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.request import RequestKind, RequestState
from bot.domain.studio import Mode
from bot.services.ports.speaking import Place
from bot.services.studio_panel import Panel
from tests.services.request_parts import ANA, BEN, GUILD, Room
from tests.services.studio_parts import HERE, Studio, studio_over

K = RequestKind


@pytest.fixture
def studio(room: Room) -> Studio:
    return Studio(room, studio_over(room))


async def picture_of(studio: Studio, panel: Panel) -> str:
    request = await studio.made(panel)
    return (await studio.room.pictures(request.request_id))[0].image_id


async def test_a_premium_picture_gives_what_was_typed_and_chosen(studio: Studio) -> None:
    panel = await studio.filled(
        "mira", prompt="smiling, wind", count=2, aspect=Aspect.WIDE, presets=PresetChoice(action="reading")
    )
    image_id = await picture_of(studio, panel)
    await studio.filled("kaito", user_id=BEN, is_group=True, mode=Mode.ADVANCED, resolution=Resolution.R4K)
    reused = await studio.service.reuse(HERE, BEN, image_id)
    assert replace(reused.choices, resolution=Resolution.R2K) == panel.choices
    assert reused.choices.resolution is Resolution.R4K, "what premium has not stays for the other side"
    assert (reused.left_out, reused.problem) == (0, None)


async def test_advanced_and_group_pictures_give_what_was_typed(studio: Studio) -> None:
    solo = await studio.filled(
        "kaito", prompt="He waits.", mode=Mode.ADVANCED, resolution=Resolution.R4K, aspect=Aspect.SQUARE
    )
    image_id = await picture_of(studio, solo)
    group = await studio.filled("mira", "kaito", is_group=True, mode=Mode.ADVANCED, prompt="They wave.")
    group_image_id = await picture_of(studio, group)
    reused = (await studio.service.reuse(HERE, ANA, image_id)).choices
    assert reused == solo.choices
    reused = (await studio.service.reuse(HERE, ANA, group_image_id)).choices
    assert reused == replace(group.choices, aspect=Aspect.LANDSCAPE), "the shape is the picture's"


async def test_an_instant_picture_of_one_with_a_likeness_gives_sentences(studio: Studio) -> None:
    request = await studio.room.run()
    (image,) = await studio.room.pictures(request.request_id)
    panel = await studio.service.reuse(HERE, ANA, image.image_id)
    assert (panel.choices.kind, panel.choices.companion_ids) == (K.ADVANCED, ("mira",))
    assert panel.choices.prompt == "Mira waving, on a beach."
    assert (panel.choices.resolution, panel.problem) == (Resolution.R2K, None)


async def test_an_instant_picture_of_several_with_a_likeness_gives_a_group(studio: Studio) -> None:
    studio.room.writer.count = 2
    request = await studio.room.run()
    (image,) = await studio.room.pictures(request.request_id)
    panel = await studio.service.reuse(HERE, ANA, image.image_id)
    assert (panel.choices.kind, panel.choices.companion_ids) == (K.GROUP, ("mira", "kaito"))
    assert "Kaito waving" in panel.choices.prompt
    assert (panel.left_out, panel.problem) == (0, None)


async def test_an_instant_picture_without_likeness_gives_tags_without_looks(studio: Studio) -> None:
    request = await studio.room.run(companion_ids=("juno", "mira"), hint="lanterns")
    (image,) = await studio.room.pictures(request.request_id)
    panel = await studio.service.reuse(HERE, ANA, image.image_id)
    assert (panel.choices.kind, panel.choices.companion_ids) == (K.PREMIUM, ("juno",))
    assert panel.left_out == 1, "a premium picture shows one"
    assert "beach" in panel.choices.prompt.split(", ")
    assert "lanterns" in panel.choices.prompt.split(", ")
    assert "hair" not in panel.choices.prompt
    assert "solo" not in panel.choices.prompt
    assert (await studio.made(panel)).state is RequestState.DELIVERED


async def test_companions_who_are_gone_or_not_shared_are_left_out_and_counted(studio: Studio) -> None:
    nova, ivy = [await studio.room.own_companion(name, BEN) for name in ("Nova", "Ivy")]
    for companion in (nova, ivy):
        await studio.share(companion.companion_id)
    panel = await studio.filled(
        "mira", nova.companion_id, ivy.companion_id, is_group=True, prompt="They wave."
    )
    image_id = await picture_of(studio, panel)
    await studio.share(nova.companion_id, is_shared=False)
    await studio.room.companions.delete(GUILD, BEN, ivy.companion_id, is_moderator=False)
    reused = await studio.service.reuse(HERE, ANA, image_id)
    assert reused.choices.companion_ids == ("mira",)
    assert reused.left_out == 2
    assert isinstance(reused.problem, errors.CastSizeError)


async def test_a_picture_whose_whole_cast_is_gone_still_gives_its_words(studio: Studio) -> None:
    nova = await studio.room.own_companion("Nova")
    await studio.room.companions.invite(HERE, ANA, nova.companion_id, is_moderator=True)
    request = await studio.room.run(companion_ids=(nova.companion_id,))
    (image,) = await studio.room.pictures(request.request_id)
    await studio.room.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    panel = await studio.service.reuse(HERE, ANA, image.image_id)
    assert (panel.choices.companion_ids, panel.left_out) == ((), 1)
    assert "beach" in panel.choices.prompt


async def edited(studio: Studio, image_id: str, words: str) -> str:
    press = replace(studio.room.press(), kind=K.EDIT)
    options = replace(press.options, prompt=words, edit_of_image_id=image_id)
    request_id = await studio.room.desk.begin(replace(press, options=options))
    await studio.room.driver.drive(request_id)
    return (await studio.room.pictures(request_id))[0].image_id


@pytest.fixture
def editing(studio: Studio) -> Studio:
    studio.room.backend.capabilities = replace(studio.room.backend.capabilities, edit=True)
    return studio


async def test_an_edit_of_an_edit_gives_the_first_prompt_and_then_each_change(editing: Studio) -> None:
    panel = await editing.filled("mira", prompt="She waits on a bridge.", mode=Mode.ADVANCED)
    first = await picture_of(editing, panel)
    second = await edited(editing, first, "make the dress red.")
    third = await edited(editing, second, "evening lighting")
    reused = await editing.service.reuse(HERE, ANA, third)
    assert reused.choices.kind is K.ADVANCED
    assert reused.choices.prompt == "She waits on a bridge. make the dress red. evening lighting."


async def test_an_edit_of_a_premium_picture_gives_tags(editing: Studio) -> None:
    panel = await editing.filled("mira", prompt="smiling", presets=PresetChoice(outfit="red-gown"))
    image_id = await edited(editing, await picture_of(editing, panel), "blue dress")
    reused = (await editing.service.reuse(HERE, ANA, image_id)).choices
    assert (reused.prompt, reused.presets) == ("smiling, blue dress", PresetChoice(outfit="red-gown"))


async def test_an_edit_whose_origin_is_gone_gives_its_own_scene(editing: Studio) -> None:
    panel = await editing.filled("mira", prompt="She waits on a bridge.", mode=Mode.ADVANCED)
    first = await picture_of(editing, panel)
    second = await edited(editing, first, "evening lighting")
    await editing.room.images.delete(first, GUILD, ANA, is_moderator=False)
    panel = await editing.service.reuse(HERE, ANA, second)
    assert (panel.choices.kind, panel.choices.companion_ids) == (K.ADVANCED, ("mira",))
    assert panel.choices.prompt.startswith("Mira")


async def test_what_is_recalled_fits_the_limit_of_its_mode(editing: Studio) -> None:
    panel = await editing.filled("mira", prompt=f"{'word ' * 199}end", mode=Mode.PREMIUM)
    image_id = await edited(editing, await picture_of(editing, panel), "x" * 300)
    reused = await editing.service.reuse(HERE, ANA, image_id)
    assert len(reused.choices.prompt) <= 1_000
    assert reused.problem is None


async def test_pictures_that_are_not_here_can_not_be_reused(studio: Studio) -> None:
    image_id = await picture_of(studio, await studio.filled("mira", prompt="smiling"))
    with pytest.raises(errors.NotFoundError):
        await studio.service.reuse(Place(GUILD + 1, 77), ANA, image_id)
    with pytest.raises(errors.NotFoundError):
        await studio.service.reuse(HERE, ANA, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    await studio.room.images.delete(image_id, GUILD, ANA, is_moderator=False)
    with pytest.raises(errors.NotFoundError):
        await studio.service.reuse(HERE, ANA, image_id)


async def test_what_was_shown_to_its_requester_alone_is_reused_by_them_alone(studio: Studio) -> None:
    request = await studio.room.ask(K.PREMIUM, "mira", prompt="smiling", private=True)
    (image,) = await studio.room.pictures(request.request_id)
    assert (await studio.service.reuse(HERE, ANA, image.image_id)).choices.prompt == "smiling"
    with pytest.raises(errors.NotFoundError):
        await studio.service.reuse(HERE, BEN, image.image_id)


async def test_candidates_for_a_reference_are_no_pictures_of_a_scene(studio: Studio) -> None:
    nova = await studio.room.own_companion("Nova")
    request = await studio.room.ask(K.REFERENCE, nova.companion_id)
    image = (await studio.room.pictures(request.request_id))[0]
    with pytest.raises(errors.NotFoundError):
        await studio.service.reuse(HERE, ANA, image.image_id)
