"""What a request and a picture look like. Pure: values in, text out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import discord

from bot.domain.picture import Rating
from bot.domain.request import EndReason, Image, ImageRequest, RequestKind, SourceKind
from bot.domain.studio import LEAST_GROUP
from bot.services.images import Download
from bot.services.ports.chat import Phase, Status
from cogs.base.plain import plain, quoted

MAX_ALT_TEXT = 1024
"""Discord's limit for the description of a media item."""

BAR_LENGTH = 12
SECONDS_UP_TO = 90
MAX_QUOTED = 240
"""Characters of a prompt under its picture."""

PRIVATE_ENDS = frozenset(
    {
        EndReason.BUDGET_SPENT,
        EndReason.NOT_ENOUGH_MOMENTS,
        EndReason.NO_CAST,
        EndReason.CONTEXT_UNREADABLE,
        EndReason.MISSING_PERMISSION,
        EndReason.UNSAFE,
        EndReason.MATURE,
        EndReason.BACKEND_CANNOT,
        EndReason.NOT_ADVANCED_READY,
        EndReason.NOT_SHARED,
        EndReason.GONE,
    }
)
"""Ends before anything was begun: told to the presser alone."""


DELETED = "The picture is **deleted**."
DELETED_BUT_POSTED = (
    "The picture's file is **deleted**, but I can't take it out of its message: please delete that too."
)
NO_PICTURE_THERE = "That message has **no picture of mine**. Press **Edit** under one that I made."

COULD_NOT_POST_MATURE = (
    "📸 The picture is made, but it **could not be posted** here. It stays in your `/gallery`, covered."
)
COULD_NOT_POST = "📸 The picture is made, but it **could not be posted** here. It waits for you:"


HIDDEN_ALT = "A picture for age-restricted channels, not shown here"
HIDDEN = "🔞 This picture is shown **in its own message alone**, in its age-restricted channel."
HIDDEN_WAITS = "🔞 This picture **could not be posted** and can't be shown here. It stays in your `/gallery`."


def names_text(names: Sequence[str]) -> str:
    """Like "Mira", "Mira and Kaito", "Mira, Kaito and Juno"; markdown in names is shown, not obeyed."""
    safe = [plain(name) for name in names]
    if not safe:
        return "nobody"
    if len(safe) == 1:
        return safe[0]
    return f"{', '.join(safe[:-1])} and {safe[-1]}"


def cast_text(names: Sequence[str]) -> str:
    """Who is in a picture; of several also where: pictures are asked for and drawn in this order."""
    return names_text(names) if len(names) < LEAST_GROUP else f"From left: {names_text(names)}"


def picture_options(images: Sequence[Image]) -> list[discord.SelectOption]:
    """One option a picture, by its place in the batch."""
    return [
        discord.SelectOption(label=f"Picture {image.position + 1}", value=image.image_id) for image in images
    ]


def one_of_batch(image: Image) -> str:
    """Over one picture of a batch."""
    return f"**Picture {image.position + 1}** of its batch · {image.width_px} × {image.height_px} pixels"


def edit_note(price: int) -> str:
    """In the form of an edit."""
    return f"Everything else stays. {moments_text(price)}."


def moments_text(amount: int) -> str:
    """Like "1 moment", "50 moments"."""
    return f"{amount:,} moment{'' if amount == 1 else 's'}"


def progress_bar(fraction: float) -> str:
    """A bar of text with the percentage."""
    filled = round(max(0.0, min(1.0, fraction)) * BAR_LENGTH)
    return f"`{'█' * filled}{'░' * (BAR_LENGTH - filled)}` {fraction:.0%}"


def opening_text(request: ImageRequest) -> str:
    """The answer to a message that asks for a picture, until the scene is known."""
    return f"📸 One moment, <@{request.user_id}>: looking at the scene…"


def eta_text(eta_s: float | None) -> Sequence[str]:
    """Like "about 40 s", "about 3 min"; nothing where nobody knows."""
    if eta_s is None:
        return ()
    if eta_s < SECONDS_UP_TO:
        return (f"about {max(math.ceil(eta_s / 5) * 5, 5)} s",)
    return (f"about {math.ceil(eta_s / 60)} min",)


def status_text(request: ImageRequest, status: Status) -> str:
    """The progress message: what is happening, who will appear, the price, since when."""
    lines = [f"📸 **Picturing {names_text(status.cast_names)}** for <@{request.user_id}>"]
    if status.phase is Phase.WAITING:
        ahead = (status.position or 1) - 1
        lines.append("You are next." if ahead == 0 else f"In the queue: {ahead} before you.")
    elif status.fraction is not None:
        lines.append(" · ".join([progress_bar(status.fraction), *eta_text(status.eta_s)]))
    elif status.position is not None:
        place = f"Waiting for the picture service: place {status.position}"
        lines.append(", ".join([place, *eta_text(status.eta_s)]) + ".")
    else:
        lines.append(" ".join(["Drawing…", *eta_text(status.eta_s)]))
    if request.given_up:
        lines.append("The first picture service did not make it, so **another one** is trying.")
    if request.options.count > 1 and status.phase is Phase.MAKING:
        there = f"{len(status.made)} of {request.options.count} are there."
        lines.append(f"{there} **Cancel** keeps what is there, and only that costs.")
    lines.append(f"-# {moments_text(request.cost)} · started <t:{request.created_at_ms // 1000}:R>")
    return "\n".join(lines)


def question_text(request: ImageRequest, names: Sequence[str]) -> str:
    """Asked only above the member's own limit."""
    count = request.options.count
    what, costs = ("a picture", "costs") if count == 1 else (f"{count} pictures", "cost")
    return (
        f"📸 <@{request.user_id}>, {what} of **{names_text(names)}** {costs} "
        f"**{moments_text(request.cost)}**, which is above your own limit. Make it?\n"
        "-# Nothing is charged until you agree. Change the limit with `/me`."
    )


def result_text(
    request: ImageRequest,
    images: Sequence[Image],
    names: Sequence[str],
    *,
    reduced: bool,
    parent_url: str | None = None,
) -> str:
    """The lines under pictures: who and where, what was asked, how it was made, what could not be drawn."""
    scene = request.scene
    where = (
        " · ".join(part for part in (scene.setting, scene.time_of_day, scene.weather) if part)
        if scene
        else ""
    )
    line = f"**{cast_text(names)}**" + (f" · {plain(where)}" if where else "")
    if request.options.prompt:
        line += f"\n{quoted(request.options.prompt, MAX_QUOTED)}"
    notes = list(dict.fromkeys(label for image in images for label in image.labels))
    if request.kind is RequestKind.EDIT:
        notes.insert(0, f"an edit of [this picture]({parent_url})" if parent_url else "an edit")
    asked = request.options.count
    if len(images) < asked:
        notes.insert(0, f"{len(images)} of {asked}; the rest was not charged")
    missing = list(dict.fromkeys(word for image in images for word in image.not_drawn))
    if missing:
        notes.append("not drawn: " + ", ".join(plain(word) for word in missing))
    if reduced:
        notes.append("smaller here, full size with Download")
    notes.append(f"for <@{request.user_id}>")
    if request.source_kind is SourceKind.MESSAGE:  # nobody else can be told what it cost
        notes.append(moments_text(request.paid.total) if request.paid.total else "free")
    return f"{line}\n-# {' · '.join(notes)}"[:1500]


def cost_text(paid: int, left: int) -> str:
    """Told to the requester alone."""
    what = moments_text(paid) if paid else "free"
    return f"That was **{what}**. You have **{left:,}** left."


def alt_text(image: Image) -> str:
    """The scene in words, as long as Discord takes."""
    return image.alt_text[:MAX_ALT_TEXT]


def file_name(image: Image) -> str:
    """The name of the file as people save it."""
    return f"darkroom-{image.image_id.lower()}.jpg"


def posted_name(image: Image) -> str:
    """The name of the file as it was posted: Discord knows a covered one by its name."""
    return f"SPOILER_{file_name(image)}" if image.rating is Rating.MATURE else file_name(image)


def download_note(found: Download) -> str:
    """Under a picture that is handed over."""
    picture, image = found.picture, found.image
    if found.hidden is not None:
        return HIDDEN if image.message_id is not None else HIDDEN_WAITS
    note = f"{picture.width_px} × {picture.height_px} pixels"
    if picture.reduced:
        note += f" (the stored one is {image.width_px} × {image.height_px}: too large to upload here)"
    return note
