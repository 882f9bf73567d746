"""Members, channels and what is for sale, as tests and the page name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the guild."""

    id: int
    name: str
    #: May manage messages and moderate members.
    moderator: bool
    roles: tuple[int, ...] = ()

    @property
    def mention(self) -> str:
        """As it is written in a message."""
        return f"<@{self.id}>"


@dataclass(frozen=True, slots=True)
class Sku:
    """Something for sale; ``price_text`` is what a buyer reads."""

    id: int
    name: str
    price_text: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel, a thread (``parent_id`` is its channel), or a direct message (``recipient_id``)."""

    id: int
    name: str
    #: Age-restricted now; threads inherit.
    age_restricted: bool = False
    parent_id: int | None = None
    recipient_id: int | None = None
    topic: str = ""

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread."""
        return self.parent_id is not None

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct message with the bot."""
        return self.recipient_id is not None
