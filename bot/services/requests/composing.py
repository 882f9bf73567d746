"""From a request to a quote: its scene, its cast, its prompt, its backend and its price."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion, Look
from bot.domain.errors import NotFoundError
from bot.domain.picture import Rating
from bot.domain.presets import Preset
from bot.domain.pricing import Prices
from bot.domain.prompts import advanced_prompt, natural_prompt, premium_prompt, reference_prompt
from bot.domain.request import ImageRequest, Promise, RequestKind, RequestOptions
from bot.domain.scene import Scene
from bot.services.companions import CompanionService
from bot.services.ports.chat import SeenMessage
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import Preferences, Storage, UnitOfWork
from bot.services.ratings import RatingService, place_of
from bot.services.requests.checking import RequestChecks, needs_of, shape_of
from bot.services.requests.scenes import SceneSource, of_reference, recast

SEED_LIMIT = 2**31


@dataclass(frozen=True, slots=True)
class Quote:
    """What will be made and what it costs, in moments; ``promise`` is for any backend that makes it."""

    scene: Scene
    prompt: str
    cost: int
    seed: int
    backend: str
    rating: Rating
    options: RequestOptions
    promise: Promise

    def applied_to(self, request: ImageRequest) -> ImageRequest:
        """The request with this quote, as the database keeps it."""
        return replace(
            request,
            scene=self.scene,
            prompt=self.prompt,
            cost=self.cost,
            seed=self.seed,
            backend=self.backend,
            rating=self.rating,
            options=self.options,
            promise=self.promise,
        )


class Composer:
    """Quotes requests."""

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        scenes: SceneSource,
        checks: RequestChecks,
        safety: SafetyCheck,
        ratings: RatingService,
        prices: Prices,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._scenes = scenes
        self._checks = checks
        self._safety = safety
        self._ratings = ratings
        self._prices = prices

    async def compose(self, request: ImageRequest, carried: SeenMessage | None) -> Quote:
        """Find the scene of a received request and quote its picture.

        Args:
            request: a received request.
            carried: the message that came with the press itself, readable even where the
                message-content intent is off.

        Raises:
            NoCastError: nobody is here to be pictured.
            ContextUnreadableError: the messages can't be read, and nothing else says what to picture.
            MissingPermissionError, NotFoundError: the channel can't be read; a picture or companion is gone.
            UnsafeRequestError: a check refused the prompt.
            MatureRefusedError: it is rated mature, and something that this needs is missing.
            BackendCannotError: no backend makes this.
            DarkroomError: what :class:`RequestChecks` says about a studio request, an edit or a reference.
        """
        options = request.options
        if options.parent_image_id is not None:
            parent = await self._scenes.of_picture(request, options.parent_image_id)
            return await self._again(request, parent)
        match request.kind:
            case RequestKind.INSTANT:
                scene = await self._scenes.of_talk(request, carried)
            case RequestKind.EDIT:
                return await self._edit(request)
            case RequestKind.REFERENCE:
                await self._checks.check_reference_request(options, place_of(request), request.user_id)
                scene = of_reference(options.companion_ids[0])
            case _:
                scene = await self._studio_scene(request)
        return await self._quote(request, scene, options.seed)

    async def requote(self, request: ImageRequest, companion_ids: Sequence[str]) -> Quote:
        """Price a quoted request with another cast; everything else stays.

        Raises:
            NotFoundError: a companion of the cast is gone.
            UnsafeRequestError, MatureRefusedError: see :meth:`compose`.
            BackendCannotError: no backend makes this.
        """
        if not request.kind.is_studio:
            return await self._quote(request, recast(request.require_scene(), companion_ids), request.seed)
        options = replace(request.options, companion_ids=tuple(companion_ids))
        asked = replace(request, options=options)
        return await self._quote(asked, await self._studio_scene(asked), request.seed)

    async def check_quoted(self, request: ImageRequest) -> None:
        """Pass a quoted request whose picture may still be made where it was asked for.

        Raises:
            MatureRefusedError: it is rated mature, and something that this needs is missing by now.
        """
        await self._ratings.require_request(request.rating, request)

    async def cast_of(self, scene: Scene) -> tuple[Companion, ...]:
        """The companions in a scene, in its order.

        Raises:
            NotFoundError: one of them is gone.
        """
        cast = await self._still_there(scene)
        if len(cast) != len(scene.cast):
            raise NotFoundError
        return cast

    async def names_of(self, scene: Scene) -> tuple[str, ...]:
        """The names of those in a scene who are still there."""
        return tuple(companion.name for companion in await self._still_there(scene))

    async def _still_there(self, scene: Scene) -> tuple[Companion, ...]:
        found = [await self._companions.get(companion_id) for companion_id in scene.cast]
        return tuple(companion for companion in found if companion is not None)

    async def _again(self, request: ImageRequest, parent: ImageRequest) -> Quote:
        """The parent's scene once more, under the rules as they are for who asks now."""
        if request.kind.is_studio:
            await self._checks.check_studio(request.kind, request.options, place_of(request), request.user_id)
        elif request.kind is RequestKind.EDIT:
            await self._checks.check_edit_request(request.options, place_of(request))
        return await self._quote(request, parent.require_scene(), request.options.seed)

    async def _studio_scene(self, request: ImageRequest) -> Scene:
        options = request.options
        checked = await self._checks.check_studio(request.kind, options, place_of(request), request.user_id)
        return await self._scenes.of_prompt(options.prompt, checked.cast, checked.presets)

    async def _edit(self, request: ImageRequest) -> Quote:
        """The scene of the edited picture with the change; its seed, so that nothing else changes."""
        options = request.options
        await self._checks.check_edit_request(options, place_of(request))
        image, parent = await self._checks.picture(options.edit_of_image_id or "", request.guild_id)
        before = parent.require_scene()
        scene = await self._scenes.of_edit(before, options.prompt, await self.cast_of(before))
        return await self._quote(request, scene, image.seed if options.seed is None else options.seed)

    async def _quote(self, request: ImageRequest, scene: Scene, seed: int | None) -> Quote:
        async def work(uow: UnitOfWork) -> tuple[Preferences, bool]:
            preferences = await uow.preferences.get(request.account_id)
            is_first = request.kind is RequestKind.REFERENCE and not await uow.images.any_candidates(
                scene.cast[0]
            )
            return preferences, is_first

        preferences, is_first = await self._storage.read(work)
        options = request.options
        cast = await self.cast_of(scene)
        prompt = _prompt(request.kind, options, scene, cast, self._checks.presets_of(options))
        rating = await self._safety.rate(
            [options.hint, options.prompt, prompt, *_said(scene)],
            forbidden=await self._checks.forbidden_words(request.guild_id),
        )
        await self._ratings.require_request(rating, request)
        backends = await self._checks.backends_of(request.guild_id)
        shape = shape_of(options, len(cast), preferences, backends)
        needs = needs_of(request.kind, options, shape, len(cast))
        needs_filter = await self._ratings.needs_filter(place_of(request), backends)
        likenesses = likenesses_of(request.kind, cast, len(cast))
        backend = backends.choose(replace(needs, rating=rating, filtered=needs_filter, likenesses=likenesses))
        cost = self._prices.of(
            request.kind, cast_size=len(cast), resolution=options.resolution, count=options.count
        )
        return Quote(
            scene=scene,
            prompt=prompt,
            cost=0 if is_first else cost,
            seed=secrets.randbelow(SEED_LIMIT) if seed is None else seed,
            backend=backend.name,
            rating=rating,
            options=replace(options, shape=shape),
            promise=Promise(
                likenesses=likenesses_of(request.kind, cast, backend.capabilities.max_references),
                is_photo=not backend.capabilities.is_illustration,
            ),
        )


def likenesses_of(kind: RequestKind, cast: Sequence[Companion], most: int) -> int:
    """How many of a cast are drawn after their references, of which a backend takes ``most`` at once.

    Everyone or nobody: a group in which only some are alike misleads. Premium pictures and new candidates are
    made from looks alone.
    """
    from_looks = kind in {RequestKind.PREMIUM, RequestKind.REFERENCE}
    if from_looks or len(cast) > most or not all(companion.advanced_ready for companion in cast):
        return 0
    return len(cast)


def _prompt(
    kind: RequestKind,
    options: RequestOptions,
    scene: Scene,
    cast: Sequence[Companion],
    presets: Sequence[Preset],
) -> str:
    looks: Mapping[str, tuple[str, Look]] = {c.companion_id: (c.name, c.look) for c in cast}
    match kind:
        case RequestKind.INSTANT:
            return natural_prompt(scene, looks)
        case RequestKind.PREMIUM:
            return premium_prompt(options.prompt, presets, scene, looks)
        case RequestKind.EDIT:
            return options.prompt
        case RequestKind.REFERENCE:
            return reference_prompt(cast[0].name, cast[0].look)
        case _:
            return advanced_prompt(options.prompt, scene, looks)


def _said(scene: Scene) -> tuple[str, ...]:
    """Every word of a scene: after an edit or a preset the prompt alone does not have them all."""
    figures = [text for f in scene.figures for text in (f.outfit, f.pose, f.action, f.expression)]
    return tuple(text for text in (scene.setting, scene.mood, *scene.details, *figures) if text)
