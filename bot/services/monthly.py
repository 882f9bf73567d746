"""Monthly moments by role: the owner's table, and each member's share of it once a UTC calendar month."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.errors import InvalidInputError
from bot.domain.money import Entry, EntryKind, Split
from bot.services.moments import ensure_member
from bot.services.ports.clock import Clock
from bot.services.ports.storage import AuditLine, Notice, RoleGrant, Storage, UnitOfWork

MONTHLY = "monthly"
"""The kind of notice that tells of a month's moments; :func:`role_grant_of` reads it."""

MOST_MOMENTS = 100_000
MOST_ROLES = 50
TABLE_FRESH_MS = 10 * 60 * 1000
"""How long a guild's table is believed before it is read again: another process may have changed it."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A guild's table as it was read."""

    moments_by_role: Mapping[int, int]
    read_at_ms: int


def role_grant_of(notice: Notice) -> RoleGrant:
    """What a notice of the kind :data:`MONTHLY` tells."""
    detail: dict[str, int] = json.loads(notice.detail)
    return RoleGrant(detail["role_id"], detail["moments"])


class MonthlyService:
    """What roles bring. ``welcome``: a member who is met here for the first time gets that as well."""

    def __init__(self, *, storage: Storage, clock: Clock, welcome: int) -> None:
        self._storage = storage
        self._clock = clock
        self._welcome = welcome
        self._tables: dict[int, _Table] = {}
        self._month = ""
        self._claimed: dict[tuple[int, int], set[int]] = {}

    async def role_grants(self, guild_id: int) -> Sequence[RoleGrant]:
        """The guild's table, most moments first."""

        async def work(uow: UnitOfWork) -> Sequence[RoleGrant]:
            return await uow.monthly_roles.of_guild(guild_id)

        return await self._storage.read(work)

    async def set_role_grant(
        self, guild_id: int, role_id: int, moments: int, *, by_user_id: int
    ) -> Sequence[RoleGrant]:
        """Set what a role brings each month, 0 for nothing; returns the table. What was given stays given.

        A change is a line of the guild's audit log: ``(role_id, moments)`` before and after.

        Raises:
            InvalidInputError: the amount is negative or absurd, or the table is full.
        """
        if not 0 <= moments <= MOST_MOMENTS:
            raise InvalidInputError("moments", f"between 0 and {MOST_MOMENTS:,}")

        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> Sequence[RoleGrant]:
            known = {grant.role_id: grant.moments for grant in await uow.monthly_roles.of_guild(guild_id)}
            before = known.get(role_id, 0)
            if before != moments:
                by = await uow.members.require_account(by_user_id)
                line = AuditLine(guild_id, by, "monthly_role", (role_id, before), (role_id, moments), now_ms)
                await uow.audit_log.add(line)
            await uow.monthly_roles.set(guild_id, role_id, moments)
            table = await uow.monthly_roles.of_guild(guild_id)
            if len(table) > MOST_ROLES:
                raise InvalidInputError("roles", f"{MOST_ROLES} or fewer")
            return table

        table = await self._storage.write(work)
        self._tables.pop(guild_id, None)
        return table

    async def claim_due(self, guild_id: int, user_id: int, role_ids: Collection[int]) -> Sequence[RoleGrant]:
        """Give a member what their roles bring this month and was not given yet; returns that.

        Every role counts. A member is told by a notice, kept together with the moments. Where nothing is due,
        which is nearly always, this asks no database.
        """
        now_ms = self._clock.now_ms()
        month = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m")
        if month != self._month:
            self._month = month
            self._claimed.clear()
        table = await self._table(guild_id, now_ms)
        claimed = self._claimed.get((guild_id, user_id), set[int]())
        due = [
            RoleGrant(role_id, table[role_id])
            for role_id in sorted(set(role_ids) & table.keys())
            if role_id not in claimed
        ]
        if not due:
            return ()
        # Held on to, so that what a month's end drops during the write is not noted for the next month.
        noted = self._claimed.setdefault((guild_id, user_id), set[int]())

        async def work(uow: UnitOfWork) -> Sequence[RoleGrant]:
            account_id = await ensure_member(uow, user_id, guild_id, welcome=self._welcome, now_ms=now_ms)
            given: list[RoleGrant] = []
            for grant in due:
                ref = await uow.members.once_key(f"monthly:{month}:{grant.role_id}", user_id, guild_id)
                if await uow.ledger.has_once(EntryKind.MONTHLY, ref):
                    continue
                moved = Split(granted=grant.moments)
                await uow.ledger.append(Entry(account_id, guild_id, EntryKind.MONTHLY, ref, moved, now_ms))
                detail = json.dumps({"role_id": grant.role_id, "moments": grant.moments})
                await uow.notices.add(Notice(f"{MONTHLY}:{ref}", account_id, MONTHLY, None, now_ms, detail))
                given.append(grant)
            return given

        given = await self._storage.write(work)
        noted.update(grant.role_id for grant in due)
        return given

    async def _table(self, guild_id: int, now_ms: int) -> Mapping[int, int]:
        known = self._tables.get(guild_id)
        if known is None or now_ms - known.read_at_ms > TABLE_FRESH_MS:
            grants = await self.role_grants(guild_id)
            known = _Table({grant.role_id: grant.moments for grant in grants}, now_ms)
            self._tables[guild_id] = known
        return known.moments_by_role
