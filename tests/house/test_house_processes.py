"""What is left of a bot that was killed: nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.house.house import ROOT

# Draws one small picture with the built-in backend, says which processes that took, and waits to be killed.
PROGRAM = """
import asyncio, sys
from bot.backends.sketch import SketchBackend
from bot.companion_shelf import AssetShelf
from bot.domain.picture import Aspect, Resolution
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import CastMember, JobKind, PictureJob

class Unwatched:
    def progress(self, progress):
        pass

    is_leaving = False

    async def accepted(self, provider_ref):
        pass

async def main():
    mira = next(c for c in AssetShelf().all() if c.companion_id == "mira")
    scene = Scene((Figure("mira"),), setting="beach")
    cast = (CastMember("mira", mira.name, mira.look),)
    job = PictureJob("x", JobKind.PICTURE, "", scene, cast, Aspect.SQUARE, Resolution.R1K, 64, 64, seed=1)
    backend = SketchBackend()
    async for picture in backend.generate(job, Unwatched()):
        print("drawn", flush=True)
    await asyncio.Event().wait()
    await backend.close()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.process
def test_a_killed_bot_takes_its_drawing_processes_along(tmp_path: Path) -> None:
    program = tmp_path / "draws.py"
    program.write_text(PROGRAM, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, env=env, text=True) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "drawn\n"
        children = psutil.Process(bot.pid).children(recursive=True)
        assert children
        bot.kill()
        bot.wait()
        _, alive = psutil.wait_procs(children, timeout=5)
        for child in alive:
            child.kill()
    assert alive == []
