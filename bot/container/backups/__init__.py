"""The jobs ``python -m bot backup`` and ``python -m bot restore``."""

from __future__ import annotations

from bot.container.backups.backing_up import BackupReport, back_up
from bot.container.backups.restoring import RestoreReport, restore

__all__ = ["BackupReport", "RestoreReport", "back_up", "restore"]
