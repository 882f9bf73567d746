"""Which backend makes a picture: the first, in the operator's order, that can do all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import BackendCannotError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import ImageBackend


@dataclass(frozen=True, slots=True)
class Needs:
    """What a picture asks of a backend."""

    aspect: Aspect
    resolution: Resolution
    count: int = 1
    rating: Rating = Rating.GENERAL


class Backends:
    """The operator's backends, in order of preference."""

    def __init__(self, backends: Sequence[ImageBackend]) -> None:
        self._backends = tuple(backends)

    def choose(self, needs: Needs) -> ImageBackend:
        """The first backend that can do all of it.

        Raises:
            BackendCannotError: none can.
        """
        for backend in self._backends:
            can = backend.capabilities
            if (
                needs.aspect in can.aspects
                and needs.resolution in can.resolutions
                and needs.count <= can.max_batch
                and (needs.rating is Rating.GENERAL or can.max_rating is Rating.MATURE)
            ):
                return backend
        raise BackendCannotError

    def require(self, name: str) -> ImageBackend:
        """The backend that a request was quoted for.

        Raises:
            BackendCannotError: it is configured no more.
        """
        for backend in self._backends:
            if backend.name == name:
                return backend
        raise BackendCannotError

    async def close(self) -> None:
        """Close them all."""
        for backend in self._backends:
            await backend.close()
