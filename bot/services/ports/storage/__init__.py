"""What services ask of the database: units of work over repositories.

A unit of work is an ``async`` function that awaits nothing but its repositories. The SQLite
engine runs it to its end inside the writer's thread, so awaiting anything else there is an
error, which is how "nothing external inside a transaction" is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from bot.domain.errors import DarkroomError
from bot.services.ports.storage.auditing import AuditRepository, BookCounts, StoredFile, Violation
from bot.services.ports.storage.companions import (
    ChannelRepository,
    CompanionRepository,
    SpokenMessage,
    WebhookRow,
)
from bot.services.ports.storage.guilds import (
    AuditLine,
    AuditLogRepository,
    GuildRepository,
    ReadAuditLine,
)
from bot.services.ports.storage.line import InLine, LineRepository
from bot.services.ports.storage.members import (
    NoteRepository,
    Notice,
    NoticeRepository,
    PreferenceRepository,
    Preferences,
    StudioRepository,
)
from bot.services.ports.storage.money import BookedSum, HistoryLine, LedgerRepository, MemberRepository
from bot.services.ports.storage.privacy import (
    Erasure,
    ErasureStage,
    Fact,
    Holdings,
    HoldingsRepository,
    KeptRequest,
    MessagePlace,
    PrivacyRepository,
    Section,
    WalletHolding,
)
from bot.services.ports.storage.purchases import (
    MonthlyRoleRepository,
    Purchase,
    PurchaseRepository,
    RoleGrant,
)
from bot.services.ports.storage.reports import ReporterRecord, ReportRepository
from bot.services.ports.storage.requests import GalleryQuery, ImageRepository, RequestRepository
from bot.services.ports.storage.stats import (
    EndCount,
    GuildSums,
    MomentsOnDay,
    PicturesOnDay,
    StatsRepository,
)

__all__ = [
    "AuditLine",
    "AuditLogRepository",
    "AuditRepository",
    "BookCounts",
    "BookedSum",
    "ChannelRepository",
    "CompanionRepository",
    "EndCount",
    "Erasure",
    "ErasureStage",
    "Fact",
    "GalleryQuery",
    "GuildRepository",
    "GuildSums",
    "HistoryLine",
    "Holdings",
    "HoldingsRepository",
    "ImageRepository",
    "InLine",
    "KeptRequest",
    "LedgerRepository",
    "LineRepository",
    "MemberRepository",
    "MessagePlace",
    "MomentsOnDay",
    "MonthlyRoleRepository",
    "NoteRepository",
    "Notice",
    "NoticeRepository",
    "PicturesOnDay",
    "PreferenceRepository",
    "Preferences",
    "PrivacyRepository",
    "Purchase",
    "PurchaseRepository",
    "ReadAuditLine",
    "ReportRepository",
    "ReporterRecord",
    "RequestRepository",
    "RoleGrant",
    "Section",
    "SpokenMessage",
    "StatsRepository",
    "Storage",
    "StorageClosedError",
    "StorageError",
    "StoredFile",
    "StudioRepository",
    "UnitOfWork",
    "Violation",
    "WalletHolding",
    "WebhookRow",
]

T = TypeVar("T")


@dataclass
class StorageError(DarkroomError):
    """The database can't work now (busy, disk full); nothing was changed. ``reason`` is for the log.

    ``is_away``: its server does not answer, and may later.
    """

    reason: str
    is_away: ClassVar[bool] = False


class StorageClosedError(DarkroomError):
    """The database was closed; the program is ending."""


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
    def line(self) -> LineRepository:
        """Whose turn it is."""
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
    def studio(self) -> StudioRepository:
        """What members last chose in the studio."""
        ...

    @property
    def notices(self) -> NoticeRepository:
        """What is still to be said."""
        ...

    @property
    def purchases(self) -> PurchaseRepository:
        """What was bought."""
        ...

    @property
    def monthly_roles(self) -> MonthlyRoleRepository:
        """What roles bring each month."""
        ...

    @property
    def guilds(self) -> GuildRepository:
        """What owners have set."""
        ...

    @property
    def audit_log(self) -> AuditLogRepository:
        """Who changed what."""
        ...

    @property
    def reports(self) -> ReportRepository:
        """Reports of pictures."""
        ...

    @property
    def privacy(self) -> PrivacyRepository:
        """Forgetting."""
        ...

    @property
    def holdings(self) -> HoldingsRepository:
        """Telling members what is kept about them."""
        ...

    @property
    def stats(self) -> StatsRepository:
        """Sums over a guild's days."""
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
