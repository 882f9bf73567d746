"""What services ask of whoever reads names in a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.companion import Companion


class NameReader(Protocol):
    """Knows where a text names somebody: by name, alias or a part of a name, in any way of writing it."""

    def named_in(self, text: str, companions: Sequence[Companion]) -> Sequence[str]:
        """Ids of the companions that a text names, each once, in the order in which they are named.

        A name that is also a word counts only where it stands like a name. It takes about a millisecond.
        """
        ...
