"""Draws the presets' thumbnails with the sketch backend.

``python -m bot.preset_pictures`` draws what is missing, ``--all`` everything anew.
"""

from __future__ import annotations

import argparse
import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from bot.asset_pictures import AssetPicture, draw_assets
from bot.companion_shelf import AssetShelf
from bot.domain.companion import Companion
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import Preset, PresetKind
from bot.preset_shelf import PRESETS_FOLDER, AssetPresets, thumbnail_path
from bot.services.ports.images import CastMember, JobKind, PictureJob

THUMBNAIL_PX = 320
THUMBNAIL_LIMIT_BYTES = 25_000

_DRAWN_PX = 640
_MODELS = (
    "idris",
    "juno",
    "kaito",
    "mateo",
    "mei-lin",
    "mira",
    "noor",
    "priya",
    "renee",
    "rose",
    "sora",
    "soren",
    "zoe",
)
"""The main companions who are shown. Named, so that a new companion changes no thumbnail."""

_FRAMINGS: Mapping[PresetKind, str] = MappingProxyType(
    {
        PresetKind.OUTFIT: "full body",
        # Unframed, a pose that needs the feet shows them, and any other comes nearer.
        PresetKind.ACTION: "",
        PresetKind.SCENE: "full body",
    }
)


def thumbnail_mark(preset: Preset) -> str:
    """What a thumbnail's marking carries as its request id: other words, another mark, so that none is outdated."""
    scene, figure = preset.shows, preset.figure
    worn_and_done = (figure.outfit, figure.pose, figure.action, figure.expression)
    around = (scene.setting, scene.time_of_day, scene.weather, scene.light, scene.mood, *scene.details)
    words = "\n".join((preset.preset_id, preset.name, preset.tags, *worn_and_done, *around))
    return f"preset-{zlib.crc32(words.encode()):08x}"


def _picture(preset: Preset, models: Sequence[Companion], folder: Path) -> AssetPicture:
    chance = zlib.crc32(preset.preset_id.encode())
    fitting = [model for model in models if model.look.gender in preset.fits]
    model = fitting[chance % len(fitting)]
    figure = replace(preset.figure, companion_id=model.companion_id)
    if preset.kind is not PresetKind.ACTION:
        figure = replace(figure, pose="standing", expression="smiling")
    scene = replace(
        preset.shows,
        figures=(figure,),
        setting=preset.shows.setting or "studio",
        framing=_FRAMINGS[preset.kind],
    )
    return AssetPicture(
        path=thumbnail_path(folder, preset.preset_id),
        job=PictureJob(
            request_id=thumbnail_mark(preset),
            kind=JobKind.PICTURE,
            prompt="",
            scene=scene,
            cast=(CastMember(model.companion_id, model.name, model.look),),
            aspect=Aspect.SQUARE,
            resolution=Resolution.R1K,
            width_px=_DRAWN_PX,
            height_px=_DRAWN_PX,
            seed=chance,
        ),
        box=(0, 0, _DRAWN_PX, _DRAWN_PX),
        kept_px=(THUMBNAIL_PX, THUMBNAIL_PX),
        limit_bytes=THUMBNAIL_LIMIT_BYTES,
        alt_text=f"{preset.name}: {preset.tags}",
    )


async def draw_thumbnails(folder: Path = PRESETS_FOLDER, *, anew: bool) -> int:
    """Draw the thumbnails of a folder's presets; returns how many words could not be drawn."""
    shelf, companions = AssetPresets(folder), AssetShelf()
    models = [model for model in map(companions.get, _MODELS) if model is not None]
    presets = (preset for kind in PresetKind for preset in shelf.all(kind))
    return await draw_assets((_picture(preset, models, folder) for preset in presets), anew=anew)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the presets' thumbnails.")
    parser.add_argument("--all", action="store_true", help="draw every thumbnail anew")
    asyncio.run(draw_thumbnails(anew=parser.parse_args().all))
