"""Why a request to a bucket failed, in a few words of our own.

obstore tells what happened in a text that holds the address, the object's name and the whole answer of the server;
a server that refuses a signature answers with what was signed. Only what these patterns find is ever said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NO_BUCKET = "there is no such bucket: see IMAGE_STORE, S3_ENDPOINT and S3_REGION"

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_NOT_FOUND = 404
_REFUSED = range(300, 500)
_ASK_AGAIN = frozenset({408, 429})
_CURES = {
    400: "see S3_REGION and S3_ENDPOINT",
    401: "see S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY",
    403: "see S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and what they may do",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """``is_refusal``: the bucket answered, and will answer the same the next time."""

    reason: str
    is_refusal: bool = False


_UNANSWERED = (
    (
        re.compile(r"/latest/(?:api|meta-data)|credential", re.IGNORECASE),
        Failure("no key was found: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY", is_refusal=True),
    ),
    (
        re.compile(r"redirect without LOCATION"),
        Failure("it is in another region: see S3_REGION", is_refusal=True),
    ),
    (re.compile(r"dns error"), Failure("its address is not known: see S3_ENDPOINT")),
    (re.compile(r"TimedOut|timed out|kind: Timeout"), Failure("it did not answer in time")),
    (re.compile(r"tcp connect error"), Failure("it can't be reached: see S3_ENDPOINT")),
)
_SENSELESS = Failure("its answer broke off or made no sense")


def why(error: Exception) -> Failure | None:
    """What is behind an error of obstore's; None where the bucket says that it has no such object."""
    text = str(error)
    status = _STATUS.search(text)
    if status is not None:
        return _answered(int(status[1]), _CODE.search(text))
    if isinstance(error, FileNotFoundError):
        return None
    return next((failure for words, failure in _UNANSWERED if words.search(text)), _SENSELESS)


def _answered(status: int, code: re.Match[str] | None) -> Failure | None:
    named = code[1] if code is not None else ""
    if named == "NoSuchBucket":
        return Failure(NO_BUCKET, is_refusal=True)
    if status == _NOT_FOUND:
        return None
    said = f"it answered {status} {named}".rstrip()
    cure = _CURES.get(status)
    return Failure(
        f"{said}: {cure}" if cure else said, is_refusal=status in _REFUSED and status not in _ASK_AGAIN
    )
