"""Do the bodies that the bot sent have the shape that Discord publishes?"""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from playground import Request

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "discord-openapi.json"
"""Beside the repository, not in it. Source: https://github.com/discord/discord-api-spec (MIT)."""

_URN = "urn:discord"


def complaints(requests: Iterable[Request]) -> list[str]:
    """What is wrong with the bodies of these requests, one line each; bodies of the same shape once."""
    found: dict[str, None] = {}
    for request in requests:
        if request.body is None or not request.template:
            continue
        validator = _validator(request.method, _shape_of(request.template))
        if validator is None:
            found[f"{request.method} {request.template}: not in Discord's description"] = None
            continue
        for error in validator.iter_errors(_normalised(request.body)):
            where = "/".join(str(part) for part in error.absolute_path)
            found[f"{request.method} {request.template}: {where}: {error.message[:300]}"] = None
    return list(found)


def _normalised(body: Any) -> Any:
    """Ids that discord.py itself writes as numbers, which Discord takes; the description wants text."""
    body = copy.deepcopy(body)
    if isinstance(body, dict) and isinstance(body.get("recipient_id"), int):
        body["recipient_id"] = str(body["recipient_id"])
    answered = body.get("message_reference") if isinstance(body, dict) else None
    for name in ("message_id", "channel_id", "guild_id"):
        if isinstance(answered, dict) and isinstance(answered.get(name), int):
            answered[name] = str(answered[name])
    holders = [body, body.get("data")] if isinstance(body, dict) else []
    for holder in holders:
        for attachment in (holder or {}).get("attachments") or ():
            attachment["id"] = str(attachment["id"])
        for value in _default_values(holder):
            value["id"] = str(value["id"])
    return body


def _default_values(value: Any) -> Iterator[dict[str, Any]]:
    """What is chosen in the selects of a body, however deep they are."""
    if isinstance(value, dict):
        yield from value.get("default_values") or ()
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _default_values(part)


def _shape_of(template: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", template)


@functools.cache
def _document() -> dict[str, Any]:
    return json.loads(DESCRIPTION.read_text(encoding="utf-8"))


@functools.cache
def _registry() -> Registry[Any]:
    return Registry().with_resource(_URN, DRAFT202012.create_resource(_document()))


@functools.cache
def _pointers() -> dict[tuple[str, str], str]:
    pointers: dict[tuple[str, str], str] = {}
    for path, operations in _document()["paths"].items():
        for method, operation in operations.items():
            content = (
                operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            )
            if "application/json" in content:
                escaped = path.replace("~", "~0").replace("/", "~1")
                pointer = f"/paths/{escaped}/{method}/requestBody/content/application~1json/schema"
                pointers[method.upper(), _shape_of(path)] = pointer
    return pointers


@functools.cache
def _validator(method: str, shape: str) -> Draft202012Validator | None:
    pointer = _pointers().get((method, shape))
    if pointer is None:
        return None
    return Draft202012Validator({"$ref": f"{_URN}#{_quoted(pointer)}"}, registry=_registry())


def _quoted(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")
