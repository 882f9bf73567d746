"""What an endpoint turned out to know, for as long as the process lives."""

from __future__ import annotations

from collections.abc import Mapping

from bot.language.forms import Rung

TRY_AGAIN_AFTER = 50
"""Answers from a lower rung, or talks without tools, after which the better way is tried once more."""

_BAD_REQUEST = frozenset({400, 422})
_TEMPERATURE = 0.3
"""Answers are read from a talk, not made up; but with none at all some models go in circles."""


class Remembered:
    """Which rung works, whether tools do, and which fields a request may have."""

    def __init__(self) -> None:
        self._rung = Rung.SCHEMA
        self._answers_below = 0
        self._has_tools = True
        self._talks_without = 0
        self._tokens_field = "max_tokens"
        self._has_temperature = True

    def first_rung(self) -> Rung:
        """Where to begin now."""
        if self._rung is not Rung.SCHEMA:
            self._answers_below += 1
            if self._answers_below > TRY_AGAIN_AFTER:
                self._answers_below = 0
                return Rung.SCHEMA
        return self._rung

    def rung_worked(self, rung: Rung) -> None:
        """An answer had the form: begin here next time."""
        self._rung = rung

    def tries_tools(self) -> bool:
        """Whether to offer tools now."""
        if not self._has_tools:
            self._talks_without += 1
            if self._talks_without > TRY_AGAIN_AFTER:
                self._talks_without = 0
                return True
        return self._has_tools

    def tools_worked(self, *, worked: bool) -> None:
        """Whether the endpoint took them."""
        self._has_tools = worked

    def fields(self, tokens: int, *, steady: bool) -> Mapping[str, object]:
        """The fields that bound an answer and, for a steady one, steer it."""
        steering = {"temperature": _TEMPERATURE} if steady and self._has_temperature else {}
        return {self._tokens_field: tokens, **steering}

    def learns(self, status: int, said: str) -> bool:
        """Whether a refusal was about such a field, and the next request will be another.

        OpenAI's reasoning models take no ``temperature``, and ``max_completion_tokens`` for ``max_tokens``.
        """
        if status not in _BAD_REQUEST:
            return False
        if self._tokens_field in said and self._tokens_field == "max_tokens":
            self._tokens_field = "max_completion_tokens"
            return True
        if self._has_temperature and "temperature" in said:
            self._has_temperature = False
            return True
        return False
