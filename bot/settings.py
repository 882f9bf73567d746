"""Settings, by environment or ``.env``. ``.env.example`` lists them all; a test compares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, TypeVar, cast
from urllib.parse import quote, unquote, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.shards import MOST_SHARDS, parse_shard_ids, require_runnable

Moments = Annotated[int, Field(ge=0)]

MOST_SKUS = 25
"""As many buy buttons as fit into one message with their texts."""

_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/(?!\.+(?:/|$))[A-Za-z0-9_.-]+)*)/?")

MOST_SKU_MOMENTS = 10_000_000
LARGEST_ID = 2**63 - 1


class SettingsError(Exception):
    """A wrong setting; the text is one clear line that names it."""

    words = "Wrong setting"
    exit_code = 2


class NotReachedError(SettingsError):
    """What a setting names does not answer now, but may later: worth another start, which a wrong setting is not."""

    words = "Not reached"
    exit_code = 1


def _address(value: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket too many
        is_address = False
    if not is_address:
        raise ValueError(f"use an address that begins with {schemes[0]}://")
    return value


def http_address(value: str) -> str:
    """An address that begins with https:// or http://, without a slash at its end.

    Raises:
        ValueError: it is none.
    """
    return _address(value, ("https", "http")).rstrip("/")


def blank_is_unset(value: object) -> object:
    """None for a text without a visible character: ``KEY=`` in a file sets nothing."""
    return None if isinstance(value, str) and not value.strip() else value


def _blank_is_zero(value: object) -> object:
    return 0 if blank_is_unset(value) is None else value


HttpAddress = Annotated[str, AfterValidator(http_address)]
Secret = Annotated[SecretStr | None, BeforeValidator(blank_is_unset)]
"""A key or token, or None."""


Kind = TypeVar("Kind", bound=BaseSettings)

SHORTEST_SECRET = 6
"""Taking out anything shorter would spoil lines and hide nothing."""

_SECRETS: set[str] = set()
_PASSWORD = re.compile(r"\w+://[^:@/]*:([^@/]+)@")


def known_secrets() -> Collection[str]:
    """Every secret that this process has read from its settings, as it may stand in a text; the longest first."""
    return sorted(_SECRETS, key=len, reverse=True)


def _secrets_in(value: object) -> set[str]:
    """A secret setting, or the password of an address: plain, in a URL, and in JSON."""
    if isinstance(value, SecretStr):
        found = value.get_secret_value()
    elif isinstance(value, str) and (match := _PASSWORD.match(value)):
        found = unquote(match.group(1))
    else:
        return set()
    ways = {found, quote(found, safe=""), json.dumps(found)[1:-1]}
    return {way for way in ways if len(way) >= SHORTEST_SECRET}


class SettingsGroup(BaseSettings):
    """Settings that belong together: read from the environment, else from ``.env``; upper-case names."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    def model_post_init(self, context: object, /) -> None:
        """Remember what no log line may hold, whichever group has it."""
        del context
        for name in type(self).model_fields:
            _SECRETS.update(_secrets_in(getattr(self, name)))


class Settings(SettingsGroup):
    """What an operator chooses. Names are a contract; prices are in moments, times in seconds."""

    discord_token: Secret = None
    discord_api_url: HttpAddress = "https://discord.com/api/v10"
    discord_gateway_url: str = "wss://gateway.discord.gg/"
    message_content: bool = True

    database_url: str = "sqlite:///data/darkroom.db"
    image_store: str = "data/images"
    retention_days: Annotated[int, Field(ge=0, le=36_500)] = 0

    shard_count: Annotated[int, Field(ge=0, le=MOST_SHARDS), BeforeValidator(_blank_is_zero)] = 0
    shard_ids: Annotated[tuple[int, ...], NoDecode] = ()

    image_backends: Annotated[tuple[str, ...], NoDecode] = ("sketch",)
    writer: Literal["rules", "llm"] = "rules"
    context_messages: Annotated[int, Field(ge=1, le=100)] = 24
    chat_base_url: Annotated[HttpAddress | None, BeforeValidator(blank_is_unset)] = None
    chat_api_key: Secret = None
    chat_model: Annotated[str | None, BeforeValidator(blank_is_unset)] = None
    chat_timeout_s: Annotated[float, Field(gt=0, le=120)] = 8

    openai_api_key: Secret = None
    openai_base_url: HttpAddress = "https://api.openai.com/v1"

    price_image: Moments = 50
    price_image_4k: Moments = 100
    price_edit: Moments = 50
    price_reference: Moments = 100
    grant_welcome: Moments = 500
    grant_daily: Moments = 100
    grant_cap_per_call: Moments = 10_000
    grant_cap_per_day: Moments = 100_000
    gift_cap_per_day: Moments = 200
    sku_moments: Annotated[Mapping[int, int], NoDecode] = {}

    allow_mature: bool = False

    max_concurrent_requests: Annotated[int, Field(ge=1)] = 4
    max_per_member: Annotated[int, Field(ge=1)] = 3
    max_per_guild: Annotated[int, Field(ge=0)] = 0
    request_deadline_s: Annotated[int, Field(ge=10)] = 600
    max_billed_cancels: Annotated[int, Field(ge=1)] = 5

    log_format: Literal["console", "json"] = "console"
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    metrics_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    playground_port: Annotated[int, Field(ge=0, le=65535)] = 8080

    @field_validator("image_backends", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return parse_shard_ids(value) if isinstance(value, str) else value

    @field_validator("shard_ids")
    @classmethod
    def _may_run(cls, value: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        if {"database_url", "shard_count"} <= info.data.keys():  # else it is they that are wrong
            is_sqlite = info.data["database_url"].startswith("sqlite:///")
            require_runnable(value, info.data["shard_count"], has_one_writer=is_sqlite)
        return value

    @field_validator("sku_moments", mode="before")
    @classmethod
    def _price_list(cls, value: object) -> object:
        return _sku_moments(value) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("sqlite:///") and value != "sqlite:///":
            return value
        try:
            parts = urlsplit(value)
            is_server = parts.scheme == "postgresql" and len(parts.path) > 1 and parts.port != 0
        except ValueError:  # a port that is no number, a bracket too many
            is_server = False
        if not is_server:
            raise ValueError("use sqlite:///path/to/file.db or postgresql://user:password@host/database")
        return value

    @field_validator("image_store")
    @classmethod
    def _is_folder_or_bucket(cls, value: str) -> str:
        if not value.strip() or ("://" in value and _BUCKET.fullmatch(value) is None):
            raise ValueError("use a folder, such as data/images, or s3://bucket/prefix")
        return value

    @field_validator("discord_gateway_url")
    @classmethod
    def _is_websocket(cls, value: str) -> str:
        return _address(value, ("wss", "ws"))

    @property
    def is_on_sqlite(self) -> bool:
        """Whether the database is one file on this machine, and so of one process."""
        return self.database_url.startswith("sqlite:///")

    @property
    def has_first_shard(self) -> bool:
        """Whether this process runs the shard on which Discord tells of purchases and direct messages."""
        return not self.shard_ids or 0 in self.shard_ids

    @property
    def database_path(self) -> str:
        """The SQLite file; of a server, its host and database without who asks, fit to be shown."""
        if self.is_on_sqlite:
            return self.database_url.removeprefix("sqlite:///")
        parts = urlsplit(self.database_url)
        return f"{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def image_bucket(self) -> tuple[str, str] | None:
        """The bucket of the pictures and the prefix in it, which may be empty; None where they are in a folder."""
        found = _BUCKET.fullmatch(self.image_store)
        return None if found is None else (found[1], found[2].strip("/"))

    @property
    def work_folder(self) -> Path:
        """For files that live for minutes: beside the SQLite file, else ``data``."""
        return Path(self.database_path).parent if self.is_on_sqlite else Path("data")


def _sku_moments(text: str) -> Mapping[int, int]:
    """A JSON object of SKU ids and their moments; nothing for nothing."""
    if not text.strip():
        return {}
    wrong = ValueError('use a JSON object of SKU ids and moments, such as {"1234567890": 500}')
    try:
        pairs: object = json.loads(text, object_pairs_hook=lambda found: found)
    except ValueError:
        raise wrong from None
    if not isinstance(pairs, list):
        raise wrong
    prices: dict[int, int] = {}
    for pair in cast("Sequence[object]", pairs):
        if not isinstance(pair, tuple):  # a JSON list, not an object
            raise wrong
        sku, moments = cast("tuple[str, object]", pair)
        if not (sku.isascii() and sku.isdecimal() and 0 < int(sku) <= LARGEST_ID) or int(sku) in prices:
            raise ValueError(f"{sku!r} is not a SKU id that stands there once")
        if type(moments) is not int or not 0 < moments <= MOST_SKU_MOMENTS:
            raise ValueError(f"SKU {sku} needs moments from 1 to {MOST_SKU_MOMENTS:,}")
        prices[int(sku)] = moments
    if len(prices) > MOST_SKUS:
        raise ValueError(f"{MOST_SKUS} SKUs are the most")
    return prices


def require_folders(settings: Settings) -> None:
    """Make the folders of the database and the pictures where they are not there yet.

    Raises:
        SettingsError: one can't be made; the line names its setting.
    """
    folders = {"DATABASE_URL": settings.work_folder}
    if settings.image_bucket is None:
        folders["IMAGE_STORE"] = Path(settings.image_store)
    for name, folder in folders.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"{name}: the folder {folder} can't be made: {error.strerror}") from None


def load_settings(*, database_url: str | None = None) -> Settings:
    """Read the environment and ``.env``; a database that is given goes before theirs.

    Raises:
        SettingsError: one line that names the first wrong setting.
    """
    return read_settings(Settings if database_url is None else partial(Settings, database_url=database_url))


def read_settings(kind: Callable[[], Kind]) -> Kind:
    """Read one group of settings from the environment and ``.env``; a backend has a group of its own.

    Raises:
        SettingsError: one line that names the first wrong setting.
    """
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError(_lines(error)[0]) from None


def wrong_settings(kind: type[BaseSettings]) -> Sequence[str]:
    """A line for each wrong setting of a group; none when all are right."""
    try:
        kind()
    except ValidationError as error:
        return _lines(error)
    return ()


def _lines(error: ValidationError) -> Sequence[str]:
    return [
        f"{str(wrong['loc'][0]).upper() if wrong['loc'] else 'settings'}: "
        f"{wrong['msg'].removeprefix('Value error, ')}"
        for wrong in error.errors()
    ]
