"""The rules in a process of their own: the same scenes, whatever happens to the process."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.errors import NoCastError
from bot.domain.scene import Conversation
from bot.processes import ProcessDiedError
from bot.writers.rules_apart import MOST_HANDED_OVER, RulesApart
from tests.writers.talk import WRITER, talk

# One process for the module: it takes a second to start.
pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import asyncio
import multiprocessing

async def main():
    from bot.writers.rules_apart import RulesApart
    from tests.writers.test_rules_apart import PIER

    await RulesApart().write(PIER)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""
"""What stands for the bot: one scene, and then it waits."""

PIER = talk(
    "sam: Where are you?", "Mira: *leans on the railing of the pier in her red coat* Here, it is raining."
)
LOOK = Look(
    gender=Gender.FEMALE,
    style=Style.REALISTIC,
    hair="long black hair",
    eyes="green",
    skin="fair",
    build="slim",
    age=25,
    outfit="jeans",
)
MIRA = Companion("mira", "Mira", LOOK)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def apart() -> AsyncIterator[RulesApart]:
    writer = RulesApart()
    yield writer
    await writer.close()


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid is not None}


async def test_scenes_are_the_same_as_of_the_rules_here(apart: RulesApart) -> None:
    scene = WRITER.scene(PIER)
    assert scene.figures
    assert await apart.write(PIER) == scene
    prompt = "Mira on a rooftop at night, laughing"
    assert await apart.read_prompt(prompt, [MIRA]) == WRITER.prompt_scene(prompt, [MIRA])
    words = "make it snow"
    edited = await apart.edit(scene, words, [MIRA])
    assert edited == WRITER.edited_scene(scene, words, [MIRA]) != scene


async def test_what_the_rules_refuse_is_refused_here(apart: RulesApart) -> None:
    with pytest.raises(NoCastError):
        await apart.write(Conversation((), (), requester="sam"))


async def test_scenes_that_a_killed_process_was_at_are_written_by_another() -> None:
    writer, before = RulesApart(), children()
    first = await writer.write(PIER)
    (process,) = children() - before
    writing = [asyncio.create_task(writer.write(PIER)) for _ in range(2 * MOST_HANDED_OVER)]
    await asyncio.sleep(0)
    os.kill(process, signal.SIGKILL)
    assert await asyncio.gather(*writing) == [first] * len(writing)
    assert process not in children()
    await writer.close()
    assert children() == before


async def test_a_process_that_is_killed_between_two_scenes_is_replaced() -> None:
    writer, before = RulesApart(), children()
    first = await writer.write(PIER)
    (process,) = children() - before
    os.kill(process, signal.SIGKILL)
    assert await writer.write(PIER) == first
    await writer.close()


async def test_an_interrupt_at_the_terminal_is_the_bots_affair() -> None:
    writer, before = RulesApart(), children()
    first = await writer.write(PIER)
    (process,) = children() - before
    os.kill(process, signal.SIGINT)
    assert await writer.write(PIER) == first
    assert children() - before == {process}
    await writer.close()


@pytest.mark.process
async def test_a_killed_bot_leaves_no_process_behind(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    bot = await asyncio.create_subprocess_exec(
        sys.executable, program, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=PIPE
    )
    assert bot.stdout is not None
    rules = psutil.Process(int(await bot.stdout.readline()))
    bot.kill()
    await bot.wait()
    gone, _ = await asyncio.to_thread(psutil.wait_procs, [rules], 60)
    assert gone == [rules]


async def test_cancelled_scenes_leave_the_line_and_nothing_behind(apart: RulesApart) -> None:
    writing = [asyncio.create_task(apart.write(PIER)) for _ in range(20 * MOST_HANDED_OVER)]
    await asyncio.sleep(0)
    for task in writing:
        task.cancel()
    ends = await asyncio.gather(*writing, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    scenes = await asyncio.gather(*(apart.write(PIER) for _ in range(MOST_HANDED_OVER + 1)))
    assert scenes == [WRITER.scene(PIER)] * len(scenes)


async def test_nothing_is_written_after_the_end() -> None:
    writer, before = RulesApart(), children()
    await writer.close()
    with pytest.raises(ProcessDiedError):
        await writer.write(PIER)
    assert children() == before
