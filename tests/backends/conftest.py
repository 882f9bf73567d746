"""What is made once for all tests of backends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the models of :mod:`tests.backends.tiny_pipeline`."""
    folder = tmp_path_factory.mktemp("models")
    subprocess.run(
        [sys.executable, "-m", "tests.backends.tiny_pipeline", str(folder)],
        check=True,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        timeout=300,
    )
    return folder
