"""All services in one value, as cogs receive them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pricing import Prices
from bot.services.asked_pictures import AskedPictures
from bot.services.companions import CompanionService
from bot.services.conversation.conversations import Conversations
from bot.services.gallery import GalleryService
from bot.services.guilds import GuildService
from bot.services.images import ImageService
from bot.services.moments import MomentsService
from bot.services.monthly import MonthlyService
from bot.services.preferences import PreferenceService
from bot.services.privacy.showing import PrivacyService
from bot.services.purchases import PurchaseService
from bot.services.references import ReferenceService
from bot.services.reports import ReportService
from bot.services.requests.desk import RequestDesk
from bot.services.stats import StatsService
from bot.services.studio import StudioService


@dataclass(frozen=True, slots=True)
class Services:
    """Made by the container; cogs call nothing else."""

    moments: MomentsService
    monthly: MonthlyService
    purchases: PurchaseService
    companions: CompanionService
    requests: RequestDesk
    asked: AskedPictures
    conversations: Conversations
    studio: StudioService
    images: ImageService
    gallery: GalleryService
    preferences: PreferenceService
    privacy: PrivacyService
    guilds: GuildService
    references: ReferenceService
    reports: ReportService
    stats: StatsService
    prices: Prices
