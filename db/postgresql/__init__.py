"""PostgreSQL, for installations of several processes."""

from __future__ import annotations

from db.postgresql.looking import look
from db.postgresql.storage import PostgresStorage

__all__ = ["PostgresStorage", "look"]
