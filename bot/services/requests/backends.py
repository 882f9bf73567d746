"""Which backend makes a picture: the first, in the operator's order, that can do all of it and is not at rest.

Capabilities are read each time: a backend may lose and regain some while the bot runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import BackendCannotError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import Capabilities, ImageBackend
from bot.services.requests.health import HealthBook


@dataclass(frozen=True, slots=True)
class Needs:
    """What a picture asks of a backend.

    ``references`` is how many likenesses it must take at once, ``likenesses`` how many are drawn if any backend does.
    ``filtered``: it must have a filter of its own,
    because nobody else looks at its pictures before they are seen outside an age-restricted channel. ``photo``: a
    sketch will not do, because something else was promised.
    """

    aspect: Aspect
    resolution: Resolution
    count: int = 1
    rating: Rating = Rating.GENERAL
    references: int = 0
    likenesses: int = 0
    edit: bool = False
    filtered: bool = False
    photo: bool = False


_MEETS: dict[str, Callable[[Capabilities, Needs], bool]] = {
    "edit": lambda can, needs: can.edit or not needs.edit,
    "references": lambda can, needs: needs.references <= can.max_references,
    "count": lambda can, needs: needs.count <= can.max_batch,
    "resolution": lambda can, needs: needs.resolution in can.resolutions,
    "aspect": lambda can, needs: needs.aspect in can.aspects,
    "rating": lambda can, needs: needs.rating is Rating.GENERAL or can.max_rating is Rating.MATURE,
    "filter": lambda can, needs: can.filters_output or not needs.filtered,
    "photo": lambda can, needs: not (needs.photo and can.is_illustration),
}
"""By what a backend may lack, in the order in which a member is told of it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the backends can do between them."""

    aspects: frozenset[Aspect]
    resolutions: frozenset[Resolution]
    max_batch: int
    max_references: int
    edit: bool


class Backends:
    """The operator's backends, in order of preference, and how they have been doing."""

    def __init__(self, backends: Sequence[ImageBackend], health: HealthBook) -> None:
        self._backends = tuple(backends)
        self.health = health

    @property
    def offer(self) -> Offer:
        """What at least one of them can do, each thing by itself."""
        able = [backend.capabilities for backend in self._backends]
        return Offer(
            aspects=frozenset[Aspect]().union(*(can.aspects for can in able)),
            resolutions=frozenset[Resolution]().union(*(can.resolutions for can in able)),
            max_batch=max(can.max_batch for can in able),
            max_references=max(can.max_references for can in able),
            edit=any(can.edit for can in able),
        )

    def nearest_shape(self, wanted: Aspect) -> Aspect:
        """The shape itself where a backend makes it, else the most similar one that is made."""
        return _most_similar(wanted, self.offer.aspects)

    def choose(self, needs: Needs) -> ImageBackend:
        """The first backend that can do all of it, with the likenesses if any can; where that rests, another like it.

        Where there is no other, it is the first all the same: nothing is refused only because a backend rests, and
        nobody gets less than they would get of the first (no likeness, a sketch) for the same price.

        Raises:
            BackendCannotError: none can; it names what stands in the way, where one thing does.
        """
        wanted = replace(needs, references=max(needs.references, needs.likenesses))
        first = self._first(wanted)
        if first is None:
            wanted, first = needs, self._first(needs)
        if first is None:
            raise self._why_not(needs)
        if self.health.answers(first.name):
            return first
        return self.other(replace(wanted, photo=not first.capabilities.is_illustration), ()) or first

    def _first(self, needs: Needs) -> ImageBackend | None:
        return next((b for b in self._backends if not _lacking(b.capabilities, needs)), None)

    def other(self, needs: Needs, besides: Collection[str]) -> ImageBackend | None:
        """The first backend that can do all of it and answers, but for those of these names."""
        for backend in self._backends:
            is_fit = backend.name not in besides and not _lacking(backend.capabilities, needs)
            if is_fit and self.health.answers(backend.name):
                return backend
        return None

    def can(self, name: str, needs: Needs) -> bool:
        """Whether the backend of this name is configured and can do all of it now."""
        return any(b.name == name and not _lacking(b.capabilities, needs) for b in self._backends)

    def bills_on_cancel(self, name: str) -> bool:
        """Whether a job that is stopped at this backend is billed all the same."""
        return any(b.name == name and b.capabilities.bills_on_cancel for b in self._backends)

    @property
    def all_filter(self) -> bool:
        """Whether each of them has a filter of its own."""
        return all(backend.capabilities.filters_output for backend in self._backends)

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called, in the operator's order."""
        return tuple(backend.name for backend in self._backends)

    def chosen(self, name: str) -> Backends:
        """The one of this name alone, which a guild has chosen; all of them where it chose none.

        What it can't do is refused, never made by another: its owner chose who sees their prompts.

        Raises:
            BackendCannotError: it is configured no more; ``lacks`` is ``backend``.
        """
        if not name:
            return self
        for backend in self._backends:
            if backend.name == name:
                return Backends([backend], self.health)
        raise BackendCannotError("backend", name)

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

    def _why_not(self, needs: Needs) -> BackendCannotError:
        for lack in _MEETS:
            almost = [b.capabilities for b in self._backends if _lacking(b.capabilities, needs) == [lack]]
            if almost:
                return BackendCannotError(lack, *_wanted_and_nearest(lack, needs, almost))
        return BackendCannotError()


def _lacking(can: Capabilities, needs: Needs) -> list[str]:
    return [lack for lack, meets in _MEETS.items() if not meets(can, needs)]


def _wanted_and_nearest(lack: str, needs: Needs, almost: Sequence[Capabilities]) -> tuple[str, str]:
    """What was asked, and the nearest that one of these, which can do all the rest, would do."""
    match lack:
        case "references":
            return str(needs.references), str(max(can.max_references for can in almost))
        case "count":
            return str(needs.count), str(max(can.max_batch for can in almost))
        case "resolution":
            offered = {r for can in almost for r in can.resolutions}
            wanted = needs.resolution.long_edge_px
            nearest = min(offered, key=lambda r: abs(r.long_edge_px - wanted), default=None)
            return needs.resolution.value, "" if nearest is None else nearest.value
        case "aspect":
            shapes = frozenset(a for can in almost for a in can.aspects)
            return needs.aspect.value, _most_similar(needs.aspect, shapes).value
        case _:
            return "", ""


def _most_similar(wanted: Aspect, shapes: frozenset[Aspect]) -> Aspect:
    """Upright stays upright and wide stays wide where that is possible."""

    def difference(aspect: Aspect) -> tuple[bool, float]:
        is_turned = (_ratio(aspect) > 1, _ratio(aspect) < 1) != (_ratio(wanted) > 1, _ratio(wanted) < 1)
        return is_turned, abs(math.log(_ratio(aspect) / _ratio(wanted)))

    return min(shapes, key=difference, default=wanted)


def _ratio(aspect: Aspect) -> float:
    across, down = aspect.ratio
    return across / down
