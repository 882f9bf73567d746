"""The job ``migrate``: from SQLite to PostgreSQL."""

from __future__ import annotations

import functools
import sys

from bot.container import AuditFailedError, move
from bot.settings import SettingsError, load_settings


async def run_move(source: str, target: str | None) -> int:
    """Move a database, telling how far it is; what is printed last says what to do next.

    Raises:
        SettingsError: one of the two can't be used as it is.
    """
    old, new = load_settings(database_url=source), load_settings(database_url=target)
    if not old.is_on_sqlite or new.is_on_sqlite:
        raise SettingsError("migrate goes from sqlite:///… to postgresql://…, or to what DATABASE_URL says")
    try:
        await move(old, new, functools.partial(print, flush=True))
    except AuditFailedError as error:
        lines = [*error.lines, "The old database is as it was: go on with it, or mend it and move again."]
        print("\n".join(lines), file=sys.stderr)
        return 1
    print(f"Moved. Start the bot with DATABASE_URL set to the database {new.database_path}.")
    return 0
