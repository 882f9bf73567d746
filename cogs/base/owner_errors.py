"""What people read where a server's owner has decided otherwise: a part of the table of ``cogs.base.errors``."""

from __future__ import annotations

from bot.domain import errors
from cogs.base.error_words import words

MOST_NAMED = 8


@words(errors.ChannelNotAllowedError)
def _(error: errors.ChannelNotAllowedError) -> str:
    where = _either([f"<#{channel_id}>" for channel_id in error.channel_ids])
    return f"On this server, pictures are made **in {where}**. Nothing was charged. Ask for it there."


@words(errors.RoleNeededError)
def _(error: errors.RoleNeededError) -> str:
    whose = _either([f"<@&{role_id}>" for role_id in error.role_ids])
    return (
        f"On this server, pictures are **for members with {whose}**. Nothing was charged. "
        "Ask somebody who manages the server for that role."
    )


@words(errors.BudgetSpentError)
def _(error: errors.BudgetSpentError) -> str:
    whose = "Your budget" if error.whose == "member" else "This server's budget"
    return (
        f"{whose} for today is **{error.budget:,} moments**; **{error.left:,}** are left, and this costs "
        f"{error.cost:,}. Nothing was charged. It is full again <t:{int(error.next_at_s)}:R>."
    )


@words(errors.TurnedOffError)
def _(error: errors.TurnedOffError) -> str:
    if error.what == "gifts":
        return "**Gifts are turned off** on this server. Nothing was moved. A moderator's `/grant` helps."
    return "**Daily moments are turned off** on this server. Ask a moderator for a grant."


@words(errors.MatureSettingError)
def _(error: errors.MatureSettingError) -> str:
    return _NOT_MATURE.get(error.lacks, _NOT_MATURE["operator"])


_NOT_MATURE = {
    "operator": "Whoever runs this bot **does not offer mature pictures**. Nothing was changed.",
    "mod_channel": (
        "Mature pictures need an age-restricted **mod channel**, and there is none. Nothing was changed. "
        "Choose one first."
    ),
    "restriction": (
        "Mature pictures need a mod channel that is **age-restricted**. Nothing was changed. Turn on "
        "*Age-Restricted Channel* in its Discord settings, or choose another one."
    ),
}


def _either(names: list[str]) -> str:
    """Some of many, readable: "#a, #b or #c"."""
    shown = [*names[:MOST_NAMED], "another"] if len(names) > MOST_NAMED else names
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
