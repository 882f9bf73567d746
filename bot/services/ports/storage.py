"""What services ask of the database: units of work over repositories.

A unit of work is an ``async`` function that awaits nothing but its repositories. The SQLite
engine runs it to its end inside the writer's thread, so awaiting anything else there is an
error, which is how "nothing external inside a transaction" is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.domain.companion import Companion
from bot.domain.errors import DarkroomError
from bot.domain.money import Balance, Entry, EntryKind, Split
from bot.domain.picture import Aspect, Rating
from bot.domain.request import EndReason, Image, ImageRequest, ReplyTarget, RequestState
from bot.domain.scene import Scene

T = TypeVar("T")


@dataclass
class StorageError(DarkroomError):
    """The database can't work now (busy, disk full); nothing was changed. ``reason`` is for the log."""

    reason: str


class StorageClosedError(DarkroomError):
    """The database was closed; the program is ending."""


class MemberRepository(Protocol):
    """Who is who: the only link between a person and an account."""

    async def account_of(self, user_id: int) -> str | None:
        """The account of a Discord user, if there is one."""
        ...

    async def require_account(self, user_id: int) -> str:
        """The account of a Discord user, opened now where there is none."""
        ...

    async def user_of(self, account_id: str) -> int | None:
        """The Discord user behind an account, None when the link was deleted."""
        ...

    async def once_key(self, purpose: str, user_id: int, guild_id: int) -> str:
        """A keyed hash that survives deletion, for grants that are given once."""
        ...


class LedgerRepository(Protocol):
    """Append-only entries; triggers move the balances."""

    async def balance(self, account_id: str, guild_id: int) -> Balance:
        """Free and held moments of one account in one guild, by bucket."""
        ...

    async def append(self, entry: Entry) -> None:
        """Add one entry.

        Raises:
            OverdraftError: a balance would fall below zero.
            DuplicateEntryError: this (ref, kind, account) stands already.
        """
        ...

    async def find(self, kind: EntryKind, ref: str, account_id: str) -> Entry | None:
        """The entry that stands under (ref, kind, account), for answering a repeated request alike."""
        ...

    async def has_once(self, kind: EntryKind, ref: str) -> bool:
        """Whether a once-only grant stands already, in whatever account."""
        ...

    async def sum_since(self, kind: EntryKind, guild_id: int, since_ms: int, account_id: str | None) -> int:
        """Moments given in a guild since a time by grants or gifts: by one account, or by all."""
        ...

    async def history(
        self, account_id: str, guild_id: int, before_id: int | None, limit: int
    ) -> Sequence[HistoryLine]:
        """Entries of a member in a guild and its purchases, newest first, keyset-paged by id."""
        ...


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry as a member sees it."""

    entry_id: int
    kind: EntryKind
    moved: Split
    held: Split
    ref: str
    at_ms: int


class RequestRepository(Protocol):
    """The durable jobs. Every change is guarded by the state it expects and says whether it took place.

    A request is *unfinished* while it is open, or ended without a picture and its requester was
    not told yet. Only the driver that claimed an unfinished request works on it; a claim is a
    lease that runs out.
    """

    async def add(self, request: ImageRequest) -> None:
        """Insert a received request.

        Raises:
            DuplicateRequestError: its source made one already, or its button has an open one.
        """
        ...

    async def get(self, request_id: str) -> ImageRequest | None:
        """One request."""
        ...

    async def count_open(self, account_id: str) -> int:
        """How many requests of an account are open."""
        ...

    async def unfinished_ids(self) -> Sequence[str]:
        """All unfinished requests, oldest first."""
        ...

    async def due_ids(self, now_ms: int) -> Sequence[str]:
        """Unfinished requests that nobody works on: past their deadline, or no lease or one that ran out.

        A received request that waits for its member to agree to the price is due at its deadline only.
        """
        ...

    async def claim(self, request_id: str, *, owner: str, now_ms: int, until_ms: int) -> bool:
        """Take the lease of an unfinished request that is free, ran out by ``now_ms``, or is ours already."""
        ...

    async def renew(self, request_id: str, *, owner: str, until_ms: int) -> bool:
        """Keep our lease; False when it is no longer ours."""
        ...

    async def unclaim(self, request_id: str, *, owner: str) -> None:
        """Give our lease back."""
        ...

    async def expire_leases(self) -> None:
        """Free every lease: for the start of the only process."""
        ...

    async def set_quote(
        self,
        request_id: str,
        *,
        scene: Scene,
        prompt: str,
        cost: int,
        seed: int,
        backend: str,
        rating: Rating,
    ) -> bool:
        """Keep scene and price while still received."""
        ...

    async def confirm(self, request_id: str) -> bool:
        """Note that the member agreed to the price, while still received."""
        ...

    async def to_held(self, request_id: str, *, hold_ref: str, paid: Split) -> bool:
        """Received → held."""
        ...

    async def requote(
        self, request_id: str, *, scene: Scene, prompt: str, cost: int, hold_ref: str, paid: Split
    ) -> bool:
        """Another cast for a held request, with its new hold."""
        ...

    async def to_running(self, request_id: str, *, owner: str) -> bool:
        """Held → running under our lease, one more attempt."""
        ...

    async def run_again(self, request_id: str, *, owner: str) -> bool:
        """One more attempt of a running request that we took over."""
        ...

    async def set_provider_ref(self, request_id: str, provider_ref: str) -> bool:
        """Keep the backend's id of a running job."""
        ...

    async def back_to_held(self, request_id: str, *, owner: str) -> bool:
        """Running → held, for another attempt."""
        ...

    async def to_stored(self, request_id: str, *, owner: str) -> bool:
        """Running → stored. Its pictures are added before: stored needs pictures."""
        ...

    async def to_delivered(self, request_id: str, *, how: str) -> bool:
        """Stored → delivered; ``how`` names the rung of the delivery ladder."""
        ...

    async def end(
        self,
        request_id: str,
        *,
        expected: frozenset[RequestState],
        state: RequestState,
        reason: EndReason,
        detail: str,
    ) -> bool:
        """End without a picture, from one of the expected states; its requester is still to be told."""
        ...

    async def mark_told(self, request_id: str) -> None:
        """The requester of an ended request was told why."""
        ...

    async def set_reply(self, request_id: str, reply: ReplyTarget) -> None:
        """Where its progress message is now."""
        ...


class ImageRepository(Protocol):
    """Stored pictures."""

    async def add(self, image: Image) -> None:
        """Insert one picture of a request."""
        ...

    async def get(self, image_id: str) -> Image | None:
        """One picture."""
        ...

    async def of_request(self, request_id: str) -> Sequence[Image]:
        """The pictures of a request, in order."""
        ...

    async def set_message(self, image_id: str, channel_id: int, message_id: int) -> None:
        """Where it was posted."""
        ...

    async def mark_deleted(self, image_id: str, at_ms: int) -> bool:
        """Mark as deleted; False when it is already."""
        ...

    async def file_in_use(self, key: str) -> bool:
        """Whether a picture that is not deleted still needs the file (content-addressed files are shared)."""
        ...


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """A companion's message: which companion, and the account of the member behind it (None: the bot)."""

    message_id: int
    channel_id: int
    companion_id: str
    account_id: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """The app-owned webhook of a channel."""

    channel_id: int
    webhook_id: int
    token: str


class CompanionRepository(Protocol):
    """Custom companions. Main ones are assets and are not in the database."""

    async def add(self, companion: Companion, owner_account_id: str, at_ms: int) -> None:
        """Insert a custom companion."""
        ...

    async def get(self, companion_id: str) -> Companion | None:
        """One custom companion that is not deleted."""
        ...

    async def owned_by(self, account_id: str, guild_id: int) -> Sequence[Companion]:
        """A member's own companions in a guild, by name."""
        ...

    async def of_guild(self, guild_id: int) -> Sequence[Companion]:
        """All custom companions of a guild, by name."""
        ...

    async def delete(self, companion_id: str, at_ms: int) -> bool:
        """Delete; False when it is not there."""
        ...


class ChannelRepository(Protocol):
    """Who is present in a channel, who spoke which message, and through which webhook."""

    async def invite(self, channel_id: int, companion_id: str, account_id: str, at_ms: int) -> bool:
        """Put a companion in a channel or thread; False when it is there."""
        ...

    async def dismiss(self, channel_id: int, companion_id: str) -> bool:
        """Take it out; False when it was not there."""
        ...

    async def dismiss_everywhere(self, companion_id: str) -> None:
        """Take a deleted companion out of all channels."""
        ...

    async def present(self, channel_ids: Sequence[int]) -> Sequence[tuple[str, str]]:
        """(companion id, account that invited it) of the companions in these channels, oldest first."""
        ...

    async def add_spoken(self, spoken: SpokenMessage) -> None:
        """Remember whose message it is."""
        ...

    async def spoken(self, message_ids: Sequence[int]) -> dict[int, SpokenMessage]:
        """What is known about these messages."""
        ...

    async def webhook(self, channel_id: int) -> WebhookRow | None:
        """The channel's webhook, where one was made."""
        ...

    async def set_webhook(self, row: WebhookRow) -> None:
        """Keep (or replace) the channel's webhook."""
        ...

    async def forget_webhook(self, channel_id: int) -> None:
        """It is gone on Discord's side."""
        ...


@dataclass(frozen=True, slots=True)
class Preferences:
    """A member's own defaults. ``ask_above`` in moments; aspects None follow the cast's size."""

    aspect_solo: Aspect | None = None
    aspect_group: Aspect | None = None
    ask_above: int = 150
    show_alt_text: bool = False


class PreferenceRepository(Protocol):
    """Members' own defaults."""

    async def get(self, account_id: str) -> Preferences:
        """The member's defaults, or the general ones."""
        ...

    async def set(self, account_id: str, preferences: Preferences) -> None:
        """Keep them."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a member when they come next: a picture that waits in the gallery."""

    notice_id: str
    account_id: str
    kind: str
    image_id: str | None
    at_ms: int


class NoticeRepository(Protocol):
    """What could not be said when it happened."""

    async def add(self, notice: Notice) -> None:
        """Keep a notice; the same id twice is one notice."""
        ...

    async def any_for(self, account_id: str) -> bool:
        """Whether the member has a notice waiting."""
        ...

    async def take(self, account_id: str) -> Sequence[Notice]:
        """The member's notices, oldest first, removed."""
        ...


class NoteRepository(Protocol):
    """Small facts of the installation, such as the hash of the synced commands."""

    async def get(self, key: str) -> str | None:
        """The value."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep it."""
        ...


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise of the books that does not hold. ``rule`` is its short name, ``subject`` an id.

    ``expected`` and ``found`` are what the entries say and what stands, in words or moments.
    """

    rule: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class BookCounts:
    """How much there is."""

    accounts: int
    entries: int
    requests: int
    images: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A picture that is not deleted, and the files it needs."""

    image_id: str
    file_key: str
    thumbnail_key: str


class AuditRepository(Protocol):
    """Questions across all tables, for the audit. They read everything: not for a running shard."""

    async def counts(self) -> BookCounts:
        """How much there is."""
        ...

    async def violations(self) -> Sequence[Violation]:
        """Balances that differ from their entries; holds, requests and captures that don't fit."""
        ...

    async def files(self, after_image_id: str, limit: int) -> Sequence[StoredFile]:
        """Pictures that are not deleted, by id, after the one given."""
        ...


class UnitOfWork(Protocol):
    """All repositories over one transaction."""

    @property
    def members(self) -> MemberRepository:
        """Who is who."""
        ...

    @property
    def ledger(self) -> LedgerRepository:
        """The money."""
        ...

    @property
    def requests(self) -> RequestRepository:
        """The durable jobs."""
        ...

    @property
    def images(self) -> ImageRepository:
        """Stored pictures."""
        ...

    @property
    def companions(self) -> CompanionRepository:
        """Custom companions."""
        ...

    @property
    def channels(self) -> ChannelRepository:
        """Presence and webhooks."""
        ...

    @property
    def preferences(self) -> PreferenceRepository:
        """Members' defaults."""
        ...

    @property
    def notices(self) -> NoticeRepository:
        """What is still to be said."""
        ...

    @property
    def notes(self) -> NoteRepository:
        """Small facts."""
        ...

    @property
    def audit(self) -> AuditRepository:
        """Questions across all tables."""
        ...


class Storage(Protocol):
    """The database."""

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run a transaction; committed when this returns, rolled back when the work raises."""
        ...

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run reads on their own connection."""
        ...
