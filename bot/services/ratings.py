"""Whether mature pictures may be somewhere: asked at command and click, before making, and before posting."""

from __future__ import annotations

import enum

from bot.domain.errors import MatureRefusedError, UnsafeRequestError
from bot.domain.picture import Rating
from bot.domain.ratings import Circumstances, Lack, lacking, require_here, require_kind, require_made
from bot.domain.request import ImageRequest
from bot.services.guilds import GuildService
from bot.services.ports.age_gate import AgeGate
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.speaking import Place
from bot.services.requests.backends import Backends

PictureRefusedError = UnsafeRequestError | MatureRefusedError
"""What a finished picture may not be."""


class Sight(enum.Enum):
    """How a preview may be shown: not at all, behind a spoiler, or openly."""

    NONE = enum.auto()
    COVERED = enum.auto()
    OPEN = enum.auto()


class RatingService:
    """Puts together what operator, owner and platform say. General pictures cost no question."""

    def __init__(self, *, guilds: GuildService, gate: AgeGate, safety: SafetyCheck) -> None:
        self._guilds = guilds
        self._gate = gate
        self._safety = safety

    async def require(self, rating: Rating, place: Place) -> None:
        """Pass a picture that may be made or shown in a place now.

        Raises:
            MatureRefusedError: it may not, and what is missing.
        """
        if rating is Rating.MATURE:
            require_here(rating, await self._circumstances(place))

    async def require_request(self, rating: Rating, request: ImageRequest) -> None:
        """Pass a request whose picture is rated so: by what it asks for, and by where.

        Raises:
            MatureRefusedError: it may not be, and what is missing.
        """
        require_kind(rating, request.kind, is_private=request.options.private)
        await self.require(rating, place_of(request))

    async def lack_for_posting(self, request: ImageRequest) -> Lack | None:
        """What the pictures of a request lack to be posted where it was made; the platform is asked anew.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        lack = lacking(request.rating, await self._settings(request.guild_id))
        if lack is not Lack.CHANNEL:
            return lack
        return None if await self._gate.is_age_restricted_now(place_of(request)) else lack

    async def why_not_kept(
        self, request: ImageRequest, jpeg: bytes, *, is_filtered: bool
    ) -> PictureRefusedError | None:
        """Why a finished picture may not be kept; None where it may. Ask before any of it is stored or shown.

        ``is_filtered``: it came through its backend's own filter, which is enough while no check can be reached.
        """
        if not self._safety.checks_pictures:
            return None
        try:
            seen = await self._safety.rate_picture(jpeg)
            if seen is not None:
                require_made(request.rating, seen)
            elif not is_filtered and not await self._gate.is_age_restricted(place_of(request)):
                return MatureRefusedError(Lack.UNSEEN)
        except (UnsafeRequestError, MatureRefusedError) as error:
            return error
        return None

    async def sight_of_previews(self, request: ImageRequest, *, is_filtered: bool) -> Sight:
        """How a preview of a request under way may be shown now; nobody has looked at it, nor will.

        None of a mature picture: that is shown once its place was checked for it. What came through no filter of its
        backend (``is_filtered``) is shown as strictly as the picture itself: where a check looks at the pictures it
        is not, for the check does not see it; else only in a channel that is age-restricted, and behind a spoiler,
        and to nobody alone.
        """
        if request.rating is not Rating.GENERAL:
            return Sight.NONE
        if is_filtered:
            return Sight.OPEN
        if self._safety.checks_pictures or request.options.private:
            return Sight.NONE
        return Sight.COVERED if await self._gate.is_age_restricted(place_of(request)) else Sight.NONE

    async def needs_filter(self, place: Place, backends: Backends) -> bool:
        """Whether only a backend with its own filter may make a picture here.

        It may not be needed in age-restricted channels, nor where a check looks at every picture. The
        channel is not asked about where all of the ``backends`` have one.
        """
        if self._safety.checks_pictures or backends.all_filter:
            return False
        return not await self._gate.is_age_restricted(place)

    async def _settings(self, guild_id: int) -> Circumstances:
        """All but the channel."""
        return Circumstances(
            operator_allows=self._guilds.limits.allow_mature,
            guild_allows=(await self._guilds.settings(guild_id)).allow_mature,
        )

    async def _circumstances(self, place: Place) -> Circumstances:
        of_guild = await self._settings(place.guild_id)
        if not (of_guild.operator_allows and of_guild.guild_allows):
            return of_guild
        restricted = await self._gate.is_age_restricted(place)
        return Circumstances(operator_allows=True, guild_allows=True, is_age_restricted=restricted)


def place_of(request: ImageRequest) -> Place:
    """Where a request was made, and so the only place where what it made may be posted if it is mature."""
    return Place(request.guild_id, request.reply.channel_id, request.options.parent_channel_id)
