"""Companions answer members. Each message is heard here once, and forgotten as soon as it is answered.

Nothing that a companion, another app or a webhook says is ever heard here, so that no talk goes in circles; the
caps of a minute hold back what members might start. What a member writes is never stored and never logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.companion import Companion
from bot.domain.errors import (
    DarkroomError,
    DeliveryDelayedError,
    InvalidInputError,
    MissingPermissionError,
    NotFoundError,
)
from bot.services.asked_pictures import HeardMessage
from bot.services.companions import CompanionService
from bot.services.conversation.answering import Answerer
from bot.services.conversation.attendance import Attendance
from bot.services.conversation.hearing import Heard, addressed_in, answering
from bot.services.conversation.showing import Stage
from bot.services.conversation.talk_settings import TalkSettings
from bot.services.conversation.turns import Floor, MinuteCaps, Turn
from bot.services.conversation.wishing import TalkPictures
from bot.services.ports.addressing import NameReader
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import NoRoomForVoiceError
from bot.services.ports.storage import Storage, StorageClosedError, StorageError, UnitOfWork

log = structlog.get_logger()

_HINDRANCES = (
    MissingPermissionError,
    NoRoomForVoiceError,
    InvalidInputError,
    DeliveryDelayedError,
    NotFoundError,
)


@dataclass(frozen=True, slots=True)
class _There:
    """The companions present, and the one whose message was answered."""

    present: tuple[Companion, ...]
    replied_to: str | None


class Conversations:
    """What companions hear and answer. ``answerer`` is None where no language model is set: then they are silent.

    Pictures that are asked for in plain words are made with or without one, and wherever pictures may be made.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        attendance: Attendance,
        names: NameReader,
        talk: TalkSettings,
        pictures: TalkPictures,
        caps: MinuteCaps,
        stage: Stage,
        answerer: Answerer | None,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._attendance = attendance
        self._names = names
        self._pictures = pictures
        self._caps = caps
        self._stage = stage
        self._answerer = answerer
        self._floors: dict[int, Floor] = {}
        self._speaking: dict[int, asyncio.Task[None]] = {}
        self._spoke_last: dict[int, str] = {}
        self._is_closed = False
        self.talk = talk

    @property
    def can_answer(self) -> bool:
        """Whether companions answer at all: whether a language model is set."""
        return self._answerer is not None

    def troubles(self, guild_id: int) -> Mapping[int, DarkroomError]:
        """What last kept companions of a guild from answering, by channel; for its owner."""
        return self._stage.troubles(guild_id)

    # -- hearing ------------------------------------------------------------------------------------

    async def hear(self, heard: Heard) -> None:
        """A member wrote something. Returns when it is clear who answers; the answers come by themselves.

        In a channel without companions this costs nothing but a look into memory.

        Raises:
            StorageError, StorageClosedError: the database can't work now.
        """
        place = heard.place
        if self._is_closed or not await self._attendance.may_have(place):
            return
        there = await self._who_is_there(heard)
        if not there.present:
            return
        addressed = addressed_in(heard, there.present, self._names, replied_to=there.replied_to)
        when = await self.talk.when(place)
        answer = answering(when, addressed, there.present, self._spoke_last.get(place.channel_id))
        wish = _for_pictures(heard, addressed or answer, there.present)
        if self._answerer is None or not answer:
            await self._pictures.by_rules(wish)
            return
        floor = self._floors.setdefault(place.channel_id, Floor())
        dropped = floor.queue([Turn(companion, heard, wish) for companion in answer])
        if place.channel_id not in self._speaking:
            self._speaking[place.channel_id] = asyncio.create_task(self._hold(floor, place.channel_id))
        for turn in dropped:
            await self._pictures.by_rules(turn.wish)

    def withdraw(self, channel_id: int, message_id: int) -> None:
        """A message was deleted or edited: an answer to it that has not begun never does."""
        floor = self._floors.get(channel_id)
        if floor is not None:
            floor.withdraw(message_id)

    async def close(self) -> None:
        """Stop answering; what is being sent is sent and recorded."""
        self._is_closed = True
        tasks = list(self._speaking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._companions.speech.finish_sending()

    async def settled(self) -> None:
        """Wait until everybody has answered who was to."""
        while self._speaking:
            await asyncio.wait(list(self._speaking.values()))

    async def _who_is_there(self, heard: Heard) -> _There:
        async def work(uow: UnitOfWork) -> _There:
            here = await self._companions.here(uow, heard.place)
            replied_to = None
            if heard.replied_to_id is not None:
                spoken = await uow.channels.spoken([heard.replied_to_id])
                replied_to = next((message.companion_id for message in spoken.values()), None)
            return _There(here.candidates, replied_to)

        return await self._storage.read(work)

    # -- answering ----------------------------------------------------------------------------------

    async def _hold(self, floor: Floor, channel_id: int) -> None:
        """Have everybody in a channel answer who waits, one after another, until nobody does."""
        try:
            while (turn := floor.next()) is not None:
                await self._answer(turn)
        finally:
            # Nothing is awaited between the last look at who waits and this, so nobody is forgotten.
            del self._speaking[channel_id], self._floors[channel_id]

    async def _answer(self, turn: Turn) -> None:
        heard, place = turn.heard, turn.heard.place
        assert self._answerer is not None  # noqa: S101  nobody has a turn without one
        try:
            if not self._caps.take(place.channel_id, heard.user_id):
                log.info("companions_rest", channel_id=place.channel_id)
                await self._pictures.by_rules(turn.wish)
                return
            await self._answerer.answer(turn)
            self._spoke_last[place.channel_id] = turn.companion.companion_id
        except _HINDRANCES as error:
            self._stage.note_trouble(place, error)
        except (StorageError, StorageClosedError) as error:
            log.warning("answer_not_possible", channel_id=place.channel_id, error=type(error).__name__)
        except Exception as error:
            log.error("answer_failed", channel_id=place.channel_id, exc_info=error)  # noqa: TRY400  as it is


def _for_pictures(heard: Heard, addressed: Sequence[Companion], present: Sequence[Companion]) -> HeardMessage:
    return HeardMessage(
        message=SeenMessage(heard.message_id, heard.user_id, heard.user_name, heard.text),
        place=heard.place,
        addressed=tuple(addressed),
        present=tuple(present),
        role_ids=heard.role_ids,
        upload_limit_bytes=heard.upload_limit_bytes,
    )
