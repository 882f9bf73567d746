"""Cutting unused references out of a workflow, as if their nodes had been bypassed in ComfyUI.

What a node must have and may have is the server's to say (``GET /object_info``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.backends.comfyui.workflows import Graph, Link, Node, Workflow, links_of


@dataclass(frozen=True, slots=True)
class InputKind:
    """One input: its type, and what may be chosen where that is a list. ``uploads``: files may be added to the list."""

    type: str
    options: tuple[str, ...] | None = None
    uploads: bool = False


@dataclass(frozen=True, slots=True)
class NodeKind:
    """A class of nodes as a server knows it."""

    required: Mapping[str, InputKind]
    optional: Mapping[str, InputKind]
    outputs: tuple[str, ...]

    def type_of(self, name: str) -> str | None:
        """The type of an input, None where it has none of this name."""
        kind = self.required.get(name) or self.optional.get(name)
        return None if kind is None else kind.type


NodeKinds = Mapping[str, NodeKind]
"""By class."""


def cut(workflow: Workflow, unused: frozenset[str], kinds: NodeKinds) -> Graph | None:
    """The workflow without some nodes; None where no picture would be left.

    An optional input that came from one of them is left out. A node that must have such an input goes as well;
    whoever took its output gets, in its stead, what the node was given of the same type.
    """
    graph = dict(workflow.graph)
    gone: dict[str, Node] = {}
    fresh = set(unused)
    while fresh:
        gone |= {node_id: graph.pop(node_id) for node_id in fresh}
        fresh = set[str]()
        for node_id, node in list(graph.items()):
            mended = _mended(node, gone, kinds)
            if mended is None:
                fresh.add(node_id)
            else:
                graph[node_id] = mended
    return graph if any(node_id in graph for node_id in workflow.outputs) else None


def _mended(node: Node, gone: Mapping[str, Node], kinds: NodeKinds) -> Node | None:
    """A node without links to what is gone; None where it can't be without one."""
    inputs = dict(node.inputs)
    for name, link in links_of(node):
        if link[0] not in gone:
            continue
        instead = _instead(link, gone, kinds)
        if instead is not None:
            inputs[name] = list(instead)
        elif node.kind in kinds and name in kinds[node.kind].optional:
            del inputs[name]
        else:
            return None
    return node if inputs == node.inputs else replace(node, inputs=inputs)


def _instead(link: Link, gone: Mapping[str, Node], kinds: NodeKinds) -> Link | None:
    """What flowed into a node that is gone, of the type that flowed out of it."""
    seen: set[str] = set()
    while link[0] in gone:
        node = gone[link[0]]
        kind = kinds.get(node.kind)
        if kind is None or link[0] in seen or link[1] >= len(kind.outputs):
            return None
        seen.add(link[0])
        wanted = kind.outputs[link[1]]
        through = [source for name, source in links_of(node) if kind.type_of(name) == wanted]
        alive = [source for source in through if source[0] not in gone]
        if not through:
            return None
        link = (alive or through)[0]
    return link
