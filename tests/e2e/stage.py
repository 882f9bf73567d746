"""A world, the bot as its own process in it, and what must hold at the end of every test that used them.

At its end a stage looks at everything that happened on it, so that no test escapes: no "thinking…" and no
progress message stayed, the bot reported no fault of its own, every body that it sent has Discord's published
shape, and ``python -m bot audit`` is clean.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from playground import STUDIO, Channel, Interaction, Member, Message, StandIn, WorldPlan
from tests.databases import RawSql, fresh_database
from tests.e2e import openapi
from tests.faults.puppeteer import Puppeteer

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
REAL_BOT = (sys.executable, "-m", "bot")
BREAKABLE_BOT = (sys.executable, "-m", "tests.faults.bot_under_test")
OUR_FAULTS = (
    "unexpected_error",
    "drive_failed",
    "making_failed",
    "composing_failed",
    "Traceback",
    "sweep_failed",
)
ACK_WITHIN_S = 3.0
COMMANDS = ("image instant", "Picture this", "companion invite", "companion speak")


@dataclass(frozen=True, slots=True)
class Room:
    """A channel (or thread) of its own with a member of its own; ``spoken`` is what a companion said there."""

    place: Channel
    member: Member
    spoken: Message


@dataclass
class Stage:
    """See the module. Begin one with :meth:`open`."""

    world: StandIn
    folder: Path
    env: Mapping[str, str]
    puppeteer: Puppeteer
    #: Words of faults that a test of this stage provokes on purpose.
    expected_faults: set[str] = field(default_factory=set)
    _made: int = 0

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        folder: Path,
        *,
        command: tuple[str, ...] = BREAKABLE_BOT,
        plan: WorldPlan = STUDIO,
        message_content: bool = True,
        **settings: str,
    ) -> AsyncIterator[Stage]:
        """Start a world and the bot in it, and check everything at the end."""
        with fresh_database(folder) as database:
            async with Puppeteer.start() as puppeteer, StandIn.start(plan) as world:
                env = {
                    "DATABASE_URL": database,
                    "IMAGE_STORE": f"{folder}/images",
                    "IMAGE_BACKENDS": "null",
                    "PUPPETEER": puppeteer.address,
                    "BREAK_AT": f"{folder}/break-at",
                    "STEPS": f"{folder}/steps",
                    "SWEEP_EVERY_S": "0.2",
                    "RETRY_AFTER_S": "0.2",
                    "LOG_FORMAT": "json",
                    "PYTHONPATH": str(ROOT),
                    **settings,
                }
                world.limits.message_content = message_content
                stage = cls(world, folder, env, puppeteer)
                await world.start_bot(command, env=env)
                await world.wait_synced(*COMMANDS)
                yield stage
                await stage.check()

    # ------------------------------------------------------------------ setting the scene

    async def room(
        self,
        *companions: str,
        member: Member | None = None,
        place: Channel | None = None,
        says: str = "*leans on the railing of the rooftop garden at sunset*",
    ) -> Room:
        """A new channel where these companions (Mira, when none is named) are present and the first has spoken."""
        self._made += 1
        names = companions or ("Mira",)
        place = place or self.world.create_channel(f"room-{self._made}")
        member = member or self.new_member()
        for name in names:
            invited = await self.world.slash(self.kim, place, "companion invite", companion=name)
            await invited.said(name)
        spoken = await self.speaks(place, names[0], says)
        return Room(place, member, spoken)

    async def speaks(self, place: Channel, companion: str, text: str) -> Message:
        """A companion says something, through the command."""
        after = max((message.id for message in self.world.messages(place)), default=0)
        spoke = await self.world.slash(self.kim, place, "companion speak", companion=companion, text=text)
        await spoke.answered()
        return await self.world.wait_for_message(
            place, lambda m: text in m.text and m.webhook_id, after=after
        )

    def new_member(self) -> Member:
        """Somebody who has not made a picture yet."""
        self._made += 1
        return self.world.create_member(f"Member {self._made}")

    @property
    def kim(self) -> Member:
        """The moderator."""
        return self.world.member("Mod Kim")

    async def forge(self, message: Message, custom_id: str) -> None:
        """Put a button with this custom id under a message: what a modified client could send."""
        button = {"type": 2, "style": 2, "label": "Forged", "custom_id": custom_id}
        rows = [{"type": 1, "components": [button]}]
        self.world.backend.edit_message(message.channel_id, message.id, {"components": rows})

    # ------------------------------------------------------------------ seeing what came

    async def picture(self, pressed: Interaction, timeout_s: float = 30.0) -> Message:
        """The delivered picture that answers a press, where the answer stood."""

        def delivered() -> Message | None:
            message = pressed.response
            return message if message is not None and is_picture(message) else None

        return await self.world.wait_until(
            delivered, timeout_s, lambda: f"a picture for {pressed}: {pressed.texts()}, {pressed.errors}"
        )

    async def clickable(self, pressed: Interaction, label: str, timeout_s: float = 10.0) -> Message:
        """The answer to a press as soon as it has this button."""

        def found() -> Message | None:
            message = pressed.response
            labels = [button.label for button in message.buttons] if message is not None else []
            return message if label in labels else None

        return await self.world.wait_until(
            found, timeout_s, lambda: f"a {label} button on {pressed}: {pressed.texts()}"
        )

    async def no_picture(self, room: Room) -> None:
        """Nobody got a picture in the room."""
        assert [message for message in self.world.messages(room.place) if is_picture(message)] == []

    def raw(self, *, readonly: bool = False) -> RawSql:
        """The database, past the bot."""
        return RawSql(self.env["DATABASE_URL"], readonly=readonly)

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """What the database says, for what nothing on Discord shows."""
        with self.raw(readonly=True) as database:
            found = database.execute(sql, values)
        return [row[0] if len(row) == 1 else row for row in found]

    def free(self, member: Member) -> int | None:
        """The moments that a member may spend here; None when the bot has never met them."""
        found = self.rows(
            "SELECT wallet.granted + account.purchased FROM member JOIN account USING (account_id)"
            " JOIN wallet USING (account_id) WHERE member.user_id = :user AND wallet.guild_id = :guild",
            user=member.id,
            guild=self.world.guild_id,
        )
        return found[0] if found else None

    def held(self, member: Member) -> int:
        """The moments that are held for a member's requests."""
        return sum(
            self.rows(
                "SELECT wallet.held_granted + account.held_purchased FROM member JOIN account USING (account_id)"
                " JOIN wallet USING (account_id) WHERE member.user_id = :user",
                user=member.id,
            )
        )

    def states(self, member: Member) -> list[str]:
        """The states of a member's requests, oldest first."""
        return self.rows(
            "SELECT state FROM request WHERE user_id = :user ORDER BY created_at_ms, request_id",
            user=member.id,
        )

    async def until(self, condition: Callable[[], T | None], what: str, timeout_s: float = 20.0) -> T:
        """For what only the database shows: ask it again and again."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while not (value := condition()):
            if loop.time() > deadline:
                raise TimeoutError(f"waited {timeout_s} s for {what}")
            await asyncio.sleep(0.02)
        return value

    async def settled(self, member: Member) -> list[str]:
        """The states of a member's requests once all of them have ended and been told."""
        open_or_untold = (
            "SELECT count(*) FROM request WHERE user_id = :user AND (state IN ('received', 'held', 'running',"
            " 'stored') OR (state IN ('refused', 'failed', 'cancelled') AND told = 0))"
        )
        await self.until(
            lambda: self.states(member) and self.rows(open_or_untold, user=member.id) == [0],
            f"all requests of {member.name} to end: {self.states(member)}",
        )
        return self.states(member)

    # ------------------------------------------------------------------ at the end

    async def check(self) -> None:
        """What must hold whatever happened; called when the stage closes."""
        # A picture is on Discord a moment before the books say so: a test that has seen it may close the stage.
        await self._until_none(self._unfinished, "still under way in the books")
        await self._until_none(self._stuck, "still under way for the eye")
        assert self.world.bot is not None
        late = [
            i
            for i in self.world.interactions.values()
            if i.ack is not None and i.ack.latency_s >= ACK_WITHIN_S
        ]
        assert not late, f"answered too late: {late}"
        pinging = [
            (request.method, request.template, request.body)
            for request in self.world.requests
            if isinstance(request.body, dict)
            and ("components" in request.body or "content" in request.body)
            and request.body.get("allowed_mentions", {"parse": ["everyone"]}).get("parse") != []
        ]
        assert not pinging, f"could have pinged somebody: {pinging}"
        faults = [
            line
            for line in self.world.bot.output
            if any(word in line for word in OUR_FAULTS)
            and not any(word in line for word in self.expected_faults)
        ]
        assert not faults, f"the bot reported: {faults}"
        await self.world.bot.stop()
        await self.audit()
        if openapi.DESCRIPTION.exists():
            complaints = openapi.complaints(self.world.requests)
            assert not complaints, "bodies that Discord does not describe:\n" + "\n".join(complaints)

    def _unfinished(self) -> list[Any]:
        return self.rows(
            "SELECT request_id, state FROM request WHERE state IN ('received', 'held', 'running', 'stored')"
        )

    def _stuck(self) -> list[tuple[str, str]]:
        """What looks to the eye as if it were still under way."""
        return [
            (place.name, message.text)
            for place in self.world.channels
            for message in self.world.messages(place)
            if message.thinking or any((b.custom_id or "").startswith("cancel:") for b in message.buttons)
        ]

    async def _until_none(self, find: Callable[[], list[Any]], what: str) -> None:
        try:
            await self.until(lambda: not find(), what)
        except TimeoutError as error:
            raise AssertionError(f"{what}: {find()}") from error

    async def audit(self) -> None:
        """``python -m bot audit`` finds nothing."""
        process = await asyncio.create_subprocess_exec(
            *REAL_BOT,
            "audit",
            env={**os.environ, **self.env, "IMAGE_BACKENDS": "sketch"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, f"exit {process.returncode}: {output.decode()}"


def is_picture(message: Message) -> bool:
    """Whether a message is a delivered picture (a progress message with a preview is none)."""
    return bool(message.attachments) and any(
        (button.custom_id or "").startswith(("again:", "again-batch:")) for button in message.buttons
    )
