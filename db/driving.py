"""Running a unit of work so that it can await nothing but its repositories.

This is where promise 7 ("nothing external is awaited inside a transaction") is kept by the machine
rather than by review: a unit that awaits a timer, a lock, Discord or a backend is stopped, its
transaction rolled back, and :class:`ExternalAwaitError` raised in whoever asked for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from contextvars import ContextVar
from typing import Any, Generic, Protocol, TypeVar

from db.errors import ExternalAwaitError

T = TypeVar("T")

NO_LOOP = "no running event loop"
"""What asyncio says when something of it is used in a thread of the writer or the readers."""


def run_to_end(unit: Awaitable[T]) -> T:
    """Run a unit whose repositories never suspend, in this thread, in one go.

    Raises:
        ExternalAwaitError: it suspended, or reached for the event loop.
    """
    steps = unit.__await__()
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    except RuntimeError as error:
        if str(error) == NO_LOOP:
            raise ExternalAwaitError from error
        raise
    steps.close()
    raise ExternalAwaitError


_in_unit: ContextVar[bool] = ContextVar("in_unit", default=False)


def require_outside() -> None:
    """Refuse what a unit may not do; for what would otherwise be under way before the unit is stopped.

    Raises:
        ExternalAwaitError: a unit is what is running here.
    """
    if _in_unit.get():
        raise ExternalAwaitError


class Waiting(Protocol):
    """Statements that know whether it is they who are being waited for."""

    @property
    def waiting(self) -> bool:
        """Whether a statement is under way right now."""
        ...


class Watched(Generic[T]):
    """A unit whose repositories do suspend (asyncpg): awaits it, and lets nothing else be awaited in it.

    Raises:
        ExternalAwaitError: it suspended while none of its statements was under way.
    """

    def __init__(self, unit: Awaitable[T], statements: Waiting) -> None:
        self._unit = unit
        self._statements = statements

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._unit.__await__()
        thrown: BaseException | None = None
        while True:
            inside = _in_unit.set(True)
            try:
                awaited: Any = next(steps) if thrown is None else steps.throw(thrown)
            except StopIteration as stop:
                return stop.value
            finally:
                _in_unit.reset(inside)
            if not self._statements.waiting:
                steps.close()
                raise ExternalAwaitError
            thrown = None
            try:
                yield awaited
            except BaseException as error:  # noqa: BLE001 - a cancellation belongs to the unit, which decides
                thrown = error
