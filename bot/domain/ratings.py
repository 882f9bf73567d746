"""Where a picture of which rating may be.

A general picture may be anywhere. A mature one may be made and shown only while all of what it needs is
there; whatever nobody knows counts as missing.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.errors import MatureRefusedError
from bot.domain.picture import Rating
from bot.domain.request import RequestKind

ALWAYS_GENERAL = frozenset({RequestKind.EDIT, RequestKind.REFERENCE})
"""What gives general pictures whatever is allowed: edits, and candidates for a reference."""


class Lack(enum.StrEnum):
    """Why a mature picture can't be: what of it is missing, in the order in which a member is told.

    KIND: what was asked for is always general. PICTURE: it was asked for as a general picture and turned out
    otherwise. UNSEEN: nobody could look at the finished picture where somebody has to.
    """

    KIND = "kind"
    OPERATOR = "operator"
    GUILD = "guild"
    CHANNEL = "channel"
    PICTURE = "picture"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What allows mature pictures somewhere, at one moment: off until each is known to be on.

    ``is_age_restricted``: the channel, or a thread's parent, is age-restricted.
    """

    operator_allows: bool = False
    guild_allows: bool = False
    is_age_restricted: bool = False


def lacking(rating: Rating, here: Circumstances) -> Lack | None:
    """What a picture of this rating lacks to be here; None where it may be."""
    if rating is Rating.GENERAL:
        return None
    if not here.operator_allows:
        return Lack.OPERATOR
    if not here.guild_allows:
        return Lack.GUILD
    return None if here.is_age_restricted else Lack.CHANNEL


def require_kind(rating: Rating, kind: RequestKind, *, is_private: bool) -> None:
    """Pass what may be asked for at all; what is shown to one person alone is as general as edits are.

    Raises:
        MatureRefusedError: it is mature, and this is always general.
    """
    if rating is Rating.MATURE and (kind in ALWAYS_GENERAL or is_private):
        raise MatureRefusedError(Lack.KIND)


def require_here(rating: Rating, here: Circumstances) -> None:
    """Pass a picture that may be here.

    Raises:
        MatureRefusedError: it may not, and what is missing.
    """
    lack = lacking(rating, here)
    if lack is not None:
        raise MatureRefusedError(lack)


def require_made(asked: Rating, made: Rating) -> None:
    """Pass a finished picture that is rated no higher than what was asked, checked and paid for.

    Which buckets paid, and where it may be shown, was settled by the rating of its prompt; a picture that
    turned out otherwise is not kept.

    Raises:
        MatureRefusedError: it turned out mature.
    """
    if made is Rating.MATURE and asked is not Rating.MATURE:
        raise MatureRefusedError(Lack.PICTURE)
