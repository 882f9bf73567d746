"""Which messages ask a companion for a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.companion import Companion
from bot.services.ports.wishes import Wish

_ASKED = re.compile(r"\bsend me a (?:photo|pic|selfie)\b(?: of you)?(?P<hint>[^.!?\n]*)", re.IGNORECASE)


class RulesWishes:
    """See :class:`bot.services.ports.wishes.PhotoWishes`."""

    def wish_in(self, text: str, addressed: Sequence[Companion], present: Sequence[Companion]) -> Wish | None:
        """See the protocol."""
        found = _ASKED.search(text)
        del present
        if found is None or not addressed:
            return None
        return Wish(tuple(companion.companion_id for companion in addressed), found["hint"].strip())

    def claims_picture(self, text: str) -> bool:
        """See the protocol."""
        return "sends a photo" in text
