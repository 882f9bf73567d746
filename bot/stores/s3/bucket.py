"""Pictures in a bucket: one object each, named by the SHA-256 of its content.

An object is there whole or not at all: each is sent in one request, whose signature covers the hash of the bytes,
and the server answers when it is durable. Only then does :meth:`S3Store.put` return.
"""

from __future__ import annotations

import asyncio
import io
import secrets
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from bot.domain.errors import PictureMissingError, PictureNotStoredError
from bot.services.ports.images import StoreUnavailableError
from bot.stores.keys import LARGEST_BYTES, is_key, key_of, place_of
from bot.stores.s3 import S3Settings
from bot.stores.s3.failures import NO_BUCKET, why

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import RetryConfig, S3Config, S3Credential

Result = TypeVar("Result")

PAGE_KEYS = 1000
"""As many names as a bucket lists in one answer."""

_NOBODYS = "0" * 64
_PROBE = b"Darkroom asks whether it may write here. This can be deleted."
_PIECE_BYTES = 1024 * 1024
_CONNECT_S = 5.0
_RETRIES = 4
_GOODBYE_S = 5.0
_FAILURES = (BaseError, OSError)
"""What obstore raises; something that is not there is a FileNotFoundError."""


class S3Store:
    """A :class:`bot.services.ports.images.PictureStore` in one bucket, which any number of processes may share.

    Layout below the prefix: ``ab/abcd…``, that of :class:`bot.stores.folder.FolderStore`, so that a folder can be
    copied into a bucket as it is, and back.

    A request that fails with a 5xx, a broken connection or a time-out is sent again, a few times; all of ours may
    be. No text of the server's gets into an error: it may quote what was signed.
    """

    def __init__(self, bucket: str, prefix: str, settings: S3Settings) -> None:
        """Nothing is asked before :meth:`open` or the first picture."""
        endpoint = settings.s3_endpoint
        config: S3Config = {
            # One request a picture: not every server knows how to delete many at once.
            "disable_bulk_delete": True,
            # The server then checks that it got the bytes that were meant.
            "unsigned_payload": False,
        }
        if endpoint is not None:
            config["aws_endpoint_url_s3"] = endpoint
        if settings.s3_region is not None:
            config["region"] = settings.s3_region
        timeout_s = settings.s3_timeout_s
        retries: RetryConfig = {
            "max_retries": _RETRIES,
            "retry_timeout": timedelta(seconds=timeout_s),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=3),
                "base": 2,
            },
        }
        self._bucket = Bucket(
            bucket,
            prefix=prefix or None,
            config=config,
            client_options={
                "allow_http": endpoint is not None and endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=min(_CONNECT_S, timeout_s)),
                "timeout": timedelta(seconds=timeout_s),
                "default_content_type": "application/octet-stream",
            },
            retry_config=retries,
            credential_provider=_credentials_of(settings),
        )
        self._asking: set[asyncio.Future[Any]] = set()

    async def open(self) -> None:
        """Ask once whether the bucket is there and can be looked into.

        Raises:
            StoreUnavailableError: it is not, or can't; ``is_refusal`` says that waiting won't help.
        """
        with suppress(PictureMissingError):
            await self.get(_NOBODYS)

    async def put(self, data: bytes) -> str:
        """Store durably and return the key; storing the same bytes twice gives the same key.

        Sent also where it is there already: whoever deletes the same picture just now must not win.

        Raises:
            PictureNotStoredError: the bucket would not take it, or did not say so in time. In the latter case it
                may be there after all.
        """
        if len(data) > LARGEST_BYTES:
            raise PictureNotStoredError(f"larger than {LARGEST_BYTES} bytes")
        key = await asyncio.to_thread(key_of, data)
        try:
            await self._asked(self._send(place_of(key), data))
        except StoreUnavailableError as error:
            reason = error.reason
        except FileNotFoundError:
            reason = NO_BUCKET
        else:
            return key
        raise PictureNotStoredError(reason)

    async def get(self, key: str) -> bytes:
        """The bytes, which have the hash that they are named by.

        Raises:
            PictureMissingError: nothing is stored under the key.
            StoreUnavailableError: the bucket can't be read now, or gave something else.
        """
        if not is_key(key):
            raise PictureMissingError(key)
        try:
            data = await self._asked(self._fetch(key))
        except FileNotFoundError:
            data = None
        if data is None:
            raise PictureMissingError(key)
        if await asyncio.to_thread(key_of, data) != key:
            raise StoreUnavailableError("what came is not what was stored")
        return data

    async def exists(self, key: str) -> bool:
        """Whether the object is there.

        Raises:
            StoreUnavailableError: the bucket can't be asked now.
        """
        return await self.size_bytes(key) is not None

    async def size_bytes(self, key: str) -> int | None:
        """The size of the object, None when it is not there.

        Raises:
            StoreUnavailableError: the bucket can't be asked now.
        """
        if not is_key(key):
            return None
        try:
            return (await self._asked(self._bucket.head_async(place_of(key))))["size"]
        except FileNotFoundError:
            return None

    async def delete(self, key: str) -> None:
        """Remove the object; silently when it is not there.

        Raises:
            StoreUnavailableError: the bucket can't be asked now, or forbids it; the object may still be there.
        """
        if is_key(key):
            with suppress(FileNotFoundError):
                await self._asked(self._bucket.delete_async(place_of(key)))

    async def is_intact(self, key: str) -> bool:
        """Whether the object is there and its content still has the hash it is named by.

        Raises:
            StoreUnavailableError: the bucket can't be asked now.
        """
        try:
            return await asyncio.to_thread(key_of, await self._asked(self._fetch(key))) == key
        except FileNotFoundError:
            return False

    async def all_keys(self) -> AsyncIterator[str]:
        """Every key, in order, page by page; what is put meanwhile may be missed.

        Raises:
            StoreUnavailableError: the bucket can't be listed now.
        """
        # Its other form, for tables of Arrow, is typed by a package that is not here.
        listing: AsyncIterator[Sequence[ObjectMeta]]
        listing = self._bucket.list_async(chunk_size=PAGE_KEYS)  # pyright: ignore[reportUnknownMemberType]
        while True:
            try:
                page = await self._asked(anext(listing))
            except StopAsyncIteration:
                return
            for key in _keys_of(page):
                yield key

    async def problems(self) -> Sequence[str]:
        """What keeps it from working: it stores, reads, lists and deletes something of its own to find out."""
        place = f"probe-{secrets.token_hex(8)}"
        try:
            version = await self._asked(self._send(place, _PROBE))
        except (FileNotFoundError, StoreUnavailableError) as error:
            return (_cannot("written to", error),)
        found: list[str] = []
        try:
            if await self._asked(self._fetch_from(place)) != _PROBE:
                found.append("what is read from it is not what was written: see what stands between")
            await self.open()
        except (FileNotFoundError, StoreUnavailableError) as error:
            found.append(_cannot("read", error))
        try:
            await self._asked(self._bucket.delete_async(place))
        except (FileNotFoundError, StoreUnavailableError) as error:
            found.append(_cannot("deleted from", error))
        if version is not None:
            found.append(
                "it keeps old versions, so that deleted pictures stay: turn versioning off, or let old versions "
                "expire (docs/picture-store.md)"
            )
        return found

    async def close(self) -> None:
        """Wait a little for requests whose callers have left; connections end by themselves."""
        if self._asking:
            await asyncio.wait(self._asking, timeout=_GOODBYE_S)

    async def _send(self, place: str, data: bytes) -> str | None:
        """Store in one request, whole or not at all; the version that it has, where the bucket keeps versions."""
        result = await self._bucket.put_async(place, data, use_multipart=False)
        return result["version"]

    async def _fetch(self, key: str) -> bytes:
        return await self._fetch_from(place_of(key))

    async def _fetch_from(self, place: str) -> bytes:
        answer = await self._bucket.get_async(place)
        if answer.meta["size"] > LARGEST_BYTES:
            raise StoreUnavailableError(f"larger than {LARGEST_BYTES} bytes")
        # Piece by piece, so that no large copy stops the loop; this buffer hands its bytes out as they are.
        whole = io.BytesIO()
        async for piece in answer.stream(min_chunk_size=_PIECE_BYTES):
            whole.write(piece)
        return whole.getvalue()

    def _answered(self, asking: asyncio.Future[Any]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # whoever asked may have left: then nobody else hears of it

    async def _asked(self, request: Awaitable[Result]) -> Result:
        """The answer; obstore's errors as ours, without a word of the server's.

        A request whose caller is cancelled goes on by itself, for :meth:`close` to wait for: obstore's threads hand
        over an answer also when it was cancelled a moment ago, and to a loop that is closed by then.

        Raises:
            FileNotFoundError: the object is not there, though the bucket is, as far as the answer tells.
            StoreUnavailableError: anything else.
        """
        asking = asyncio.ensure_future(request)
        self._asking.add(asking)
        asking.add_done_callback(self._answered)
        try:
            return await asyncio.shield(asking)
        except _FAILURES as error:
            failure = why(error)
        finally:
            del asking  # it holds what it raised, which holds this frame: a half-read answer would stay open
        if failure is None:
            raise FileNotFoundError
        raise StoreUnavailableError(failure.reason, is_refusal=failure.is_refusal)


def _credentials_of(settings: S3Settings) -> _Credentials | None:
    access, secret = settings.s3_access_key_id, settings.s3_secret_access_key
    if access is None or secret is None:
        return None
    return _Credentials(access.get_secret_value(), secret.get_secret_value())


class _Credentials:
    """The operator's key, given by a call: in the configuration it would show, and meet another key's session token."""

    __slots__ = ("_credential",)

    def __init__(self, access_key_id: str, secret_access_key: str) -> None:
        self._credential: S3Credential = {
            "access_key_id": access_key_id,
            "secret_access_key": secret_access_key,
            "token": None,
            "expires_at": None,
        }

    def __call__(self) -> S3Credential:
        return self._credential


def _cannot(what: str, error: FileNotFoundError | StoreUnavailableError) -> str:
    reason = error.reason if isinstance(error, StoreUnavailableError) else "what was written is not there"
    return f"it can't be {what}: {reason}"


def _keys_of(page: Sequence[ObjectMeta]) -> list[str]:
    """The keys among what stands in the bucket: somebody else's objects are none."""
    found: list[str] = []
    for meta in page:
        key = meta["path"].rpartition("/")[2]
        if is_key(key) and meta["path"] == place_of(key):
            found.append(key)
    return found
