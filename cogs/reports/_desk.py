"""The mod channel's cards, posted pictures and direct messages, as report work asks for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import discord
import structlog
from discord import ui

from bot.domain.request import Image
from bot.services.images import Deleted
from bot.services.ports.review import CardPlace, CaseFile, Exhibit, Outcome
from cogs.base.answers import NO_PINGS, text_view
from cogs.base.guild_names import names_of_guilds
from cogs.base.host import Host
from cogs.base.reporting import verdict_text
from cogs.images._permissions import missing_to_read
from cogs.images._posted import remove_posted
from cogs.images._text import text_of
from cogs.images._transport import FAILURES, sort_error
from cogs.reports._card import card_view, exhibit_file
from cogs.reports._messages import case_text

log = structlog.get_logger()

T = TypeVar("T")

LOOK_BACK = 500
"""How many messages of the mod channel are looked through for its card."""

CLOCKS_DIFFER_S = 60 * 60
"""How much our clock and Discord's may differ for a card to be found."""


class DiscordReviewDesk:
    """See :class:`bot.services.ports.review.ReviewDesk`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def fetch_name(self, guild_id: int) -> str:
        """As the gateway told, or as Discord says."""
        return (await names_of_guilds(self._host, [guild_id])).get(guild_id, "")

    async def edit_card(self, place: CardPlace, file: CaseFile, exhibit: Exhibit) -> bool:
        """Replace all of it, the picture too: the same when done twice."""
        channel = self._host.get_partial_messageable(place.channel_id)
        message = channel.get_partial_message(place.message_id)
        view, files = _card(file, exhibit)

        async def edit() -> bool:
            await message.edit(view=view, attachments=files, allowed_mentions=NO_PINGS)
            return True

        return await _attempted("card_not_edited", file.case.case_id, edit) or False

    async def find_card(self, channel_id: int, file: CaseFile) -> CardPlace | None:
        """Look for it among our own recent messages there, newest first."""
        return await _attempted("cannot_look", file.case.case_id, lambda: self._find(channel_id, file))

    async def post_card(self, channel_id: int, file: CaseFile, exhibit: Exhibit) -> CardPlace | None:
        """With a nonce, so that what is sent twice within minutes stands once."""
        channel = self._host.get_partial_messageable(channel_id)
        view, files = _card(file, exhibit)
        nonce = f"{file.case.case_id[-20:]}{file.case.revision % 100_000}"

        async def post() -> CardPlace:
            sent = await channel.send(view=view, files=files, nonce=nonce, allowed_mentions=NO_PINGS)
            return CardPlace(sent.channel.id, sent.id)

        return await _attempted("card_not_posted", file.case.case_id, post)

    async def take_out(self, image: Image, left: Sequence[Image]) -> bool:
        """Delete the message, or only the one picture of several."""

        async def remove() -> bool:
            await remove_posted(self._host, Deleted(image, tuple(left)))
            return True

        return await _attempted("picture_not_taken_out", image.image_id, remove) or False

    async def tell(self, user_id: int, outcome: Outcome, nonce: str) -> bool:
        """A direct message."""

        async def send() -> bool:
            channel = await self._host.create_dm(discord.Object(user_id))
            await channel.send(view=text_view(verdict_text(outcome)), nonce=nonce, allowed_mentions=NO_PINGS)
            return True

        return await _attempted("verdict_not_sent", outcome.case_id, send) or False

    async def _find(self, channel_id: int, file: CaseFile) -> CardPlace | None:
        if self._host.user is None or await missing_to_read(self._host, channel_id):
            return None
        opened_at_s = file.case.opened_at_ms / 1000 - CLOCKS_DIFFER_S
        since = datetime.fromtimestamp(opened_at_s, UTC)
        mark = case_text(file)
        channel = self._host.get_partial_messageable(channel_id)
        async for message in channel.history(limit=LOOK_BACK, after=since, oldest_first=False):
            if message.author.id == self._host.user.id and mark in text_of(message):
                return CardPlace(message.channel.id, message.id)
        return None


def _card(file: CaseFile, exhibit: Exhibit) -> tuple[ui.LayoutView, list[discord.File]]:
    """A view and its files, which can be sent once."""
    picture = exhibit_file(file, exhibit)
    return card_view(file, exhibit, picture), [] if picture is None else [picture]


async def _attempted(event: str, about: str, work: Callable[[], Awaitable[T]]) -> T | None:
    """What it came to; None where Discord won't have it.

    Raises:
        DeliveryDelayedError: Discord is failing, or can't be reached.
    """
    try:
        return await work()
    except FAILURES as error:
        sort_error(error, None)
        log.info(event, about=about, error=type(error).__name__, code=getattr(error, "code", None))
        return None
