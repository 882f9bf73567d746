"""What galleries show. Pure: values in, text out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import discord

from bot.domain.request import Image, RequestKind
from bot.services.gallery import GalleryAsk, GalleryCard, GalleryPage, GalleryPicture
from bot.services.ports.images import Placeholder
from cogs.base.links import message_url
from cogs.base.plain import plain

KINDS = {
    RequestKind.INSTANT: "Instant",
    RequestKind.PREMIUM: "Premium",
    RequestKind.ADVANCED: "Advanced",
    RequestKind.GROUP: "Group",
    RequestKind.EDIT: "Edit",
    RequestKind.REFERENCE: "Reference",
}
LISTED_KINDS = tuple(kind for kind in KINDS if kind is not RequestKind.REFERENCE)
"""What a gallery has pictures of, and so can be filtered by."""

MAX_ALT_TEXT = 1024
MAX_WORDS = 700
"""How much of a prompt a card shows."""
_OPTION_LENGTH = 100

PRIVATE_NOTE = "-# Only you see this. Your pictures are private until you make them public."
DAY_FIELD = "The day"
DAY_SHAPE = "a date such as 2026-05-31"
HIDDEN_ALT = {
    Placeholder.MATURE: "A picture for age-restricted channels, not shown here",
    Placeholder.MISSING: "A picture whose file is gone",
}


def page_text(page: GalleryPage) -> str:
    """What stands over a page: whose, which, from when to when."""
    ask = page.ask
    lines = ["### Your gallery" if ask.is_own else f"### Public pictures of <@{ask.owner_id}>"]
    if ask.is_filtered:
        lines.append(f"Only {_filter_words(page)}.")
    if not page.pictures:
        lines.append(_empty_text(ask))
        return "\n".join(lines)
    lines.append(f"{_count(len(page.pictures), 'picture')}, {_span(page)}.")
    lines += hidden_lines(page)
    if ask.is_own:
        lines.append(PRIVATE_NOTE)
    return "\n".join(lines)


def hidden_lines(page: GalleryPage) -> list[str]:
    """What is not shown of a page, and why."""
    mature = sum(picture.hidden is Placeholder.MATURE for picture in page.pictures)
    missing = sum(picture.hidden is Placeholder.MISSING for picture in page.pictures)
    lines: list[str] = []
    if mature:
        waits = "waits" if mature == 1 else "wait"
        lines.append(
            f"🔞 {_count(mature, 'picture')} of these **{waits} in an age-restricted channel** and can't be shown here."
        )
    if missing:
        lines.append(f"The file of {_count(missing, 'picture')} **is gone**; delete what you don't need.")
    return lines


def sheet_text(page: GalleryPage) -> str:
    """What stands under a contact sheet: the same numbers in words."""
    lines = [f"**{number}** {_line(picture)}" for number, picture in enumerate(page.pictures, 1)]
    return "\n".join((*lines, *hidden_lines(page)))


def sheet_alt(page: GalleryPage) -> str:
    """The contact sheet in words, for a screen reader."""
    shown = (f"{number}: {tile_alt(picture)}" for number, picture in enumerate(page.pictures, 1))
    return "; ".join(shown)[:MAX_ALT_TEXT]


def tile_alt(picture: GalleryPicture) -> str:
    """A picture of a page in words, for a screen reader."""
    if picture.hidden is not None:
        return HIDDEN_ALT[picture.hidden]
    return picture.image.alt_text[:MAX_ALT_TEXT] or "A picture"


def option_of(number: int, picture: GalleryPicture) -> discord.SelectOption:
    """A picture in the select that opens one."""
    image = picture.image
    who = ", ".join(picture.cast_names) or "A picture"
    about = [_day(image).isoformat(), KINDS[image.kind]]
    if image.is_public:
        about.append("public")
    about.append("18+" if picture.hidden is Placeholder.MATURE else tile_alt(picture))
    return discord.SelectOption(
        label=f"{number} · {who}"[:_OPTION_LENGTH],
        value=image.image_id,
        description=" · ".join(about)[:_OPTION_LENGTH],
        emoji="⭐" if image.is_favourite else None,
    )


def card_text(card: GalleryCard) -> str:
    """A picture's story: who, how, when, in which words, for how much, and where it is."""
    image = card.image
    facts = [KINDS[image.kind], f"{_stamp(image, 'f')} ({_stamp(image, 'R')})"]
    if card.is_own:
        facts.append(f"{_count(image.share.total, 'moment')} paid")
        facts.append("public" if image.is_public else "private")
        if image.is_favourite:
            facts.append("⭐ favourite")
    lines = [f"### {_names(card.cast_names) or 'A picture'}", " · ".join(facts)]
    if card.hidden is Placeholder.MATURE:
        where = "waits in an age-restricted channel" if _link(image) else "could not be posted"
        lines.append(f"🔞 This picture **{where}** and can't be shown here.")
    elif card.hidden is Placeholder.MISSING:
        lines.append("Its file **is gone**, so it can't be shown any more.")
    if card.hidden is not Placeholder.MATURE:
        words = _words(card.request.options.prompt or image.alt_text)
        if words:
            lines.append(f"> {words}")
    notes = _notes(card)
    if notes:
        lines.append(f"-# {' · '.join(notes)}")
    return "\n".join(lines)


def card_alt(card: GalleryCard) -> str:
    """The picture of a card in words, for a screen reader."""
    if card.hidden is not None:
        return HIDDEN_ALT[card.hidden]
    return card.image.alt_text[:MAX_ALT_TEXT] or "A picture"


def _notes(card: GalleryCard) -> list[str]:
    notes: list[str] = []
    posted = _link(card.image)
    if posted is not None:
        notes.append(f"[where it was posted]({posted})")
    if card.image.parent_image_id is not None:
        how = "edit of" if card.image.kind is RequestKind.EDIT else "made again from"
        parent = _link(card.parent) if card.parent is not None else None
        notes.append(f"{how} [this picture]({parent})" if parent else f"{how} another picture")
    notes += card.image.labels
    if card.picture is not None and card.picture.reduced:
        notes.append("smaller here, full size with Download")
    return notes


def _span(page: GalleryPage) -> str:
    """From when to when."""
    newest, oldest = page.pictures[0].image, page.pictures[-1].image
    if _day(newest) == _day(oldest):
        return _stamp(newest, "D")
    return f"{_stamp(newest, 'D')} back to {_stamp(oldest, 'D')}"


def _filter_words(page: GalleryPage) -> str:
    ask = page.ask
    names = {companion.companion_id: companion.name for companion in page.companions}
    parts: list[str] = []
    if ask.favourites_only:
        parts.append("favourites")
    if ask.kind is not None:
        parts.append(f"the kind “{KINDS[ask.kind]}”")
    if ask.companion_id is not None:
        name = names.get(ask.companion_id)
        parts.append(f"**{_names((name,))}**" if name else "one companion")
    return ", ".join(parts)


def _empty_text(ask: GalleryAsk) -> str:
    if ask.is_filtered:
        return "Nothing here is like that. **Clear filters** shows everything again."
    if ask.is_own:
        return "**No pictures yet.** Make your first one with `/image instant`; it will be kept here."
    return "**Nothing public here.** Pictures are private until their owner makes them public in their own `/gallery`."


def _line(picture: GalleryPicture) -> str:
    image = picture.image
    return " · ".join((_names(picture.cast_names) or "A picture", KINDS[image.kind], _stamp(image, "d")))


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(plain(name) for name in names)


def _words(text: str) -> str:
    """A text in one line, cut, with its markdown shown and not obeyed."""
    return plain(text, MAX_WORDS)


def _link(image: Image) -> str | None:
    if image.channel_id is None or image.message_id is None:
        return None
    return message_url(image.guild_id, image.channel_id, image.message_id)


def _stamp(image: Image, style: str) -> str:
    return f"<t:{image.created_at_ms // 1000}:{style}>"


def _day(image: Image) -> date:
    return datetime.fromtimestamp(image.created_at_ms / 1000, UTC).date()


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
