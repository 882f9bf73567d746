"""What services ask of the world when members see, take along or delete what is kept about them."""

from __future__ import annotations

import enum
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.services.ports.storage import Erasure, Fact, MessagePlace


class Removal(enum.Enum):
    """What became of a posted message."""

    GONE = enum.auto()
    LEFT = enum.auto()
    """It is out of our reach: a channel that we no longer see, a thread that is locked."""


class PostedMessages(Protocol):
    """Our own messages on the platform."""

    async def remove(self, place: MessagePlace) -> Removal:
        """Take a message away, however old it is; one that is not there is gone.

        Raises:
            DeliveryDelayedError: the platform fails or can't be reached; worth another attempt later.
        """
        ...


class ErasurePost(Protocol):
    """Tells members that their data was deleted."""

    async def tell(self, erasure: Erasure) -> None:
        """Tell them alone: as an answer while its token lives, else directly; where both are closed, nobody.

        Raises:
            DeliveryDelayedError: the platform fails or can't be reached.
        """
        ...


@dataclass(frozen=True, slots=True)
class PartHead:
    """Which part of an export it is, counted from 1; ``made_at_ms`` is when the export began."""

    number: int
    count: int
    made_at_ms: int


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """A picture's bytes as they go into an export. ``reduced``: the stored one is larger than a part may be."""

    full: bytes
    thumbnail: bytes
    reduced: bool = False


class OpenPart(Protocol):
    """One zip being written, in order of sections."""

    async def add(self, fact: Fact, files: PictureFiles | None) -> None:
        """Add one thing; ``files`` are its picture's, where there is one that can be read."""
        ...

    async def finish(self) -> Path:
        """Write the end; the file is whole until the part is closed."""
        ...


class ExportPress(Protocol):
    """Makes zips: JSON, pictures, and a page to read them by. Never on the event loop."""

    def room(self, limit_bytes: int) -> int:
        """The bytes that a zip of at most ``limit_bytes`` has for things."""
        ...

    def weigh(self, fact: Fact, files_bytes: int) -> int:
        """The most bytes that one thing takes in a zip, with its files of this size together."""
        ...

    def open_part(self, head: PartHead) -> AbstractAsyncContextManager[OpenPart]:
        """Begin a zip in a temporary file, which is removed at the end of the context."""
        ...


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export has come: things written and pictures among them, in which part."""

    head: PartHead
    pictures: int
    pictures_of: int


class ExportDesk(Protocol):
    """Where one member waits for their data."""

    @property
    def limit_bytes(self) -> int:
        """The largest file that is taken here."""
        ...

    @property
    def until_ms(self) -> int:
        """When nothing can be handed over any more."""
        ...

    async def show(self, progress: ExportProgress) -> None:
        """Say how far it has come, now and then. Never fails."""
        ...

    async def hand_over(self, path: Path, head: PartHead) -> None:
        """Give the member a part.

        Raises:
            UploadTooLargeError: only smaller files are taken.
        """
        ...
