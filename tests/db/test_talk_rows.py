"""When companions answer in a channel, and where any are."""

from __future__ import annotations

from rows import account

from bot.container.databases import Database
from bot.domain.talking import TalkWhen
from bot.services.ports.storage import UnitOfWork


async def test_only_what_is_not_the_usual_is_a_row(storage: Database) -> None:
    async def choose(uow: UnitOfWork) -> None:
        await uow.channels.set_talk(1, 10, TalkWhen.EVERY)
        await uow.channels.set_talk(1, 11, TalkWhen.NEVER)
        await uow.channels.set_talk(1, 12, TalkWhen.EVERY)
        await uow.channels.set_talk(1, 12, TalkWhen.NEVER)
        await uow.channels.set_talk(1, 11, TalkWhen.ADDRESSED)
        await uow.channels.set_talk(2, 20, TalkWhen.NEVER)

    await storage.write(choose)
    assert await storage.read(lambda uow: uow.channels.talk(1)) == {10: TalkWhen.EVERY, 12: TalkWhen.NEVER}
    assert await storage.read(lambda uow: uow.channels.talk(3)) == {}


async def test_a_channel_is_attended_once_however_many_are_there(storage: Database) -> None:
    account_id = await account(storage)

    async def invite(uow: UnitOfWork) -> None:
        for channel_id, companion_id in ((10, "mira"), (10, "kaito"), (11, "mira")):
            await uow.channels.invite(channel_id, companion_id, account_id, 1)
        await uow.channels.dismiss(11, "mira")

    await storage.write(invite)
    assert await storage.read(lambda uow: uow.channels.attended()) == [10]
