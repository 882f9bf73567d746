"""One companion's answer: what it hears, what the model says, and what of it is shown, little by little."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import structlog
from pydantic import ValidationError

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import DeliveryDelayedError, MissingPermissionError, NotFoundError
from bot.services.companions import CompanionService
from bot.services.conversation import persona, wording
from bot.services.conversation.showing import NotShownError, Screen, Stage
from bot.services.conversation.turns import Turn
from bot.services.conversation.wishing import TalkPictures
from bot.services.ports.chat import ConversationReader, SeenMessage
from bot.services.ports.language import LanguageModel, LanguageModelError, Line, Said, ToolUse

log = structlog.get_logger()

TYPING_EVERY_S = 8.0
"""Discord shows somebody typing for ten seconds."""


@dataclass(slots=True)
class _Draft:
    """What the model has said so far. ``wish`` is the picture that it asked for, ``failure`` why it broke off."""

    text: str = field(default="", repr=False)
    wish: persona.PictureWish | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class _Window:
    """The talk that a companion hears."""

    lines: Sequence[Line] = field(repr=False)
    names: Sequence[str]


class Answerer:
    """Has companions answer. What people said lives only inside :meth:`answer`."""

    def __init__(
        self,
        *,
        model: LanguageModel,
        companions: CompanionService,
        reader: ConversationReader,
        pictures: TalkPictures,
        stage: Stage,
        context_messages: int,
    ) -> None:
        self._model = model
        self._companions = companions
        self._reader = reader
        self._pictures = pictures
        self._stage = stage
        self._context_messages = context_messages

    async def answer(self, turn: Turn) -> None:
        """Answer a message as a companion; silence where there is nothing to be said, or nobody to say it.

        A model that can't be reached is a line in the log, and the picture that the message asks for in plain
        words is made all the same.

        Raises:
            MissingPermissionError, NoRoomForVoiceError, NotFoundError, InvalidInputError, DeliveryDelayedError:
                the companion can't speak there; see :class:`bot.services.ports.speaking.CompanionVoice`.
            StorageError: the database can't work now.
        """
        if not await self._stage.is_welcome(turn):
            return
        typing = asyncio.create_task(self._type(turn))
        try:
            window = await self._hear(turn)
            await self._speak(turn, window, typing)
        except NotShownError as error:
            log.info("companion_stopped", companion_id=turn.companion.companion_id, reason=error.reason)
        finally:
            typing.cancel()
            await asyncio.gather(typing, return_exceptions=True)

    async def _speak(self, turn: Turn, window: _Window, typing: asyncio.Task[None]) -> None:
        companion = turn.companion
        others = [other for other in turn.wish.present if other.companion_id != companion.companion_id]
        is_mature = await self._stage.allows_mature(turn.heard.place)
        rules = persona.rules_for(is_mature=is_mature, pictures=persona.WITH_TOOL)
        screen = self._stage.screen(turn, [line.text for line in window.lines], secret=rules)
        instructions = persona.instructions_for(companion, others, rules)
        draft = _Draft()
        pieces = self._model.talk(instructions, window.lines, (persona.PICTURE_TOOL,))
        await self._follow(turn, pieces, draft, window, screen)
        has_picture = await self._picture(turn, draft)
        text = self._spoken(companion, draft, window)
        if has_picture and not text.strip() and not draft.failure:
            rules = persona.rules_for(is_mature=is_mature, pictures=persona.ON_ITS_WAY)
            instructions = persona.instructions_for(companion, others, rules)
            draft = _Draft()
            await self._listen(self._model.talk(instructions, window.lines), draft)
            text = self._spoken(companion, draft, window)
        elif not has_picture:
            text = wording.without_claims(text, self._pictures.claims)
        typing.cancel()
        if draft.failure is not None:
            log.warning("companion_has_no_words", companion_id=companion.companion_id, reason=draft.failure)
            text = wording.whole_sentences(text)
        if text.strip():
            await screen.finish(wording.cut(text.strip()))

    def _spoken(self, companion: Companion, draft: _Draft, window: _Window) -> str:
        others = [name for name in window.names if fold_name(name) != fold_name(companion.name)]
        return wording.as_spoken(draft.text, companion.name, others)

    async def _picture(self, turn: Turn, draft: _Draft) -> bool:
        """Whether the picture that was asked for is on record: before anything is said of it."""
        if draft.wish is not None:
            return await self._pictures.by_tool(turn.wish, turn.companion, draft.wish)
        if draft.failure is not None or wording.claims_in(draft.text, self._pictures.claims):
            return await self._pictures.by_rules(turn.wish)
        return False

    # -- listening to the model -------------------------------------------------------------------

    async def _follow(
        self,
        turn: Turn,
        pieces: AsyncIterator[Said | ToolUse],
        draft: _Draft,
        window: _Window,
        screen: Screen,
    ) -> None:
        """Show what the model says while it says it: whole sentences, and none that claims a picture."""
        listening = asyncio.create_task(self._listen(pieces, draft))
        stopping = asyncio.create_task(turn.stopped.wait())
        try:
            while True:
                await asyncio.wait(
                    {listening, stopping},
                    timeout=self._stage.edit_every_s,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if stopping.done():
                    raise NotShownError("withdrawn")
                if listening.done():
                    listening.result()
                    return
                part = wording.whole_sentences(self._spoken(turn.companion, draft, window))
                await screen.show(wording.cut(wording.until_claim(part, self._pictures.claims)))
        finally:
            for task in (listening, stopping):
                task.cancel()
            await asyncio.gather(listening, stopping, return_exceptions=True)

    @staticmethod
    async def _listen(pieces: AsyncIterator[Said | ToolUse], draft: _Draft) -> None:
        try:
            async for piece in pieces:
                if isinstance(piece, Said):
                    draft.text += piece.text
                elif piece.name == persona.SEND_PICTURE and draft.wish is None:
                    draft.wish = _wish_of(piece)
        except LanguageModelError as error:
            draft.failure = error.reason

    async def _type(self, turn: Turn) -> None:
        while not turn.begun.is_set():
            await self._stage.show_typing(turn.heard.place)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TYPING_EVERY_S):
                    await turn.begun.wait()

    # -- what was said before -----------------------------------------------------------------------

    async def _hear(self, turn: Turn) -> _Window:
        """The end of the talk; where the history can't be read, the one message."""
        heard = turn.heard
        place = heard.place
        trigger = turn.wish.message
        try:
            seen = await self._reader.read(place.channel_id, None, self._context_messages)
        except (MissingPermissionError, NotFoundError, DeliveryDelayedError) as error:
            self._stage.note_trouble(place, error)
            seen = ()
        seen = _with(seen, trigger)
        speakers = await self._companions.resolve(place.guild_id, place.channel_id, place.parent_id, seen)
        lines = persona.lines_of(seen, speakers, turn.companion)
        return _Window(lines, tuple(dict.fromkeys(line.speaker for line in lines if line.speaker)))


def _with(seen: Sequence[SeenMessage], trigger: SeenMessage) -> Sequence[SeenMessage]:
    """The talk with the message that is answered, as it came: the history may not show its text."""
    if all(message.message_id != trigger.message_id for message in seen):
        return (*seen, trigger)
    return [
        replace(message, text=message.text or trigger.text)
        if message.message_id == trigger.message_id
        else message
        for message in seen
    ]


def _wish_of(use: ToolUse) -> persona.PictureWish:
    """What the tool was given. Its form was checked; what is wrong all the same asks for nothing special."""
    try:
        return persona.PictureWish.model_validate(dict(use.arguments))
    except ValidationError:
        return persona.PictureWish()
