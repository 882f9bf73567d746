"""What a repository needs of a database: three calls with named parameters.

Repositories are written once over this. Each kind of database implements it: SQLite's writer runs
and readers run statements on the spot in their own threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Value = str | int | float | bytes | None
Params = Mapping[str, Value]
NO_PARAMS: Params = {}


class Row(Protocol):
    """One row of a result, read by column name."""

    def __getitem__(self, column: str, /) -> Any: ...


class Statements(Protocol):
    """A connection inside a transaction. Parameters are written ``:name`` in the SQL.

    Every method raises ConstraintViolationError when a constraint refuses the change, and
    StorageError when the database can't do its work (busy, disk full, unreadable).
    """

    async def fetch_one(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """The first row, or None. A changing statement with RETURNING is carried out whole."""
        ...

    async def fetch_all(self, sql: str, params: Params = NO_PARAMS) -> Sequence[Row]:
        """All rows."""
        ...

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> None:
        """Run a statement whose rows, if any, nobody wants."""
        ...


def kept_text(text: str) -> str:
    """The text as every database can keep it: without NUL characters, halves of characters replaced by U+FFFD.

    Nobody types them; answers of language models and forged requests have them.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def kept(params: Params) -> Params:
    """Parameters with such texts; the same ones where nothing had to be done."""
    for value in params.values():
        if isinstance(value, str) and kept_text(value) != value:
            return {key: kept_text(one) if isinstance(one, str) else one for key, one in params.items()}
    return params


def in_list(name: str, values: Sequence[Value]) -> tuple[str, dict[str, Value]]:
    """Placeholders for ``IN (…)`` and their parameters: ``:name_0, :name_1``; nothing is in none of them."""
    params = {f"{name}_{i}": value for i, value in enumerate(values)}
    return ", ".join(f":{key}" for key in params) or "NULL", params
