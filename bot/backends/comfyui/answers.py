"""What a ComfyUI server answers, read into values. Nothing of it is trusted to be as it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from bot.backends.comfyui.pruning import InputKind, NodeKind, NodeKinds

_LONGEST_REASON = 300


class UnreadableAnswerError(ValueError):
    """An answer lacks what it must have."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture at a server, to be had with ``GET /view``."""

    filename: str
    subfolder: str
    type: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The ids of the prompts that a server works on, and of those that wait, the next one first."""

    running: tuple[str, ...]
    pending: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A prompt that has ended. ``files`` by node; ``failed_at`` is the node of an error, ``reason`` is for the log."""

    ended: Literal["made", "failed", "interrupted"]
    files: Mapping[str, tuple[File, ...]]
    failed_at: str | None = None
    reason: str = ""


def queue_of(answer: object) -> Queue:
    """``GET /queue``. Pending prompts come as a heap: their order is that of their numbers.

    Raises:
        UnreadableAnswerError: it is none.
    """
    fields = _object(answer)
    running, pending = _list(fields.get("queue_running")), _list(fields.get("queue_pending"))
    return Queue(
        tuple(prompt_id for _, prompt_id in map(_numbered, running)),
        tuple(prompt_id for _, prompt_id in sorted(map(_numbered, pending))),
    )


def waiting_of(answer: object) -> int:
    """``GET /prompt``: how many prompts wait or run.

    Raises:
        UnreadableAnswerError: it is none.
    """
    remaining = _object(_object(answer).get("exec_info")).get("queue_remaining")
    if not isinstance(remaining, int):
        raise UnreadableAnswerError
    return remaining


def record_of(answer: object, prompt_id: str) -> Record | None:
    """``GET /history/{id}``; None when the server has no such prompt in its history.

    Raises:
        UnreadableAnswerError: it is none.
    """
    history = _object(answer)
    if not history:
        return None
    entry = _object(history.get(prompt_id))
    files = {node_id: _files(output) for node_id, output in _object(entry.get("outputs")).items()}
    status = entry.get("status")
    if status is None or _object(status).get("status_str") == "success":
        return Record("made", files)
    told = [cast("list[object]", m) for m in _list(_object(status).get("messages")) if isinstance(m, list)]
    messages = {m[0]: m[1] for m in told if len(m) == 2 and isinstance(m[0], str)}  # noqa: PLR2004  name, data
    if "execution_interrupted" in messages:
        return Record("interrupted", files)
    error = messages.get("execution_error")
    failed_at, reason = _error_of(cast("dict[str, object]", error) if isinstance(error, dict) else {})
    return Record("failed", files, failed_at, reason)


def rejection_of(answer: object) -> str:
    """Why ``POST /prompt`` was answered with 400, in a line for the log: the nodes and what is wrong with them."""
    if not isinstance(answer, dict):
        return "the prompt was rejected"
    fields = cast("dict[str, object]", answer)
    said: list[str] = []
    nodes = fields.get("node_errors")
    for node_id, raw in (cast("dict[str, object]", nodes) if isinstance(nodes, dict) else {}).items():
        node = cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
        errors = node.get("errors")
        for raw_error in cast("list[object]", errors) if isinstance(errors, list) else []:
            error = cast("dict[str, object]", raw_error) if isinstance(raw_error, dict) else {}
            said.append(
                f"node {node_id} ({node.get('class_type')}): {error.get('message')} ({error.get('details')})"
            )
    if not said:
        error = fields.get("error")
        what = cast("dict[str, object]", error).get("message") if isinstance(error, dict) else error
        said.append(str(what))
    return "; ".join(said)[:_LONGEST_REASON]


def kinds_of(answer: object) -> NodeKinds:
    """``GET /object_info`` or ``GET /object_info/{class}``.

    Raises:
        UnreadableAnswerError: it is none.
    """
    return {name: _node_kind(_object(raw)) for name, raw in _object(answer).items()}


def _node_kind(raw: Mapping[str, object]) -> NodeKind:
    inputs = _object(raw.get("input") or {})
    outputs = raw.get("output")
    return NodeKind(
        {name: _input_kind(spec) for name, spec in _object(inputs.get("required") or {}).items()},
        {name: _input_kind(spec) for name, spec in _object(inputs.get("optional") or {}).items()},
        tuple(str(kind) for kind in cast("list[object]", outputs)) if isinstance(outputs, list) else (),
    )


def _input_kind(spec: object) -> InputKind:
    """``["INT", {…}]``, ``[["a", "b"], {…}]`` or ``["COMBO", {"options": ["a", "b"]}]``."""
    parts = cast("list[object]", spec) if isinstance(spec, list) and spec else [""]
    details = cast("dict[str, object]", parts[1]) if len(parts) > 1 and isinstance(parts[1], dict) else {}
    kind = parts[0]
    chosen_from = cast("object", kind if isinstance(kind, list) else details.get("options"))
    uploads = any(name.endswith("_upload") and bool(value) for name, value in details.items())
    return InputKind(
        "COMBO" if isinstance(kind, list) else str(kind),
        tuple(str(o) for o in cast("list[object]", chosen_from)) if isinstance(chosen_from, list) else None,
        uploads,
    )


def _error_of(error: Mapping[str, object]) -> tuple[str | None, str]:
    node_id = error.get("node_id")
    what = f"{error.get('exception_type')}: {str(error.get('exception_message')).strip()}"
    reason = f"node {node_id} ({error.get('node_type')}): {what}"
    return (node_id if isinstance(node_id, str) else None), reason[:_LONGEST_REASON]


def _files(output: object) -> tuple[File, ...]:
    images = cast("dict[str, object]", output).get("images") if isinstance(output, dict) else None
    found: list[File] = []
    for raw in cast("list[object]", images) if isinstance(images, list) else []:
        image = cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
        name, folder, kind = image.get("filename"), image.get("subfolder", ""), image.get("type", "output")
        if isinstance(name, str) and isinstance(folder, str) and isinstance(kind, str):
            found.append(File(name, folder, kind))
    return tuple(found)


def _numbered(item: object) -> tuple[float, str]:
    parts: Sequence[object] = _list(item)
    if len(parts) < 2 or not isinstance(parts[0], int | float) or not isinstance(parts[1], str):  # noqa: PLR2004  number, id
        raise UnreadableAnswerError
    return parts[0], parts[1]


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UnreadableAnswerError
    return cast("dict[str, object]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UnreadableAnswerError
    return cast("list[object]", value)
