"""What the settings say in moments and days, as the domain's own values."""

from __future__ import annotations

from bot.domain.guild import GuildLimits
from bot.domain.pricing import Grants, Prices
from bot.services.requests.backends import Backends
from bot.settings import Settings


def prices_of(settings: Settings) -> Prices:
    """What pictures cost."""
    return Prices(
        image=settings.price_image,
        image_4k=settings.price_image_4k,
        edit=settings.price_edit,
        reference=settings.price_reference,
    )


def grants_of(settings: Settings) -> Grants:
    """What is given away, and the caps."""
    return Grants(
        welcome=settings.grant_welcome,
        daily=settings.grant_daily,
        cap_per_call=settings.grant_cap_per_call,
        cap_per_day=settings.grant_cap_per_day,
        gift_cap_per_day=settings.gift_cap_per_day,
    )


def limits_of(settings: Settings, grants: Grants, backends: Backends) -> GuildLimits:
    """What an owner of a guild may choose from."""
    return GuildLimits(
        backends=backends.names,
        allow_mature=settings.allow_mature,
        daily=grants.daily,
        most_daily=grants.cap_per_call,
        keep_days=settings.retention_days or None,
        can_talk=settings.chat_base_url is not None,
    )
