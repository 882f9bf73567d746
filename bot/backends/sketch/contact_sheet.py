"""Contact sheets of all that the sketch backend can draw: ``python -m bot.backends.sketch.contact_sheet OUT.jpg``.

Look at them after every change of a part. One JPEG: a row of tiles a section, each tile a whole small picture.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from bot.backends.sketch.backdrops import setting_names
from bot.backends.sketch.drawing import make
from bot.backends.sketch.parts import ASSETS, Parts
from bot.domain.companion import Gender, Look, Style
from bot.domain.picture import Aspect, Resolution
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import CastMember, JobKind, PictureJob

TILE_PX = 300
ACROSS = 12
_COLOURS = ("red", "blue", "green", "yellow", "purple", "white", "black", "pink")
_HAIR_COLOURS = ("auburn", "black", "blonde", "pink", "silver", "blue", "brown", "red")
_SKINS = ("porcelain", "fair", "light", "olive", "tan", "light brown", "brown", "dark brown", "ebony")
_TIMES = (
    ("dawn", ""),
    ("noon", "clear"),
    ("sunset", ""),
    ("night", ""),
    ("afternoon", "rain"),
    ("morning", "snow"),
)

_REAL, _ANIME, _SHE, _HE = Style.REALISTIC, Style.ANIME, Gender.FEMALE, Gender.MALE
_LOOKS = (
    Look(_REAL, _SHE, "long wavy auburn hair", "green", "fair", "average", 28, "white blouse and jeans"),
    Look(_REAL, _HE, "short black hair", "brown", "brown", "athletic", 31, "grey tee and jeans"),
    Look(_ANIME, _SHE, "pink twin tails", "violet", "light", "slim", 24, "blue sweater and skirt"),
    Look(_ANIME, _HE, "spiky silver hair", "blue", "tan", "slim", 26, "black hoodie and jeans"),
)


def _job(looks: tuple[Look, ...], scene: Scene, aspect: Aspect, seed: int = 1) -> PictureJob:
    names = ("ann", "bo", "cy")
    cast = tuple(CastMember(name, name.title(), look) for name, look in zip(names, looks, strict=False))
    across, down = aspect.ratio
    long_px = TILE_PX * 2
    width = long_px if across >= down else round(long_px * across / down)
    height = long_px if down >= across else round(long_px * down / across)
    return PictureJob("sheet", JobKind.PICTURE, "", scene, cast, aspect, Resolution.R1K, width, height, seed)


def _one(look: Look, figure: Figure, framing: str = "full body", seed: int = 1) -> PictureJob:
    return _job((look,), Scene((figure,), setting="studio", framing=framing), Aspect.PORTRAIT, seed)


def _outfits(parts: Parts) -> Iterator[PictureJob]:
    for i, entry in enumerate(parts.table("garments").values()):
        for k in range(2):
            colour = _COLOURS[(i + k * 3) % len(_COLOURS)]
            yield _one(
                _LOOKS[(i + k) % 4], Figure("ann", outfit=f"{colour} {entry['words'][0]}", pose="standing")
            )


def _hair(parts: Parts) -> Iterator[PictureJob]:
    words: list[str] = [entry[0] for entry in parts.table("hair")["structure"].values()]
    words += [key.removesuffix("-m").replace("-", " ") for key in parts.table("hair")["style"] if "-" in key]
    for i, word in enumerate(dict.fromkeys(words)):
        look = replace(_LOOKS[i % 4], hair=f"{word} {_HAIR_COLOURS[i % len(_HAIR_COLOURS)]} hair")
        yield _one(look, Figure("ann"), "portrait")


def _poses(parts: Parts) -> Iterator[PictureJob]:
    for i, entry in enumerate(parts.table("poses").values()):
        yield _one(_LOOKS[i % 4], Figure("ann", pose=entry["words"][0]))


def _bodies(parts: Parts) -> Iterator[PictureJob]:
    table = parts.table("bodies")
    builds = [entry["words"][0] for entry in (*table["build"].values(), *table["height"].values())]
    for i, build in enumerate(builds * 2):
        look = replace(_LOOKS[i // len(builds)], build=build, skin=_SKINS[i % len(_SKINS)])
        yield _one(look, Figure("ann", pose="standing"))


def _expressions(parts: Parts) -> Iterator[PictureJob]:
    for i, entry in enumerate(parts.table("face/expressions").values()):
        for k in range(2):
            yield _one(
                _LOOKS[(2 * k + i) % 4],
                Figure("ann", expression=entry["words"][0], pose="standing"),
                "portrait",
            )


def _things(parts: Parts) -> Iterator[PictureJob]:
    for i, entry in enumerate(parts.table("things").values()):
        framing = "portrait" if entry["on"] in {"face", "head", "mark"} else "medium shot"
        yield _one(_LOOKS[i % 4], Figure("ann", action=f"with {entry['words'][0]}"), framing)


def _groups(_parts: Parts) -> Iterator[PictureJob]:
    acts = ("waving", "laughing", "drinking coffee", "arms crossed", "dancing", "sitting", "reading a book")
    for i, aspect in enumerate((*Aspect, *Aspect)):
        looks = _LOOKS[i % 2 : i % 2 + 2 + i % 2]
        figures = tuple(
            Figure(name, action=acts[(i + k) % 7]) for k, name in enumerate(("ann", "bo", "cy")[: len(looks)])
        )
        setting = setting_names()[(i * 5) % len(setting_names())]
        yield _job(looks, Scene(figures, setting=setting, time_of_day=_TIMES[i % 6][0]), aspect, i)


def _settings(_parts: Parts) -> Iterator[PictureJob]:
    for i, setting in enumerate(setting_names()):
        for time, weather in _TIMES:
            scene = Scene((Figure("ann"),), setting=setting, time_of_day=time, weather=weather)
            yield _job((_LOOKS[i % 4],), scene, Aspect.LANDSCAPE, i)


_SECTIONS = (_outfits, _hair, _poses, _bodies, _expressions, _things, _groups, _settings)


def draw_sheets(out: Path, assets: Path = ASSETS) -> None:
    """Draw every section and write one JPEG."""
    parts = Parts(assets)
    rows: list[Image.Image] = []
    for section in _SECTIONS:
        tiles = [_tile(assets, job) for job in section(parts)]
        for start in range(0, len(tiles), ACROSS):
            row = Image.new("RGB", (ACROSS * TILE_PX, TILE_PX), "#ffffff")
            for i, tile in enumerate(tiles[start : start + ACROSS]):
                row.paste(tile, (i * TILE_PX + (TILE_PX - tile.width) // 2, 0))
            rows.append(row)
        rows.append(Image.new("RGB", (ACROSS * TILE_PX, TILE_PX // 10), "#33303c"))
    sheet = Image.new("RGB", (ACROSS * TILE_PX, sum(row.height for row in rows)), "#ffffff")
    y = 0
    for row in rows:
        sheet.paste(row, (0, y))
        y += row.height
    sheet.save(out, "JPEG", quality=88)


def _tile(assets: Path, job: PictureJob) -> Image.Image:
    tile = Image.open(io.BytesIO(make(assets, job, 0).data))
    tile.thumbnail((TILE_PX, TILE_PX))
    return tile


if __name__ == "__main__":
    draw_sheets(Path(sys.argv[1]))
