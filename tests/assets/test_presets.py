from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.backends.sketch.backdrops import setting_names
from bot.backends.sketch.compose import compose
from bot.backends.sketch.parts import ASSETS, parts_in
from bot.backends.sketch.plan import Planner
from bot.companion_shelf import AssetShelf
from bot.domain.companion import Companion, Gender, Style
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.presets import Preset, PresetKind
from bot.domain.scene import Scene
from bot.preset_pictures import draw_thumbnails, thumbnail_mark
from bot.preset_shelf import (
    FITS,
    MAX_NAME_LENGTH,
    PRESETS_FOLDER,
    AssetPresets,
    BadPresetFileError,
    thumbnail_path,
)
from bot.rendering.marking import CREATOR_TOOL, read_marking
from bot.safety.rules import RulesCheck
from bot.services.ports.images import CastMember, JobKind, PictureJob
from bot.services.ports.presets import PresetShelf

SHELF: PresetShelf = AssetPresets()
EVERY = [preset for kind in PresetKind for preset in SHELF.all(kind)]
IDS = [preset.preset_id for preset in EVERY]
COMPANIONS = AssetShelf().all()
FILES = ("outfits.toml", "actions.toml", "scenes.toml")
REDRAWN = IDS[::12]
MOST_DIFFERENCE = 1.0
"""Mean difference of pixels, 0 to 255, that another JPEG library may make."""

OUTFIT = """
[[preset]]
id = "test-outfit"
name = "Test outfit"
fits = "any"
tags = "green hoodie, blue jeans"
outfit = "green hoodie and blue jeans"
"""
ACTION = """
[[preset]]
id = "test-action"
name = "Test action"
fits = "any"
tags = "waving"
action = "waving"
"""
SCENE = """
[[preset]]
id = "test-scene"
name = "Test scene"
fits = "any"
tags = "beach, noon"
setting = "beach"
time_of_day = "noon"
weather = "sunny"
details = ["rainbow"]
"""


def words(preset: Preset) -> tuple[str, ...]:
    """Every text of a preset that reaches a prompt."""
    scene, figure = preset.shows, preset.figure
    said = (figure.outfit, figure.pose, figure.action, figure.expression, scene.setting, *scene.details)
    return (preset.name, preset.tags, *said, scene.time_of_day, scene.weather, scene.light, scene.mood)


def not_drawn(scene: Scene, companion: Companion, aspect: Aspect) -> tuple[str, ...]:
    """What sketch says that it leaves out, without rendering the picture."""
    parts = parts_in(ASSETS)
    figure = replace(scene.figures[0], companion_id=companion.companion_id)
    job = PictureJob(
        request_id="test",
        kind=JobKind.PICTURE,
        prompt="",
        scene=replace(scene, figures=(figure,)),
        cast=(CastMember(companion.companion_id, companion.name, companion.look),),
        aspect=aspect,
        resolution=Resolution.R1K,
        width_px=1024,
        height_px=1024,
        seed=1,
    )
    return compose(Planner(parts, setting_names()).plan(job, 0), parts, *aspect.ratio).not_drawn


def fitting(presets: Sequence[Preset], style: Style) -> Companion:
    """A main companion of a style whom all the presets fit."""
    return next(
        companion
        for companion in COMPANIONS
        if companion.look.style is style and all(companion.look.gender in preset.fits for preset in presets)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the presets without their thumbnails."""
    for file in FILES:
        shutil.copy(PRESETS_FOLDER / file, tmp_path)
    return tmp_path


def append(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "least"), [(PresetKind.OUTFIT, 24), (PresetKind.ACTION, 20), (PresetKind.SCENE, 26)]
)
def test_there_are_enough_of_each_kind_and_for_everybody(kind: PresetKind, least: int) -> None:
    presets = SHELF.all(kind)
    assert len(presets) >= least
    assert all(preset.kind is kind for preset in presets)
    for gender in Gender:
        assert sum(gender in preset.fits for preset in presets) >= 5


def test_some_outfits_are_made_for_women_some_for_men_and_some_for_all() -> None:
    made_for = Counter(preset.fits for preset in SHELF.all(PresetKind.OUTFIT))
    for fits in FITS.values():
        assert made_for[fits] >= 8


@pytest.mark.parametrize("preset", EVERY, ids=IDS)
async def test_every_preset_has_a_small_marked_thumbnail(preset: Preset) -> None:
    thumbnail = await SHELF.thumbnail(preset.preset_id)
    assert thumbnail is not None
    assert len(thumbnail) <= 25_000
    with Image.open(io.BytesIO(thumbnail)) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("JPEG", (320, 320))
    marking = read_marking(thumbnail)
    assert CREATOR_TOOL.encode() in marking
    assert b"digitalsourcetype/algorithmicMedia" in marking
    assert f"{preset.name}: {preset.tags}".encode() in marking
    assert thumbnail_mark(preset).encode() in marking, (
        "its words changed: python -m bot.preset_pictures --all"
    )


def test_no_thumbnail_is_left_behind_by_a_preset_that_is_gone() -> None:
    assert {path.name for path in (PRESETS_FOLDER / "thumbnails").iterdir()} == {f"{one}.jpg" for one in IDS}


async def test_thumbnails_are_what_sketch_draws_today(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(PRESETS_FOLDER / "thumbnails", folder / "thumbnails")
    for preset_id in REDRAWN:
        thumbnail_path(folder, preset_id).unlink()
    assert await draw_thumbnails(folder, anew=False) == 0
    assert capsys.readouterr().out.splitlines() == [f"thumbnails/{one}.jpg" for one in REDRAWN]
    for preset_id in REDRAWN:
        with (
            Image.open(thumbnail_path(folder, preset_id)) as drawn,
            Image.open(thumbnail_path(PRESETS_FOLDER, preset_id)) as kept,
        ):
            difference = ImageStat.Stat(ImageChops.difference(drawn, kept)).mean
        assert max(difference) <= MOST_DIFFERENCE, f"{preset_id}: python -m bot.preset_pictures --all"


@pytest.mark.parametrize("preset", EVERY, ids=IDS)
def test_sketch_draws_every_word_of_every_preset_in_both_styles(preset: Preset) -> None:
    for style in Style:
        for aspect in (Aspect.SQUARE, Aspect.TALL):
            assert not not_drawn(preset.shows, fitting([preset], style), aspect), (style, aspect)


def test_sketch_draws_presets_of_all_kinds_together() -> None:
    outfits, actions, scenes = (SHELF.all(kind) for kind in PresetKind)
    tried = 0
    for i in range(60):
        chosen = (outfits[i % len(outfits)], actions[i % len(actions)], scenes[i * 5 % len(scenes)])
        if not frozenset.intersection(*(preset.fits for preset in chosen)):
            continue
        outfit, action, scene = chosen
        figure = replace(action.figure, outfit=outfit.figure.outfit)
        companion = fitting(chosen, list(Style)[i % 2])
        together = replace(scene.shows, figures=(figure,))
        assert not not_drawn(together, companion, list(Aspect)[i % len(Aspect)]), chosen
        tried += 1
    assert tried >= 50


@pytest.mark.parametrize("preset", EVERY, ids=IDS)
async def test_every_preset_passes_the_safety_check(preset: Preset) -> None:
    assert await RulesCheck().rate(words(preset)) is Rating.GENERAL


def test_a_preset_leaves_the_style_to_the_companion() -> None:
    for preset in EVERY:
        assert not {"anime", "realistic", "photo", "illustration"} & set(" ".join(words(preset)).split())


def test_a_new_entry_is_a_new_preset(folder: Path) -> None:
    append(folder, "scenes.toml", SCENE)
    shelf = AssetPresets(folder)
    added = shelf.get("test-scene")
    assert added is shelf.all(PresetKind.SCENE)[-1]
    assert added is not None
    assert (added.name, added.tags, added.fits) == ("Test scene", "beach, noon", frozenset(Gender))
    assert added.shows == replace(
        added.shows, setting="beach", time_of_day="noon", weather="sunny", details=("rainbow",)
    )
    assert len(shelf.all(PresetKind.SCENE)) == len(SHELF.all(PresetKind.SCENE)) + 1


async def test_a_new_entrys_thumbnail_is_drawn_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file, entry in zip(FILES, (OUTFIT, ACTION, SCENE), strict=True):
        (folder / file).write_text(entry, encoding="utf-8")
    shelf = AssetPresets(folder)
    assert await shelf.thumbnail("test-outfit") is None
    assert await draw_thumbnails(folder, anew=False) == 0
    drawn = capsys.readouterr().out.splitlines()
    assert drawn == [f"thumbnails/test-{kind.value}.jpg" for kind in PresetKind]
    assert await shelf.thumbnail("test-outfit") == thumbnail_path(folder, "test-outfit").read_bytes()
    assert await draw_thumbnails(folder, anew=False) == 0
    assert capsys.readouterr().out == ""


async def test_what_is_not_on_the_shelf_has_no_thumbnail() -> None:
    assert SHELF.get("nothing") is None
    assert await SHELF.thumbnail("nothing") is None
    assert await SHELF.thumbnail(f"../thumbnails/{IDS[0]}") is None


@pytest.mark.parametrize(
    ("entry", "old", "new", "why"),
    [
        (OUTFIT, 'id = "test-outfit"', 'id = "Test Outfit"', "id: .*lower-case"),
        (OUTFIT, 'id = "test-outfit"', f'id = "{"a" * 41}"', "id: .*40"),
        (OUTFIT, 'id = "test-outfit"', f'id = "{IDS[0]}"', "another preset has this id"),
        (ACTION, 'id = "test-action"', f'id = "{IDS[0]}"', "another preset has this id"),
        (OUTFIT, 'name = "Test outfit"', f'name = "{EVERY[0].name.upper()}"', "another preset is called"),
        (OUTFIT, 'name = "Test outfit"', f'name = "{"x" * (MAX_NAME_LENGTH + 1)}"', "name: .*41 characters"),
        (OUTFIT, 'name = "Test outfit"', 'name = "Test\\noutfit"', "name: .*one line"),
        (OUTFIT, 'fits = "any"', 'fits = "cats"', "fits: .*'female', 'male' or 'any'"),
        (OUTFIT, 'fits = "any"', "", "fits: Field required"),
        (OUTFIT, "blue jeans", "blue jeans" + ", x" * 100, "tags: .*300 at most"),
        (OUTFIT, "green hoodie, blue", "green hoodie,, blue", "tags: .*empty tag"),
        (OUTFIT, 'outfit = "green hoodie and blue jeans"', 'outfit = "  "', "outfit: .*say something"),
        (OUTFIT, 'outfit = "green', 'shoes = "red"\noutfit = "green', "shoes: Extra inputs"),
        (OUTFIT, 'tags = "green hoodie, blue jeans"', "tags = 3", "tags: .*valid string"),
        (ACTION, 'action = "waving"', 'expression = "smiling"', "needs a pose or an action"),
        (ACTION, 'action = "waving"', 'action = "waving"\noutfit = "red dress"', "outfit: Extra inputs"),
        (SCENE, '"noon"', '"teatime"', "time_of_day: .*one of dawn, "),
        (SCENE, '"sunny"', '"hail"', "weather: .*one of clear, "),
        (SCENE, '["rainbow"]', '["rainbow", ""]', "details.1: .*say something"),
        (SCENE, 'setting = "beach"', "", "setting: Field required"),
    ],
)
def test_a_bad_entry_is_named_with_what_is_wrong(
    folder: Path, entry: str, old: str, new: str, why: str
) -> None:
    assert old in entry
    bad = entry.replace(old, new)
    file = {OUTFIT: FILES[0], ACTION: FILES[1], SCENE: FILES[2]}[entry]
    append(folder, file, bad)
    with pytest.raises(BadPresetFileError, match=why) as caught:
        AssetPresets(folder)
    preset_id = bad.split('id = "')[1].split('"')[0]
    assert (caught.value.file, caught.value.entry) == (file, preset_id)
    assert str(caught.value).startswith(f"{file}: {preset_id}: ")


def test_an_entry_without_an_id_is_named_by_its_place(folder: Path) -> None:
    append(folder, "actions.toml", ACTION.replace('id = "test-action"', ""))
    with pytest.raises(BadPresetFileError, match="id: Field required") as caught:
        AssetPresets(folder)
    assert caught.value.entry == f"#{len(SHELF.all(PresetKind.ACTION)) + 1}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[preset]\n", "line 1"),
        ('preset = "coat"\n', "tables and nothing else"),
        ('[[presets]]\nid = "a"\n', "tables and nothing else"),
        (f'title = "Scenes"\n{SCENE}', "tables and nothing else"),
        ("", "tables and nothing else"),
        ("preset = [1]\n", "#1: "),
        (None, "is missing"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(folder: Path, text: str | None, why: str) -> None:
    path = folder / "scenes.toml"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPresetFileError, match=why) as caught:
        AssetPresets(folder)
    assert caught.value.file == "scenes.toml"


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "outfits.toml").write_bytes('[[preset]]\nname = "Café"\n'.encode("latin-1"))
    with pytest.raises(BadPresetFileError, match="utf-8"):
        AssetPresets(folder)
