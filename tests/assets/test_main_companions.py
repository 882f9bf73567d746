from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.companion_shelf import COMPANIONS_FOLDER, AssetShelf, BadCompanionFileError
from bot.domain.companion import ADULT_AGE, Companion, Gender, Style

SHELF = AssetShelf()
IDS = [companion.companion_id for companion in SHELF.all()]
GOOD = (COMPANIONS_FOLDER / "mira.toml").read_text(encoding="utf-8")


def test_there_are_enough_of_every_gender_and_style() -> None:
    everybody = SHELF.all()
    assert len(everybody) >= 10
    assert {"mira", "kaito", "juno"} <= set(IDS)
    for style in Style:
        for gender in Gender:
            assert any((c.look.style, c.look.gender) == (style, gender) for c in everybody), (style, gender)


def test_all_are_adults_of_many_ages_and_main() -> None:
    ages = [companion.look.age for companion in SHELF.all()]
    assert min(ages) >= ADULT_AGE
    assert max(ages) - min(ages) >= 30
    assert all(companion.is_main and companion.guild_id is None for companion in SHELF.all())


def test_names_have_accents_and_aliases_other_scripts() -> None:
    names = "".join(name for c in SHELF.all() for name in (c.name, *c.aliases))
    assert {"ë", "é", "海"} <= set(names)


@pytest.mark.parametrize("companion", SHELF.all(), ids=IDS)
def test_every_look_is_complete_and_everybody_has_a_persona(companion: Companion) -> None:
    assert companion.persona
    assert all((companion.look.hair, companion.look.eyes, companion.look.skin, companion.look.build))


@pytest.mark.parametrize("companion", SHELF.all(), ids=IDS)
async def test_everybody_has_a_reference_and_an_avatar_of_the_right_shape(companion: Companion) -> None:
    reference = await SHELF.reference(companion.companion_id)
    avatar = await SHELF.avatar(companion.companion_id)
    assert companion.advanced_ready
    assert reference is not None
    assert avatar is not None
    assert len(reference) <= 120 * 1024
    assert len(avatar) <= 60 * 1024
    with Image.open(io.BytesIO(reference)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (768, 1024))
    with Image.open(io.BytesIO(avatar)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (256, 256))


def test_no_picture_is_left_behind_by_a_companion_that_is_gone() -> None:
    for folder in ("references", "avatars"):
        assert {path.stem for path in (COMPANIONS_FOLDER / folder).iterdir()} == set(IDS)


async def test_whoever_is_not_on_the_shelf_has_no_pictures(tmp_path: Path) -> None:
    assert SHELF.get("nobody") is None
    assert await SHELF.reference("nobody") is None
    assert await SHELF.avatar("../mira") is None
    (tmp_path / "mira.toml").write_text(GOOD, encoding="utf-8")
    bare = AssetShelf(tmp_path)
    (mira,) = bare.all()
    assert (mira.reference_key, mira.avatar) == (None, None)
    assert await bare.reference("mira") is None
    assert await bare.avatar("mira") is None


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("mira", "age = 27", "age = 17", "adult"),
        ("mira", "age = 27", 'age = "27"', "look.age"),
        ("mira", 'eyes = "green"', "", "look.eyes"),
        ("mira", 'eyes = "green"', 'eyes = "green"\ntail = "long"', "look.tail"),
        ("mira", 'style = "realistic"', 'style = "cubist"', "look.style"),
        ("mira", 'name = "Mira"', 'name = "@everyone"', "signs"),
        ("mira", 'name = "Mira"', 'name = "Mira', "TOMLDecodeError"),
        ("Mira X", "", "", "an id is"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(
    tmp_path: Path, name: str, old: str, new: str, why: str
) -> None:
    (tmp_path / f"{name}.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadCompanionFileError, match=why) as caught:
        AssetShelf(tmp_path)
    assert str(caught.value).startswith(f"{name}.toml")


def test_two_companions_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("mira", "other"):
        (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadCompanionFileError, match="NameTakenError"):
        AssetShelf(tmp_path)
