"""Started as a process by test_writer_faults: moves money from many tasks until it is killed.

Prints the ref of each hold once its write has returned; what is printed must be found afterwards.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rows import SCENE, account, hold, post, purchase, release, request

from bot.domain.money import Entry, Split
from bot.domain.picture import Rating
from bot.domain.request import EndReason, ImageRequest, RequestState
from bot.services.ports.storage import UnitOfWork
from db.engine import SqliteStorage


async def keep_writing(storage: SqliteStorage, account_id: str, first: int, step: int) -> None:
    number = first
    while True:
        begun = request(account_id, number)
        held = hold(account_id, Split(0, 50), ref=f"{begun.request_id}:1")
        await post(storage, purchase(account_id, 50, ref=f"sku{number}"))

        async def begin(uow: UnitOfWork, begun: ImageRequest = begun, held: Entry = held) -> None:
            await uow.requests.add(begun)
            await uow.requests.set_quote(
                begun.request_id,
                scene=SCENE,
                prompt="",
                cost=50,
                seed=1,
                backend="sketch",
                rating=Rating.GENERAL,
            )
            await uow.requests.to_held(begun.request_id, hold_ref=held.ref, paid=Split(0, 50), at_ms=3)
            await uow.ledger.append(held)

        async def finish(uow: UnitOfWork, begun: ImageRequest = begun, held: Entry = held) -> None:
            await uow.requests.end(
                begun.request_id,
                expected=frozenset({RequestState.HELD}),
                state=RequestState.CANCELLED,
                reason=EndReason.CANCELLED,
                detail="",
            )
            await uow.ledger.append(release(held))

        await storage.write(begin)
        sys.stdout.write(f"{held.ref}\n")
        sys.stdout.flush()
        if number % 3:
            await storage.write(finish)
        number += step


async def main(database: Path, first: int) -> None:
    async with await SqliteStorage.open(database) as storage:
        accounts = [await account(storage, user_id) for user_id in range(8)]
        await asyncio.gather(*(keep_writing(storage, accounts[i], first + i, 8) for i in range(8)))


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
