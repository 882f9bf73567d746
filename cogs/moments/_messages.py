"""What ``/moments`` shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.money import Balance, EntryKind
from bot.services.moments import Given, HistoryPage
from bot.services.owed import SETTLED_REF
from bot.services.ports.storage import HistoryLine

_WHAT = {
    EntryKind.WELCOME: "welcome gift",
    EntryKind.DAILY: "daily moments",
    EntryKind.MONTHLY: "monthly moments",
    EntryKind.GRANT: "from a moderator",
    EntryKind.GIFT: "gift",
    EntryKind.HOLD: "set aside for a picture",
    EntryKind.CAPTURE: "picture made",
    EntryKind.RELEASE: "back, no picture was made",
    EntryKind.REFUND: "refund of a picture",
    EntryKind.PURCHASE: "purchase",
    EntryKind.REVERSAL: "purchase taken back",
}


def balance_text(balance: Balance) -> str:
    """What one has, what is set aside, what is owed, and how to get more."""
    free = balance.free
    lines = [
        f"You have **{free.total:,} moments** on this server.",
        f"{free.granted:,} are for this server only, {free.purchased:,} were bought and work everywhere.",
    ]
    if balance.held.total:
        lines.append(f"**{balance.held.total:,} more** are set aside for pictures on the way.")
    if balance.owed:
        lines.append(
            f"**{balance.owed:,} are owed** for a purchase that was taken back; your next purchase settles them."
        )
    lines.append("-# `/moments daily` brings more every day; `/moments history` shows where they went.")
    return "\n".join(lines)


def daily_text(given: Given) -> str:
    """Today's moments are there."""
    return (
        f"**+{given.amount:,} moments** for today. You have **{given.balance.free.total:,}** now.\n"
        "-# Press **📸 Instant** under a companion's message to spend some."
    )


def gift_text(given: Given, receiver: str) -> str:
    """The gift has arrived. ``receiver`` is a mention, which pings nobody in an answer of ours."""
    return (
        f"You gave {receiver} **{given.amount:,} moments**. You have **{given.balance.free.total:,}** left.\n"
        "-# They can spend them right away; `/moments balance` shows them."
    )


def history_text(page: HistoryPage) -> str:
    """A page of entries, newest first."""
    if not page.lines:
        return "Nothing here yet. Start with `/moments daily`."
    return "\n".join(["### Your moments", *(_line(line) for line in page.lines)])


def _line(line: HistoryLine) -> str:
    change = line.moved.total
    amount = f"**{'+' if change > 0 else '−'}{abs(change):,}**" if change else "**±0**"
    return f"{amount} {_what(line)} · <t:{line.at_ms // 1000}:R>"


def _what(line: HistoryLine) -> str:
    if line.kind is EntryKind.GIFT:
        return "gift to a member" if line.moved.total < 0 else "gift from a member"
    if line.kind in {EntryKind.PURCHASE, EntryKind.REVERSAL}:
        return _what_was_bought(line)
    if line.kind is EntryKind.CAPTURE:
        paid = -line.held.total - line.moved.total
        rest = ", the rest is back" if line.moved.total else ""
        return f"{_WHAT[line.kind]}: {paid:,} of what was set aside{rest}"
    return _WHAT[line.kind]


def _what_was_bought(line: HistoryLine) -> str:
    if line.kind is EntryKind.REVERSAL:
        if line.ref.startswith(SETTLED_REF):
            return "taken for what was owed"
        return f"{_WHAT[line.kind]}: {line.owed:,} are owed" if line.owed else _WHAT[line.kind]
    if not line.owed:
        return _WHAT[line.kind]
    if line.ref.startswith(SETTLED_REF):
        return f"settled: {-line.owed:,} less are owed"
    return f"{_WHAT[line.kind]}; {-line.owed:,} more of it settled what was owed"


NOTHING_FOR_SALE = (
    "Moments are **not for sale** here, and need not be: `/moments daily` brings some every day, friends can "
    "give you some with `/moments gift`, and a moderator can grant you more."
)

BUY_HEAD = (
    "### Buy moments\nThey are yours on every server where I am, and are spent after the ones you were given."
)

BUY_FOOT = (
    "-# Discord sells them; they arrive within a minute. Bought moments pay for everything but mature "
    "pictures, which only granted moments pay for."
)


def offers_text(amounts: Sequence[int]) -> str:
    """What the buttons of one row bring, in their order."""
    return " · ".join(f"**{amount:,} moments**" for amount in amounts)
