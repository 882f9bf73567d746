"""What was sent to the bot, and what became of each."""

from __future__ import annotations

import enum
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.soak.payloads import Json, Person, Place, Post, clickables

KEPT_A_CHANNEL = 400
KEPT_WHISPERS = 20_000
OUR_SIDE = "our side"
"""The words that a member reads when the bot had an error that it did not foresee."""


class Duty(enum.Enum):
    """What the bot owes an interaction. ``NOTHING``: it may be silent, as with what nobody can have pressed."""

    ANSWER = enum.auto()
    NOTHING = enum.auto()


@dataclass(slots=True)
class Sent:
    """One interaction. Times are of ``time.perf_counter()``; ``callbacks`` counts answers that Discord took."""

    interaction_id: int
    token: str
    what: str
    who: Person
    place: Place
    duty: Duty = Duty.ANSWER
    hostile: str = ""
    sent_at: float = field(default_factory=time.perf_counter)
    acked_after_s: float | None = None
    callbacks: int = 0
    was_spoilt: bool = False
    is_replayed: bool = False
    pressed: Post | None = None
    answer: Post | None = None

    def __str__(self) -> str:
        marks = f" ({self.hostile})" if self.hostile else ""
        return f"{self.interaction_id} {self.what}{marks} by {self.who.name} in {self.place.name}"


class Messages:
    """The messages of all channels, the latest of each."""

    def __init__(self) -> None:
        self._posts: dict[int, Post] = {}
        self._channels: dict[int, deque[int]] = {}
        self._whispers: OrderedDict[int, Post] = OrderedDict()
        self._heard_by: dict[int, deque[int]] = {}

    def keep(self, post: Post) -> None:
        """Take a new one in; the oldest of its place is forgotten."""
        if post.seen_by is not None:
            self._whispers[post.message_id] = post
            self._heard_by.setdefault(post.seen_by, deque(maxlen=8)).append(post.message_id)
            if len(self._whispers) > KEPT_WHISPERS:
                self._whispers.popitem(last=False)
            return
        here = self._channels.setdefault(post.place.channel_id, deque())
        here.append(post.message_id)
        self._posts[post.message_id] = post
        if len(here) > KEPT_A_CHANNEL:
            self._posts.pop(here.popleft(), None)

    def find(self, message_id: int) -> Post | None:
        """One by its id."""
        return self._posts.get(message_id) or self._whispers.get(message_id)

    def drop(self, message_id: int) -> None:
        """Somebody deletes or dismisses it."""
        post = self._posts.pop(message_id, None) or self._whispers.pop(message_id, None)
        if post is not None:
            post.is_gone = True

    def in_channel(self, channel_id: int) -> list[Post]:
        """Those that all see, oldest first."""
        ids = self._channels.get(channel_id, ())
        return [self._posts[message_id] for message_id in ids if message_id in self._posts]

    def whispered_to(self, user_id: int) -> list[Post]:
        """Those that one member alone sees, oldest first."""
        ids = self._heard_by.get(user_id, ())
        return [self._whispers[message_id] for message_id in ids if message_id in self._whispers]

    def all(self) -> Iterator[Post]:
        """Every one that is kept."""
        yield from self._posts.values()
        yield from self._whispers.values()


@dataclass
class Books:
    """Every interaction, and what the soak counts beside them."""

    sent: list[Sent] = field(default_factory=list)
    by_token: dict[str, Sent] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    hostile: Counter[str] = field(default_factory=Counter)
    unknown_routes: Counter[str] = field(default_factory=Counter)
    answered_twice: list[Sent] = field(default_factory=list)
    told_of_errors: list[str] = field(default_factory=list)
    posted_twice: list[str] = field(default_factory=list)
    pictures: int = 0
    calls: int = 0
    _posted: dict[str, int] = field(default_factory=dict)

    def note(self, sent: Sent) -> None:
        """One is on its way."""
        self.sent.append(sent)
        self.by_token[sent.token] = sent
        if sent.hostile:
            self.hostile[sent.hostile] += 1
        else:
            self.used[sent.what] += 1

    def read(self, post: Post, raw: str) -> None:
        """Look at what the bot wrote: an error of its own, a picture that is there already."""
        if OUR_SIDE in raw:
            self.told_of_errors.append(f"{post.place.name}: {raw[:400]}")
        if post.seen_by is not None or not post.attachments:
            return
        for image_id in pictures_in(post.components):
            first = self._posted.setdefault(image_id, post.message_id)
            if first != post.message_id:
                self.posted_twice.append(f"picture {image_id} in messages {first} and {post.message_id}")
            else:
                self.pictures += 1

    def unanswered(self) -> list[Sent]:
        """Those that the bot owes an answer."""
        return [sent for sent in self.sent if sent.duty is Duty.ANSWER and not sent.callbacks]

    def left_thinking(self) -> list[Sent]:
        """Those whose "thinking…" nothing ever filled."""
        return [sent for sent in self.sent if sent.answer is not None and sent.answer.is_thinking]


def pictures_in(components: list[Json]) -> list[str]:
    """The ids of the pictures that a message delivers: it has a button to make each again."""
    ids = (part["custom_id"].partition(":") for part in clickables(components))
    return [image_id for action, _, image_id in ids if action in {"again", "again-batch"}]
