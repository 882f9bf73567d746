"""Where presses arrive: begin a request, agree to its price, change its cast, cancel it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import (
    AlreadySettledError,
    CastSizeError,
    InvalidInputError,
    NotFoundError,
    NotYoursError,
    TooManyRequestsError,
)
from bot.domain.request import (
    Image,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.domain.scene import MAX_CAST
from bot.domain.studio import CAST_SIZES
from bot.services.companion_rules import folded_names
from bot.services.companions import CompanionService
from bot.services.moments import ensure_member
from bot.services.ports.chat import SeenMessage
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.engine import Engine
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.requests.checking import RequestChecks
from bot.services.requests.composing import Composer
from bot.services.requests.driver import RequestDriver
from bot.services.requests.insisting import insist
from bot.services.requests.settling import Settler
from bot.services.requests.triggers import OpenTriggers

MAX_HINT = 1000
MOST_CHOICES = 25
"""What Discord shows of an autocomplete."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a member did: who, where, with what, and what they chose.

    ``companion_names`` are names, aliases or ids as typed; where there are any, they are the cast.
    ``is_agreed``: the price was on the button, so that nobody is asked about it again. ``role_ids`` are
    the member's roles in the guild.
    """

    kind: RequestKind
    source_kind: SourceKind
    source_id: int
    user_id: int
    requester: str
    trigger_key: str
    reply: ReplyTarget
    options: RequestOptions
    companion_names: tuple[str, ...] = ()
    carried: SeenMessage | None = None
    is_agreed: bool = False
    role_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How many requests a member may have open, and how long one may take.

    ``billed_cancels`` is how many a member may cancel within an hour that are billed all the same.
    """

    per_member: int
    deadline_s: int
    billed_cancels: int


@dataclass(frozen=True, slots=True)
class CastChoices:
    """Who could be pictured in a request, who is (``cast``), and how many there may be."""

    companions: Sequence[Companion]
    cast: Sequence[str]
    least: int
    most: int


class RequestDesk:
    """The only way into an image request's life."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        limits: RequestLimits,
        welcome: int,
        companions: CompanionService,
        composer: Composer,
        checks: RequestChecks,
        settler: Settler,
        driver: RequestDriver,
        engine: Engine,
        triggers: OpenTriggers,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._welcome = welcome
        self._companions = companions
        self._composer = composer
        self._checks = checks
        self._settler = settler
        self._driver = driver
        self._engine = engine
        self.triggers = triggers

    async def begin(self, press: Press) -> str:
        """Put a request on record and have it driven; call right after the ack. Returns its id.

        Raises:
            InvalidInputError: the hint is too long.
            ChannelNotAllowedError, RoleNeededError: the guild's owner lets pictures be made elsewhere, or for others.
            UnknownCompanionError: no companion that may be pictured here has this id, name or alias.
            DuplicateRequestError: this press made one already, or its button has an open one.
            TooManyRequestsError: the member has as many open as allowed.
            DarkroomError: what :class:`RequestChecks` says about a studio request, an edit or a reference.
        """
        if len(press.options.hint) > MAX_HINT:
            raise InvalidInputError("hint", f"{MAX_HINT} characters or less")
        await self._checks.check_allowed(_place(press.reply, press.options), press.role_ids)
        options = await self._checked(press)
        request_id = self._ids.new_id()
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> bool:
            account_id = await ensure_member(
                uow, press.user_id, press.reply.guild_id, welcome=self._welcome, now_ms=now_ms
            )
            request = ImageRequest(
                request_id=request_id,
                kind=press.kind,
                source_kind=press.source_kind,
                source_id=press.source_id,
                account_id=account_id,
                user_id=press.user_id,
                requester=press.requester,
                trigger_key=press.trigger_key,
                reply=press.reply,
                state=RequestState.RECEIVED,
                options=options,
                created_at_ms=now_ms,
                deadline_at_ms=now_ms + self._limits.deadline_s * 1000,
                confirmed=press.is_agreed,
            )
            open_count = await uow.requests.count_open(account_id)
            await uow.requests.add(request)  # a second press of the same button is told so first
            if open_count >= self._limits.per_member:
                raise TooManyRequestsError(open_count, self._limits.per_member)
            return True

        async def is_there(uow: UnitOfWork) -> bool | None:
            return True if await uow.requests.get(request_id) is not None else None

        await insist(self._storage, work, is_there)
        if press.carried is not None:
            self._driver.carry(request_id, press.carried)
        self.triggers.bind(press.user_id, press.trigger_key, press.source_id, request_id)
        self._engine.submit(request_id)
        return request_id

    async def again(self, press: Press, image_id: str, *, is_whole_batch: bool = False) -> str:
        """Ask for a picture once more, with a new seed: its kind, prompt and options stay. Returns the request's id.

        Raises:
            NotFoundError: there is no such picture here (any more), or it is a reference candidate.
            MatureRefusedError: it is mature, and something that this needs is missing here.
            DarkroomError: see :meth:`begin`.
        """
        image, parent = await self._checks.picture(image_id, press.reply.guild_id)
        if parent.kind is RequestKind.REFERENCE:
            raise NotFoundError
        await self._checks.check_repeatable(image, _place(press.reply, press.options))
        options = replace(
            parent.options,
            aspect=parent.options.shape,
            shape=None,
            seed=None,
            count=parent.options.count if is_whole_batch else 1,
            parent_image_id=image_id,
            parent_channel_id=press.options.parent_channel_id,
        )
        return await self.begin(replace(press, kind=parent.kind, options=options))

    async def confirm(self, request_id: str, user_id: int) -> None:
        """The member agrees to the price.

        Raises:
            NotFoundError, NotYoursError: there is no such request, or it is somebody else's.
            MatureRefusedError: it is rated mature, and something that this needs is missing by now.
            AlreadySettledError: it went on or ended in the meantime.
        """
        await self._composer.check_quoted(await self._own(request_id, user_id))

        async def work(uow: UnitOfWork) -> None:
            if not await uow.requests.confirm(request_id):
                raise AlreadySettledError

        await self._storage.write(work)
        self._engine.submit(request_id)

    async def cancel(self, request_id: str, user_id: int, *, is_capped: bool = True) -> None:
        """End a request and release what it held. Not ``is_capped``: also what is billed all the same, however often.

        Raises:
            NotFoundError, NotYoursError, AlreadySettledError, BilledCancelCapError: see :meth:`Settler.cancel`.
        """
        most_billed = self._limits.billed_cancels if is_capped else None
        await self._settler.cancel(request_id, user_id, most_billed=most_billed)
        self._driver.interrupt(request_id)
        self._engine.submit(request_id)

    async def cast_choices(self, request_id: str, user_id: int) -> CastChoices:
        """Who could be pictured in a request, and who is.

        Raises:
            NotFoundError, NotYoursError: there is no such request, its cast can't change, or it is somebody else's.
            AlreadySettledError: it has no scene yet, or has ended.
        """
        request = await self._own(request_id, user_id)
        if not request.kind.has_open_cast:
            raise NotFoundError  # a forged custom id
        if request.scene is None or not request.state.is_open:
            raise AlreadySettledError
        place = _place(request.reply, request.options)
        if request.kind.is_studio:
            others = await self._checks.usable(place, user_id)
        else:
            others = await self._companions.present(place)
        pictured = await self._composer.cast_of(request.scene)
        everyone = {companion.companion_id: companion for companion in [*pictured, *others]}
        fitting = [c for c in everyone.values() if c.advanced_ready or not request.kind.needs_likeness]
        return CastChoices(fitting, request.scene.cast, *CAST_SIZES.get(request.kind, (1, MAX_CAST)))

    async def change_cast(self, request_id: str, user_id: int, companion_ids: Sequence[str]) -> ImageRequest:
        """Picture these companions instead: release and quote again.

        Raises:
            CastSizeError: none, or more or fewer than a picture of this kind can show.
            NotFoundError, NotYoursError, AlreadyStartedError, AlreadySettledError, NotEnoughMomentsError:
                see :meth:`Settler.recast`; also when a companion is not among the choices.
        """
        choices = await self.cast_choices(request_id, user_id)
        if not choices.least <= len(set(companion_ids)) <= choices.most:
            raise CastSizeError(len(set(companion_ids)), choices.least, choices.most)
        if not set(companion_ids) <= {companion.companion_id for companion in choices.companions}:
            raise NotFoundError
        request = await self._own(request_id, user_id)
        quote = await self._composer.requote(request, companion_ids)
        changed = await self._settler.recast(request_id, user_id, quote)
        if changed.state is RequestState.RECEIVED:
            await self.confirm(request_id, user_id)  # who chose the cast saw its price
        await self._driver.show_recast(changed)
        return changed

    async def check_editable(self, image_id: str, place: Place) -> Image:
        """A picture that can be edited here, before anybody fills in a form.

        Raises:
            NotFoundError, MatureNoEditError, BackendCannotError: see :meth:`RequestChecks.check_edit`.
        """
        return await self._checks.check_edit(image_id, place)

    async def editable_in(self, place: Place, message_id: int) -> Sequence[Image]:
        """The pictures in a message of a place, all of which can be edited there.

        Raises:
            NotFoundError: there is none of ours.
            MatureNoEditError, BackendCannotError: see :meth:`RequestChecks.check_edit`.
        """

        async def work(uow: UnitOfWork) -> Sequence[Image]:
            return await uow.images.of_message(place.channel_id, message_id)

        images = await self._storage.read(work)
        if not images:
            raise NotFoundError
        return [await self._checks.check_edit(image.image_id, place) for image in images]

    async def companion_choices(
        self, guild_id: int, channel_id: int, parent_channel_id: int | None, user_id: int, typed: str
    ) -> Sequence[Companion]:
        """Who may be named for a picture here and fits what was typed so far, those present first; at most 25."""
        usable = await self._checks.usable(Place(guild_id, channel_id, parent_channel_id), user_id)
        folded = fold_name(typed)
        return [c for c in usable if any(folded in name for name in folded_names(c))][:MOST_CHOICES]

    async def _checked(self, press: Press) -> RequestOptions:
        """The options with everything that was named resolved, and nothing in them that can't be."""
        checks = self._checks
        place = _place(press.reply, press.options)
        options = replace(press.options, presets=checks.chosen_presets(press.options.presets))
        if press.companion_names:
            ids = await checks.named(press.companion_names, place, press.user_id)
            options = replace(options, companion_ids=ids)
        match press.kind:
            case RequestKind.INSTANT:
                pass
            case RequestKind.EDIT:
                options = await checks.check_edit_request(options, place)
            case RequestKind.REFERENCE:
                options = await checks.check_reference_request(options, place, press.user_id)
            case _:
                await checks.check_studio(press.kind, options, place, press.user_id)
        return options

    async def _own(self, request_id: str, user_id: int) -> ImageRequest:
        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return await uow.requests.get(request_id)

        request = await self._storage.read(work)
        if request is None:
            raise NotFoundError
        if request.user_id != user_id:
            raise NotYoursError
        return request


def _place(reply: ReplyTarget, options: RequestOptions) -> Place:
    return Place(reply.guild_id, reply.channel_id, options.parent_channel_id)
