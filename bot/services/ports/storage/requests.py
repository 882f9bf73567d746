"""The durable jobs and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import (
    EndReason,
    Image,
    ImageRequest,
    Promise,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
)
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

    async def oldest_open_at_ms(self) -> int | None:
        """When the oldest one began that is neither delivered nor waits for its member to agree; None without any."""
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
        promise: Promise | None = None,
    ) -> bool:
        """Keep scene and price while still received; of ``options`` and ``promise`` None keeps what stands."""
        ...

    async def confirm(self, request_id: str) -> bool:
        """Note that the member agreed to the price, while still received."""
        ...

    async def to_held(self, request_id: str, *, hold_ref: str, paid: Split, at_ms: int) -> bool:
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
        rating: Rating | None = None,
        options: RequestOptions | None = None,
        promise: Promise | None = None,
    ) -> bool:
        """Another cast for a held request, with its new hold; None keeps what stands.

        A job that a backend has of it is forgotten: it is of the cast before.
        """
        ...

    async def to_running(self, request_id: str, *, owner: str, at_ms: int) -> bool:
        """Held → running under our lease, one more attempt; ``at_ms`` is kept of the first."""
        ...

    async def run_again(self, request_id: str, *, owner: str) -> bool:
        """One more attempt of a running request that we took over."""
        ...

    async def set_provider_ref(self, request_id: str, provider_ref: str, *, backend: str) -> bool:
        """Keep the id that this backend gave a running job; False when the request is with another by now."""
        ...

    async def back_to_held(self, request_id: str, *, owner: str, keeps_job: bool = False) -> bool:
        """Running → held, for another attempt. The backend's id of the failed one stays where ``keeps_job``."""
        ...

    async def move(
        self, request_id: str, *, owner: str, from_backend: str, to_backend: str, given_up: Sequence[str]
    ) -> bool:
        """Running at one backend → held for another, under the same hold; its attempts are counted anew.

        Only while none of its pictures is on record. ``given_up`` is kept.
        """
        ...

    async def to_stored(self, request_id: str, *, owner: str, at_ms: int) -> bool:
        """Running → stored. Its pictures are added before: stored needs pictures."""
        ...

    async def to_stored_early(self, request_id: str, *, at_ms: int) -> bool:
        """Running → stored for a member who cancels a batch, whoever holds the lease."""
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

    async def bill(self, request_id: str, *, moments: int, at_ms: int) -> bool:
        """Note what was cancelled and is billed all the same: once, for the day's budgets and the hour's cap."""
        ...

    async def billed_times(self, account_id: str, after_ms: int) -> Sequence[int]:
        """When an account cancelled what was billed all the same, after a time, oldest first."""
        ...

    async def mark_told(self, request_id: str) -> None:
        """The requester of an ended request was told why."""
        ...

    async def set_reply(self, request_id: str, reply: ReplyTarget) -> None:
        """Where its progress message is now."""
        ...


@dataclass(frozen=True, slots=True)
class GalleryQuery:
    """Which page of a gallery. At most one of ``before`` and ``after`` is set; both are ids in time order.

    ``before``: the newest ``limit`` pictures older than this id. ``after``: the oldest ``limit`` pictures
    newer than this one, still given newest first. Neither need be a picture's: an id made from a time does.
    """

    account_id: str
    guild_id: int
    limit: int
    companion_id: str | None = None
    kind: RequestKind | None = None
    favourites_only: bool = False
    public_only: bool = False
    before: str | None = None
    after: str | None = None


class ImageRepository(Protocol):
    """Stored pictures."""

    async def add(self, image: Image, cast: Sequence[str]) -> None:
        """Insert one picture of a request, with the ids of the companions in it."""
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
        """Whether a picture that is not deleted, or a companion's likeness, still needs the file.

        Content-addressed files are shared.
        """
        ...

    async def of_message(self, channel_id: int, message_id: int) -> Sequence[Image]:
        """The pictures in a posted message that are not deleted, in order."""
        ...

    async def page(self, query: GalleryQuery) -> Sequence[Image]:
        """One page of a member's pictures in a guild, newest first; reference candidates are not among them."""
        ...

    async def set_favourite(self, image_id: str, *, is_favourite: bool) -> None:
        """Mark as a favourite of its requester, or not."""
        ...

    async def set_public(self, image_id: str, *, is_public: bool) -> None:
        """Show in its requester's gallery to others, or not."""
        ...

    async def candidates(self, companion_id: str) -> Sequence[Image]:
        """The pictures of the latest request for a companion's reference, in order, deleted ones left out."""
        ...

    async def discard_candidates(self, companion_id: str, at_ms: int) -> Sequence[Image]:
        """Mark all candidates of all requests for a companion's reference as deleted; those that were not yet."""
        ...

    async def any_candidates(self, companion_id: str) -> bool:
        """Whether candidates for a companion's reference were ever made, also ones that are deleted."""
        ...
