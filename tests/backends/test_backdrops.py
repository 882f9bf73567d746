"""The backdrops of the sketch backend: every place under every light, honest about its words."""

from __future__ import annotations

import io
import itertools
import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.backends.sketch.backdrops import Backdrop, draw_backdrop, setting_names
from bot.backends.sketch.backdrops_light import ASSETS, palettes
from bot.backends.sketch.backdrops_words import find_setting, lexicon, without_accents, words_of
from bot.backends.sketch.render import render_jpeg
from bot.domain.scene import TIMES_OF_DAY, WEATHERS

SVG = "{http://www.w3.org/2000/svg}"
SIZES = ((1000, 1000), (1777.8, 1000), (1000, 1777.8), (1333.3, 1000), (1000, 1333.3))
SIX_TIMES = ("dawn", "noon", "sunset", "dusk", "evening", "midnight")
PARTS = sorted((ASSETS / "parts").glob("*.svg"))


def phrase(name: str) -> str:
    """A phrase that names a place."""
    entry = lexicon().settings[name]
    return (*entry.words, *entry.like)[0]


def draw(
    setting: str = "",
    time: str = "",
    weather: str = "",
    details: tuple[str, ...] = (),
    *,
    size: tuple[float, float] = (1000, 1000),
    seed: int = 7,
) -> Backdrop:
    return draw_backdrop(setting, time, weather, details, *size, seed)


def markup(drawn: Backdrop, size: tuple[float, float] = (1000, 1000)) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}">'
        f"<defs>{drawn.defs}</defs>{drawn.behind}{drawn.in_front}</svg>"
    )


def assert_sound(drawn: Backdrop, size: tuple[float, float] = (1000, 1000)) -> None:
    """Well-formed, only plain shapes, unique prefixed ids that are all there."""
    text = markup(drawn, size)
    tags: set[str] = set()
    ids: Counter[str] = Counter()

    def start(tag: str, attributes: dict[str, str]) -> None:
        tags.add(tag)
        if "id" in attributes:
            ids[attributes["id"]] += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(text, True)  # noqa: FBT003 -- expat knows it by position only
    assert tags <= {
        "svg",
        "defs",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "linearGradient",
        "radialGradient",
        "stop",
    }
    assert all(name.startswith("bd-") for name in ids)
    assert set(ids.values()) <= {1}
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)
    assert "nan" not in text
    assert "inf" not in text
    width, height = size
    assert 0 < drawn.horizon_y < drawn.ground_y <= height
    assert width > 0
    assert 0 <= drawn.tint_strength <= 1
    assert re.fullmatch(r"#[0-9a-f]{6}", drawn.tint)
    assert re.fullmatch(r"#[0-9a-f]{6}", drawn.rim)


def test_there_are_at_least_forty_settings() -> None:
    assert len(setting_names()) >= 40


@pytest.mark.parametrize("name", setting_names())
def test_a_setting_is_sound_at_every_time_and_in_every_weather(name: str) -> None:
    combinations = itertools.product(TIMES_OF_DAY, WEATHERS)
    for number, (time, weather) in enumerate(combinations):
        size = SIZES[number % len(SIZES)]
        drawn = draw(phrase(name), time, weather, size=size)
        assert_sound(drawn, size)
        assert time in drawn.drawn


@pytest.mark.parametrize("name", setting_names())
def test_the_same_words_and_seed_draw_the_same_backdrop(name: str) -> None:
    first, again = (draw(phrase(name), "dusk", "rain", ("candles", "balloons")) for _ in range(2))
    assert first == again


def test_a_seat_is_one_that_the_figures_know() -> None:
    seats = {draw(phrase(name)).seat for name in setting_names()}
    assert seats <= {"bench", "chair", "sofa", "armchair", "stool", "throne", "rock", "edge", None}


def test_another_seed_draws_another_backdrop() -> None:
    assert draw("forest", seed=1).behind != draw("forest", seed=2).behind


@pytest.mark.parametrize("name", ["kitchen", "cafe", "street", "park", "forest"])
def test_the_hour_moves_no_furniture(name: str) -> None:
    def places(time: str) -> set[str]:
        return set(re.findall(r'transform="([^"]+)"', draw(name, time).behind))

    assert places("morning") == places("night")


def mean_colour(drawn: Backdrop) -> tuple[int, ...]:
    """Mean red, green, blue of a small rendering."""
    with Image.open(io.BytesIO(render_jpeg(markup(drawn), 48, 48))) as picture:
        pixel = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("name", setting_names())
def test_six_times_of_day_look_different(name: str) -> None:
    colours = [mean_colour(draw(phrase(name), time)) for time in SIX_TIMES]
    for one, other in itertools.combinations(colours, 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 5, colours


def test_weathers_look_different_outdoors() -> None:
    colours = {mean_colour(draw("meadow", "noon", weather)) for weather in WEATHERS}
    assert len(colours) == len(WEATHERS)


@pytest.mark.parametrize(
    ("text", "name"),
    [(text, name) for name, entry in lexicon().settings.items() for text in (*entry.words, *entry.like)],
)
def test_every_synonym_finds_a_place(text: str, name: str) -> None:
    found = find_setting(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rooftop garden of the old hotel", "rooftop"),
        ("a garden", "garden"),
        ("hotel garden", "garden"),
        ("sushi bar", "tavern"),
        ("by the docks", "harbour"),
        ("library café", "cafe"),
        ("the edge of a dark forest", "forest"),
        ("train station platform", "station"),
        ("on a train", "train"),
        ("balcony overlooking the sea", "balcony"),
        ("CAFÉS", "cafe"),
        ("a castle's great hall", "castle"),
        ("abandoned classroom", "indoors"),
        ("unknown realm", "outdoors"),
        ("beach house kitchen", "kitchen"),
        ("a bench at the station", "station"),
        ("bridge of the starship", "spaceship"),
        ("small boat on a lake", "lake"),
        ("garden party", "garden"),
        ("the corner of the library", "library"),
        ("a bed in the hospital", "hospital"),
    ],
)
def test_open_phrases_find_the_nearest_place(text: str, name: str) -> None:
    found = find_setting(text)
    assert found is not None
    assert found.name == name


def test_nothing_said_is_the_studio_and_claims_nothing() -> None:
    assert find_setting("") is None
    assert draw().drawn == frozenset()


def test_what_is_not_drawn_is_not_claimed() -> None:
    assert draw("rooftop garden of the old hotel").drawn == {"rooftop", "garden"}
    assert draw("sushi bar").drawn == {"bar"}
    assert draw("abandoned classroom").drawn == frozenset()
    assert draw("zorbly", "florp", "quux", ("wibble",)).drawn == frozenset()
    assert draw("spaceship", "", "rain").drawn == {"spaceship"}
    assert "sunny" not in draw("beach", "night", "sunny").drawn
    assert "fireplace" not in draw("beach", "", "", ("a fireplace",)).drawn


def test_what_is_drawn_is_claimed_as_it_was_written() -> None:
    assert draw("Café", "Late Afternoon", "Rainy", ("candles on the table",)).drawn >= {
        "café",
        "late",
        "afternoon",
        "rainy",
        "candles",
        "table",
    }
    assert {"fireworks", "palm", "trees"} <= draw("beach", "night", "", ("fireworks", "palm trees")).drawn


def test_an_hour_in_the_place_counts() -> None:
    assert {"night", "market"} <= draw("night market").drawn | {"market"}
    assert draw("night market").behind == draw("market", "night").behind
    assert draw("snowy mountain").behind == draw("mountain", "", "snow").behind


@pytest.mark.parametrize("name", lexicon().details)
def test_every_detail_is_drawn_somewhere(name: str) -> None:
    word = lexicon().details[name].words[0]
    plain = draw("park", "evening"), draw("living room", "evening")
    named = draw("park", "evening", "", (word,)), draw("living room", "evening", "", (word,))
    claimed = [set(words_of(word)) & drawn.drawn for drawn in named]
    assert any(claimed)
    for before, after, words in zip(plain, named, claimed, strict=True):
        assert_sound(after)
        seen_before = before.behind + before.in_front != after.behind + after.in_front
        assert (
            seen_before
            or not words
            or set(words_of(word))
            <= set(words_of(" ".join(lexicon().settings["park"].shows))) | {"bird", "moon", "star"}
        )


def test_every_time_and_weather_word_is_known() -> None:
    assert set(palettes().times) == set(TIMES_OF_DAY)
    assert set(palettes().weathers) == set(WEATHERS)
    for name, entry in palettes().times.items():
        assert all(draw("beach", word).behind == draw("beach", name).behind for word in entry.words)


words = st.text(max_size=40) | st.sampled_from(
    [
        "<script>",
        '"/><image href="http://x"/>',
        "beach & <b>",
        "]]>",
        "of",
        "in the",
        "\x00",
        "🌊 beach",
        "']",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(setting=words, time=words, weather=words, details=st.lists(words, max_size=4), seed=st.integers())
def test_no_words_break_the_markup_or_get_into_it(
    setting: str, time: str, weather: str, details: list[str], seed: int
) -> None:
    drawn = draw(setting, time, weather, tuple(details), seed=seed)
    assert_sound(drawn)
    given_words = {word for text in (setting, time, weather, *details) for word in words_of(text)}
    assert drawn.drawn <= given_words | {without_accents(word) for word in given_words}


@given(inner=st.sampled_from(['zq<"&>', "zqxjk", "zq'onload="]))
@settings(max_examples=10, deadline=None)
def test_a_marker_word_never_shows_up(inner: str) -> None:
    drawn = draw(f"beach {inner}", inner, inner, (inner, f"{inner} candles"))
    assert "zq" not in markup(drawn)


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_a_part_is_plain_editable_svg(path: Any) -> None:
    text = path.read_text("utf-8")
    root = ET.fromstring(text)  # noqa: S314 -- our own file
    assert root.get("viewBox")
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "g",
        "path",
        "rect",
        "circle",
    }
    for pair in (root.get("data-colours") or "").split():
        name, _, colour = pair.partition(":")
        assert name
        assert colour in text.partition(">")[2], f"{name} names a colour that the part does not use"
    for colour in re.findall(r'(?:fill|stroke)="([^"]+)"', text):
        assert colour == "none" or re.fullmatch(r"#[0-9a-f]{6}", colour)
