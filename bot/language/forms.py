"""How a form is asked for, and how an answer is read.

Not every server knows every way to ask for a form: llama.cpp's older versions answer ``json_schema`` with 500 but
take a schema in ``json_object``, LM Studio refuses ``json_object``, others take anything and ignore it. So there
are three rungs, and whatever an answer looks like, it is held against the form.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

Form = TypeVar("Form", bound=BaseModel)
Schema = dict[str, Any]

_DIGS = 64
"""The most opening braces that are tried in one answer."""
_FENCE = re.compile(r"```[\w-]{0,20}\s*\n?(.*?)```", re.DOTALL)
_THOUGHT_END = "</think>"


class Rung(enum.Enum):
    """A way to ask for a form, the strictest first."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    TEXT = "text"

    def below(self) -> Rung | None:
        """The next way, or None."""
        rungs = list(Rung)
        at = rungs.index(self) + 1
        return rungs[at] if at < len(rungs) else None


def asked_by(rung: Rung, schema: Schema) -> Mapping[str, object]:
    """The fields of a request that ask for the form."""
    match rung:
        case Rung.SCHEMA:
            described = {"name": "answer", "schema": schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": described}}
        case Rung.OBJECT:
            return {"response_format": {"type": "json_object", "schema": schema}}
        case Rung.TEXT:
            return {}


def in_words(rung: Rung, schema: Schema) -> str:
    """What is added to the instructions. Where a server may ignore the form, the words have it whole."""
    if rung is Rung.SCHEMA:
        return "\n\nAnswer with one JSON object of the given form and nothing else."
    written = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"\n\nAnswer with one JSON object and nothing else. Its form, as a JSON schema:\n{written}"


def schema_of(form: type[BaseModel]) -> Schema:
    """A form's JSON schema as the strictest servers want it.

    Without references, every field required, nothing else allowed
    (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas).
    """
    whole = form.model_json_schema()
    return _strict(whole, whole.get("$defs", {}))


def read_answer(text: str, form: type[Form]) -> Form | None:
    """The first JSON object in an answer that has the form, wherever it stands; None where there is none.

    Thoughts before the answer, prose around it and code fences are left out.
    """
    for found in _objects(without_thoughts(text)):
        try:
            return form.model_validate(found)
        except ValidationError:
            continue
    return None


def without_thoughts(text: str) -> str:
    """An answer without what a model writes before it to itself."""
    # By its end: some chat templates open the thought in the prompt.
    return text.rpartition(_THOUGHT_END)[2]


def _objects(text: str) -> Iterator[object]:
    for candidate in (text.strip(), *(match.group(1).strip() for match in _FENCE.finditer(text))):
        try:
            yield json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    decoder = json.JSONDecoder()
    at = text.find("{")
    for _ in range(_DIGS):
        if at < 0:
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
        else:
            yield found
            at = text.find("{", end)


def _strict(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_strict(part, definitions) for part in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    schema = cast("Schema", node)
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _strict(definitions[reference.rpartition("/")[2]], definitions)
    strict: Schema = {
        key: {name: _strict(part, definitions) for name, part in value.items()}
        if key == "properties"
        else _strict(value, definitions)
        for key, value in schema.items()
        if key not in {"$defs", "title", "default"}
    }
    if "properties" in strict:
        strict |= {"required": list(strict["properties"]), "additionalProperties": False}
    return strict
