"""The commands that the bot registered, and options for them: whatever is added later is used as well."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.soak.payloads import Json, Person, member

_SUBCOMMAND, _GROUP = 1, 2
_TEXT, _INTEGER, _BOOLEAN, _USER = 3, 4, 5, 6
SLASH, MESSAGE_MENU = 1, 3
PROMPTS = (
    "a lantern festival by the river",
    "walking in the rain, red coat, umbrella",
    "at the beach at sunset, reading a book",
    "standing in a library, looking over her shoulder",
    "in a café with a cup of tea, night outside",
)
NAMES = ("Ada", "Bo", "Cleo", "Dara", "Enzo", "Faye", "Gil", "Hana", "Ines", "Jo")


@dataclass(frozen=True, slots=True)
class Command:
    """One that can be used; ``name`` is like ``image instant``, ``kind`` is Discord's."""

    name: str
    kind: int
    options: Sequence[Json]
    is_guarded: bool

    @property
    def suggested(self) -> Sequence[Json]:
        """The options with autocompletion."""
        return [option for option in self.options if option.get("autocomplete")]


def commands_in(tree: Sequence[Json]) -> list[Command]:
    """Every command of a synced tree."""
    found: list[Command] = []

    def walk(part: Json, name: str, kind: int, *, is_guarded: bool) -> None:
        options = part.get("options") or []
        parts = [option for option in options if option["type"] in {_SUBCOMMAND, _GROUP}]
        for option in parts:
            walk(option, f"{name} {option['name']}", kind, is_guarded=is_guarded)
        if not parts:
            found.append(Command(name, kind, options, is_guarded))

    for top in tree:
        guarded = top.get("default_member_permissions") is not None or top["name"] == "reports"
        walk(top, top["name"], top.get("type", SLASH), is_guarded=guarded)
    return found


class Options:
    """Chooses options by what they declare; ``choices`` are what autocompletion suggested so far."""

    def __init__(self, rng: random.Random, people: Sequence[Person]) -> None:
        self._rng = rng
        self._people = people
        self.choices: dict[tuple[str, str], list[object]] = {}
        self._made = 0

    def keep(self, command: str, option: str, suggested: Sequence[Json]) -> None:
        """Remember the latest suggestions; where there is none, the last that there were."""
        values = [choice["value"] for choice in suggested]
        self.choices[command, option] = values or self.choices.get((command, option), [])

    def lacks(self, command: Command) -> Json | None:
        """A required option of which no suggestion is known yet."""
        missing = (
            option
            for option in command.suggested
            if option.get("required") and (command.name, option["name"]) not in self.choices
        )
        return next(missing, None)

    def chosen(self, command: Command) -> tuple[list[Json], Json]:
        """(options, what they resolve to)."""
        given: list[Json] = []
        resolved: Json = {}
        for option in command.options:
            if not option.get("required") and self._rng.random() < 0.6:
                continue
            value = self._value(command, option)
            if value is None:
                continue
            if option["type"] == _USER:
                who = self._rng.choice(self._people)
                value = str(who.user_id)
                shown = member(who.as_user()) | {"permissions": who.permissions}
                shown.pop("user")
                resolved = {"users": {value: who.as_user()}, "members": {value: shown}}
            given.append({"name": option["name"], "type": option["type"], "value": value})
        return given, resolved

    def _value(self, command: Command, option: Json) -> object:
        rng = self._rng
        if option.get("choices"):
            return rng.choice(option["choices"])["value"]
        if option.get("autocomplete"):
            unknown = ["Mira"] if option.get("required") else [None]
            return rng.choice(self.choices.get((command.name, option["name"])) or unknown)
        match option["type"]:
            case 4:
                least = option.get("min_value", 0)
                return rng.randint(least, min(option.get("max_value", least + 40), least + 40))
            case 5:
                return rng.random() < 0.5
            case 6:
                return ""
            case _:
                return self.text(option["name"], option.get("max_length", 1000))

    def text(self, name: str, longest: int = 1000) -> str:
        """Words for a field of this name."""
        if name == "name":
            self._made += 1
            return f"{self._rng.choice(NAMES)} {_letters(self._made)}"[:longest]
        return self._rng.choice(PROMPTS)[:longest]


def nested(command: str, given: Sequence[Json]) -> tuple[str, list[Json]]:
    """(the top command's name, its options) as Discord nests subcommands."""
    name, *parts = command.split(" ")
    options = list(given)
    for part in reversed(parts):
        options = [{"name": part, "type": _SUBCOMMAND, "options": options}]
    return name, options


def _letters(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 26)
        digits = chr(ord("a") + digit) + digits
    return digits.capitalize()


def used_of(commands: Sequence[Command], used: Mapping[str, int]) -> list[str]:
    """The commands that nobody used."""
    return [command.name for command in commands if not used.get(label(command))]


def label(command: Command) -> str:
    """What a command is called in the records."""
    return f"/{command.name}" if command.kind == SLASH else f"menu {command.name}"
