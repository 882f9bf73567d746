"""The studio: a member's panel, the presets browser, and Generate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import (
    BackendCannotError,
    CastSizeError,
    DarkroomError,
    NotAdvancedReadyError,
    NotFoundError,
    NotSharedError,
    PanelChangedError,
    PresetUnfitError,
    PromptMissingError,
    PromptTooLongError,
    UnknownPresetError,
)
from bot.domain.money import Balance
from bot.domain.presets import Preset, PresetKind
from bot.domain.pricing import Prices
from bot.domain.request import RequestKind
from bot.domain.studio import CAST_SIZES, StudioChoices
from bot.services.companion_rules import find_named, suggested
from bot.services.moments import ensure_member
from bot.services.ports.clock import Clock
from bot.services.ports.presets import PresetShelf
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Preferences, Storage, UnitOfWork
from bot.services.requests.backends import Backends
from bot.services.requests.checking import RequestChecks, needs_of, shape_of
from bot.services.requests.desk import Press, RequestDesk
from bot.services.studio_panel import (
    PRESETS_A_PAGE,
    Panel,
    PresetPage,
    digest_of,
    list_companions,
    offers_for,
    page_of,
)
from bot.services.studio_recall import PictureRecall

MOST_CHOICES = 25
"""What Discord shows of an autocomplete."""

REFUSALS = (
    BackendCannotError,
    CastSizeError,
    NotAdvancedReadyError,
    NotFoundError,
    NotSharedError,
    PresetUnfitError,
    PromptMissingError,
    PromptTooLongError,
    UnknownPresetError,
)
"""What choices on a panel can be refused for; what only a command can ask for is not among them."""

Change = Callable[[StudioChoices], StudioChoices]


@dataclass(frozen=True, slots=True)
class _Desktop:
    """What one unit of work finds about a member."""

    choices: StudioChoices
    balance: Balance
    preferences: Preferences


def _unchanged(choices: StudioChoices) -> StudioChoices:
    return choices


class StudioService:
    """One panel a member and guild. All open panels of a member show the same choices, which outlive the process."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        welcome: int,
        checks: RequestChecks,
        recall: PictureRecall,
        presets: PresetShelf,
        backends: Backends,
        prices: Prices,
        desk: RequestDesk,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._welcome = welcome
        self._checks = checks
        self._recall = recall
        self._presets = presets
        self._backends = backends
        self._prices = prices
        self._desk = desk

    # ------------------------------------------------------------------ the panel

    async def open(self, place: Place, user_id: int) -> Panel:
        """A member's panel as they left it. The first look opens their account and gives the welcome."""
        return await self.change(place, user_id, _unchanged)

    async def change(self, place: Place, user_id: int, change: Change) -> Panel:
        """Change what is chosen, and the panel after it. ``change`` runs inside the unit of work: pure and quick.

        Raises:
            DarkroomError: what ``change`` raises; then nothing was changed.
        """
        return await self._panel(place, user_id, await self._changed(place.guild_id, user_id, change))

    async def reuse(self, place: Place, user_id: int, image_id: str) -> Panel:
        """The panel filled with the prompt, companions and options of a picture.

        Companions who are gone or not this member's to picture are left out, and counted.

        Raises:
            NotFoundError: there is no such picture here, it was deleted, or it is no picture of a scene.
            MatureRefusedError: it is mature, and its words may not be told here.
        """
        recalled = await self._recall.recall(place, user_id, image_id)
        desktop = await self._changed(place.guild_id, user_id, recalled.applied_to)
        return replace(await self._panel(place, user_id, desktop), left_out=recalled.left_out)

    async def choices(self, place: Place, user_id: int) -> StudioChoices:
        """What is chosen now, in one short read: for what must be shown before an acknowledgement."""

        async def work(uow: UnitOfWork) -> StudioChoices | None:
            account_id = await uow.members.account_of(user_id)
            return None if account_id is None else await uow.studio.get(account_id, place.guild_id)

        return await self._storage.read(work) or StudioChoices()

    async def generate(self, press: Press) -> str:
        """Begin a request for what is on the presser's panel; call right after the ack. Returns its id.

        The press's trigger ends with the digest of what the panel showed (:attr:`Panel.digest`): the same
        Generate twice is one request, a changed panel may start another.

        Raises:
            PanelChangedError: something else is chosen now than what was shown.
            DarkroomError: see :meth:`RequestDesk.begin`.
        """
        reply, parent_id = press.reply, press.options.parent_channel_id
        choices = await self.choices(Place(reply.guild_id, reply.channel_id, parent_id), press.user_id)
        if not press.trigger_key.endswith(f":{digest_of(choices)}"):
            raise PanelChangedError
        options = replace(choices.options(), parent_channel_id=parent_id)
        return await self._desk.begin(replace(press, kind=choices.kind, options=options))

    # ------------------------------------------------------------------ presets

    async def preset_page(self, place: Place, user_id: int, kind: PresetKind, page: int) -> PresetPage:
        """A page of the presets of one kind that are made for the chosen companion; all while none is chosen."""
        choices = await self.choices(place, user_id)
        usable = await self._checks.usable(place, user_id)
        companion = next((c for c in usable if c.companion_id in choices.cast_ids), None)
        fitting = self._fitting(kind, companion)
        page, pages = page_of(page, len(fitting), PRESETS_A_PAGE)
        shown = fitting[page * PRESETS_A_PAGE : (page + 1) * PRESETS_A_PAGE]
        chosen = self._presets.get(choices.presets.of(kind))
        return PresetPage(
            kind=kind,
            presets=tuple(shown),
            thumbnails=tuple([await self._presets.thumbnail(preset.preset_id) for preset in shown]),
            chosen_id=choices.presets.of(kind),
            chosen_name="" if chosen is None else chosen.name,
            companion="" if companion is None else companion.name,
            page=page,
            pages=pages,
        )

    async def suggest_presets(
        self, place: Place, user_id: int, kind: PresetKind, typed: str, companion: str | None
    ) -> Sequence[Preset]:
        """The presets that may be meant, made for the companion of that name where one is named; at most 25."""
        named = None
        if companion:
            named = find_named(companion, await self._checks.usable(place, user_id))
        folded = fold_name(typed)
        return [p for p in self._fitting(kind, named) if folded in fold_name(p.name)][:MOST_CHOICES]

    # ------------------------------------------------------------------ companions

    async def suggest(
        self, place: Place, user_id: int, kind: RequestKind, typed: str
    ) -> tuple[Companion, ...]:
        """The companions that may be meant and can be in a picture of this kind; at most 25."""
        usable = await self._checks.usable(place, user_id)
        able = [c for c in usable if c.advanced_ready or not kind.needs_likeness]
        return suggested(typed, able, MOST_CHOICES)

    # ------------------------------------------------------------------ inside

    def _fitting(self, kind: PresetKind, companion: Companion | None) -> Sequence[Preset]:
        return [
            preset
            for preset in self._presets.all(kind)
            if companion is None or companion.look.gender in preset.fits
        ]

    async def _changed(self, guild_id: int, user_id: int, change: Change) -> _Desktop:
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> _Desktop:
            account_id = await ensure_member(uow, user_id, guild_id, welcome=self._welcome, now_ms=now_ms)
            before = await uow.studio.get(account_id, guild_id) or StudioChoices()
            after = change(before)
            if after != before:
                await uow.studio.set(account_id, guild_id, after)
            return _Desktop(
                after,
                await uow.ledger.balance(account_id, guild_id),
                await uow.preferences.get(account_id),
            )

        return await self._storage.write(work)

    async def _panel(self, place: Place, user_id: int, desktop: _Desktop) -> Panel:
        choices, options = desktop.choices, desktop.choices.options()
        usable = await self._checks.usable(place, user_id)
        known = {companion.companion_id: companion for companion in usable}
        least, most = CAST_SIZES[choices.kind]
        size = len(choices.cast_ids)
        backends = await self._backends_of(place.guild_id)
        shape = shape_of(options, max(size, least), desktop.preferences, backends)
        needs = needs_of(choices.kind, options, shape, max(size, least))
        needs_filter = await self._checks.needs_filter(place, backends)
        presets = (self._presets.get(preset_id) for preset_id in choices.presets.ids)
        return Panel(
            choices=choices,
            cast=tuple(known[cid] for cid in choices.cast_ids if cid in known),
            listing=list_companions(usable, choices.listed, user_id),
            presets=tuple(preset for preset in presets if preset is not None),
            shape=shape,
            offers=offers_for(backends, replace(needs, filtered=needs_filter)),
            cost=self._cost(choices, size) if least <= size <= most or not choices.is_group else None,
            balance=desktop.balance,
            problem=await self._problem(choices, place, user_id),
        )

    def _cost(self, choices: StudioChoices, cast_size: int) -> int:
        options = choices.options()
        return self._prices.of(
            choices.kind,
            cast_size=max(cast_size, 1),
            resolution=options.resolution,
            count=options.count,
        )

    async def _backends_of(self, guild_id: int) -> Backends:
        """Whose abilities are offered: where the guild's choice is gone, everybody's, and the problem says it."""
        try:
            return await self._checks.backends_of(guild_id)
        except BackendCannotError:
            return self._backends

    async def _problem(self, choices: StudioChoices, place: Place, user_id: int) -> DarkroomError | None:
        try:
            await self._checks.check_studio(choices.kind, choices.options(), place, user_id)
        except REFUSALS as error:
            return error
        return None
