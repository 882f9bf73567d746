"""What ``/setup`` and ``/settings`` show. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.guild import GuildLimits, GuildSettings, SettingValue
from bot.domain.reporting import Decision
from bot.services.conversation.talk_settings import AUDITED_AS as TALK_AUDITED_AS
from bot.services.guilds import GuildOverview
from bot.services.ports.storage import ReadAuditLine, RoleGrant
from bot.services.reports import AUDITED_AS
from cogs.setup._talk_messages import talk_in_short, talk_page, talk_value

MOST_NAMED = 6
"""How many of a list are named before the rest is counted: all of a message's texts share 4,000 characters."""


class Step(enum.StrEnum):
    """A page about one subject."""

    MOD = "mod"
    WHERE = "where"
    RATING = "rating"
    MOMENTS = "moments"
    BACKEND = "backend"
    CHECK = "check"
    MONTHLY = "monthly"
    TALK = "talk"


WIZARD = (Step.MOD, Step.WHERE, Step.RATING, Step.MOMENTS, Step.BACKEND, Step.CHECK)
TITLES = {
    Step.MOD: "Where moderators work",
    Step.WHERE: "Where pictures are made, and for whom",
    Step.RATING: "What pictures may show",
    Step.MOMENTS: "Moments",
    Step.BACKEND: "Picture service",
    Step.CHECK: "Permissions",
    Step.MONTHLY: "Monthly moments by role",
    Step.TALK: "When companions answer",
}


def steps_of(limits: GuildLimits) -> tuple[Step, ...]:
    """The wizard's steps: where the operator offers one service there is nothing to choose."""
    return tuple(step for step in WIZARD if step is not Step.BACKEND or len(limits.backends) > 1)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What the bot lacks in a channel: the names of permissions, or the channel itself."""

    channel_id: int
    missing: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class PermissionReport:
    """What was found in the channels where pictures are made, and in the mod channel.

    ``everywhere``: no channel was chosen, so this is only about the one where it was asked.
    ``mod_is_public``: everybody sees the mod channel. ``mod_is_open``: mature pictures are allowed, and it
    is not age-restricted. ``hindered`` are lines about companions who could not answer.
    """

    channels: tuple[ChannelState, ...]
    mod: ChannelState | None
    everywhere: bool
    mod_is_public: bool
    mod_is_open: bool
    reads_messages: bool
    hindered: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be done."""
        states = (*self.channels, *(() if self.mod is None else (self.mod,)))
        return not (self.mod_is_public or self.mod_is_open or self.hindered) and all(
            not state.missing and not state.is_gone for state in states
        )


# ---------------------------------------------------------------- pages


def head(step: Step, limits: GuildLimits, *, is_wizard: bool) -> str:
    """The title of a page; in the wizard with how far it is."""
    if not is_wizard:
        return f"### {TITLES[step]}"
    steps = steps_of(limits)
    return f"-# Setup · {steps.index(step) + 1} of {len(steps)}\n### {TITLES[step]}"


def page_text(step: Step, overview: GuildOverview, grants: Sequence[RoleGrant] = ()) -> str:
    """What a page says of its subject, as it is now. :func:`check_text` says it of permissions."""
    settings, limits = overview.settings, overview.limits
    now = {
        Step.MOD: lambda: f"**Now:** {_mod(settings)}",
        Step.WHERE: lambda: f"**Where:** {_where(settings)}\n**Who:** {_who(settings)}",
        Step.RATING: lambda: f"**Now:** {_rating(settings, limits)}",
        Step.MOMENTS: lambda: _moments(overview),
        Step.BACKEND: lambda: f"**Now:** {_backend(settings, limits)}",
        Step.MONTHLY: lambda: _monthly(grants),
        Step.CHECK: lambda: "",
        Step.TALK: lambda: talk_page(overview.talk),
    }[step]()
    if step is Step.RATING and not limits.allow_mature:
        return f"Everyone in a picture is clothed. Whoever runs this bot offers nothing else.\n{now}"
    return f"{_ABOUT[step]}\n{now}" if step in _ABOUT else now


_ABOUT = {
    Step.MOD: (
        "Reports of pictures come into this channel, and moderators decide there with one click. "
        "Choose one that only they can see."
    ),
    Step.WHERE: (
        "Leave both empty for everywhere and everybody. A thread counts as its channel. The rule is "
        "for moderators, too; companions may speak anywhere."
    ),
    Step.RATING: (
        "**General:** everyone in a picture is clothed. **Mature** pictures are made in age-restricted channels "
        "only, hidden behind a spoiler, and need an age-restricted mod channel. Nobody who is or appears under 18, "
        "and no real person, is ever pictured so."
    ),
    Step.MOMENTS: (
        "Moments pay for pictures. A budget stops what a day can cost: it is counted from midnight UTC, "
        "and what was not made does not count."
    ),
    Step.BACKEND: (
        "Which service makes the pictures of this server. What the one that you choose can't do "
        "is refused, never made by another."
    ),
    Step.MONTHLY: (
        "Members with a role get its moments once a calendar month, when they come by. "
        "Choose a role to set or change what it brings; 0 takes it away."
    ),
    Step.CHECK: "",
}


def check_text(report: PermissionReport) -> str:
    """Every permission that is missing, and where; what else is in the way."""
    lines = [_state_line(state, "") for state in report.channels]
    if report.everywhere:
        lines.append("-# Pictures are made in all channels; this looks at the one where you asked.")
    if report.mod is not None:
        lines.append(_state_line(report.mod, " (mod channel)"))
        if report.mod_is_public:
            lines.append(
                f"⚠️ Everybody can see <#{report.mod.channel_id}>; reports belong to moderators alone."
            )
        if report.mod_is_open:
            lines.append(
                f"⚠️ Mature pictures are allowed, but <#{report.mod.channel_id}> is not age-restricted any more."
            )
    lines += report.hindered
    if not report.reads_messages:
        lines.append(
            "-# I can't read messages here: whoever runs this bot turned the *message content* intent off."
        )
    if report.is_well:
        lines.append("✅ **All is well.**")
    else:
        lines.append("Mend it in the channel's settings → Permissions, then check again.")
    return "\n".join(lines)


def _state_line(state: ChannelState, what: str) -> str:
    if state.is_gone:
        return f"❌ A channel{what} **was deleted**: choose another."
    if state.missing:
        return f"❌ <#{state.channel_id}>{what} is missing **{', '.join(state.missing)}**"
    return f"✅ <#{state.channel_id}>{what}"


# ---------------------------------------------------------------- the overview


DONE = (
    "### ✅ All set up\nWhat you did not choose has its default, and everything works. "
    "Change anything whenever you like with `/settings`."
)
SETTINGS = (
    "### Settings of this server\n-# Changes work at once. Only members with *Manage Server* can change them."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the overview, and what its button opens."""

    text: str
    opens: str


def overview_rows(overview: GuildOverview, grants: Sequence[RoleGrant]) -> tuple[Row, ...]:
    """Every setting in a line. ``opens`` is a step, a form, or the gift switch."""
    settings, limits = overview.settings, overview.limits
    rows = [
        Row(f"**Mod channel:** {_mod(settings)}", Step.MOD),
        Row(f"**Where:** {_where(settings)}\n**Who:** {_who(settings)}", Step.WHERE),
        Row(f"**Rating:** {_rating(settings, limits)}", Step.RATING),
        Row(_moments(overview), Step.MOMENTS),
    ]
    if len(limits.backends) > 1:
        rows.append(Row(f"**Picture service:** {_backend(settings, limits)}", Step.BACKEND))
    if limits.can_talk:
        rows.append(Row(f"**Companions answer:** {talk_in_short(overview.talk)}", Step.TALK))
    gifts = "members may give each other moments" if settings.allow_gifts else "off"
    words = len(settings.forbidden_words)
    return (
        *rows,
        Row(f"**Monthly moments:** {_monthly_in_short(grants)}", Step.MONTHLY),
        Row(f"**Gifts:** {gifts}", "gifts"),
        Row(f"**Forbidden words:** {words or 'none of your own'}", "words"),
        Row(f"**Pictures are kept:** {_kept(settings.retention_days or limits.keep_days)}", "keep"),
    )


def changes_text(latest: Sequence[ReadAuditLine]) -> str:
    """The latest changes, newest first."""
    if not latest:
        return "**Latest changes:** none yet"
    return "\n".join(["**Latest changes**", *(_change_line(at) for at in latest)])


_WHAT = {
    "mod_channel_id": "mod channel",
    "channel_ids": "channels",
    "role_ids": "roles",
    "allow_mature": "mature pictures",
    "daily_grant": "daily moments",
    "guild_budget": "the server's budget a day",
    "member_budget": "each member's budget a day",
    "backend": "picture service",
    "allow_gifts": "gifts",
    "forbidden_words": "forbidden words",
    "retention_days": "days to keep pictures",
    "monthly_role": "monthly moments",
    TALK_AUDITED_AS: "companions answer",
}
_DECIDED = {
    Decision.REFUND: "refunded",
    Decision.REJECT: "rejected",
    Decision.REMOVE: "picture removed",
    Decision.REFUND_REMOVE: "refunded, picture removed",
}
_EMPTY = {
    "mod_channel_id": "none",
    "channel_ids": "everywhere",
    "role_ids": "everybody",
    "daily_grant": "as usual",
    "guild_budget": "no limit",
    "member_budget": "no limit",
    "backend": "as usual",
    "retention_days": "as usual",
}


def _change_line(at: ReadAuditLine) -> str:
    line = at.line
    who = "somebody who left" if at.user_id is None else f"<@{at.user_id}>"
    if line.what == AUDITED_AS and line.after in set(Decision):
        return f"-# <t:{line.at_ms // 1000}:R> {who} · report: **{_DECIDED[Decision(line.after)]}**"
    what = _WHAT.get(line.what, line.what.replace("_", " "))
    before, after = _value(line.what, line.before), _value(line.what, line.after)
    if line.what == TALK_AUDITED_AS and isinstance(line.before, tuple) and isinstance(line.after, tuple):
        before, after = talk_value(line.before, is_before=True), talk_value(line.after, is_before=False)
    return f"-# <t:{line.at_ms // 1000}:R> {who} · {what}: {before} → **{after}**"


def _value(what: str, value: SettingValue) -> str:
    empty = _EMPTY.get(what, "none")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return _listed_value(what, value) if value else empty
    if value is None or value == "":
        return empty
    if isinstance(value, str):
        return value[:80]
    return f"<#{value}>" if what == "mod_channel_id" else f"{value:,}"


def _listed_value(what: str, value: Sequence[int | str]) -> str:
    match what:
        case "monthly_role":
            role_id, moments = value
            return f"<@&{role_id}> {f'{moments:,}' if moments else 'nothing'}"
        case "channel_ids":
            return _counted([f"<#{i}>" for i in value], 2)
        case "role_ids":
            return _counted([f"<@&{i}>" for i in value], 2)
        case _:
            return str(len(value))


# ---------------------------------------------------------------- single settings in words


def _mod(settings: GuildSettings) -> str:
    return (
        f"<#{settings.mod_channel_id}>"
        if settings.mod_channel_id
        else "none, so that reports have nowhere to go"
    )


def _where(settings: GuildSettings) -> str:
    return _counted([f"<#{i}>" for i in settings.channel_ids], MOST_NAMED) or "in all channels"


def _who(settings: GuildSettings) -> str:
    return _counted([f"<@&{i}>" for i in settings.role_ids], MOST_NAMED) or "everybody"


def _rating(settings: GuildSettings, limits: GuildLimits) -> str:
    if not (settings.allow_mature and limits.allow_mature):
        return "general pictures only"
    return "mature pictures too, in age-restricted channels"


def _moments(overview: GuildOverview) -> str:
    settings, limits = overview.settings, overview.limits
    daily = limits.daily if settings.daily_grant is None else settings.daily_grant
    lines = [
        f"**Daily moments for each member:** {f'{daily:,}' if daily else 'none'}",
        f"**Budget of the server a day:** {_budget(settings.guild_budget)}",
        f"**Budget of each member a day:** {_budget(settings.member_budget)}",
    ]
    if overview.spent_today is not None:
        lines[1] += f" ({overview.spent_today:,} used today)"
    return "\n".join(lines)


def _budget(moments: int | None) -> str:
    return "no limit" if moments is None else f"{moments:,} moments"


def _backend(settings: GuildSettings, limits: GuildLimits) -> str:
    if not settings.backend:
        return f"the first of {', '.join(limits.backends)} that can do what is asked"
    if settings.backend not in limits.backends:
        return f"{settings.backend}, which is **not offered any more**: choose another"
    return settings.backend


def _monthly(grants: Sequence[RoleGrant]) -> str:
    return (
        "\n".join(f"<@&{grant.role_id}>: {grant.moments:,}" for grant in grants) or "No role brings any yet."
    )


def _monthly_in_short(grants: Sequence[RoleGrant]) -> str:
    return _counted([f"<@&{grant.role_id}> {grant.moments:,}" for grant in grants], MOST_NAMED) or "none"


def _kept(days: int | None) -> str:
    if days is None:
        return "for ever"
    return "one day" if days == 1 else f"{days:,} days"


def _counted(names: Sequence[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
