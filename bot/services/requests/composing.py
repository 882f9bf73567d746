"""From a press to a quote: read the talk, write the scene, decide the cast, price it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion
from bot.domain.errors import ContextUnreadableError, NoCastError, NotFoundError
from bot.domain.picture import Aspect, Rating
from bot.domain.pricing import Prices
from bot.domain.prompts import natural_prompt
from bot.domain.request import ImageRequest, RequestOptions
from bot.domain.scene import MAX_CAST, Candidate, Conversation, Figure, Message, Scene
from bot.services.companions import CompanionService, Here
from bot.services.ports.chat import ConversationReader, SeenMessage
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Preferences, Storage, UnitOfWork
from bot.services.ports.writing import SceneWriter
from bot.services.requests.backends import Backends, Needs

SEED_LIMIT = 2**31


@dataclass(frozen=True, slots=True)
class Quote:
    """What will be made and what it costs, in moments."""

    scene: Scene
    prompt: str
    cost: int
    seed: int
    backend: str
    rating: Rating
    options: RequestOptions

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
        )


def _shape(options: RequestOptions, cast_size: int, preferences: Preferences) -> Aspect:
    """As chosen, else the member's own default, else by the number of companions."""
    if options.aspect is not None:
        return options.aspect
    if cast_size > 1:
        return preferences.aspect_group or Aspect.LANDSCAPE
    return preferences.aspect_solo or Aspect.PORTRAIT


class Composer:
    """Writes scenes and quotes. Conversation text lives only inside :meth:`compose`."""

    def __init__(
        self,
        *,
        storage: Storage,
        reader: ConversationReader,
        companions: CompanionService,
        writer: SceneWriter,
        safety: SafetyCheck,
        backends: Backends,
        prices: Prices,
        context_messages: int,
    ) -> None:
        self._storage = storage
        self._reader = reader
        self._companions = companions
        self._writer = writer
        self._safety = safety
        self._backends = backends
        self._prices = prices
        self._context_messages = context_messages

    async def compose(self, request: ImageRequest, carried: SeenMessage | None) -> Quote:
        """Read the conversation and quote the picture of its end.

        Args:
            request: a received request.
            carried: the message that came with the press itself, readable even where the
                message-content intent is off.

        Raises:
            NoCastError: nobody is here to be pictured.
            ContextUnreadableError: the messages can't be read, and nothing else says what to picture.
            MissingPermissionError, NotFoundError: the channel can't be read.
            UnsafeRequestError: a check refused the prompt.
            BackendCannotError: no backend makes this.
        """
        if request.options.parent_image_id is not None:
            scene, preferences = await self._scene_of_picture(request, request.options.parent_image_id)
        else:
            scene, preferences = await self._scene_of_talk(request, carried)
        return await self._quote(request, scene, preferences, request.options.seed)

    async def requote(self, request: ImageRequest, companion_ids: Sequence[str]) -> Quote:
        """Price a quoted request with another cast; everything else stays.

        Raises:
            NotFoundError: a companion of the cast is gone.
            UnsafeRequestError: a check refused the prompt.
            BackendCannotError: no backend makes this.
        """

        async def work(uow: UnitOfWork) -> Preferences:
            return await uow.preferences.get(request.account_id)

        scene = self.recast(request.require_scene(), companion_ids)
        return await self._quote(request, scene, await self._storage.read(work), request.seed)

    async def _quote(
        self, request: ImageRequest, scene: Scene, preferences: Preferences, seed: int | None
    ) -> Quote:
        options = request.options
        cast = await self.cast_of(scene)
        prompt = natural_prompt(scene, {c.companion_id: (c.name, c.look) for c in cast})
        await self._safety.check_text([options.hint, prompt])
        shape = _shape(options, len(cast), preferences)
        backend = self._backends.choose(Needs(shape, options.resolution, options.count))
        return Quote(
            scene=scene,
            prompt=prompt,
            cost=self._prices.instant(len(cast), options.resolution) * options.count,
            seed=secrets.randbelow(SEED_LIMIT) if seed is None else seed,
            backend=backend.name,
            rating=Rating.GENERAL,
            options=replace(options, shape=shape),
        )

    async def cast_of(self, scene: Scene) -> tuple[Companion, ...]:
        """The companions in a scene, in its order.

        Raises:
            NotFoundError: one of them is gone.
        """
        found = [await self._companions.get(companion_id) for companion_id in scene.cast]
        cast = tuple(companion for companion in found if companion is not None)
        if len(cast) != len(found):
            raise NotFoundError
        return cast

    async def names_of(self, scene: Scene) -> tuple[str, ...]:
        """The names of those in a scene who are still there."""
        found = [await self._companions.get(companion_id) for companion_id in scene.cast]
        return tuple(companion.name for companion in found if companion is not None)

    def recast(self, scene: Scene, companion_ids: Sequence[str]) -> Scene:
        """The same scene with another cast: who stays keeps what they do; who is new is simply there."""
        known = {figure.companion_id: figure for figure in scene.figures}
        figures = tuple(known.get(cid, Figure(cid)) for cid in dict.fromkeys(companion_ids))
        return replace(scene, figures=figures[:MAX_CAST])

    async def _scene_of_picture(self, request: ImageRequest, image_id: str) -> tuple[Scene, Preferences]:
        async def work(uow: UnitOfWork) -> tuple[Scene, Preferences]:
            image = await uow.images.get(image_id)
            parent = await uow.requests.get(image.request_id) if image else None
            if image is None or image.deleted_at_ms is not None or parent is None or parent.scene is None:
                raise NotFoundError
            if parent.guild_id != request.guild_id:
                raise NotFoundError  # a custom id can be forged
            return parent.scene, await uow.preferences.get(request.account_id)

        return await self._storage.read(work)

    async def _scene_of_talk(
        self, request: ImageRequest, carried: SeenMessage | None
    ) -> tuple[Scene, Preferences]:
        options = request.options
        seen = _with_carried(await self._read(request), carried)
        place = Place(request.guild_id, request.reply.channel_id, options.parent_channel_id)

        async def work(uow: UnitOfWork) -> tuple[Here, Preferences]:
            here = await self._companions.here(uow, place, seen)
            return here, await uow.preferences.get(request.account_id)

        here, preferences = await self._storage.read(work)
        chosen = [await self._companions.get(companion_id) for companion_id in options.companion_ids]
        candidates = {c.companion_id: c for c in [*chosen, *here.candidates] if c is not None}
        if not candidates:
            raise NoCastError
        if seen and not options.hint and not any(message.text.strip() for message in seen):
            raise ContextUnreadableError
        conversation = Conversation(
            messages=_messages(seen, here.speakers),
            candidates=tuple(_candidate(companion) for companion in candidates.values()),
            requester=request.requester,
            hint=options.hint,
        )
        scene = await self._writer.write(conversation)
        if options.companion_ids:
            scene = self.recast(scene, options.companion_ids)
        return scene, preferences

    async def _read(self, request: ImageRequest) -> Sequence[SeenMessage]:
        options, channel_id = request.options, request.reply.channel_id
        pressed = options.moment_of_message_id
        if pressed is None:
            return await self._reader.read(channel_id, options.upto_message_id, self._context_messages)
        seen = await self._reader.read(channel_id, None, self._context_messages)
        if any(message.message_id == pressed for message in seen):
            return _moment_of(seen, pressed)
        return await self._reader.read(channel_id, pressed, self._context_messages)


def _moment_of(seen: Sequence[SeenMessage], pressed: int) -> Sequence[SeenMessage]:
    """Up to the pressed message and what members answered, before a companion speaks again.

    Each companion's message has a button of its own, so an older button means an older moment.
    """
    for index, message in enumerate(seen):
        if message.message_id > pressed and message.webhook_id is not None:
            return seen[:index]
    return seen


def _with_carried(seen: Sequence[SeenMessage], carried: SeenMessage | None) -> list[SeenMessage]:
    if carried is None:
        return list(seen)
    if any(message.message_id == carried.message_id for message in seen):
        return [carried if m.message_id == carried.message_id and not m.text else m for m in seen]
    return [*seen, carried]


def _candidate(companion: Companion) -> Candidate:
    return Candidate(
        companion.companion_id,
        companion.name,
        companion.aliases,
        companion.look.gender,
        companion.owner_id,
    )


def _messages(seen: Sequence[SeenMessage], speakers: Mapping[int, Companion]) -> tuple[Message, ...]:
    messages: list[Message] = []
    for message in seen:
        if not message.text.strip():
            continue
        companion = speakers.get(message.message_id)
        messages.append(
            Message(
                speaker=companion.name if companion else message.author_name,
                text=message.text,
                companion_id=companion.companion_id if companion else None,
                author_id=message.author_id,
            )
        )
    return tuple(messages)
