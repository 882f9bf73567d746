"""CPU of the sketch backend: a scene with three companions in 2K and in 4K."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from statistics import median

from PIL import Image

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.table import Options, Row
from bot.backends.sketch import parts, worker
from bot.companion_shelf import AssetShelf
from bot.domain.picture import Aspect, Resolution, size_px
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import CastMember, JobKind, PictureJob

TARGETS_S = {Resolution.R2K: 1.0, Resolution.R4K: 4.0}
SETTINGS = ("harbour pier", "rooftop garden", "cosy café", "snowy forest", "night market", "beach")
ACTIONS = ("leaning on the railing", "laughing", "holding a cup of coffee")
_NOTE = (
    "One picture of three companions, 4:3, another setting each time, drawn and encoded in the worker's own function "
    "after one to warm up; median CPU. Reference: Pillow decodes and encodes the finished picture."
)


def rows(options: Options) -> Sequence[Row]:
    """One row a resolution."""
    return [_row(resolution, options.scaled(6, 2)) for resolution in TARGETS_S]


def _row(resolution: Resolution, repeats: int) -> Row:
    found = in_fresh_process(drawing_cpu, resolution.value, repeats)
    ours, target = found["ours_s"], TARGETS_S[resolution]
    return Row(
        what=f"sketch, own CPU, {resolution.value} with three companions",
        target=f"≤ {target:.0f} s",
        ours=f"{ours:.2f} s",
        reference=f"{found['codec_s']:.2f} s",
        ratio=ours / found["codec_s"],
        met=ours <= target,
        note=_NOTE,
    )


def drawing_cpu(resolution: str, repeats: int) -> Figures:
    """Median CPU seconds of a picture, and of decoding and encoding it again."""
    ours_s: list[float] = []
    codec_s: list[float] = []
    for number in range(repeats + 1):
        job = _job(Resolution(resolution), number)
        begun = time.process_time()
        made = worker.make(parts.ASSETS, job, 0)
        between = time.process_time()
        with Image.open(io.BytesIO(made.data)) as image:
            if image.size != (job.width_px, job.height_px):
                raise RuntimeError(f"{image.size} instead of {job.width_px}x{job.height_px}")
            image.save(io.BytesIO(), "JPEG", quality=95, subsampling=0)
        ours_s.append(between - begun)
        codec_s.append(time.process_time() - between)
    return {"ours_s": median(ours_s[1:]), "codec_s": median(codec_s[1:])}


def _job(resolution: Resolution, number: int) -> PictureJob:
    cast = AssetShelf().all()[:3]
    width_px, height_px = size_px(Aspect.LANDSCAPE, resolution)
    figures = tuple(
        Figure(companion.companion_id, action=action) for companion, action in zip(cast, ACTIONS, strict=True)
    )
    scene = Scene(figures, setting=SETTINGS[number % len(SETTINGS)], time_of_day="dusk", weather="clear")
    return PictureJob(
        request_id="benchmark",
        kind=JobKind.PICTURE,
        prompt="",
        scene=scene,
        cast=tuple(CastMember(one.companion_id, one.name, one.look) for one in cast),
        aspect=Aspect.LANDSCAPE,
        resolution=resolution,
        width_px=width_px,
        height_px=height_px,
        seed=number,
    )
