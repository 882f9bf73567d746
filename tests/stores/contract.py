"""What every picture store promises."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from bot.container.stores import Store
from bot.domain.errors import PictureMissingError, PictureNotStoredError
from bot.services.ports.images import PictureStore
from bot.stores.keys import LARGEST_BYTES

DATA = b"a picture" * 1000
KEY = hashlib.sha256(DATA).hexdigest()
NOT_KEYS = [
    "",
    "../../etc/passwd",
    "/etc/passwd",
    KEY[:-1],
    KEY + "0",
    KEY.upper(),
    KEY + "\n",
    "incoming",
    "g" * 64,
    "?list-type=2",
]


class StoreContract:
    """Subclass it beside a fixture ``store``, which is open and empty."""

    async def test_it_is_a_picture_store(self, store: Store) -> None:
        port: PictureStore = store
        assert port
        assert list(await store.problems()) == []

    async def test_what_is_put_can_be_got(self, store: Store) -> None:
        assert await store.put(DATA) == KEY
        got = await store.get(KEY)
        assert type(got) is bytes
        assert got == DATA
        assert await store.exists(KEY)
        assert await store.is_intact(KEY)

    async def test_the_size_is_that_of_the_content(self, store: Store) -> None:
        await store.put(DATA)
        assert await store.size_bytes(KEY) == len(DATA)
        assert await store.size_bytes("0" * 64) is None
        assert await store.size_bytes("../outside") is None

    async def test_the_same_content_is_stored_once(self, store: Store) -> None:
        keys = await asyncio.gather(*(store.put(DATA) for _ in range(32)))
        assert set(keys) == {KEY}
        assert [key async for key in store.all_keys()] == [KEY]

    async def test_what_is_not_there_is_missing(self, store: Store) -> None:
        with pytest.raises(PictureMissingError) as caught:
            await store.get(KEY)
        assert caught.value.key == KEY
        assert not await store.exists(KEY)
        assert not await store.is_intact(KEY)
        await store.delete(KEY)

    async def test_what_is_deleted_is_gone_and_can_be_put_again(self, store: Store) -> None:
        await store.put(DATA)
        await store.delete(KEY)
        await store.delete(KEY)
        assert not await store.exists(KEY)
        assert [key async for key in store.all_keys()] == []
        await store.put(DATA)
        assert await store.get(KEY) == DATA

    @pytest.mark.parametrize("key", NOT_KEYS)
    async def test_what_is_no_key_names_nothing(self, store: Store, key: str) -> None:
        await store.put(DATA)
        with pytest.raises(PictureMissingError):
            await store.get(key)
        assert not await store.exists(key)
        assert await store.size_bytes(key) is None
        await store.delete(key)
        assert await store.exists(KEY)

    async def test_any_content_comes_back_as_it_went_in(self, store: Store) -> None:
        contents = [b"", b"\0", b"\r\n", bytes(range(256)) * 17, b"\xff" * 3_000_000, "dünn".encode()]
        keys = await asyncio.gather(*(store.put(data) for data in contents))
        assert await asyncio.gather(*(store.get(key) for key in keys)) == contents
        assert [await store.size_bytes(key) for key in keys] == [len(data) for data in contents]

    async def test_all_keys_are_listed_in_order_and_nothing_else(self, store: Store) -> None:
        expected = sorted([await store.put(bytes([n])) for n in range(40)])
        assert [key async for key in store.all_keys()] == expected

    async def test_what_is_far_too_large_is_not_taken(self, store: Store) -> None:
        with pytest.raises(PictureNotStoredError, match="larger"):
            await store.put(bytes(LARGEST_BYTES + 1))
        assert [key async for key in store.all_keys()] == []

    async def test_a_cancelled_put_leaves_a_whole_picture_or_none(self, store: Store) -> None:
        tasks = [asyncio.create_task(store.put(bytes([n]) * 200_000)) for n in range(20)]
        await tasks[0]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for n in range(20):
            key = hashlib.sha256(bytes([n]) * 200_000).hexdigest()
            assert await store.is_intact(key) or not await store.exists(key)
        assert await store.is_intact(tasks[0].result())
