"""The operator's workflows: ComfyUI's API format with named placeholders, as docs/comfyui.md describes them.

Values are put into the parsed JSON, never into its text, so no prompt can change what a workflow does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard, cast

from bot.domain.scene import MAX_CAST
from bot.services.ports.images import JobKind
from bot.settings import SettingsError

SETTING = "COMFYUI_WORKFLOWS"
PICTURE_FILES = re.compile(r"(solo|group)[-_\w]*\.json")
EDIT_FILE, REFERENCE_FILE = "edit.json", "reference.json"

REFERENCES = tuple(f"reference_{number}" for number in range(1, MAX_CAST + 1))
COMPANIONS = tuple(f"companion_{number}" for number in range(1, MAX_CAST + 1))
PLACEHOLDERS = frozenset(
    {"prompt", "negative", "width", "height", "batch", "seed", "job", "source", *REFERENCES, *COMPANIONS}
)

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MOST_BYTES = 4 * 1024 * 1024

Value = str | int
Link = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a workflow. An input is a plain JSON value, or a link ``[node id, number of its output]``."""

    kind: str
    title: str
    inputs: Mapping[str, object]


Graph = Mapping[str, Node]
"""Nodes by id."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """One file. ``outputs`` are the ids of the nodes that save its pictures, or preview them where none saves."""

    file: str
    graph: Graph
    placeholders: frozenset[str]
    outputs: tuple[str, ...]

    @property
    def references(self) -> int:
        """How many likenesses it takes."""
        return sum(name in self.placeholders for name in REFERENCES)

    @property
    def makes_batches(self) -> bool:
        """Whether one prompt makes all pictures of a job; else there is a prompt for each."""
        return "batch" in self.placeholders

    def nodes_with(self, placeholder: str) -> frozenset[str]:
        """The ids of the nodes in whose inputs it stands."""
        return frozenset(
            node_id for node_id, node in self.graph.items() if placeholder in set(_placeholders(node.inputs))
        )


@dataclass(frozen=True, slots=True)
class Workflows:
    """All that the folder holds; ``pictures`` is not empty."""

    pictures: tuple[Workflow, ...]
    edit: Workflow | None = None
    reference: Workflow | None = None

    @property
    def all(self) -> tuple[Workflow, ...]:
        """Every one of them."""
        return (*self.pictures, *(workflow for workflow in (self.edit, self.reference) if workflow))

    @property
    def max_references(self) -> int:
        """As many likenesses as one picture can carry."""
        return max(workflow.references for workflow in self.pictures)

    def choose(self, kind: JobKind, references: int) -> Workflow | None:
        """The workflow for a job: the picture that takes exactly so many references, else the next that takes more.

        What it takes more is cut out of it. None: there is no such workflow.
        """
        if kind is JobKind.EDIT:
            return self.edit
        if kind is JobKind.REFERENCE and self.reference is not None:
            return self.reference
        enough = [workflow for workflow in self.pictures if workflow.references >= references]
        return min(enough, key=lambda workflow: workflow.references, default=None)


def load_workflows(folder: Path) -> Workflows:
    """Read and check every workflow of a folder.

    Raises:
        SettingsError: one line that names the file, what is wrong with it, and what to do.
    """
    if not folder.is_dir():
        raise SettingsError(f"{SETTING}: there is no folder {folder}")
    files = {path.name: path for path in sorted(folder.glob("*.json"))}
    strange = [name for name in files if not _is_known(name)]
    if strange:
        raise SettingsError(
            f"{SETTING}: {strange[0]} is read for nothing: name it {EDIT_FILE}, {REFERENCE_FILE},"
            " or something that begins with solo or group"
        )
    loaded = {name: _load(path) for name, path in files.items()}
    pictures = tuple(workflow for name, workflow in loaded.items() if PICTURE_FILES.fullmatch(name))
    if not pictures:
        raise SettingsError(f"{SETTING}: {folder} has no solo.json, which makes the pictures")
    edit = loaded.get(EDIT_FILE)
    if edit is not None and "source" not in edit.placeholders:
        raise _wrong(
            EDIT_FILE,
            "nothing in it says {{source}}; put that into the LoadImage of the picture to be edited",
        )
    for workflow in loaded.values():
        if workflow is not edit and "source" in workflow.placeholders:
            raise _wrong(workflow.file, f"{{{{source}}}} is for {EDIT_FILE} alone")
    return Workflows(pictures, edit, loaded.get(REFERENCE_FILE))


def is_link(value: object) -> TypeGuard[Sequence[object]]:
    """Whether an input's value is a link to another node's output."""
    if not isinstance(value, list):
        return False
    parts = cast("list[object]", value)
    return len(parts) == 2 and isinstance(parts[0], str) and type(parts[1]) is int  # noqa: PLR2004  node, output


def links_of(node: Node) -> Iterator[tuple[str, Link]]:
    """Each linked input of a node: its name, the node that it comes from, and which output of that."""
    for name, value in node.inputs.items():
        if is_link(value):
            yield name, (cast("str", value[0]), cast("int", value[1]))


def filled(graph: Graph, values: Mapping[str, Value]) -> Graph:
    """The graph with every placeholder replaced; a value that is nothing but one placeholder keeps its type.

    What is put in is not looked at again: a prompt that holds ``{{seed}}`` says just that.
    """
    return {
        node_id: replace(node, inputs={name: _filled(value, values) for name, value in node.inputs.items()})
        for node_id, node in graph.items()
    }


def as_json(graph: Graph) -> dict[str, object]:
    """The graph as ``POST /prompt`` takes it."""
    return {
        node_id: {"class_type": node.kind, "inputs": dict(node.inputs), "_meta": {"title": node.title}}
        for node_id, node in graph.items()
    }


def _filled(value: object, values: Mapping[str, Value]) -> object:
    match value:
        case str():
            whole = _PLACEHOLDER.fullmatch(value.strip())
            if whole is not None:
                return values.get(whole[1], "")
            return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), value)
        case list():
            return [_filled(part, values) for part in cast("list[object]", value)]
        case dict():
            return {name: _filled(part, values) for name, part in cast("dict[str, object]", value).items()}
        case _:
            return value


def _placeholders(value: object) -> Iterator[str]:
    match value:
        case str():
            yield from (found[1] for found in _PLACEHOLDER.finditer(value))
        case list():
            for part in cast("list[object]", value):
                yield from _placeholders(part)
        case dict():
            for part in cast("dict[str, object]", value).values():
                yield from _placeholders(part)
        case _:
            return


def _is_known(name: str) -> bool:
    return name in {EDIT_FILE, REFERENCE_FILE} or PICTURE_FILES.fullmatch(name) is not None


def _wrong(file: str, what: str) -> SettingsError:
    return SettingsError(f"{SETTING}: {file}: {what}")


def _load(path: Path) -> Workflow:
    graph = _graph(path)
    placeholders = frozenset(name for node in graph.values() for name in _placeholders(node.inputs))
    unknown = sorted(placeholders - PLACEHOLDERS)
    if unknown:
        raise _wrong(path.name, f"there is no placeholder {{{{{unknown[0]}}}}}; docs/comfyui.md lists them")
    wanted = [name for name in REFERENCES if name in placeholders]
    if wanted != list(REFERENCES[: len(wanted)]):
        raise _wrong(path.name, "it has {{%s}} and not {{%s}}" % (wanted[-1], REFERENCES[len(wanted) - 1]))  # noqa: UP031  braces
    outputs = _outputs(graph, "save") or _outputs(graph, "preview")
    if not outputs:
        raise _wrong(path.name, "no node of it saves a picture; end it with SaveImage or PreviewImage")
    return Workflow(path.name, graph, placeholders, outputs)


def _graph(path: Path) -> Graph:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _wrong(path.name, "larger than 4 MiB, so it is no workflow")
        raw: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _wrong(path.name, f"it can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _wrong(
            path.name, "it is no JSON; export it from ComfyUI again: Workflow, Export (API)"
        ) from None
    if not isinstance(raw, dict) or not raw or "nodes" in raw:
        raise _wrong(
            path.name, "it is no workflow in the API format; in ComfyUI choose Workflow, Export (API)"
        )
    graph = {
        node_id: _node(path.name, node_id, node) for node_id, node in cast("dict[str, object]", raw).items()
    }
    for node_id, node in graph.items():
        for name, (source, _) in links_of(node):
            if source not in graph:
                raise _wrong(
                    path.name, f"input {name} of node {node_id} comes from node {source}, which is not there"
                )
    return graph


def _node(file: str, node_id: str, raw: object) -> Node:
    node = cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
    kind, inputs, meta = node.get("class_type"), node.get("inputs"), node.get("_meta")
    if not isinstance(kind, str) or not isinstance(inputs, dict):
        raise _wrong(
            file,
            f"{node_id!r} is no node with class_type and inputs; in ComfyUI choose Workflow, Export (API)",
        )
    title = cast("dict[str, object]", meta).get("title") if isinstance(meta, dict) else None
    return Node(kind, title if isinstance(title, str) else kind, cast("dict[str, object]", inputs))


def _outputs(graph: Graph, verb: str) -> tuple[str, ...]:
    """The nodes that leave files of pictures, known by their class: a server calls many other things an output.

    ``SaveImageWebsocket`` leaves no file, so a picture of it would be lost with the connection.
    """
    named = {node_id: node.kind.lower() for node_id, node in graph.items()}
    return tuple(
        node_id
        for node_id, kind in named.items()
        if "image" in kind and verb in kind and "websocket" not in kind
    )
