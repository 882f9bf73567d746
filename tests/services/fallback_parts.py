"""Rooms with several backends, ways to make them fail, and what the books say afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import BackendUnavailableError
from bot.domain.request import ImageRequest
from tests.databases import RawSql
from tests.services.request_parts import Backend, Room, open_room


def named(name: str, **capabilities: object) -> Backend:
    """Another scripted backend, which can do what the room's own can but for this."""
    backend = Backend()
    backend.name = name
    backend.capabilities = replace(backend.capabilities, **capabilities)  # type: ignore[arg-type]
    return backend


def away(backend: Backend, *, times: int = 1, retry_after_s: float | None = None) -> None:
    """The next jobs there find nobody."""
    backend.script += [[BackendUnavailableError(backend.name, retry_after_s)] for _ in range(times)]


def rest(room: Room, *names: str) -> None:
    """These backends were away too often."""
    for name in names:
        for number in range(3):
            with room.backends.health.trying(name, f"earlier {number}") as trial:
                trial.failed(BackendUnavailableError(name))


def can(backend: Backend, **capabilities: object) -> None:
    """From now on it can do this."""
    backend.capabilities = replace(backend.capabilities, **capabilities)  # type: ignore[arg-type]


@asynccontextmanager
async def two(folder: Path, **second: object) -> AsyncIterator[tuple[Room, Backend]]:
    """A room with ``scripted`` and, after it, ``second``."""
    other = named("second", **second)
    async with open_room(folder, other_backends=[other]) as room:
        yield room, other


def entries(room: Room, request: ImageRequest) -> list[str]:
    """What became of the holds of a request, by its books."""
    with RawSql.of(room.storage) as raw:
        rows = raw.execute("SELECT kind FROM ledger WHERE ref LIKE ?", (f"{request.request_id}:%",))
        return sorted(row[0] for row in rows)


async def quoted(room: Room, **options: object) -> str:
    """A request that waits for its turn, as a dead process left it."""
    request_id = await room.begin(**options)
    request = await room.request(request_id)
    quote = await room.composer.compose(request, None)
    await room.settler.hold(request, quote)
    return request_id
