"""When companions answer: chosen for a channel, seen at once, on record, the same after a restart."""

from __future__ import annotations

import asyncio

from bot.domain.talking import TalkWhen
from bot.services.conversation.attendance import Attendance
from bot.services.conversation.talk_settings import TalkSettings
from bot.services.ports.speaking import Place
from bot.services.ports.storage import UnitOfWork
from tests.services.request_parts import ANA, CHANNEL, GUILD, THREAD, Room

HERE, ON_BALCONY = Place(GUILD, CHANNEL), Place(GUILD, THREAD, parent_id=CHANNEL)
ELSEWHERE = Place(GUILD, 77)


async def test_a_choice_holds_at_once_for_its_channel_and_threads_and_after_a_restart(room: Room) -> None:
    talk = TalkSettings(storage=room.storage, clock=room.clock)
    assert await talk.when(HERE) is TalkWhen.ADDRESSED
    await talk.choose(GUILD, ANA, CHANNEL, TalkWhen.NEVER)
    for reader in (talk, TalkSettings(storage=room.storage, clock=room.clock)):
        assert [await reader.when(place) for place in (HERE, ON_BALCONY, ELSEWHERE)] == [
            TalkWhen.NEVER,
            TalkWhen.NEVER,
            TalkWhen.ADDRESSED,
        ]
    await talk.choose(GUILD, ANA, CHANNEL, TalkWhen.EVERY)
    assert await talk.of_guild(GUILD) == {CHANNEL: TalkWhen.EVERY}
    await talk.choose(GUILD, ANA, CHANNEL, TalkWhen.ADDRESSED)
    assert await talk.of_guild(GUILD) == {}


async def test_every_change_is_a_line_of_the_audit_log_and_no_change_is_none(room: Room) -> None:
    talk = TalkSettings(storage=room.storage, clock=room.clock)
    for when in (TalkWhen.EVERY, TalkWhen.EVERY, TalkWhen.ADDRESSED):
        await talk.choose(GUILD, ANA, CHANNEL, when)

    async def lines(uow: UnitOfWork) -> list[tuple[object, ...]]:
        return [
            (at.user_id, at.line.what, at.line.before, at.line.after)
            for at in await uow.audit_log.latest(GUILD, 10)
        ]

    assert await room.storage.read(lines) == [
        (ANA, "talk", ("10", "every"), ("10", "addressed")),
        (ANA, "talk", ("10", "addressed"), ("10", "every")),
    ]


async def test_what_is_read_while_it_changes_is_not_kept(room: Room) -> None:
    reading, may_go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        async def read(self, work):  # noqa: ANN001, ANN202  of any kind
            found = await room.storage.read(work)
            reading.set()
            await may_go_on.wait()
            return found

        async def write(self, work):  # noqa: ANN001, ANN202  as it is
            return await room.storage.write(work)

    talk = TalkSettings(storage=Slow(), clock=room.clock)
    early = asyncio.create_task(talk.when(HERE))
    await reading.wait()
    await talk.choose(GUILD, ANA, CHANNEL, TalkWhen.NEVER)
    may_go_on.set()
    assert await early is TalkWhen.ADDRESSED
    assert await talk.when(HERE) is TalkWhen.NEVER


async def test_where_companions_are_is_known_before_and_after_the_first_question(room: Room) -> None:
    attendance = Attendance(room.storage)
    attendance.note(77)
    assert await attendance.may_have(ELSEWHERE)
    assert await attendance.may_have(ON_BALCONY)
    assert not await attendance.may_have(Place(GUILD, 78))
    attendance.note(78)
    assert await attendance.may_have(Place(GUILD, 78))
