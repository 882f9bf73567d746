"""What ``/help`` shows. Pure."""

from __future__ import annotations

_SPEAKS = "You write; `/companion speak` lets a companion answer."
_ANSWERS = (
    "You write; companions **answer** when you say their name or reply to them, "
    "and `/companion speak` lets you write for them."
)
_SILENT = (
    "Companions speak only when somebody writes for them with `/companion speak`: no chat service is set up."
)
_TALKING = (
    "A companion's words come from a chat service, unless somebody writes for it with `/companion speak`: "
    "**Who is this?** tells which."
)


def help_text(price: int, *, reads_messages: bool, can_talk: bool) -> str:
    """The shortest way to a first picture, then everything else. ``can_talk``: companions answer by themselves."""
    text = (
        "### Darkroom makes pictures of your companions\n"
        "1. Bring a companion here: `/companion invite`\n"
        f"2. Let the scene happen. {_ANSWERS if can_talk else _SPEAKS}\n"
        "3. Press **📸 Instant** under a companion's message, or use `/image instant`. "
        "Or just ask: *“Mira, send me a photo of you at the beach.”*\n\n"
        f"A picture costs **{price} moments** for each companion in it. You start with some; "
        "`/moments daily` brings more every day, and `/moments balance` shows what you have.\n\n"
        "**A message you like?** Open its menu → Apps → **Picture this**.\n"
        "**Who wrote that?** Same menu → **Who is this?**\n"
        "**Your pictures:** `/gallery`\n"
        "**Your own companion:** `/companion create`\n"
        "**Your defaults:** `/me`\n"
        "**You manage this server?** `/setup`\n"
        "**Your data:** `/privacy show`, `/privacy export`, `/privacy delete`\n"
        f"-# Every picture is made by a machine and says so. {_TALKING if can_talk else _SILENT}"
    )
    if not reads_messages:
        text += (
            "\n-# I can't read messages on this server: use **Picture this** on a message, "
            "or give `/image instant` a hint."
        )
    return text
