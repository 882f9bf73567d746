"""What a taken-back purchase leaves owing, and how it is paid from moments that come back."""

from __future__ import annotations

from bot.domain.money import Entry, EntryKind, Split
from bot.services.ports.storage import UnitOfWork

NO_GUILD = 0
"""The guild of entries that belong to no guild: what is purchased goes with the user anywhere."""

SETTLED_REF = "settled:"
"""With what the refs of entries begin that settle what is owed from purchased moments."""


async def settle_owed(uow: UnitOfWork, account_id: str, now_ms: int) -> int:
    """Pay what is owed from the purchased moments that are free; returns how many. Part of the caller's unit.

    Moments that were held when their purchase was taken back are free again once the hold is released, or
    the picture refunded. They are not taken there and then, but here: whenever the member is next met, and
    nothing can be held before that, because something is owed until then.

    Two entries, which together change both balances alike: a reversal takes the moments, and a purchase of
    none lowers what is owed.
    """
    balance = await uow.ledger.balance(account_id, NO_GUILD)
    settled = min(balance.owed, balance.free.purchased)
    if settled <= 0:
        return 0
    newest = await uow.ledger.history(account_id, NO_GUILD, None, 1)
    ref = f"{SETTLED_REF}{account_id}:{newest[0].entry_id}"  # each settlement makes a newer entry
    await uow.ledger.append(
        Entry(account_id, NO_GUILD, EntryKind.REVERSAL, ref, Split(purchased=-settled), now_ms)
    )
    await uow.ledger.append(
        Entry(account_id, NO_GUILD, EntryKind.PURCHASE, ref, Split(), now_ms, owed=-settled)
    )
    return settled
