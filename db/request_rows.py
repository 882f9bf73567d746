"""A request as a row: its columns as they are written and read."""

from __future__ import annotations

from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import (
    EndReason,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestState,
    SourceKind,
)
from db.documents import OPTIONS, PROMISE, SCENE, WORDS
from db.statements import Row, Value


def hold_params(hold_ref: str, paid: Split) -> dict[str, Value]:
    """The hold that pays."""
    return {"hold_ref": hold_ref, "paid_granted": paid.granted, "paid_purchased": paid.purchased}


def reply_params(reply: ReplyTarget) -> dict[str, Value]:
    """Where it speaks; the guild that pays is not part of it."""
    return {
        "channel_id": reply.channel_id,
        "message_id": reply.message_id,
        "token": reply.token,
        "token_until_ms": reply.token_until_ms,
        "upload_limit_bytes": reply.upload_limit_bytes,
    }


def request_params(request: ImageRequest) -> dict[str, Value]:
    """All of a new request."""
    return {
        "request_id": request.request_id,
        "kind": request.kind.value,
        "source_kind": request.source_kind.value,
        "source_id": request.source_id,
        "account_id": request.account_id,
        "user_id": request.user_id,
        "requester": request.requester,
        "trigger_key": request.trigger_key,
        "guild_id": request.reply.guild_id,
        **reply_params(request.reply),
        "state": request.state.value,
        "options": OPTIONS.write(request.options),
        "scene": None if request.scene is None else SCENE.write(request.scene),
        "prompt": request.prompt,
        "cost": request.cost,
        "paid_granted": request.paid.granted,
        "paid_purchased": request.paid.purchased,
        "hold_ref": request.hold_ref,
        "rating": request.rating.value,
        "seed": request.seed,
        "backend": request.backend,
        "provider_ref": request.provider_ref,
        "attempts": request.attempts,
        "confirmed": int(request.confirmed),
        "end_reason": None if request.end_reason is None else request.end_reason.value,
        "end_detail": request.end_detail,
        "lease_owner": request.lease_owner,
        "lease_until_ms": request.lease_until_ms,
        "created_at_ms": request.created_at_ms,
        "deadline_at_ms": request.deadline_at_ms,
        "promise": None if request.promise is None else PROMISE.write(request.promise),
        "given_up": WORDS.write(request.given_up),
        "pictures": request.options.count,
    }


def read_request(row: Row) -> ImageRequest:
    """The request in a row."""
    return ImageRequest(
        request_id=row["request_id"],
        kind=RequestKind(row["kind"]),
        source_kind=SourceKind(row["source_kind"]),
        source_id=row["source_id"],
        account_id=row["account_id"],
        user_id=row["user_id"],
        requester=row["requester"],
        trigger_key=row["trigger_key"],
        reply=ReplyTarget(
            guild_id=row["guild_id"],
            channel_id=row["channel_id"],
            message_id=row["message_id"],
            token=row["token"],
            token_until_ms=row["token_until_ms"],
            upload_limit_bytes=row["upload_limit_bytes"],
        ),
        state=RequestState(row["state"]),
        options=OPTIONS.read(row["options"]),
        created_at_ms=row["created_at_ms"],
        deadline_at_ms=row["deadline_at_ms"],
        scene=None if row["scene"] is None else SCENE.read(row["scene"]),
        prompt=row["prompt"],
        cost=row["cost"],
        paid=Split(row["paid_granted"], row["paid_purchased"]),
        hold_ref=row["hold_ref"],
        rating=Rating(row["rating"]),
        seed=row["seed"],
        backend=row["backend"],
        provider_ref=row["provider_ref"],
        attempts=row["attempts"],
        confirmed=bool(row["confirmed"]),
        end_reason=None if row["end_reason"] is None else EndReason(row["end_reason"]),
        end_detail=row["end_detail"],
        told=bool(row["told"]),
        delivered_how=row["delivered_how"] or "",
        lease_owner=row["lease_owner"],
        lease_until_ms=row["lease_until_ms"],
        promise=None if row["promise"] is None else PROMISE.read(row["promise"]),
        given_up=WORDS.read(row["given_up"]),
    )
