"""An edit's words as commands: what is to be set, added, taken away, let happen, or just stated."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass

_POLITE = re.compile(
    r"^(?:(?:please|now|just|also|then|but|and|so|only|ok|okay|instead|simply|maybe|perhaps|can you|could you|would you|i want(?: you)? to|i'd like(?: you)? to|i want|i would like(?: to)?|let's|let us|let it(?: be)?|try to|with) )+"
)
_AFTER = re.compile(r"(?: (?:please|instead|now|too|as well|thanks|thank you|this time|again))+$")
_KEEP = re.compile(
    r"^(?:(?:keep|leave|with|in|at)? ?(?:the |her |his |their )?same\b|keep|leave (?:the|everything|it|all|her|his|their)\b(?! off| out)|everything else|all else|the rest"
    r"|nothing else|(?:do not|don't|dont) change|otherwise|unchanged|no other change|change nothing(?: else)?$|as before)"
)
_ONLY = re.compile(
    r"^(?:change|alter|edit) (?:nothing|none)(?: else)? (?:but|except(?: for)?)|^(?:only|just) change\b|^nothing but\b"
)
_NAME = r"(?:[^\s,]+(?: [^\s,]+)?)"
_TARGET = r"(?P<target>.{1,60}?)"
_VALUE = r"(?P<value>.{1,200})"
_LIGHTS = re.compile(
    r"^(?:turn|switch|put) (?:(?:the |all (?:the )?)?lights? (?P<way>off|on|out|down|up)|(?P<way2>off|on|out|down|up) (?:the |all (?:the )?)?lights?)$|^(?:the )?lights? (?P<way3>off|on|out)$"
    r"|^(?P<dim>dim|kill|darken|brighten) (?:the )?lights?$"
)
_ZOOM = re.compile(
    r"^zoom (?P<way>in|out)(?: .{0,40})?$|^(?P<near>(?:come |move |go )?closer|further away|step back)$"
)
_EYES = re.compile(
    r"^(?P<way>close|open|shut) (?:(?:the|her|his|their|both|'s) )?(?P<who>.{0,40}?)(?:'s | 's )?eyes$"
)
_REMOVE = re.compile(
    r"^(?:remove|take (?:off|away|out)|delete|drop|lose|get rid of|without|no more|no|minus|erase|hide|ditch|lose|cut|stop) "
    + _VALUE
    + "$"
)
_TAKE_OFF = re.compile(r"^(?:take|leave|pull|slip) (?P<value>.{1,80}?) (?:off|away|out)$")
_PUT_ON = re.compile(
    r"^(?:put|place|throw|slip|pull) (?P<value>(?:a|an|the|some|her|his|their) .{1,80}?) on (?P<who>.{1,40})$|^(?:put|throw|slip|pull) on "
    + _VALUE.replace("value", "value2")
    + "$"
)
_DRESS = re.compile(r"^(?:put|dress|have|get|wrap) (?P<who>.{1,40}?) (?:in|into|wearing) " + _VALUE + "$")
_CHANGE_INTO = re.compile(r"^(?:change|switch|get) (?P<who>.{0,40}?) ?into " + _VALUE + "$")
_GIVE = re.compile(
    r"^(?:give|lend|hand|get) (?P<who>her|him|them|both|all(?: three)?|everyone|everybody|the (?:woman|girl|man|boy)|[^\s,]+(?: and [^\s,]+)?) "
    + _VALUE
    + "$"
)
_ADD = re.compile(
    r"^(?:add(?: in)?|include|insert|draw|paint in|bring in|there should be|there is|with) " + _VALUE + "$"
)
_MOVE = re.compile(
    r"^(?:(?:move|go|relocate|travel)(?= (?:to|into|onto|outside|inside))|(?:move|bring|take|put|place|transport|relocate|set|send) (?:it|the scene|this|everything|her|him|them|everyone|both|all(?: three)?|"
    + _NAME
    + r")) (?P<value>(?:to|in|into|on|onto|at|inside|outside|under|by|near) .{1,100})$"
)
_SET = re.compile(
    r"^(?:change|turn|make|switch|swap|replace|recolou?r|re-colou?r|dye|paint|colou?r|set|alter|edit|exchange|convert|update) "
    + _TARGET
    + r" (?:to be|to|into|with|for|by|as|in|=) "
    + _VALUE
    + "$"
)
_SHOULD = re.compile(
    r"^"
    + _TARGET
    + r" (?:to|should be|becomes|become|is now|must be|shall be|now|should be in|in) "
    + _VALUE
    + "$"
)
_LET = re.compile(
    r"^(?:let|have|make|get|show|want|ask|tell) (?P<who>her|him|them|both(?: of them)?|all(?: of them| three)?|everyone|everybody|the (?:woman|girl|man|boy)|[^\s,]+(?: and [^\s,]+)?) (?:to )?"
    + _VALUE
    + "$"
)
_MAKE = re.compile(r"^(?:make|turn|set|paint|colou?r|dye|get|want) " + _VALUE + "$")


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


def command_of(text: str, is_person: Callable[[str], bool]) -> Command:  # noqa: C901, PLR0911, PLR0912 -- a rule is a list of cases
    """What one stretch of an edit (folded words, one space apart) asks for.

    ``is_person`` tells whether words mean one of the cast, or several.
    """
    if _KEEP.match(text):
        return Command(Do.KEEP, "")
    text = polite_gone(text)
    if _KEEP.match(text):
        return Command(Do.KEEP, "")
    narrowed = _ONLY.sub("change", text)
    if narrowed != text:
        text = polite_gone(narrowed)
    match = _LIGHTS.match(text)
    if match:
        way = match.group("way") or match.group("way2") or match.group("way3") or ""
        dim = match.group("dim") or {"down": "dim", "up": "brighten"}.get(way, "")
        light = {
            "dim": "dim light",
            "darken": "dim light",
            "brighten": "bright light",
            "kill": "lights off",
        }.get(dim)
        return Command(Do.LIGHT, light or f"lights {'off' if way == 'out' else way}")
    match = _ZOOM.match(text)
    if match:
        near = match.group("way") == "in" or "closer" in (match.group("near") or "")
        return Command(Do.ZOOM, "close-up" if near else "wide shot")
    match = _EYES.match(text)
    if match:
        return Command(
            Do.EYES, "eyes open" if match.group("way") == "open" else "eyes closed", who=_whose(text)
        )
    for pattern in (_TAKE_OFF, _REMOVE):
        match = pattern.match(text)
        if match:
            return Command(Do.REMOVE, match.group("value"), who=_whose(text))
    match = _PUT_ON.match(text)
    if match:
        value = match.group("value2") or match.group("value")
        return Command(Do.GIVE, value, who=match.group("who") or "")
    match = _DRESS.match(text)
    if match and is_person(match.group("who")):
        return Command(Do.WEAR, match.group("value"), who=match.group("who"))
    match = _CHANGE_INTO.match(text)
    if match and match.group("who") in {"", "her", "him", "them", "both", "everyone", "clothes", "outfit"}:
        return Command(Do.CHANGE, match.group("value"), who=match.group("who"))
    match = _GIVE.match(text)
    if match and is_person(match.group("who")):
        return Command(Do.GIVE, match.group("value"), who=match.group("who"))
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


def _whose(text: str) -> str:
    return text
