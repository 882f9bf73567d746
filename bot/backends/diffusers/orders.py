"""What a pipeline is asked for and what it answers: over a pipe to the bot's own worker, as JSON to Ray Serve."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.domain.picture import Rating
from bot.domain.prompts import natural_prompt
from bot.services.ports.images import JobKind, PictureJob

MAX_BATCH = 8
MAX_REFERENCES = 3
MAX_PICTURE_BYTES = 32 * 1024 * 1024
"""Of one encoded picture, in either direction."""

MAX_LINE_BYTES = MAX_PICTURE_BYTES * 4 // 3 + 1024
"""Of a picture as a line of JSON."""

MAX_ORDER_BYTES = (MAX_REFERENCES + 1) * MAX_LINE_BYTES

_NEVER = "child, teenager, underage"
_NOT_WHEN_GENERAL = "nudity, nsfw"

_Picture = Annotated[bytes, Field(min_length=1, max_length=MAX_PICTURE_BYTES)]
_Edge = Annotated[int, Field(ge=64, le=8192)]


class _Sent(BaseModel):
    """Crosses a border; bytes are base64 where it is JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


class Order(_Sent):
    """``count`` pictures, of which number *i* has the seed ``seed + i``.

    ``width_px``/``height_px`` are what is wanted in the end: the pipeline makes the same shape at its own size.
    With a ``source`` it is an edit: ``prompt`` is then what is to be changed, ``description`` the changed scene in
    whole, for pipelines that take no instructions. ``references`` are likenesses, from left to right.
    """

    prompt: Annotated[str, Field(max_length=8_000)]
    description: Annotated[str, Field(max_length=8_000)] = ""
    negative: Annotated[str, Field(max_length=8_000)] = ""
    width_px: _Edge
    height_px: _Edge
    seed: Annotated[int, Field(ge=0)]
    count: Annotated[int, Field(ge=1, le=MAX_BATCH)] = 1
    references: Annotated[tuple[_Picture, ...], Field(max_length=MAX_REFERENCES)] = ()
    source: _Picture | None = None


def order_of(job: PictureJob) -> Order:
    """The order for a job of the bot."""
    looks = {member.companion_id: (member.name, member.look) for member in job.cast}
    described = natural_prompt(job.scene, looks)
    unwanted = (_NEVER, _NOT_WHEN_GENERAL) if job.rating is Rating.GENERAL else (_NEVER,)
    is_edit = job.kind is JobKind.EDIT
    references = [] if is_edit else [member.reference for member in job.cast if member.reference is not None]
    return Order(
        prompt=job.prompt or described,
        description=described if is_edit else "",
        negative=", ".join(unwanted),
        width_px=job.width_px,
        height_px=job.height_px,
        seed=job.seed,
        count=job.count,
        references=tuple(references),
        source=job.source if is_edit else None,
    )


class Offer(_Sent):
    """What a pipeline can do, as far as its settings say it."""

    max_references: Annotated[int, Field(ge=0, le=MAX_REFERENCES)]
    edit: bool
    is_filtered: bool


class Loading(_Sent):
    """The model is being loaded; this may take minutes, and a download the first time."""

    event: Literal["loading"] = "loading"


class Stepped(_Sent):
    """How much of all the order's pictures is done, 0…1."""

    event: Literal["step"] = "step"
    fraction: Annotated[float, Field(ge=0, le=1)]


class Painted(_Sent):
    """The next picture, as a PNG."""

    event: Literal["picture"] = "picture"
    data: _Picture


class Refused(_Sent):
    """The safety checker will not let the next picture through; the order ends."""

    event: Literal["refused"] = "refused"


class Failed(_Sent):
    """The order ends; ``reason`` is for the log and holds nothing that anybody typed.

    ``is_down``: it is not this order that is wrong, none can be made as it stands. ``ends_process``: whoever said
    it ends now, because what the driver of a device does after an error of its own is anyone's guess.
    """

    event: Literal["failed"] = "failed"
    reason: Annotated[str, Field(max_length=500)]
    is_down: bool = False
    ends_process: bool = False


class Finished(_Sent):
    """All of the order's pictures were made, or it was cancelled."""

    event: Literal["finished"] = "finished"


Answer = Annotated[Loading | Stepped | Painted | Refused | Failed | Finished, Field(discriminator="event")]
ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)
