"""SQL about who is who."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from bot.domain.errors import BeingErasedError
from db.statements import Statements

_ACCOUNT_OF = "SELECT account_id FROM member WHERE user_id = :user_id"
_ACCOUNT_AND_ITS_END = """
SELECT member.account_id, erasure.account_id IS NOT NULL AS is_being_erased
FROM member LEFT JOIN erasure ON erasure.account_id = member.account_id WHERE member.user_id = :user_id
"""
_OPEN_ACCOUNT = "INSERT INTO account (account_id) VALUES (:account_id)"
_LINK = "INSERT INTO member (user_id, account_id) VALUES (:user_id, :account_id)"
_USER_OF = "SELECT user_id FROM member WHERE account_id = :account_id"
_SECRET = "SELECT value FROM note WHERE note_key = 'once_secret'"  # noqa: S105 - a query, not the secret
_MAKE_SECRET = "INSERT INTO note (note_key, value) VALUES ('once_secret', :value)"  # noqa: S105


class SqlMembers:
    """Implements :class:`bot.services.ports.storage.MemberRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def account_of(self, user_id: int) -> str | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_ACCOUNT_OF, {"user_id": user_id})
        return None if row is None else row["account_id"]

    async def require_account(self, user_id: int) -> str:
        """See the protocol. Account ids are random, so that they say nothing about the person."""
        row = await self._statements.fetch_one(_ACCOUNT_AND_ITS_END, {"user_id": user_id})
        if row is not None:
            if row["is_being_erased"]:
                raise BeingErasedError
            return row["account_id"]
        account_id = secrets.token_hex(16)
        await self._statements.execute(_OPEN_ACCOUNT, {"account_id": account_id})
        await self._statements.execute(_LINK, {"user_id": user_id, "account_id": account_id})
        return account_id

    async def user_of(self, account_id: str) -> int | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_USER_OF, {"account_id": account_id})
        return None if row is None else row["user_id"]

    async def once_key(self, purpose: str, user_id: int, guild_id: int) -> str:
        """See the protocol.

        HMAC-SHA-256 under a secret that is made once for each database: Discord ids are few enough
        to be tried one by one against a plain hash.
        """
        secret = await self._secret()
        return hmac.new(secret, f"{purpose}:{user_id}:{guild_id}".encode(), hashlib.sha256).hexdigest()

    async def _secret(self) -> bytes:
        row = await self._statements.fetch_one(_SECRET)
        if row is not None:
            return bytes.fromhex(row["value"])
        secret = secrets.token_bytes(32)
        await self._statements.execute(_MAKE_SECRET, {"value": secret.hex()})
        return secret
