"""What ``/me`` shows. Pure."""

from __future__ import annotations

from bot.services.ports.storage import Preferences


def preferences_text(preferences: Preferences) -> str:
    """All defaults, with what they mean."""
    solo = preferences.aspect_solo.value if preferences.aspect_solo else "3:4"
    group = preferences.aspect_group.value if preferences.aspect_group else "4:3"
    shown = "shown under your pictures" if preferences.show_alt_text else "for screen readers only"
    return (
        "### Your defaults\n"
        f"**Shape with one companion:** {solo}\n"
        f"**Shape with more:** {group}\n"
        f"**Ask me first above:** {preferences.ask_above:,} moments\n"
        f"**Description of the picture:** {shown}\n"
        "-# Change any of them with `/me` and its options."
    )
