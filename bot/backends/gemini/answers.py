"""What Gemini's answers mean: a picture, a refusal or a failure.

https://ai.google.dev/api/generate-content#FinishReason and https://ai.google.dev/gemini-api/docs/api-errors say what
there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import httpx2
from google.genai import errors, types

from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    DarkroomError,
)
from bot.http_answers import seconds_to_wait

_NOT_BLOCKED = (None, types.BlockedReason.BLOCKED_REASON_UNSPECIFIED)
_REFUSALS = frozenset(
    {
        types.FinishReason.IMAGE_SAFETY,
        types.FinishReason.IMAGE_PROHIBITED_CONTENT,
        types.FinishReason.PROHIBITED_CONTENT,
        types.FinishReason.SAFETY,
        types.FinishReason.BLOCKLIST,
        types.FinishReason.SPII,
        types.FinishReason.ESCALATION,
        types.FinishReason.MODEL_ARMOR,
    }
)
_KEY_REASONS = frozenset({"API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED"})
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TIMEOUT, _TOO_MANY, _SERVER_FAULT = 401, 403, 404, 408, 429, 500


def picture_in(response: types.GenerateContentResponse, name: str) -> bytes:
    """The picture in an answer, as it came; not one of those that the model made while it was thinking.

    Raises:
        BackendRefusedError: the prompt or the picture was stopped by its filter.
        BackendFailedError: there is none.
    """
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason not in _NOT_BLOCKED:
        raise BackendRefusedError(name)
    candidates = response.candidates or []
    reasons = [candidate.finish_reason for candidate in candidates if candidate.finish_reason is not None]
    if not _REFUSALS.isdisjoint(reasons):
        raise BackendRefusedError(name)
    for candidate in candidates:
        parts = (candidate.content.parts if candidate.content is not None else None) or []
        found = [part.inline_data.data for part in parts if part.inline_data is not None and not part.thought]
        pictures = [data for data in found if data]
        if pictures:
            return pictures[-1]
    raise BackendFailedError(name, f"no picture: {_word(reasons[0].value if reasons else '') or 'no reason'}")


def meaning_of(error: errors.APIError, name: str) -> DarkroomError:
    """What an answer other than 200 means. Nothing that they wrote is quoted but words of their lists."""
    details = list(_details(error))
    reasons = {str(detail.get("reason", "")) for detail in details}
    status = f"{error.code} {_word(str(error.status or ''))}".strip()
    if error.code in {_UNAUTHORIZED, _FORBIDDEN} or reasons & _KEY_REASONS:
        return BackendFailedError(name, f"GEMINI_API_KEY: the key is not accepted for this ({status})")
    if error.code == _NOT_FOUND:
        return BackendFailedError(name, f"GEMINI_MODEL: there is no such model at GEMINI_BASE_URL ({status})")
    if error.code == _TOO_MANY and any("PerDay" in quota for quota in _quotas(details)):
        return BackendFailedError(name, f"the day's quota of GEMINI_API_KEY is used up ({status})")
    if error.code in {_TIMEOUT, _TOO_MANY} or error.code >= _SERVER_FAULT:
        return BackendUnavailableError(name, _wait_s(error, details))
    return BackendFailedError(name, status)


def _details(error: errors.APIError) -> Iterator[Mapping[str, object]]:
    """The objects in ``error.details`` of an error's body (google.rpc.Status)."""
    body = _mapping(getattr(error, "details", None))
    listed = _mapping(body.get("error", body)).get("details")
    for detail in _sequence(listed):
        yield _mapping(detail)


def _quotas(details: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The ids of quotas that were gone over (google.rpc.QuotaFailure)."""
    for detail in details:
        for violation in _sequence(detail.get("violations")):
            yield str(_mapping(violation).get("quotaId", ""))


def _wait_s(error: errors.APIError, details: Sequence[Mapping[str, object]]) -> float | None:
    """``Retry-After``, else ``retryDelay`` of a google.rpc.RetryInfo, such as ``"7s"``."""
    response: object = getattr(error, "response", None)
    waits_s = seconds_to_wait(response.headers) if isinstance(response, httpx2.Response) else None
    if waits_s is not None:
        return waits_s
    for detail in details:
        delay = re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)s", str(detail.get("retryDelay", "")))
        if delay is not None:
            return float(delay.group(1))
    return None


def _word(text: str) -> str:
    """A word of one of their lists, for the log; nothing where it is none."""
    return text if re.fullmatch(r"[A-Z_]{1,40}", text) else ""


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _sequence(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()
