"""What Gemini's answers mean: refusals, failures and being busy, told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.backends.gemini import ENTRY, GeminiSettings
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.services.ports.images import ImageBackend
from tests.backends.contract import job, made
from tests.backends.gemini_server import (
    MODEL,
    GeminiServer,
    answer,
    blocked,
    ended,
    failed,
    gemini_server,
    quota,
)
from tests.backends.remote_contract import SECRET


@pytest.fixture
async def server() -> AsyncIterator[GeminiServer]:
    async with gemini_server() as running:
        yield running


@pytest.fixture
async def backend(server: GeminiServer) -> AsyncIterator[ImageBackend]:
    settings = GeminiSettings(
        gemini_api_key=SecretStr(SECRET), gemini_base_url=server.url, gemini_model=MODEL
    )
    backend = ENTRY.make(settings)
    yield backend
    await backend.close()


def with_part(part: object) -> dict[str, Any]:
    return answer({"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"})


@pytest.mark.parametrize(
    "body",
    [
        *(
            blocked(reason)
            for reason in ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY")
        ),
        *(
            ended(reason)
            for reason in ("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "PROHIBITED_CONTENT", "SAFETY")
        ),
    ],
)
async def test_what_its_filter_stops_is_a_refusal(
    backend: ImageBackend, server: GeminiServer, body: dict[str, Any]
) -> None:
    server.answer(200, body)
    with pytest.raises(BackendRefusedError):
        await made(backend, job())
    assert server.jobs == 1


@pytest.mark.parametrize("reason", ["NO_IMAGE", "IMAGE_OTHER", "OTHER", "MAX_TOKENS", "IMAGE_RECITATION"])
async def test_a_picture_that_did_not_come_about_is_a_failure_that_says_why(
    backend: ImageBackend, server: GeminiServer, reason: str
) -> None:
    server.answer(200, ended(reason))
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert caught.value.reason == f"no picture: {reason}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        '{"candidates": []}',
        '{"candidates": 5}',
        '{"candidates": [{"content": "words"}]}',
        '{"candidates": [{"content": {"parts": [{"inlineData": {"data": "!!!"}}]}}]}',
        '{"promptFeedback": [1]}',
        with_part({"text": "I would rather not."}),
        with_part({"inlineData": {"mimeType": "image/png", "data": ""}}),
        with_part({"inlineData": {"mimeType": "image/png"}}),
        with_part({"thought": True, "inlineData": {"mimeType": "image/png", "data": "QUJD"}}),
    ],
)
async def test_an_answer_without_a_picture_is_a_failure(
    backend: ImageBackend, server: GeminiServer, body: object
) -> None:
    server.answer(200, body)
    with pytest.raises(BackendFailedError):
        await made(backend, job())
    assert server.jobs == 1


@pytest.mark.parametrize(
    ("status", "code", "names"),
    [
        (401, "UNAUTHENTICATED", "GEMINI_API_KEY"),
        (403, "PERMISSION_DENIED", "GEMINI_API_KEY"),
        (404, "NOT_FOUND", "GEMINI_MODEL"),
        (400, "FAILED_PRECONDITION", "400 FAILED_PRECONDITION"),
        (302, "", "302"),
    ],
)
async def test_what_it_does_not_accept_is_a_failure_that_names_the_setting(
    backend: ImageBackend, server: GeminiServer, status: int, code: str, names: str
) -> None:
    server.answer(status, failed(status, code, f"key {SECRET}, prompt: Mira"))
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert names in caught.value.reason
    assert SECRET not in caught.value.reason
    assert "Mira" not in caught.value.reason
    assert caught.value.__cause__ is None, "a cause would quote the answer in a log"


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_what_may_pass_is_worth_another_try_later(
    backend: ImageBackend, server: GeminiServer, status: int
) -> None:
    server.answer(status, "<html>Bad Gateway</html>")
    with pytest.raises(BackendUnavailableError) as caught:
        await made(backend, job())
    assert caught.value.retry_after_s is None
    assert server.jobs == 1


async def test_a_busy_minute_says_when_it_is_over(backend: ImageBackend, server: GeminiServer) -> None:
    details = quota("GenerateRequestsPerMinutePerProjectPerModel", "33.5s")
    server.answer(429, failed(429, "RESOURCE_EXHAUSTED", "", *details))
    server.answer(429, failed(429, "RESOURCE_EXHAUSTED", "", *details), **{"Retry-After": "12"})
    server.answer(429, failed(429, "RESOURCE_EXHAUSTED", "", *quota("PerMinute", "soon")))
    waits: list[float | None] = []
    for _ in range(3):
        with pytest.raises(BackendUnavailableError) as caught:
            await made(backend, job())
        waits.append(caught.value.retry_after_s)
    assert waits == [33.5, 12, None]


async def test_a_days_quota_that_is_used_up_is_a_failure(backend: ImageBackend, server: GeminiServer) -> None:
    details = quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "33s")
    server.answer(429, failed(429, "RESOURCE_EXHAUSTED", "", *details))
    with pytest.raises(BackendFailedError, match="quota"):
        await made(backend, job())


@pytest.mark.parametrize("body", ["[1, 2]", '{"error": 5}', '{"error": {"details": [7, {"violations": 7}]}}'])
async def test_an_error_whose_body_is_strange_is_still_told_by_its_status(
    backend: ImageBackend, server: GeminiServer, body: str
) -> None:
    server.answer(429, body)
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())


async def test_what_is_wrong_with_the_settings_is_told_without_making_anything(
    backend: ImageBackend, server: GeminiServer
) -> None:
    server.answer(404, failed(404, "NOT_FOUND", "no such model"))
    server.answer(403, failed(403, "PERMISSION_DENIED", f"not with {SECRET}"))
    server.answer(503, failed(503, "UNAVAILABLE", "later"))
    model, key, down = [(await backend.problems())[0] for _ in range(3)]
    assert model == "GEMINI_MODEL: there is no such model at GEMINI_BASE_URL (404 NOT_FOUND)."
    assert "GEMINI_API_KEY" in key
    assert SECRET not in key
    assert "GEMINI_BASE_URL" in down
    assert server.asked_for == [MODEL] * 3
    assert server.jobs == 0


async def test_nobody_at_the_address_is_a_problem_too() -> None:
    settings = GeminiSettings(gemini_api_key=SecretStr(SECRET), gemini_base_url="http://127.0.0.1:9")
    backend = ENTRY.make(settings)
    (problem,) = await backend.problems()
    assert "GEMINI_BASE_URL" in problem
    await backend.close()
