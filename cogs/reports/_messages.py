"""What reports, their cards and their queue look like. Pure: values in, text out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.money import Split
from bot.domain.reporting import MAX_WORDS, Decision, Removal, ReportReason, Verdict
from bot.domain.request import RequestKind
from bot.services.ports.images import Placeholder
from bot.services.ports.review import CaseFile, EarlierCase, Exhibit, ReportLine
from bot.services.ports.storage import ReporterRecord
from bot.services.reports import Decided, Filed, QueuePage
from cogs.base.links import message_url
from cogs.base.plain import plain, quoted

REASONS = {
    ReportReason.BROKEN: "Broken or glitched",
    ReportReason.WRONG_PERSON: "Wrong person or look",
    ReportReason.AGAINST_RULES: "Against the rules",
    ReportReason.OTHER: "Something else",
}
REASON_NOTES = {
    ReportReason.BROKEN: "Extra limbs, a mess, half a picture",
    ReportReason.WRONG_PERSON: "Not who or what was asked for",
    ReportReason.AGAINST_RULES: "It should not be here",
    ReportReason.OTHER: "Say what in your own words",
}
KINDS = {
    RequestKind.INSTANT: "Instant",
    RequestKind.PREMIUM: "Premium",
    RequestKind.ADVANCED: "Advanced",
    RequestKind.GROUP: "Group",
    RequestKind.EDIT: "Edit",
    RequestKind.REFERENCE: "Reference",
}
DECISIONS = {
    Decision.REFUND: "Refund",
    Decision.REJECT: "Reject",
    Decision.REMOVE: "Remove picture",
    Decision.REFUND_REMOVE: "Refund & remove",
}
DECIDED = {
    Decision.REFUND: "Refunded",
    Decision.REJECT: "Rejected",
    Decision.REMOVE: "Picture removed",
    Decision.REFUND_REMOVE: "Refunded and removed",
}
DECIDED_SIGNS = {
    Decision.REFUND: "💰",
    Decision.REJECT: "☑️",
    Decision.REMOVE: "🗑️",
    Decision.REFUND_REMOVE: "🗑️",
}

MOST_PROMPT = 420
MOST_REPORTS_TEXT = 1700
"""Characters for the reports on one card: a message of components has 4,000 for everything."""
MOST_SHOWN = 8
MOST_EARLIER = 3

NO_PICTURE_THERE = "That message has **no picture of mine** that could be reported."
HIDDEN_WORDS = "🔞 Its picture and its words are shown **only in an age-restricted channel**."
MISSING_WORDS = "The picture's file **is gone**, so it can't be shown."
QUEUE_EMPTY = "### Open reports\n**Nothing to do.** No report is waiting for a decision."
NO_MOD_CHANNEL = (
    "-# This server has **no channel for reports** yet, so nobody is told of new ones: "
    "its owner chooses one with `/setup`."
)
MESSAGE_STAYS = (
    "⚠️ The picture's file is deleted, but Discord does not let me delete **its message**: please do that, "
    "or allow me to see that channel."
)


# ---------------------------------------------------------------- to members


def filed_text(filed: Filed) -> str:
    """The report has arrived."""
    joins = "" if filed.is_first else " Others have reported it as well."
    if not filed.is_shown:
        return (
            f"🚩 Thank you, your report **is kept**.{joins} This server has no channel for reports yet; its "
            "moderators find it in `/reports list`. I tell you what they decide."
        )
    return f"🚩 Thank you, **the moderators will look at it**.{joins} I tell you what they decide."


# ---------------------------------------------------------------- the card


def title_text(file: CaseFile) -> str:
    """Over a card: what it is about, or what became of it."""
    verdict = file.case.verdict
    if verdict is None:
        count = len(file.reports)
        return f"### 🚩 Reported picture\n{_count(count, 'report')}, the first {_ago(file.case.opened_at_ms)}"
    who = _member(file.decided_by)
    lines = [
        f"### {DECIDED_SIGNS[verdict.decision]} {DECIDED[verdict.decision]}",
        f"by {who} {_ago(verdict.at_ms)}{_refunded(verdict.refunded)}",
    ]
    if file.case.removal is Removal.STUCK:
        lines.append(MESSAGE_STAYS)
    if verdict.note:
        lines.append(quoted(verdict.note, MAX_WORDS))
    return "\n".join(lines)


def picture_text(file: CaseFile, exhibit: Exhibit) -> str | None:
    """What stands in for a picture that is not shown; None where it is."""
    if file.is_gone:
        verdict = file.case.verdict
        is_ours = verdict is not None and verdict.decision.removes
        return None if is_ours else "The picture was **deleted** meanwhile."
    return {None: None, Placeholder.MATURE: HIDDEN_WORDS, Placeholder.MISSING: MISSING_WORDS}[exhibit.hidden]


def facts_text(file: CaseFile) -> str:
    """Who asked for what, how it was made, and what it cost."""
    image, request = file.image, file.request
    kind = KINDS[image.kind] + (" · 🔞 mature" if image.rating.value == "mature" else "")
    lines = [
        f"**Asked for by** {_member(file.user_id)} {_ago(image.created_at_ms)}{_link(file)}",
        f"**In it** {_names(file.cast_names)}",
        f"**Made as** {kind} · {image.width_px} × {image.height_px} px · {request.backend or 'unknown backend'}",
        f"**Cost** {_cost(image.share)}" + (" · refunded before" if _was_refunded_before(file) else ""),
    ]
    return "\n".join(lines)


def prompt_blocks(file: CaseFile) -> list[str]:
    """The prompt, and where its words came from; a block a source, for a quote goes on to the end of its block."""
    options, kind = file.request.options, file.request.kind
    blocks: list[str] = []
    if options.prompt:
        what = "Change asked for, typed by the member" if kind is RequestKind.EDIT else "Typed by the member"
        blocks.append(f"**{what}**\n{quoted(options.prompt, MOST_PROMPT)}")
    if options.hint:
        blocks.append(f"**Hint, typed by the member**\n{quoted(options.hint, MOST_PROMPT)}")
    if file.preset_names:
        blocks.append(f"**Presets** {_names(file.preset_names)}")
    again = " · made again from an earlier picture" if _is_again(file) else ""
    sent = (
        "Read from the conversation** (the talk itself is not kept)" if _is_read(file) else "Prompt as sent**"
    )
    blocks.append(f"**{sent}{again}\n{quoted(file.request.prompt or file.image.alt_text, MOST_PROMPT)}")
    return blocks


def report_blocks(file: CaseFile) -> list[str]:
    """What was said, oldest first, as much as fits, and what was decided about the picture before."""
    blocks: list[str] = []
    left = MOST_REPORTS_TEXT
    for line in file.reports[:MOST_SHOWN]:
        text = _report_text(line)
        if blocks and len(text) > left:
            break
        blocks.append(text)
        left -= len(text)
    if len(blocks) < len(file.reports):
        blocks.append(f"-# … and {_count(len(file.reports) - len(blocks), 'more report')}")
    if file.earlier:
        blocks.append("\n".join(_earlier_lines(file.earlier)))
    return blocks


def case_text(file: CaseFile) -> str:
    """Under a card: how commands call it. A card is found again by this."""
    return f"-# Case `{file.case.case_id}`"


def picture_alt(file: CaseFile, exhibit: Exhibit) -> str:
    """The picture of a card in words, for a screen reader."""
    if exhibit.hidden is not None:
        return "A placeholder: the picture is not shown here"
    return file.image.alt_text[:1024] or "The reported picture"


def decision_label(decision: Decision, share: Split) -> str:
    """On a card's button."""
    return f"{DECISIONS[decision]} {share.total:,}" if decision is Decision.REFUND else DECISIONS[decision]


def form_title(decision: Decision, share: Split) -> str:
    """Over the form of a decision."""
    return {
        Decision.REFUND: f"Refund {_moments(share.total)}",
        Decision.REJECT: "Reject the report",
        Decision.REMOVE: "Remove the picture",
        Decision.REFUND_REMOVE: f"Refund {_moments(share.total)}, remove it",
    }[decision]


def note_description(decision: Decision) -> str:
    """In the form of a decision."""
    if decision is Decision.REJECT:
        return "Read by the members who reported it. Nothing else happens to the picture."
    return "Read by the members who reported it and by the one who asked for the picture."


def decided_text(decided: Decided) -> str:
    """To the moderator whose decision it was."""
    verdict = decided.verdict
    refunded = f"**Refunded {_moments(verdict.refunded.total)}** to {_member(decided.user_id)}"
    what = {
        Decision.REFUND: f"{refunded}.",
        Decision.REJECT: "**Rejected.** The picture stays as it is.",
        Decision.REMOVE: "**Removed**: the picture goes from its message, the gallery and the store.",
        Decision.REFUND_REMOVE: f"{refunded} and **removed** the picture.",
    }[verdict.decision]
    told = "The member who reported it is" if decided.reporters == 1 else "The members who reported it are"
    return f"{what}\n-# {told} told."


# ---------------------------------------------------------------- the queue


def queue_text(page: QueuePage) -> str:
    """Over a page of open reports."""
    if not page.files:
        return QUEUE_EMPTY if page.mod_channel_id is not None else f"{QUEUE_EMPTY}\n{NO_MOD_CHANNEL}"
    lines = ["### Open reports", "Oldest first."]
    if page.mod_channel_id is None:
        lines.append(NO_MOD_CHANNEL)
    elif page.posting:
        lines.append(f"-# I am posting {_count(page.posting, 'missing card')} in <#{page.mod_channel_id}>.")
    return "\n".join(lines)


def queue_line(file: CaseFile) -> str:
    """One open case in the queue."""
    reasons = dict.fromkeys(REASONS[line.report.reason] for line in file.reports)
    card = _card_link(file)
    return (
        f"**{', '.join(reasons)}** · {_count(len(file.reports), 'report')} · {_ago(file.case.opened_at_ms)}\n"
        f"{_names(file.cast_names)}, asked for by {_member(file.user_id)}{card}\n"
        f"{case_text(file)}"
    )


def choice_name(file: CaseFile) -> str:
    """An open case where a command lets one choose."""
    reasons = dict.fromkeys(REASONS[line.report.reason] for line in file.reports)
    names = ", ".join(file.cast_names) or "somebody"
    return f"{names}: {', '.join(reasons)} ({_count(len(file.reports), 'report')})"[:100]


# ---------------------------------------------------------------- pieces


def _report_text(line: ReportLine) -> str:
    report = line.report
    head = (
        f"**{REASONS[report.reason]}** · {_member(line.user_id)} {_ago(report.at_ms)}{_record(line.record)}"
    )
    return f"{head}\n{quoted(report.words, MAX_WORDS)}" if report.words else head


def _record(record: ReporterRecord) -> str:
    if record.made == 0:
        return " · their first report"
    parts = [_count(record.made, "earlier report")]
    if record.upheld:
        parts.append(f"{record.upheld} upheld")
    if record.rejected:
        parts.append(f"{record.rejected} rejected")
    return f" · {', '.join(parts)}"


def _is_again(file: CaseFile) -> bool:
    return file.image.parent_image_id is not None and file.request.kind is not RequestKind.EDIT


def _is_read(file: CaseFile) -> bool:
    return file.request.kind is RequestKind.INSTANT


def _earlier_lines(earlier: Sequence[EarlierCase]) -> Iterator[str]:
    yield "**Decided before about this picture**"
    for one in earlier[-MOST_EARLIER:]:
        verdict = one.case.verdict
        if verdict is not None:
            yield f"{_verdict(verdict)} by {_member(one.decided_by)} {_ago(verdict.at_ms)}"


def _verdict(verdict: Verdict) -> str:
    return f"{DECIDED_SIGNS[verdict.decision]} {DECIDED[verdict.decision]}"


def _was_refunded_before(file: CaseFile) -> bool:
    verdict = file.case.verdict
    return file.is_refunded and not (verdict is not None and verdict.decision.refunds)


def _refunded(refunded: Split) -> str:
    return f" · {_moments(refunded.total)} went back" if refunded.total else ""


def _cost(share: Split) -> str:
    if share.total == 0:
        return "nothing"
    if share.granted and share.purchased:
        return f"{_moments(share.total)} ({share.granted:,} granted, {share.purchased:,} purchased)"
    return f"{_moments(share.total)} ({'granted' if share.granted else 'purchased'})"


def _names(names: Sequence[str]) -> str:
    return ", ".join(plain(name) for name in names) or "nobody who is still here"


def _member(user_id: int | None) -> str:
    return "a member who is not known any more" if user_id is None else f"<@{user_id}>"


def _link(file: CaseFile) -> str:
    image = file.image
    if file.is_gone or image.channel_id is None or image.message_id is None:
        return ""
    return f" · [its message]({message_url(image.guild_id, image.channel_id, image.message_id)})"


def _card_link(file: CaseFile) -> str:
    case = file.case
    if case.card_channel_id is None or case.card_message_id is None:
        return ""
    return f" · [its card]({message_url(case.guild_id, case.card_channel_id, case.card_message_id)})"


def _ago(at_ms: int) -> str:
    return f"<t:{at_ms // 1000}:R>"


def _moments(amount: int) -> str:
    return _count(amount, "moment")


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
