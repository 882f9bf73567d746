r"""Misbehaviour on demand: what happens to the next REST requests that match.

``world.faults.add(Fault("POST", r"/channels/\d+/messages", server_error_after_success()))``
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playground.records import Request

FaultName = Literal[
    "late",
    "late_answer",
    "status",
    "rate_limit",
    "server_error_before",
    "server_error_after_success",
    "drop_connection_before",
    "drop_connection_after_success",
]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """What goes wrong. Build one with the functions below."""

    name: FaultName
    delay_s: float = 0.0
    status: int = 500
    code: int = 0
    message: str = ""
    everywhere: bool = False

    @property
    def acts_before(self) -> bool:
        """Whether the request never reaches its handler."""
        return self.name in ("status", "rate_limit", "server_error_before", "drop_connection_before")


def late(delay_s: float) -> FaultKind:
    """The request is handled only after ``delay_s`` seconds (a late acknowledgement is refused)."""
    return FaultKind("late", delay_s=delay_s)


def late_answer(delay_s: float) -> FaultKind:
    """The request takes effect at once, its answer arrives ``delay_s`` seconds later."""
    return FaultKind("late_answer", delay_s=delay_s)


def status(http_status: int, code: int = 0, message: str = "Refused by a fault") -> FaultKind:
    """Answer with this HTTP status and Discord error code; nothing takes effect."""
    return FaultKind("status", status=http_status, code=code, message=message)


def rate_limit(retry_after_s: float = 1.0, *, everywhere: bool = False) -> FaultKind:
    """Answer 429 as Discord does (``Via``, ``Retry-After``); nothing takes effect."""
    return FaultKind("rate_limit", delay_s=retry_after_s, status=429, everywhere=everywhere)


def server_error_before(http_status: int = 500) -> FaultKind:
    """Answer 5xx; nothing takes effect."""
    return FaultKind("server_error_before", status=http_status)


def server_error_after_success(http_status: int = 500) -> FaultKind:
    """The request takes effect, and yet the answer is 5xx."""
    return FaultKind("server_error_after_success", status=http_status)


def drop_connection_before() -> FaultKind:
    """The connection is reset; nothing takes effect."""
    return FaultKind("drop_connection_before")


def drop_connection_after_success() -> FaultKind:
    """The request takes effect, then the connection is reset without an answer."""
    return FaultKind("drop_connection_after_success")


BY_NAME: dict[str, Callable[..., FaultKind]] = {
    "late": late,
    "late_answer": late_answer,
    "status": status,
    "rate_limit": rate_limit,
    "server_error_before": server_error_before,
    "server_error_after_success": server_error_after_success,
    "drop_connection_before": drop_connection_before,
    "drop_connection_after_success": drop_connection_after_success,
}


@dataclass(slots=True)
class Fault:
    """A rule: requests that match suffer ``kind``, ``times`` times, after ``skip`` matches passed unharmed.

    ``method`` is a name or ``"*"``; ``path`` is a regular expression searched in the path after ``/api/v10``;
    ``when`` may look at the whole request.
    """

    method: str
    path: str
    kind: FaultKind
    times: int | None = 1
    skip: int = 0
    when: Callable[[Request], bool] | None = None
    #: The requests that suffered, oldest first.
    hits: list[Request] = field(default_factory=list["Request"])

    def takes(self, request: Request) -> bool:
        """Whether this request suffers; counts it if so."""
        if self.method not in ("*", request.method) or not re.search(self.path, request.path):
            return False
        if self.when is not None and not self.when(request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None and len(self.hits) >= self.times:
            return False
        self.hits.append(request)
        return True


class FaultList:
    """The faults in force, in the order in which they were added; the first that takes a request wins."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force and return it (its ``hits`` tell when it struck)."""
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a fault out of force; unknown ones are ignored."""
        if fault in self._faults:
            self._faults.remove(fault)

    def clear(self) -> None:
        """Take all faults out of force."""
        self._faults.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults))

    def __len__(self) -> int:
        return len(self._faults)

    def find(self, request: Request) -> FaultKind | None:
        """What this request suffers, if anything. Spent faults are dropped."""
        for fault in self._faults:
            if fault.takes(request):
                if fault.times is not None and len(fault.hits) >= fault.times:
                    self._faults.remove(fault)
                return fault.kind
        return None
