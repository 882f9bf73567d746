"""What ``/stats`` shows. Pure: values in, text out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.figures import day_of, percent, seconds
from bot.domain.request import EndReason, RequestKind
from bot.domain.stats import GuildStats, Spread
from bot.services.ports.charts import ChartWords
from bot.services.requests.health import BackendHealth, Circuit
from bot.services.stats import StatsReport
from cogs.base.plain import plain

KINDS = {
    RequestKind.INSTANT: "Instant",
    RequestKind.PREMIUM: "Premium",
    RequestKind.ADVANCED: "Advanced",
    RequestKind.GROUP: "Group",
    RequestKind.EDIT: "Edit",
    RequestKind.REFERENCE: "Reference",
}
REASONS = {
    EndReason.NOT_ENOUGH_MOMENTS: "too few moments",
    EndReason.NO_CAST: "no companion there",
    EndReason.CONTEXT_UNREADABLE: "messages unreadable",
    EndReason.MISSING_PERMISSION: "bot lacked a permission",
    EndReason.UNSAFE: "against the rules",
    EndReason.BACKEND_REFUSED: "refused by the image service",
    EndReason.BACKEND_UNAVAILABLE: "image service was down",
    EndReason.BACKEND_FAILED: "image service failed",
    EndReason.BAD_PICTURE: "picture was broken",
    EndReason.BACKEND_CANNOT: "not possible here",
    EndReason.DEADLINE: "took too long",
    EndReason.CANCELLED: "cancelled",
    EndReason.NOT_CONFIRMED: "price not agreed to",
    EndReason.NOT_ADVANCED_READY: "companion not ready",
    EndReason.NOT_SHARED: "companion not shared",
    EndReason.BUDGET_SPENT: "budget was spent",
    EndReason.MATURE: "mature",
    EndReason.GONE: "picture or companion gone",
    EndReason.INTERNAL: "fault in the bot",
}
"""Short enough to stand beside a bar."""

MOST_REASONS = 5
MAX_ALT_TEXT = 1024
_SUMS_ONLY = "-# Days are UTC's. Only sums are counted: nobody's name, picture or words."


def chart_words(title: str) -> ChartWords:
    """What the chart is to say; the title is the server's name as it is."""
    return ChartWords(title, KINDS, REASONS)


def stats_text(report: StatsReport, *, is_chart_there: bool = True) -> str:
    """All numbers in words: nobody needs the picture."""
    stats = report.stats
    if stats.is_empty:
        none = (
            f"**No pictures** were asked for on this server in the last {stats.days} days. "
            "Start a scene with `/companion invite`, then `/image instant`."
        )
        return "\n".join([none, *_backends(report.backends)])
    lines = [
        f"### Pictures of {_period(stats)}",
        f"**{_pictures(stats.picture_count)}**{_kinds(stats)}",
        _moments(stats),
        f"Refunded: **{percent(stats.refund_rate)}** of the pictures ({stats.refunded:,})",
        _unmade(stats),
        f"Waiting until making began: {_spread(stats.waiting)}",
        f"Making: {_spread(stats.making)}",
    ]
    lines += _backends(report.backends)
    if stats.times_since is not None:
        lines.append(f"-# Times are known since {day_of(stats.times_since, with_year=True)}.")
    if report.chart is None or not is_chart_there:
        lines.append("-# The charts could not be shown this time. These are all their numbers.")
    return "\n".join([*lines, _SUMS_ONLY])


def alt_text(stats: GuildStats) -> str:
    """What is to be seen, for whoever does not see it."""
    busiest = max(range(stats.days), key=lambda day: _on_day(stats, day))
    described = (
        f"Charts of {_period(stats)}: {_pictures(stats.picture_count)} by day and kind, at most "
        f"{_on_day(stats, busiest):,} a day; {sum(stats.spent):,} moments spent and {sum(stats.given):,} handed out; "
        f"{percent(stats.refund_rate)} refunded; {percent(stats.refusal_rate)} refused or failed; "
        f"waiting {_plain(stats.waiting)}; making {_plain(stats.making)}."
    )
    return described[:MAX_ALT_TEXT]


def _period(stats: GuildStats) -> str:
    first, last = day_of(stats.first_day), day_of(stats.last_day, with_year=True)
    return f"the last {stats.days} days, {first} to {last}"


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count:,} pictures"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"


def _kinds(stats: GuildStats) -> str:
    named = ", ".join(f"{KINDS[kind]} {sum(counts):,}" for kind, counts in stats.pictures.items())
    return f": {named}" if named else ""


def _moments(stats: GuildStats) -> str:
    back = sum(stats.given_back)
    refunded = f", **{back:,}** refunded" if back else ""
    return f"Moments: **{sum(stats.spent):,}** spent, **{sum(stats.given):,}** handed out{refunded}"


def _unmade(stats: GuildStats) -> str:
    shown = [f"{REASONS[reason]} {count:,}" for reason, count in stats.unmade[:MOST_REASONS]]
    others = sum(count for _, count in stats.unmade[MOST_REASONS:])
    named = f": {', '.join([*shown, *([f'others {others:,}'] if others else [])])}" if shown else ""
    return f"Refused or failed: **{percent(stats.refusal_rate)}** of {_requests(stats.ended)}{named}"


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return "not measured yet"
    return f"half within **{seconds(spread.p50_ms)}**, 95 % within **{seconds(spread.p95_ms)}**"


def _backends(backends: Sequence[BackendHealth]) -> list[str]:
    """Which picture services answer, and which rest until when."""
    return [f"Picture services now: {' · '.join(map(_backend, backends))}"] if backends else []


def _backend(backend: BackendHealth) -> str:
    name = f"**{plain(backend.name)}**"
    match backend.state:
        case Circuit.OPEN:
            return f"{name} rests until <t:{(backend.until_ms or 0) // 1000}:T>"
        case Circuit.HALF_OPEN:
            return f"{name} is tried with the next picture"
        case Circuit.CLOSED if backend.failures:
            return f"{name} failed last time"
        case Circuit.CLOSED if backend.median_making_s is not None:
            return f"{name} answers, half within {seconds(backend.median_making_s * 1000)}"
        case Circuit.CLOSED:
            return f"{name} {'answers' if backend.refused else 'was not asked yet'}"


def _plain(spread: Spread | None) -> str:
    return _spread(spread).replace("**", "")


def _on_day(stats: GuildStats, day: int) -> int:
    return sum(counts[day] for counts in stats.pictures.values())
