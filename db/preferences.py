"""SQL about members' own defaults."""

from __future__ import annotations

from bot.domain.picture import Aspect
from bot.services.ports.storage import Preferences
from db.statements import Statements

_GET = "SELECT * FROM preference WHERE account_id = :account_id"
_SET = """
INSERT INTO preference (account_id, aspect_solo, aspect_group, ask_above, show_alt_text)
VALUES (:account_id, :aspect_solo, :aspect_group, :ask_above, :show_alt_text)
ON CONFLICT (account_id) DO UPDATE SET aspect_solo = excluded.aspect_solo,
    aspect_group = excluded.aspect_group, ask_above = excluded.ask_above,
    show_alt_text = excluded.show_alt_text
"""


class SqlPreferences:
    """Implements :class:`bot.services.ports.storage.PreferenceRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def get(self, account_id: str) -> Preferences:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"account_id": account_id})
        if row is None:
            return Preferences()
        return Preferences(
            aspect_solo=_aspect(row["aspect_solo"]),
            aspect_group=_aspect(row["aspect_group"]),
            ask_above=row["ask_above"],
            show_alt_text=bool(row["show_alt_text"]),
        )

    async def set(self, account_id: str, preferences: Preferences) -> None:
        """See the protocol."""
        params = {
            "account_id": account_id,
            "aspect_solo": preferences.aspect_solo,
            "aspect_group": preferences.aspect_group,
            "ask_above": preferences.ask_above,
            "show_alt_text": int(preferences.show_alt_text),
        }
        await self._statements.execute(_SET, params)


def _aspect(value: str | None) -> Aspect | None:
    return None if value is None else Aspect(value)
