"""What a request under way shows of itself."""

from __future__ import annotations

import math
from dataclasses import replace

from bot.domain.request import ImageRequest
from bot.services.ports.chat import Courier, Phase, Status
from bot.services.ports.images import Progress

LONGEST_ETA_S = 3600.0
"""What is said to take longer is not worth a number: the deadline is sooner."""


class Showing:
    """Passes a request's place in the queue and its progress on to the courier, until it is closed.

    A backend is not trusted to be silent when its job is over: a late word must not take the
    place of the picture.
    """

    def __init__(self, courier: Courier, request: ImageRequest, names: tuple[str, ...]) -> None:
        self._courier = courier
        self._request = request
        self._names = names
        self._status = Status(Phase.WAITING, names)
        self._closed = False
        self._show()

    def moved(self, position: int) -> None:
        """Its place in our own queue, from 1."""
        self._status = Status(Phase.WAITING, self._names, position=position)
        self._show()

    def began(self, request: ImageRequest, names: tuple[str, ...]) -> None:
        """A backend has it, as it is now."""
        self._request, self._names = request, names
        self._status = Status(Phase.MAKING, names)
        self._show()

    def recast(self, request: ImageRequest, names: tuple[str, ...]) -> None:
        """While it waits it got another cast, and so another price."""
        self._request, self._names = request, names
        self._status = Status(self._status.phase, names, position=self._status.position)
        self._show()

    def progress(self, progress: Progress) -> None:
        """How far the backend is: another's numbers, so what makes no sense is left out. Its preview is not taken."""
        position = progress.queue_position
        self._status = replace(
            self._status,
            phase=Phase.MAKING,
            cast_names=self._names,
            position=position if position is not None and position > 0 else None,
            fraction=_within(progress.fraction, 0.0, 1.0),
            eta_s=_within(progress.eta_s, 0.0, LONGEST_ETA_S),
        )
        self._show()

    def preview(self, preview: bytes, *, is_covered: bool) -> None:
        """A small JPEG of what is being made, our own; it stands until the next. ``is_covered``: behind a spoiler."""
        self._status = replace(self._status, preview=preview, is_preview_covered=is_covered)
        self._show()

    def add(self, thumbnail: bytes) -> None:
        """One more picture of the batch is there; a preview was of this one."""
        made = (*self._status.made, thumbnail)
        self._status = replace(self._status, made=made, preview=None, is_preview_covered=False)
        self._show()

    def close(self) -> None:
        """From now on nothing is shown."""
        self._closed = True

    def _show(self) -> None:
        if not self._closed:
            self._courier.show_status(self._request, self._status)


def _within(value: float | None, least: float, most: float) -> float | None:
    """The number where it is one within bounds."""
    return value if value is not None and not math.isnan(value) and least <= value <= most else None
