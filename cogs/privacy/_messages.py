"""What ``/privacy`` shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.services.ports.privacy import ExportProgress
from bot.services.ports.storage import Erasure, Holdings
from bot.services.privacy.exporting import ExportEnd, ExportOutcome
from bot.services.privacy.showing import Policy

MOST_WALLETS = 10

READ = (
    "**Read:** when somebody asks for a picture, the last messages of that channel. They become a scene and are "
    "forgotten at once: never stored, never logged, never used to train anything."
)
KEPT = (
    "**Kept:** what you asked for (with your hint or prompt), the scene and the pictures; your moments; the "
    "companions you made; which messages you wrote as a companion; your choices; reports you made; purchases."
)
SEEN = (
    "**Who sees it:** pictures are seen where they were posted; your gallery shows others only what you make public. "
    "Moderators see reported pictures with their prompt. Nothing is sold."
)
YOURS = (
    "**Yours:** take all of it along with `/privacy export`, delete all of it with `/privacy delete`, one picture "
    "with its 🗑️."
)
POLICY = (READ, KEPT, SEEN, YOURS)
"""The policy in short; ``docs/privacy.md`` has each of these sentences."""

WORD = "DELETE"
"""What has to be typed before anything is deleted."""

EXPORT_BEGUN = "Putting your data together…"
EXPORT_STOPPED = "Your data **could not be put together**. Try `/privacy export` again."
CANCELLING = "**Stopping…** What is here already stays yours."
NOTHING_UNDER_WAY = "Nothing is being put together for you right now. Use `/privacy export` to begin."
BEGUN = (
    "**Your data is being deleted**, and nothing stops it now. It may take some minutes, longer with many "
    "pictures: each posted one is removed by itself. You hear from me when it is done."
)
UNDER_WAY = "Your data **is being deleted already**. You hear from me when it is done."


def policy_text(policy: Policy) -> str:
    """The policy, with what was chosen here."""
    if policy.kept_days is None:
        how_long = "until you delete them."
    else:
        how_long = (
            f"for **{_count(policy.kept_days, 'day')}** here, then they are deleted with their prompts."
        )
    return "\n".join(("### Your privacy", *POLICY, f"**How long:** pictures are kept {how_long}"))


def holdings_text(holdings: Holdings) -> str:
    """What is kept about a member now."""
    if not holdings.is_known:
        return "**Nothing is kept about you.**"
    kept: tuple[tuple[int, str, str | None], ...] = (
        (holdings.requests, "picture request", None),
        (holdings.pictures, "picture", None),
        (holdings.companions, "companion", None),
        (holdings.spoken, "message written as a companion", "messages written as a companion"),
        (holdings.entries, "entry about your moments", "entries about your moments"),
        (holdings.purchases, "purchase", None),
        (holdings.reports, "report", None),
    )
    lines = [_count(*one) for one in kept if one[0]]
    since = "" if holdings.since_ms is None else f" since <t:{holdings.since_ms // 1000}:D>"
    text = f"**Kept about you{since}:** {', '.join(lines) or 'an empty account'}."
    if holdings.is_being_erased:
        text += f"\n{UNDER_WAY}"
    return text


def losses_text(holdings: Holdings, names: Mapping[int, str]) -> str:
    """What is lost with a deletion, and what stays; ``names`` of the servers that are known."""
    lost = [
        f"- {names.get(wallet.guild_id) or f'Server `{wallet.guild_id}`'}: "
        f"**{wallet.granted + wallet.held:,} moments**"
        for wallet in holdings.wallets[:MOST_WALLETS]
    ]
    more = holdings.wallets[MOST_WALLETS:]
    if more:
        rest = sum(wallet.granted + wallet.held for wallet in more)
        lost.append(f"- {len(more)} other servers: **{rest:,} moments**")
    if holdings.purchased:
        lost.append(f"- Bought: **{holdings.purchased:,} moments**")
    moments = "\n".join(lost) or "- No moments: you have none."
    things = (
        (holdings.pictures, "picture"),
        (holdings.requests, "prompt"),
        (holdings.companions, "companion"),
    )
    own = ", ".join(_count(*thing) for thing in things if thing[0]) or "everything else about you"
    return (
        "### Delete everything about you?\n"
        f"**You lose**, for good and with no refund:\n{moments}\n- {own}; posted pictures are removed as well\n\n"
        "**What stays:** amounts in the books, under a random number that nothing links to you; a scrambled "
        "mark, so that nobody gets a welcome gift twice; pictures that others made, and what you wrote on Discord "
        "itself.\nPictures under way are cancelled. To take everything along first: `/privacy export`."
    )


def done_text(erasure: Erasure) -> str:
    """It is done."""
    text = "**Everything about you is deleted.**"
    if erasure.messages_gone:
        text += f" {_count(erasure.messages_gone, 'posted message')} went with it."
    if erasure.messages_left:
        text += (
            f"\n{_count(erasure.messages_left, 'posted message')} **could not be removed**: I no longer see "
            "where they are, or it is locked. Ask a moderator there."
        )
    return f"{text}\n-# If you come back, you begin anew."


def progress_text(progress: ExportProgress) -> str:
    """How far an export has come."""
    head = progress.head
    part = f"Part {head.number} of {head.count}: " if head.count > 1 else ""
    of = f"{progress.pictures:,} of {_count(progress.pictures_of, 'picture')}"
    return f"{EXPORT_BEGUN}\n{part}{of}"


def part_text(number: int, count: int) -> str:
    """Above a part."""
    return "Your data:" if count == 1 else f"Your data, **part {number} of {count}**:"


def outcome_text(outcome: ExportOutcome) -> str:
    """How an export came to its end."""
    parts = f"{outcome.handed} of {_count(outcome.count, 'part')}"
    match outcome.end:
        case ExportEnd.DONE:
            return "**Your data is here.** Unpack it and open `index.html`; `data.json` has the same for programs."
        case ExportEnd.CANCELLED:
            return f"**Stopped**, with {parts} handed over. Get the rest whenever you like."
        case ExportEnd.OUT_OF_TIME:
            return f"**{parts} are here.** Discord gives me 15 minutes a press: get the rest with another."


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
