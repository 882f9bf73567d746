"""SQL about small facts of the installation."""

from __future__ import annotations

from db.statements import Statements

_GET = "SELECT value FROM note WHERE note_key = :note_key"
_SET = """
INSERT INTO note (note_key, value) VALUES (:note_key, :value)
ON CONFLICT (note_key) DO UPDATE SET value = excluded.value
"""


class SqlNotes:
    """Implements :class:`bot.services.ports.storage.NoteRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def get(self, key: str) -> str | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"note_key": key})
        return None if row is None else row["value"]

    async def set(self, key: str, value: str) -> None:
        """See the protocol."""
        await self._statements.execute(_SET, {"note_key": key, "value": value})
