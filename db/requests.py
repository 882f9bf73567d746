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
    Promise,
    ReplyTarget,
    RequestOptions,
    RequestState,
)
from bot.domain.scene import Scene
from db.documents import OPTIONS, PROMISE, SCENE, WORDS
from db.request_rows import hold_params, read_request, reply_params, request_params
from db.statements import Params, Statements, in_list

OPEN = "state IN ('received', 'held', 'running', 'stored')"
UNFINISHED = f"({OPEN} OR (state IN ('refused', 'failed', 'cancelled') AND told = 0))"
"""As the index request_unfinished has it."""
ASKED = "(state = 'received' AND scene IS NOT NULL AND confirmed = 0)"
"""Its member is asked about the price, or will be by the driver that has its lease."""

_OLDEST_OPEN = f"""
SELECT min(created_at_ms) AS created_at_ms FROM request
WHERE {OPEN} AND NOT {ASKED}
"""
_ADD = """
INSERT INTO request (request_id, kind, source_kind, source_id, account_id, user_id, requester, trigger_key,
    guild_id, channel_id, message_id, token, token_until_ms, upload_limit_bytes, state, options, scene,
    prompt, cost, paid_granted, paid_purchased, hold_ref, rating, seed, backend, provider_ref, attempts,
    confirmed, end_reason, end_detail, lease_owner, lease_until_ms, created_at_ms, deadline_at_ms, promise, given_up,
    pictures)
VALUES (:request_id, :kind, :source_kind, :source_id, :account_id, :user_id, :requester, :trigger_key,
    :guild_id, :channel_id, :message_id, :token, :token_until_ms, :upload_limit_bytes, :state, :options,
    :scene, :prompt, :cost, :paid_granted, :paid_purchased, :hold_ref, :rating, :seed, :backend,
    :provider_ref, :attempts, :confirmed, :end_reason, :end_detail, :lease_owner, :lease_until_ms,
    :created_at_ms, :deadline_at_ms, :promise, :given_up, :pictures)
ON CONFLICT DO NOTHING RETURNING request_id
"""
_GET = "SELECT * FROM request WHERE request_id = :request_id"
_BY_SOURCE = "SELECT request_id FROM request WHERE source_kind = :source_kind AND source_id = :source_id"
_BY_TRIGGER = f"""
SELECT request_id FROM request
WHERE account_id = :account_id AND trigger_key = :trigger_key AND trigger_key <> '' AND {OPEN}
"""
_COUNT_OPEN = f"SELECT count(*) AS open_count FROM request WHERE account_id = :account_id AND {OPEN}"
_UNFINISHED_IDS = f"SELECT request_id FROM request WHERE {UNFINISHED} ORDER BY created_at_ms, request_id"
_DUE_IDS = f"""
SELECT request_id FROM request
WHERE {UNFINISHED} AND (lease_owner IS NULL OR lease_until_ms <= :now_ms)
    AND (deadline_at_ms <= :now_ms OR lease_owner IS NOT NULL OR NOT {ASKED})
ORDER BY created_at_ms, request_id
"""
_CLAIM = f"""
UPDATE request SET lease_owner = :owner, lease_until_ms = :until_ms
WHERE request_id = :request_id AND {UNFINISHED}
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
UPDATE request SET lease_owner = NULL, lease_until_ms = 0 WHERE {UNFINISHED} AND lease_owner IS NOT NULL
"""
_SET_QUOTE = """
UPDATE request SET scene = :scene, prompt = :prompt, cost = :cost, seed = :seed, backend = :backend,
    rating = :rating, options = COALESCE(:options, options), promise = COALESCE(:promise, promise)
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
    options = COALESCE(:options, options), promise = COALESCE(:promise, promise), provider_ref = NULL,
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
WHERE request_id = :request_id AND state = 'running' AND backend = :backend RETURNING request_id
"""
_BACK_TO_HELD = """
UPDATE request SET state = 'held', provider_ref = CASE WHEN :keeps_job = 1 THEN provider_ref END
WHERE request_id = :request_id AND state = 'running' AND lease_owner = :owner RETURNING request_id
"""
_MOVE = """
UPDATE request SET state = 'held', backend = :to_backend, provider_ref = NULL, attempts = 0, given_up = :given_up
WHERE request_id = :request_id AND state = 'running' AND backend = :from_backend AND lease_owner = :owner
    AND NOT EXISTS (SELECT 1 FROM image WHERE image.request_id = request.request_id) RETURNING request_id
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
_BILL = """
UPDATE request SET billed = :moments, billed_at_ms = :at_ms
WHERE request_id = :request_id AND billed_at_ms IS NULL RETURNING request_id
"""
_BILLED_TIMES = """
SELECT billed_at_ms FROM request WHERE account_id = :account_id AND billed_at_ms > :after_ms ORDER BY billed_at_ms
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
        if await self._statements.fetch_one(_ADD, request_params(request)) is None:
            raise DuplicateRequestError(await self._standing(request))

    async def get(self, request_id: str) -> ImageRequest | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"request_id": request_id})
        return None if row is None else read_request(row)

    async def count_open(self, account_id: str) -> int:
        """See the protocol."""
        return (await self._statements.fetch_all(_COUNT_OPEN, {"account_id": account_id}))[0]["open_count"]

    async def unfinished_ids(self) -> Sequence[str]:
        """See the protocol."""
        return [row["request_id"] for row in await self._statements.fetch_all(_UNFINISHED_IDS)]

    async def oldest_open_at_ms(self) -> int | None:
        """See the protocol."""
        return (await self._statements.fetch_all(_OLDEST_OPEN))[0]["created_at_ms"]

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
        promise: Promise | None = None,
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
            "promise": None if promise is None else PROMISE.write(promise),
        }
        return await self._step(_SET_QUOTE, request_id, params)

    async def confirm(self, request_id: str) -> bool:
        """See the protocol."""
        return await self._step(_CONFIRM, request_id, {})

    async def to_held(self, request_id: str, *, hold_ref: str, paid: Split, at_ms: int) -> bool:
        """See the protocol."""
        return await self._step(_TO_HELD, request_id, {"at_ms": at_ms, **hold_params(hold_ref, paid)})

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
        promise: Promise | None = None,
    ) -> bool:
        """See the protocol."""
        params: Params = {
            "scene": SCENE.write(scene),
            "prompt": prompt,
            "cost": cost,
            "backend": backend,
            "rating": None if rating is None else rating.value,
            "options": None if options is None else OPTIONS.write(options),
            "promise": None if promise is None else PROMISE.write(promise),
            **hold_params(hold_ref, paid),
        }
        return await self._step(_REQUOTE, request_id, params)

    async def to_running(self, request_id: str, *, owner: str, at_ms: int) -> bool:
        """See the protocol. Another attempt leaves the time of the first."""
        return await self._step(_TO_RUNNING, request_id, {"owner": owner, "at_ms": at_ms})

    async def run_again(self, request_id: str, *, owner: str) -> bool:
        """See the protocol."""
        return await self._step(_RUN_AGAIN, request_id, {"owner": owner})

    async def set_provider_ref(self, request_id: str, provider_ref: str, *, backend: str) -> bool:
        """See the protocol."""
        params: Params = {"provider_ref": provider_ref, "backend": backend}
        return await self._step(_SET_PROVIDER_REF, request_id, params)

    async def back_to_held(self, request_id: str, *, owner: str, keeps_job: bool = False) -> bool:
        """See the protocol."""
        return await self._step(_BACK_TO_HELD, request_id, {"owner": owner, "keeps_job": int(keeps_job)})

    async def move(
        self, request_id: str, *, owner: str, from_backend: str, to_backend: str, given_up: Sequence[str]
    ) -> bool:
        """See the protocol. The hold that pays is untouched."""
        params: Params = {
            "owner": owner,
            "from_backend": from_backend,
            "to_backend": to_backend,
            "given_up": WORDS.write(tuple(given_up)),
        }
        return await self._step(_MOVE, request_id, params)

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

    async def bill(self, request_id: str, *, moments: int, at_ms: int) -> bool:
        """See the protocol."""
        return await self._step(_BILL, request_id, {"moments": moments, "at_ms": at_ms})

    async def billed_times(self, account_id: str, after_ms: int) -> Sequence[int]:
        """See the protocol."""
        params: Params = {"account_id": account_id, "after_ms": after_ms}
        return [row["billed_at_ms"] for row in await self._statements.fetch_all(_BILLED_TIMES, params)]

    async def mark_told(self, request_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_MARK_TOLD, {"request_id": request_id})

    async def set_reply(self, request_id: str, reply: ReplyTarget) -> None:
        """See the protocol. The guild whose wallet pays stays what it was."""
        await self._statements.execute(_SET_REPLY, {"request_id": request_id, **reply_params(reply)})

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
