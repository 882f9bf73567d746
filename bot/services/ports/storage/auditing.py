"""What an audit asks of the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise of the books that does not hold. ``rule`` is its short name, ``subject`` an id.

    ``expected`` and ``found`` are what the entries say and what stands, in words or moments.
    """

    rule: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class BookCounts:
    """How much there is."""

    accounts: int
    entries: int
    requests: int
    images: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A picture that is not deleted, and the files it needs."""

    image_id: str
    file_key: str
    thumbnail_key: str


class AuditRepository(Protocol):
    """Questions across all tables, for the audit. They read everything: not for a running shard."""

    async def counts(self) -> BookCounts:
        """How much there is."""
        ...

    async def violations(self) -> Sequence[Violation]:
        """Balances that differ from their entries; holds, requests and captures that don't fit."""
        ...

    async def files(self, after_image_id: str, limit: int) -> Sequence[StoredFile]:
        """Pictures that are not deleted, by id, after the one given."""
        ...
