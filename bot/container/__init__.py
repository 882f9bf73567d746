"""The only package that knows every adapter: it makes them and hands them to services."""

from __future__ import annotations

from bot.container.adapters import Adapters
from bot.container.application import Application, open_application
from bot.container.auditing import audit
from bot.container.doctor import examine
from bot.container.moving import AuditFailedError, move

__all__ = ["Adapters", "Application", "AuditFailedError", "audit", "examine", "move", "open_application"]
