"""What the tests of pipelines share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.backends.diffusers.checking import missing_packages
from bot.backends.diffusers.settings import DiffusersSettings
from tests.backends.contract import Watcher
from tests.backends.tiny_pipeline import LIKENESS, LIKENESS_WEIGHTS, PLAIN

HOW_TO_INSTALL = "pip install torch==2.13.0, then pip install --no-deps -r requirements-extras.lock"
LONG_EDGE_PX = 128
WAIT_S = 120
ROOT = Path(__file__).resolve().parents[2]


def need_the_extra() -> None:
    """Skip a module where the libraries of the extra are not installed: they weigh too much for every clone."""
    missing = missing_packages()
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: {HOW_TO_INSTALL}", allow_module_level=True)


def settings_of(
    models: Path, model: str = PLAIN, *, likeness: bool = False, edits: bool = False, **changed: Any
) -> DiffusersSettings:
    """A tiny model on the processor, in one thread and two steps."""
    chosen: dict[str, Any] = {
        "diffusers_model": str(models / model),
        "diffusers_device": "cpu",
        "diffusers_steps": 2,
        "diffusers_threads": 1,
        "diffusers_long_edge_px": LONG_EDGE_PX,
    }
    if likeness:
        chosen |= {
            "diffusers_ip_adapter": str(models / LIKENESS),
            "diffusers_ip_adapter_weights": LIKENESS_WEIGHTS,
        }
    if edits:
        chosen |= {"diffusers_edit_model": "image-to-image"}
    return DiffusersSettings(**(chosen | changed), _env_file=None)  # pyright: ignore[reportCallIssue]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not is_so():  # noqa: ASYNC110  another process has no events
            await asyncio.sleep(0.01)


async def until_begun(watcher: Watcher, task: asyncio.Task[Any]) -> None:
    """Until the first step of a picture is done."""
    await until(lambda: any(p.fraction for p in watcher.seen) or task.done())
    assert not task.done(), task.exception()
