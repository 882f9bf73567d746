"""What can go wrong between the program and its database.

Expected outcomes (an overdraft, a duplicate) leave ``db`` as errors of ``bot.domain.errors``; a
database that can't work now as ``StorageError`` of the port. What is here is a mistake in the program.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.errors import DarkroomError


class ExternalAwaitError(DarkroomError):
    """A unit of work awaited something other than its repositories; its transaction was rolled back.

    Nothing external is awaited inside a database transaction (docs/adr/0001). Do the
    outside work before or after the unit.
    """


class Violated(enum.Enum):
    """Which sort of constraint was violated."""

    CHECK = enum.auto()
    UNIQUE = enum.auto()
    FOREIGN_KEY = enum.auto()
    RULE = enum.auto()
    OTHER = enum.auto()


@dataclass
class ConstraintViolationError(DarkroomError):
    """A constraint refused a change.

    ``name`` is the constraint's or trigger rule's name; for UNIQUE, where SQLite keeps the name to
    itself, the columns ("ledger.hold_ref").
    """

    sort: Violated
    name: str


@dataclass
class MigrationError(DarkroomError):
    """The database's schema and the program don't fit; ``reason`` says why, for the operator."""

    reason: str
