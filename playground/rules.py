"""REST handlers that replace or add to simcord's, where Discord behaves otherwise.

Sources: https://docs.discord.com/developers/resources/webhook, …/resources/message#create-message,
…/interactions/receiving-and-responding, …/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

import re
from typing import Any, cast

from playground._simcord import (
    BackendChannel,
    BackendMessage,
    ChannelType,
    Handler,
    RequestContext,
    Webhook,
    bot_message,
    errors,
    message_edit_changes,
    message_response,
    original_handler,
    serializers,
    walk_components,
)
from playground.backend import LiveBackend
from playground.emoji_rules import create_application_emoji

_INTERACTIVE = {2, 3, 5, 6, 7, 8}
_LINK_STYLES = {5, 6}
_MOST_FILES = 10
_LONGEST_NAME = 80
_FORBIDDEN_NAME = re.compile(r"discord|clyde", re.IGNORECASE)


def _backend(ctx: RequestContext) -> LiveBackend:
    return cast("LiveBackend", ctx.backend)


def too_large() -> errors.BackendError:
    """A file or request over the limit."""
    return errors.BackendError(413, 40005, "Request entity too large")


def _check_uploads(ctx: RequestContext, limit_bytes: int) -> None:
    if len(ctx.files) > _MOST_FILES:
        raise errors.invalid_form_body("attachments: Must be 10 or fewer in length")
    if any(upload.size_bytes > limit_bytes for upload in ctx.files):
        raise too_large()


def _answer(ctx: RequestContext, message: BackendMessage) -> dict[str, Any]:
    return _backend(ctx).shape_message(message_response(ctx, message, exempt_root=True))


# ---------------------------------------------------------------- application


def gateway_bot(ctx: RequestContext) -> Any:
    """Where to connect; the address is ours whatever the client was told."""
    limits = _backend(ctx).limits
    return {
        "url": _backend(ctx).gateway_url,
        "shards": limits.recommended_shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 86_400_000,
            "max_concurrency": limits.max_concurrency,
        },
    }


def application(ctx: RequestContext) -> Any:
    """The application, with how many guilds it was added to."""
    backend = _backend(ctx)
    bot = dict(serializers.user_payload(backend.bot_user))
    return {
        "id": str(backend.application_id),
        "name": backend.bot_user.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": bot,
        "flags": 0,
        "team": None,
        "bot": bot,
        "approximate_guild_count": backend.limits.guilds or len(backend.guilds),
    }


def _register(ctx: RequestContext, guild_id: int | None) -> Any:
    """Bulk overwrite, keeping ``nsfw`` and dropping the fields that only Discord's own client reads."""
    backend = _backend(ctx)
    payloads = [dict(payload) for payload in ctx.json or ()]
    restricted = {(payload["name"], payload.get("type", 1)) for payload in payloads if payload.get("nsfw")}
    for payload in payloads:
        for field in ("nsfw", "id", "handler"):
            payload.pop(field, None)
    registered = backend.register_commands(guild_id, payloads)
    for command in registered:
        command["nsfw"] = (command["name"], command["type"]) in restricted
        command["version"] = command["id"]
    backend.note_sync()
    return registered


def register_global_commands(ctx: RequestContext) -> Any:
    """PUT of all global commands."""
    return _register(ctx, None)


def register_guild_commands(ctx: RequestContext) -> Any:
    """PUT of all commands of a guild."""
    return _register(ctx, ctx.int_arg("guild_id"))


# ------------------------------------------------------------------- channels


def _with_nsfw(method: str, template: str) -> Handler:
    original = original_handler(method, template)

    def handler(ctx: RequestContext) -> Any:
        backend = _backend(ctx)
        nsfw = ctx.json.pop("nsfw", None) if isinstance(ctx.json, dict) else None
        if nsfw is not None and "channel_id" in ctx.args:
            ctx.require_channel_permissions(ctx.int_arg("channel_id"), "manage_channels")
            backend.set_age_restricted(ctx.int_arg("channel_id"), restricted=bool(nsfw))
        answer = original(ctx)
        if nsfw and "channel_id" not in ctx.args:
            backend.set_age_restricted(int(answer["id"]), restricted=True)
        if isinstance(answer, list):
            return [backend.shape_channel(dict(item)) for item in answer]
        return backend.shape_channel(dict(answer))

    return handler


def _guild_shaped(method: str, template: str) -> Handler:
    original = original_handler(method, template)

    def handler(ctx: RequestContext) -> Any:
        return _backend(ctx).shape_guild(dict(original(ctx)))

    return handler


def send_message(ctx: RequestContext) -> Any:
    """POST to a channel, with upload limit, closed DMs, and ``nonce`` + ``enforce_nonce``."""
    backend = _backend(ctx)
    channel = backend.get_channel(ctx.int_arg("channel_id"))
    if channel.type == ChannelType.DM and backend.closed_dms.intersection(channel.recipient_ids):
        raise errors.cannot_dm_bot()
    body = ctx.body()
    nonce = body.get("nonce")
    if nonce is not None and body.get("enforce_nonce"):
        earlier = backend.find_nonce(backend.bot_user.id, str(nonce))
        if earlier is not None:
            return _answer(ctx, earlier)
    if channel.guild_id is not None:
        permission = "send_messages_in_threads" if channel.is_thread else "send_messages"
        needed = [permission, "attach_files"] if ctx.files else [permission]
        ctx.require_channel_permissions(channel.id, *needed)
        if channel.thread_metadata is not None and channel.thread_metadata.archived:
            if channel.thread_metadata.locked:
                raise errors.BackendError(400, 50083, "Thread is archived")
            backend.edit_channel(channel.id, {}, thread_metadata={"archived": False})
    _check_uploads(ctx, backend.limits.guild_upload_bytes)
    message = bot_message(ctx, channel.id)
    if nonce is not None:
        backend.remember_nonce(backend.bot_user.id, str(nonce), message.id)
    return _answer(ctx, message)


def edit_message(ctx: RequestContext) -> Any:
    """PATCH of one of the bot's own messages, however it was made (ephemeral ones excepted)."""
    backend = _backend(ctx)
    message = ctx.require_message(ctx.int_arg("channel_id"), ctx.int_arg("message_id"))
    if message.author_id != backend.bot_user.id:
        raise errors.cannot_edit_other_user()
    _check_uploads(ctx, backend.limits.guild_upload_bytes)
    changes = message_edit_changes(ctx, message)
    return _answer(ctx, backend.edit_message(message.channel_id, message.id, changes))


# ----------------------------------------------------------------- webhooks


def create_webhook(ctx: RequestContext) -> Any:
    """A webhook that the application owns; its name obeys Discord's rules and the channel's limit holds."""
    backend = _backend(ctx)
    channel = ctx.require_channel_permissions(ctx.int_arg("channel_id"), "manage_webhooks")
    if channel.is_thread:
        raise errors.cannot_execute_on_channel_type()
    body = ctx.fields("name", ignore=("avatar",))
    name = str(body.get("name") or "")
    if not 1 <= len(name) <= _LONGEST_NAME or _FORBIDDEN_NAME.search(name):
        raise errors.invalid_form_body("name: Username cannot contain this word or has a wrong length")
    here = sum(webhook.channel_id == channel.id for webhook in backend.webhooks.values())
    if here >= backend.limits.webhooks_per_channel:
        raise errors.BackendError(400, 30007, "Maximum number of webhooks reached (15)")
    return backend.webhook_wire(backend.create_webhook(channel.id, name, backend.bot_user.id))


def _webhook_list(method: str, template: str) -> Handler:
    original = original_handler(method, template)

    def handler(ctx: RequestContext) -> Any:
        backend = _backend(ctx)
        answer = original(ctx)
        items: list[dict[str, Any]] = answer if isinstance(answer, list) else [answer]
        for item in items:
            if backend.owned(backend.webhooks[int(item["id"])]):
                item["application_id"] = str(backend.application_id)
        return answer

    return handler


def _webhook(ctx: RequestContext) -> Webhook:
    webhook = ctx.backend.webhooks.get(ctx.int_arg("webhook_id"))
    if webhook is None:
        raise errors.unknown_webhook()
    if webhook.token != ctx.args["token"]:
        raise errors.BackendError(401, 50027, "Invalid Webhook Token")
    return webhook


def _webhook_place(ctx: RequestContext, webhook: Webhook) -> BackendChannel:
    """The webhook's channel, or the thread of it that ``thread_id`` names."""
    channel = ctx.backend.get_channel(webhook.channel_id)
    thread_id = ctx.params.get("thread_id")
    if thread_id is None:
        return channel
    thread = ctx.backend.channels.get(int(thread_id))
    if thread is None or thread.parent_id != channel.id:
        raise errors.unknown_channel()
    return thread


def _webhook_body(ctx: RequestContext, webhook: Webhook) -> dict[str, Any]:
    body = dict(ctx.body())
    username = body.get("username")
    if username is not None and (not 1 <= len(username) <= _LONGEST_NAME or _FORBIDDEN_NAME.search(username)):
        raise errors.invalid_form_body("username: Username cannot contain this word or has a wrong length")
    if _backend(ctx).owned(webhook):
        return body
    if str(ctx.params.get("with_components", "")).lower() not in {"1", "true"}:
        body.pop("components", None)
    elif any(
        component.get("type") in _INTERACTIVE and component.get("style") not in _LINK_STYLES
        for component in walk_components(body.get("components") or [])
    ):
        raise errors.invalid_form_body("non-application webhooks cannot send interactive components")
    return body


_execute_original = original_handler("POST", "/webhooks/{webhook_id}/{token}")


def execute_webhook(ctx: RequestContext) -> Any:
    """A follow-up (interaction token) or a webhook message (webhook token), also into a thread."""
    backend = _backend(ctx)
    if ctx.args["token"] in backend.interaction_tokens:
        backend.interaction_by_token(ctx.args["token"])
        _check_uploads(ctx, backend.limits.interaction_upload_bytes)
        return backend.shape_message(_execute_original(ctx))
    webhook = _webhook(ctx)
    place = _webhook_place(ctx, webhook)
    _check_uploads(ctx, backend.limits.guild_upload_bytes)
    message = bot_message(
        ctx,
        place.id,
        author_id=webhook.webhook_user_id,
        webhook_id=webhook.id,
        body=_webhook_body(ctx, webhook),
        webhook_execute=True,
    )
    waits = str(ctx.params.get("wait", "")).lower() in {"1", "true"}
    return _answer(ctx, message) if waits else None


def _webhook_message(ctx: RequestContext, webhook: Webhook) -> BackendMessage:
    place = _webhook_place(ctx, webhook)
    message = ctx.backend.get_message(place.id, ctx.int_arg("message_id"))
    if message.webhook_id != webhook.id:
        raise errors.unknown_message()
    return message


def _message_route(method: str) -> Handler:
    template = "/webhooks/{webhook_id}/{token}/messages/{message_id}"
    original = original_handler(method, template)

    def handler(ctx: RequestContext) -> Any:
        backend = _backend(ctx)
        if ctx.args["token"] in backend.interaction_tokens:
            backend.interaction_by_token(ctx.args["token"])
            _check_uploads(ctx, backend.limits.interaction_upload_bytes)
            answer = original(ctx)
            return None if answer is None else backend.shape_message(answer)
        webhook = _webhook(ctx)
        message = _webhook_message(ctx, webhook)
        if method == "DELETE":
            return backend.delete_message(message.channel_id, message.id)
        if method == "PATCH":
            _check_uploads(ctx, backend.limits.guild_upload_bytes)
            changes = message_edit_changes(ctx, message, body=_webhook_body(ctx, webhook))
            message = backend.edit_message(message.channel_id, message.id, changes)
        return _answer(ctx, message)

    return handler


# -------------------------------------------------------------- interactions


_callback_original = original_handler("POST", "/interactions/{interaction_id}/{token}/callback")


def interaction_callback(ctx: RequestContext) -> Any:
    """The first answer; the deadline, the double answer and the upload limit are checked."""
    backend = _backend(ctx)
    _check_uploads(ctx, backend.limits.interaction_upload_bytes)
    answer = _callback_original(ctx)
    message = answer.get("resource", {}).get("message")
    if message is not None:
        backend.shape_message(message)
    return answer if str(ctx.params.get("with_response", "")).lower() in {"1", "true"} else None


_original_edit = original_handler("PATCH", "/webhooks/{webhook_id}/{token}/messages/@original")


def edit_original(ctx: RequestContext) -> Any:
    """Edit of the original answer, under the interaction's upload limit."""
    backend = _backend(ctx)
    _check_uploads(ctx, backend.limits.interaction_upload_bytes)
    return backend.shape_message(_original_edit(ctx))


def replacements() -> dict[tuple[str, str], Handler]:
    """Our handlers by method and path template."""
    webhook_message = "/webhooks/{webhook_id}/{token}/messages/{message_id}"
    table: dict[tuple[str, str], Handler] = {
        ("GET", "/gateway"): gateway_bot,
        ("GET", "/gateway/bot"): gateway_bot,
        ("GET", "/oauth2/applications/@me"): application,
        ("PUT", "/applications/{application_id}/commands"): register_global_commands,
        ("PUT", "/applications/{application_id}/guilds/{guild_id}/commands"): register_guild_commands,
        ("POST", "/applications/{application_id}/emojis"): create_application_emoji,
        ("POST", "/channels/{channel_id}/messages"): send_message,
        ("PATCH", "/channels/{channel_id}/messages/{message_id}"): edit_message,
        ("POST", "/channels/{channel_id}/webhooks"): create_webhook,
        ("POST", "/webhooks/{webhook_id}/{token}"): execute_webhook,
        ("POST", "/interactions/{interaction_id}/{token}/callback"): interaction_callback,
        ("PATCH", "/webhooks/{webhook_id}/{token}/messages/@original"): edit_original,
    }
    for method in ("GET", "PATCH", "DELETE"):
        table[(method, webhook_message)] = _message_route(method)
    for method, template in (
        ("GET", "/channels/{channel_id}"),
        ("PATCH", "/channels/{channel_id}"),
        ("POST", "/guilds/{guild_id}/channels"),
        ("GET", "/guilds/{guild_id}/channels"),
    ):
        table[(method, template)] = _with_nsfw(method, template)
    table[("GET", "/guilds/{guild_id}")] = _guild_shaped("GET", "/guilds/{guild_id}")
    for method, template in (
        ("GET", "/channels/{channel_id}/webhooks"),
        ("GET", "/guilds/{guild_id}/webhooks"),
        ("GET", "/webhooks/{webhook_id}"),
        ("GET", "/webhooks/{webhook_id}/{token}"),
        ("PATCH", "/webhooks/{webhook_id}"),
        ("PATCH", "/webhooks/{webhook_id}/{token}"),
    ):
        table[(method, template)] = _webhook_list(method, template)
    return table
