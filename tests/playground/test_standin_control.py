"""The control API over HTTP, and the start command as a process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from playground import Channel, StandIn


async def control(world: StandIn, action: str, **body: Any) -> Any:
    url = f"{world.url}/_control/{action}"
    async with aiohttp.ClientSession() as tool, tool.post(url, json=body) as answer:
        return await answer.json()


async def test_the_world_over_http(world: StandIn, lounge: Channel) -> None:
    state = await control(world, "state")
    assert state["bot_state"] == "running"
    assert "image instant" in state["commands"]
    shown = await control(
        world, "slash", member="Ana", channel="lounge", command="image instant", options={"hint": "far"}
    )
    assert shown["ack"]["kind"] == "message"
    assert shown["response"]["text"] == "hint=far who=None"
    await control(world, "slash", member="Ana", channel="lounge", command="buttons")
    message = world.messages(lounge)[-1]
    pressed = await control(world, "press", member="Ben", message_id=str(message.id), custom_id="press:quiet")
    assert pressed["response"]["ephemeral"]
    wrong = await control(world, "slash", member="Ana", channel="lounge", command="nothing")
    assert "error" in wrong
    assert "actions" in await control(world, "unheard of")


async def test_faults_and_limits_over_http(world: StandIn) -> None:
    await control(world, "fault", method="POST", path="/callback$", kind="status", arguments=[500])
    await control(world, "upload_limit", bytes=10)
    assert len(world.faults) == 1
    assert world.limits.interaction_upload_bytes == 10
    await control(world, "clear_faults")
    await control(world, "drop_gateway")
    await world.wait_resumed()


async def test_other_sites_are_refused(world: StandIn) -> None:
    headers = {"Origin": "https://example.com"}
    url = f"{world.url}/_control/state"
    async with aiohttp.ClientSession(headers=headers) as page, page.post(url, json={}) as answer:
        assert answer.status == 403
    headers = {"Host": "example.com"}
    async with aiohttp.ClientSession(headers=headers) as page, page.get(url) as answer:
        assert answer.status == 403


@asynccontextmanager
async def playground(*arguments: str, port: int = 0) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground",
        *arguments,
        env={**os.environ, "PLAYGROUND_PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_without_a_bot_it_prints_its_settings_and_ends_when_told() -> None:
    async with playground("--no-bot") as process:
        assert process.stdout is not None
        first = (await process.stdout.readline()).decode()
        assert first.startswith("stand-in ready: http://127.0.0.1:")
        settings = [(await process.stdout.readline()).decode().split("=")[0] for _ in range(3)]
        assert settings == ["DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL"]
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with playground("--no-bot", port=port) as process:
            _, errors = await process.communicate()
            assert process.returncode == 1
            assert errors.decode().splitlines() == [
                f"port {port} is taken: set PLAYGROUND_PORT to another one (0 = any free one)"
            ]
