"""Answers to interactions, as Discord takes them: one first answer each, in time, and what follows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.soak.payloads import BOT_ID, EPHEMERAL, THINKING, Json, Post, bot_user, new_id
from benchmarks.soak.records import Books, Messages, Sent

ACK_WITHIN_S = 3.0
"""As long as Discord waits for the first answer."""
EXPIRED = "expired token"
"""The attack by interactions that Discord takes no answer to any more."""
_MESSAGE, _THINKING, _SILENT, _UPDATE, _CHOICES, _FORM = 4, 5, 6, 7, 8, 9
_UNKNOWN_INTERACTION, _UNKNOWN_WEBHOOK, _ACKNOWLEDGED = 10062, 10015, 40060


class Refused(Exception):  # noqa: N818  it is Discord's word for it
    """Discord says no."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the bot's, read."""

    method: str
    part: Sequence[str]
    query: Mapping[str, str]
    body: Json
    files: Sequence[Json]
    raw: str


class Answers:
    """Takes them. ``late_is_lost``: one after 3 s is refused, as Discord does; else it counts whenever it comes."""

    def __init__(self, books: Books, messages: Messages, *, late_is_lost: bool) -> None:
        self.on_form: Callable[[Sent, Json], None] = lambda _sent, _form: None
        self.on_choices: Callable[[Sent, list[Json]], None] = lambda _sent, _choices: None
        self._books, self._messages = books, messages
        self._late_is_lost = late_is_lost

    def note_first(self, token: str) -> None:
        """When the bot first answered: what Discord's faults cost after that is not the bot's."""
        sent = self._books.by_token.get(token)
        if sent is not None and sent.acked_after_s is None:
            sent.acked_after_s = time.perf_counter() - sent.sent_at

    def can_come(self, sent: Sent) -> bool:
        """Whether a first answer would still be taken."""
        return not self._late_is_lost or time.perf_counter() - sent.sent_at <= ACK_WITHIN_S

    def take(self, token: str, call: Call, *, spoilt: bool) -> Json:
        """The first answer; ``spoilt``: the bot will not hear that it was taken."""
        sent = self._known(token)
        if sent.callbacks:
            if not sent.was_spoilt and not sent.is_replayed:
                self._books.answered_twice.append(sent)
            raise Refused(400, _ACKNOWLEDGED)
        if sent.hostile == EXPIRED or not self.can_come(sent):
            raise Refused(404, _UNKNOWN_INTERACTION)
        sent.callbacks += 1
        sent.was_spoilt = spoilt
        sent.answer = self._shown(sent, call)
        told = {"id": str(sent.interaction_id), "type": 2}
        if sent.answer is not None:
            told["response_message_id"] = str(sent.answer.message_id)
        return {"interaction": told}

    def follow_up(self, token: str, call: Call) -> Post:
        """A new message; the first one after a "thinking…" fills it."""
        sent = self.require(token)
        post = sent.answer
        if post is None or not post.is_thinking:
            post = self._new_post(sent, call.body)
        self._write(post, call.body, call)
        return post

    def require(self, token: str) -> Sent:
        """The interaction whose webhook this is: there is one only after the first answer."""
        sent = self._known(token)
        if not sent.callbacks:
            raise Refused(404, _UNKNOWN_WEBHOOK)
        return sent

    def _known(self, token: str) -> Sent:
        sent = self._books.by_token.get(token)
        if sent is None:
            raise Refused(404, _UNKNOWN_INTERACTION)
        return sent

    def _shown(self, sent: Sent, call: Call) -> Post | None:
        """The message that a first answer makes, or changes."""
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind == _CHOICES:
            self.on_choices(sent, data.get("choices") or [])
        elif kind == _FORM:
            self.on_form(sent, data)
        elif kind == _SILENT:
            return sent.pressed
        elif kind == _UPDATE and sent.pressed is not None:
            self._write(sent.pressed, data, call)
            return sent.pressed
        elif kind in {_MESSAGE, _THINKING}:
            post = self._new_post(sent, data)
            if kind == _THINKING:
                post.flags |= THINKING
            else:
                self._write(post, data, call)
            return post
        return None

    def _write(self, post: Post, body: Json, call: Call) -> None:
        post.change(body, call.files)
        self._books.read(post, call.raw)

    def _new_post(self, sent: Sent, body: Json) -> Post:
        flags = int(body.get("flags") or 0)
        seen_by = sent.who.user_id if flags & EPHEMERAL else None
        post = Post(new_id(), sent.place, bot_user(), {}, seen_by, flags, webhook_id=BOT_ID)
        self._messages.keep(post)
        return post
