"""One interaction that a member started, and what the bot did about it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground._simcord import BackendInteraction, errors
from playground.records import Message, Request, view
from playground.waiting import Waiters

if TYPE_CHECKING:
    from playground.backend import LiveBackend

_CALLBACK = "/interactions/{interaction_id}/{token}/callback"


@dataclass(frozen=True, slots=True)
class Ack:
    """The first answer. ``kind``: message, deferred, deferred_update, update, modal or autocomplete."""

    kind: str
    ephemeral: bool
    #: Seconds from sending the interaction to having received the answer.
    latency_s: float


@dataclass(frozen=True, slots=True)
class ApiError:
    """A request about this interaction that was refused."""

    status: int
    code: int
    message: str
    request: Request
    latency_s: float


class Interaction:
    """A record to await answers on. Every wait raises ``TimeoutError`` saying what did not come."""

    def __init__(self, backend: LiveBackend, record: BackendInteraction, payload: dict[str, Any]) -> None:
        self._backend = backend
        self._record = record
        self._waiters = Waiters()
        #: As it was sent over the gateway.
        self.payload = payload
        self.sent_at = time.perf_counter()
        self.ack: Ack | None = None
        #: Refused requests, oldest first (e.g. 10062 after the deadline, 40060 on a second answer).
        self.errors: list[ApiError] = []

    def __repr__(self) -> str:
        data = self.payload.get("data", {})
        return f"<Interaction {self.id} {data.get('name') or data.get('custom_id')!r} ack={self.ack}>"

    @property
    def id(self) -> int:
        """The interaction's id."""
        return self._record.id

    @property
    def token(self) -> str:
        """The token in its webhook paths."""
        return self._record.token

    @property
    def channel_id(self) -> int:
        """Where it was started."""
        return self._record.channel_id

    @property
    def member_id(self) -> int:
        """Who started it."""
        return self._record.user_id

    # ------------------------------------------------------------ what there is now

    @property
    def response(self) -> Message | None:
        """The original answer as it stands (perhaps still thinking), if there is one and it was not deleted."""
        return self._message(self._record.message_id)

    @property
    def followups(self) -> list[Message]:
        """The follow-ups that still exist, oldest first."""
        messages = (self._message(message_id) for message_id in self._record.followup_ids)
        return [message for message in messages if message is not None]

    @property
    def modal(self) -> dict[str, Any] | None:
        """The modal that was shown, as the bot sent it (``custom_id``, ``title``, ``components``)."""
        return self._record.modal

    def _message(self, message_id: int | None) -> Message | None:
        if message_id is None:
            return None
        try:
            return view(self._backend, self._backend.get_message(self.channel_id, message_id))
        except errors.BackendError:
            return None

    # --------------------------------------------------------------------- waits

    async def acknowledged(self, timeout_s: float = 5.0) -> Ack:
        """The first answer."""
        return await self._waiters.until(lambda: self.ack, timeout_s, lambda: f"an answer to {self}")

    async def answered(self, timeout_s: float = 30.0) -> Message:
        """The original answer, once it is no longer thinking."""
        return await self._waiters.until(
            self._settled_response, timeout_s, lambda: f"the original answer of {self} ({self.errors})"
        )

    def _settled_response(self) -> Message | None:
        message = self.response
        return None if message is None or message.thinking else message

    async def followup(self, index: int = 0, timeout_s: float = 30.0) -> Message:
        """The follow-up number ``index`` (0 is the first)."""

        def found() -> Message | None:
            messages = self.followups
            return messages[index] if len(messages) > index else None

        return await self._waiters.until(found, timeout_s, lambda: f"follow-up {index} of {self}")

    async def said(self, text: str, timeout_s: float = 30.0) -> Message:
        """The original answer or follow-up whose text contains ``text``."""

        def found() -> Message | None:
            candidates = [self._settled_response(), *self.followups]
            return next((message for message in candidates if message and text in message.text), None)

        return await self._waiters.until(found, timeout_s, lambda: f"{text!r} from {self}: {self.texts()}")

    def texts(self) -> list[str]:
        """What was said so far, original answer first."""
        candidates = [self.response, *self.followups]
        return [message.text for message in candidates if message is not None]

    async def modal_shown(self, timeout_s: float = 5.0) -> dict[str, Any]:
        """The modal."""
        return await self._waiters.until(lambda: self.modal, timeout_s, lambda: f"a modal from {self}")

    async def choices(self, timeout_s: float = 5.0) -> list[dict[str, Any]]:
        """The autocomplete choices (``name``, ``value``)."""
        await self.acknowledged(timeout_s)
        return list(self._record.autocomplete_choices or ())

    async def failed(self, timeout_s: float = 10.0) -> ApiError:
        """The first refused request."""
        return await self._waiters.until(
            lambda: self.errors[0] if self.errors else None, timeout_s, lambda: f"a refusal for {self}"
        )

    # ------------------------------------------------------------------ control

    def expire(self) -> None:
        """End the token's life now: the answers are 401/50027 (10062 for the first one) from here on."""
        self._record.expires_at = self._backend.now_iso()

    def note_request(self, request: Request) -> None:
        """Take in a request of the bot's about this interaction (called by the REST transport)."""
        latency_s = request.at - self.sent_at
        if request.template == _CALLBACK and request.took_effect and self._record.response_kind is not None:
            self.ack = Ack(str(self._record.response_kind), self._record.ephemeral, latency_s)
        elif not request.took_effect and isinstance(request.answer, dict):
            self.errors.append(
                ApiError(
                    status=request.status,
                    code=int(request.answer.get("code") or 0),
                    message=str(request.answer.get("message")),
                    request=request,
                    latency_s=latency_s,
                )
            )
        self._waiters.notify()

    def note_change(self) -> None:
        """Look again: one of its messages changed."""
        self._waiters.notify()
