"""A guild's budgets of the day, checked where the money is held."""

from __future__ import annotations

from bot.services.moments import DAY_MS
from bot.services.ports.storage import UnitOfWork


async def require_budgets(uow: UnitOfWork, account_id: str, guild_id: int, cost: int, now_ms: int) -> None:
    """Pass a hold of ``cost`` moments that keeps within the guild's and the member's budget of the UTC day.

    Part of the unit of work that holds, so that many holds at once never exceed a budget. What was held
    and given back is not counted; what costs nothing is always within. Sums are read only where there is
    a budget.

    Raises:
        BudgetSpentError: it would go over.
    """
    settings = await uow.guilds.get(guild_id)
    if cost == 0 or not settings.has_budget:
        return
    since_ms = now_ms - now_ms % DAY_MS
    by_guild = by_member = 0
    if settings.guild_budget is not None:
        by_guild = await uow.guilds.spent_by_guild(guild_id, since_ms)
    if settings.member_budget is not None:
        by_member = await uow.guilds.spent_by_member(guild_id, account_id, since_ms)
    settings.require_budgets(
        cost,
        guild_spent=by_guild,
        member_spent=by_member,
        next_at_s=(since_ms + DAY_MS) / 1000,
    )
