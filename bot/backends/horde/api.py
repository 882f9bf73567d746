"""AI Horde's REST interface, version 2, as far as pictures need it: https://aihorde.net/api.

What comes back is untrusted: answers and pictures are read up to a limit, addresses of pictures are looked at before
anything is fetched from them, and no text of an answer goes into an error.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, Field, RootModel, ValidationError

from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.http_answers import BodyTooLongError, read_body

NAME = "horde"

CLIENT_AGENT = "darkroom:0.1.0:a-self-hosted-discord-bot"
"""Name, version and contact of this program; they block clients that do not say who they are."""

ANSWER_BYTES = 48 * 1024 * 1024
"""A status may hold the pictures themselves, as base64."""

PICTURE_BYTES = 32 * 1024 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=30)
NOT_FOUND = 404
KUDOS_NEEDED = "KudosUpfront"

_TOO_MANY = 429
_SERVER_FAULT = 500
_LONGEST_CODE = 40
_LONGEST_SEED = 12
_BUSY_CODES = frozenset(
    {
        KUDOS_NEEDED,
        "MaintenanceMode",
        "NoValidWorkers",
        "SharedKeyInsufficientKudos",
        "TimeoutIP",
        "TooManyNewIPs",
    }
)
"""Words for 400 and 403 that will be others later."""


class Accepted(BaseModel):
    """A job is in the queue."""

    id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w-]+$")]


class Check(BaseModel):
    """How a job stands. ``queue_position`` is 0 once all of it is being worked on, ``wait_time`` in seconds."""

    done: bool
    faulted: bool = False
    is_possible: bool = True
    finished: int = 0
    processing: int = 0
    waiting: int = 0
    queue_position: int = 0
    wait_time: float = 0


class _Remark(BaseModel):
    type: str = ""


class Generation(BaseModel):
    """One picture: ``img`` is its address, which holds for half an hour, or its bytes as base64."""

    img: str
    id: str = ""
    seed: str = ""
    censored: bool = False
    gen_metadata: Sequence[_Remark] | None = None

    @property
    def seed_number(self) -> int:
        """The seed, or -1 where it is none of ours."""
        return int(self.seed) if self.seed.isdecimal() and len(self.seed) <= _LONGEST_SEED else -1

    @property
    def is_censored(self) -> bool:
        """Whether the worker's filter put a notice in the picture's place."""
        return self.censored or any(remark.type == "censorship" for remark in self.gen_metadata or ())


class Status(Check):
    """How a job stands, with the pictures that are there."""

    generations: Sequence[Generation]


class Modes(BaseModel):
    """Whether it works."""

    maintenance_mode: bool = False


class Model(BaseModel):
    """A model, and how many workers offer it now."""

    name: str
    count: int = 0


class Models(RootModel[Sequence[Model]]):
    """All that are offered now."""


class User(BaseModel):
    """Whose key it is."""


class _Trouble(BaseModel):
    rc: str = ""


Answer = TypeVar("Answer", bound=BaseModel)


class SaidNoError(Exception):
    """An answer other than success. ``code`` is their one word for it; their text may quote us, and is not kept."""

    def __init__(self, status: int, code: str, retry_after_s: float | None) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s

    @property
    def meaning(self) -> BackendRefusedError | BackendUnavailableError | BackendFailedError:
        """What it is to the bot."""
        if self.code == "CorruptPrompt":
            return BackendRefusedError(NAME)
        if self.status == _TOO_MANY or self.status >= _SERVER_FAULT or self.code in _BUSY_CODES:
            return BackendUnavailableError(NAME, self.retry_after_s)
        return BackendFailedError(NAME, f"{self.status} {self.code}".strip())


class HordeApi:
    """Asks it, one connection pool for all jobs; opened with the first question."""

    def __init__(self, url: str, key: str, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self._url = url
        self._headers = {"apikey": key, "Client-Agent": CLIENT_AGENT}
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self, method: str, path: str, kind: type[Answer], body: Mapping[str, object] | None = None
    ) -> Answer:
        """One question and its answer.

        Raises:
            SaidNoError: the answer is no success.
            BackendUnavailableError: it was not reached, or did not answer in time.
            BackendFailedError: the answer makes no sense.
        """
        try:
            async with self._open().request(
                method, f"{self._url}/v2/{path}", json=body, headers=self._headers, allow_redirects=False
            ) as response:
                data = await _read(response, ANSWER_BYTES)
                status, wait = response.status, response.headers.get("Retry-After", "")
        except (TimeoutError, aiohttp.ClientError) as error:
            raise BackendUnavailableError(NAME) from error
        if status not in {200, 202}:
            raise SaidNoError(status, _code(data), float(wait) if wait.isdecimal() else None)
        try:
            return kind.model_validate_json(data)
        except ValidationError:
            raise BackendFailedError(NAME, f"an answer without the fields of {kind.__name__}") from None

    async def picture(self, img: str) -> bytes:
        """The bytes of a picture: fetched from its address, without our key, or read from its base64.

        Raises:
            BackendUnavailableError: it was not reached, or the connection ended too early.
            BackendFailedError: there is none, it is too large, or its address is none to fetch from.
        """
        if "://" not in img[:10]:
            try:
                return base64.b64decode(img, validate=True)
            except binascii.Error:
                raise BackendFailedError(NAME, "neither an address nor base64") from None
        if not self._may_fetch(img):
            raise BackendFailedError(NAME, "an address that is not fetched from")
        try:
            async with self._open().get(img, allow_redirects=False) as response:
                if response.status >= _SERVER_FAULT:
                    raise BackendUnavailableError(NAME)
                if response.status != 200:  # noqa: PLR2004  OK
                    raise BackendFailedError(NAME, f"{response.status} for a picture")
                return await _read(response, PICTURE_BYTES)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise BackendUnavailableError(NAME) from error

    async def close(self) -> None:
        """Give up the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session

    def _may_fetch(self, address: str) -> bool:
        """Whether it is on the Horde's own host, or public: https and a name with a dot, never a number."""
        try:
            parts, own = urlsplit(address), urlsplit(self._url)
            host = parts.hostname or ""
            if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
                return True
            is_public_name = "." in host and not host.endswith((".local", ".internal", ".localhost"))
            return parts.scheme == "https" and is_public_name and not _is_number(host)
        except ValueError:
            return False


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdecimal()  # 127.1 is a number to a resolver
    return True


def _code(data: bytes) -> str:
    try:
        code = _Trouble.model_validate_json(data).rc
    except ValidationError:
        return ""
    return code if code.isalnum() and len(code) <= _LONGEST_CODE else ""


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    try:
        return await read_body(response, limit)
    except BodyTooLongError:
        raise BackendFailedError(NAME, f"more than {limit} bytes") from None
