"""From words of action to a pose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.backends.sketch.chance import Chooser
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.skeleton import Pose
from bot.backends.sketch.words import Reading, tokens_of

AT_REST = ("standing", "relaxed", "hips", "standing", "relaxed")
"""What one does when nothing is said."""
TOGETHER = ("standing", "relaxed", "standing", "crossed")
"""The same beside others, with the elbows in."""
FOR_REFERENCE = ("standing", "relaxed", "standing", "hips")
"""What the first candidate of a reference does."""
CANDIDATES = ("standing", "relaxed", "hips", "waving")
"""What the candidates of one request do between them, each something else."""
_ANGLES = ("leg_l", "leg_r", "leg_l_length", "leg_r_length")
_ARMS = ("arm_l", "arm_r", "hand_l", "hand_r")


class Stances:
    """Knows the poses of poses.toml."""

    def __init__(self, parts: Parts) -> None:
        self._poses: dict[str, dict[str, Any]] = parts.table("poses")
        self._named: dict[tuple[str, ...], list[str]] = {}
        for name, entry in self._poses.items():
            for word in entry["words"]:
                self._named.setdefault(tuple(tokens_of(word)), []).append(name)
        self.words = {phrase: " ".join(phrase) for phrase in self._named}
        """Every phrase that means a pose."""

    def choose(
        self, readings: Iterable[Reading], hint: str, choose: Chooser, index: int, *, alone: bool = True
    ) -> Pose:
        """The pose that the first of the texts with one means.

        ``hint`` is the pose that a held thing asks for: it decides where no pose is said, and else lends its arms
        to one that moves the whole body. Of several words, one that does that wins ("walking and smiling").
        """
        for reading in readings:
            found = reading.all(self.words)
            if not found:
                continue
            options = [self._named[tuple(tokens_of(match.name))] for match in found]
            whole = [names for names in options if self._poses[names[0]].get("full")]
            chosen = choose.pick(f"pose-{index}", (whole or options)[0])
            if alone:
                chosen = self._poses[chosen].get("alone", chosen)
            if hint and not self._poses[chosen].get("full"):
                return self.pose(hint)
            return self.pose(chosen, arms_of=hint)
        return self.pose(hint or choose.pick(f"pose-{index}", AT_REST if alone else TOGETHER))

    def pose(self, name: str, arms_of: str = "") -> Pose:
        """A pose by name; with ``arms_of`` its arms are those of another pose (sitting with a book)."""
        entry = dict(self._poses[name])
        if arms_of and not entry.get("prone"):
            entry = {key: value for key, value in entry.items() if key not in _ARMS}
            entry |= {key: value for key, value in self._poses[arms_of].items() if key in _ARMS}
        values: dict[str, Any] = {
            key: tuple(value) if key in _ANGLES else value
            for key, value in entry.items()
            if key not in {"words", "alone", "arm_l", "arm_r"}
        }
        for side in ("l", "r"):
            arm: dict[str, list[float]] | list[float] = entry[f"arm_{side}"]
            values[f"arm_{side}"] = None if isinstance(arm, dict) else tuple(arm)
            values[f"reach_{side}"] = tuple(arm["to"]) if isinstance(arm, dict) else None
        return Pose(name=name, **values)

    @staticmethod
    def nuanced(pose: Pose, choose: Chooser, index: int, much: float = 1.0) -> Pose:
        """The pose as this seed holds it: a few degrees more or less everywhere."""

        def jitter(key: str, size: float) -> float:
            return choose.between(f"{key}-{index}", -size, size) * much

        def arm(angles: tuple[float, float] | None, key: str) -> tuple[float, float] | None:
            if angles is None:
                return None
            return angles[0] + jitter(f"{key}-upper", 4), angles[1] + jitter(f"{key}-fore", 6)

        return replace(
            pose,
            arm_l=arm(pose.arm_l, "arm-l"),
            arm_r=arm(pose.arm_r, "arm-r"),
            lean=pose.lean + jitter("lean", 1.5),
            head=pose.head + jitter("head", 4),
            hips=pose.hips + jitter("hips", 1.5),
            shoulders=pose.shoulders + jitter("shoulders", 1.5),
        )
