"""The sketch backend on edits: the same seed and scene but for one thing give the same picture but for that thing."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.backends.sketch.backdrops import setting_names
from bot.backends.sketch.drawing import make
from bot.backends.sketch.parts import ASSETS, parts_in
from bot.backends.sketch.plan import Planner, ScenePlan
from bot.domain.companion import Companion
from bot.domain.picture import Aspect, Resolution
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import CastMember, JobKind, PictureJob
from bot.writers.rules.editing import edit_scene
from bot.writers.rules.prompt_reading import read_prompt
from bot.writers.rules.vocabulary import vocabulary
from tests.scenes.wishes import companion

MIRA, KAITO, JUNO = companion("mira"), companion("kaito"), companion("juno")
_RED, _GREEN, _BLUE = range(3)
_BANDS = {"mira": _RED, "kaito": _GREEN, "juno": _BLUE}
_NOISE = 24
"""Grey levels by which JPEG may change a pixel beside one that is truly other."""


def _job(
    scene: Scene,
    cast: tuple[Companion, ...],
    kind: JobKind = JobKind.PICTURE,
    prompt: str = "",
    aspect: Aspect = Aspect.SQUARE,
) -> PictureJob:
    members = tuple(CastMember(one.companion_id, one.name, one.look) for one in cast)
    source = b"jpeg" if kind is JobKind.EDIT else None
    return PictureJob(
        "r", kind, prompt, scene, members, aspect, Resolution.R1K, 480, 480, seed=7, source=source
    )


def _scene(prompt: str, *cast: Companion) -> Scene:
    return read_prompt(prompt, cast, vocabulary())


def _edited(scene: Scene, words: str, *cast: Companion) -> Scene:
    return edit_scene(scene, words, cast, vocabulary())


def _picture(job: PictureJob) -> Image.Image:
    with Image.open(io.BytesIO(make(ASSETS, job, 0).data)) as picture:
        return picture.convert("RGB")


def _difference(before: Image.Image, after: Image.Image) -> Image.Image:
    """White where two pictures differ by more than JPEG noise in any colour."""
    bands = ImageChops.difference(before, after).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([0] * (_NOISE + 1) + [255] * (255 - _NOISE))


def _share(mask: Image.Image) -> float:
    """How much of a mask is white, 0..1."""
    return ImageStat.Stat(mask).mean[0] / 255


def _box(mask: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is white; something is."""
    box = mask.getbbox()
    assert box is not None
    return box


def _more(picture: Image.Image, colour: int, than: int, by: int) -> Image.Image:
    """White where one band of a picture is brighter than another by more than ``by`` levels."""
    bands = picture.split()
    return ImageChops.subtract(bands[colour], bands[than]).point([0] * (by + 1) + [255] * (255 - by))


def _changed(prompt: str, words: str, *cast: Companion) -> Image.Image:
    """White where an edit changes pixels."""
    scene = _scene(prompt, *cast)
    edited = _job(_edited(scene, words, *cast), cast, JobKind.EDIT, words)
    return _difference(_picture(_job(scene, cast)), _picture(edited))


def _plan(scene: Scene, *cast: Companion, words: str = "") -> ScenePlan:
    kind = JobKind.EDIT if words else JobKind.PICTURE
    return Planner(parts_in(ASSETS), setting_names()).plan(_job(scene, cast, kind, words), 0)


def test_another_dress_colour_changes_the_dress_and_nothing_else() -> None:
    prompt = "blue dress, standing, beach, sunset, smiling"
    changed = _changed(prompt, "change dress to red", MIRA)
    assert _share(changed) > 0.02, "the dress is another colour"
    was_blue = _more(_picture(_job(_scene(prompt, MIRA), (MIRA,))), _BLUE, _RED, 30)
    elsewhere = ImageChops.subtract(changed, was_blue)
    assert _share(elsewhere) < 0.15 * _share(changed), "what changed was the blue of the dress"
    left, top, right, _ = _box(changed)
    assert top > changed.height // 4, "hair, face and sky are as they were"
    assert left > changed.width // 4 - 60
    assert right < changed.width * 3 // 4 + 60


def test_a_scarf_for_one_of_two_leaves_the_other_as_they_were() -> None:
    prompt = "Mira in a yellow raincoat and Kaito in a black suit stand on a bridge"
    changed = _changed(prompt, "give Kaito a blue scarf", MIRA, KAITO)
    assert _box(changed)[0] > changed.width // 2, "Mira is on the left, and nothing of her changed"


def test_closed_eyes_change_only_the_eyes() -> None:
    changed = _changed("red dress, library, standing", "close her eyes", MIRA)
    left, top, right, bottom = _box(changed)
    assert bottom - top < changed.height // 8
    assert right - left < changed.width // 4


def test_a_hat_that_is_taken_off_moves_nobody() -> None:
    changed = _changed("white shirt, black skirt, red hat, street", "remove the hat", MIRA)
    assert _box(changed)[3] < changed.height // 2, "below the head all is as it was"


@pytest.mark.parametrize(
    "words", ["evening lighting", "make it night", "add snow", "change the background to a library"]
)
def test_other_surroundings_keep_pose_clothes_face_and_place(words: str) -> None:
    scene = _scene("Mira leans on the railing of a rooftop bar at noon in an emerald gown, laughing", MIRA)
    before, after = _plan(scene, MIRA), _plan(_edited(scene, words, MIRA), MIRA, words=words)
    assert after.figures == before.figures
    assert after.framing == before.framing
    assert after.place != before.place


def test_an_evening_is_drawn_darker_with_the_figure_in_the_same_place() -> None:
    scene = _scene("green dress, standing, park, noon", MIRA)
    edited = _edited(scene, "same setting, evening lighting", MIRA)
    noon = _picture(_job(scene, (MIRA,)))
    evening = _picture(_job(edited, (MIRA,), JobKind.EDIT, "same setting, evening lighting"))
    sky = (0, 0, noon.width, 60)
    dark, light = (ImageStat.Stat(one.crop(sky).convert("L")).mean[0] for one in (evening, noon))
    assert dark < light - 20
    dress = (140, 200, 340, 460)
    boxes = [_box(_more(one.crop(dress), _GREEN, _RED, 40)) for one in (noon, evening)]
    assert all(abs(a - b) <= 8 for a, b in zip(*boxes, strict=True))


def test_the_words_of_an_edit_are_an_instruction_and_no_prompt() -> None:
    silent = Scene((Figure("mira"),))
    words = "change nothing about the red dress on the beach at night"
    assert _plan(silent, MIRA, words=words) == _plan(silent, MIRA)


def test_an_edit_that_says_nothing_draws_the_same_bytes() -> None:
    scene = _scene("blue dress, sitting, beach, sunset", MIRA)
    parent = make(ASSETS, _job(scene, (MIRA,)), 0)
    edit = make(ASSETS, _job(_edited(scene, "keep everything as it is", MIRA), (MIRA,), JobKind.EDIT, "x"), 0)
    assert edit.data == parent.data


def test_the_prompt_of_a_studio_picture_is_not_needed() -> None:
    scene = _scene("red dress, sitting, beach, sunset, smiling", MIRA)
    with_looks = _job(
        scene, (MIRA,), prompt="1woman, solo, 27-year-old woman, long wavy auburn hair, red dress"
    )
    assert make(ASSETS, with_looks, 0).data == make(ASSETS, _job(scene, (MIRA,)), 0).data


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cast", [(MIRA, KAITO), (KAITO, MIRA), (MIRA, KAITO, JUNO), (JUNO, MIRA, KAITO)])
def test_a_group_stands_from_left_to_right_in_the_order_of_the_cast(
    seed: int, cast: tuple[Companion, ...]
) -> None:
    colours = {"mira": "red", "kaito": "green", "juno": "blue"}
    figures = tuple(
        Figure(one.companion_id, pose="standing", outfit=f"{colours[one.companion_id]} dress") for one in cast
    )
    job = replace(_job(Scene(figures, setting="studio"), cast), seed=seed)
    picture = _picture(job)
    lower = picture.crop((0, picture.height // 2, picture.width, picture.height))
    middles: list[float] = []
    for one in cast:
        band = _BANDS[one.companion_id]
        first, second = (k for k in range(3) if k != band)
        cloth = ImageChops.multiply(_more(lower, band, first, 25), _more(lower, band, second, 25))
        columns = cloth.resize((cloth.width, 1), Image.Resampling.BOX).tobytes()
        middles.append(sum(x * value for x, value in enumerate(columns)) / sum(columns))
    assert middles == sorted(middles)


@pytest.mark.parametrize("detail", ["motorcycle", "cake on the table", "dog next to her"])
def test_a_thing_in_the_details_stands_in_the_picture_of_a_group(detail: str) -> None:
    plain = Scene((Figure("mira"), Figure("kaito")), setting="street")
    with_thing = replace(plain, details=(detail,))
    job = _job(with_thing, (MIRA, KAITO))
    assert make(ASSETS, job, 0).not_drawn == ()
    assert _share(_difference(_picture(job), _picture(_job(plain, (MIRA, KAITO))))) > 0.003


def test_a_cake_on_the_table_is_in_nobodys_hands() -> None:
    scene = Scene((Figure("mira"),), setting="kitchen", details=("cake on the table",))
    assert [thing.name for thing in _plan(scene, MIRA).figures[0].things] == [
        thing.name for thing in _plan(replace(scene, details=()), MIRA).figures[0].things
    ]


def test_what_is_not_to_be_there_is_neither_drawn_nor_called_missing() -> None:
    scene = Scene((Figure("juno"),), setting="street", details=("without glasses", "no dog"))
    usual = _plan(replace(scene, details=()), JUNO).figures[0]
    without = _plan(scene, JUNO)
    assert "glasses" in {thing.name for thing in usual.things}
    assert "glasses" not in {thing.name for thing in without.figures[0].things}
    made = make(ASSETS, _job(scene, (JUNO,)), 0)
    assert (
        made.not_drawn
        == make(ASSETS, _job(replace(scene, details=("without glasses",)), (JUNO,)), 0).not_drawn
        == ()
    )


def test_a_word_that_no_part_is_for_is_said_not_to_be_drawn() -> None:
    made = make(ASSETS, _job(_scene("red dress, beach, trombone", MIRA), (MIRA,)), 0)
    assert made.not_drawn == ("trombone",)
