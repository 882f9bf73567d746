"""Plain words that ask for a picture, and plain words that say there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.companion import Companion


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that a member asked for in a message.

    ``companion_ids`` is who should be in it, each once, at most :data:`bot.domain.scene.MAX_CAST`; empty leaves
    them to the scene writer ("of all of you", and there are many). ``hint`` is what it should show, in the
    member's own words and language ("at the beach"); empty for "send me a selfie".
    """

    companion_ids: tuple[str, ...]
    hint: str = ""


class PhotoWishes(Protocol):
    """Tells a request for a picture from talk about pictures. Both methods are quick: they look nothing up."""

    def wish_in(self, text: str, addressed: Sequence[Companion], present: Sequence[Companion]) -> Wish | None:
        """The picture that a member's message asks companions for; None where it asks for none.

        Args:
            text: the message, as a person reads it; without a mention of the bot itself.
            addressed: the companions that it is said to, in any order.
            present: all who are there; who is named among them can be in the picture too.
        """
        ...

    def claims_picture(self, text: str) -> bool:
        """Whether a companion's own line says that it sends, or has sent, a picture."""
        ...
