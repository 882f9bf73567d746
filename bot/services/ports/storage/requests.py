"""The durable jobs and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import EndReason, Image, ImageRequest, ReplyTarget, RequestOptions, RequestState
from bot.domain.scene import Scene


class RequestRepository(Protocol):
    """The durable jobs. Every change is guarded by the state it expects and says whether it took place.

    A request is *unfinished* while it is open, or ended without a picture and its requester was
    not told yet. Only the driver that claimed an unfinished request works on it; a claim is a
    lease that runs out.
    """

    async def add(self, request: ImageRequest) -> None:
        """Insert a received request.

        Raises:
            DuplicateRequestError: its source made one already, or its button has an open one.
        """
        ...

    async def get(self, request_id: str) -> ImageRequest | None:
        """One request."""
        ...

    async def count_open(self, account_id: str) -> int:
        """How many requests of an account are open."""
        ...

    async def unfinished_ids(self) -> Sequence[str]:
        """All unfinished requests, oldest first."""
        ...

    async def due_ids(self, now_ms: int) -> Sequence[str]:
        """Unfinished requests that nobody works on: past their deadline, or no lease or one that ran out.

        A received request that waits for its member to agree to the price is due at its deadline only.
        """
        ...

    async def claim(self, request_id: str, *, owner: str, now_ms: int, until_ms: int) -> bool:
        """Take the lease of an unfinished request that is free, ran out by ``now_ms``, or is ours already."""
        ...

    async def renew(self, request_id: str, *, owner: str, until_ms: int) -> bool:
        """Keep our lease; False when it is no longer ours."""
        ...

    async def unclaim(self, request_id: str, *, owner: str) -> None:
        """Give our lease back."""
        ...

    async def expire_leases(self) -> None:
        """Free every lease: for the start of the only process."""
        ...

    async def set_quote(
        self,
        request_id: str,
        *,
        scene: Scene,
        prompt: str,
        cost: int,
        seed: int,
        backend: str,
        rating: Rating,
        options: RequestOptions | None = None,
    ) -> bool:
        """Keep scene and price while still received; ``options`` None keeps what stands."""
        ...

    async def confirm(self, request_id: str) -> bool:
        """Note that the member agreed to the price, while still received."""
        ...

    async def to_held(self, request_id: str, *, hold_ref: str, paid: Split) -> bool:
        """Received → held."""
        ...

    async def requote(
        self,
        request_id: str,
        *,
        scene: Scene,
        prompt: str,
        cost: int,
        hold_ref: str,
        paid: Split,
        backend: str | None = None,
        options: RequestOptions | None = None,
    ) -> bool:
        """Another cast for a held request, with its new hold; None keeps what stands."""
        ...

    async def to_running(self, request_id: str, *, owner: str) -> bool:
        """Held → running under our lease, one more attempt."""
        ...

    async def run_again(self, request_id: str, *, owner: str) -> bool:
        """One more attempt of a running request that we took over."""
        ...

    async def set_provider_ref(self, request_id: str, provider_ref: str) -> bool:
        """Keep the backend's id of a running job."""
        ...

    async def back_to_held(self, request_id: str, *, owner: str) -> bool:
        """Running → held, for another attempt."""
        ...

    async def to_stored(self, request_id: str, *, owner: str) -> bool:
        """Running → stored. Its pictures are added before: stored needs pictures."""
        ...

    async def to_delivered(self, request_id: str, *, how: str) -> bool:
        """Stored → delivered; ``how`` names the rung of the delivery ladder."""
        ...

    async def end(
        self,
        request_id: str,
        *,
        expected: frozenset[RequestState],
        state: RequestState,
        reason: EndReason,
        detail: str,
    ) -> bool:
        """End without a picture, from one of the expected states; its requester is still to be told."""
        ...

    async def mark_told(self, request_id: str) -> None:
        """The requester of an ended request was told why."""
        ...

    async def set_reply(self, request_id: str, reply: ReplyTarget) -> None:
        """Where its progress message is now."""
        ...


class ImageRepository(Protocol):
    """Stored pictures."""

    async def add(self, image: Image) -> None:
        """Insert one picture of a request."""
        ...

    async def get(self, image_id: str) -> Image | None:
        """One picture."""
        ...

    async def of_request(self, request_id: str) -> Sequence[Image]:
        """The pictures of a request, in order."""
        ...

    async def set_message(self, image_id: str, channel_id: int, message_id: int) -> None:
        """Where it was posted."""
        ...

    async def mark_deleted(self, image_id: str, at_ms: int) -> bool:
        """Mark as deleted; False when it is already."""
        ...

    async def file_in_use(self, key: str) -> bool:
        """Whether a picture that is not deleted still needs the file (content-addressed files are shared)."""
        ...
