"""What can be clicked and filled in, from the bot's own classes: what of it nobody touched in a soak."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.client import FEATURES
from cogs.base.components import DurableItem
from cogs.base.modals import DurableModal


def untouched(used: Mapping[str, int]) -> list[str]:
    """The labels of all buttons, selects and forms that are not in ``used``."""
    for feature in FEATURES:
        importlib.import_module(feature)
    labels = {f"press {kind.action}" for kind in _kinds(DurableItem) if kind.action}
    labels |= {f"submit {action}" for action in DurableModal.registry}
    return sorted(labels - set(used))


def _kinds(base: type[DurableItem[Any]]) -> Iterator[type[DurableItem[Any]]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)
