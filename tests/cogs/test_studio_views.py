"""How the studio looks, at its least and at its most: within Discord's limits, and honest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.money import Balance, Split
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import Preset, PresetChoice, PresetKind
from bot.domain.scene import Figure, Scene
from bot.domain.studio import CompanionFilter, CompanionSource, Mode, StudioChoices
from bot.services.studio_panel import Listing, Offers, Panel, PresetPage
from cogs.studio import _messages as messages
from cogs.studio._components import Screen, number, screen_named
from cogs.studio._filter import filter_view
from cogs.studio._panel import PromptForm, panel_view
from cogs.studio._presets import presets_view
from cogs.studio._typing import completed_lists, split_names

OWNER = 9_223_372_036_854_775_807
LOOK = Look(Style.REALISTIC, Gender.FEMALE, "red hair", "green", "fair", "slim", 30, "blazer")
LONG_NAME = "_*" * 16


def companion(n: int, name: str = "", **others: Any) -> Companion:
    return Companion(f"{n:026}", name or f"Companion {n}", LOOK, **others)


def preset(n: int, kind: PresetKind = PresetKind.OUTFIT) -> Preset:
    return Preset(
        f"preset-{n}",
        kind,
        "Very long name of a preset, to the brim."[:40],
        frozenset(Gender),
        "tag, " * 50,
        Scene((Figure(""),)),
    )


def panel(**others: Any) -> Panel:
    """The panel of somebody new, with changes."""
    new = Panel(
        choices=StudioChoices(),
        cast=(),
        listing=Listing((companion(1), companion(2)), 0, 1, 2),
        presets=(),
        shape=Aspect.PORTRAIT,
        offers=Offers(tuple(Aspect), (Resolution.R2K, Resolution.R4K), 8),
        cost=50,
        balance=Balance(Split(500)),
        problem=None,
    )
    return replace(new, **others)


CROWD = tuple(companion(n, LONG_NAME) for n in range(25))
FULL_LIST = Listing(CROWD, 3, 9, 225)
FILTER = CompanionFilter(CompanionSource.OTHERS, Style.REALISTIC, Gender.NONBINARY, "*" * 32, 3)
SENTENCES = ("She is *leaning* on the railing while the sun is setting. " * 40)[:2_000]
UNREADY = errors.NotAdvancedReadyError((LONG_NAME,) * 3)

FULLEST = {
    "premium": panel(
        choices=StudioChoices(
            companion_ids=(CROWD[0].companion_id,),
            prompt=SENTENCES[:1_000],
            presets=PresetChoice("a", "b", "gone"),
            count=8,
            listed=FILTER,
        ),
        cast=CROWD[:1],
        listing=FULL_LIST,
        presets=(preset(1), preset(2, PresetKind.ACTION)),
        cost=400_000,
        problem=errors.PresetUnfitError("*" * 40, LONG_NAME),
        left_out=2,
    ),
    "advanced": panel(
        choices=StudioChoices(
            mode=Mode.ADVANCED,
            companion_ids=(CROWD[0].companion_id,),
            prompt=SENTENCES,
            resolution=Resolution.R4K,
            listed=FILTER,
        ),
        cast=CROWD[:1],
        listing=FULL_LIST,
        problem=UNREADY,
        left_out=1,
    ),
    "group": panel(
        choices=StudioChoices(
            is_group=True,
            companion_ids=tuple(c.companion_id for c in CROWD[:3]),
            prompt="red dress, sunset, rooftop, smiling, wind",
            listed=FILTER,
        ),
        cast=CROWD[:3],
        listing=FULL_LIST,
        cost=None,
        problem=UNREADY,
        left_out=3,
    ),
}


def components(sent: Any) -> Iterator[Mapping[str, Any]]:
    for part in sent:
        yield part
        yield from components(part.get("components", []))
        if "accessory" in part:
            yield from components([part["accessory"]])


def parts_of(view: Any) -> list[Mapping[str, Any]]:
    return list(components(view.to_components()))


def check_limits(view: Any) -> None:
    """https://discord.com/developers/docs/components/reference, and ids that are unique on a message."""
    parts = parts_of(view)
    assert len(parts) <= 40, len(parts)
    assert sum(len(part["content"]) for part in parts if part["type"] == 10) <= 4_000
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    assert len(ids) == len(set(ids)), sorted(ids)
    for part in parts:
        if part["type"] == 3:
            options = part["options"]
            assert 1 <= len(options) <= 25
            assert len({option["value"] for option in options}) == len(options)
            assert part["min_values"] <= part["max_values"] <= len(options)
            assert sum(bool(option.get("default")) for option in options) <= part["max_values"]
            assert all(len(option["label"]) <= 100 for option in options)
            assert all(len(option.get("description") or "") <= 100 for option in options)
            assert len(part.get("placeholder") or "") <= 150
        if part["type"] == 2:
            assert len(part.get("label") or "") <= 80
        if part["type"] == 1:
            assert 1 <= len(part["components"]) <= 5


def text_of(view: Any) -> str:
    return "\n".join(part["content"] for part in parts_of(view) if part["type"] == 10)


def labels_of(view: Any) -> dict[str, Mapping[str, Any]]:
    return {part["label"]: part for part in parts_of(view) if part["type"] == 2 and part.get("label")}


@pytest.mark.parametrize("shown", [panel(), *FULLEST.values()], ids=["new", *FULLEST])
def test_the_panel_fits_discords_limits(shown: Panel) -> None:
    check_limits(panel_view(shown, OWNER))
    check_limits(filter_view(shown, OWNER))


@pytest.mark.parametrize("pages", [1, 2, 3])
@pytest.mark.parametrize("page", [0, 1, 2])
def test_every_page_of_companions_and_presets_has_ids_of_its_own(page: int, pages: int) -> None:
    if page >= pages:
        return
    check_limits(panel_view(panel(listing=Listing(CROWD, page, pages, 25 * pages)), OWNER))
    for screen, kind in zip((Screen.OUTFITS, Screen.ACTIONS, Screen.SCENES), PresetKind, strict=True):
        shown = PresetPage(
            kind,
            tuple(preset(n) for n in range(6)),
            (b"jpeg", None) * 3,
            "preset-1",
            "X",
            LONG_NAME,
            page,
            pages,
        )
        view, files = presets_view(shown, screen, OWNER)
        check_limits(view)
        assert [file.filename for file in files] == ["preset-0.jpg", "preset-2.jpg", "preset-4.jpg"]


def test_a_browser_without_presets_still_leads_back() -> None:
    view, files = presets_view(PresetPage(PresetKind.SCENE, (), (), "", "", "", 0, 1), Screen.SCENES, OWNER)
    check_limits(view)
    assert files == []
    assert labels_of(view)["None"]["disabled"]
    assert "None chosen" in text_of(view)


def test_a_list_of_nobody_has_no_menu() -> None:
    empty = panel(listing=Listing((), 0, 1, 0), choices=StudioChoices(listed=FILTER))
    view = panel_view(empty, OWNER)
    check_limits(view)
    assert "Only others', realistic, nonbinary" in text_of(view)
    assert "Nobody. Try fewer filters." in text_of(filter_view(empty, OWNER))


def test_what_people_typed_is_shown_and_never_obeyed() -> None:
    shown = panel(choices=StudioChoices(prompt="**bold** @everyone\n# head\n> quote"))
    text = text_of(panel_view(shown, OWNER))
    assert r"\*\*bold\*\*" in text
    assert "\n# head" not in text
    assert r"\_\*" in messages.cast_text(replace(shown, cast=CROWD[:1]))


def test_a_long_prompt_is_shortened_on_the_panel_and_whole_in_the_form() -> None:
    choices = StudioChoices(mode=Mode.ADVANCED, prompt=SENTENCES)
    text = messages.prompt_text(panel(choices=choices))
    assert text.endswith("…")
    assert "2,000 characters" in text
    assert SENTENCES in str(PromptForm(choices, str(OWNER)).to_dict())


def test_the_form_says_the_limit_and_how_to_write_for_the_mode() -> None:
    premium = str(PromptForm(StudioChoices(), str(OWNER)).to_dict())
    assert "1,000 characters" in premium
    assert "reads tags" in premium
    group = str(PromptForm(StudioChoices(is_group=True), str(OWNER)).to_dict())
    assert "2,000 characters" in group
    assert "Prompt for a group" in group
    kept = PromptForm(StudioChoices(prompt="x" * 1_500), str(OWNER)).to_dict()
    assert "'max_length': 1500" in str(kept), "what is too long for this mode is not cut behind one's back"


@pytest.mark.parametrize(
    ("shown", "words", "disabled"),
    [
        (panel(), "**50 moments** · you have **500**", False),
        (panel(cost=800), "**300 more** are needed", False),
        (panel(balance=Balance(Split(500), owed=70)), "**70 moments are owed**", False),
        (panel(problem=errors.PromptMissingError(preset_would_do=True)), "choose a preset.", True),
        (panel(cost=None, problem=errors.CastSizeError(1, 2, 3)), "for each companion in it", True),
        (panel(problem=errors.OverdraftError()), "can't be made as it is", True),
    ],
)
def test_price_balance_and_what_is_missing_are_said(shown: Panel, words: str, disabled: bool) -> None:  # noqa: FBT001  a table
    view = panel_view(shown, OWNER)
    assert words in text_of(view)
    assert "Nothing was charged" not in text_of(view), "nothing was asked for yet"
    generate = next(part for label, part in labels_of(view).items() if label.startswith("Generate"))
    assert bool(generate["disabled"]) is disabled


def test_the_other_mode_is_offered_where_it_would_do_better() -> None:
    assert "Use Advanced" in labels_of(panel_view(FULLEST["premium"], OWNER))
    assert "Use Premium" in labels_of(panel_view(FULLEST["advanced"], OWNER))
    tags = panel(choices=StudioChoices(mode=Mode.ADVANCED, prompt="red dress, sunset, rooftop, smiling"))
    assert "Use Premium" in labels_of(panel_view(tags, OWNER))
    assert "sentences" in messages.form_note(tags)
    assert not {"Use Premium", "Use Advanced"} & set(labels_of(panel_view(FULLEST["group"], OWNER)))
    assert "groups do best with **sentences**" in text_of(panel_view(FULLEST["group"], OWNER))


def test_what_is_chosen_and_not_possible_is_said_and_not_offered() -> None:
    little = panel(
        choices=StudioChoices(count=4),
        shape=Aspect.WIDE,
        offers=Offers((Aspect.SQUARE,), (Resolution.R2K,), 2),
    )
    selects = [part for part in parts_of(panel_view(little, OWNER)) if part["type"] == 3]
    assert [part.get("placeholder") for part in selects[1:]] == [
        "16:9 is not possible here",
        "4 are not possible here",
    ]
    assert [option["value"] for option in selects[1]["options"]] == ["1:1"]
    advanced = replace(little, choices=StudioChoices(mode=Mode.ADVANCED))
    labels = labels_of(panel_view(advanced, OWNER))
    assert (labels["4K"]["disabled"], labels["2K"]["disabled"]) == (True, False)


def test_one_left_out_and_several_are_said() -> None:
    assert messages.left_out_text(1).startswith("💡 One companion of that picture")
    assert messages.left_out_text(2).startswith("💡 2 companions of that picture")


def test_who_is_whose_and_not_enabled_is_said_in_the_menu() -> None:
    main, mine = companion(1), companion(2, owner_id=OWNER)
    shared = companion(3, owner_id=5, reference_key="x")
    said = [messages.companion_words(c, OWNER, needs_likeness=True) for c in (main, mine, shared)]
    assert said == [
        "not enabled for Advanced · main · realistic · female",
        "not enabled for Advanced · yours · realistic · female",
        "shared with you · realistic · female",
    ]
    assert "not enabled" not in messages.companion_words(mine, OWNER, needs_likeness=False)


def test_forged_parts_of_ids_are_the_panel_itself() -> None:
    assert screen_named("nowhere") is Screen.PANEL
    assert screen_named("outfit") is Screen.OUTFITS
    assert [number(text) for text in ("", "-1", "7", "9" * 7)] == [0, 0, 7, 0]


def test_names_in_a_list_are_split_and_the_last_one_completed() -> None:
    assert split_names(" Mira,  Kaito ,,") == ("Mira", "Kaito")
    assert split_names(",") == ()
    assert completed_lists("", ["Mira", "Kaito"]) == ["Mira", "Kaito"]
    assert completed_lists("Mira, ka", ["Kaito", "Katya"]) == ["Mira, Kaito", "Mira, Katya"]
    assert completed_lists("mira, ", ["Mira", "Zoë"]) == ["mira, Zoë"], "nobody is in a picture twice"
    assert completed_lists("x" * 60 + ",", ["y" * 32, "z" * 40]) == ["x" * 60 + ", " + "y" * 32]
    assert completed_lists("", ["Anna, the Great"]) == []
