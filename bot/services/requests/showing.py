"""What a request under way shows of itself."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.request import ImageRequest
from bot.services.ports.chat import Courier, Phase, Status
from bot.services.ports.images import Progress


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
        self.progress(Progress())

    def recast(self, request: ImageRequest, names: tuple[str, ...]) -> None:
        """While it waits it got another cast, and so another price."""
        self._request, self._names = request, names
        self._status = Status(self._status.phase, names, position=self._status.position)
        self._show()

    def progress(self, progress: Progress) -> None:
        """How far the backend is."""
        self._status = Status(
            Phase.MAKING,
            self._names,
            position=progress.queue_position,
            fraction=progress.fraction,
            preview=progress.preview,
            made=self._status.made,
        )
        self._show()

    def add(self, thumbnail: bytes) -> None:
        """One more picture of the batch is there."""
        self._status = replace(self._status, made=(*self._status.made, thumbnail))
        self._show()

    def close(self) -> None:
        """From now on nothing is shown."""
        self._closed = True

    def _show(self) -> None:
        if not self._closed:
            self._courier.show_status(self._request, self._status)
