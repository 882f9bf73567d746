"""Several calls for one picture each, some at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

from bot.domain.errors import BackendUnavailableError
from bot.services.ports.images import MadePicture


async def as_made(
    calls: Iterable[Callable[[], Awaitable[MadePicture]]], at_once: int
) -> AsyncGenerator[MadePicture, None]:
    """Each picture as soon as it is there, whatever happens to the others; ``at_once`` calls run at most.

    Those that run are cancelled with the one who asks.

    Raises:
        DarkroomError: what the first call that failed raised, after all that was made. Once the service is down or
            busy no further call is begun; after a refusal or a failure of one picture the others are still tried.
    """
    waiting = deque(calls)
    running: set[asyncio.Task[MadePicture]] = set()
    failure: BaseException | None = None
    is_down = False
    try:
        while running or (waiting and not is_down):
            while waiting and not is_down and len(running) < at_once:
                running.add(asyncio.create_task(_picture(waiting.popleft())))
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            errors = [error for task in done if (error := task.exception()) is not None]
            failure = failure or next(iter(errors), None)
            is_down = is_down or any(isinstance(error, BackendUnavailableError) for error in errors)
            for task in done:
                if task.exception() is None:
                    yield task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    if failure is not None:
        raise failure


async def _picture(call: Callable[[], Awaitable[MadePicture]]) -> MadePicture:
    return await call()
