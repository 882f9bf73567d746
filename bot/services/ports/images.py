"""What services ask of an image backend, a picture lab and a picture store."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.companion import Look
from bot.domain.errors import DarkroomError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.scene import Scene


class JobKind(enum.StrEnum):
    """What a backend is asked to make."""

    PICTURE = "picture"
    EDIT = "edit"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do. The checks read it, so that nothing impossible is ever paid for.

    ``filters_output``: it refuses unsafe pictures by itself, or can make none. ``is_illustration``: it says of
    itself that its pictures are sketches. ``bills_on_cancel``: a cancelled job is still billed.
    """

    max_references: int
    max_batch: int
    aspects: frozenset[Aspect]
    resolutions: frozenset[Resolution]
    edit: bool = False
    progress: bool = False
    preview: bool = False
    cancel: bool = False
    seed: bool = False
    resumable: bool = False
    filters_output: bool = False
    max_rating: Rating = Rating.GENERAL
    is_illustration: bool = False
    bills_on_cancel: bool = False


@dataclass(frozen=True, slots=True)
class CastMember:
    """One companion as a backend needs it. ``reference`` is a JPEG of it, or None."""

    companion_id: str
    name: str
    look: Look
    reference: bytes | None = None


@dataclass(frozen=True, slots=True)
class PictureJob:
    """One piece of work for a backend: ``count`` pictures of one scene.

    ``cast`` is in the order of ``scene.figures``. ``width_px``/``height_px`` are true pixels.
    ``seed`` is the first picture's; picture *i* uses ``seed + i``. ``source`` is the JPEG to be
    edited (kind EDIT).

    ``provider_ref`` is set when a job is picked up again after a restart; ``already`` of its pictures,
    the first ones, are kept then, and only the others are yielded: those that the provider has, else new ones.
    """

    request_id: str
    kind: JobKind
    prompt: str
    scene: Scene
    cast: tuple[CastMember, ...]
    aspect: Aspect
    resolution: Resolution
    width_px: int
    height_px: int
    seed: int
    count: int = 1
    rating: Rating = Rating.GENERAL
    source: bytes | None = None
    provider_ref: str | None = None
    already: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``fraction`` 0…1; ``queue_position`` counts from 1; ``preview`` is a small picture."""

    fraction: float | None = None
    queue_position: int | None = None
    eta_s: float | None = None
    preview: bytes | None = None


@dataclass(frozen=True, slots=True)
class MadePicture:
    """One picture as a backend returned it: untrusted bytes (PNG, JPEG or WebP).

    ``not_drawn`` are words of the prompt that the backend says it could not draw;
    ``labels`` are notes to be shown ("sketch", "upscaled from 1K").
    """

    data: bytes
    seed: int
    not_drawn: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class JobWatcher(Protocol):
    """Told by a backend how its job goes."""

    def progress(self, progress: Progress) -> None:
        """Note progress; cheap, may be called often."""
        ...

    async def accepted(self, provider_ref: str) -> None:
        """Keep the provider's id for the job durably, before the work goes on."""
        ...

    @property
    def is_leaving(self) -> bool:
        """Whether a job that is cancelled now goes on at the provider: the program ends, and picks it up again."""
        ...


class ImageBackend(Protocol):
    """Makes pictures. One file each in ``bot/backends``; all pass one contract test suite."""

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do now."""
        ...

    def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Make the pictures, each yielded as soon as it is there.

        Cancelling the consuming task stops the work where ``capabilities.cancel`` says so; what can be resumed
        is left at the provider while ``watcher.is_leaving``.

        Raises:
            BackendRefusedError: the backend will not make it; nothing was made of this picture.
            BackendUnavailableError: it is down or too busy; worth another attempt later.
            BackendFailedError: it tried and failed.
        """
        ...

    async def problems(self) -> Sequence[str]:
        """What keeps it from working now, each a sentence that says what to do; none when all is well.

        It asks the provider, costs nothing, and makes nothing: ``python -m bot doctor`` prints it.
        """
        ...

    async def close(self) -> None:
        """Release connections and worker processes."""
        ...


@dataclass(frozen=True, slots=True)
class PictureNotes:
    """What is written into a stored picture: ``alt_text`` and ``request_id``, with the AI marking."""

    alt_text: str
    backend: str
    request_id: str


@dataclass(frozen=True, slots=True)
class DevelopedPicture:
    """Our own full-size JPEG (q95, 4:4:4, marked) and a small JPEG thumbnail of it.

    ``enlarged_from_px`` is the long edge of what came, where it had fewer pixels than were asked for.
    """

    full: bytes
    thumbnail: bytes
    width_px: int
    height_px: int
    enlarged_from_px: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryPicture:
    """A JPEG under an upload limit. ``reduced`` is True when its pixels are fewer than the stored ones."""

    data: bytes
    width_px: int
    height_px: int
    reduced: bool


class Placeholder(enum.StrEnum):
    """Why a neutral tile stands where a picture would be."""

    MATURE = "mature"
    MISSING = "missing"


class PictureLab(Protocol):
    """Decodes untrusted pictures and encodes ours, never on the event loop."""

    async def develop(
        self, data: bytes, width_px: int, height_px: int, notes: PictureNotes
    ) -> DevelopedPicture:
        """Check, decode and re-encode what a backend returned.

        Raises:
            BadPictureError: not a picture, too large, or not of the asked size.
        """
        ...

    async def for_delivery(self, full: bytes, limit_bytes: int) -> DeliveryPicture:
        """The best JPEG of a stored picture that fits ``limit_bytes``."""
        ...

    async def smaller(self, full: bytes, long_edge_px: int) -> bytes:
        """A stored picture as a JPEG for a look at it: its long edge at most ``long_edge_px``."""
        ...

    async def preview(self, data: bytes, notes: PictureNotes) -> bytes:
        """A small marked JPEG of what a backend shows of a picture it is at: untrusted, of any size and shape.

        Its long edge is at most 512 px. One at a time, so that finished pictures never wait for previews.

        Raises:
            BadPictureError: not a picture, or too large.
        """
        ...

    async def sheet(
        self, pictures: Sequence[bytes], *, columns: int, notes: PictureNotes, cell_px: int = 320
    ) -> bytes:
        """A marked JPEG of JPEGs in rows of ``columns``, numbered from 1, each at most ``cell_px`` either way.

        Raises:
            BadPictureError: one of them is no picture.
        """
        ...

    async def placeholder(self, why: Placeholder) -> bytes:
        """A small neutral JPEG that stands for a picture which is not shown."""
        ...


@dataclass
class StoreUnavailableError(DarkroomError):
    """The store of the pictures can't be asked now. ``reason`` is for the log and for the operator.

    ``is_refusal``: it answered, and will answer the same until somebody changes its settings.
    """

    reason: str
    is_refusal: bool = False


class PictureStore(Protocol):
    """Keeps files by the hash of their content. One contract test suite runs over every kind."""

    async def put(self, data: bytes) -> str:
        """Store durably and return the key; storing the same bytes twice gives the same key.

        Raises:
            PictureNotStoredError: the store did not take it; half of it is never there.
        """
        ...

    async def get(self, key: str) -> bytes:
        """The bytes.

        Raises:
            PictureMissingError: nothing is stored under the key.
            StoreUnavailableError: the store can't be asked now.
        """
        ...

    async def exists(self, key: str) -> bool:
        """Whether the file is there.

        Raises:
            StoreUnavailableError: the store can't be asked now.
        """
        ...

    async def size_bytes(self, key: str) -> int | None:
        """The size of the file, None when it is not there.

        Raises:
            StoreUnavailableError: the store can't be asked now.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove the file; silently when it is not there.

        Raises:
            StoreUnavailableError: the store can't be asked now; the file may still be there.
        """
        ...
