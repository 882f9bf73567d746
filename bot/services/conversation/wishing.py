"""Pictures that are asked for in the talk: on record first, then the companion's words."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import DarkroomError
from bot.domain.scene import MAX_CAST
from bot.services.asked_pictures import AskedPictures, HeardMessage
from bot.services.conversation.persona import MOST_DESCRIPTION, PictureWish
from bot.services.ports.refusing import WishRefusals
from bot.services.ports.wishes import Wish

log = structlog.get_logger()


class TalkPictures:
    """Asks for pictures on behalf of the member whose message it is, and tells them where that can't be."""

    def __init__(self, *, asked: AskedPictures, refusals: WishRefusals) -> None:
        self._asked = asked
        self._refusals = refusals

    def claims(self, text: str) -> bool:
        """Whether a companion's own line says that it sends, or has sent, a picture."""
        return self._asked.claims_picture(text)

    async def by_rules(self, heard: HeardMessage) -> bool:
        """Ask for what the message itself asks for in plain words; whether that is on record now."""
        wish = self._asked.wish_in(heard)
        return wish is not None and await self._ask(heard, wish)

    async def by_tool(self, heard: HeardMessage, companion: Companion, wanted: PictureWish) -> bool:
        """Ask for what a model understood that the message asks for; whether that is on record now."""
        others = _named(wanted.with_companions, heard.present)
        ids = tuple(dict.fromkeys((companion.companion_id, *others)))[:MAX_CAST]
        hint = " ".join(wanted.description.split())[:MOST_DESCRIPTION]
        return await self._ask(heard, Wish(ids, hint))

    async def _ask(self, heard: HeardMessage, wish: Wish) -> bool:
        message_id = heard.message.message_id
        try:
            await self._asked.ask(heard, wish)
        except DarkroomError as error:
            log.info("wish_refused", message_id=message_id, error=type(error).__name__)
            await self._refusals.tell(heard.place, message_id, error)
            return False
        return True


def _named(names: Sequence[str], present: Sequence[Companion]) -> list[str]:
    wanted = {fold_name(name) for name in names}
    return [c.companion_id for c in present if wanted & {fold_name(n) for n in (c.name, *c.aliases)}]
