"""SQL about moments: the append-only ledger, and the balances that its triggers keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.errors import DuplicateEntryError, OverdraftError
from bot.domain.money import Balance, Entry, EntryKind, Split
from bot.services.ports.storage import BookedSum, HistoryLine
from db.errors import ConstraintViolationError
from db.statements import Row, Statements

_BALANCE = """
SELECT account.purchased, account.held_purchased, account.owed,
    coalesce(wallet.granted, 0) AS granted, coalesce(wallet.held_granted, 0) AS held_granted
FROM account LEFT JOIN wallet ON wallet.account_id = account.account_id AND wallet.guild_id = :guild_id
WHERE account.account_id = :account_id
"""
_APPEND = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased,
    owed, hold_ref, by_account_id, source_ref, at_ms)
VALUES (:account_id, :guild_id, :kind, :ref, :granted, :purchased, :held_granted, :held_purchased,
    :owed, :hold_ref, :by_account_id, :source_ref, :at_ms)
ON CONFLICT DO NOTHING RETURNING entry_id
"""
_FIND = "SELECT * FROM ledger WHERE ref = :ref AND kind = :kind AND account_id = :account_id"
_HAS_ONCE = "SELECT 1 FROM ledger WHERE ref = :ref AND kind = :kind LIMIT 1"
# Of a gift only the receiver's half counts; the condition on kind is the index's own.
_SUM_SINCE = """
SELECT coalesce(sum(granted + purchased), 0) AS given FROM ledger
WHERE kind IN ('grant', 'gift') AND kind = :kind AND guild_id = :guild_id AND at_ms >= :since_ms
    AND granted + purchased > 0 AND (CAST(:account_id AS TEXT) IS NULL OR by_account_id = :account_id)
"""
# Purchases belong to the user, not to a guild; each half stops at the page's length by its own index.
_HISTORY = """
SELECT * FROM (
    SELECT * FROM (
        SELECT entry_id, kind, granted, purchased, held_granted, held_purchased, owed, ref, at_ms
        FROM ledger
        WHERE account_id = :account_id AND guild_id = :guild_id AND entry_id < :before_id
            AND kind NOT IN ('purchase', 'reversal')
        ORDER BY entry_id DESC LIMIT :limit) AS here
    UNION ALL
    SELECT * FROM (
        SELECT entry_id, kind, granted, purchased, held_granted, held_purchased, owed, ref, at_ms
        FROM ledger
        WHERE account_id = :account_id AND entry_id < :before_id AND kind IN ('purchase', 'reversal')
        ORDER BY entry_id DESC LIMIT :limit) AS anywhere
) AS line
ORDER BY entry_id DESC LIMIT :limit
"""
_LAST_ID = "SELECT coalesce(max(entry_id), 0) AS last_id FROM ledger"
_BOOKED = """
SELECT kind, count(*) AS entries, sum(CASE kind
    WHEN 'capture' THEN -(granted + purchased + held_granted + held_purchased)
    WHEN 'gift' THEN CASE WHEN granted + purchased > 0 THEN granted + purchased ELSE 0 END
    ELSE abs(granted + purchased) END) AS moments
FROM ledger WHERE entry_id > :after_id AND entry_id <= :to_id GROUP BY kind
"""
_AFTER_ALL = 2**63 - 1

BALANCE_CHECKS = frozenset(
    {
        "wallet_granted_not_negative",
        "wallet_held_granted_not_negative",
        "account_purchased_not_negative",
        "account_held_purchased_not_negative",
        "account_owed_not_negative",
    }
)
"""The constraints on which an overdraft dies."""


class SqlLedger:
    """Implements :class:`bot.services.ports.storage.LedgerRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def balance(self, account_id: str, guild_id: int) -> Balance:
        """See the protocol. An account that isn't there has nothing."""
        row = await self._statements.fetch_one(_BALANCE, {"account_id": account_id, "guild_id": guild_id})
        if row is None:
            return Balance()
        return Balance(_moved(row), _held(row), row["owed"])

    async def append(self, entry: Entry) -> None:
        """See the protocol."""
        params = {
            "account_id": entry.account_id,
            "guild_id": entry.guild_id,
            "kind": entry.kind.value,
            "ref": entry.ref,
            "granted": entry.moved.granted,
            "purchased": entry.moved.purchased,
            "held_granted": entry.held.granted,
            "held_purchased": entry.held.purchased,
            "owed": entry.owed,
            "hold_ref": entry.ref if entry.kind is EntryKind.HOLD else entry.hold_ref,
            "by_account_id": entry.by_account_id,
            "source_ref": entry.source_ref,
            "at_ms": entry.at_ms,
        }
        try:
            appended = await self._statements.fetch_one(_APPEND, params)
        except ConstraintViolationError as violation:
            if violation.name in BALANCE_CHECKS:
                raise OverdraftError from violation
            raise
        if appended is None:
            raise DuplicateEntryError

    async def find(self, kind: EntryKind, ref: str, account_id: str) -> Entry | None:
        """See the protocol."""
        params = {"kind": kind.value, "ref": ref, "account_id": account_id}
        row = await self._statements.fetch_one(_FIND, params)
        return None if row is None else _entry(row)

    async def has_once(self, kind: EntryKind, ref: str) -> bool:
        """See the protocol."""
        params = {"kind": kind.value, "ref": ref}
        return await self._statements.fetch_one(_HAS_ONCE, params) is not None

    async def sum_since(self, kind: EntryKind, guild_id: int, since_ms: int, account_id: str | None) -> int:
        """See the protocol."""
        params = {"kind": kind.value, "guild_id": guild_id, "since_ms": since_ms, "account_id": account_id}
        return (await self._statements.fetch_all(_SUM_SINCE, params))[0]["given"]

    async def last_id(self) -> int:
        """See the protocol."""
        return (await self._statements.fetch_all(_LAST_ID))[0]["last_id"]

    async def booked(self, after_id: int, to_id: int) -> Mapping[EntryKind, BookedSum]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_BOOKED, {"after_id": after_id, "to_id": to_id})
        return {EntryKind(row["kind"]): BookedSum(row["entries"], row["moments"]) for row in rows}

    async def history(
        self, account_id: str, guild_id: int, before_id: int | None, limit: int
    ) -> Sequence[HistoryLine]:
        """See the protocol."""
        params = {
            "account_id": account_id,
            "guild_id": guild_id,
            "before_id": _AFTER_ALL if before_id is None else before_id,
            "limit": limit,
        }
        rows = await self._statements.fetch_all(_HISTORY, params)
        return [
            HistoryLine(
                entry_id=row["entry_id"],
                kind=EntryKind(row["kind"]),
                moved=_moved(row),
                held=_held(row),
                ref=row["ref"],
                at_ms=row["at_ms"],
                owed=row["owed"],
            )
            for row in rows
        ]


def _moved(row: Row) -> Split:
    return Split(row["granted"], row["purchased"])


def _held(row: Row) -> Split:
    return Split(row["held_granted"], row["held_purchased"])


def _entry(row: Row) -> Entry:
    return Entry(
        account_id=row["account_id"],
        guild_id=row["guild_id"],
        kind=EntryKind(row["kind"]),
        ref=row["ref"],
        moved=_moved(row),
        at_ms=row["at_ms"],
        held=_held(row),
        hold_ref=row["hold_ref"],
        by_account_id=row["by_account_id"],
        owed=row["owed"],
        source_ref=row["source_ref"],
    )
