"""When companions answer what members write."""

from __future__ import annotations

import enum


class TalkWhen(enum.StrEnum):
    """What a channel's owner lets its companions answer. A thread is what its channel is."""

    ADDRESSED = "addressed"
    EVERY = "every"
    NEVER = "never"


USUAL = TalkWhen.ADDRESSED
"""Where nobody chose."""

MOST_ANSWERS = 3
"""The most companions that answer to one message, one after another."""
