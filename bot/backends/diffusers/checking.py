"""What ``python -m bot doctor`` is told: packages, files and devices, without loading a model."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.backends.diffusers.settings import IMAGE_TO_IMAGE, DiffusersSettings

PACKAGES = ("torch", "diffusers", "transformers", "accelerate")
_INDEX = "model_index.json"
_ASK_TIMEOUT_S = 120.0
_ASK = "import sys, torch; torch.zeros(1, device=sys.argv[1])"
"""Run in a process of its own: the bot's never imports torch."""


def missing_packages() -> tuple[str, ...]:
    """The packages of the extra that are not installed."""
    return tuple(name for name in PACKAGES if importlib.util.find_spec(name) is None)


async def problems_of(settings: DiffusersSettings) -> tuple[str, ...]:
    """What keeps a pipeline of these settings from working, each a sentence that says what to do."""
    missing = missing_packages()
    if missing:
        return (f"{', '.join(missing)} is not installed: docs/own-gpu.md says how",)
    found = [*_models(settings), *_ip_adapter(settings)]
    device = settings.diffusers_device
    if device not in {"auto", "cpu"} and not await _has_device(device):
        found.append(
            f"DIFFUSERS_DEVICE is {device}, which torch does not find here: install its driver and the torch that"
            " is made for it, or set DIFFUSERS_DEVICE=auto"
        )
    return tuple(found)


def _models(settings: DiffusersSettings) -> Iterator[str]:
    models = {"DIFFUSERS_MODEL": settings.diffusers_model}
    if settings.diffusers_edit_model not in {"", IMAGE_TO_IMAGE}:
        models["DIFFUSERS_EDIT_MODEL"] = settings.diffusers_edit_model
    for setting, model in models.items():
        folder = Path(model)
        if folder.is_dir():
            yield from _folder(setting, folder, is_filtered=settings.diffusers_filtered)
        elif not _is_hub_id(model):
            yield f"{setting}: there is no folder {model}, and it is no id of the Hugging Face hub"


def _folder(setting: str, folder: Path, *, is_filtered: bool) -> Iterator[str]:
    try:
        index: Any = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        checker: Any = index.get("safety_checker")
    except (OSError, ValueError, AttributeError):
        yield f"{setting}: {folder} holds no diffusers model (its {_INDEX} can't be read)"
        return
    if is_filtered and not (isinstance(checker, list) and checker[0]):
        yield f"DIFFUSERS_FILTERED is true, but the model of {setting} has no safety checker: set it to false"


def _ip_adapter(settings: DiffusersSettings) -> Iterator[str]:
    place = settings.diffusers_ip_adapter
    if not place:
        return
    folder = Path(place)
    if not folder.is_dir():
        if not _is_hub_id(place):
            yield f"DIFFUSERS_IP_ADAPTER: there is no folder {place}, and it is no id of the Hugging Face hub"
        return
    wanted = {
        "DIFFUSERS_IP_ADAPTER_WEIGHTS": settings.diffusers_ip_adapter_weights,
        "DIFFUSERS_IP_ADAPTER_ENCODER": f"{settings.diffusers_ip_adapter_encoder}/config.json",
    }
    for setting, name in wanted.items():
        if not (folder / name).is_file():
            yield f"{setting}: there is no {name} in {folder}"


def _is_hub_id(model: str) -> bool:
    """Whether it may be one: one or two words with a slash between them."""
    words = model.split("/")
    return len(words) in {1, 2} and all(words) and not model.startswith((".", "~"))


async def _has_device(device: str) -> bool:
    asked = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", _ASK, device),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_ASK_TIMEOUT_S):
            return await asked.wait() == 0
    except TimeoutError:
        return False
    finally:
        if asked.returncode is None:
            asked.kill()
            await asked.wait()
