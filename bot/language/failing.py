"""What went wrong, as a word for the log: nothing that a server or a model wrote, no address, no key."""

from __future__ import annotations

from types import ModuleType

from bot.language.connecting import TooLongError

TOO_MANY = 429
FORM_REFUSED = frozenset({400, 415, 422, 500, 501})
"""Statuses with which servers refuse a way to ask for a form: older llama.cpp says 500."""
TOOLS_REFUSED = FORM_REFUSED | {404}
"""The same for tools: OpenRouter says 404."""
KEY_REFUSED = frozenset({401, 403})
_NO_MODEL = 404


def reason_of(error: Exception, openai: ModuleType) -> str:
    """One or two words."""
    status = status_of(error)
    kinds: tuple[tuple[object, str], ...] = (
        (isinstance(error, TimeoutError | openai.APITimeoutError), "timeout"),
        (isinstance(error, openai.APIConnectionError), "unreachable"),
        (isinstance(error, TooLongError), "too_long"),
        (status in KEY_REFUSED, f"key_refused {status}"),
        (status == _NO_MODEL, f"no_such_model {status}"),
        (status, f"status {status}"),
    )
    return next((reason for is_so, reason in kinds if is_so), f"malformed {type(error).__name__}")


def status_of(error: Exception) -> int:
    """The HTTP status that an error of the library has; 0 where there is none."""
    status = getattr(error, "status_code", 0)
    return status if isinstance(status, int) else 0


def wait_of(error: Exception) -> float:
    """How long an endpoint wants to be left alone, in seconds; one where it does not say."""
    response = getattr(error, "response", None)
    asked = "" if response is None else str(response.headers.get("retry-after", ""))
    try:
        return max(0.0, float(asked or 1))
    except ValueError:  # a date: longer than anybody waits here
        return float("inf")
