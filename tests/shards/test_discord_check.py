"""What the doctor says of the token and the shards."""

from __future__ import annotations

import socket

import pytest

from bot.container.discord_check import DiscordProblemError, ask_discord
from bot.settings import Settings
from tests.shards.recommending import answering, gateway

TOKEN = "a-very-secret-token"  # noqa: S105  made up


def settings(url: str, **more: object) -> Settings:
    values = {"discord_token": TOKEN, "discord_api_url": url, "database_url": "postgresql://h/d", **more}
    return Settings.model_validate(values)


async def told(answer: object, **more: object) -> str:
    async with answering({TOKEN: answer}) as url:
        try:
            line = await ask_discord(settings(url, **more))
        except DiscordProblemError as problem:
            line = f"!! {str(problem).replace(url, 'URL')}"
    assert TOKEN not in line
    return line


async def test_what_discord_recommends_is_told() -> None:
    assert await told(gateway(3)) == (
        "DISCORD_TOKEN is known to Discord, which recommends shards: 3; starts of sessions left today: 990 of 1,000, "
        "at the same time: 1"
    )


async def test_fewer_shards_than_recommended_are_told() -> None:
    line = await told(gateway(3), shard_count=2)
    assert "recommends shards: 3 (SHARD_COUNT is 2: raise it before a shard has 2,500 servers);" in line
    assert "SHARD_COUNT" not in await told(gateway(3), shard_count=3)


async def test_shards_that_discord_will_refuse_are_wrong() -> None:
    assert await told(gateway(8), shard_count=2) == (
        "!! SHARD_COUNT: 2 are too few, Discord recommends 8: raise it on all processes"
    )


@pytest.mark.parametrize(("remaining", "more"), [(100, {}), (150, {"shard_count": 150}), (0, {})])
async def test_starts_of_sessions_that_are_nearly_used_up_are_wrong(
    remaining: int, more: dict[str, object]
) -> None:
    assert await told(gateway(remaining=remaining), **more) == (
        f"!! DISCORD_TOKEN: only {remaining} of 1,000 starts of sessions are left for the next 5.0 hours: "
        "find out what makes the bot start so often"
    )


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (401, "!! DISCORD_TOKEN: Discord does not accept this token"),
        (503, "!! DISCORD_API_URL: URL answers with 503: try again later, or check the address"),
        ("hello", "!! DISCORD_API_URL: what answers at URL is not Discord: check the address"),
        ({"shards": "some"}, "!! DISCORD_API_URL: what answers at URL is not Discord: check the address"),
        ("x" * 100_000, "!! DISCORD_API_URL: what answers at URL is not Discord: check the address"),
    ],
)
async def test_what_is_wrong_is_told_with_what_to_do(answer: object, line: str) -> None:
    assert await told(answer) == line


async def test_a_discord_that_is_not_there_is_told() -> None:
    with socket.socket() as nobody:  # bound but not listening
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/api/v10"
        with pytest.raises(
            DiscordProblemError, match=f"^DISCORD_API_URL: Discord can't be reached at {url}: "
        ):
            await ask_discord(settings(url))


async def test_a_token_that_no_header_can_hold_is_none_of_discords() -> None:
    async with answering({}) as url:
        with pytest.raises(DiscordProblemError, match=r"^DISCORD_TOKEN: this can't be a token: "):
            await ask_discord(settings(url, discord_token="two\nlines"))  # noqa: S106  made up
