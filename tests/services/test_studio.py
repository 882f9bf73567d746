"""The studio's panel as a service: what it shows, keeps, recalls and begins."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain import errors
from bot.domain import studio_changes as changes
from bot.domain.companion import Companion, Gender, Style
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice, PresetKind
from bot.domain.request import RequestKind, RequestState
from bot.domain.studio import CompanionFilter, CompanionSource, Mode, StudioChoices
from bot.services.ports.speaking import Place
from bot.services.studio_panel import COMPANIONS_A_PAGE, list_companions, page_of
from tests.services.request_parts import (
    ANA,
    BEN,
    CHANNEL,
    GUILD,
    KAITO,
    WELCOME,
    Room,
    preset,
)
from tests.services.studio_parts import HERE, LITTLE, Studio, studio_over

K = RequestKind


@pytest.fixture
def studio(room: Room) -> Studio:
    return Studio(room, studio_over(room))


def names(companions: tuple[Companion, ...]) -> list[str]:
    return [companion.name for companion in companions]


# ---------------------------------------------------------------- opening and keeping


async def test_a_new_member_sees_an_empty_panel_and_their_welcome(studio: Studio) -> None:
    panel = await studio.service.open(HERE, ANA)
    assert panel.choices == StudioChoices()
    assert (panel.available, panel.cost, panel.missing, panel.shortage) == (WELCOME, 50, 0, None)
    assert isinstance(panel.problem, errors.CastSizeError)
    assert (panel.shape, panel.is_in_form) == (Aspect.PORTRAIT, True)
    assert names(panel.listing.companions) == ["Mira", "Kaito", "Juno", "Riku"], "who is present comes first"


async def test_what_is_chosen_stays_after_a_restart_and_on_a_second_panel(studio: Studio) -> None:
    panel = await studio.filled("mira", prompt="smiling, wind", count=3, aspect=Aspect.WIDE)
    again = await studio_over(studio.room).open(Place(GUILD, CHANNEL + 5), ANA)
    assert again.choices == panel.choices
    assert (again.cost, again.problem, again.shape) == (150, None, Aspect.WIDE)


async def test_panels_of_other_members_and_servers_are_their_own(studio: Studio) -> None:
    await studio.filled("mira", prompt="smiling, wind")
    assert (await studio.service.open(HERE, BEN)).choices == StudioChoices()
    assert (await studio.service.open(Place(GUILD + 1, 77), ANA)).choices == StudioChoices()
    assert await studio.service.choices(HERE, 12_345) == StudioChoices(), "somebody we never met"


async def test_a_change_that_is_refused_changes_nothing(studio: Studio) -> None:
    before = await studio.filled("mira", prompt="smiling")
    with pytest.raises(errors.InvalidInputError):
        await studio.service.change(HERE, ANA, lambda c: changes.with_count(c, "9"))
    assert (await studio.service.open(HERE, ANA)).choices == before.choices


async def test_changes_at_the_same_instant_are_all_kept(studio: Studio) -> None:
    await asyncio.gather(
        studio.service.change(HERE, ANA, lambda c: changes.with_prompt(c, "smiling")),
        studio.service.change(HERE, ANA, lambda c: changes.with_count(c, "4")),
        studio.service.change(HERE, ANA, lambda c: changes.with_aspect(c, "1:1")),
        studio.service.change(HERE, ANA, lambda c: changes.with_cast(c, ["mira"], ["mira"])),
    )
    choices = (await studio.service.open(HERE, ANA)).choices
    assert (choices.prompt, choices.count, choices.aspect, choices.companion_ids) == (
        "smiling",
        4,
        Aspect.SQUARE,
        ("mira",),
    )


async def test_what_is_missing_is_counted_and_what_is_owed_is_told(studio: Studio) -> None:
    panel = await studio.filled("mira", "kaito", is_group=True, prompt="They wave.")
    poor = replace(panel, cost=800)
    assert (poor.missing, poor.shortage) == (300, errors.NotEnoughMomentsError(800, WELCOME, 0))
    owing = replace(panel, balance=replace(panel.balance, owed=40))
    assert owing.missing == 0
    assert owing.shortage == errors.NotEnoughMomentsError(100, WELCOME, 40)


async def test_the_price_of_a_group_is_open_until_it_is_one(studio: Studio) -> None:
    assert (await studio.filled("mira", is_group=True, prompt="They wave.")).cost is None
    assert (await studio.filled("mira", "kaito", is_group=True, prompt="They wave.")).cost == 100


async def test_the_members_own_shapes_are_the_default(studio: Studio) -> None:
    await studio.room.preferences.change(ANA, aspect_solo=Aspect.SQUARE, aspect_group=Aspect.WIDE)
    assert (await studio.filled("mira")).shape is Aspect.SQUARE
    assert (await studio.filled("mira", is_group=True)).shape is Aspect.WIDE, "also before it is complete"


# ---------------------------------------------------------------- what would be refused


@pytest.mark.parametrize(
    ("panel", "problem"),
    [
        ({"ids": ("mira",)}, errors.PromptMissingError),
        ({"ids": ("mira",), "prompt": "x" * 1_001}, errors.PromptTooLongError),
        ({"ids": ("juno",), "prompt": "She waves.", "mode": Mode.ADVANCED}, errors.NotAdvancedReadyError),
        ({"ids": ("mira",), "prompt": "They wave.", "is_group": True}, errors.CastSizeError),
        ({"ids": ("gone",), "prompt": "waving"}, errors.NotFoundError),
        ({"ids": ("mira",), "presets": PresetChoice(outfit="grey-suit")}, errors.PresetUnfitError),
        ({"ids": ("mira",), "presets": PresetChoice(outfit="gone")}, errors.UnknownPresetError),
    ],
)
async def test_the_panel_says_what_generate_would_be_refused_for(
    studio: Studio, panel: dict[str, object], problem: type[errors.DarkroomError]
) -> None:
    ids = panel.pop("ids")
    shown = await studio.filled(*ids, **panel)  # type: ignore[arg-type, misc]
    assert isinstance(shown.problem, problem)
    with pytest.raises(problem):
        await studio.made(shown)
    assert await studio.nothing_happened()


async def test_a_companion_that_is_no_longer_shared_is_a_problem_that_can_be_cleared(studio: Studio) -> None:
    nova = await studio.room.own_companion("Nova", BEN)
    await studio.share(nova.companion_id)
    assert (await studio.filled(nova.companion_id, prompt="waving")).problem is None
    await studio.share(nova.companion_id, is_shared=False)
    panel = await studio.service.open(HERE, ANA)
    assert panel.problem == errors.NotSharedError("Nova")
    assert panel.cast == ()
    cleared = await studio.service.change(HERE, ANA, changes.without_cast)
    assert isinstance(cleared.problem, errors.CastSizeError)


async def test_a_prompt_of_the_wrong_form_is_noticed_and_refused_nowhere(studio: Studio) -> None:
    sentence = "She is leaning on the railing while the sun is setting behind her."
    premium = await studio.filled("mira", prompt=sentence)
    assert (premium.is_in_form, premium.mode, premium.problem) == (False, Mode.PREMIUM, None)
    advanced = await studio.filled("mira", prompt=sentence, mode=Mode.ADVANCED)
    assert (advanced.is_in_form, advanced.mode) == (True, Mode.ADVANCED)
    group = await studio.filled("mira", "kaito", is_group=True, prompt="red dress, sunset, rooftop, smiling")
    assert (group.is_in_form, group.mode) == (False, Mode.ADVANCED)


async def test_only_what_the_backend_can_do_is_offered(studio: Studio) -> None:
    studio.room.backend.capabilities = LITTLE
    offers = (await studio.filled("mira", prompt="waving")).offers
    assert offers.aspects == (Aspect.SQUARE, Aspect.PORTRAIT)
    assert (offers.resolutions, offers.max_count) == ((Resolution.R2K,), 2)


async def test_where_nothing_would_do_what_any_backend_can_do_is_offered(studio: Studio) -> None:
    studio.room.backend.capabilities = replace(LITTLE, max_references=0)
    panel = await studio.filled(
        "mira", prompt="She waves.", mode=Mode.ADVANCED, resolution=Resolution.R4K, aspect=Aspect.WIDE
    )
    assert isinstance(panel.problem, errors.BackendCannotError)
    assert panel.offers.aspects == (Aspect.SQUARE, Aspect.PORTRAIT)
    assert (panel.offers.resolutions, panel.offers.max_count) == ((Resolution.R2K,), 2)


# ---------------------------------------------------------------- the list of companions


async def test_companions_are_filtered_by_source(studio: Studio) -> None:
    mine, theirs = await studio.room.own_companion("Mine"), await studio.room.own_companion("Theirs", BEN)
    hidden = await studio.room.own_companion("Hidden", BEN)
    await studio.share(theirs.companion_id)
    await studio.share(hidden.companion_id, is_shared=False)

    async def listed(source: CompanionSource) -> list[str]:
        panel = await studio.service.change(HERE, ANA, lambda c: changes.from_source(c, source))
        return names(panel.listing.companions)

    assert await listed(CompanionSource.MINE) == [mine.name]
    assert await listed(CompanionSource.OTHERS) == ["Theirs"]
    assert await listed(CompanionSource.MAIN) == ["Mira", "Kaito", "Juno", "Riku"]
    assert set(await listed(CompanionSource.ALL)) == {"Mira", "Kaito", "Juno", "Riku", "Mine", "Theirs"}


def crowd(count: int) -> list[Companion]:
    return [replace(KAITO, companion_id=f"c{n:03}", name=f"Companion {n:03}") for n in range(count)]


def test_companions_are_filtered_by_style_gender_and_part_of_a_name() -> None:
    other = replace(
        KAITO,
        companion_id="rei",
        name="Réi",
        aliases=("Blade",),
        look=replace(KAITO.look, style=Style.ANIME, gender=Gender.NONBINARY),
    )
    everybody = [*crowd(3), other]

    def found(**by: object) -> list[str]:
        return names(list_companions(everybody, CompanionFilter(**by), ANA).companions)  # type: ignore[arg-type]

    assert found(style=Style.ANIME) == found(gender=Gender.NONBINARY) == ["Réi"]
    assert found(search="REI") == found(search="lad") == ["Réi"], "accents and case do not matter"
    assert found(search="companion 00") == ["Companion 000", "Companion 001", "Companion 002"]
    assert found(style=Style.ANIME, gender=Gender.MALE) == []


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (25, 1), (26, 2), (50, 2), (51, 3)])
def test_more_companions_than_a_menu_shows_come_in_pages(count: int, pages: int) -> None:
    seen: list[str] = []
    for page in range(pages):
        listing = list_companions(crowd(count), CompanionFilter(page=page), ANA)
        assert (listing.page, listing.pages, listing.found) == (page, pages, count)
        assert len(listing.companions) <= COMPANIONS_A_PAGE
        seen += names(listing.companions)
    assert seen == names(tuple(crowd(count)))


def test_a_page_that_is_not_there_is_the_nearest_one() -> None:
    assert page_of(99, 30, 25) == (1, 2)
    assert page_of(-1, 30, 25) == (0, 2)


# ---------------------------------------------------------------- presets


async def test_the_browser_shows_what_is_made_for_the_chosen_companion(studio: Studio) -> None:
    everything = await studio.service.preset_page(HERE, ANA, PresetKind.OUTFIT, 0)
    assert [p.preset_id for p in everything.presets] == ["red-gown", "grey-suit"]
    assert (everything.companion, everything.chosen_id, everything.chosen_name) == ("", "", "")
    await studio.filled("mira", presets=PresetChoice(outfit="red-gown"))
    page = await studio.service.preset_page(HERE, ANA, PresetKind.OUTFIT, 0)
    assert [p.preset_id for p in page.presets] == ["red-gown"]
    assert (page.companion, page.chosen_id, page.chosen_name) == ("Mira", "red-gown", "Red Gown")
    assert [thumbnail is not None for thumbnail in page.thumbnails] == [True]


async def test_many_presets_come_in_pages(studio: Studio) -> None:
    studio.room.presets.presets = [preset(f"scene-{n}", PresetKind.SCENE, setting="sea") for n in range(14)]
    pages = [await studio.service.preset_page(HERE, ANA, PresetKind.SCENE, n) for n in (0, 1, 2, 9)]
    assert [(p.page, p.pages, len(p.presets)) for p in pages] == [(0, 3, 6), (1, 3, 6), (2, 3, 2), (2, 3, 2)]


async def test_a_chosen_preset_that_is_gone_is_still_known_to_be_chosen(studio: Studio) -> None:
    panel = await studio.filled("mira", presets=PresetChoice(scene="gone", action="reading"))
    assert [p.preset_id for p in panel.presets] == ["reading"]
    page = await studio.service.preset_page(HERE, ANA, PresetKind.SCENE, 0)
    assert (page.chosen_id, page.chosen_name) == ("gone", "")


async def test_presets_are_suggested_by_name_for_the_one_who_is_typed(studio: Studio) -> None:
    async def suggested(kind: PresetKind, typed: str, companion: str | None = None) -> list[str]:
        found = await studio.service.suggest_presets(HERE, ANA, kind, typed, companion)
        return [p.preset_id for p in found]

    assert await suggested(PresetKind.OUTFIT, "") == ["red-gown", "grey-suit"]
    assert await suggested(PresetKind.OUTFIT, "", "Mira") == ["red-gown"]
    assert await suggested(PresetKind.OUTFIT, "", "nobody") == ["red-gown", "grey-suit"]
    assert await suggested(PresetKind.SCENE, "MARKET", "mira") == ["night-market"]
    assert await suggested(PresetKind.SCENE, "desert") == []


async def test_companions_are_suggested_who_can_be_in_such_a_picture(studio: Studio) -> None:
    async def suggested(kind: RequestKind, typed: str) -> list[str]:
        return names(await studio.service.suggest(HERE, ANA, kind, typed))

    assert await suggested(K.PREMIUM, "") == ["Juno", "Kaito", "Mira", "Riku"]
    assert await suggested(K.GROUP, "") == await suggested(K.ADVANCED, " ") == ["Kaito", "Mira"]
    assert await suggested(K.PREMIUM, "rik") == ["Riku"]


# ---------------------------------------------------------------- Generate


async def test_generate_makes_what_the_panel_shows(studio: Studio) -> None:
    panel = await studio.filled(
        "mira", prompt="smiling, wind", count=2, aspect=Aspect.TALL, presets=PresetChoice(action="reading")
    )
    request = await studio.made(panel)
    assert (request.kind, request.state, request.paid.total) == (K.PREMIUM, RequestState.DELIVERED, 100)
    assert request.options.presets == PresetChoice(action="reading")
    (job,) = studio.room.backend.jobs
    assert (job.count, job.width_px, job.height_px) == (2, 1152, 2048)


async def test_the_thread_in_which_it_was_pressed_is_kept(studio: Studio) -> None:
    panel = await studio.filled("mira", prompt="smiling")
    press = studio.pressed(panel)
    request_id = await studio.service.generate(
        replace(press, options=replace(press.options, parent_channel_id=4))
    )
    assert (await studio.room.request(request_id)).options.parent_channel_id == 4


async def test_the_same_generate_twice_is_one_request_and_a_changed_panel_another(studio: Studio) -> None:
    panel = await studio.filled("mira", prompt="smiling")
    first = await studio.service.generate(studio.pressed(panel))
    with pytest.raises(errors.DuplicateRequestError):
        await studio.service.generate(studio.pressed(panel))
    other = await studio.service.change(HERE, ANA, lambda c: changes.with_count(c, "2"))
    second = await studio.service.generate(studio.pressed(other))
    assert first != second
    assert len(studio.room.engine.submitted) == 2


async def test_leafing_through_the_list_is_no_other_picture(studio: Studio) -> None:
    panel = await studio.filled("mira", prompt="smiling")
    assert (await studio.page(3)).digest == panel.digest


async def test_nobody_pays_for_what_was_chosen_on_another_panel_of_theirs(studio: Studio) -> None:
    shown = await studio.filled("mira", prompt="She waves.", mode=Mode.ADVANCED)
    await studio.service.change(HERE, ANA, lambda c: changes.with_resolution(c, "4K"))
    with pytest.raises(errors.PanelChangedError):
        await studio.service.generate(studio.pressed(shown))
    assert await studio.nothing_happened()
