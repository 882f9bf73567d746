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
"""After a failure nothing is asked of Discord for so long."""
PATIENCE_S = 2.5
"""Discord's limits on emoji are strict: a companion waits so long for its picture, then speaks without."""


class Avatars:
    """Uploads each avatar once and remembers its address."""

    def __init__(self, bot: Host, companions: CompanionService, *, patience_s: float = PATIENCE_S) -> None:
        self._bot = bot
        self._companions = companions
        self._patience_s = patience_s
        self._uploads: dict[str, asyncio.Task[str | None]] = {}
        self._emojis: dict[str, str] | None = None
        self._not_before_s = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def url_of(self, companion: Companion) -> str | None:
        """The public address of a companion's avatar; None where it has none, or none yet."""
        upload = self._uploads.get(companion.companion_id)
        if upload is None:
            if companion.avatar is None or time.monotonic() < self._not_before_s:
                return None
            upload = asyncio.create_task(self._upload(companion))
            self._uploads[companion.companion_id] = upload
        done, _ = await asyncio.wait({upload}, timeout=self._patience_s)
        return upload.result() if done else None

    async def _upload(self, companion: Companion) -> str | None:
        """The address of the emoji with this avatar; a failure is forgotten after a while."""
        try:
            async with self._one_at_a_time:
                return await self._find_or_create(companion)
        except (discord.HTTPException, discord.MissingApplicationID) as error:
            log.warning("avatar_not_uploaded", companion_id=companion.companion_id, reason=str(error))
            self._not_before_s = time.monotonic() + RETRY_AFTER_S
            self._emojis = None
            del self._uploads[companion.companion_id]
            return None

    async def _find_or_create(self, companion: Companion) -> str | None:
        picture = await self._companions.avatar(companion)
        if picture is None:
            return None
        if self._emojis is None:
            self._emojis = {emoji.name: emoji.url for emoji in await self._bot.fetch_application_emojis()}
        name = f"{companion.companion_id.replace('-', '_')}_{hashlib.sha256(picture).hexdigest()[:8]}"
        if name not in self._emojis:
            emoji = await self._bot.create_application_emoji(name=name, image=picture)
            self._emojis[name] = emoji.url
        return self._emojis[name]
