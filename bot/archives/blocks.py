"""The few bytes of the tar format that an archive has: a header before each file, and zeros behind it."""

from __future__ import annotations

import tarfile

BLOCK_BYTES = 512
END = bytes(2 * BLOCK_BYTES)


def header(name: str, size_bytes: int) -> bytes:
    """The only header that is ever written for a file of this name and size."""
    described = tarfile.TarInfo(name)
    described.size = size_bytes
    described.mode = 0o600
    return described.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def padding(size_bytes: int) -> bytes:
    """What fills the last block of a file."""
    return bytes(-size_bytes % BLOCK_BYTES)


def read_header(block: bytes) -> tuple[str, int] | None:
    """Name and size, or None where it is anything but a header that :func:`header` makes."""
    try:
        found = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        is_ours = found.size >= 0 and header(found.name, found.size) == block
    except (tarfile.HeaderError, ValueError):
        return None
    return (found.name, found.size) if is_ours else None
