"""What OpenAI's answers mean: refusals, failures and being busy, told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.backends.openai_images import ENTRY, OpenAiImagesSettings
from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    DarkroomError,
)
from bot.services.ports.images import ImageBackend
from tests.backends.contract import job, made
from tests.backends.openai_images_server import MODEL, OpenAiImagesServer, error_event, openai_images_server
from tests.backends.remote_contract import SECRET


@pytest.fixture
async def server() -> AsyncIterator[OpenAiImagesServer]:
    async with openai_images_server() as running:
        yield running


@pytest.fixture
async def backend(server: OpenAiImagesServer) -> AsyncIterator[ImageBackend]:
    settings = OpenAiImagesSettings(
        openai_api_key=SecretStr(SECRET), openai_base_url=server.url, openai_image_model=MODEL
    )
    backend = ENTRY.make(settings)
    yield backend
    await backend.close()


def body(code: str | None, kind: str = "invalid_request_error") -> dict[str, object]:
    message = f"key {SECRET}, prompt: Mira"
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


@pytest.mark.parametrize("code", ["moderation_blocked", "content_policy_violation"])
@pytest.mark.parametrize("count", [1, 2])
async def test_what_its_filter_stops_is_a_refusal(
    backend: ImageBackend, server: OpenAiImagesServer, code: str, count: int
) -> None:
    server.answer(400, body(code, "image_generation_user_error"))
    with pytest.raises(BackendRefusedError):
        await made(backend, job(count=count))
    assert server.jobs == 1


@pytest.mark.parametrize(
    ("status", "code", "names"),
    [
        (401, "invalid_api_key", "OPENAI_API_KEY: the key is not accepted (401 invalid_api_key)"),
        (403, "unsupported_country", "OPENAI_API_KEY: the key may not use OPENAI_IMAGE_MODEL (403"),
        (404, "model_not_found", "OPENAI_IMAGE_MODEL: there is no such model at OPENAI_BASE_URL (404"),
        (429, "insufficient_quota", "no credit left (429 insufficient_quota)"),
        (400, "billing_hard_limit_reached", "no credit left (400"),
        (400, "invalid_value", "(400 invalid_value)"),
        (400, None, "(400)"),
        (400, f"Mira {SECRET}", "(400)"),
        (307, None, "(307)"),
    ],
)
async def test_what_it_does_not_accept_is_a_failure_that_names_the_setting(
    backend: ImageBackend, server: OpenAiImagesServer, status: int, code: str | None, names: str
) -> None:
    server.answer(status, body(code), Location="https://elsewhere.invalid/")
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert names in caught.value.reason
    assert SECRET not in caught.value.reason
    assert "Mira" not in caught.value.reason
    assert caught.value.__cause__ is None, "a cause would quote the answer in a log"
    assert server.jobs == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_what_may_pass_is_worth_another_try_later(
    backend: ImageBackend, server: OpenAiImagesServer, status: int
) -> None:
    server.answer(status, "<html>Bad Gateway</html>", **{"Retry-After": "3"})
    server.answer(status, body("server_error", "server_error"))
    waits: list[float | None] = []
    for _ in range(2):
        with pytest.raises(BackendUnavailableError) as caught:
            await made(backend, job())
        waits.append(caught.value.retry_after_s)
    assert waits == [3, None]
    assert server.jobs == 2


@pytest.mark.parametrize(
    ("kind", "code", "meaning"),
    [
        ("image_generation_user_error", "moderation_blocked", BackendRefusedError),
        ("image_generation_server_error", "image_generation_failed", BackendUnavailableError),
        ("requests", "rate_limit_exceeded", BackendUnavailableError),
        ("insufficient_quota", "insufficient_quota", BackendFailedError),
        ("image_generation_user_error", "something_new", BackendFailedError),
    ],
)
async def test_an_error_in_the_middle_of_a_stream_means_what_its_code_says(
    backend: ImageBackend, server: OpenAiImagesServer, kind: str, code: str, meaning: type[DarkroomError]
) -> None:
    server.events = [error_event(kind, code)]
    with pytest.raises(meaning):
        await made(backend, job())
    assert server.jobs == 1


@pytest.mark.parametrize(
    "event",
    [
        ": keepalive\n\n",
        "event: image_generation.queued\ndata: {}\n\n",
        'data: {"type": "image_generation.completed"}\n\n',
        'data: {"type": "image_generation.completed", "b64_json": 7}\n\n',
        "data: []\n\n",
        "data: 7\n\n",
    ],
)
async def test_events_that_say_nothing_do_no_harm(
    backend: ImageBackend, server: OpenAiImagesServer, event: str
) -> None:
    server.events = [event]
    assert len(await made(backend, job())) == 1


@pytest.mark.parametrize(
    "event",
    ['data: {"type": "image_generation.completed", "b64_json": "!"}\n\n', "data: {\n\n", "data: \xff\n\n"],
)
async def test_events_that_can_not_be_read_are_a_failure(
    backend: ImageBackend, server: OpenAiImagesServer, event: str
) -> None:
    server.events = [event]
    with pytest.raises(BackendFailedError):
        await made(backend, job())


async def test_a_stream_that_ends_after_its_previews_is_a_failure(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    server.sends_picture = False
    with pytest.raises(BackendFailedError, match="without a picture"):
        await made(backend, job())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "<html>",
        '{"data": 7}',
        '{"data": [7]}',
        '{"data": [{}]}',
        '{"data": [{"url": "https://elsewhere.invalid/"}]}',
        '{"data": [{"b64_json": "!"}]}',
    ],
)
async def test_an_answer_without_a_picture_is_a_failure(
    backend: ImageBackend, server: OpenAiImagesServer, text: str
) -> None:
    server.answer(200, text)
    with pytest.raises(BackendFailedError):
        await made(backend, job(count=2))
    assert server.jobs == 1


async def test_what_is_wrong_with_the_settings_is_told_without_making_anything(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    server.answer(404, body("model_not_found"))
    server.answer(401, body("invalid_api_key"))
    server.answer(503, body(None))
    model, key, down = [(await backend.problems())[0] for _ in range(3)]
    assert model == ("OPENAI_IMAGE_MODEL: there is no such model at OPENAI_BASE_URL (404 model_not_found).")
    assert "OPENAI_API_KEY" in key
    assert SECRET not in key
    assert "OPENAI_BASE_URL" in down
    assert server.asked_for == [MODEL] * 3
    assert server.jobs == 0
