"""What is put into a workflow's placeholders."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.backends.comfyui.workflows import COMPANIONS, Value
from bot.domain.picture import Rating
from bot.domain.prompts import MAX_PROMPT, scene_text, trim
from bot.services.ports.images import CastMember, PictureJob

EDGE_STEP_PX = 16
"""Eight pixels of a picture are one of its latents, and newer models read latents two by two."""

_NEVER = "child, teenager, underage"
_NEVER_GENERAL = "nsfw, nude, naked, nipples, sexually suggestive"


def values_of(job: PictureJob, negative: str, native_px: int) -> dict[str, Value]:
    """All but the pictures, ``seed`` and ``job``, which differ from prompt to prompt. Unused companions are empty."""
    width_px, height_px = native_size_px(job, native_px)
    said = job.prompt or scene_text(job.scene, {member.companion_id: member.name for member in job.cast})
    outfits = {figure.companion_id: figure.outfit for figure in job.scene.figures}
    people = [_described(member, outfits) for member in job.cast]
    return {
        "prompt": said,
        "negative": _negative(job.rating, negative),
        "width": width_px,
        "height": height_px,
        "batch": job.count,
        **{name: people[index] if index < len(people) else "" for index, name in enumerate(COMPANIONS)},
    }


def native_size_px(job: PictureJob, native_px: int) -> tuple[int, int]:
    """The job's shape with as many pixels as a square of ``native_px``: what a model was made for.

    Both edges are multiples of 16 px.
    """
    ratio = math.sqrt(job.width_px / job.height_px)
    return _stepped(native_px * ratio), _stepped(native_px / ratio)


def _stepped(edge_px: float) -> int:
    return max(round(edge_px / EDGE_STEP_PX), 1) * EDGE_STEP_PX


def _described(member: CastMember, outfits: Mapping[str, str]) -> str:
    outfit = outfits.get(member.companion_id) or member.look.outfit
    words = [*member.look.words(), f"wearing {outfit}" if outfit else ""]
    return trim(f"{member.name}: {', '.join(word for word in words if word)}", MAX_PROMPT)


def _negative(rating: Rating, negative: str) -> str:
    parts = [negative.strip(" ,"), _NEVER, _NEVER_GENERAL if rating is Rating.GENERAL else ""]
    return ", ".join(part for part in parts if part)
