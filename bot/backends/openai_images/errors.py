"""What OpenAI's errors mean: a refusal, being busy or down, or a failure.

https://platform.openai.com/docs/guides/error-codes and the image guide's part about moderation say what there is. An
error may also come in the middle of a stream, with HTTP 200; then only its code tells.
"""

from __future__ import annotations

import re

from openai import APIConnectionError, APIError, APIStatusError

from bot.backends.hosted.http import UnreadableAnswerError
from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    DarkroomError,
)
from bot.http_answers import seconds_to_wait

NAME = "openai"

_REFUSALS = frozenset({"moderation_blocked", "content_policy_violation"})
_SPENT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_BUSY = frozenset({"rate_limit_exceeded", "server_error", "image_generation_server_error"})
_SPENT_WORDS = "OPENAI_API_KEY: its account has no credit left"
_REASONS = {
    401: "OPENAI_API_KEY: the key is not accepted",
    403: "OPENAI_API_KEY: the key may not use OPENAI_IMAGE_MODEL",
    404: "OPENAI_IMAGE_MODEL: there is no such model at OPENAI_BASE_URL",
}
_TIMEOUT, _TOO_MANY, _SERVER_FAULT = 408, 429, 500


def translated(error: Exception) -> DarkroomError:
    """What went wrong on the way to an answer, or in it. Nothing that they wrote is quoted but codes."""
    match error:
        case DarkroomError():
            return error
        case APIConnectionError():
            return BackendUnavailableError(NAME)
        case APIError():
            return _meaning_of(error)
        case UnreadableAnswerError():
            return BackendFailedError(NAME, f"its answer is not read: {error}")
        case _:  # the SDK names no closed set of errors for an answer that is not what it should be
            return BackendFailedError(NAME, f"its answer can't be read: {type(error).__name__}")


def _meaning_of(error: APIError) -> DarkroomError:
    status = error.status_code if isinstance(error, APIStatusError) else 0
    codes = {str(error.code or ""), str(error.type or "")}
    if codes & _REFUSALS:
        return BackendRefusedError(NAME)
    if not codes & _SPENT and (
        status in {_TIMEOUT, _TOO_MANY} or status >= _SERVER_FAULT or (status == 0 and codes & _BUSY)
    ):
        return BackendUnavailableError(NAME, _wait_s(error))
    said = " ".join(word for word in (str(status or ""), _word(str(error.code or ""))) if word)
    why = _SPENT_WORDS if codes & _SPENT else _REASONS.get(status, "it will not take the request")
    return BackendFailedError(NAME, f"{why} ({said or 'in the middle of the answer'})")


def _wait_s(error: APIError) -> float | None:
    return seconds_to_wait(error.response.headers) if isinstance(error, APIStatusError) else None


def _word(text: str) -> str:
    """One of their codes, for the log; nothing where it is none."""
    return text if re.fullmatch(r"[a-z][a-z_0-9]{0,60}", text) else ""
