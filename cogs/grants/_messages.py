"""What ``/grant`` shows. Pure."""

from __future__ import annotations

from bot.services.moments import Given


def grant_text(given: Given, member: str) -> str:
    """The grant has arrived. ``member`` is a mention, which pings nobody in an answer of ours."""
    return (
        f"{member} got **{given.amount:,} moments** and has "
        f"**{given.balance.free.granted:,}** for this server now.\n"
        "-# They can spend them on pictures here, and nowhere else."
    )
