"""What a buyer is told. Pure."""

from __future__ import annotations

from bot.services.ports.shop import Receipt


def receipt_text(receipt: Receipt) -> str:
    """A purchase has arrived."""
    lines = [f"Thank you! Your **{receipt.moments:,} moments** are here."]
    if receipt.settled:
        left = receipt.moments - receipt.settled
        lines.append(
            f"**{receipt.settled:,}** of them settled what was owed for a purchase that was taken back; "
            f"**{left:,}** are yours to spend."
        )
    lines.append("-# They work on every server where I am. `/moments balance` shows what you have.")
    return "\n".join(lines)
