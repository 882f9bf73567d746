"""A request that came from a message gets a message of its own: there is no "thinking…" that stands for it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import MissingPermissionError
from bot.domain.request import ImageRequest, RequestState, SourceKind
from bot.services.ports.chat import Courier
from bot.services.ports.storage import Storage, UnitOfWork


class RequestOpener:
    """Sees to it that such a request has one message, and that its id is on record.

    A crash may have come between the post and its record. So only a request that this process has just begun
    is opened without looking; for any other the message is looked for first, also when the request has ended.
    """

    def __init__(self, *, storage: Storage, courier: Courier) -> None:
        self._storage = storage
        self._courier = courier

    async def open(self, request: ImageRequest, *, is_new: bool) -> ImageRequest:
        """The request with its message, where there is one or one can be posted.

        ``is_new``: it was begun by this process and never driven.

        Raises:
            DeliveryDelayedError: the platform is failing.
        """
        if request.source_kind is not SourceKind.MESSAGE or request.reply.message_id is not None:
            return request
        message_id = None if is_new else await self._courier.find_opened(request)
        if message_id is None and request.state is RequestState.RECEIVED:
            message_id = await self._courier.open(request)
        if message_id is None:
            return request
        reply = replace(request.reply, message_id=message_id)

        async def work(uow: UnitOfWork) -> None:
            await uow.requests.set_reply(request.request_id, reply)

        await self._storage.write(work)
        return replace(request, reply=reply)


def nowhere_to_ask(request: ImageRequest) -> MissingPermissionError | None:
    """Why a member can't be asked about the price, where the request has no message to ask it in."""
    if request.source_kind is not SourceKind.MESSAGE or request.reply.message_id is not None:
        return None
    return MissingPermissionError("Send Messages", request.reply.channel_id)
