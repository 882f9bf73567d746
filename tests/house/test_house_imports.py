"""What importing the bot loads, and what only a choice of the operator's loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.backends.registry import BACKENDS
from tests.house.house import run_python

HEAVY = (
    "openai",
    "google.genai",
    "httpx2",
    "torch",
    "diffusers",
    "transformers",
    "ray",
    "numpy",
    "pyvips",
    "obstore",
)
"""Packages of extras, and what they bring."""

LATER = ("matplotlib", "PIL", "thorvg_python", "prometheus_client", "bot.writers.rules.wish_english")
"""Packages that every installation has and only some work needs."""

PROGRAM = """
import importlib, sys
for name in sys.argv[2].split():
    importlib.import_module(name)
print(*[name for name in sys.argv[1].split() if name in sys.modules])
"""
BOT = "from bot.client import FEATURES; import sys; sys.argv[2] += ' ' + ' '.join(FEATURES)"


@pytest.mark.process
def test_importing_the_whole_bot_loads_no_extra_and_nothing_that_only_some_work_needs(tmp_path: Path) -> None:
    told = run_python(
        "-c",
        f"{BOT}\n{PROGRAM}",
        " ".join((*HEAVY, *LATER)),
        "bot.__main__ bot.container bot.container.application bot.rendering.lab",
        folder=tmp_path,
    )
    assert (told.returncode, told.stdout.split()) == (0, []), told.stderr


@pytest.mark.process
@pytest.mark.parametrize("name", BACKENDS)
def test_a_backend_that_is_not_made_loads_none_of_its_packages(name: str, tmp_path: Path) -> None:
    told = run_python("-c", PROGRAM, " ".join(HEAVY), BACKENDS[name], folder=tmp_path)
    assert (told.returncode, told.stdout.split()) == (0, []), told.stderr


@pytest.mark.process
def test_the_list_of_what_is_loaded_can_be_believed(tmp_path: Path) -> None:
    told = run_python("-c", PROGRAM, "PIL matplotlib", "bot.rendering.handiwork", folder=tmp_path)
    assert told.stdout.split() == ["PIL"], told.stderr
