"""What the studio says. Pure: values in, text out."""

from __future__ import annotations

from bot.domain.companion import Companion, Gender, Style
from bot.domain.picture import Aspect
from bot.domain.presets import Preset, PresetKind
from bot.domain.request import RequestKind
from bot.domain.studio import LEAST_GROUP, CompanionFilter, CompanionSource, Mode
from bot.services.studio_panel import Panel, PresetPage
from cogs.base.errors import words_for
from cogs.base.plain import plain

NOT_YOURS = (
    "This panel is **somebody else's**, so nothing was changed. "
    "Open your own with `/image studio`: it remembers what you choose."
)
_OF_COURSE = " Nothing was charged."
"""What a refusal says and a panel need not: nothing was asked for yet."""
SHOWN_PROMPT = 320
"""Characters of a prompt on the panel; the whole of it is in the form."""

SHAPES = {
    Aspect.PORTRAIT: "Portrait",
    Aspect.TALL: "Tall, for phones",
    Aspect.SQUARE: "Square",
    Aspect.LANDSCAPE: "Landscape",
    Aspect.WIDE: "Wide, for screens",
}
SOURCES = {
    CompanionSource.ALL: "All companions",
    CompanionSource.MAIN: "Main companions",
    CompanionSource.MINE: "My companions",
    CompanionSource.OTHERS: "Others' companions",
}
STYLES = {Style.REALISTIC: "Realistic", Style.ANIME: "Anime"}
GENDERS = {Gender.FEMALE: "Female", Gender.MALE: "Male", Gender.NONBINARY: "Nonbinary"}
KINDS = {PresetKind.OUTFIT: "Outfits", PresetKind.ACTION: "Actions", PresetKind.SCENE: "Scenes"}
KIND_SIGNS = {PresetKind.OUTFIT: "👗", PresetKind.ACTION: "🤸", PresetKind.SCENE: "🏞️"}
MODES = {Mode.PREMIUM: "Premium", Mode.ADVANCED: "Advanced"}

_ABOUT = {
    RequestKind.PREMIUM: "Tags with commas, presets, up to 8 pictures at once.",
    RequestKind.ADVANCED: "Your own sentences, the companion's own likeness, 2K or 4K.",
    RequestKind.GROUP: "Two or three companions, each with their own likeness. Groups are Advanced.",
}
NOT_READY = "💡 Without a picture of their likeness this companion can be in **Premium** pictures right now."
TIPS = {
    Mode.PREMIUM: (
        "**Premium reads tags**: short parts with commas between, the most important first.\n"
        "-# For example: *leaning on a railing, red dress, rooftop garden, sunset, warm light, close-up*"
    ),
    Mode.ADVANCED: (
        "**Advanced reads sentences**: say who does what, where, and in which light.\n"
        "-# For example: *Mira leans on the railing of a rooftop garden in a red dress while the sun sets behind her.*"
    ),
}


def head_text(panel: Panel) -> str:
    """The title, and what is possible in this mode."""
    return f"### 🎨 Studio\n{_ABOUT[panel.choices.kind]}"


def cast_text(panel: Panel) -> str:
    """Who will be in the picture."""
    names = [f"**{_safe(companion.name)}**" for companion in panel.cast]
    if not names:
        return "**Companions** · nobody yet" if panel.choices.is_group else "**Companion** · nobody yet"
    if panel.choices.is_group:
        left = "from left: " if len(names) >= LEAST_GROUP else ""
        return f"**Companions** · {left}{', '.join(names)}"
    return f"**Companion** · {names[0]}, {_kind_words(panel.cast[0])}"


def list_text(panel: Panel) -> str:
    """What the filter leaves, in one small line; empty while all is shown on one page."""
    words = filter_words(panel.choices.listed)
    listing = panel.listing
    parts = [f"Only {words}" if words else ""]
    if listing.pages > 1:
        parts.append(f"page {listing.page + 1} of {listing.pages}, {listing.found} companions")
    text = " · ".join(part for part in parts if part)
    return f"-# {text}" if text else ""


def filter_words(listed: CompanionFilter) -> str:
    """The filter in words, such as "mine, anime"; empty where there is none."""
    parts = [
        {
            CompanionSource.MAIN: "main ones",
            CompanionSource.MINE: "yours",
            CompanionSource.OTHERS: "others'",
        }.get(listed.source, ""),
        "" if listed.style is None else listed.style.value,
        "" if listed.gender is None else listed.gender.value,
        f"with “{_safe(listed.search)}” in the name" if listed.search else "",
    ]
    return ", ".join(part for part in parts if part)


def filter_text(panel: Panel) -> str:
    """The head of the filter, with whom it leaves."""
    names = [_safe(companion.name) for companion in panel.listing.companions]
    shown = ", ".join(names) if names else "Nobody. Try fewer filters."
    more = panel.listing.found - len(names)
    count = f"{panel.listing.found} companion{'' if panel.listing.found == 1 else 's'}"
    return f"### 🔎 Which companions\n**{count}** {filter_words(panel.choices.listed)}\n{shown}" + (
        f" and {more} more" if more > 0 else ""
    )


def companion_words(companion: Companion, user_id: int, *, needs_likeness: bool) -> str:
    """One companion in the menu, such as "main · anime"."""
    whose = "main" if companion.is_main else "yours" if companion.owner_id == user_id else "shared with you"
    words = f"{whose} · {companion.look.style.value} · {companion.look.gender.value}"
    if needs_likeness and not companion.advanced_ready:
        return f"not enabled for Advanced · {words}"
    return words


def prompt_text(panel: Panel) -> str:
    """The prompt, shortened, quoted, with nothing in it obeyed."""
    prompt = panel.choices.prompt
    if not prompt:
        hint = "empty; a preset will do" if panel.presets else "empty"
        return f"**Prompt** · {hint}"
    return f"**Prompt** · {len(prompt):,} characters\n> {plain(prompt, SHOWN_PROMPT)}"


def form_note(panel: Panel) -> str:
    """That the prompt reads like one for the other mode."""
    if panel.mode is Mode.PREMIUM:
        return "💡 This reads like **sentences**, and Premium does best with **tags**. It works all the same."
    if panel.choices.is_group:
        return "💡 This reads like **tags**, and groups do best with **sentences**. It works all the same."
    return "💡 This reads like **tags**, and Advanced does best with **sentences**. It works all the same."


def presets_text(panel: Panel) -> str:
    """The chosen presets."""
    if not panel.choices.presets.ids:
        return "**Presets** · none"
    chosen = [f"{KIND_SIGNS[preset.kind]} {_safe(preset.name)}" for preset in panel.presets]
    gone = len(panel.choices.presets.ids) - len(panel.presets)
    chosen += ["one that is gone"] * gone
    return f"**Presets** · {' · '.join(chosen)}"


def left_out_text(left_out: int) -> str:
    """That some of a reused picture can't be pictured again."""
    who = "One companion" if left_out == 1 else f"{left_out} companions"
    return f"💡 {who} of that picture left out: gone, not shared with you, or one too many for this mode."


def price_text(panel: Panel) -> str:
    """What it costs and what the member has; what stands in the way."""
    have = f"you have **{panel.available:,}**"
    if panel.cost is None:
        text = f"**Price** · for each companion in it · {have}"
    else:
        text = f"**{panel.cost:,} moments** · {have}"
    if panel.problem is not None:
        why = (words_for(panel.problem) or "This can't be made as it is.").replace(_OF_COURSE, "")
        return f"{text}\n⚠️ {why}"
    if panel.balance.owed and panel.shortage is not None:
        return f"{text}\n⚠️ {words_for(panel.shortage)}"
    if panel.missing:
        return (
            f"{text}\n⚠️ **{panel.missing:,} more** are needed: `/moments daily`, a gift from a friend, "
            "or a grant from a moderator."
        )
    return text


def generate_label(panel: Panel) -> str:
    """What the button says."""
    count = panel.choices.options().count
    what = "Generate" if count == 1 else f"Generate {count}"
    return what if panel.cost is None else f"{what} · {panel.cost:,} moments"


def count_words(count: int) -> str:
    """How many pictures."""
    return "1 picture" if count == 1 else f"{count} pictures"


def presets_head(page: PresetPage) -> str:
    """The head of the presets browser."""
    whose = f" for {_safe(page.companion)}" if page.companion else ""
    chosen = (
        f"Chosen: **{_safe(page.chosen_name or 'one that is gone')}**" if page.chosen_id else "None chosen"
    )
    pages = f" · page {page.page + 1} of {page.pages}" if page.pages > 1 else ""
    return f"### {KIND_SIGNS[page.kind]} {KINDS[page.kind]}{whose}\n{chosen}{pages}"


def preset_text(preset: Preset, *, is_chosen: bool) -> str:
    """One preset in the browser."""
    mark = "✅ " if is_chosen else ""
    return f"{mark}**{_safe(preset.name)}**\n-# {plain(preset.tags, 160)}"


def _kind_words(companion: Companion) -> str:
    likeness = "with likeness" if companion.advanced_ready else "no likeness yet"
    return f"{companion.look.style.value}, {likeness}"


def _safe(text: str) -> str:
    return plain(text)
