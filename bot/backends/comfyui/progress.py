"""How far a prompt is, from the messages on ComfyUI's websocket."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import cast

from bot.backends.comfyui.workflows import Graph, Node

_SAMPLER_WEIGHT = 20
_SENT_PREVIEW, _SENT_WITH_METADATA = 1, 4
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n"
_LARGEST_PREVIEW_BYTES = 1024 * 1024
_HEADER_BYTES = 8
ENDINGS = frozenset({"execution_success", "execution_error", "execution_interrupted"})


class Tracker:
    """The share of one prompt that is done, 0…1. It never falls.

    Every node counts, a sampler for many: the rest takes moments. Both ways of telling are read: ``progress_state``
    of all nodes, and the older ``executing`` with ``progress``.
    """

    def __init__(self, graph: Graph) -> None:
        self._weights = {node_id: _weight(node) for node_id, node in graph.items()}
        self._total = sum(self._weights.values()) or 1
        self._shares: dict[str, float] = {}
        self._current: str | None = None
        self._best = 0.0

    @property
    def fraction(self) -> float:
        """The share, 0…1."""
        done = sum(self._weights[node_id] * share for node_id, share in self._shares.items())
        self._best = max(self._best, min(done / self._total, 1.0))
        return self._best

    def hear(self, kind: str, data: Mapping[str, object]) -> None:
        """One message about this prompt; what is unknown or odd is passed over."""
        match kind:
            case "execution_cached":
                nodes = data.get("nodes")
                for node_id in cast("list[object]", nodes) if isinstance(nodes, list) else []:
                    self._set(node_id, 1.0)
            case "executing":
                if self._current is not None:
                    self._set(self._current, 1.0)
                node_id = data.get("node")
                self._current = node_id if isinstance(node_id, str) else None
            case "progress":
                self._set(data.get("node"), _share(data))
            case "progress_state":
                states = data.get("nodes")
                for node_id, state in (
                    cast("dict[str, object]", states) if isinstance(states, dict) else {}
                ).items():
                    self._hear_state(
                        node_id, cast("dict[str, object]", state) if isinstance(state, dict) else {}
                    )
            case _:
                pass

    def _hear_state(self, node_id: str, state: Mapping[str, object]) -> None:
        self._set(node_id, 1.0 if state.get("state") == "finished" else _share(state))

    def _set(self, node_id: object, share: float) -> None:
        if isinstance(node_id, str) and node_id in self._weights:  # not a node that another one has unfolded
            self._shares[node_id] = share


def preview_of(frame: bytes) -> bytes | None:
    """The picture in a binary message, a JPEG or PNG; None where there is none.

    Four bytes say what it is, big-endian. Then 1: four bytes for the format, the picture. 4: four bytes for the
    length of some JSON, that JSON, the picture.
    """
    if not _HEADER_BYTES <= len(frame) <= _LARGEST_PREVIEW_BYTES:
        return None
    kind, second = struct.unpack_from(">II", frame)
    if kind == _SENT_PREVIEW:
        picture = frame[_HEADER_BYTES:]
    elif kind == _SENT_WITH_METADATA:
        picture = frame[_HEADER_BYTES + second :]
    else:
        return None
    return picture if picture.startswith((_JPEG, _PNG)) else None


def _share(data: Mapping[str, object]) -> float:
    value, most = data.get("value"), data.get("max")
    if not isinstance(value, int | float) or not isinstance(most, int | float) or not most > 0:
        return 0.0
    return min(max(value / most, 0.0), 1.0)


def _weight(node: Node) -> int:
    """A sampler takes steps; what only chooses one (KSamplerSelect) takes none."""
    is_sampler = "sampler" in node.kind.lower() and "select" not in node.kind.lower()
    return _SAMPLER_WEIGHT if is_sampler or "steps" in node.inputs else 1
