"""An edit's words as commands: what is to be set, added, taken away, let happen, or just stated."""

# ruff: noqa: PLR0911 -- a rule is a list of cases

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass

_WHO = (
    r"(?P<who>her|him|them|both(?: of them)?|all(?: of them| three)?|everyone|everybody"
    r"|the (?:woman|girl|man|boy)|[^\s,]+(?: and [^\s,]+)?)(?! 's )"
)
_TARGET = r"(?P<target>.{1,60}?)"
_VALUE = r"(?P<value>.{1,200})"
_LIGHTS_ = r"(?:the |all (?:the )?)?lights?"
_WAYS = "off|on|out|down|up"


def _of(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts))


_POLITE = _of(
    r"^(?:(?:please|now|just|also|then|but|and|so|only|ok|okay|instead|simply|maybe|perhaps|can you|could you",
    r"|would you|i want(?: you)? to|i'd like(?: you)? to|i want|i would like(?: to)?|let's|let us",
    r"|let it(?: be)?|try to|with) )+",
)
_AFTER = _of(r"(?: (?:please|instead|now|too|as well|thanks|thank you|this time|again))+$")
_KEEP = _of(
    r"^(?:(?:keep|leave|with|in|at)? ?(?:the |her |his |their )?same\b|keep",
    r"|leave (?:the|everything|it|all|her|his|their)\b(?! off| out)|everything else|all else|the rest",
    r"|nothing else|(?:do not|don't|dont) change|otherwise|unchanged|no other change",
    r"|change nothing(?: else)?$|as before)",
)
_ONLY = _of(
    r"^(?:change|alter|edit) (?:nothing|none)(?: else)? (?:but|except(?: for)?)",
    r"|^(?:only|just) change\b|^nothing but\b",
)
_LIGHTS = _of(
    rf"^(?:turn|switch|put) (?:{_LIGHTS_} (?P<way>{_WAYS})|(?P<way2>{_WAYS}) {_LIGHTS_})$",
    rf"|^{_LIGHTS_} (?P<way3>off|on|out)$|^(?P<dim>dim|kill|darken|brighten) {_LIGHTS_}$",
)
_ZOOM = _of(
    r"^zoom (?P<way>in|out)(?: .{0,40})?$|^(?P<near>(?:come |move |go )?closer|further away|step back)$"
)
_EYES = _of(
    r"^(?P<way>close|open|shut) (?:(?:the|her|his|their|both) )?(?:(?P<who>.{1,40}?) ?'s )?(?:both )?eyes$"
)
_REMOVE = _of(
    r"^(?:remove|take (?:off|away|out)|delete|drop|lose|get rid of|without|no more|no|minus|erase|hide|cut|stop) ",
    _VALUE,
    "$",
)
_TAKE_OFF = _of(r"^(?:take|leave|pull|slip) (?P<value>.{1,80}?) (?:off|away|out)$")
_PUT_ON = _of(
    r"^(?:put|place|throw|slip|pull) (?P<value>(?:a|an|the|some|her|his|their) .{1,80}?) on (?P<who>.{1,40})$",
    r"|^(?:put|throw|slip|pull) on (?P<value2>.{1,200})$",
)
_DRESS = _of(r"^(?:put|dress|have|get|wrap) (?P<who>.{1,40}?) (?:in|into|wearing) ", _VALUE, "$")
_CHANGE_INTO = _of(r"^(?:change|switch|get) (?P<who>.{0,40}?) ?into ", _VALUE, "$")
_GIVE = _of(r"^(?:give|lend|hand|get) ", _WHO, " ", _VALUE, "$")
_WEARS = _of(r"^wear(?:ing)? ", _VALUE, "$")
_ADD = _of(
    r"^(?:add(?: in)?|include|insert|draw|paint in|bring in|there should be|there is|with) ", _VALUE, "$"
)
_MOVE = _of(
    r"^(?:(?:move|go|relocate|travel)(?= (?:to|into|onto|outside|inside))",
    r"|(?:move|bring|take|put|place|transport|relocate|set|send) (?:it|the scene|this|everything|her|him|them",
    r"|everyone|both|all(?: three)?|[^\s,]+(?: [^\s,]+)?)) ",
    r"(?P<value>(?:to|in|into|on|onto|at|inside|outside|under|by|near) .{1,100})$",
)
_SET = _of(
    r"^(?:change|turn|make|switch|swap|replace|re-?colou?r|dye|paint|colou?r|set|alter|edit|exchange|convert|update) ",
    _TARGET,
    r" (?:to be|to|into|with|for|by|as|in|=) ",
    _VALUE,
    "$",
)
_SHOULD = _of(
    "^",
    _TARGET,
    r" (?:to|should be|becomes|become|is now|must be|shall be|now|should be in|in) ",
    _VALUE,
    "$",
)
_LET = _of(r"^(?:let|have|make|get|show|want|ask|tell) ", _WHO, " (?:to )?", _VALUE, "$")
_MAKE = _of(r"^(?:make|turn|set|paint|colou?r|dye|get|want) ", _VALUE, "$")
_UNNAMED = frozenset({"", "clothes", "outfit", "the outfit"})


class Do(enum.Enum):
    """What a command does."""

    KEEP = "keep"
    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    GIVE = "give"
    WEAR = "wear"
    CHANGE = "change into"
    LET = "let"
    MOVE = "move"
    LIGHT = "light"
    ZOOM = "zoom"
    EYES = "eyes"
    STATE = "state"

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to change: ``target`` is what ("the dress"), ``value`` to what, ``who`` whose."""

    do: Do
    value: str
    target: str = ""
    who: str = ""


def polite_gone(text: str) -> str:
    """A command without what is said around it."""
    return _AFTER.sub("", _POLITE.sub("", text)).strip()


def command_of(text: str, is_person: Callable[[str], bool]) -> Command:
    """What one stretch of an edit (folded words, one space apart) asks for.

    ``is_person`` tells whether words mean one of the cast, or several.
    """
    if _KEEP.match(text) or _KEEP.match(polite_gone(text)):
        return Command(Do.KEEP, "")
    text = polite_gone(text)
    if _ONLY.match(text):
        text = polite_gone(_ONLY.sub("change", text))
    return _of_pictures(text) or _of_clothes(text, is_person) or _of_anything(text, is_person)


def _of_pictures(text: str) -> Command | None:
    """Lights, framing, eyes."""
    match = _LIGHTS.match(text)
    if match:
        way = match.group("way") or match.group("way2") or match.group("way3") or ""
        dim = match.group("dim") or {"down": "dim", "up": "brighten"}.get(way, "")
        light = {"dim": "dim light", "darken": "dim light", "brighten": "bright light", "kill": "lights off"}
        return Command(Do.LIGHT, light.get(dim) or f"lights {'off' if way == 'out' else way}")
    match = _ZOOM.match(text)
    if match:
        near = match.group("way") == "in" or "closer" in (match.group("near") or "")
        return Command(Do.ZOOM, "close-up" if near else "wide shot")
    match = _EYES.match(text)
    if match:
        return Command(Do.EYES, "eyes open" if match.group("way") == "open" else "eyes closed")
    return None


def _of_clothes(text: str, is_person: Callable[[str], bool]) -> Command | None:
    """What is taken away, put on, or handed over."""
    match = _TAKE_OFF.match(text) or _REMOVE.match(text)
    if match:
        return Command(Do.REMOVE, match.group("value"))
    match = _PUT_ON.match(text)
    if match:
        value = match.group("value2") or match.group("value")
        return Command(Do.GIVE, value, who=match.group("who") or "")
    match = _WEARS.match(text)
    if match:
        return Command(Do.GIVE, match.group("value"))
    match = _DRESS.match(text)
    if match and is_person(match.group("who")):
        return Command(Do.WEAR, match.group("value"), who=match.group("who"))
    match = _CHANGE_INTO.match(text)
    if match and (match.group("who") in _UNNAMED or is_person(match.group("who"))):
        return Command(Do.CHANGE, match.group("value"), who=match.group("who"))
    match = _GIVE.match(text)
    if match and is_person(match.group("who")):
        return Command(Do.GIVE, match.group("value"), who=match.group("who"))
    return None


def _of_anything(text: str, is_person: Callable[[str], bool]) -> Command:
    """Everything else: added, set, moved, let, or only stated."""
    match = _ADD.match(text)
    if match:
        return Command(Do.ADD, match.group("value"))
    match = _SET.match(text)
    if match:
        return Command(Do.SET, match.group("value"), target=match.group("target"))
    match = _MOVE.match(text)
    if match:
        return Command(Do.MOVE, match.group("value"))
    match = _LET.match(text)
    if match and is_person(match.group("who")):
        return Command(Do.LET, match.group("value"), who=match.group("who"))
    match = _MAKE.match(text)
    if match:
        return Command(Do.SET, match.group("value"))
    match = _SHOULD.match(text)
    if match:
        return Command(Do.SET, match.group("value"), target=match.group("target"))
    return Command(Do.STATE, text)
