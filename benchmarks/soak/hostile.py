"""One in ten is up to no good: what Discord's own client would never send, or never twice."""

from __future__ import annotations

from benchmarks.soak.answers import EXPIRED
from benchmarks.soak.members import COMMAND, FORM, Members
from benchmarks.soak.payloads import Json, Person, Place, Post, clickables, new_id
from benchmarks.soak.records import Duty
from benchmarks.soak.tree import SLASH, nested

TEXTS = (
    "",
    "x" * 6_000,
    "👻" * 2_000,
    "9" * 4_000,
    "\u202e\u2066\u200b\u200d\ufeff",
    "a\u0337\u0336\u0335\u0334" * 900,
    "Mi\u200bra at the \u202ehcaeb\u202c",
    "{0.__class__} %s ${x} {{7*7}}",
    "'; DROP TABLE account; --",
    "\x00\ud800",
    "@everyone " * 400,
)
_WRONG: tuple[object, ...] = (None, [], {}, -1, 1e300, True, "NaN", "9" * 40)
FORGED_VALUES = ("", "0", "9" * 20, "_" * 40, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "premium", "-1", "a" * 40)

LONGEST_ID = 100


class Attackers:
    """They share the members' world, messages and forms."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._rng = members.rng
        self._kinds = (
            self.forged_id,
            self.nonsense_id,
            self.anothers_button,
            self.replay,
            self.hostile_text,
            self.wrong_type,
            self.unknown_command,
            self.channel_gone,
            self.empty_form,
            self.expired_token,
        )

    async def act(self) -> None:
        """One of them tries something."""
        await self._rng.choice(self._kinds)()

    async def forged_id(self) -> None:
        """A button of the bot's kind with values that were never on it."""
        members, post = self._members, self._some_post()
        known = [part for part in clickables(post.components) if part["type"] == 2] if post else []
        if post is None or not known:
            return await self.unknown_command()
        part = dict(self._rng.choice(known))
        action, _, values = part["custom_id"].partition(":")
        fields = values.split(".") if values else []
        forged = f"{action}:{'.'.join(self._rng.choice(FORGED_VALUES) for _ in fields)}"
        part["custom_id"] = (
            forged if len(forged) <= LONGEST_ID else f"{action}:{'.'.join('0' for _ in fields)}"
        )
        await members.press(self._somebody(), _with(post, part), part, hostile="forged custom id")
        return None

    async def nonsense_id(self) -> None:
        """A custom id that never was the bot's."""
        post = self._some_post()
        if post is None:
            return await self.unknown_command()
        part = {"type": 2, "style": 2, "label": "x", "custom_id": f"nonsense:{new_id()}"}
        await self._members.press(
            self._somebody(), _with(post, part), part, hostile="nonsense custom id", duty=Duty.NOTHING
        )
        return None

    async def anothers_button(self) -> None:
        """What only somebody else can see."""
        if not await self._members.press_something(is_thief=True):
            await self.unknown_command()

    async def replay(self) -> None:
        """The same interaction once more."""
        members = self._members
        if not members.recent:
            return await self.unknown_command()
        sent, payload = self._rng.choice(members.recent)
        sent.is_replayed = True
        members.world.books.hostile["replayed"] += 1
        await members.world.gateway.dispatch("INTERACTION_CREATE", payload)
        return None

    async def hostile_text(self) -> None:
        """A text that is too long, turned around, invisible or somebody else's language."""
        command = self._rng.choice(
            [c for c in self._members.commands if any(o["type"] == 3 for o in c.options)]
        )
        given, resolved = self._members.options.chosen(command)
        given = [option for option in given if option["type"] != 3]
        given += [
            {"name": option["name"], "type": 3, "value": self._rng.choice(TEXTS)}
            for option in command.options
            if option["type"] == 3
        ]
        await self._command(command.name, given, "hostile text", resolved)

    async def wrong_type(self) -> None:
        """An option of another type than it declares."""
        command = self._rng.choice([c for c in self._members.commands if c.options])
        given = [
            {"name": option["name"], "type": option["type"], "value": self._rng.choice(_WRONG)}
            for option in command.options
            if option["type"] != 6
        ]
        await self._command(command.name, given, "wrong option type")

    async def unknown_command(self) -> None:
        """A command that the bot never had."""
        await self._command(self._rng.choice(("image steal", "sudo", "moments mint")), [], "unknown command")

    async def channel_gone(self) -> None:
        """From a channel that was deleted meanwhile."""
        members = self._members
        gone = Place(
            self._rng.choice(members.places).guild_id,
            777_000_000 + self._rng.randrange(100),
            "gone",
            is_known=False,
        )
        command = self._rng.choice([c for c in members.commands if c.kind == SLASH])
        await members.use(command, place=gone, hostile="channel gone")

    async def empty_form(self) -> None:
        """A form of which fields are missing."""
        members = self._members
        if not members.forms:
            return await self.unknown_command()
        opened, form = members.forms.popleft()
        kept = [part for part in clickables(form.get("components")) if self._rng.random() < 0.3]
        answers = [
            {"type": 1, "components": [{"type": 4, "custom_id": part["custom_id"], "value": ""}]}
            for part in kept
        ]
        data: Json = {"custom_id": form["custom_id"], "components": answers}
        action = form["custom_id"].partition(":")[0]
        await members.send(
            FORM,
            f"submit {action}",
            opened.who,
            opened.place,
            data,
            post=opened.pressed,
            hostile="form with missing fields",
        )
        return None

    async def expired_token(self) -> None:
        """Discord takes no answer any more."""
        command = self._rng.choice([c for c in self._members.commands if c.kind == SLASH])
        await self._members.use(command, hostile=EXPIRED, duty=Duty.NOTHING)

    async def _command(
        self, name: str, given: list[Json], hostile: str, resolved: Json | None = None
    ) -> None:
        members = self._members
        top, options = nested(name, given)
        data: Json = {"id": "3000", "name": top, "type": SLASH, "options": options}
        if resolved:
            data["resolved"] = resolved
        await members.send(
            COMMAND, f"/{name}", self._somebody(), self._rng.choice(members.places), data, hostile=hostile
        )

    def _somebody(self) -> Person:
        return self._rng.choice(self._members.people)

    def _some_post(self) -> Post | None:
        place = self._rng.choice(self._members.places)
        posts = [
            post
            for post in self._members.world.messages.in_channel(place.channel_id)[-40:]
            if post.components
        ]
        return self._rng.choice(posts) if posts else None


def _with(post: Post, part: Json) -> Post:
    """The message as the attacker's client claims to have seen it."""
    body = {**post.body, "components": [{"type": 1, "components": [part]}]}
    return Post(post.message_id, post.place, post.author, body, post.seen_by, post.flags, post.webhook_id)
