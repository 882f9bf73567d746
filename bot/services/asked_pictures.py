"""Pictures asked for in plain words: from a member's message to a request on record."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.domain.companion import Companion
from bot.domain.errors import DuplicateRequestError
from bot.domain.request import ImageRequest, ReplyTarget, RequestKind, RequestOptions, SourceKind
from bot.services.monthly import MonthlyService
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.ports.wishes import PhotoWishes, Wish
from bot.services.requests.desk import Press, RequestDesk

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """A member's message in a channel or thread, and the companions that it is said to.

    ``present`` are all companions who are there. ``role_ids`` are the member's roles in the guild, and
    ``upload_limit_bytes`` is what Discord takes there.
    """

    message: SeenMessage
    place: Place
    addressed: tuple[Companion, ...]
    present: tuple[Companion, ...]
    role_ids: tuple[int, ...]
    upload_limit_bytes: int


class AskedPictures:
    """Begins an instant picture for whoever asks a companion for one.

    One message makes at most one request, however often Discord tells of it. A member who says it again
    while the picture is on its way has it on its way: there is one open request for a member, channel and cast.
    """

    def __init__(
        self, *, storage: Storage, desk: RequestDesk, monthly: MonthlyService, wishes: PhotoWishes
    ) -> None:
        self._storage = storage
        self._desk = desk
        self._monthly = monthly
        self._wishes = wishes

    def wish_in(self, heard: HeardMessage) -> Wish | None:
        """The picture that a message asks for, if it asks for one. Nothing is looked up."""
        return self._wishes.wish_in(heard.message.text, heard.addressed, heard.present)

    def claims_picture(self, text: str) -> bool:
        """Whether a companion's own line says that it sends, or has sent, a picture."""
        return self._wishes.claims_picture(text)

    async def ask(self, heard: HeardMessage, wish: Wish) -> str | None:
        """Put a request on record and have it driven; its id, or None when this message has made one before.

        Raises:
            DuplicateRequestError: the same picture is on its way for this member.
            DarkroomError: what :meth:`RequestDesk.begin` says about any press.
        """
        message, place = heard.message, heard.place
        # Before the price is held, so that it can pay; as a press does it.
        await self._monthly.claim_due(place.guild_id, message.author_id, heard.role_ids)
        whom = ",".join(sorted(wish.companion_ids)) or "anybody"
        press = Press(
            kind=RequestKind.INSTANT,
            source_kind=SourceKind.MESSAGE,
            source_id=message.message_id,
            user_id=message.author_id,
            requester=message.author_name,
            trigger_key=f"asked:{place.channel_id}:{whom}",
            reply=ReplyTarget(
                guild_id=place.guild_id,
                channel_id=place.channel_id,
                message_id=None,
                token=None,
                token_until_ms=0,
                upload_limit_bytes=heard.upload_limit_bytes,
            ),
            options=RequestOptions(
                hint=wish.hint, upto_message_id=message.message_id, parent_channel_id=place.parent_id
            ),
            companion_names=wish.companion_ids,
            carried=message,
            role_ids=heard.role_ids,
        )
        try:
            request_id = await self._desk.begin(press)
        except DuplicateRequestError as error:
            if await self._is_of(error.request_id, message.message_id):
                return None
            raise
        log.info("picture_asked_for", request_id=request_id, message_id=message.message_id)
        return request_id

    async def _is_of(self, request_id: str | None, message_id: int) -> bool:
        """Whether a request came from a message."""

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return None if request_id is None else await uow.requests.get(request_id)

        request = await self._storage.read(work)
        return (
            request is not None
            and request.source_kind is SourceKind.MESSAGE
            and request.source_id == message_id
        )
