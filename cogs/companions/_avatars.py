"""Addresses of companions' avatars.

A webhook message takes its avatar as a public address. Darkroom has no web server, and the
addresses of Discord's attachments expire; an application's own emoji keep theirs for ever
(https://discord.com/developers/docs/resources/emoji#application-owned-emoji). So each main
companion's avatar is uploaded once as one. Where that fails, companions speak without a picture.
"""

from __future__ import annotations

import asyncio
import hashlib
import time

import discord
import structlog

from bot.domain.companion import Companion
from bot.services.companions import CompanionService
from cogs.base.host import Host

log = structlog.get_logger()

RETRY_AFTER_S = 600


class Avatars:
    """Uploads each avatar once and remembers its address."""

    def __init__(self, bot: Host, companions: CompanionService) -> None:
        self._bot = bot
        self._companions = companions
        self._urls: dict[str, str] = {}
        self._uploaded: dict[str, str] | None = None
        self._failed_at_s = -float(RETRY_AFTER_S)
        self._lock = asyncio.Lock()

    async def url_of(self, companion: Companion) -> str | None:
        """The public address of a companion's avatar; None where it has none or Discord keeps none."""
        if companion.avatar is None:
            return None
        async with self._lock:
            url = self._urls.get(companion.companion_id)
            if url is not None or time.monotonic() - self._failed_at_s < RETRY_AFTER_S:
                return url
            picture = await self._companions.avatar(companion)
            if picture is None:
                return None
            try:
                url = await self._upload(companion, picture)
            except (discord.HTTPException, discord.MissingApplicationID) as error:
                self._failed_at_s = time.monotonic()
                log.warning("avatar_not_uploaded", companion_id=companion.companion_id, reason=str(error))
                return None
            self._urls[companion.companion_id] = url
            return url

    async def _upload(self, companion: Companion, picture: bytes) -> str:
        """The address of the emoji with this picture, which is found by its name or made."""
        if self._uploaded is None:
            emojis = await self._bot.fetch_application_emojis()
            self._uploaded = {emoji.name: emoji.url for emoji in emojis}
        name = f"{companion.companion_id.replace('-', '_')}_{hashlib.sha256(picture).hexdigest()[:8]}"
        if name not in self._uploaded:
            emoji = await self._bot.create_application_emoji(name=name, image=picture)
            self._uploaded[name] = emoji.url
        return self._uploaded[name]
