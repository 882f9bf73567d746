"""A gallery of 100,000 pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.container.databases import Database
from bot.domain.request import RequestKind
from bot.services.gallery import PAGE_SIZE, GalleryPage, Toward
from bot.services.ports.storage import GalleryQuery, UnitOfWork
from tests.services.gallery_parts import ask, open_archive


def ids(page: GalleryPage) -> list[str]:
    return [picture.image.image_id for picture in page.pictures]


class _CountedImages:
    def __init__(self, images: Any, counted: list[int]) -> None:
        self._images = images
        self._counted = counted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._images, name)

    async def page(self, query: GalleryQuery) -> Any:
        found = await self._images.page(query)
        self._counted.append(len(found))
        return found


class _CountedUnit:
    def __init__(self, uow: UnitOfWork, counted: list[int]) -> None:
        self._uow = uow
        self.images = _CountedImages(uow.images, counted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)


class CountingStorage:
    """The real storage, with a note of how many rows each question for a page brought."""

    counted: list[int] = []  # noqa: RUF012  emptied by each page of the one test

    def __init__(self, storage: Database) -> None:
        self._storage = storage

    async def read(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        return await self._storage.read(lambda uow: work(_CountedUnit(uow, self.counted)))


async def test_among_100_000_pictures_every_page_reads_as_few_rows_as_among_ten(tmp_path: Path) -> None:
    async with open_archive(tmp_path, CountingStorage) as archive:
        first = await archive.keep()
        known = [first.image_id, *archive.multiply(first, 100_000)]
        places = {
            ask(): known[-9:],
            ask(companion_id="mira", kind=RequestKind.INSTANT): known[-9:],
            ask(toward=Toward.OLDER, cursor=known[50_009]): known[50_000:50_009],
            ask(toward=Toward.NEWER, cursor=known[50_000]): known[50_001:50_010],
            ask(toward=Toward.FROM, cursor=known[5]): known[:6],
            ask(toward=Toward.OLDER, cursor=known[0]): known[:9],
            ask(toward=Toward.OLDER, cursor=known[70_000], companion_id="mira"): known[69_991:70_000],
            ask(toward=Toward.NEWER, cursor=known[-3]): known[-9:],
        }
        for asked, expected in places.items():
            CountingStorage.counted.clear()
            assert ids(await archive.gallery.page(asked)) == expected[::-1]
            assert len(CountingStorage.counted) <= 2
            assert sum(CountingStorage.counted) <= PAGE_SIZE + 1 + PAGE_SIZE + 1
