"""SQL about what members last chose in the studio."""

from __future__ import annotations

from bot.domain.studio import StudioChoices
from db.documents import STUDIO_CHOICES
from db.statements import Statements

_GET = "SELECT choices FROM studio WHERE account_id = :account_id AND guild_id = :guild_id"
_SET = """
INSERT INTO studio (account_id, guild_id, choices) VALUES (:account_id, :guild_id, :choices)
ON CONFLICT (account_id, guild_id) DO UPDATE SET choices = excluded.choices
"""


class SqlStudio:
    """Implements :class:`bot.services.ports.storage.StudioRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def get(self, account_id: str, guild_id: int) -> StudioChoices | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"account_id": account_id, "guild_id": guild_id})
        return None if row is None else STUDIO_CHOICES.read(row["choices"])

    async def set(self, account_id: str, guild_id: int, choices: StudioChoices) -> None:
        """See the protocol."""
        written = STUDIO_CHOICES.write(choices)
        params = {"account_id": account_id, "guild_id": guild_id, "choices": written}
        await self._statements.execute(_SET, params)
