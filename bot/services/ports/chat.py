"""What services ask of the place where people talk: reading it, and speaking there."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.money import Balance
from bot.domain.request import Image, ImageRequest
from bot.services.ports.images import DeliveryPicture


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as the platform shows it. ``text`` is empty where it may not be read."""

    message_id: int
    author_id: int
    author_name: str
    text: str
    webhook_id: int | None = None


class ConversationReader(Protocol):
    """Reads the recent talk of a channel or thread."""

    async def read(self, channel_id: int, upto_message_id: int | None, limit: int) -> Sequence[SeenMessage]:
        """The last ``limit`` messages up to and with one message (or now), oldest first.

        Raises:
            MissingPermissionError: the history may not be read; it names the permission.
            NotFoundError: the channel is gone.
            DeliveryDelayedError: the platform can't be reached.
        """
        ...


class Phase(enum.StrEnum):
    """What a request under way is doing."""

    WAITING = "waiting"
    MAKING = "making"


@dataclass(frozen=True, slots=True)
class Status:
    """What the progress message says. ``position`` counts from 1; ``fraction`` is 0…1; ``eta_s`` is still to wait.

    ``position`` is in our own queue while WAITING, in the backend's while MAKING. ``preview`` is a small JPEG of
    our own encoding; ``is_preview_covered``: it goes behind a spoiler. ``made`` are small JPEGs of the pictures of a
    batch that are there already.
    """

    phase: Phase
    cast_names: tuple[str, ...]
    position: int | None = None
    fraction: float | None = None
    eta_s: float | None = None
    preview: bytes | None = None
    is_preview_covered: bool = False
    made: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One picture on its way: its row, and the bytes that fit the upload limit.

    Those of reference candidates all have the bytes of one sheet, on which they stand numbered in their order.
    """

    image: Image
    picture: DeliveryPicture


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where pictures arrived. ``how`` is the rung of the ladder: reply, channel, parent, direct, gallery."""

    how: str
    channel_id: int | None = None
    message_id: int | None = None


class Courier(Protocol):
    """Speaks for a request: progress, the question about the price, the pictures, the end."""

    async def open(self, request: ImageRequest) -> int | None:
        """Post the message of a request that came from a message, as an answer to it; its id.

        The same message when done twice within minutes. None where that is not possible: later words go down the
        delivery ladder.

        Raises:
            DeliveryDelayedError: the platform is failing.
        """
        ...

    async def find_opened(self, request: ImageRequest) -> int | None:
        """The id of the message that :meth:`open` has posted; None where there is none, or nobody can look.

        Raises:
            DeliveryDelayedError: the platform is failing.
        """
        ...

    def show_status(self, request: ImageRequest, status: Status) -> None:
        """Show what is happening; coalesced, so it may be called often and never waits."""
        ...

    async def show_place(self, request: ImageRequest, status: Status) -> None:
        """Show where a request stands in the line; when this returns, nothing more of it is on its way.

        Raises:
            DeliveryDelayedError: the platform is failing.
        """
        ...

    async def ask(self, request: ImageRequest, cast_names: Sequence[str]) -> None:
        """Ask whether the price is all right."""
        ...

    async def deliver(
        self,
        request: ImageRequest,
        parcels: Sequence[Parcel],
        cast_names: Sequence[str],
        parent: Image | None,
    ) -> Delivery:
        """Post the pictures, once, down the delivery ladder; never raises for a place that is gone.

        ``parent`` is the picture that they are an edit of. A private request's go to nobody else's eyes.
        Mature ones go behind a spoiler, to the request's own message or channel alone, and only while that is
        age-restricted: else they wait in the gallery.
        No parcels: candidates for a companion that was deleted meanwhile; that is said instead.

        Raises:
            UploadTooLargeError: the place takes only smaller files.
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...

    async def tell_waiting(self, request: ImageRequest, images: Sequence[Image]) -> None:
        """Say, in words alone, that the pictures wait in the gallery, where the request still has a message.

        Raises:
            DeliveryDelayedError: the platform is failing.
        """
        ...

    async def tell_end(self, request: ImageRequest) -> None:
        """Say why there is no picture.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...

    async def tell_cost(self, request: ImageRequest, balance: Balance) -> None:
        """Tell the requester alone what was paid and what is left, where that is still possible."""
        ...
