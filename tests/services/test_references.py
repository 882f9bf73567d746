"""Advanced for a custom companion: what it costs, what waits, who may do what, and what is left in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import (
    BackendRefusedError,
    DuplicateRequestError,
    NotAdvancedReadyError,
    NotFoundError,
    NotSharedError,
    NotYoursError,
    PictureMissingError,
    UnsafeRequestError,
)
from bot.domain.money import EntryKind
from bot.domain.picture import Aspect
from bot.domain.request import RequestKind, RequestOptions, RequestState
from bot.domain.studio import CANDIDATES
from bot.services.ports.chat import Delivery
from bot.services.ports.images import JobKind
from bot.services.ports.speaking import Place
from bot.services.requests.delivering import CANDIDATES_WAIT
from bot.settings import Settings
from tests.services.reference_parts import PLENTY, Gate, StricterCheck, Studio, open_studio, service_of
from tests.services.request_parts import (
    ANA,
    BEN,
    CHANNEL,
    GUILD,
    PRICES,
    WELCOME,
    jpeg,
)

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with open_studio(tmp_path) as studio:
        yield studio


# ---------------------------------------------------------------- prices


async def test_enabling_costs_nothing_the_first_time(studio: Studio) -> None:
    before = await studio.state()
    assert (before.price, before.candidates, before.is_waiting) == (0, (), False)
    request = await studio.make()
    assert (request.state, request.cost) == (RequestState.DELIVERED, 0)
    assert [(line.kind, line.moved.total) for line in await studio.lines()] == [
        (EntryKind.HOLD, 0),
        (EntryKind.CAPTURE, 0),
    ]
    assert (await studio.room.balance()).free.total == WELCOME


async def test_regenerating_costs_its_price_for_all_four_together(studio: Studio) -> None:
    assert PRICES.reference == SETTINGS.price_reference == 100
    await studio.enable()
    assert (await studio.state()).price == SETTINGS.price_reference
    request = await studio.make()
    assert request.cost == SETTINGS.price_reference
    assert sum(i.share.total for i in await studio.room.pictures(request.request_id)) == request.cost
    moved = [(line.kind, line.moved.total, line.held.total) for line in (await studio.lines())[2:]]
    assert moved == [(EntryKind.HOLD, -100, 100), (EntryKind.CAPTURE, 0, -100)]
    assert (await studio.room.balance()).free.total == WELCOME - 100


async def test_a_regeneration_that_is_refused_gives_the_hundred_back(studio: Studio) -> None:
    old = await studio.enable()
    studio.room.backend.script = [[BackendRefusedError("scripted")]]
    assert (await studio.make()).state is RequestState.REFUSED
    moved = [(line.kind, line.moved.total, line.held.total) for line in (await studio.lines())[2:]]
    assert moved == [(EntryKind.HOLD, -100, 100), (EntryKind.RELEASE, 100, -100)]
    balance = await studio.room.balance()
    assert (balance.free.total, balance.held.total) == (WELCOME, 0)
    state = await studio.state()
    assert state.companion.reference_key == old.file_key
    assert state.chosen == old, "the candidates of before are still there"


async def test_an_attempt_without_candidates_leaves_the_first_time_free(studio: Studio) -> None:
    studio.room.backend.script = [[BackendRefusedError("scripted")]]
    assert (await studio.make()).state is RequestState.REFUSED
    assert (await studio.state()).price == 0
    cancelled = await studio.room.desk.begin(studio.press())
    await studio.room.desk.cancel(cancelled, ANA)
    await studio.room.driver.drive(cancelled)
    assert (await studio.state()).price == 0
    assert (await studio.make()).cost == 0
    assert (await studio.room.balance()).free.total == WELCOME


async def test_a_process_that_dies_in_the_first_attempt_leaves_it_free(studio: Studio) -> None:
    request_id = await studio.room.desk.begin(studio.press())
    studio.room.backend.script = [[asyncio.Event()]]
    dying = asyncio.create_task(studio.room.driver.drive(request_id))
    await studio.room.backend.started.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert (await studio.state()).price == 0
    studio.room.clock.now += 120_000  # the lease of the dead one has run out
    await studio.room.second_driver.drive(request_id)
    request = await studio.room.request(request_id)
    assert (request.state, request.cost) == (RequestState.DELIVERED, 0)
    assert len(await studio.candidates()) == CANDIDATES


async def test_deleted_candidates_do_not_make_the_next_ones_free(studio: Studio) -> None:
    await studio.make()
    for image in await studio.candidates():
        await studio.room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    state = await studio.state()
    assert (state.candidates, state.price) == ((), PRICES.reference)


async def test_who_saw_the_price_is_not_asked_about_it_again(studio: Studio) -> None:
    await studio.enable()
    await studio.room.preferences.change(ANA, ask_above=0)
    assert (await studio.make()).state is RequestState.DELIVERED
    assert studio.room.courier.questions == []


async def test_of_a_cancelled_regeneration_only_what_was_made_is_charged(studio: Studio) -> None:
    await studio.enable()
    gate = Gate()
    studio.room.backend.script = [[jpeg(768, 1024), jpeg(768, 1024, 91), gate]]
    request_id = await studio.room.desk.begin(studio.press())
    driving = asyncio.create_task(studio.room.driver.drive(request_id))
    await gate.reached.wait()
    await studio.room.desk.cancel(request_id, ANA)
    await driving
    assert len(await studio.candidates()) == 2
    assert (await studio.room.balance()).free.total == WELCOME - 50


# ---------------------------------------------------------------- what is made


async def test_candidates_are_four_upright_pictures_from_the_looks_alone(studio: Studio) -> None:
    await studio.enable()
    await studio.make()
    job = studio.room.backend.jobs[-1]
    assert (job.kind, job.count, job.aspect) == (JobKind.REFERENCE, CANDIDATES, Aspect.PORTRAIT)
    assert [member.reference for member in job.cast] == [None], "not from the old reference"
    assert "auburn hair" in job.prompt


async def test_they_are_delivered_on_one_numbered_sheet(studio: Studio) -> None:
    request = await studio.make()
    ((request_id, parcels, names),) = studio.room.courier.delivered
    assert (request_id, names) == (request.request_id, ("Rin",))
    assert [parcel.image.position for parcel in parcels] == [0, 1, 2, 3]
    (sheet,) = {parcel.picture for parcel in parcels}
    assert sheet.height_px > sheet.width_px > 1000
    again = await studio.references.sheet(GUILD, ANA, studio.rin.companion_id, PLENTY)
    assert again.picture == sheet, "the same, as often as one likes"
    assert again.state.is_waiting


async def test_a_second_request_while_one_is_under_way_is_told_so(studio: Studio) -> None:
    await studio.room.desk.begin(studio.press())
    with pytest.raises(DuplicateRequestError):
        await studio.room.desk.begin(studio.press())


async def test_the_cast_of_candidates_cannot_be_changed(studio: Studio) -> None:
    request_id = await studio.room.desk.begin(studio.press())
    with pytest.raises(NotFoundError):
        await studio.room.desk.cast_choices(request_id, ANA)
    with pytest.raises(NotFoundError):
        await studio.room.desk.change_cast(request_id, ANA, ["mira"])


async def test_the_words_of_a_companion_are_checked_again(studio: Studio) -> None:
    assert await studio.references.check_making(GUILD, ANA, studio.rin.companion_id) == await studio.state()
    with pytest.raises(UnsafeRequestError):
        await service_of(studio.room, StricterCheck()).check_making(GUILD, ANA, studio.rin.companion_id)


async def test_candidates_that_could_not_be_posted_are_one_notice(studio: Studio) -> None:
    studio.room.courier.delivery = Delivery("gallery")
    await studio.make()
    (notice,) = await studio.room.preferences.take_notices(ANA)
    assert notice.kind == CANDIDATES_WAIT
    assert len(await studio.candidates()) == CANDIDATES


# ---------------------------------------------------------------- picking


async def test_a_picked_candidate_is_the_reference(studio: Studio) -> None:
    await studio.make()
    second = (await studio.candidates())[1]
    state = await studio.pick(second)
    assert (state.chosen, state.is_waiting) == (second, False)
    assert state.companion.advanced_ready
    assert await studio.references.portrait(state.companion, PLENTY) == await studio.room.store.get(
        second.file_key
    )
    assert (await studio.pick(second)).chosen == second, "twice is harmless"


async def test_another_candidate_of_any_sheet_can_be_picked_later(studio: Studio) -> None:
    first = await studio.enable()
    await studio.make()
    state = await studio.state()
    assert state.is_waiting
    assert state.companion.reference_key == first.file_key, "the old one stays until a new one is picked"
    studio.room.backend.script = []
    newest = state.candidates[3]
    assert (await studio.pick(newest)).chosen == newest
    assert (await studio.pick(first)).companion.reference_key == first.file_key
    assert (await studio.room.balance()).free.total == WELCOME - PRICES.reference


async def test_only_the_owner_picks_and_only_candidates(studio: Studio) -> None:
    await studio.make()
    first = (await studio.candidates())[0]
    with pytest.raises(NotYoursError):
        await studio.pick(first, BEN)
    with pytest.raises(NotFoundError):
        await studio.references.pick(GUILD + 1, ANA, first.image_id)
    with pytest.raises(NotFoundError):
        await studio.references.pick(GUILD, ANA, "nothing")
    rin = studio.rin.companion_id
    (picture,) = await studio.room.pictures((await studio.room.run(companion_ids=(rin,))).request_id)
    with pytest.raises(NotFoundError):
        await studio.pick(picture)
    await studio.room.images.delete(first.image_id, GUILD, ANA, is_moderator=False)
    with pytest.raises(NotFoundError):
        await studio.pick(first)
    assert not (await studio.state()).companion.advanced_ready


async def test_in_a_direct_message_an_owner_picks_as_well(studio: Studio) -> None:
    await studio.make()
    first = (await studio.candidates())[0]
    assert (await studio.references.pick(None, ANA, first.image_id)).chosen == first


async def test_a_candidate_whose_file_is_gone_cannot_be_picked_but_keeps_its_number(studio: Studio) -> None:
    studio.room.backend.script = [[jpeg(768, 1024, shade) for shade in (10, 80, 150, 220)]]
    await studio.make()
    first = (await studio.candidates())[0]
    await studio.room.store.delete(first.file_key)
    with pytest.raises(PictureMissingError):
        await studio.pick(first)
    sheet = await studio.references.sheet(GUILD, ANA, studio.rin.companion_id, PLENTY)
    assert len(sheet.state.candidates) == CANDIDATES


async def test_without_candidates_there_is_no_sheet(studio: Studio) -> None:
    with pytest.raises(NotFoundError):
        await studio.references.sheet(GUILD, ANA, studio.rin.companion_id, PLENTY)


async def test_settings_are_for_the_owner_of_a_companion_of_this_guild(studio: Studio) -> None:
    rin = studio.rin.companion_id
    for guild_id, user_id, companion_id, refusal in (
        (GUILD, BEN, rin, NotYoursError),
        (GUILD, ANA, "mira", NotYoursError),
        (GUILD + 1, ANA, rin, NotFoundError),
        (GUILD, ANA, "nobody", NotFoundError),
    ):
        with pytest.raises(refusal):
            await studio.references.state(guild_id, user_id, companion_id)


async def test_a_portrait_fits_where_it_is_shown(studio: Studio) -> None:
    assert await studio.references.portrait(studio.rin, PLENTY) is None
    image = await studio.enable()
    whole = await studio.room.store.get(image.file_key)
    rin = (await studio.state()).companion
    small = await studio.references.portrait(rin, len(whole) // 2)
    assert small is not None
    assert len(small) <= len(whole) // 2


# ---------------------------------------------------------------- sharing


async def _may_picture(studio: Studio, user_id: int) -> None:
    options = RequestOptions(companion_ids=(studio.rin.companion_id,), prompt="Rin reads a book.")
    await studio.room.checks.check_studio(RequestKind.ADVANCED, options, Place(GUILD, CHANNEL), user_id)


async def test_others_picture_a_companion_only_while_it_is_shared(studio: Studio) -> None:
    await studio.enable()
    await _may_picture(studio, ANA)
    with pytest.raises(NotSharedError):
        await _may_picture(studio, BEN)
    assert (await studio.share()).companion.is_shared
    await _may_picture(studio, BEN)
    assert not (await studio.share(is_shared=False)).companion.is_shared
    with pytest.raises(NotSharedError) as refused:
        await _may_picture(studio, BEN)
    assert refused.value.name == "Rin"


async def test_sharing_needs_a_reference_and_its_owner(studio: Studio) -> None:
    with pytest.raises(NotAdvancedReadyError):
        await studio.share()
    assert not (await studio.share(is_shared=False)).companion.is_shared
    with pytest.raises(NotYoursError):
        await studio.references.set_shared(GUILD, BEN, studio.rin.companion_id, is_shared=True)
