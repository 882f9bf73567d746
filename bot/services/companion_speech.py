"""Companions speaking through the channel's webhook, and who is behind their messages.

Whoever writes as a companion can be found out: every message is kept with its companion and the
account of the member behind it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.domain.companion import Companion
from bot.domain.errors import InvalidInputError, NotFoundError, NotYoursError
from bot.services.ports.clock import Clock
from bot.services.ports.shelf import CompanionShelf
from bot.services.ports.speaking import CompanionVoice, Place
from bot.services.ports.storage import SpokenMessage, Storage, UnitOfWork, WebhookRow

log = structlog.get_logger()

MAX_TEXT = 2000
"""The most characters of one message. Source: Discord's message content limit."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is behind a companion's message.

    ``companion`` is None when it was deleted since. ``user_id`` is the member who wrote it; None
    with ``by_bot`` when the bot itself did, None without it when the member's data was deleted.
    """

    companion: Companion | None
    user_id: int | None
    by_bot: bool


class CompanionSpeech:
    """Who may speak as whom, and what was said by whom."""

    def __init__(self, *, storage: Storage, clock: Clock, shelf: CompanionShelf) -> None:
        self._storage = storage
        self._clock = clock
        self._shelf = shelf
        self._sending: set[asyncio.Task[int]] = set()

    async def may_speak_as(
        self, place: Place, user_id: int, companion: Companion, *, is_moderator: bool
    ) -> bool:
        """Whether a member may write as a companion here.

        A custom companion speaks for its owner alone. A main one speaks where it was invited, for
        the member who invited it or a moderator.
        """

        async def work(uow: UnitOfWork) -> bool:
            return await self._may(uow, place, user_id, companion, is_moderator=is_moderator)

        return await self._storage.read(work)

    async def speakable(
        self, place: Place, user_id: int, companions: tuple[Companion, ...], *, is_moderator: bool
    ) -> tuple[Companion, ...]:
        """Those of the companions that a member may write as here."""

        async def work(uow: UnitOfWork) -> tuple[Companion, ...]:
            return tuple(
                [c for c in companions if await self._may(uow, place, user_id, c, is_moderator=is_moderator)]
            )

        return await self._storage.read(work)

    async def _may(
        self, uow: UnitOfWork, place: Place, user_id: int, companion: Companion, *, is_moderator: bool
    ) -> bool:
        if companion.guild_id is not None:
            return companion.guild_id == place.guild_id and companion.owner_id == user_id
        rows = await uow.channels.present(place.channel_ids)
        inviters = [account for companion_id, account in rows if companion_id == companion.companion_id]
        return bool(inviters) and (is_moderator or await uow.members.account_of(user_id) in inviters)

    async def speak(
        self,
        voice: CompanionVoice,
        place: Place,
        user_id: int,
        companion: Companion,
        text: str,
        *,
        is_moderator: bool,
    ) -> int:
        """Say something as a companion and return the message's id.

        Once the message is on its way it is sent and recorded, even if the caller is cancelled.

        Raises:
            InvalidInputError: the text is empty or too long.
            NotYoursError: the member may not write as this companion here.
            MissingPermissionError, NoRoomForVoiceError, NotFoundError, DeliveryDelayedError: as the voice says.
        """
        text = text.strip()
        if not 1 <= len(text) <= MAX_TEXT:
            raise InvalidInputError("The text", f"1 to {MAX_TEXT:,} characters long")
        if not await self.may_speak_as(place, user_id, companion, is_moderator=is_moderator):
            raise NotYoursError

        return await self._say(voice, place, companion, text, user_id)

    async def speak_itself(self, voice: CompanionVoice, place: Place, companion: Companion, text: str) -> int:
        """A companion says something that the bot made up, and the message's id; sent and recorded as above.

        Raises:
            MissingPermissionError, NoRoomForVoiceError, NotFoundError, InvalidInputError, DeliveryDelayedError:
                as the voice says.
        """
        return await self._say(voice, place, companion, text, None)

    async def _say(
        self, voice: CompanionVoice, place: Place, companion: Companion, text: str, user_id: int | None
    ) -> int:
        async def send() -> int:
            message_id = await voice.say(place, companion, text)
            await self.record_spoken(place, message_id, companion, user_id)
            return message_id

        sending = asyncio.create_task(send())
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        return await asyncio.shield(sending)

    async def finish_sending(self) -> None:
        """Wait until what is being said is sent and recorded."""
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def record_spoken(
        self, place: Place, message_id: int, companion: Companion, user_id: int | None
    ) -> None:
        """Keep whose message it is; ``user_id`` None when the bot itself speaks."""

        async def work(uow: UnitOfWork) -> None:
            account = None if user_id is None else await uow.members.require_account(user_id)
            await uow.channels.add_spoken(
                SpokenMessage(
                    message_id, place.channel_id, companion.companion_id, account, self._clock.now_ms()
                )
            )

        await self._storage.write(work)
        log.info("companion_spoke", companion_id=companion.companion_id, message_id=message_id)

    async def who_spoke(self, message_id: int) -> Speaker:
        """Who is behind a message.

        Raises:
            NotFoundError: it is not known as a companion's message.
        """

        async def work(uow: UnitOfWork) -> Speaker:
            spoken = (await uow.channels.spoken([message_id])).get(message_id)
            if spoken is None:
                raise NotFoundError
            companion = self._shelf.get(spoken.companion_id) or await uow.companions.get(spoken.companion_id)
            if spoken.account_id is None:
                return Speaker(companion, None, by_bot=True)
            return Speaker(companion, await uow.members.user_of(spoken.account_id), by_bot=False)

        return await self._storage.read(work)

    async def webhook(self, channel_id: int) -> WebhookRow | None:
        """The channel's webhook, where one was made."""

        async def work(uow: UnitOfWork) -> WebhookRow | None:
            return await uow.channels.webhook(channel_id)

        return await self._storage.read(work)

    async def keep_webhook(self, row: WebhookRow) -> None:
        """Remember (or replace) the channel's webhook."""

        async def work(uow: UnitOfWork) -> None:
            await uow.channels.set_webhook(row)

        await self._storage.write(work)

    async def forget_webhook(self, channel_id: int) -> None:
        """It is gone on Discord's side."""

        async def work(uow: UnitOfWork) -> None:
            await uow.channels.forget_webhook(channel_id)

        await self._storage.write(work)
