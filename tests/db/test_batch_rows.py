"""Requests whose pictures are put on record one by one, before they are paid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rows import SCENE, bring_to, capture, hold, image, violations

from bot.container.databases import Database
from bot.domain.money import Split
from bot.domain.request import ImageRequest, RequestState
from bot.services.ports.storage import GalleryQuery, UnitOfWork
from db.errors import ConstraintViolationError

S = RequestState


async def with_a_picture(storage: Database, account_id: str, share: Split) -> ImageRequest:
    running = await bring_to(storage, account_id, S.RUNNING)
    await storage.write(lambda uow: uow.images.add(image(running, share=share), SCENE.cast))
    return running


async def test_pictures_of_a_running_request_are_seen_before_they_are_paid(
    storage: Database, account_id: str
):
    running = await with_a_picture(storage, account_id, Split(25))
    query = GalleryQuery(account_id, running.guild_id, 10)
    page = await storage.read(lambda uow: uow.images.page(query))
    assert [picture.request_id for picture in page] == [running.request_id]
    assert await violations(storage) == []


@pytest.mark.parametrize("lease_until_ms", [100, 10**12])
async def test_a_batch_is_stored_early_whoever_holds_its_lease(
    storage: Database, account_id: str, lease_until_ms: int
):
    running = await with_a_picture(storage, account_id, Split(20))
    held = hold(account_id, Split(50), ref="request-1:1")

    async def work(uow: UnitOfWork) -> list[object]:
        requests = uow.requests
        await requests.renew(running.request_id, owner="me", until_ms=lease_until_ms)
        taken = await requests.to_stored_early(running.request_id, at_ms=6)
        await uow.ledger.append(capture(held, Split(30)))
        return [
            taken,
            await requests.to_stored_early(running.request_id, at_ms=6),
            await requests.to_stored(running.request_id, owner="me", at_ms=6),
            await requests.back_to_held(running.request_id, owner="me"),
            await requests.get(running.request_id),
        ]

    stored = replace(running, state=S.STORED, lease_owner="me", lease_until_ms=lease_until_ms)
    assert await storage.write(work) == [True, False, False, False, stored]
    assert await violations(storage) == []


async def test_a_batch_without_a_picture_is_not_stored_early(storage: Database, account_id: str):
    running = await bring_to(storage, account_id, S.RUNNING)
    with pytest.raises(ConstraintViolationError, match="request_stored_without_pictures"):
        await storage.write(lambda uow: uow.requests.to_stored_early(running.request_id, at_ms=6))


@pytest.mark.parametrize("state", [state for state in S if state is not S.RUNNING])
async def test_only_a_running_request_is_stored_early(
    storage: Database, account_id: str, state: RequestState
):
    brought = await bring_to(storage, account_id, state)
    assert await storage.write(lambda uow: uow.requests.to_stored_early(brought.request_id, at_ms=6)) is False
    assert await storage.read(lambda uow: uow.requests.get(brought.request_id)) == brought
