"""What the studio's panel shows, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import BackendCannotError, DarkroomError, NotEnoughMomentsError
from bot.domain.money import Balance
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import Preset, PresetKind
from bot.domain.request import RequestKind
from bot.domain.studio import MAX_BATCH, CompanionFilter, CompanionSource, Mode, StudioChoices, fits_mode
from bot.domain.studio_changes import RESOLUTIONS
from bot.services.companion_rules import folded_names
from bot.services.requests.backends import Backends, Needs

COMPANIONS_A_PAGE = 25
"""What one select of Discord shows."""
PRESETS_A_PAGE = 6


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the companions that pass the filter. ``page`` counts from 0; ``found`` is on all pages."""

    companions: tuple[Companion, ...]
    page: int
    pages: int
    found: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What the backends can do with the rest of the choices as they are, each thing by itself."""

    aspects: tuple[Aspect, ...]
    resolutions: tuple[Resolution, ...]
    max_count: int


@dataclass(frozen=True, slots=True)
class Panel:
    """A member's panel as it is now.

    ``cast`` are the chosen ones who may be pictured, in order. ``shape`` is what ``choices.aspect`` comes
    to. ``cost`` is in moments, None while the size of the cast leaves it open. ``problem`` is what Generate
    would be refused for; being short of moments is none, since they may come from elsewhere: see
    :attr:`shortage`. ``left_out`` is how many of a reused picture can't be pictured again.
    """

    choices: StudioChoices
    cast: tuple[Companion, ...]
    listing: Listing
    presets: tuple[Preset, ...]
    shape: Aspect
    offers: Offers
    cost: int | None
    balance: Balance
    problem: DarkroomError | None
    left_out: int = 0

    @property
    def digest(self) -> str:
        """Stands for what Generate would make."""
        return digest_of(self.choices)

    @property
    def available(self) -> int:
        """Moments that can be spent here."""
        return self.balance.free.total

    @property
    def missing(self) -> int:
        """Moments that are still missing for it."""
        return max((self.cost or 0) - self.available, 0)

    @property
    def shortage(self) -> NotEnoughMomentsError | None:
        """Why it could not be paid now."""
        if self.missing or self.balance.owed:
            return NotEnoughMomentsError(self.cost or 0, self.available, self.balance.owed)
        return None

    @property
    def mode(self) -> Mode:
        """How its prompt is to be written. A group's is natural language."""
        return Mode.PREMIUM if self.choices.kind is RequestKind.PREMIUM else Mode.ADVANCED

    @property
    def is_in_form(self) -> bool:
        """Whether the prompt is written as its mode wants it."""
        return fits_mode(self.choices.prompt, self.mode)


@dataclass(frozen=True, slots=True)
class PresetPage:
    """One page of the presets of a kind that fit the chosen companion. ``page`` counts from 0.

    ``thumbnails`` are small JPEGs in the order of ``presets``, None where there is none.
    """

    kind: PresetKind
    presets: tuple[Preset, ...]
    thumbnails: tuple[bytes | None, ...]
    chosen_id: str
    chosen_name: str
    companion: str
    page: int
    pages: int


def digest_of(choices: StudioChoices) -> str:
    """16 characters that stand for what a request for these choices asks: the same ones, the same request."""
    return hashlib.sha256(f"{choices.kind} {choices.options()}".encode()).hexdigest()[:16]


def page_of(page: int, total: int, size: int) -> tuple[int, int]:
    """The page that is meant, and how many there are: at least one, and none beyond the last."""
    pages = max(-(-total // size), 1)
    return min(max(page, 0), pages - 1), pages


def list_companions(usable: Sequence[Companion], listed: CompanionFilter, user_id: int) -> Listing:
    """The page of companions that a filter leaves of those whom a member may picture."""
    search = fold_name(listed.search)
    found = [
        companion
        for companion in usable
        if _is_from(listed.source, companion, user_id)
        and listed.style in {None, companion.look.style}
        and listed.gender in {None, companion.look.gender}
        and any(search in name for name in folded_names(companion))
    ]
    page, pages = page_of(listed.page, len(found), COMPANIONS_A_PAGE)
    start = page * COMPANIONS_A_PAGE
    return Listing(tuple(found[start : start + COMPANIONS_A_PAGE]), page, pages, len(found))


def offers_for(backends: Backends, needs: Needs) -> Offers:
    """What could be chosen instead of each thing that is chosen, everything else staying.

    Where nothing would do, because something else stands in the way, what any backend can do.
    """
    offer = backends.offer
    aspects = [a for a in Aspect if _can(backends, replace(needs, aspect=a))]
    resolutions = [r for r in RESOLUTIONS if _can(backends, replace(needs, resolution=r))]
    counts = [n for n in range(1, MAX_BATCH + 1) if _can(backends, replace(needs, count=n))]
    return Offers(
        aspects=tuple(aspects) or tuple(a for a in Aspect if a in offer.aspects),
        resolutions=tuple(resolutions) or tuple(r for r in RESOLUTIONS if r in offer.resolutions),
        max_count=max(counts, default=min(offer.max_batch, MAX_BATCH)),
    )


def _can(backends: Backends, needs: Needs) -> bool:
    try:
        backends.choose(needs)
    except BackendCannotError:
        return False
    return True


def _is_from(source: CompanionSource, companion: Companion, user_id: int) -> bool:
    match source:
        case CompanionSource.MAIN:
            return companion.is_main
        case CompanionSource.MINE:
            return companion.owner_id == user_id
        case CompanionSource.OTHERS:
            return not companion.is_main and companion.owner_id != user_id
        case _:
            return True
