"""The work of one picture: plan, compose, render. Imported in worker processes, not in the bot's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.backends.sketch.backdrops import setting_names
from bot.backends.sketch.compose import compose
from bot.backends.sketch.parts import parts_in
from bot.backends.sketch.plan import Planner
from bot.backends.sketch.render import render_jpeg
from bot.services.ports.images import PictureJob


@dataclass(frozen=True, slots=True)
class Made:
    """A finished picture as it crosses the process border."""

    data: bytes
    not_drawn: tuple[str, ...]


def make(folder: Path, job: PictureJob, index: int) -> Made:
    """Draw the picture ``index`` of a job with the parts of an assets folder."""
    parts = parts_in(folder)
    plan = Planner(parts, setting_names()).plan(job, index)
    composed = compose(plan, parts, *job.aspect.ratio)
    return Made(render_jpeg(composed.svg, job.width_px, job.height_px), composed.not_drawn)
