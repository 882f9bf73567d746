"""What the words of scenes, looks and prompts become."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.backends.sketch.backdrops import setting_names
from bot.backends.sketch.chance import Chooser
from bot.backends.sketch.compose import compose
from bot.backends.sketch.figure import FigurePlan, draw_figure
from bot.backends.sketch.paint import Lighting, channels
from bot.backends.sketch.parts import ASSETS, parts_in
from bot.backends.sketch.plan import Planner, ScenePlan
from bot.backends.sketch.render import RenderError, render_jpeg
from bot.backends.sketch.words import Reading, phrases, tokens_of
from bot.domain.companion import Gender, Style
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import JobKind, PictureJob
from tests.backends.contract import KAITO, MIRA, job

PARTS = parts_in(ASSETS)
HAIR_FILES = {path.stem for path in (ASSETS / "hair").glob("*.svg")}
PLANNER = Planner(PARTS, setting_names())


def planned(**figure: str) -> FigurePlan:
    return PLANNER.plan(job(Scene((Figure("mira", **figure),))), 0).figures[0]


def looking(**look: Any) -> FigurePlan:
    member = dataclasses.replace(MIRA, look=dataclasses.replace(MIRA.look, **look))
    return PLANNER.plan(job(Scene((Figure("mira", pose="standing"),)), member), 0).figures[0]


def prompted(prompt: str) -> ScenePlan:
    return PLANNER.plan(job(Scene((Figure("mira"),)), prompt=prompt), 0)


def svg_of(plan: FigurePlan) -> str:
    return draw_figure(plan, PARTS, Lighting()).svg


def names(table: str) -> list[tuple[str, str]]:
    return [(name, entry["words"][0]) for name, entry in PARTS.table(table).items()]


def test_enough_can_be_drawn() -> None:
    assert len(PARTS.table("garments")) >= 20
    assert len(HAIR_FILES) >= 12
    assert len(PARTS.table("poses")) >= 12
    assert len(PARTS.table("face/expressions")) >= 10
    assert len(PARTS.table("colours")["skin"]) >= 8


def test_each_garment_is_drawn_differently() -> None:
    drawn = {
        name: svg_of(planned(outfit=f"purple {word}", pose="standing")) for name, word in names("garments")
    }
    assert len(set(drawn.values())) == len(drawn)


def test_each_pose_is_drawn_differently() -> None:
    alone = [word for name, word in names("poses") if "alone" not in PARTS.table("poses")[name]]
    drawn = {svg_of(planned(pose=word)) for word in alone}
    assert len(drawn) >= len(alone) - 2  # two share their first word with another


def test_each_expression_is_drawn_differently() -> None:
    assert len({svg_of(planned(expression=word)) for _name, word in names("face/expressions")}) == len(
        names("face/expressions")
    )


def test_each_thing_is_drawn_differently() -> None:
    words = [word for _name, word in names("things")]
    assert len(
        {svg_of(planned(action=f"standing with {word}", expression="neutral")) for word in words}
    ) == len(words)


@pytest.mark.parametrize("style", list(Style))
def test_each_hair_style_is_drawn_differently(style: Style) -> None:
    words = [entry[0] for entry in PARTS.table("hair")["structure"].values()]
    words += [
        "short spiky",
        "short curly",
        "long wavy",
        "long straight",
        "shoulder-length",
        "long curly",
        "messy",
    ]
    drawn = {svg_of(looking(hair=f"{word} brown hair", style=style)) for word in words}
    assert len(drawn) >= len(words) - 1


@pytest.mark.parametrize(
    ("hair", "style"),
    [
        ("long wavy auburn hair", "long_wavy"),
        ("short spiky black hair", "spiky"),
        ("long straight black hair in a bun", "bun"),
        ("chin-length wavy blue hair", "bob"),
        ("dark brown buzz cut", "buzz"),
        ("long braided red hair", "braid"),
        ("silver afro", "afro"),
        ("pink twin tails", "twin_tails"),
        ("bald", "bald"),
        ("", "shoulder"),
    ],
)
def test_hair_is_as_it_is_said(hair: str, style: str) -> None:
    assert looking(hair=hair).head.hair_style == style


def test_every_hair_style_that_is_named_has_its_file() -> None:
    table = PARTS.table("hair")
    assert {*table["structure"], *table["style"].values()} <= HAIR_FILES


def test_every_build_gender_and_skin_is_drawn_differently() -> None:
    builds = [entry["words"][0] for entry in PARTS.table("bodies")["build"].values()]
    drawn = {svg_of(looking(build=b, gender=g)) for b in builds for g in Gender}
    assert len(drawn) == len(builds) * 3
    skins = set(PARTS.table("colours")["skin"].values())
    assert len({looking(skin=word).head.skin for word in PARTS.table("colours")["skin"]}) == len(skins)


@pytest.mark.parametrize(
    ("words", "slot", "dominant"),
    [
        ("red dress", "top", 0),
        ("a green hoodie and jeans", "top", 1),
        ("white blouse and long blue skirt", "bottom", 2),
        ("black leather jacket over a red tee and ripped jeans", "top", 0),
        ("dark green coat over a blue shirt", "outer", 1),
    ],
)
def test_a_colour_goes_to_its_own_garment(words: str, slot: str, dominant: int) -> None:
    colour = channels(getattr(planned(outfit=words).outfit, slot).colour)
    assert colour.index(max(colour)) == dominant


def test_a_word_left_of_its_colour_still_names_the_garment() -> None:
    assert planned(outfit="long green skirt").outfit.bottom.cut.length > 0.9


def test_the_colour_of_a_garment_is_not_taken_by_a_thing_after_it() -> None:
    plan = planned(outfit="white shirt, tie and a red scarf")
    assert channels(plan.outfit.top.colour)[2] > 0.8
    tie, scarf = plan.things
    assert channels(tie.colour)[0] < 0.7
    assert scarf.colour == PARTS.table("colours")["cloth"]["red"]


def test_nobody_is_undressed_whatever_is_said() -> None:
    for words in ("", "nothing", "naked", "only a scarf", "red", "shoes"):
        outfit = planned(outfit=words).outfit
        assert outfit.top is not None
        assert outfit.bottom is not None


def test_with_no_outfit_said_the_usual_one_is_worn() -> None:
    assert planned(action="waving").outfit == planned(action="reading").outfit
    assert planned().outfit.outer is not None


def test_a_hug_turns_to_the_one_beside_and_is_a_self_hug_alone() -> None:
    scene = Scene((Figure("mira", action="hugging Kaito"), Figure("kaito")), "park")
    plan = PLANNER.plan(job(scene, MIRA, KAITO), 0)
    assert plan.figures[0].pose.toward
    assert plan.unread == ("park",)
    assert planned(action="hugging").pose.name == "hugging_self"


def test_sitting_with_a_book_is_both() -> None:
    plan = planned(action="sitting on a bench, reading a book")
    assert plan.pose.sit
    assert [thing.name for thing in plan.things] == ["book"]


def test_scene_fields_beat_the_prompt_and_empty_ones_are_read_from_it() -> None:
    free = prompted("mira, red sundress, beach, sunset, waving, laughing, straw hat")
    assert free.place.setting == "beach"
    assert free.place.time_of_day == "sunset"
    assert free.figures[0].pose.name == "waving"
    assert [thing.name for thing in free.figures[0].things] == ["hat"]
    assert free.unread == ()
    said = PLANNER.plan(job(Scene((Figure("mira"),), "library"), prompt="beach"), 0)
    assert said.place.setting == "library"


def test_a_prompt_about_two_gives_each_their_own() -> None:
    scene = Scene((Figure("mira"), Figure("kaito")))
    prompt = "Mira in a red dress waving, and Kaito in a blue suit with arms crossed, at the park"
    mira, kaito = PLANNER.plan(job(scene, MIRA, KAITO, prompt=prompt), 0).figures
    assert (mira.pose.name, kaito.pose.name) == ("waving", "crossed")
    assert mira.outfit.bottom.cut.kind == "skirt"
    assert kaito.outfit.outer is not None


def test_the_prompt_of_a_said_scene_is_not_read_twice() -> None:
    scene = Scene((Figure("mira", action="waving"),), "beach")
    plan = PLANNER.plan(job(scene, prompt="a dragon eats the sun"), 0)
    assert compose(plan, PARTS, 3, 4).not_drawn == ()


def test_another_outfit_changes_no_other_choice() -> None:
    red, blue = planned(outfit="red dress", action="waving"), planned(outfit="blue dress", action="waving")
    assert dataclasses.replace(red, outfit=blue.outfit) == blue


def test_choices_are_keyed() -> None:
    choose = Chooser(3)
    assert choose.share("a") == Chooser(3).share("a")
    assert choose.share("a") != choose.share("b")
    assert 0 <= choose.share("a") < 1


def test_longest_phrases_win_and_words_are_taken_once() -> None:
    reading = Reading("A red Evening-Gown and two hats")
    table = phrases({"gown": ["gown"], "evening": ["evening gown"], "hat": ["hat"]})
    assert [found.name for found in reading.all(table)] == ["evening", "hat"]
    assert reading.all(table) == []
    assert reading.left(frozenset({"a", "and", "two"})) == ["red"]


def test_tokens_lose_case_accents_and_possessives() -> None:
    assert tokens_of("Zoë's T-shirt, naïve") == ["zoe", "t", "shirt", "naive"]


garbage = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            "red",
            "dress",
            "in",
            "on",
            "of",
            "sitting",
            "flower",
            "hat",
            "bench",
            "long",
            "green",
            "over",
            "blue",
            "tied",
            "the",
            "a",
            "very",
            "and",
        ]
    ),
    max_size=9,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(garbage, garbage, garbage, garbage, garbage)
def test_no_words_break_the_drawing(outfit: str, action: str, hair: str, setting: str, prompt: str) -> None:
    look = dataclasses.replace(
        MIRA.look, hair=hair, eyes=outfit, skin=setting, build=prompt, details=(action, outfit)
    )
    member = dataclasses.replace(MIRA, look=look)
    figure = Figure("mira", action=action, outfit=outfit, expression=prompt)
    wanted = job(Scene((figure,), setting, details=(action,)), member, prompt=prompt)
    composed = compose(PLANNER.plan(wanted, 0), PARTS, 3, 4)
    assert composed.svg.startswith("<svg ")
    assert len(set(composed.not_drawn)) == len(composed.not_drawn)
    free = compose(PLANNER.plan(_free(prompt), 1), PARTS, 16, 9)
    assert free.svg.startswith("<svg ")


def _free(prompt: str) -> PictureJob:
    return job(Scene((Figure("mira"), Figure("kaito"))), MIRA, KAITO, prompt=prompt)


@pytest.mark.parametrize("seed", range(8))
def test_the_candidates_of_a_request_are_one_person_in_four_poses_with_four_faces(seed: int) -> None:
    wanted = dataclasses.replace(job(Scene((Figure("mira"),)), kind=JobKind.REFERENCE), seed=seed)
    figures = [PLANNER.plan(wanted, index).figures[0] for index in range(4)]
    assert len({figure.pose.name for figure in figures}) == 4
    assert len({str(figure.expression) for figure in figures}) == 4
    assert len({(figure.head, figure.outfit) for figure in figures}) == 1


def test_a_document_that_is_none_is_an_error() -> None:
    with pytest.raises(RenderError):
        render_jpeg("<svg ", 64, 64)


def test_the_colour_of_the_clothes_is_in_the_middle_of_the_picture() -> None:
    for word, channel in (("red", 0), ("green", 1), ("blue", 2)):
        wanted = job(
            Scene((Figure("mira", outfit=f"{word} sweater", pose="standing"),), "studio", framing="full body")
        )
        composed = compose(PLANNER.plan(wanted, 0), PARTS, 3, 4)
        image = Image.open(io.BytesIO(render_jpeg(composed.svg, 300, 400))).convert("RGB")
        pixel = image.crop((135, 140, 165, 190)).resize((1, 1)).getpixel((0, 0))
        assert isinstance(pixel, tuple)
        assert max(range(3), key=lambda k: pixel[k]) == channel
