"""SQL about custom companions. Main ones are assets and are not here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.companion import Companion
from db.documents import LOOK, WORDS
from db.statements import Row, Statements

_ADD = """
INSERT INTO companion (companion_id, name, look, aliases, persona, owner_account_id, guild_id,
    reference_key, avatar, is_shared, created_at_ms)
VALUES (:companion_id, :name, :look, :aliases, :persona, :owner_account_id, :guild_id,
    :reference_key, :avatar, :is_shared, :created_at_ms)
"""
# An owner who was forgotten is no longer in member, and their companions with them.
_SELECT = """
SELECT companion.*, member.user_id FROM companion
JOIN member ON member.account_id = companion.owner_account_id
WHERE companion.deleted_at_ms IS NULL AND
"""
_GET = f"{_SELECT} companion.companion_id = :companion_id"
_OWNED_BY = f"{_SELECT} companion.guild_id = :guild_id AND companion.owner_account_id = :account_id"
_OF_GUILD = f"{_SELECT} companion.guild_id = :guild_id"
_DELETE = """
UPDATE companion SET deleted_at_ms = :at_ms
WHERE companion_id = :companion_id AND deleted_at_ms IS NULL RETURNING companion_id
"""
_SET_REFERENCE = """
UPDATE companion SET reference_key = :reference_key
WHERE companion_id = :companion_id AND deleted_at_ms IS NULL RETURNING companion_id
"""
_SET_SHARED = """
UPDATE companion SET is_shared = :is_shared
WHERE companion_id = :companion_id AND deleted_at_ms IS NULL RETURNING companion_id
"""


class SqlCompanions:
    """Implements :class:`bot.services.ports.storage.CompanionRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, companion: Companion, owner_account_id: str, at_ms: int) -> None:
        """See the protocol."""
        params = {
            "companion_id": companion.companion_id,
            "name": companion.name,
            "look": LOOK.write(companion.look),
            "aliases": WORDS.write(companion.aliases),
            "persona": companion.persona,
            "owner_account_id": owner_account_id,
            "guild_id": companion.guild_id,
            "reference_key": companion.reference_key,
            "avatar": companion.avatar,
            "is_shared": int(companion.is_shared),
            "created_at_ms": at_ms,
        }
        await self._statements.execute(_ADD, params)

    async def get(self, companion_id: str) -> Companion | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"companion_id": companion_id})
        return None if row is None else _companion(row)

    async def owned_by(self, account_id: str, guild_id: int) -> Sequence[Companion]:
        """See the protocol."""
        params = {"account_id": account_id, "guild_id": guild_id}
        return _by_name(await self._statements.fetch_all(_OWNED_BY, params))

    async def of_guild(self, guild_id: int) -> Sequence[Companion]:
        """See the protocol."""
        return _by_name(await self._statements.fetch_all(_OF_GUILD, {"guild_id": guild_id}))

    async def delete(self, companion_id: str, at_ms: int) -> bool:
        """See the protocol. The row stays, marked: pictures and messages still name it."""
        params = {"companion_id": companion_id, "at_ms": at_ms}
        return await self._statements.fetch_one(_DELETE, params) is not None

    async def set_reference(self, companion_id: str, reference_key: str) -> bool:
        """See the protocol."""
        params = {"companion_id": companion_id, "reference_key": reference_key}
        return await self._statements.fetch_one(_SET_REFERENCE, params) is not None

    async def set_shared(self, companion_id: str, *, is_shared: bool) -> bool:
        """See the protocol."""
        params = {"companion_id": companion_id, "is_shared": int(is_shared)}
        return await self._statements.fetch_one(_SET_SHARED, params) is not None


def _by_name(rows: Sequence[Row]) -> Sequence[Companion]:
    """Without regard to case; databases differ in how they order letters, so it is done here."""
    found = [_companion(row) for row in rows]
    return sorted(found, key=lambda companion: (companion.name.casefold(), companion.companion_id))


def _companion(row: Row) -> Companion:
    return Companion(
        companion_id=row["companion_id"],
        name=row["name"],
        look=LOOK.read(row["look"]),
        aliases=WORDS.read(row["aliases"]),
        persona=row["persona"],
        owner_id=row["user_id"],
        guild_id=row["guild_id"],
        reference_key=row["reference_key"],
        avatar=row["avatar"],
        is_shared=bool(row["is_shared"]),
    )
