"""What a member may ask for, checked before anything is on record or held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import (
    BackendCannotError,
    BatchNeedsPremiumError,
    CastSizeError,
    InvalidInputError,
    MatureNoEditError,
    NotAdvancedReadyError,
    NotFoundError,
    NotSharedError,
    NotYoursError,
    PresetsNeedPremiumError,
    PresetUnfitError,
    PromptMissingError,
    PromptTooLongError,
    ResolutionNeedsAdvancedError,
    UnknownCompanionError,
    UnknownPresetError,
)
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.presets import Preset, PresetChoice, PresetKind
from bot.domain.pricing import Prices
from bot.domain.request import Image, ImageRequest, RequestKind, RequestOptions
from bot.domain.studio import CANDIDATES, CAST_SIZES, MAX_BATCH, prompt_limit
from bot.services.companion_rules import find_named
from bot.services.companions import Among, CompanionService
from bot.services.guilds import GuildService
from bot.services.ports.images import ImageBackend
from bot.services.ports.presets import PresetShelf
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Preferences, Storage, UnitOfWork
from bot.services.ratings import RatingService
from bot.services.requests.backends import Backends, Needs


@dataclass(frozen=True, slots=True)
class Checked:
    """What a studio request would make, and what it costs in moments. ``shape`` is the aspect in the end."""

    cast: tuple[Companion, ...]
    presets: tuple[Preset, ...]
    backend: ImageBackend
    shape: Aspect
    cost: int


_REFERENCE_RESOLUTIONS = (Resolution.R1K, Resolution.R2K)


def shape_of(options: RequestOptions, cast_size: int, preferences: Preferences, backends: Backends) -> Aspect:
    """As chosen, else the member's own default, else by the number of companions.

    What was not chosen for this picture gives way to the most similar shape that a backend makes.
    """
    if options.aspect is not None:
        return options.aspect
    if cast_size > 1:
        return backends.nearest_shape(preferences.aspect_group or Aspect.LANDSCAPE)
    return backends.nearest_shape(preferences.aspect_solo or Aspect.PORTRAIT)


class RequestChecks:
    """Every rule about what may be asked, each broken one an error of its own."""

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        presets: PresetShelf,
        backends: Backends,
        prices: Prices,
        guilds: GuildService,
        ratings: RatingService,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._presets = presets
        self._backends = backends
        self._prices = prices
        self._guilds = guilds
        self._ratings = ratings

    async def check_allowed(self, place: Place, role_ids: Sequence[int]) -> None:
        """Pass whoever may have pictures made here, as the guild's owner has set.

        Raises:
            ChannelNotAllowedError, RoleNeededError: they may not, and where or who may.
        """
        settings = await self._guilds.settings(place.guild_id)
        settings.require_allowed(place.channel_id, place.parent_id, role_ids)

    async def backends_of(self, guild_id: int) -> Backends:
        """Those that make a guild's pictures.

        Raises:
            BackendCannotError: the one that its owner chose is offered no more.
        """
        return self._backends.chosen((await self._guilds.settings(guild_id)).backend)

    async def needs_filter(self, place: Place, backends: Backends) -> bool:
        """Whether only a backend with its own filter may make a picture here."""
        return await self._ratings.needs_filter(place, backends)

    async def check_repeatable(self, image: Image, place: Place) -> None:
        """Pass a picture that may be made again, or told in words, in a place now.

        Raises:
            MatureRefusedError: it is mature, and something that this needs is missing.
        """
        await self._ratings.require(image.rating, place)

    async def forbidden_words(self, guild_id: int) -> Sequence[str]:
        """The words that the guild's owner wants in no picture."""
        return (await self._guilds.settings(guild_id)).forbidden_words

    async def usable(self, place: Place, user_id: int) -> tuple[Companion, ...]:
        """Whom a member may choose for a picture here, those present first, then by name."""
        present = await self._companions.present(place)
        everyone = await self._companions.among(place.guild_id, user_id, Among.ALL)
        allowed = [companion for companion in everyone if companion.may_be_pictured_by(user_id)]
        return tuple({c.companion_id: c for c in (*present, *allowed)}.values())

    async def named(self, names: Sequence[str], place: Place, user_id: int) -> tuple[str, ...]:
        """The ids of the companions with these names, aliases or ids, each once.

        Raises:
            UnknownCompanionError: nobody here is called so.
            NotSharedError: somebody is, and belongs to a member who does not share them.
        """
        usable = await self.usable(place, user_id)
        ids: list[str] = []
        for name in names:
            found = find_named(name, usable)
            if found is None:
                everyone = await self._companions.among(place.guild_id, user_id, Among.ALL)
                hidden = find_named(name, everyone)
                raise UnknownCompanionError(name) if hidden is None else NotSharedError(hidden.name)
            ids.append(found.companion_id)
        return tuple(dict.fromkeys(ids))

    def chosen_presets(self, choice: PresetChoice) -> PresetChoice:
        """The same presets by id, where they were named.

        Raises:
            UnknownPresetError: there is no such preset.
        """
        return PresetChoice(
            outfit=self._preset_id(PresetKind.OUTFIT, choice.outfit),
            action=self._preset_id(PresetKind.ACTION, choice.action),
            scene=self._preset_id(PresetKind.SCENE, choice.scene),
        )

    async def check_studio(
        self, kind: RequestKind, options: RequestOptions, place: Place, user_id: int
    ) -> Checked:
        """What a premium, advanced or group request would make and cost.

        Raises:
            PromptTooLongError, PromptMissingError: about the prompt.
            PresetsNeedPremiumError, BatchNeedsPremiumError, ResolutionNeedsAdvancedError: not in this mode.
            UnknownPresetError, PresetUnfitError: about a preset.
            InvalidInputError: the count is none that is possible.
            CastSizeError, UnknownCompanionError, NotSharedError, NotAdvancedReadyError: about the cast.
            BackendCannotError: no backend makes this.
        """
        _check_mode(kind, options)
        cast = await self._cast(kind, options.companion_ids, place, user_id)
        presets = self.presets_of(options)
        for preset in presets:
            if cast[0].look.gender not in preset.fits:
                raise PresetUnfitError(preset.name, cast[0].name)

        async def preferences(uow: UnitOfWork) -> Preferences:
            account_id = await uow.members.account_of(user_id)
            return Preferences() if account_id is None else await uow.preferences.get(account_id)

        backends = await self.backends_of(place.guild_id)
        shape = shape_of(options, len(cast), await self._storage.read(preferences), backends)
        needs = needs_of(kind, options, shape, len(cast))
        backend = backends.choose(replace(needs, filtered=await self.needs_filter(place, backends)))
        cost = self._prices.of(kind, cast_size=len(cast), resolution=options.resolution, count=options.count)
        _check_prompt(kind, options)
        return Checked(cast, presets, backend, shape, cost)

    def presets_of(self, options: RequestOptions) -> tuple[Preset, ...]:
        """The chosen presets.

        Raises:
            UnknownPresetError: one of them is not there (any more).
        """
        found: list[Preset] = []
        for preset_id in options.presets.ids:
            preset = self._presets.get(preset_id)
            if preset is None:
                raise UnknownPresetError(preset_id)
            found.append(preset)
        return tuple(found)

    async def check_edit(self, image_id: str, place: Place) -> Image:
        """A picture that can be edited here.

        Raises:
            NotFoundError: there is no such picture here, or it was deleted.
            MatureNoEditError: it is mature.
            BackendCannotError: no backend edits.
        """
        image, _ = await self._editable(image_id, place)
        return image

    async def _editable(self, image_id: str, place: Place) -> tuple[Image, ImageRequest]:
        image, request = await self.picture(image_id, place.guild_id)
        if image.rating is not Rating.GENERAL:
            raise MatureNoEditError
        if image.kind is RequestKind.REFERENCE:
            raise NotFoundError
        backends = await self.backends_of(place.guild_id)
        needs = needs_of(RequestKind.EDIT, request.options, request.require_shape(), 1)
        backends.choose(replace(needs, filtered=await self.needs_filter(place, backends)))
        return image, request

    async def check_edit_request(self, options: RequestOptions, place: Place) -> RequestOptions:
        """An edit as a whole; the options with the size and shape of the picture that is edited.

        Raises:
            NotFoundError, MatureNoEditError, BackendCannotError: see :meth:`check_edit`.
            PromptMissingError, PromptTooLongError: about the instruction.
        """
        _, parent = await self._editable(options.edit_of_image_id or "", place)
        _check_prompt(RequestKind.EDIT, options)
        return replace(options, resolution=parent.options.resolution, aspect=parent.options.shape, count=1)

    async def check_reference_request(
        self, options: RequestOptions, place: Place, user_id: int
    ) -> RequestOptions:
        """A request for reference candidates by the companion's owner, with what is fixed about them.

        Raises:
            NotFoundError: there is no such companion here.
            NotYoursError: it is a main one, or somebody else's.
            BackendCannotError: no backend makes it.
        """
        ids = options.companion_ids
        companion = await self._companions.get(ids[0]) if len(ids) == 1 else None
        if companion is None or companion.guild_id not in {None, place.guild_id}:
            raise NotFoundError
        if companion.owner_id != user_id:
            raise NotYoursError
        backends = await self.backends_of(place.guild_id)
        needs_filter = await self.needs_filter(place, backends)
        return replace(
            options,
            aspect=Aspect.PORTRAIT,
            resolution=_reference_resolution(backends, needs_filter=needs_filter),
            count=CANDIDATES,
            private=True,
        )

    async def picture(self, image_id: str, guild_id: int) -> tuple[Image, ImageRequest]:
        """A picture of this guild, and the request that made it.

        Raises:
            NotFoundError: there is none here, or it was deleted.
        """

        async def work(uow: UnitOfWork) -> tuple[Image, ImageRequest] | None:
            image = await uow.images.get(image_id)
            request = await uow.requests.get(image.request_id) if image else None
            return None if image is None or request is None else (image, request)

        found = await self._storage.read(work)
        if found is None or found[0].deleted_at_ms is not None or found[1].guild_id != guild_id:
            raise NotFoundError  # a custom id can be forged
        return found

    def _preset_id(self, kind: PresetKind, text: str) -> str:
        if not text:
            return ""
        for preset in self._presets.all(kind):
            if text == preset.preset_id or fold_name(text) == fold_name(preset.name):
                return preset.preset_id
        raise UnknownPresetError(text)

    async def _cast(
        self, kind: RequestKind, companion_ids: Sequence[str], place: Place, user_id: int
    ) -> tuple[Companion, ...]:
        ids = tuple(dict.fromkeys(companion_ids))
        least, most = CAST_SIZES[kind]
        if not least <= len(ids) <= most:
            raise CastSizeError(len(ids), least, most)
        usable = {companion.companion_id: companion for companion in await self.usable(place, user_id)}
        cast: list[Companion] = []
        for companion_id in ids:
            if companion_id not in usable:
                hidden = await self._companions.get(companion_id)
                known = hidden is not None and hidden.guild_id in {None, place.guild_id}
                raise NotSharedError(hidden.name) if known and hidden else NotFoundError
            cast.append(usable[companion_id])
        not_ready = tuple(companion.name for companion in cast if not companion.advanced_ready)
        if kind.needs_likeness and not_ready:
            raise NotAdvancedReadyError(not_ready)
        return tuple(cast)


def needs_of(kind: RequestKind, options: RequestOptions, shape: Aspect, cast_size: int) -> Needs:
    """What a backend has to be able to do for a request."""
    # Reference candidates are made in as many jobs as it takes.
    count = 1 if kind is RequestKind.REFERENCE else options.count
    return Needs(
        shape,
        options.resolution,
        count,
        references=cast_size if kind.needs_likeness else 0,
        edit=kind is RequestKind.EDIT,
    )


def _reference_resolution(backends: Backends, *, needs_filter: bool) -> Resolution:
    """Small candidates do, where a backend makes them."""
    for resolution in _REFERENCE_RESOLUTIONS[:-1]:
        try:
            backends.choose(Needs(Aspect.PORTRAIT, resolution, filtered=needs_filter))
        except BackendCannotError:
            continue
        return resolution
    backends.choose(Needs(Aspect.PORTRAIT, _REFERENCE_RESOLUTIONS[-1], filtered=needs_filter))
    return _REFERENCE_RESOLUTIONS[-1]


def _check_mode(kind: RequestKind, options: RequestOptions) -> None:
    if not 1 <= options.count <= MAX_BATCH:
        raise InvalidInputError("The number of pictures", f"1 to {MAX_BATCH}")
    if kind is RequestKind.PREMIUM:
        if options.resolution is not Resolution.R2K:
            raise ResolutionNeedsAdvancedError
        return
    if options.presets.ids:
        raise PresetsNeedPremiumError
    if options.count > 1:
        raise BatchNeedsPremiumError(options.count)


def _check_prompt(kind: RequestKind, options: RequestOptions) -> None:
    limit, length = prompt_limit(kind), len(options.prompt)
    if length > limit:
        raise PromptTooLongError(length, limit)
    if not options.prompt.strip() and not options.presets.ids:
        raise PromptMissingError(preset_would_do=kind is RequestKind.PREMIUM)
