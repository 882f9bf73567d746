"""What is kept about members: telling it, and forgetting it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.services.ports.storage.auditing import StoredFile


class ErasureStage(enum.StrEnum):
    """How far a deletion has come; see :mod:`bot.services.privacy.erasing`."""

    STOPPING = "stopping"
    PICTURES = "pictures"
    REST = "rest"
    TELLING = "telling"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A deletion under way, the durable job. ``token`` answers the member until ``token_until_ms``.

    ``messages_gone`` are posted no more; ``messages_left`` are out of our reach.
    """

    account_id: str
    user_id: int
    stage: ErasureStage
    token: str | None = field(repr=False)
    token_until_ms: int
    began_at_ms: int
    messages_gone: int = 0
    messages_left: int = 0


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """A message of ours."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request that ended, with everything outside its row that says what was in it.

    ``pictures`` also has those that are deleted already: a process may have died before their files went.
    """

    request_id: str
    created_at_ms: int
    messages: tuple[MessagePlace, ...]
    pictures: tuple[StoredFile, ...]


class PrivacyRepository(Protocol):
    """Forgetting. Everything may be done again: what is gone is passed over."""

    async def begin_erasure(self, erasure: Erasure) -> bool:
        """Put a deletion on record; False when one of this account is under way."""
        ...

    async def erasures(self) -> Sequence[Erasure]:
        """All deletions under way, oldest first."""
        ...

    async def is_being_erased(self, account_id: str) -> bool:
        """Whether a deletion of this account is under way."""
        ...

    async def advance(self, account_id: str, stage: ErasureStage) -> None:
        """Go on to the next stage."""
        ...

    async def count_messages(self, account_id: str, *, gone: int, left: int) -> None:
        """Add to what a deletion has done about posted messages."""
        ...

    async def end_erasure(self, account_id: str) -> None:
        """It is done and told: nothing is left of it."""
        ...

    async def unfinished_of(self, account_id: str) -> Sequence[str]:
        """The ids of an account's unfinished requests, oldest first."""
        ...

    async def set_companions_aside(self, account_id: str, at_ms: int) -> None:
        """Mark an account's companions as deleted, and take all that it invited out of all channels."""
        ...

    async def kept_of(self, account_id: str, limit: int) -> Sequence[KeptRequest]:
        """Requests of an account that are not scrubbed yet, oldest first."""
        ...

    async def kept_in_guild(
        self, guild_id: int, before_ms: int, after: tuple[int, str], limit: int
    ) -> Sequence[KeptRequest]:
        """Requests of a guild that were made before a time, after (time, id), oldest first.

        Without those that hold the reference of a living companion or a picture under an open report, and
        without those whose member is still to be told how they ended.
        """
        ...

    async def next_guild(self, after_guild_id: int) -> int | None:
        """The next guild in which anything is kept, by id."""
        ...

    async def mark_pictures_deleted(self, request_ids: Sequence[str], at_ms: int) -> None:
        """Mark all pictures of these requests as deleted."""
        ...

    async def scrub(self, request_ids: Sequence[str], at_ms: int) -> None:
        """Take all that says anything out of these requests and their pictures, which are marked as deleted."""
        ...

    async def forget_spoken(self, account_id: str, limit: int) -> bool:
        """Forget who spoke some of the companions' messages; False when nothing is left to forget."""
        ...

    async def forget_rest(self, account_id: str, at_ms: int) -> None:
        """Everything of an account but its requests, what it spoke, and its money."""
        ...

    async def forget_member(self, account_id: str) -> None:
        """Drop the link between the person and the account."""
        ...


@dataclass(frozen=True, slots=True)
class WalletHolding:
    """Moments of one guild. ``held`` are set aside for pictures under way."""

    guild_id: int
    granted: int
    held: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept about a member, in numbers. ``is_known``: there is an account, perhaps with nothing in it.

    ``since_ms`` is when the first of what has a time came.
    ``purchased`` and ``owed`` are moments; ``companions`` without deleted ones; ``spoken`` messages are on
    record as said by them through a companion.
    """

    is_known: bool = False
    since_ms: int | None = None
    requests: int = 0
    pictures: int = 0
    companions: int = 0
    spoken: int = 0
    entries: int = 0
    purchases: int = 0
    reports: int = 0
    wallets: tuple[WalletHolding, ...] = ()
    purchased: int = 0
    owed: int = 0
    is_being_erased: bool = False

    @property
    def moments(self) -> int:
        """All moments that are lost with the account."""
        return self.purchased + sum(wallet.granted + wallet.held for wallet in self.wallets)


class Section(enum.StrEnum):
    """The parts of an export, in their order. A cursor names them by their place: new ones come last."""

    ACCOUNT = "account"
    WALLETS = "wallets"
    LEDGER = "ledger"
    PURCHASES = "purchases"
    COMPANIONS = "companions"
    PRESENCE = "companions_invited"
    SPOKEN = "messages_spoken_as_companions"
    PREFERENCES = "preferences"
    STUDIO = "studio_choices"
    NOTICES = "notices"
    REPORTS = "reports_made"
    SETTINGS = "server_settings_changed"
    REQUESTS = "requests"
    PICTURES = "pictures"

    @property
    def is_numbered(self) -> bool:
        """Whether its keys are numbers, and in their order; else they are texts."""
        return self not in _BY_TEXT


_BY_TEXT = frozenset({Section.COMPANIONS, Section.REPORTS, Section.REQUESTS, Section.PICTURES})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing kept about a member: ``text`` is a JSON object, ``key`` its place in its section.

    ``file`` has the picture's files where they are still there and may be handed over: a mature
    picture's may not.
    """

    section: Section
    key: str
    text: str
    file: StoredFile | None = None


class HoldingsRepository(Protocol):
    """Telling what is kept."""

    async def of(self, account_id: str) -> Holdings:
        """What is kept about a member."""
        ...

    async def facts(self, section: Section, account_id: str, after: str, limit: int) -> Sequence[Fact]:
        """One section of what is kept, in order, after a key ("" for the beginning)."""
        ...
