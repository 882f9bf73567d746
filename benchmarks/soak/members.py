"""Members who use everything: commands of the synced tree, whatever is clickable, forms, and plain words."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from typing import Any

from benchmarks.soak.payloads import Json, Person, Place, Post, clickables, interaction, new_id
from benchmarks.soak.records import Duty, Sent
from benchmarks.soak.tree import MESSAGE_MENU, Command, Options, commands_in, label, nested
from benchmarks.soak.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
BUTTON, TEXT_SELECT, TEXT_INPUT, ROLE_SELECT, CHANNEL_SELECT = 2, 3, 4, 6, 8
_LINK_STYLES = {5, 6}
COMMAND_WEIGHTS = {
    "image instant": 2.0,
    "image premium": 1.0,
    "image advanced": 1.0,
    "image group": 0.7,
    "Picture this": 1.2,
    "Edit image": 1.0,
    "Report image": 1.0,
    "gallery": 2.0,
    "stats": 0.2,
    "privacy export": 0.15,
    "privacy delete": 0.15,
    "companion create": 2.0,
    "companion speak": 3.0,
}
"""How often each is used beside the others; one that is not named here weighs ``USUAL``."""
USUAL = 6.0
PAID_ACTIONS = frozenset(
    {"instant", "again", "again-batch", "studio-generate", "reference-make", "confirm", "edit"}
)
PAID_SHARE = 0.03
"""Of the buttons that cost something, which are under most messages, this share is looked at."""
RARE_ACTIONS = {"privacy-delete": 0.05, "privacy-delete-form": 0.05, "privacy-export": 0.05, "download": 0.3}
SETUP_PREFIX = "setup-"
_SMALL_TALK = (
    "*leans on the railing and watches the boats come in*",
    "It is getting cold out here, isn't it?",
    "Did you like that photo?",
    "The lamps along the harbour come on one by one.",
)
_WISHES = ("Mira, send me a photo of you at the beach", "Juno, can you send me a pic of you right now?")


class Members:
    """Decides who does what next, by a seed, and sends it. Settings are changed in the last guild alone."""

    def __init__(
        self, world: World, rng: random.Random, people: Sequence[Person], places: Sequence[Place]
    ) -> None:
        self.world, self.rng = world, rng
        self.people, self.places = people, places
        self.moderators = [who for who in people if who.is_moderator]
        self.options = Options(rng, people)
        self.commands: list[Command] = []
        self.forms: deque[tuple[Sent, Json]] = deque(maxlen=200)
        self.recent: deque[tuple[Sent, Json]] = deque(maxlen=50)
        world.answers.on_form = self._keep_form
        world.answers.on_choices = self._keep_choices
        self._settings_guild = max(place.guild_id for place in places)
        self._weights: list[float] = []
        self._asked: dict[int, tuple[str, str]] = {}
        self._unused: deque[Command] = deque()

    def learn(self) -> None:
        """Read the commands that the bot registered."""
        self.commands = commands_in(self.world.tree)
        self._unused.extend(self.rng.sample(self.commands, len(self.commands)))
        self._weights = [COMMAND_WEIGHTS.get(command.name, USUAL) for command in self.commands]

    def _keep_form(self, sent: Sent, form: Json) -> None:
        self.forms.append((sent, form))

    def _keep_choices(self, sent: Sent, choices: list[Json]) -> None:
        asked = self._asked.pop(sent.interaction_id, None)
        if asked is not None:
            self.options.keep(*asked, choices)

    # ------------------------------------------------------------------ one after another

    async def act(self) -> None:
        """Somebody does something."""
        draw = self.rng.random()
        if self.forms and draw < 0.12:
            await self.submit(*self.forms.popleft())
        elif draw < 0.42 and await self.press_something():
            return
        elif draw < 0.52:
            await self.autocomplete(self.rng.choice([c for c in self.commands if c.suggested]))
        else:
            await self._use_next()

    async def _use_next(self) -> None:
        """A command: each once at first, then by weight."""
        if not self._unused:
            await self.use(self.rng.choices(self.commands, self._weights)[0])
            return
        command = self._unused.popleft()
        sent = await self.use(command)
        if sent is None or sent.what != label(command):
            self._unused.append(command)  # it lacked a suggestion, or a message to use it on

    async def talk(self) -> None:
        """A member writes; now and then it asks for a picture."""
        who, place = self.rng.choice(self.people), self.rng.choice(self.places)
        text = self.rng.choice(_WISHES if self.rng.random() < 0.1 else _SMALL_TALK)
        post = self.world.member_says(place, who.as_user(), text)
        member = who.as_member()
        member.pop("user")
        await self.world.gateway.dispatch(
            "MESSAGE_CREATE", post.as_json() | {"guild_id": str(place.guild_id), "member": member}
        )

    async def use(
        self, command: Command, who: Person | None = None, place: Place | None = None, **also: Any
    ) -> Sent | None:
        """Use a command with options as they come; None where there is no message to use it on."""
        lacking = self.options.lacks(command)
        if lacking is not None:
            return await self.autocomplete(command, lacking)
        place = place or self._place_for(command)
        who = who or self._person_for(command)
        given, resolved = self.options.chosen(command)
        name, options = nested(command.name, given)
        data: Json = {"id": "3000", "name": name, "type": command.kind, "options": options}
        if command.kind == MESSAGE_MENU:
            posts = self.world.messages.in_channel(place.channel_id)
            if not posts:
                return None
            post = self.rng.choice(posts[-60:])
            data = {"id": "3000", "name": command.name, "type": MESSAGE_MENU}
            data |= {"target_id": str(post.message_id)}
            resolved = {"messages": {str(post.message_id): post.as_json()}}
        if resolved:
            data["resolved"] = resolved
        return await self.send(COMMAND, label(command), who, place, data, **also)

    async def use_with(self, command: Command, who: Person, place: Place, **values: str) -> Sent:
        """Use a slash command with these options."""
        given = [{"name": name, "type": 3, "value": value} for name, value in values.items()]
        name, options = nested(command.name, given)
        data = {"id": "3000", "name": name, "type": command.kind, "options": options}
        return await self.send(COMMAND, label(command), who, place, data)

    async def autocomplete(self, command: Command, option: Json | None = None) -> Sent:
        """Type into an option that makes suggestions."""
        option = option or self.rng.choice(command.suggested)
        typed = self.rng.choice(("", "", "m", "ju", "a"))
        focused = {"name": option["name"], "type": option["type"], "value": typed, "focused": True}
        name, options = nested(command.name, [focused])
        data = {"id": "3000", "name": name, "type": command.kind, "options": options}
        who = self._person_for(command)
        asked = (command.name, option["name"])
        return await self.send(
            AUTOCOMPLETE, f"type into {command.name}", who, self._place_for(command), data, asked=asked
        )

    async def press_something(self, *, is_thief: bool = False) -> bool:
        """Press what is clickable on a message; a thief presses what only another member sees."""
        owner, place = self.rng.choice(self.people), self.rng.choice(self.places)
        posts = self.world.messages.whispered_to(owner.user_id)
        if not posts or (not is_thief and self.rng.random() < 0.5):
            posts = self.world.messages.in_channel(place.channel_id)[-40:]
        found = [
            (post, part) for post in posts for part in clickables(post.components) if self._may(post, part)
        ]
        if not found:
            return False
        post, part = self.rng.choice(found)
        who = owner
        if is_thief:
            who = self.rng.choice([other for other in self.people if other is not owner])
        elif post.seen_by is None and post.place.name == "mods":
            who = self.rng.choice(self.moderators)
        await self.press(who, post, part, hostile="another's button" if is_thief else "")
        return True

    async def press(self, who: Person, post: Post, part: Json, **also: Any) -> Sent:
        """Press or choose in one component."""
        data: Json = {"custom_id": part["custom_id"], "component_type": part["type"]}
        if part["type"] != BUTTON:
            data |= self._selected(part, post.place)
        action = part["custom_id"].partition(":")[0]
        return await self.send(COMPONENT, f"press {action}", who, post.place, data, post=post, **also)

    async def submit(self, opened: Sent, form: Json, **also: Any) -> Sent:
        """Fill a form in and send it."""
        answers: list[Json] = []
        for part in clickables(form.get("components")):
            if part["type"] == TEXT_INPUT:
                filled: Json = {
                    "type": TEXT_INPUT,
                    "custom_id": part["custom_id"],
                    "value": self._typed(form, part),
                }
            else:
                filled = {"type": part["type"], "custom_id": part["custom_id"]}
                filled |= self._selected(part, opened.place)
            answers.append({"type": 18, "component": filled})
        data = {"custom_id": form["custom_id"], "components": answers}
        action = form["custom_id"].partition(":")[0]
        return await self.send(
            FORM, f"submit {action}", opened.who, opened.place, data, post=opened.pressed, **also
        )

    async def send(
        self,
        kind: int,
        what: str,
        who: Person,
        place: Place,
        data: Json,
        *,
        post: Post | None = None,
        hostile: str = "",
        duty: Duty = Duty.ANSWER,
        asked: tuple[str, str] | None = None,
    ) -> Sent:
        """Send an interaction and note it."""
        interaction_id = new_id()
        token = f"token-{interaction_id}"
        payload = interaction(interaction_id, token, kind=kind, who=who, place=place, data=data)
        if post is not None:
            payload["message"] = post.as_json()
        sent = Sent(interaction_id, token, what, who, place, duty, hostile, pressed=post)
        if asked is not None:
            self._asked[interaction_id] = asked
        self.world.books.note(sent)
        if not hostile and kind != AUTOCOMPLETE:
            self.recent.append((sent, payload))
        await self.world.gateway.dispatch("INTERACTION_CREATE", payload)
        return sent

    # ------------------------------------------------------------------ choosing

    def _person_for(self, command: Command) -> Person:
        wants_moderator = command.is_guarded and self.rng.random() < 0.9
        return self.rng.choice(self.moderators if wants_moderator else self.people)

    def _place_for(self, command: Command) -> Place:
        if command.name == "privacy delete":  # whoever deletes all of it has little to delete
            return self.rng.choice([p for p in self.places if p.guild_id == self._settings_guild])
        return self.rng.choice(self.places)

    def _may(self, post: Post, part: Json) -> bool:
        """Whether this is pressed now: rare things rarely, paid ones seldom, settings in one guild alone."""
        if part.get("style") in _LINK_STYLES:
            return False
        action = part["custom_id"].partition(":")[0]
        if action.startswith(SETUP_PREFIX) and post.place.guild_id != self._settings_guild:
            return False
        return self.rng.random() < RARE_ACTIONS.get(action, PAID_SHARE if action in PAID_ACTIONS else 1.0)

    def _typed(self, form: Json, part: Json) -> str:
        longest, least = part.get("max_length") or 1000, part.get("min_length") or 0
        if form["custom_id"].startswith("privacy-really") and self.rng.random() < 0.5:
            return "DELETE"
        if part["custom_id"] in {"age", "days", "moments", "daily", "guild"}:
            return str(self.rng.randint(18, 60))
        if not part.get("required", True) and not least and self.rng.random() < 0.3:
            return ""
        return self.options.text(part["custom_id"], longest).ljust(least, ".")

    def _selected(self, part: Json, place: Place) -> Json:
        least, most = part.get("min_values", 1), part.get("max_values", 1)
        if part["type"] == CHANNEL_SELECT:
            other = self.rng.choice([p for p in self.places if p.guild_id == place.guild_id])
            shown = {"id": str(other.channel_id), "name": other.name, "type": 0, "permissions": "0"}
            return {"values": [shown["id"]], "resolved": {"channels": {shown["id"]: shown}}}
        if part["type"] == ROLE_SELECT:
            return {"values": []}
        values = [option["value"] for option in part.get("options") or []]
        if part["type"] == 23:  # a checkbox
            return {"value": self.rng.random() < 0.8}
        count = min(len(values), self.rng.randint(least, max(least, min(most, 3))))
        chosen = self.rng.sample(values, count)
        return {"value": chosen[0] if chosen else None} if part["type"] == 21 else {"values": chosen}
