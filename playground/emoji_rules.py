"""The application's own emoji, with their pictures: simcord keeps the names and drops the pictures.

Source: https://docs.discord.com/developers/resources/emoji#application-owned-emoji. Their addresses are
``https://cdn.discordapp.com/emojis/<id>.png`` whatever the server; the page finds them on our CDN.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, cast

from playground._simcord import RequestContext, errors, serializers
from playground.backend import LiveBackend

_LIMIT_BYTES = 256 * 1024
_LIMIT_COUNT = 2_000
_DATA_URI = re.compile(r"data:image/(png|jpeg|gif|webp|avif);base64,(?P<data>[A-Za-z0-9+/=\s]+)")
_NAME = re.compile(r"\w{2,32}")


def create_application_emoji(ctx: RequestContext) -> dict[str, Any]:
    """POST of an emoji: its name and picture are checked, the picture is kept."""
    backend = cast("LiveBackend", ctx.backend)
    body = ctx.fields("name", "image")
    name = str(body.get("name") or "")
    found = _DATA_URI.fullmatch(str(body.get("image") or ""))
    if not _NAME.fullmatch(name):
        raise errors.invalid_form_body("name: Must be 2 to 32 letters, digits or underscores")
    if any(emoji.name == name for emoji in backend.application_emojis.values()):
        raise errors.invalid_form_body("name: Application emoji name already taken")
    if len(backend.application_emojis) >= _LIMIT_COUNT:
        raise errors.BackendError(400, 30008, "Maximum number of emojis reached (2000)")
    if found is None:
        raise errors.invalid_form_body("image: Invalid image data")
    try:
        data = base64.b64decode(found["data"])
    except binascii.Error:
        raise errors.invalid_form_body("image: Invalid image data") from None
    if len(data) > _LIMIT_BYTES:
        raise errors.invalid_form_body("image: File cannot be larger than 256.0 kb.")
    emoji = backend.create_application_emoji(name)
    backend.cdn.store_emoji(emoji.id, data)
    return dict(serializers.guild_emoji_payload(backend, emoji))
