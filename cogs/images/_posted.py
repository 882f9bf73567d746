"""Taking a deleted picture out of the message where it was posted."""

from __future__ import annotations

import discord

from bot.services.images import Deleted
from cogs.base.answers import NO_PINGS
from cogs.base.host import Host
from cogs.images._messages import posted_name
from cogs.images._result_components import result_view
from cogs.images._text import text_of
from cogs.images._transport import FAILURES


async def take_out(host: Host, deleted: Deleted) -> bool:
    """Delete the message, or where other pictures of its batch are left, only the one; False where that failed."""
    try:
        await remove_posted(host, deleted)
    except FAILURES:
        return False
    return True


async def remove_posted(host: Host, deleted: Deleted) -> None:
    """The same for whom it matters why it failed: raises one of :data:`FAILURES`."""
    image = deleted.image
    if image.channel_id is None or image.message_id is None:
        return
    message = host.get_partial_messageable(image.channel_id).get_partial_message(image.message_id)
    try:
        if deleted.left:
            await _show_others(await message.fetch(), deleted)
        else:
            await message.delete()
    except discord.NotFound:
        return


async def _show_others(message: discord.Message, deleted: Deleted) -> None:
    names = [posted_name(image) for image in deleted.left]
    kept = [attachment for attachment in message.attachments if attachment.filename in names]
    view = result_view(text_of(message), deleted.left, [f"attachment://{name}" for name in names])
    await message.edit(view=view, attachments=kept, allowed_mentions=NO_PINGS)
