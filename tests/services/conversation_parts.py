"""Companions who answer, over a real database: a model, a voice and a history that tests write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from bot.domain.companion import Companion
from bot.domain.errors import DarkroomError
from bot.safety.rules import RulesCheck
from bot.services.asked_pictures import AskedPictures
from bot.services.companions import CompanionService
from bot.services.conversation.answering import Answerer
from bot.services.conversation.conversations import Conversations
from bot.services.conversation.hearing import Heard
from bot.services.conversation.showing import Stage
from bot.services.conversation.talk_settings import TalkSettings
from bot.services.conversation.turns import MinuteCaps
from bot.services.conversation.wishing import TalkPictures
from bot.services.monthly import MonthlyService
from bot.services.ports.chat import SeenMessage
from bot.services.ports.language import Line, Said, Tool, ToolUse
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.ports.wishes import Wish
from bot.services.ratings import RatingService
from bot.writers.rules.addressing import RulesNameReader
from tests.services.request_parts import ANA, CHANNEL, GUILD, WELCOME, Room, open_room

T = TypeVar("T")

HERE = Place(GUILD, CHANNEL)
FIRST_SPOKEN = 9_000
"""Ids of what companions say; a test's own messages have smaller ones."""


@dataclass(frozen=True)
class Call:
    """What a model was asked."""

    instructions: str
    lines: Sequence[Line]
    tools: Sequence[Tool]

    @property
    def name(self) -> str:
        return self.instructions.removeprefix("You are ").split(" (")[0]


Piece = str | ToolUse | Exception | asyncio.Event
"""Something said, a tool, an error, or something to wait for first."""


class Model:
    """Says for each call what ``says`` gives; keeps the calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.says: Callable[[Call], Sequence[Piece]] = lambda call: [f"{call.name} nods."]
        self.called = asyncio.Event()
        self.cancelled = 0

    async def answer(self, instructions: str, lines: Sequence[Line], form: type[BaseModel]) -> BaseModel:
        raise NotImplementedError

    async def talk(
        self, instructions: str, lines: Sequence[Line], tools: Sequence[Tool] = ()
    ) -> AsyncIterator[Said | ToolUse]:
        call = Call(instructions, lines, tools)
        self.calls.append(call)
        self.called.set()
        for piece in self.says(call):
            if isinstance(piece, asyncio.Event):
                try:
                    await piece.wait()
                except asyncio.CancelledError:
                    self.cancelled += 1
                    raise
            elif isinstance(piece, Exception):
                raise piece
            else:
                yield Said(piece) if isinstance(piece, str) else piece

    async def problems(self) -> Sequence[str]:
        return ()

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Spoken:
    """One message of a companion's with everything that it ever said, and when each call began and ended."""

    message_id: int
    name: str
    texts: list[str]
    began: list[float]
    ended: list[float]


class Voice:
    """Keeps what is said. ``failures`` are raised by the next calls; ``on_call`` happens in each."""

    def __init__(self, reader: History) -> None:
        self._reader = reader
        self.messages: list[Spoken] = []
        self.typing = 0
        self.typed = asyncio.Event()
        self.failures: list[Exception | None] = []
        self.changed = asyncio.Event()

    async def say(self, place: Place, companion: Companion, text: str) -> int:
        del place
        began = await self._call()
        message_id = FIRST_SPOKEN + len(self.messages)
        now = asyncio.get_running_loop().time()
        self.messages.append(Spoken(message_id, companion.name, [text], [began], [now]))
        self._reader.seen.append(SeenMessage(message_id, 77, companion.name, text, webhook_id=77))
        self.changed.set()
        return message_id

    async def rewrite(self, place: Place, message_id: int, text: str) -> None:
        del place
        began = await self._call()
        spoken = self.messages[message_id - FIRST_SPOKEN]
        spoken.texts.append(text)
        spoken.began.append(began)
        spoken.ended.append(asyncio.get_running_loop().time())
        self.changed.set()

    async def show_typing(self, place: Place) -> None:
        del place
        self.typing += 1
        self.typed.set()

    async def _call(self) -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(0)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        return began

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that was said makes it true."""
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    @property
    def said(self) -> list[tuple[str, str]]:
        """Who said what, as it stands in the end."""
        return [(spoken.name, spoken.texts[-1]) for spoken in self.messages]


@dataclass
class History:
    """The conversation as the platform would show it; ``is_hidden``: the bot may not read its texts."""

    seen: list[SeenMessage] = field(default_factory=list)
    error: Exception | None = None
    is_hidden: bool = False

    async def read(self, channel_id: int, upto_message_id: int | None, limit: int) -> Sequence[SeenMessage]:
        del channel_id, upto_message_id
        if self.error is not None:
            raise self.error
        return [replace(message, text="") if self.is_hidden else message for message in self.seen[-limit:]]


class Wishes:
    """A message with "photo" asks for one; a line with "here is" and "photo" claims one."""

    def wish_in(self, text: str, addressed: Sequence[Companion], present: Sequence[Companion]) -> Wish | None:
        del present
        ids = tuple(companion.companion_id for companion in addressed)
        return Wish(ids, "as asked") if ids and "photo" in text else None

    def claims_picture(self, text: str) -> bool:
        return "here is" in text.lower() and "photo" in text


class Hiccup:
    """A database that fails while it ``fails``."""

    def __init__(self, inner: Storage) -> None:
        self._inner = inner
        self.fails = False

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        if self.fails:
            raise StorageError("busy")
        return await self._inner.read(work)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return await self._inner.write(work)


class Refusals:
    """Keeps what was told to whom."""

    def __init__(self) -> None:
        self.told: list[tuple[int, DarkroomError]] = []

    async def tell(self, place: Place, message_id: int, error: DarkroomError) -> None:
        del place
        self.told.append((message_id, error))


@dataclass
class Lounge:
    """A channel with Mira and Kaito in it, and everything that their answers stand on."""

    room: Room
    model: Model
    voice: Voice
    history: History
    refusals: Refusals
    talk: TalkSettings
    conversations: Conversations
    _messages: int = 600

    async def says(self, text: str, user_id: int = ANA, **more: object) -> Heard:
        """A member says something, and nobody waits for what comes of it."""
        self._messages += 1
        name = "Ana" if user_id == ANA else "Ben"
        fields: dict[str, object] = {"place": HERE, "upload_limit_bytes": 1 << 23, **more}
        heard = Heard(message_id=self._messages, user_id=user_id, user_name=name, text=text, **fields)  # type: ignore[arg-type]
        self.history.seen.append(SeenMessage(heard.message_id, user_id, name, text))
        await self.conversations.hear(heard)
        return heard

    async def hears(self, text: str, user_id: int = ANA, **more: object) -> list[tuple[str, str]]:
        """A member says something; what all companions have said once everybody is done."""
        await self.says(text, user_id, **more)
        await self.settled()
        return self.voice.said

    async def settled(self) -> None:
        async with asyncio.timeout(10):
            await self.conversations.settled()

    async def requests(self) -> list[tuple[int, str, int]]:
        """Member, hint and message of the pictures that were asked for."""
        found = [await self.room.request(request_id) for request_id in self.room.engine.submitted]
        return [(request.user_id, request.options.hint, request.source_id) for request in found]


def lounge_in(
    room: Room,
    *,
    has_model: bool = True,
    edit_every_s: float = 0.02,
    per_channel: int = 100,
    per_member: int = 100,
    companions: CompanionService | None = None,
    safety: SafetyCheck | None = None,
    storage: Storage | None = None,
) -> Lounge:
    """Companions who answer in a room."""
    model, history, refusals = Model(), History(), Refusals()
    voice = Voice(history)
    talk = TalkSettings(storage=room.storage, clock=room.clock)
    monthly = MonthlyService(storage=room.storage, clock=room.clock, welcome=WELCOME)
    asked = AskedPictures(storage=room.storage, desk=room.desk, monthly=monthly, wishes=Wishes())
    pictures = TalkPictures(asked=asked, refusals=refusals)
    safety = safety or RulesCheck()
    stage = Stage(
        companions=companions or room.companions,
        voice=voice,
        safety=safety,
        guilds=room.guilds,
        ratings=RatingService(guilds=room.guilds, gate=room.gate, safety=safety),
        talk=talk,
        edit_every_s=edit_every_s,
    )
    answerer = Answerer(
        model=model,
        companions=room.companions,
        reader=history,
        pictures=pictures,
        stage=stage,
        context_messages=24,
    )
    conversations = Conversations(
        storage=storage or room.storage,
        companions=room.companions,
        attendance=room.companions.attendance,
        names=RulesNameReader(),
        talk=talk,
        pictures=pictures,
        caps=MinuteCaps(room.clock, per_channel=per_channel, per_member=per_member),
        stage=stage,
        answerer=answerer if has_model else None,
    )
    return Lounge(room, model, voice, history, refusals, talk, conversations)


@asynccontextmanager
async def open_lounge(folder: Path, **settings: float) -> AsyncIterator[Lounge]:
    """A lounge of its own, closed at the end."""
    async with open_room(folder) as room:
        lounge = lounge_in(room, **settings)  # type: ignore[arg-type]
        yield lounge
        await lounge.conversations.close()
