"""An image request: its states, its options and what may follow what."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from bot.domain.money import Split
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.scene import Scene


class RequestState(enum.StrEnum):
    """Where a request is in its life. The last four and DELIVERED are final."""

    RECEIVED = "received"
    HELD = "held"
    RUNNING = "running"
    STORED = "stored"
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self in OPEN_STATES


OPEN_STATES = frozenset({RequestState.RECEIVED, RequestState.HELD, RequestState.RUNNING, RequestState.STORED})
UNPAID_ENDS = frozenset({RequestState.REFUSED, RequestState.FAILED, RequestState.CANCELLED})
NEXT_STATES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.RECEIVED: UNPAID_ENDS | {RequestState.HELD},
    RequestState.HELD: UNPAID_ENDS | {RequestState.RUNNING},
    RequestState.RUNNING: UNPAID_ENDS | {RequestState.HELD, RequestState.STORED},
    RequestState.STORED: frozenset({RequestState.DELIVERED}),
}
"""Which state may follow which. RUNNING → HELD is another attempt; the database has the same table as a trigger."""


class RequestKind(enum.StrEnum):
    """What is asked for, which decides its price and its rules. **Again** keeps the kind of its picture."""

    INSTANT = "instant"
    PREMIUM = "premium"
    ADVANCED = "advanced"
    GROUP = "group"
    EDIT = "edit"
    REFERENCE = "reference"

    @property
    def is_studio(self) -> bool:
        """Whether the member wrote the prompt and chose the cast."""
        return self in STUDIO_KINDS

    @property
    def has_open_cast(self) -> bool:
        """Whether its member may change who is in the picture until a backend has it."""
        return self.is_studio or self is RequestKind.INSTANT

    @property
    def needs_likeness(self) -> bool:
        """Whether everyone in the picture has to be advanced-ready."""
        return self in {RequestKind.ADVANCED, RequestKind.GROUP}


STUDIO_KINDS = frozenset({RequestKind.PREMIUM, RequestKind.ADVANCED, RequestKind.GROUP})


class SourceKind(enum.StrEnum):
    """What kind of Discord event began it."""

    INTERACTION = "interaction"
    MESSAGE = "message"


class EndReason(enum.StrEnum):
    """Why a request ended without a picture: a code, which ``cogs`` turn into words."""

    NOT_ENOUGH_MOMENTS = "not_enough_moments"
    NO_CAST = "no_cast"
    CONTEXT_UNREADABLE = "context_unreadable"
    MISSING_PERMISSION = "missing_permission"
    UNSAFE = "unsafe"
    BACKEND_REFUSED = "backend_refused"
    BACKEND_UNAVAILABLE = "backend_unavailable"
    BACKEND_FAILED = "backend_failed"
    BAD_PICTURE = "bad_picture"
    BACKEND_CANNOT = "backend_cannot"
    DEADLINE = "deadline"
    CANCELLED = "cancelled"
    NOT_CONFIRMED = "not_confirmed"
    NOT_ADVANCED_READY = "not_advanced_ready"
    NOT_SHARED = "not_shared"
    BUDGET_SPENT = "budget_spent"
    MATURE = "mature"
    GONE = "gone"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What the member chose.

    ``upto_message_id``: the talk is read up to and with this message.
    ``moment_of_message_id``: up to this message and the answers to it, before a companion speaks again.
    ``companion_ids`` empty leaves the cast to the writer; set, it is the cast. ``seed`` None
    lets the request choose one. ``parent_channel_id`` is the channel of the thread where it was
    asked, if it was a thread. ``parent_image_id`` is the picture that Again was pressed on, and
    ``edit_of_image_id`` the one that an edit changes. ``prompt`` is what the member typed: the prompt
    of a studio picture, the instruction of an edit. ``shape`` is what the quote decided where
    ``aspect`` was left open. What is ``private`` is shown to the requester alone.
    """

    hint: str = ""
    companion_ids: tuple[str, ...] = ()
    aspect: Aspect | None = None
    resolution: Resolution = Resolution.R2K
    count: int = 1
    upto_message_id: int | None = None
    moment_of_message_id: int | None = None
    parent_channel_id: int | None = None
    seed: int | None = None
    parent_image_id: str | None = None
    shape: Aspect | None = None
    prompt: str = ""
    presets: PresetChoice = PresetChoice()
    edit_of_image_id: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What a quote said of the picture beyond what was asked for: whichever backend makes it keeps that.

    ``likenesses``: how many companions are drawn after their references. ``is_photo``: it is no sketch.
    """

    likenesses: int
    is_photo: bool


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """Where a request speaks: its own progress message.

    ``token`` is the interaction's, valid until ``token_until_ms``; afterwards the message is
    edited by the bot itself. ``upload_limit_bytes`` is what Discord allowed in this interaction.
    """

    guild_id: int
    channel_id: int
    message_id: int | None
    token: str | None = field(repr=False)
    token_until_ms: int
    upload_limit_bytes: int


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One paid piece of work, as stored. Times are Unix milliseconds.

    ``attempts`` are those at its ``backend``; ``given_up`` are the backends that it was with before and that
    failed it. ``promise`` is None until it is quoted.
    """

    request_id: str
    kind: RequestKind
    source_kind: SourceKind
    source_id: int
    account_id: str
    user_id: int
    requester: str
    trigger_key: str
    reply: ReplyTarget
    state: RequestState
    options: RequestOptions
    created_at_ms: int
    deadline_at_ms: int
    scene: Scene | None = None
    prompt: str = ""
    cost: int = 0
    paid: Split = Split()
    hold_ref: str | None = None
    rating: Rating = Rating.GENERAL
    seed: int = 0
    backend: str = ""
    provider_ref: str | None = None
    attempts: int = 0
    confirmed: bool = False
    end_reason: EndReason | None = None
    end_detail: str = ""
    told: bool = False
    delivered_how: str = ""
    lease_owner: str | None = None
    lease_until_ms: int = 0
    promise: Promise | None = None
    given_up: tuple[str, ...] = ()

    @property
    def guild_id(self) -> int:
        """The guild whose wallet pays."""
        return self.reply.guild_id

    def require_scene(self) -> Scene:
        """The scene, which every request has from its quote on.

        Raises:
            ValueError: it was not quoted yet; a fault of the program.
        """
        if self.scene is None:
            raise ValueError(f"request {self.request_id} was not quoted yet")
        return self.scene

    def require_shape(self) -> Aspect:
        """The shape of its pictures, which the quote decided.

        Raises:
            ValueError: it was not quoted yet; a fault of the program.
        """
        if self.options.shape is None:
            raise ValueError(f"request {self.request_id} was not quoted yet")
        return self.options.shape

    def require_hold_ref(self) -> str:
        """The hold that pays for it now.

        Raises:
            ValueError: nothing is held; a fault of the program.
        """
        if self.hold_ref is None:
            raise ValueError(f"request {self.request_id} has nothing held")
        return self.hold_ref


@dataclass(frozen=True, slots=True)
class Image:
    """One stored picture. ``share`` is its part of what was captured, by bucket.

    ``parent_image_id`` is the picture that it is an edit or a repetition of. ``is_public``: others see
    it in its requester's gallery.
    """

    image_id: str
    request_id: str
    account_id: str
    position: int
    file_key: str
    thumbnail_key: str
    width_px: int
    height_px: int
    share: Split
    rating: Rating
    alt_text: str
    labels: tuple[str, ...]
    not_drawn: tuple[str, ...]
    seed: int
    created_at_ms: int
    guild_id: int
    kind: RequestKind
    parent_image_id: str | None = None
    channel_id: int | None = None
    message_id: int | None = None
    deleted_at_ms: int | None = None
    is_favourite: bool = False
    is_public: bool = False
