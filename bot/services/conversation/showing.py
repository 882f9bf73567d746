"""What of an answer is shown: judged each time, never faster than Discord likes, one message."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.domain.errors import DarkroomError, DeliveryDelayedError, MatureRefusedError, UnsafeRequestError
from bot.domain.picture import Rating
from bot.domain.talking import TalkWhen
from bot.services.companions import CompanionService
from bot.services.conversation.talk_settings import TalkSettings
from bot.services.conversation.turns import Turn
from bot.services.conversation.wording import repeats
from bot.services.guilds import GuildService
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.speaking import Place, TalkingVoice
from bot.services.ratings import RatingService

log = structlog.get_logger()

EDIT_EVERY_S = 2.0
"""Discord takes five calls of a webhook in two seconds, and people read no faster."""
LAST_TRIES = 4
"""How often the last edit is tried while the platform is failing."""
SOMETHING_ELSE = "*shakes their head and smiles* Let's talk about something else."
"""Stands where a companion's words may not."""


class NotShownError(Exception):
    """There is nobody any more to say it, or it may not be said; ``reason`` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stage:
    """What all answers share: the voice, the judges, and what owners chose."""

    def __init__(
        self,
        *,
        companions: CompanionService,
        voice: TalkingVoice,
        safety: SafetyCheck,
        guilds: GuildService,
        ratings: RatingService,
        talk: TalkSettings,
        edit_every_s: float = EDIT_EVERY_S,
    ) -> None:
        self._companions = companions
        self.voice = voice
        self._safety = safety
        self._guilds = guilds
        self._ratings = ratings
        self._talk = talk
        self.edit_every_s = edit_every_s
        self._troubles: dict[int, dict[int, DarkroomError]] = {}

    def screen(self, turn: Turn, before: Sequence[str], *, secret: str) -> Screen:
        """Where one answer is shown; ``before`` is the talk that it answers, ``secret`` what it must not give away."""
        return Screen(self, turn, before, secret)

    async def show_typing(self, place: Place) -> None:
        """Show for some seconds that an answer is on its way."""
        await self.voice.show_typing(place)

    async def say(self, turn: Turn, text: str) -> int:
        """Post the beginning of an answer and keep whose it is; the message's id."""
        return await self._companions.speech.speak_itself(self.voice, turn.heard.place, turn.companion, text)

    async def is_welcome(self, turn: Turn) -> bool:
        """Whether the companion is still there, and companions may talk there."""
        place = turn.heard.place
        if await self._talk.when(place) is TalkWhen.NEVER:
            return False
        present = await self._companions.present(place)
        return any(companion.companion_id == turn.companion.companion_id for companion in present)

    async def allows_mature(self, place: Place) -> bool:
        """Whether mature talk may be had in a place now: as with pictures."""
        try:
            await self._ratings.require(Rating.MATURE, place)
        except MatureRefusedError:
            return False
        return True

    async def why_not(self, place: Place, text: str, before: Sequence[str]) -> str | None:
        """Why a text may not be shown after what was said before, for the log; None where it may."""
        forbidden = (await self._guilds.settings(place.guild_id)).forbidden_words
        try:
            rating = await self._safety.rate_talk(text, before, forbidden=forbidden)
            await self._ratings.require(rating, place)
        except UnsafeRequestError as error:
            return error.rule
        except MatureRefusedError:
            return Rating.MATURE.value
        return None

    # -- what owners should hear of --------------------------------------------------------------

    def note_trouble(self, place: Place, error: DarkroomError) -> None:
        """A companion could not do what it should there. One line in the log for each new trouble."""
        of_guild = self._troubles.setdefault(place.guild_id, {})
        if of_guild.get(place.channel_id) != error:
            log.warning(
                "companion_hindered",
                guild_id=place.guild_id,
                channel_id=place.channel_id,
                error=type(error).__name__,
                permission=getattr(error, "permission", None),
            )
        of_guild[place.channel_id] = error

    def forget_trouble(self, place: Place) -> None:
        """It went well there."""
        self._troubles.get(place.guild_id, {}).pop(place.channel_id, None)

    def troubles(self, guild_id: int) -> Mapping[int, DarkroomError]:
        """What last kept companions from answering, by channel or thread; since the start of this process."""
        return dict(self._troubles.get(guild_id, {}))


class Screen:
    """One answer's message: posted once, then rewritten, each time only when it may be and is not too soon."""

    def __init__(self, stage: Stage, turn: Turn, before: Sequence[str], secret: str) -> None:
        self._stage = stage
        self._turn = turn
        self._before = before
        self._secret = secret
        self._message_id: int | None = None
        self._shown = ""
        self._not_before_s = 0.0
        self._edits = 0

    async def show(self, text: str, *, tries: int = 1) -> None:
        """Show what there is so far, and go on after it.

        Where the platform fails, a message that is there already stays as it is until the next time.

        Raises:
            NotShownError: it may not be said (then something else stands there), or nobody is there to say it.
            DarkroomError: as :meth:`bot.services.ports.speaking.CompanionVoice.say` says.
        """
        if not text or text == self._shown:
            return
        await self._wait()
        turn = self._turn
        if not await self._stage.is_welcome(turn):
            raise NotShownError("dismissed")
        reason = "instructions" if repeats(text, self._secret) else None
        reason = reason or await self._stage.why_not(turn.heard.place, text, self._before)
        if turn.stopped.is_set() and not turn.begun.is_set():
            raise NotShownError("withdrawn")
        await self._put(text if reason is None else SOMETHING_ELSE, tries if reason is None else LAST_TRIES)
        if reason is not None:
            raise NotShownError(reason)

    async def finish(self, text: str) -> None:
        """Show the whole of it; see :meth:`show`."""
        await self.show(text, tries=LAST_TRIES)
        log.info(
            "companion_answered",
            companion_id=self._turn.companion.companion_id,
            message_id=self._message_id,
            edits=self._edits,
        )

    async def _put(self, text: str, tries: int) -> None:
        self._turn.begun.set()
        if self._message_id is None:
            self._message_id = await self._stage.say(self._turn, text)
        elif not await self._rewritten(self._message_id, text, tries):
            return
        self._shown = text
        self._rest()
        self._stage.forget_trouble(self._turn.heard.place)

    async def _rewritten(self, message_id: int, text: str, tries: int) -> bool:
        """Whether the message has the text now. To rewrite twice does no harm, to post twice would."""
        for _ in range(tries):
            await self._wait()
            try:
                await self._stage.voice.rewrite(self._turn.heard.place, message_id, text)
            except DeliveryDelayedError:
                self._rest()
                continue
            self._edits += 1
            return True
        return False

    def _rest(self) -> None:
        self._not_before_s = asyncio.get_running_loop().time() + self._stage.edit_every_s

    async def _wait(self) -> None:
        """Until the last call is long enough ago, counted from its end."""
        left_s = self._not_before_s - asyncio.get_running_loop().time()
        if left_s > 0:
            await asyncio.sleep(left_s)
