"""What is seen in a finished picture, and which backend may make one nobody looks at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.money import Split
from bot.domain.picture import Rating, Resolution
from bot.domain.request import ImageRequest, RequestKind, RequestState
from bot.services.requests.ends import error_of
from bot.services.requests.leases import LEASE_MS
from tests.services.rating_parts import MARKED, mature_picture, open_adult_room
from tests.services.reference_parts import Gate
from tests.services.request_parts import ANA, CHANNEL, THREAD, WELCOME, Backend, Room, jpeg, open_room
from tests.services.studio_parts import HERE, studio_over


@pytest.fixture
async def adult(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_adult_room(tmp_path) as room:
        room.safety.checks_pictures = True
        yield room


async def batch(room: Room, *verdicts: Rating | Exception | None) -> tuple[ImageRequest, list[int]]:
    """A batch that is judged so, picture by picture, and the places of those that were kept."""
    await room.preferences.change(ANA, ask_above=10_000)
    room.safety.verdicts = list(verdicts)
    request = await room.run(count=len(verdicts))
    return request, [image.position for image in await room.pictures(request.request_id)]


def ended(request: ImageRequest) -> errors.DarkroomError:
    assert request.end_reason is not None
    return error_of(request.end_reason, request.end_detail)


def files(folder: Path) -> Sequence[Path]:
    return [path for path in (folder / "images").rglob("*") if path.is_file()]


# ---------------------------------------------------------------- the finished picture


async def test_a_picture_that_turned_out_mature_is_not_kept_and_costs_nothing(
    adult: Room, tmp_path: Path
) -> None:
    adult.safety.verdicts = [Rating.MATURE]
    request = await adult.run()
    assert (request.state, ended(request)) == (RequestState.REFUSED, errors.MatureRefusedError("picture"))
    assert len(adult.backend.jobs) == 1, "it is not made again, which would cost somebody"
    assert (await adult.balance()).free == Split(granted=WELCOME)
    assert files(tmp_path) == []


async def test_a_picture_that_no_setting_allows_is_not_kept_and_costs_nothing(
    adult: Room, tmp_path: Path
) -> None:
    adult.safety.verdicts = [errors.UnsafeRequestError("rule")]
    request = await adult.run(hint=MARKED)
    assert (request.state, ended(request)) == (RequestState.REFUSED, errors.UnsafeRequestError("rule"))
    assert (await adult.balance()).free == Split(granted=WELCOME)
    assert files(tmp_path) == []


async def test_of_a_batch_only_what_was_kept_is_paid_and_shown(adult: Room) -> None:
    general, mature = Rating.GENERAL, Rating.MATURE
    request, kept = await batch(adult, mature, general, errors.UnsafeRequestError("rule"), general, mature)
    assert (request.state, kept) == (RequestState.DELIVERED, [1, 3])
    assert (await adult.balance()).free == Split(granted=WELCOME - 100)
    assert (await adult.balance()).held == Split()


async def test_a_place_in_a_batch_that_stayed_empty_is_not_filled_after_a_crash(adult: Room) -> None:
    await adult.preferences.change(ANA, ask_above=10_000)
    adult.safety.verdicts = [Rating.GENERAL, Rating.MATURE, Rating.GENERAL]
    three = Gate()
    adult.backend.script = [[*(jpeg(768, 1024, 90 + n) for n in range(3)), three]]
    request_id = await adult.begin(count=4)
    dying = asyncio.create_task(adult.driver.drive(request_id))
    await three.reached.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    adult.clock.now += LEASE_MS + 1
    await adult.second_driver.drive(request_id)
    assert [image.position for image in await adult.pictures(request_id)] == [0, 2, 3]
    assert [job.count for job in adult.backend.jobs] == [4, 1]
    assert (await adult.balance()).free == Split(granted=WELCOME - 150)


async def test_a_mature_picture_stays_mature_whatever_is_seen_in_it(adult: Room) -> None:
    for verdict in (Rating.GENERAL, Rating.MATURE):
        adult.safety.verdicts = [verdict]
        request, image = await mature_picture(adult)
        assert (request.state, image.rating) == (RequestState.DELIVERED, Rating.MATURE)


async def test_while_no_check_can_be_reached_a_filter_of_its_own_is_enough(adult: Room) -> None:
    adult.gate.restricted.clear()
    adult.safety.verdicts = [None]
    assert (await adult.run()).state is RequestState.DELIVERED


async def test_what_nobody_filtered_and_nobody_could_look_at_is_not_kept(adult: Room) -> None:
    adult.backend.capabilities = replace(adult.backend.capabilities, filters_output=False)
    adult.gate.restricted.clear()
    adult.safety.verdicts = [None]
    assert ended(await adult.run()) == errors.MatureRefusedError("unseen")
    adult.gate.restricted.add(CHANNEL)
    adult.safety.verdicts = [None]
    assert (await adult.run()).state is RequestState.DELIVERED, "as where no check is configured"


async def test_an_edit_that_turned_out_mature_is_not_kept(adult: Room) -> None:
    (source,) = await adult.pictures((await adult.run()).request_id)
    adult.safety.verdicts = [Rating.MATURE]
    edit = await adult.ask(RequestKind.EDIT, prompt="at night", edit_of_image_id=source.image_id)
    assert ended(edit) == errors.MatureRefusedError("picture")


async def test_what_is_looked_at_is_the_picture_as_it_would_be_kept(adult: Room) -> None:
    (image,) = await adult.pictures((await adult.run()).request_id)
    assert adult.safety.looked_at == [await adult.store.get(image.file_key)]


async def test_where_no_check_looks_at_pictures_none_is_asked(adult: Room) -> None:
    adult.safety.checks_pictures = False
    await adult.run()
    assert adult.safety.looked_at == []


# ---------------------------------------------------------------- who may make it


class Unfiltered(Backend):
    """A second backend without a filter of its own, the only one for 4K, and the larger batches."""

    name = "unfiltered"

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = replace(self.capabilities, filters_output=False)


@pytest.fixture
async def unfiltered(room: Room) -> Room:
    """A room whose only backend has no filter, and whose pictures nobody looks at."""
    room.backend.capabilities = replace(room.backend.capabilities, filters_output=False)
    return room


async def test_a_backend_with_neither_filter_nor_check_is_not_offered_in_an_ordinary_channel(
    unfiltered: Room,
) -> None:
    request = await unfiltered.run()
    assert (ended(request), request.hold_ref) == (errors.BackendCannotError("filter"), None)
    with pytest.raises(errors.BackendCannotError, match="filter"):
        await unfiltered.ask(RequestKind.PREMIUM, "mira", prompt="waving")
    rin = await unfiltered.own_companion("Rin")
    with pytest.raises(errors.BackendCannotError, match="filter"):
        await unfiltered.ask(RequestKind.REFERENCE, rin.companion_id)
    panel = await studio_over(unfiltered).open(HERE, ANA)
    assert panel.offers.max_count == unfiltered.backend.capabilities.max_batch, "nothing else would do either"
    assert unfiltered.backend.jobs == []


async def test_it_is_offered_in_an_age_restricted_channel_and_its_threads(unfiltered: Room) -> None:
    unfiltered.gate.restricted.add(CHANNEL)
    (image,) = await unfiltered.pictures((await unfiltered.run()).request_id)
    assert image.rating is Rating.GENERAL, "where a picture is made does not rate it"
    await unfiltered.ask(RequestKind.EDIT, prompt="at night", edit_of_image_id=image.image_id)
    thread = replace(HERE, channel_id=THREAD, parent_id=CHANNEL)
    assert await unfiltered.desk.check_editable(image.image_id, thread) == image
    unfiltered.gate.restricted.clear()
    with pytest.raises(errors.BackendCannotError, match="filter"):
        await unfiltered.desk.check_editable(image.image_id, thread)


async def test_it_is_offered_everywhere_where_a_check_looks_at_every_picture(unfiltered: Room) -> None:
    unfiltered.safety.checks_pictures = True
    assert (await unfiltered.run()).state is RequestState.DELIVERED
    assert unfiltered.gate.asked == []


async def test_another_backend_with_a_filter_takes_its_place(tmp_path: Path) -> None:
    other = Unfiltered()
    async with open_room(tmp_path, other_backends=(other,)) as room:
        room.backend.capabilities = replace(
            room.backend.capabilities, resolutions=frozenset({Resolution.R1K, Resolution.R2K})
        )
        assert (await room.run()).backend == "scripted"
        asked = {"prompt": "She waves.", "resolution": Resolution.R4K}
        with pytest.raises(errors.BackendCannotError) as refused:
            await room.ask(RequestKind.ADVANCED, "mira", **asked)
        assert refused.value.lacks == "resolution", (
            "the nearest that works here, not the way to another place"
        )
        assert (await studio_over(room).open(HERE, ANA)).offers.resolutions == (Resolution.R2K,)
        room.gate.restricted.add(CHANNEL)
        assert (await room.ask(RequestKind.ADVANCED, "mira", **asked)).backend == "unfiltered"
        assert Resolution.R4K in (await studio_over(room).open(HERE, ANA)).offers.resolutions
