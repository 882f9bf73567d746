"""What discord.py asks Discord, watched from outside: aiohttp tells of every request of its session."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp
from yarl import URL

from bot.metrics.meter import PrometheusMeter

DISCORD_EPOCH_MS = 1_420_070_400_000
"""https://docs.discord.com/developers/reference#snowflakes"""

_OK = range(200, 300)


def trace(meter: PrometheusMeter, now_s: Callable[[], float] = time.time) -> aiohttp.TraceConfig:
    """For the ``http_trace`` of a discord.py client: counts answers, and times first answers to interactions."""

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        status = params.response.status
        meter.discord_answered(str(status))
        made_at_s = _interaction_made_at_s(params.url)
        if made_at_s is not None and status in _OK:
            meter.acknowledged(now_s() - made_at_s)

    async def failed(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        _params: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        meter.discord_answered("none")

    config = aiohttp.TraceConfig()
    config.on_request_end.append(ended)
    config.on_request_exception.append(failed)
    return config


def _interaction_made_at_s(url: URL) -> float | None:
    """When the interaction that is answered by a request was made; None for any other request."""
    match url.parts[-4:]:
        case ("interactions", number, _token, "callback") if number.isdecimal():
            return ((int(number) >> 22) + DISCORD_EPOCH_MS) / 1000
        case _:
            return None
