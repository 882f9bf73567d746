"""Where a request's scene comes from: the talk, a picture, the member's own prompt, an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.companion import Companion
from bot.domain.errors import ContextUnreadableError, NoCastError, NotFoundError
from bot.domain.presets import Preset
from bot.domain.request import ImageRequest
from bot.domain.scene import MAX_CAST, Candidate, Conversation, Figure, Message, Scene
from bot.services.companions import CompanionService, Here
from bot.services.ports.chat import ConversationReader, SeenMessage
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.ports.writing import SceneWriter


class SceneSource:
    """Finds or writes scenes. Conversation text lives only inside :meth:`of_talk`."""

    def __init__(
        self,
        *,
        storage: Storage,
        reader: ConversationReader,
        companions: CompanionService,
        writer: SceneWriter,
        context_messages: int,
    ) -> None:
        self._storage = storage
        self._reader = reader
        self._companions = companions
        self._writer = writer
        self._context_messages = context_messages

    async def of_picture(self, request: ImageRequest, image_id: str) -> ImageRequest:
        """The request that made a picture of the same guild; it has a scene.

        Raises:
            NotFoundError: there is no such picture here (any more).
        """

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            image = await uow.images.get(image_id)
            if image is None or image.deleted_at_ms is not None:
                return None
            return await uow.requests.get(image.request_id)

        parent = await self._storage.read(work)
        if parent is None or parent.guild_id != request.guild_id:
            raise NotFoundError  # a custom id can be forged
        return parent

    async def of_talk(self, request: ImageRequest, carried: SeenMessage | None) -> Scene:
        """The scene at the end of the talk where the request was made.

        Raises:
            NoCastError, ContextUnreadableError, MissingPermissionError, NotFoundError: see :class:`Composer`.
        """
        options = request.options
        seen = _with_carried(await self._read(request), carried)
        place = Place(request.guild_id, request.reply.channel_id, options.parent_channel_id)

        async def work(uow: UnitOfWork) -> Here:
            return await self._companions.here(uow, place, seen)

        here = await self._storage.read(work)
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
        return recast(scene, options.companion_ids) if options.companion_ids else scene

    async def of_prompt(self, prompt: str, cast: Sequence[Companion], presets: Sequence[Preset]) -> Scene:
        """What a member's own prompt and presets say. Where both say the same thing, the prompt decides."""
        scene = await self._writer.read_prompt(prompt, cast)
        for preset in presets:
            scene = _with_preset(scene, preset)
        return scene

    async def of_edit(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """A picture's scene with what the words change."""
        return await self._writer.edit(scene, words, cast)

    async def _read(self, request: ImageRequest) -> Sequence[SeenMessage]:
        options, channel_id = request.options, request.reply.channel_id
        pressed = options.moment_of_message_id
        if pressed is None:
            return await self._reader.read(channel_id, options.upto_message_id, self._context_messages)
        seen = await self._reader.read(channel_id, None, self._context_messages)
        if any(message.message_id == pressed for message in seen):
            return _moment_of(seen, pressed)
        return await self._reader.read(channel_id, pressed, self._context_messages)


def of_reference(companion_id: str) -> Scene:
    """One companion alone, whole, before nothing."""
    return Scene((Figure(companion_id, pose="standing"),), setting="studio", framing="full body")


def recast(scene: Scene, companion_ids: Sequence[str]) -> Scene:
    """The same scene with another cast: who stays keeps what they do; who is new is simply there."""
    known = {figure.companion_id: figure for figure in scene.figures}
    figures = tuple(known.get(cid, Figure(cid)) for cid in dict.fromkeys(companion_ids))
    return replace(scene, figures=figures[:MAX_CAST])


def _with_preset(scene: Scene, preset: Preset) -> Scene:
    """A scene with a preset under it: it fills what is still open."""
    given, own = preset.figure, scene.figures[0]
    is_acting = bool(own.action or own.pose)
    figure = replace(
        own,
        outfit=own.outfit or given.outfit,
        action=own.action if is_acting else given.action,
        pose=own.pose if is_acting else given.pose,
        expression=own.expression or given.expression,
    )
    shows = preset.shows
    return replace(
        scene,
        figures=(figure, *scene.figures[1:]),
        setting=scene.setting or shows.setting,
        time_of_day=scene.time_of_day or shows.time_of_day,
        weather=scene.weather or shows.weather,
        light=scene.light or shows.light,
        mood=scene.mood or shows.mood,
        framing=scene.framing or shows.framing,
        details=tuple(dict.fromkeys((*scene.details, *shows.details))),
    )


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
