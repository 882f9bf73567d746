"""A Discord that answers what it says about shards, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

HOUR_MS = 3_600_000


def gateway(shards: int = 1, *, remaining: int = 990) -> Mapping[str, Any]:
    """The answer to GET /gateway/bot."""
    starts = {"total": 1000, "remaining": remaining, "reset_after": 5 * HOUR_MS, "max_concurrency": 1}
    return {"url": "wss://gateway.example", "shards": shards, "session_start_limit": starts}


@asynccontextmanager
async def answering(known: Mapping[str, object]) -> AsyncIterator[str]:
    """Its address; by token what it answers: a status, a text, or an object."""

    async def answer(request: web.Request) -> web.Response:
        said = known.get(request.headers["Authorization"].removeprefix("Bot "), 401)
        if isinstance(said, int):
            return web.json_response({"message": "no", "code": 0}, status=said)
        return web.Response(text=said) if isinstance(said, str) else web.json_response(said)

    app = web.Application()
    app.router.add_get("/api/v10/gateway/bot", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    finally:
        await runner.cleanup()
