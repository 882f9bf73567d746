"""What ``/help`` shows. Pure."""

from __future__ import annotations


def help_text(price: int, *, reads_messages: bool) -> str:
    """The shortest way to a first picture, then everything else."""
    text = (
        "### Darkroom makes pictures of your companions\n"
        "1. Bring a companion here: `/companion invite`\n"
        "2. Let the scene happen. You write; `/companion speak` lets a companion answer.\n"
        "3. Press **📸 Instant** under a companion's message, or use `/image instant`.\n\n"
        f"A picture costs **{price} moments** for each companion in it. You start with some; "
        "`/moments daily` brings more every day, and `/moments balance` shows what you have.\n\n"
        "**A message you like?** Open its menu → Apps → **Picture this**.\n"
        "**Who wrote that?** Same menu → **Who is this?**\n"
        "**Your pictures:** `/gallery`\n"
        "**Your own companion:** `/companion create`\n"
        "**Your defaults:** `/me`\n"
        "**You manage this server?** `/setup`\n"
        "**Your data:** `/privacy show`, `/privacy export`, `/privacy delete`\n"
        "-# Every picture is made by a machine and says so. Companions speak only when somebody "
        "writes for them with `/companion speak`."
    )
    if not reads_messages:
        text += (
            "\n-# I can't read messages on this server: use **Picture this** on a message, "
            "or give `/image instant` a hint."
        )
    return text
