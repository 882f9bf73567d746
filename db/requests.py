"""SQL about image requests, the durable jobs.

A step is ``UPDATE … WHERE state = … RETURNING``: a row came back, or somebody else did it. Row counts
are not used, drivers report them differently. Which state may follow which is the trigger's business.
"""
# ruff: noqa: S608 - queries are composed of this module's own constants, never of values

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import DuplicateRequestError
from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import (
    EndReason,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.domain.scene import Scene
from db.documents import OPTIONS, SCENE
from db.statements import Params, Row, Statements, Value, in_list

_OPEN = "state IN ('received', 'held', 'running', 'stored')"
_UNFINISHED = f"({_OPEN} OR (state IN ('refused', 'failed', 'cancelled') AND told = 0))"
"""As the index request_unfinished has it."""

_ADD = """
INSERT INTO request (request_id, kind, source_kind, source_id, account_id, user_id, requester, trigger_key,
    guild_id, channel_id, message_id, token, token_until_ms, upload_limit_bytes, state, options, scene,
    prompt, cost, paid_granted, paid_purchased, hold_ref, rating, seed, backend, provider_ref, attempts,
    confirmed, end_reason, end_detail, lease_owner, lease_until_ms, created_at_ms, deadline_at_ms)
VALUES (:request_id, :kind, :source_kind, :source_id, :account_id, :user_id, :requester, :trigger_key,
    :guild_id, :channel_id, :message_id, :token, :token_until_ms, :upload_limit_bytes, :state, :options,
    :scene, :prompt, :cost, :paid_granted, :paid_purchased, :hold_ref, :rating, :seed, :backend,
    :provider_ref, :attempts, :confirmed, :end_reason, :end_detail, :lease_owner, :lease_until_ms,
    :created_at_ms, :deadline_at_ms)
ON CONFLICT DO NOTHING RETURNING request_id
"""
_GET = "SELECT * FROM request WHERE request_id = :request_id"
_BY_SOURCE = "SELECT request_id FROM request WHERE source_kind = :source_kind AND source_id = :source_id"
_BY_TRIGGER = f"""
SELECT request_id FROM request
WHERE account_id = :account_id AND trigger_key = :trigger_key AND trigger_key <> '' AND {_OPEN}
"""
_COUNT_OPEN = f"SELECT count(*) AS open_count FROM request WHERE account_id = :account_id AND {_OPEN}"
_UNFINISHED_IDS = f"SELECT request_id FROM request WHERE {_UNFINISHED} ORDER BY created_at_ms, request_id"
_DUE_IDS = f"""
SELECT request_id FROM request
WHERE {_UNFINISHED} AND (lease_owner IS NULL OR lease_until_ms <= :now_ms)
    AND (deadline_at_ms <= :now_ms OR NOT (state = 'received' AND scene IS NOT NULL AND confirmed = 0))
ORDER BY created_at_ms, request_id
"""
_CLAIM = f"""
UPDATE request SET lease_owner = :owner, lease_until_ms = :until_ms
WHERE request_id = :request_id AND {_UNFINISHED}
    AND (lease_owner IS NULL OR lease_owner = :owner OR lease_until_ms <= :now_ms) RETURNING request_id
"""
_RENEW = """
UPDATE request SET lease_until_ms = :until_ms
WHERE request_id = :request_id AND lease_owner = :owner RETURNING request_id
"""
_UNCLAIM = """
UPDATE request SET lease_owner = NULL, lease_until_ms = 0
WHERE request_id = :request_id AND lease_owner = :owner
"""
_EXPIRE_LEASES = f"""
UPDATE request SET lease_owner = NULL, lease_until_ms = 0 WHERE {_UNFINISHED} AND lease_owner IS NOT NULL
"""
_SET_QUOTE = """
UPDATE request SET scene = :scene, prompt = :prompt, cost = :cost, seed = :seed, backend = :backend,
    rating = :rating, options = COALESCE(:options, options)
WHERE request_id = :request_id AND state = 'received' RETURNING request_id
"""
_CONFIRM = """
UPDATE request SET confirmed = 1 WHERE request_id = :request_id AND state = 'received' RETURNING request_id
"""
_TO_HELD = """
UPDATE request SET state = 'held', hold_ref = :hold_ref, held_at_ms = :at_ms,
    paid_granted = :paid_granted, paid_purchased = :paid_purchased
WHERE request_id = :request_id AND state = 'received' RETURNING request_id
"""
_REQUOTE = """
UPDATE request SET scene = :scene, prompt = :prompt, cost = :cost, hold_ref = :hold_ref,
    backend = COALESCE(:backend, backend), rating = COALESCE(:rating, rating),
    options = COALESCE(:options, options),
    paid_granted = :paid_granted, paid_purchased = :paid_purchased
WHERE request_id = :request_id AND state = 'held' RETURNING request_id
"""
_TO_RUNNING = """
UPDATE request SET state = 'running', attempts = attempts + 1, started_at_ms = COALESCE(started_at_ms, :at_ms)
WHERE request_id = :request_id AND state = 'held' AND lease_owner = :owner RETURNING request_id
"""
_RUN_AGAIN = """
UPDATE request SET attempts = attempts + 1
WHERE request_id = :request_id AND state = 'running' AND lease_owner = :owner RETURNING request_id
"""
_SET_PROVIDER_REF = """
UPDATE request SET provider_ref = :provider_ref
WHERE request_id = :request_id AND state = 'running' RETURNING request_id
"""
_BACK_TO_HELD = """
UPDATE request SET state = 'held', provider_ref = NULL
WHERE request_id = :request_id AND state = 'running' AND lease_owner = :owner RETURNING request_id
"""
_TO_STORED = """
UPDATE request SET state = 'stored', stored_at_ms = :at_ms
WHERE request_id = :request_id AND state = 'running' AND lease_owner = :owner RETURNING request_id
"""
_TO_STORED_EARLY = """
UPDATE request SET state = 'stored', stored_at_ms = :at_ms
WHERE request_id = :request_id AND state = 'running' RETURNING request_id
"""
_TO_DELIVERED = """
UPDATE request SET state = 'delivered', delivered_how = :how
WHERE request_id = :request_id AND state = 'stored' RETURNING request_id
"""
_END = """
UPDATE request SET state = :state, end_reason = :reason, end_detail = :detail
WHERE request_id = :request_id AND state IN ({expected}) RETURNING request_id
"""
_MARK_TOLD = """
UPDATE request SET told = 1
WHERE request_id = :request_id AND state IN ('refused', 'failed', 'cancelled')
"""
_SET_REPLY = """
UPDATE request SET channel_id = :channel_id, message_id = :message_id, token = :token,
    token_until_ms = :token_until_ms, upload_limit_bytes = :upload_limit_bytes
WHERE request_id = :request_id
"""


class SqlRequests:
    """Implements :class:`bot.services.ports.storage.RequestRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, request: ImageRequest) -> None:
        """See the protocol."""
        if await self._statements.fetch_one(_ADD, _params(request)) is None:
            raise DuplicateRequestError(await self._standing(request))

    async def get(self, request_id: str) -> ImageRequest | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"request_id": request_id})
        return None if row is None else _request(row)

    async def count_open(self, account_id: str) -> int:
        """See the protocol."""
        return (await self._statements.fetch_all(_COUNT_OPEN, {"account_id": account_id}))[0]["open_count"]

    async def unfinished_ids(self) -> Sequence[str]:
        """See the protocol."""
        return [row["request_id"] for row in await self._statements.fetch_all(_UNFINISHED_IDS)]

    async def due_ids(self, now_ms: int) -> Sequence[str]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_DUE_IDS, {"now_ms": now_ms})
        return [row["request_id"] for row in rows]

    async def claim(self, request_id: str, *, owner: str, now_ms: int, until_ms: int) -> bool:
        """See the protocol."""
        params = {"owner": owner, "now_ms": now_ms, "until_ms": until_ms}
        return await self._step(_CLAIM, request_id, params)

    async def renew(self, request_id: str, *, owner: str, until_ms: int) -> bool:
        """See the protocol."""
        return await self._step(_RENEW, request_id, {"owner": owner, "until_ms": until_ms})

    async def unclaim(self, request_id: str, *, owner: str) -> None:
        """See the protocol."""
        await self._statements.execute(_UNCLAIM, {"request_id": request_id, "owner": owner})

    async def expire_leases(self) -> None:
        """See the protocol."""
        await self._statements.execute(_EXPIRE_LEASES)

    async def set_quote(
        self,
        request_id: str,
        *,
        scene: Scene,
        prompt: str,
        cost: int,
        seed: int,
        backend: str,
        rating: Rating,
        options: RequestOptions | None = None,
    ) -> bool:
        """See the protocol."""
        params: Params = {
            "scene": SCENE.write(scene),
            "prompt": prompt,
            "cost": cost,
            "seed": seed,
            "backend": backend,
            "rating": rating.value,
            "options": None if options is None else OPTIONS.write(options),
        }
        return await self._step(_SET_QUOTE, request_id, params)

    async def confirm(self, request_id: str) -> bool:
        """See the protocol."""
        return await self._step(_CONFIRM, request_id, {})

    async def to_held(self, request_id: str, *, hold_ref: str, paid: Split, at_ms: int) -> bool:
        """See the protocol."""
        return await self._step(_TO_HELD, request_id, {"at_ms": at_ms, **_hold(hold_ref, paid)})

    async def requote(
        self,
        request_id: str,
        *,
        scene: Scene,
        prompt: str,
        cost: int,
        hold_ref: str,
        paid: Split,
        backend: str | None = None,
        rating: Rating | None = None,
        options: RequestOptions | None = None,
    ) -> bool:
        """See the protocol."""
        params: Params = {
            "scene": SCENE.write(scene),
            "prompt": prompt,
            "cost": cost,
            "backend": backend,
            "rating": None if rating is None else rating.value,
            "options": None if options is None else OPTIONS.write(options),
            **_hold(hold_ref, paid),
        }
        return await self._step(_REQUOTE, request_id, params)

    async def to_running(self, request_id: str, *, owner: str, at_ms: int) -> bool:
        """See the protocol. Another attempt leaves the time of the first."""
        return await self._step(_TO_RUNNING, request_id, {"owner": owner, "at_ms": at_ms})

    async def run_again(self, request_id: str, *, owner: str) -> bool:
        """See the protocol."""
        return await self._step(_RUN_AGAIN, request_id, {"owner": owner})

    async def set_provider_ref(self, request_id: str, provider_ref: str) -> bool:
        """See the protocol."""
        return await self._step(_SET_PROVIDER_REF, request_id, {"provider_ref": provider_ref})

    async def back_to_held(self, request_id: str, *, owner: str) -> bool:
        """See the protocol. The provider's id of the failed attempt is forgotten."""
        return await self._step(_BACK_TO_HELD, request_id, {"owner": owner})

    async def to_stored(self, request_id: str, *, owner: str, at_ms: int) -> bool:
        """See the protocol. Its pictures are on record already: a trigger asks for them."""
        return await self._step(_TO_STORED, request_id, {"owner": owner, "at_ms": at_ms})

    async def to_stored_early(self, request_id: str, *, at_ms: int) -> bool:
        """See the protocol. Whoever drives it finds it stored, and settles nothing a second time."""
        return await self._step(_TO_STORED_EARLY, request_id, {"at_ms": at_ms})

    async def to_delivered(self, request_id: str, *, how: str) -> bool:
        """See the protocol."""
        return await self._step(_TO_DELIVERED, request_id, {"how": how})

    async def end(
        self,
        request_id: str,
        *,
        expected: frozenset[RequestState],
        state: RequestState,
        reason: EndReason,
        detail: str,
    ) -> bool:
        """See the protocol."""
        placeholders, states = in_list("expected", sorted(expected))
        params = {"state": state.value, "reason": reason.value, "detail": detail, **states}
        return await self._step(_END.format(expected=placeholders), request_id, params)

    async def mark_told(self, request_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_MARK_TOLD, {"request_id": request_id})

    async def set_reply(self, request_id: str, reply: ReplyTarget) -> None:
        """See the protocol. The guild whose wallet pays stays what it was."""
        await self._statements.execute(_SET_REPLY, {"request_id": request_id, **_reply_params(reply)})

    async def _step(self, sql: str, request_id: str, params: Params) -> bool:
        return await self._statements.fetch_one(sql, {"request_id": request_id, **params}) is not None

    async def _standing(self, request: ImageRequest) -> str | None:
        """The request that stands in the way: made by the same source, or open from the same button."""
        source: Params = {"source_kind": request.source_kind.value, "source_id": request.source_id}
        trigger: Params = {"account_id": request.account_id, "trigger_key": request.trigger_key}
        row = await self._statements.fetch_one(_BY_SOURCE, source)
        if row is None:
            row = await self._statements.fetch_one(_BY_TRIGGER, trigger)
        return None if row is None else row["request_id"]


def _hold(hold_ref: str, paid: Split) -> dict[str, Value]:
    return {"hold_ref": hold_ref, "paid_granted": paid.granted, "paid_purchased": paid.purchased}


def _reply_params(reply: ReplyTarget) -> dict[str, Value]:
    return {
        "channel_id": reply.channel_id,
        "message_id": reply.message_id,
        "token": reply.token,
        "token_until_ms": reply.token_until_ms,
        "upload_limit_bytes": reply.upload_limit_bytes,
    }


def _params(request: ImageRequest) -> dict[str, Value]:
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
        **_reply_params(request.reply),
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
    }


def _request(row: Row) -> ImageRequest:
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
    )
