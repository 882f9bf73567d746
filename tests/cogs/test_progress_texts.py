"""What the progress message says of a backend's queue, of the time that is left, and of another backend at it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import discord
import pytest

from bot.domain.cancelling import BilledCancelCapError
from bot.domain.errors import CancelledByMemberError
from bot.services.ports.chat import Phase, Status
from cogs.base.errors import words_for
from cogs.images._messages import status_text
from cogs.images._request_components import status_view
from tests.db.rows import request

REQUEST = replace(request("account"), cost=50)


def shown(**status: object) -> str:
    """The line about how far it is."""
    text = status_text(REQUEST, Status(Phase.MAKING, ("Mira",), **status))  # type: ignore[arg-type]
    return text.splitlines()[1]


@pytest.mark.parametrize(
    ("eta_s", "words"),
    [
        (0.0, "about 5 s"),
        (3.2, "about 5 s"),
        (38.0, "about 40 s"),
        (40.0, "about 40 s"),
        (89.0, "about 90 s"),
        (90.0, "about 2 min"),
        (601.0, "about 11 min"),
    ],
)
def test_the_time_left_is_told_in_steps_that_can_be_kept(eta_s: float, words: str) -> None:
    assert shown(position=3, eta_s=eta_s) == f"Waiting for the picture service: place 3, {words}."


def test_place_bar_and_time_stand_together() -> None:
    assert shown(position=2) == "Waiting for the picture service: place 2."
    assert shown(fraction=0.5, eta_s=12.0) == "`██████░░░░░░` 50% · about 15 s"
    assert shown(fraction=0.5, position=2) == "`██████░░░░░░` 50%"
    assert shown(eta_s=12.0) == "Drawing… about 15 s"
    assert shown() == "Drawing…"


@pytest.mark.parametrize("phase", list(Phase))
def test_another_service_that_is_at_it_is_told(phase: Phase) -> None:
    status = Status(phase, ("Mira",))
    words = "The first picture service did not make it, so **another one** is trying."
    assert words in status_text(replace(REQUEST, given_up=("gemini",)), status).splitlines()
    assert words not in status_text(REQUEST, status)


def gallery(status: Status) -> list[bool]:
    """Of each picture in the message, whether it is behind a spoiler."""
    count = len(status.made) or int(status.preview is not None)
    view = status_view(REQUEST, status, [discord.File(BytesIO(), f"{at}.jpg") for at in range(count)])
    return [
        bool(item["spoiler"])
        for part in view.to_components()
        if part["type"] == discord.ComponentType.media_gallery.value
        for item in part["items"]  # type: ignore[typeddict-item]
    ]


def test_a_preview_that_nobody_filtered_stands_behind_a_spoiler() -> None:
    status = Status(Phase.MAKING, ("Mira",), preview=b"p")
    assert gallery(status) == [False]
    assert gallery(replace(status, is_preview_covered=True)) == [True]
    assert gallery(replace(status, is_preview_covered=True, made=(b"1", b"2"))) == [False, False]


def test_what_is_billed_all_the_same_is_told_when_it_is_cancelled() -> None:
    plain, billed = words_for(CancelledByMemberError()), words_for(CancelledByMemberError(50))
    assert plain == "**Cancelled.** Nothing was charged."
    assert billed is not None
    assert "counts **50** against today's budget" in billed


@pytest.mark.parametrize(("limit", "words"), [(1, "**a picture** within"), (5, "**5 pictures** within")])
def test_who_cancelled_too_much_is_told_when_they_can_again(limit: int, words: str) -> None:
    told = words_for(BilledCancelCapError(limit, 1_800_000_000.2))
    assert told is not None
    assert words in told
    assert "<t:1800000001:R>" in told
