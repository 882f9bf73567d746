"""Pictures in an S3-compatible bucket, through ``obstore`` (the extra ``s3``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from bot.extras import load_extra
from bot.settings import HttpAddress, Secret, SettingsError, SettingsGroup, blank_is_unset

if TYPE_CHECKING:
    from bot.stores.s3.bucket import S3Store

__all__ = ["S3Settings", "make_s3_store"]


class S3Settings(SettingsGroup):
    """Where the bucket is, and who asks.

    What is unset is taken from where AWS's own tools look: the ``AWS_`` environment variables, then the role of the
    container or machine. ``s3_timeout_s`` is how long one try of a request may take, with all its bytes.
    """

    s3_endpoint: Annotated[HttpAddress | None, BeforeValidator(blank_is_unset)] = None
    s3_region: Annotated[str | None, BeforeValidator(blank_is_unset)] = None
    s3_access_key_id: Secret = None
    s3_secret_access_key: Secret = None
    s3_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30


def make_s3_store(bucket: str, prefix: str, settings: S3Settings) -> S3Store:
    """The store of a bucket, below ``prefix``; nothing is asked of it yet.

    Raises:
        SettingsError: half of a key is set, the environment is not understood, or the extra is not installed.
    """
    access, secret = settings.s3_access_key_id, settings.s3_secret_access_key
    if (access is None) != (secret is None):
        missing = "S3_ACCESS_KEY_ID" if access is None else "S3_SECRET_ACCESS_KEY"
        raise SettingsError(
            f"{missing}: a key has two parts; set both, or neither for those of the environment"
        )
    module = load_extra("bot.stores.s3.bucket", "s3", "IMAGE_STORE")
    try:
        store: S3Store = module.S3Store(bucket, prefix, settings)
    except module.BaseError:  # its text may quote the value
        raise SettingsError("IMAGE_STORE: one of the AWS_ environment variables is not understood") from None
    return store
