"""What premium, advanced and group pictures, edits and repetitions ask of a backend, and what they cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import errors
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.services.ports.images import JobKind
from bot.services.ports.storage import UnitOfWork
from tests.services.request_parts import ANA, BEN, GUILD, PRICES, WELCOME, Room
from tests.services.studio_parts import HERE

K = RequestKind


async def test_a_premium_prompt_is_tags_of_look_presets_and_what_was_typed(room: Room) -> None:
    request = await room.ask(
        K.PREMIUM,
        "mira",
        prompt="smiling, wind",
        presets=PresetChoice(outfit="red-gown", scene="night-market"),
    )
    assert request.state is RequestState.DELIVERED
    tags = request.prompt.split(", ")
    assert tags[:2] == ["1woman", "solo"]
    assert tags[-4:] == ["red-gown tag", "night-market tag", "smiling", "wind"]
    assert "navy blazer" not in tags, "the preset says what is worn"
    scene = request.require_scene()
    assert (scene.figures[0].outfit, scene.setting, scene.time_of_day) == (
        "red gown",
        "night market",
        "night",
    )


async def test_premium_is_made_from_looks_and_says_so(room: Room) -> None:
    request = await room.ask(K.PREMIUM, "mira", prompt="smiling")
    assert room.backend.jobs[0].cast[0].reference is None
    (image,) = await room.pictures(request.request_id)
    assert "no likeness" in image.labels
    assert "navy blazer" in request.prompt, "nothing else says what is worn"


async def test_a_preset_alone_is_a_prompt(room: Room) -> None:
    request = await room.ask(K.PREMIUM, "mira", presets=PresetChoice(action="reading"))
    (figure,) = request.require_scene().figures
    assert (figure.pose, figure.action) == ("sitting", "reading a book")


async def test_what_was_typed_beats_a_preset(room: Room) -> None:
    request = await room.ask(K.PREMIUM, "mira", prompt="dancing", presets=PresetChoice(action="reading"))
    (figure,) = request.require_scene().figures
    assert (figure.pose, figure.action) == ("", "dancing")


async def test_an_advanced_picture_is_given_the_likeness_and_the_words_as_typed(room: Room) -> None:
    typed = "She waits on a bridge in the rain."
    request = await room.ask(K.ADVANCED, "mira", prompt=typed, resolution=Resolution.R4K, aspect=Aspect.TALL)
    assert request.cost == PRICES.image_4k
    (job,) = room.backend.jobs
    assert (job.kind, job.width_px, job.height_px) == (JobKind.PICTURE, 2304, 4096)
    assert job.cast[0].reference == b"a reference"
    assert job.prompt.startswith(typed)
    assert "auburn" in job.prompt
    (image,) = await room.pictures(request.request_id)
    assert "no likeness" not in image.labels


async def test_a_group_is_placed_from_left_to_right_with_everybodys_likeness(room: Room) -> None:
    request = await room.ask(K.GROUP, "kaito", "mira", prompt="They toast.")
    assert request.cost == 2 * PRICES.image
    (job,) = room.backend.jobs
    assert [member.name for member in job.cast] == ["Kaito", "Mira"]
    assert [member.reference for member in job.cast] == [b"a reference"] * 2
    assert "From left to right: Kaito, Mira." in job.prompt
    assert room.courier.delivered[0][2] == ("Kaito", "Mira")


async def test_what_can_not_be_asked_is_neither_on_record_nor_paid(room: Room) -> None:
    with pytest.raises(errors.NotAdvancedReadyError):
        await room.ask(K.ADVANCED, "juno", prompt="reads")
    assert room.engine.submitted == []
    assert (await room.balance()).free.total in {0, WELCOME}


async def test_names_and_names_of_presets_are_understood_as_typed(room: Room) -> None:
    press = replace(
        room.press(resolution=Resolution.R2K, presets=PresetChoice(outfit="Red Gown")),
        kind=K.PREMIUM,
        companion_names=("miri",),
    )
    request = await room.request(await room.desk.begin(press))
    assert request.options.companion_ids == ("mira",)
    assert request.options.presets == PresetChoice(outfit="red-gown")
    with pytest.raises(errors.UnknownPresetError):
        await room.desk.begin(
            replace(press, options=replace(press.options, presets=PresetChoice(scene="moon")))
        )


async def test_a_default_shape_gives_way_to_one_that_can_be_made(room: Room) -> None:
    shapes = frozenset({Aspect.SQUARE, Aspect.WIDE, Aspect.TALL})
    room.backend.capabilities = replace(room.backend.capabilities, aspects=shapes)
    solo = await room.ask(K.PREMIUM, "mira", prompt="x")
    group = await room.ask(K.GROUP, "mira", "kaito", prompt="x")
    assert (solo.options.shape, group.options.shape) == (Aspect.TALL, Aspect.WIDE)
    with pytest.raises(errors.BackendCannotError):
        await room.ask(K.PREMIUM, "mira", prompt="x", aspect=Aspect.PORTRAIT)


async def test_a_preset_that_is_gone_meanwhile_ends_it_unpaid(room: Room) -> None:
    chosen = PresetChoice(action="reading")
    press = room.press(resolution=Resolution.R2K, companion_ids=("mira",), presets=chosen)
    request_id = await room.desk.begin(replace(press, kind=K.PREMIUM))
    room.presets.presets.clear()
    await room.driver.drive(request_id)
    ended = await room.request(request_id)
    assert (ended.state, ended.end_reason) == (RequestState.REFUSED, EndReason.GONE)


async def test_a_backend_that_can_less_meanwhile_ends_it_unpaid(room: Room) -> None:
    press = room.press(resolution=Resolution.R2K, companion_ids=("mira",), prompt="x", aspect=Aspect.PORTRAIT)
    request_id = await room.desk.begin(replace(press, kind=K.PREMIUM))
    room.backend.capabilities = replace(room.backend.capabilities, aspects=frozenset({Aspect.SQUARE}))
    await room.driver.drive(request_id)
    ended = await room.request(request_id)
    assert (ended.state, ended.end_reason) == (RequestState.REFUSED, EndReason.BACKEND_CANNOT)
    assert ended.end_detail == "aspect\n3:4\n1:1"
    assert (await room.balance()).free.total == WELCOME


async def test_the_cast_of_a_group_changes_within_the_rules_of_groups(room: Room) -> None:
    rin = await room.own_companion("Rin")
    await room.preferences.change(ANA, ask_above=0)
    request = await room.ask(K.GROUP, "mira", "kaito", prompt="They toast.")
    choices = await room.desk.cast_choices(request.request_id, ANA)
    assert (choices.least, choices.most) == (2, 3)
    assert {c.name for c in choices.companions} == {"Mira", "Kaito"}, "Juno, Riku and Rin are not ready"
    with pytest.raises(errors.CastSizeError):
        await room.desk.change_cast(request.request_id, ANA, ["mira"])
    with pytest.raises(errors.NotFoundError):
        await room.desk.change_cast(request.request_id, ANA, ["mira", rin.companion_id])
    changed = await room.desk.change_cast(request.request_id, ANA, ["kaito", "mira"])
    assert changed.options.companion_ids == ("kaito", "mira")
    assert "From left to right: Kaito, Mira." in changed.prompt


async def test_a_premium_picture_keeps_its_presets_when_its_cast_changes(room: Room) -> None:
    await room.preferences.change(ANA, ask_above=0)
    request = await room.ask(K.PREMIUM, "mira", prompt="x", presets=PresetChoice(outfit="red-gown"))
    changed = await room.desk.change_cast(request.request_id, ANA, ["juno"])
    assert changed.require_scene().figures[0].outfit == "red gown"
    assert (changed.cost, changed.options.companion_ids) == (PRICES.image, ("juno",))


async def test_the_cast_of_an_edit_stays(room: Room) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    await room.preferences.change(ANA, ask_above=0)
    edit = await room.ask(K.EDIT, prompt="night", edit_of_image_id=source.image_id)
    with pytest.raises(errors.NotFoundError):
        await room.desk.change_cast(edit.request_id, ANA, ["kaito"])


async def test_a_picture_that_is_deleted_before_it_is_posted_is_not_posted(room: Room) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()]
    request_id = await room.begin()

    async def delete() -> None:
        (image,) = await room.pictures(request_id)
        await room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)

    room.courier.on_failure = delete
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.DELIVERED
    assert [parcels for _, parcels, _ in room.courier.delivered] == [()]


# ------------------------------------------------------------------------------------------- edits


async def test_an_edit_is_the_same_picture_with_a_change(room: Room) -> None:
    first = await room.run(aspect=Aspect.WIDE)
    (source,) = await room.pictures(first.request_id)
    edit = await room.ask(K.EDIT, user_id=BEN, prompt="make it night", edit_of_image_id=source.image_id)
    assert (edit.state, edit.cost) == (RequestState.DELIVERED, PRICES.edit)
    job = room.backend.jobs[-1]
    assert (job.kind, job.prompt, job.seed) == (JobKind.EDIT, "make it night", source.seed)
    assert (job.width_px, job.height_px) == (source.width_px, source.height_px)
    assert job.source == await room.store.get(source.file_key)
    assert job.scene.details == (*first.require_scene().details, "make it night")
    (image,) = await room.pictures(edit.request_id)
    assert (image.parent_image_id, image.kind) == (source.image_id, K.EDIT)
    assert room.courier.parents[-1] is not None
    assert room.courier.parents[-1].image_id == source.image_id


async def test_an_edit_of_an_edit_keeps_both_changes(room: Room) -> None:
    (first,) = await room.pictures((await room.run()).request_id)
    one = await room.ask(K.EDIT, prompt="night", edit_of_image_id=first.image_id)
    (second,) = await room.pictures(one.request_id)
    two = await room.ask(K.EDIT, prompt="rain", edit_of_image_id=second.image_id)
    assert two.require_scene().details == ("night", "rain")
    assert (two.state, two.seed) == (RequestState.DELIVERED, first.seed)


async def test_an_edit_of_a_picture_that_is_deleted_while_it_waits_costs_nothing(room: Room) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    press = replace(room.press(prompt="night", edit_of_image_id=source.image_id), kind=K.EDIT)
    request_id = await room.desk.begin(press)
    await room.images.delete(source.image_id, GUILD, ANA, is_moderator=False)
    await room.driver.drive(request_id)
    ended = await room.request(request_id)
    assert (ended.state, ended.end_reason) == (RequestState.REFUSED, EndReason.GONE)


async def test_an_edit_of_a_picture_that_is_deleted_while_it_is_made_costs_nothing(room: Room) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    paid = (await room.balance()).free.total
    room.backend.script = [[errors.BackendUnavailableError("scripted")]]

    async def delete() -> None:
        await room.images.delete(source.image_id, GUILD, ANA, is_moderator=False)

    room.backend.on_generate = delete
    ended = await room.ask(K.EDIT, prompt="night", edit_of_image_id=source.image_id)
    assert (ended.state, ended.end_reason) == (RequestState.FAILED, EndReason.GONE)
    assert (await room.balance()).free.total == paid


@pytest.mark.parametrize(
    ("prompt", "error"), [("", errors.PromptMissingError), ("x" * 1001, errors.PromptTooLongError)]
)
async def test_an_edit_says_what_is_to_change(
    room: Room, prompt: str, error: type[errors.DarkroomError]
) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    with pytest.raises(error):
        await room.ask(K.EDIT, prompt=prompt, edit_of_image_id=source.image_id)


async def test_what_can_be_edited_is_said_before_a_form_is_filled_in(room: Room) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    assert (await room.desk.check_editable(source.image_id, HERE)).image_id == source.image_id
    assert [i.image_id for i in await room.desk.editable_in(HERE, 777)] == [source.image_id]
    with pytest.raises(errors.NotFoundError):
        await room.desk.check_editable(source.image_id, replace(HERE, guild_id=GUILD + 1))
    with pytest.raises(errors.NotFoundError):
        await room.desk.editable_in(HERE, 778)
    room.backend.capabilities = replace(room.backend.capabilities, edit=False)
    with pytest.raises(errors.BackendCannotError) as told:
        await room.desk.check_editable(source.image_id, HERE)
    assert told.value.lacks == "edit"


async def test_a_mature_picture_has_no_edit(room: Room) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    mature = replace(source, image_id="mature", position=1, rating=Rating.MATURE)

    async def add(uow: UnitOfWork) -> None:
        await uow.images.add(mature, ("mira",))

    await room.storage.write(add)
    with pytest.raises(errors.MatureNoEditError):
        await room.desk.check_editable("mature", HERE)


# ------------------------------------------------------------------------------------------- again


async def test_again_keeps_kind_prompt_and_shape_and_takes_a_new_seed(room: Room) -> None:
    first = await room.ask(
        K.ADVANCED, "mira", prompt="waits", resolution=Resolution.R4K, aspect=Aspect.WIDE, seed=7
    )
    (image,) = await room.pictures(first.request_id)
    request_id = await room.desk.again(room.press(BEN), image.image_id)
    await room.driver.drive(request_id)
    again = await room.request(request_id)
    assert (again.kind, again.cost, again.prompt) == (K.ADVANCED, PRICES.image_4k, first.prompt)
    assert (again.scene, again.options.shape) == (first.scene, Aspect.WIDE)
    assert again.seed != first.seed
    (copy,) = await room.pictures(request_id)
    assert copy.parent_image_id == image.image_id
    assert len(room.writer.prompts) == 1, "the scene is the same, not read anew"


async def test_again_on_an_edit_edits_once_more(room: Room) -> None:
    (source,) = await room.pictures((await room.run()).request_id)
    edit = await room.ask(K.EDIT, prompt="night", edit_of_image_id=source.image_id)
    (image,) = await room.pictures(edit.request_id)
    request_id = await room.desk.again(room.press(), image.image_id)
    await room.driver.drive(request_id)
    again = await room.request(request_id)
    assert (again.state, again.kind, again.cost) == (RequestState.DELIVERED, K.EDIT, PRICES.edit)
    assert again.scene == edit.scene
    assert room.backend.jobs[-1].source == await room.store.get(source.file_key)


async def test_a_reference_candidate_has_no_again_and_no_edit(room: Room) -> None:
    rin = await room.own_companion("Rin")
    asked = await room.ask(K.REFERENCE, rin.companion_id)
    candidates = await room.pictures(asked.request_id)
    assert len(candidates) == 4
    with pytest.raises(errors.NotFoundError):
        await room.desk.again(room.press(), candidates[0].image_id)
    with pytest.raises(errors.NotFoundError):
        await room.desk.check_editable(candidates[0].image_id, HERE)


async def test_the_first_candidates_are_free_and_others_have_their_price(room: Room) -> None:
    rin = await room.own_companion("Rin")
    first = await room.ask(K.REFERENCE, rin.companion_id)
    second = await room.ask(K.REFERENCE, rin.companion_id)
    assert (first.cost, second.cost) == (0, PRICES.reference)
    assert room.backend.jobs[0].kind is JobKind.REFERENCE
    assert (await room.balance()).free.total == WELCOME - PRICES.reference


async def test_candidates_are_their_owners_business(room: Room) -> None:
    rin = await room.own_companion("Rin")
    with pytest.raises(errors.NotYoursError):
        await room.ask(K.REFERENCE, rin.companion_id, user_id=BEN)
    with pytest.raises(errors.NotYoursError):
        await room.ask(K.REFERENCE, "mira")
    for ids in ((), ("nobody",), (rin.companion_id, "mira")):
        with pytest.raises(errors.NotFoundError):
            await room.ask(K.REFERENCE, *ids)


async def test_candidates_are_made_as_large_as_the_backends_can(room: Room) -> None:
    rin = await room.own_companion("Rin")
    large = frozenset({Resolution.R2K})
    room.backend.capabilities = replace(room.backend.capabilities, resolutions=large, max_batch=1)
    asked = await room.ask(K.REFERENCE, rin.companion_id)
    assert asked.options.resolution is Resolution.R2K
    assert [job.count for job in room.backend.jobs] == [1, 1, 1, 1], (
        "one job each, where it makes one at a time"
    )
    assert len({job.seed for job in room.backend.jobs}) == 4
    room.backend.capabilities = replace(room.backend.capabilities, aspects=frozenset({Aspect.WIDE}))
    with pytest.raises(errors.BackendCannotError):
        await room.ask(K.REFERENCE, rin.companion_id)
