"""What members read about companions. Pure: domain values in, text out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.companion import Companion, Gender, Look
from bot.services.companion_rules import NewCompanion
from bot.services.companion_speech import Speaker
from bot.services.companions import Among
from bot.services.references import ReferenceState
from cogs.base.candidates import moments_words
from cogs.base.plain import plain

PAGE_SIZE = 10
MOST_DRAFT = 3_900
"""Characters of a draft's card: what is wrong with it is never what is cut off."""

GENDERS = {Gender.FEMALE: "female", Gender.MALE: "male", Gender.NONBINARY: "non-binary"}
LISTS = {
    Among.ALL: "All companions",
    Among.MAIN: "Main companions",
    Among.MINE: "Your companions",
    Among.OTHERS: "Other members' companions",
}

DRAFT_GONE = (
    "This draft is **not there any more**: drafts are kept for half an hour, and not over a restart. "
    "Begin again with `/companion create`."
)
DRAFT_DROPPED = "The draft is **gone**. Nothing was made."
KEPT = "Nothing was deleted."
NOT_YOURS_TO_DELETE = (
    "Only **its owner or a moderator** can delete a companion, and main companions can't be deleted. "
    "To take one out of a channel, use `/companion dismiss`."
)
NOT_YOURS_TO_INVITE = "Only **its owner or a moderator** can invite this companion."
NOT_YOURS_TO_SET = "Only **its owner** can change a companion's settings."
NOT_YOURS_TO_DISMISS = "Only **who invited it, its owner or a moderator** can take this companion out."


def safe(text: str) -> str:
    """A member's text as it was typed: no formatting, no mention."""
    return plain(text)


def bold(companion: Companion) -> str:
    """A companion's name."""
    return f"**{safe(companion.name)}**"


def unknown_name(text: str) -> str:
    """Nobody here is called so."""
    return (
        f"No companion here is called “{plain(text, 60)}”. Pick one from the list, or see `/companion list`."
    )


def owner_words(companion: Companion) -> str:
    """Whose companion it is."""
    if companion.guild_id is None:
        return "main companion"
    return "owner unknown" if companion.owner_id is None else f"<@{companion.owner_id}>'s companion"


def look_lines(look: Look) -> str:
    """A look, one line each."""
    rows = [
        ("Hair", look.hair),
        ("Eyes", look.eyes),
        ("Skin", look.skin),
        ("Build", look.build),
        ("Outfit", look.outfit),
        ("Details", ", ".join(look.details)),
    ]
    return "\n".join(f"**{name}** {safe(text)}" for name, text in rows if text)


def kind_words(style: str, gender: Gender, age: str | int) -> str:
    """Style, gender and age in one line."""
    return f"{style}, {GENDERS[gender]}, {safe(str(age))}"


def card_text(companion: Companion) -> str:
    """Everything about a companion."""
    lines = [f"## {safe(companion.name)}", f"{owner_words(companion)} · " + kind_words_of(companion)]
    if companion.aliases:
        lines.append("also " + ", ".join(safe(alias) for alias in companion.aliases))
    if companion.persona:
        lines.append(f"*{safe(companion.persona)}*")
    lines.append(look_lines(companion.look))
    ready = (
        "✨ advanced-ready: pictures keep this likeness"
        if companion.advanced_ready
        else ("no reference yet: pictures follow the words alone")
    )
    if companion.guild_id is not None and companion.advanced_ready:
        ready += " · " + ("shared with everybody here" if companion.is_shared else "not shared")
    lines.append(f"-# {ready}")
    return "\n".join(lines)


def kind_words_of(companion: Companion) -> str:
    """Style, gender and age of a companion."""
    return kind_words(companion.look.style, companion.look.gender, companion.look.age)


def picture_alt(companion: Companion) -> str:
    """A reference picture in words."""
    words = ", ".join((*companion.look.words(), companion.look.outfit))
    return f"{companion.name}, full body, drawn: {words}"[:1000]


def page_count(companions: Sequence[Companion]) -> int:
    """How many pages a list has; an empty one has one."""
    return max(1, -(-len(companions) // PAGE_SIZE))


def list_text(among: Among, companions: Sequence[Companion], page: int) -> str:
    """One page of a list, from 0."""
    title = f"## {LISTS[among]}"
    if not companions:
        how = "Make one with `/companion create`." if among is Among.MINE else "Nobody has made one here yet."
        return f"{title}\n{how}"
    shown = companions[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    lines = [f"{bold(c)} · {kind_words_of(c)} · {owner_words(c)}{_shared_words(c)}" for c in shown]
    foot = f"-# {len(companions)} in all, page {page + 1} of {page_count(companions)}"
    return "\n".join([title, *lines, foot])


def _shared_words(companion: Companion) -> str:
    return " · ✨ shared" if companion.is_shared and companion.advanced_ready else ""


def draft_text(new: NewCompanion, age: str, problem: str | None) -> str:
    """A companion that is still being described, cut to what a card holds."""
    lines = [f"## {safe(new.name)} · draft", kind_words(new.look.style, new.look.gender, age)]
    if new.aliases:
        lines.append("also " + safe(", ".join(new.aliases)))
    if new.persona:
        lines.append(f"*{safe(new.persona)}*")
    lines.append(look_lines(new.look))
    foot = (
        f"⚠️ {problem}"
        if problem
        else "By creating it you confirm that it is **an adult (18 or older)** and **not a real person**."
    )
    described = "\n".join(lines)[: MOST_DRAFT - len(foot)].rstrip("\\")
    return f"{described}\n{foot}"


def created(companion: Companion) -> str:
    """A new companion stands."""
    return (
        f"{bold(companion)} is **yours**. Bring it here with the button, then use `/companion speak`. "
        "In its settings you enable Advanced: pictures with one and the same likeness."
    )


def not_yours_to_set(companion: Companion) -> str:
    """Why a member can't open a companion's settings."""
    if companion.guild_id is None:
        return f"{bold(companion)} is a main companion: **ready for Advanced as it is**, with nothing to set."
    return f"Only **its owner** can change the settings of {bold(companion)}."


def settings_text(state: ReferenceState) -> str:
    """How a companion of one's own stands on the way to Advanced, and who may picture it."""
    companion, name = state.companion, bold(state.companion)
    lines = [f"## {safe(companion.name)} · settings"]
    if companion.advanced_ready:
        lines.append("✨ **Advanced is enabled.** Pictures keep the likeness of this reference.")
    else:
        lines.append(
            f"**Advanced is not enabled yet.** Pictures follow {name}'s words alone. With a reference picture {name} "
            "keeps one likeness in `/image advanced`, `/image group` and instant pictures."
        )
    if state.is_waiting:
        count = len(state.candidates)
        wait = "1 candidate waits" if count == 1 else f"{count} candidates wait"
        lines.append(f"🖼️ **{wait} to be picked.** Looking and picking cost nothing.")
    if companion.advanced_ready:
        lines.append(_sharing_words(companion))
        lines.append("-# A new reference: the old picture stays until you pick a new one.")
    elif state.price == 0:
        lines.append("-# The first candidates are free. As soon as one is made, that counts as used.")
    return "\n".join(lines)


def _sharing_words(companion: Companion) -> str:
    name = bold(companion)
    if companion.is_shared:
        return (
            f"🤝 **Shared.** Every member here can picture {name}. When you stop, new pictures need you again; "
            "those that were made stay."
        )
    return f"🔒 **Not shared.** Others can picture {name} only in channels where {name} is invited."


def confirm_text(state: ReferenceState) -> str:
    """What is about to be made, what has to be true, and what it costs."""
    companion, name = state.companion, bold(state.companion)
    price = f"**{moments_words(state.price)}**"
    if companion.advanced_ready:
        return (
            f"### A new reference for {safe(companion.name)}\nI make **4 candidates** from {name}'s looks for {price}, "
            "and you pick one. The old picture stays until then, and for good if you pick none."
        )
    cost = (
        "-# **Free** this first time, which counts as used as soon as one candidate is made."
        if state.price == 0
        else f"-# {price}: the free first time was used."
    )
    return (
        f"### Enable Advanced for {safe(companion.name)}\n"
        f"I make **4 candidates** from {name}'s looks: full body, straight on, clothed. You pick the one that is "
        f"{name}; from then on pictures keep that likeness.\n\n"
        f"By going on you confirm that {name}\n"
        "- **is 18 or older**, and looks it\n"
        f"- **is not a real person**, nor made to look like one\n{cost}"
    )


def ready_text(state: ReferenceState) -> str:
    """A reference was picked."""
    companion, name = state.companion, bold(state.companion)
    return (
        f"### {safe(companion.name)} is ready for Advanced\nThis is {name} from now on. "
        "Make a picture with `/image advanced`, or of several companions with `/image group`.\n"
        f"{_sharing_words(companion)}"
    )


def invited(companion: Companion) -> str:
    """The inviter's own receipt."""
    return f"✓ {bold(companion)} is here. You can write as it with `/companion speak`."


def dismissed(companion: Companion) -> str:
    """The receipt of who dismissed it."""
    return f"✓ {bold(companion)} is no longer in this channel."


def arrived(companion: Companion) -> str:
    """Everybody in the channel reads this."""
    return f"{bold(companion)} is here now."


def left(companion: Companion) -> str:
    """Everybody in the channel reads this too."""
    return f"{bold(companion)} has left."


def already_here(companion: Companion) -> str:
    """An invitation that changes nothing."""
    return f"{bold(companion)} is **already here**."


def not_here(companion: Companion, *, in_thread: bool) -> str:
    """A dismissal that changes nothing."""
    more = " If it is here through the channel, dismiss it in the channel." if in_thread else ""
    return f"{bold(companion)} **was not invited** here.{more}"


def said(companion: Companion) -> str:
    """The speaker's own receipt."""
    return f"✓ {bold(companion)} said it. Anybody can see that you wrote it, with **Who is this?**"


def may_not_speak(companion: Companion) -> str:
    """Why a member can't write as a companion here."""
    if companion.guild_id is not None:
        return f"Only **its owner** can speak as {bold(companion)}."
    return (
        f"Only **who invited** {bold(companion)} here (or a moderator) can speak as this main companion. "
        "If nobody has yet, do it with `/companion invite`."
    )


def no_room(channel_id: int) -> str:
    """No webhook fits in the channel."""
    return (
        f"<#{channel_id}> has **as many webhooks as Discord allows** (15), and companions need one. "
        "Ask somebody who manages the server to delete one under *Integrations*."
    )


def ask_delete(companion: Companion) -> str:
    """The question before a companion is deleted."""
    whose = owner_words(companion)
    return f"Delete {bold(companion)} ({whose})? It leaves every channel, and **this can't be undone**."


def deleted(companion: Companion) -> str:
    """A companion is deleted."""
    return f"{bold(companion)} is **deleted** and has left every channel. Pictures that were made stay."


def who_is(speaker: Speaker) -> str:
    """Who is behind a companion's message."""
    if speaker.companion is None:
        who = "This was said by a companion that **has been deleted** since."
    else:
        article = "a " if speaker.companion.guild_id is None else ""
        who = f"This is {bold(speaker.companion)}, {article}{owner_words(speaker.companion)}."
    if speaker.user_id is not None:
        return f"{who}\nThe message was **written by** <@{speaker.user_id}>."
    if speaker.by_bot:
        return f"{who}\nThe message was **written by Darkroom itself**, not by a member."
    return f"{who}\nThe member who wrote it has since **deleted their data** from Darkroom."


def unrecorded(companion: Companion) -> str:
    """A message of our webhook whose record is missing, because a crash cut it short."""
    who = "its owner" if companion.guild_id is not None else "the member who invited it or a moderator"
    owner = "" if companion.owner_id is None else f" (<@{companion.owner_id}>)"
    return (
        f"This came through **Darkroom's own webhook** under the name {bold(companion)}, but **its record is "
        f"missing**. Through Darkroom, only {who}{owner} can speak as this companion here."
    )


OURSELVES = "This is **Darkroom** itself. No member wrote it as a companion."
FOREIGN_WEBHOOK = (
    "This came through **a webhook, and is no companion's message** that I know, so I can't tell who is behind it. "
    "Server managers see its maker under *Server Settings → Integrations*."
)


def a_member(user_id: int) -> str:
    """An ordinary message."""
    return f"This is <@{user_id}>, **writing as themselves**. It is no companion's message."


def an_app(user_id: int) -> str:
    """Another bot's message."""
    return f"This is <@{user_id}>, **another app**. It is no companion of Darkroom's."
