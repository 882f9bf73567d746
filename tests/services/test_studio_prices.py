"""Every row of the price table that the studio makes, read from the settings; and every wrong combination.

A refusal comes before anything is on record: no request, no ledger entry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.pricing import Prices
from bot.domain.request import RequestKind, RequestOptions, RequestState
from bot.domain.studio import Mode
from bot.settings import Settings
from cogs.base.errors import words_for
from tests.services.request_parts import BEN, PRICES, WELCOME, Room
from tests.services.studio_parts import LITTLE, Studio, studio_over

K, R = RequestKind, Resolution
SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def studio(room: Room) -> Studio:
    return Studio(room, studio_over(room))


def test_the_prices_here_are_those_of_the_settings() -> None:
    assert (
        Prices(
            image=SETTINGS.price_image,
            image_4k=SETTINGS.price_image_4k,
            edit=SETTINGS.price_edit,
            reference=SETTINGS.price_reference,
        )
        == PRICES
    )
    assert SETTINGS.grant_welcome == WELCOME


ROWS: list[tuple[str, RequestKind, tuple[str, ...], dict[str, Any], int]] = [
    ("premium", K.PREMIUM, ("Mira",), {}, SETTINGS.price_image),
    *(
        (f"premium × {count}", K.PREMIUM, ("Mira",), {"count": count}, SETTINGS.price_image * count)
        for count in (2, 5, 8)
    ),
    ("advanced 2K", K.ADVANCED, ("Mira",), {}, SETTINGS.price_image),
    ("advanced 4K", K.ADVANCED, ("Mira",), {"resolution": R.R4K}, SETTINGS.price_image_4k),
    ("group of two 2K", K.GROUP, ("Mira", "Kaito"), {}, 2 * SETTINGS.price_image),
    (
        "group of two 4K",
        K.GROUP,
        ("Mira", "Kaito"),
        {"resolution": R.R4K},
        2 * SETTINGS.price_image_4k,
    ),
    ("group of three 2K", K.GROUP, ("Mira", "Kaito", "Nova"), {}, 3 * SETTINGS.price_image),
    (
        "group of three 4K",
        K.GROUP,
        ("Mira", "Kaito", "Nova"),
        {"resolution": R.R4K},
        3 * SETTINGS.price_image_4k,
    ),
]


@pytest.mark.parametrize(
    ("kind", "names", "options", "price"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
async def test_each_row_costs_what_the_settings_say(
    studio: Studio, kind: RequestKind, names: tuple[str, ...], options: dict[str, Any], price: int
) -> None:
    if "Nova" in names:
        nova = await studio.room.own_companion("Nova")
        await studio.share(nova.companion_id, is_shared=False)
    studio.room.backend.capabilities = replace(
        studio.room.backend.capabilities, resolutions=frozenset(Resolution)
    )
    asked = RequestOptions(prompt="in a small kitchen", **options)
    request_id = await studio.room.desk.begin(
        replace(studio.room.press(), kind=kind, options=asked, companion_names=names)
    )
    await studio.room.preferences.change(1, ask_above=10_000)
    await studio.room.driver.drive(request_id)
    request = await studio.room.request(request_id)
    assert request.state is RequestState.DELIVERED
    assert (request.cost, request.paid.total) == (price, price)
    assert (await studio.room.balance()).free.total == WELCOME - price


@pytest.mark.parametrize("cast_size", [1, 2])
async def test_an_instant_picture_costs_the_same_for_each_companion_in_it(
    studio: Studio, cast_size: int
) -> None:
    studio.room.writer.count = cast_size
    request = await studio.room.run()
    assert request.kind is K.INSTANT
    assert request.paid.total == cast_size * SETTINGS.price_image


@pytest.mark.parametrize(
    ("choices", "price"),
    [
        ({}, SETTINGS.price_image),
        ({"count": 8}, SETTINGS.price_image * 8),
        ({"mode": Mode.ADVANCED}, SETTINGS.price_image),
        ({"mode": Mode.ADVANCED, "count": 8}, SETTINGS.price_image),
        ({"mode": Mode.ADVANCED, "resolution": R.R4K}, SETTINGS.price_image_4k),
        ({"mode": Mode.PREMIUM, "resolution": R.R4K}, SETTINGS.price_image),
        ({"is_group": True}, 2 * SETTINGS.price_image),
        ({"is_group": True, "resolution": R.R4K}, 2 * SETTINGS.price_image_4k),
    ],
)
async def test_the_panel_shows_the_same_price(studio: Studio, choices: dict[str, Any], price: int) -> None:
    panel = await studio.filled("mira", "kaito", prompt="in a small kitchen", **choices)
    assert (panel.cost, panel.problem) == (price, None)


TAGS = "smiling, wind"
WRONG: list[tuple[str, RequestKind, tuple[str, ...], dict[str, Any], type[errors.DarkroomError], str]] = [
    (
        "advanced with presets",
        K.ADVANCED,
        ("Mira",),
        {"presets": PresetChoice(outfit="red-gown")},
        errors.PresetsNeedPremiumError,
        "Presets are for **premium**",
    ),
    (
        "group with presets",
        K.GROUP,
        ("Mira", "Kaito"),
        {"presets": PresetChoice(scene="night-market")},
        errors.PresetsNeedPremiumError,
        "Presets are for **premium**",
    ),
    (
        "batch in advanced",
        K.ADVANCED,
        ("Mira",),
        {"count": 2},
        errors.BatchNeedsPremiumError,
        "**2 pictures at once**",
    ),
    (
        "batch in a group",
        K.GROUP,
        ("Mira", "Kaito"),
        {"count": 8},
        errors.BatchNeedsPremiumError,
        "**8 pictures at once**",
    ),
    ("no pictures", K.PREMIUM, ("Mira",), {"count": 0}, errors.InvalidInputError, "1 to 8"),
    ("nine pictures", K.PREMIUM, ("Mira",), {"count": 9}, errors.InvalidInputError, "1 to 8"),
    (
        "premium 4K",
        K.PREMIUM,
        ("Mira",),
        {"resolution": R.R4K},
        errors.ResolutionNeedsAdvancedError,
        "`/image advanced`",
    ),
    ("group of one", K.GROUP, ("Mira",), {}, errors.CastSizeError, "**2 to 3 different companions**"),
    ("group of four", K.GROUP, ("Mira", "Kaito", "Juno", "Riku"), {}, errors.CastSizeError, "Leave 1 out"),
    ("the same twice", K.GROUP, ("Mira", "Miri"), {}, errors.CastSizeError, "one is chosen"),
    ("two in solo", K.ADVANCED, ("Mira", "Kaito"), {}, errors.CastSizeError, "`/image group`"),
    (
        "not enabled",
        K.ADVANCED,
        ("Juno",),
        {},
        errors.NotAdvancedReadyError,
        "enabled for Advanced yet: **Juno**",
    ),
    (
        "one of the group not enabled",
        K.GROUP,
        ("Mira", "Juno"),
        {},
        errors.NotAdvancedReadyError,
        "`/companion settings`",
    ),
    ("not shared", K.PREMIUM, ("Bens",), {}, errors.NotSharedError, "**Bens** belongs to somebody"),
    ("nobody", K.PREMIUM, ("Xyzzy",), {}, errors.UnknownCompanionError, "**Xyzzy**"),
    (
        "one over 1,000",
        K.PREMIUM,
        ("Mira",),
        {"prompt": "x" * 1_001},
        errors.PromptTooLongError,
        "1,001 characters",
    ),
    (
        "one over 2,000",
        K.ADVANCED,
        ("Mira",),
        {"prompt": "x" * 2_001},
        errors.PromptTooLongError,
        "2,001 characters",
    ),
    (
        "one over 2,000 in a group",
        K.GROUP,
        ("Mira", "Kaito"),
        {"prompt": "x" * 2_001},
        errors.PromptTooLongError,
        "Leave out 1.",
    ),
    (
        "premium without words",
        K.PREMIUM,
        ("Mira",),
        {"prompt": " "},
        errors.PromptMissingError,
        "choose a preset",
    ),
    (
        "advanced without words",
        K.ADVANCED,
        ("Mira",),
        {"prompt": ""},
        errors.PromptMissingError,
        "Write a prompt.",
    ),
    (
        "unknown preset",
        K.PREMIUM,
        ("Mira",),
        {"presets": PresetChoice(outfit="plaid-kilt")},
        errors.UnknownPresetError,
        "plaid",
    ),
    (
        "unfit preset",
        K.PREMIUM,
        ("Mira",),
        {"presets": PresetChoice(outfit="grey-suit")},
        errors.PresetUnfitError,
        "not made for **Mira**",
    ),
]


@pytest.mark.parametrize(
    ("kind", "names", "options", "error", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
async def test_a_wrong_combination_is_refused_with_its_own_sentence_before_anything_is_held(  # noqa: PLR0917  a row
    studio: Studio,
    kind: RequestKind,
    names: tuple[str, ...],
    options: dict[str, Any],
    error: type[errors.DarkroomError],
    words: str,
) -> None:
    await studio.room.own_companion("Bens", BEN)
    with pytest.raises(error) as refused:
        await studio.typed(kind, names, RequestOptions(**{"prompt": TAGS, **options}))
    told = words_for(refused.value) or ""
    assert words in told
    assert await studio.nothing_happened()


@pytest.mark.parametrize(
    ("kind", "names", "options", "lacks", "words"),
    [
        (
            K.ADVANCED,
            ("Mira",),
            {"resolution": R.R4K},
            "resolution",
            "**4K** is not possible here. Nothing was charged. **2K** works.",
        ),
        (
            K.ADVANCED,
            ("Mira",),
            {"aspect": Aspect.TALL},
            "aspect",
            "The shape **9:16** is not possible here. Nothing was charged. **3:4** works.",
        ),
        (
            K.PREMIUM,
            ("Mira",),
            {"count": 3},
            "count",
            "**3 pictures at once** are not possible here. Nothing was charged. **2** works.",
        ),
        (
            K.GROUP,
            ("Mira", "Kaito"),
            {"aspect": Aspect.SQUARE},
            "references",
            "takes the **likeness of 2** at once. Nothing was charged. **1** works.",
        ),
    ],
)
async def test_what_no_backend_makes_is_refused_with_the_nearest_that_works(  # noqa: PLR0917  a row
    studio: Studio,
    kind: RequestKind,
    names: tuple[str, ...],
    options: dict[str, Any],
    lacks: str,
    words: str,
) -> None:
    studio.room.backend.capabilities = LITTLE
    with pytest.raises(errors.BackendCannotError) as refused:
        await studio.typed(kind, names, RequestOptions(prompt=TAGS, **options))
    assert refused.value.lacks == lacks
    assert (words_for(refused.value) or "").endswith(words)
    assert await studio.nothing_happened()


def test_words_for_what_has_nothing_near() -> None:
    for lacks in ("", "edit", "references", "resolution"):
        told = words_for(errors.BackendCannotError(lacks, "4K", "0")) or ""
        assert "Nothing was charged." in told
        assert "**0**" not in told


@pytest.mark.parametrize(
    ("kind", "names", "options"),
    [
        (K.PREMIUM, ("Mira",), {"prompt": "x" * 1_000}),
        (K.ADVANCED, ("Mira",), {"prompt": "x" * 2_000}),
        (K.GROUP, ("Mira", "Kaito"), {"prompt": "x" * 2_000}),
        (K.PREMIUM, ("Mira",), {"prompt": "", "presets": PresetChoice(outfit="Red Gown")}),
        (K.PREMIUM, ("Juno",), {"prompt": "She is walking along the beach while it is raining. Slowly."}),
    ],
    ids=["1,000", "2,000", "2,000 in a group", "a preset alone, by name", "sentences in premium"],
)
async def test_what_is_just_possible_is_made(
    studio: Studio, kind: RequestKind, names: tuple[str, ...], options: dict[str, Any]
) -> None:
    request = await studio.typed(kind, names, RequestOptions(**options))
    assert request.state is RequestState.DELIVERED
    assert request.options.prompt == options["prompt"]
