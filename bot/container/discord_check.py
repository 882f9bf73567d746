"""Whether Discord knows the token, and what it says about shards: one question, which starts nothing."""

from __future__ import annotations

from http import HTTPStatus

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from bot.http_answers import BodyTooLongError, read_body
from bot.settings import Settings
from bot.shards import GUILDS_A_SHARD

ANSWER_BYTES = 64 * 1024
WITHIN_S = 20.0
FEW = 0.1
"""Of a day's starts of sessions: as few as that are left when a bot starts over and over."""


class _Starts(BaseModel):
    total: int = Field(ge=1)
    remaining: int
    reset_after: int
    max_concurrency: int


class _Gateway(BaseModel):
    """https://docs.discord.com/developers/events/gateway#get-gateway-bot."""

    shards: int
    session_start_limit: _Starts


class DiscordProblemError(Exception):
    """The text is a line that says what is wrong, and what to do."""


async def ask_discord(settings: Settings) -> str:
    """What Discord says about this bot, in a line.

    Raises:
        DiscordProblemError: it does not know the token, can't be reached, or something is wrong with the shards.
    """
    return _told(await _gateway(settings), settings)


async def _gateway(settings: Settings) -> _Gateway:
    token = settings.discord_token
    key = "" if token is None else token.get_secret_value()
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    try:
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bot {key}"}, timeout=timeout) as session,
            session.get(f"{settings.discord_api_url}/gateway/bot", allow_redirects=False) as answer,
        ):
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise DiscordProblemError("DISCORD_TOKEN: Discord does not accept this token")
            if answer.status != HTTPStatus.OK:
                raise DiscordProblemError(
                    f"DISCORD_API_URL: {settings.discord_api_url} answers with {answer.status}: try again later, "
                    "or check the address"
                )
            return _Gateway.model_validate_json(await read_body(answer, ANSWER_BYTES))
    except (aiohttp.ClientError, OSError):
        raise DiscordProblemError(
            f"DISCORD_API_URL: Discord can't be reached at {settings.discord_api_url}: check the network"
        ) from None
    except (ValidationError, BodyTooLongError):
        raise DiscordProblemError(
            f"DISCORD_API_URL: what answers at {settings.discord_api_url} is not Discord: check the address"
        ) from None
    except ValueError:  # nothing that a header can hold
        raise DiscordProblemError("DISCORD_TOKEN: this can't be a token: copy it again") from None


def _told(gateway: _Gateway, settings: Settings) -> str:
    starts, count = gateway.session_start_limit, settings.shard_count
    if starts.remaining <= max(starts.total * FEW, len(settings.shard_ids) or count):
        raise DiscordProblemError(
            f"DISCORD_TOKEN: only {starts.remaining:,} of {starts.total:,} starts of sessions are left for the next "
            f"{starts.reset_after / 3_600_000:.1f} hours: find out what makes the bot start so often"
        )
    if count and count * GUILDS_A_SHARD < (gateway.shards - 1) * 1_000:  # it recommends one for 1,000
        raise DiscordProblemError(
            f"SHARD_COUNT: {count} are too few, Discord recommends {gateway.shards}: raise it on all processes"
        )
    advice = ""
    if count and count < gateway.shards:
        advice = f" (SHARD_COUNT is {count}: raise it before a shard has {GUILDS_A_SHARD:,} servers)"
    return (
        f"DISCORD_TOKEN is known to Discord, which recommends shards: {gateway.shards}{advice}; starts of sessions "
        f"left today: {starts.remaining:,} of {starts.total:,}, at the same time: {starts.max_concurrency}"
    )
