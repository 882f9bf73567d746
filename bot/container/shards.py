"""What shards in several processes share."""

from __future__ import annotations

from typing import cast

from bot.extras import load_extra
from bot.identifying import LocalIdentifyGate
from bot.services.ports.identifying import IdentifyGate
from bot.settings import Settings


def open_identify_gate(settings: Settings, every_s: float) -> IdentifyGate:
    """How this process takes turns; nothing is asked yet. Alone it needs no database for it.

    Raises:
        SettingsError: it needs an extra that is not installed.
    """
    if not settings.shard_ids or len(settings.shard_ids) == settings.shard_count:
        return LocalIdentifyGate(every_s)
    identifying = load_extra("db.postgresql.identifying", "postgresql", "SHARD_IDS")
    return cast("IdentifyGate", identifying.PostgresIdentifyGate(settings.database_url, every_s))
