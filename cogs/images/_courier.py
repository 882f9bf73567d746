"""Speaks for requests on Discord, and brings their pictures home down the delivery ladder.

The ladder: edit the request's own message → post in the channel → in the thread's parent → by
direct message → leave it in the gallery. An edit repeats harmlessly. A post is made only after
looking for the picture among our own recent messages there, because a crash may have come between
an earlier post and its record; where that can't be looked up, the picture waits in the gallery.

A mature picture has the first two rungs alone, and each only while the channel is age-restricted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from io import BytesIO

import discord
import structlog
from discord import ui

from bot.domain.money import Balance
from bot.domain.picture import Rating
from bot.domain.request import Image, ImageRequest, RequestKind, SourceKind
from bot.services.ports.age_gate import AgeGate
from bot.services.ports.chat import Delivery, Parcel, Status
from bot.services.preferences import PreferenceService
from bot.services.ratings import place_of
from bot.services.requests.ends import error_of
from cogs.base.answers import NO_PINGS, TAKEN_BACK, text_view
from cogs.base.candidates import CANDIDATES_WAIT, COMPANION_GONE
from cogs.base.errors import words_for
from cogs.base.host import Host
from cogs.base.links import message_url
from cogs.base.plain import plain
from cogs.images import _messages
from cogs.images._notices import waiting_view
from cogs.images._picture_components import picture_file
from cogs.images._progress import ProgressBoard
from cogs.images._public_words import public_words
from cogs.images._reference_result import sheet_outgoing
from cogs.images._request_components import opening_view, question_view, status_view
from cogs.images._result_components import result_view
from cogs.images._transport import (
    FAILURES,
    Attempt,
    CannotLookError,
    Outgoing,
    Transport,
    sort_error,
)

log = structlog.get_logger()

HERE, DIRECT = "channel", "direct"
"""The rungs of the ladder where a request was made, and outside the guild."""


class DiscordCourier:
    """See :class:`bot.services.ports.chat.Courier`.

    ``holds`` says whether a request is certainly ours: a process that was frozen must not show how far it was
    where another one has put the picture meanwhile.
    """

    def __init__(
        self,
        host: Host,
        transport: Transport,
        preferences: PreferenceService,
        gate: AgeGate,
        holds: Callable[[str], bool],
    ) -> None:
        self._holds = holds
        self._host = host
        self._transport = transport
        self._preferences = preferences
        self._gate = gate
        self._board = ProgressBoard(self._show)

    async def open(self, request: ImageRequest) -> int | None:
        """Answer the message that a request came from."""
        here = self._host.get_partial_messageable(request.reply.channel_id)
        opening = Outgoing(tuple, lambda _files: opening_view(request))
        message = await self._transport.post(here, request, opening, is_opening=True)
        return None if message is None else message.id

    async def find_opened(self, request: ImageRequest) -> int | None:
        """The answer that was posted before, if it was."""
        here = self._host.get_partial_messageable(request.reply.channel_id)
        try:
            message = await self._transport.find_posted(here, request, request.request_id)
        except CannotLookError:
            return None  # its nonce is known to Discord for some minutes
        return None if message is None else message.id

    def show_status(self, request: ImageRequest, status: Status) -> None:
        """Show what is happening, coalesced."""
        self._board.update(request, status)

    async def show_place(self, request: ImageRequest, status: Status) -> None:
        """Show where it stands in the line, once."""
        await self._board.stop(request.request_id)
        await self._show(request, status)

    async def ask(self, request: ImageRequest, cast_names: Sequence[str]) -> None:
        """Ask whether the price is all right."""
        await self._board.stop(request.request_id)
        await self._transport.edit(
            request, Outgoing(tuple, lambda _files: question_view(request, cast_names))
        )

    async def deliver(
        self,
        request: ImageRequest,
        parcels: Sequence[Parcel],
        cast_names: Sequence[str],
        parent: Image | None,
    ) -> Delivery:
        """Post the pictures once, where it is still possible."""
        await self._board.stop(request.request_id)
        if not parcels:
            is_reference = request.kind is RequestKind.REFERENCE
            text = COMPANION_GONE if is_reference else _messages.DELETED
            await self._transport.edit(request, Outgoing(tuple, lambda _files: text_view(text)))
            return Delivery("reply", request.reply.channel_id, request.reply.message_id)
        images = [parcel.image for parcel in parcels]
        reduced = any(parcel.picture.reduced for parcel in parcels)
        text = _messages.result_text(
            request, images, cast_names, reduced=reduced, parent_url=_url_of(request, parent)
        )
        if (await self._preferences.get(request.user_id)).show_alt_text:
            text = f"{text}\n{plain(images[0].alt_text, _messages.MAX_ALT_TEXT)}"

        def outgoing_to(*, guild: bool) -> Outgoing:
            if request.kind is RequestKind.REFERENCE:
                price = self._host.services.prices.reference if guild else None
                return sheet_outgoing(request, parcels, cast_names, price)
            return Outgoing(
                lambda: [picture_file(parcel.image, parcel.picture.data) for parcel in parcels],
                lambda files: result_view(text, images, files, in_guild=guild),
                sum(len(parcel.picture.data) for parcel in parcels),
            )

        if await self._transport.edit(request, outgoing_to(guild=True)) is Attempt.DONE:
            return Delivery("reply", request.reply.channel_id, request.reply.message_id)
        async for how, channel in self._places_of_pictures(request):
            try:
                message = await self._transport.find_posted(channel, request, images[0].image_id)
            except CannotLookError:
                log.info("cannot_look", request_id=request.request_id, how=how)
                return Delivery("gallery")
            if not await self._may_post(request):
                return Delivery("gallery")  # the channel has changed while we looked
            outgoing = outgoing_to(guild=how != DIRECT)
            message = message or await self._transport.post(channel, request, outgoing)
            if message is not None:
                return Delivery(how, message.channel.id, message.id)
        return Delivery("gallery")

    async def tell_end(self, request: ImageRequest) -> None:
        """Say why there is no picture: to the presser alone where nothing was begun."""
        await self._board.stop(request.request_id)
        if request.end_reason is None:
            return
        error = error_of(request.end_reason, request.end_detail)
        put = public_words if request.source_kind is SourceKind.MESSAGE else words_for
        text = put(error) or "This request has ended."
        if request.end_reason in _messages.PRIVATE_ENDS and await self._tell_privately(request, text):
            return
        outgoing = Outgoing(tuple, lambda _files: text_view(f"📸 <@{request.user_id}> {text}"))
        if await self._transport.edit(request, outgoing) is Attempt.DONE or await self._whisper(
            request, text
        ):
            return
        async for _, channel in self._places(request):
            if await self._transport.post(channel, request, outgoing) is not None:
                return

    async def tell_waiting(self, request: ImageRequest, images: Sequence[Image]) -> None:
        """Say in the progress message, where there still is one, that the picture could not be posted."""
        await self._board.stop(request.request_id)

        def view(_files: Sequence[discord.File]) -> ui.LayoutView:
            if request.kind is RequestKind.REFERENCE:
                return text_view(CANDIDATES_WAIT)
            if request.rating is Rating.MATURE:
                return text_view(_messages.COULD_NOT_POST_MATURE)
            return waiting_view(images[0].image_id, _messages.COULD_NOT_POST)

        await self._transport.edit(request, Outgoing(tuple, view))

    async def tell_cost(self, request: ImageRequest, balance: Balance) -> None:
        """Tell the requester alone what was paid and what is left."""
        await self._whisper(request, _messages.cost_text(request.paid.total, balance.free.total))

    async def _show(self, request: ImageRequest, status: Status) -> None:
        if not self._holds(request.request_id):
            return
        shown = status.made or ((status.preview,) if status.preview else ())
        if request.rating is Rating.MATURE:
            shown = ()  # a picture is shown once its place was checked for it, behind a spoiler

        is_covered = status.is_preview_covered and not status.made

        def files() -> list[discord.File]:
            return [
                discord.File(BytesIO(data), f"preview-{at + 1}.jpg", spoiler=is_covered)
                for at, data in enumerate(shown)
            ]

        await self._transport.edit(request, Outgoing(files, lambda made: status_view(request, status, made)))

    async def _tell_privately(self, request: ImageRequest, text: str) -> bool:
        """Tell the presser alone and take the public "thinking…" back; False where the token is dead.

        The order is :func:`cogs.base.answers.say_privately_instead`'s, for the same reasons.
        """
        webhook, message_id = self._transport.webhook(request), request.reply.message_id
        if webhook is None or message_id is None:
            return False
        try:
            await webhook.edit_message(
                message_id, view=text_view(TAKEN_BACK), attachments=[], allowed_mentions=NO_PINGS
            )
        except FAILURES as error:
            log.info("thinking_not_filled", request_id=request.request_id, error=type(error).__name__)
        if not await self._whisper(request, text):
            return False
        try:
            await webhook.delete_message(message_id)
        except FAILURES as error:
            log.info("thinking_not_deleted", request_id=request.request_id, error=type(error).__name__)
        return True

    async def _whisper(self, request: ImageRequest, text: str) -> bool:
        """Tell the presser alone, while the token lives; whether it was possible."""
        webhook = self._transport.webhook(request)
        if webhook is None:
            return False
        try:
            await webhook.send(view=text_view(text), ephemeral=True, allowed_mentions=NO_PINGS)
        except FAILURES as error:
            log.info("not_whispered", request_id=request.request_id, error=type(error).__name__)
            return False
        return True

    async def _may_post(self, request: ImageRequest) -> bool:
        """Whether the pictures may still go to the request's own channel."""
        return request.rating is Rating.GENERAL or await self._gate.is_age_restricted_now(place_of(request))

    async def _places_of_pictures(
        self, request: ImageRequest
    ) -> AsyncIterator[tuple[str, discord.abc.Messageable]]:
        """Where else the pictures may go: mature ones nowhere but where they were asked for."""
        async for how, channel in self._places(request):
            if request.rating is Rating.MATURE and how != HERE:
                return
            yield how, channel

    async def _places(self, request: ImageRequest) -> AsyncIterator[tuple[str, discord.abc.Messageable]]:
        """Where else words may go, best first."""
        parent_id = request.options.parent_channel_id
        if not request.options.private:
            yield HERE, self._host.get_partial_messageable(request.reply.channel_id)
        if parent_id is not None and not request.options.private:
            yield "parent", self._host.get_partial_messageable(parent_id)
        try:
            user = self._host.get_user(request.user_id) or await self._host.fetch_user(request.user_id)
            yield DIRECT, await user.create_dm()
        except FAILURES as error:
            sort_error(error, None)
            log.info("no_direct_message", request_id=request.request_id, error=type(error).__name__)


def _url_of(request: ImageRequest, image: Image | None) -> str | None:
    """Where a picture was posted, as Discord links to it."""
    if image is None or image.channel_id is None or image.message_id is None:
        return None
    return message_url(request.guild_id, image.channel_id, image.message_id)
