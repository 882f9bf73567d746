"""kill -9 while a ComfyUI server works: the picture is fetched when the bot is back, not made again, charged once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import Message
from tests.backends.comfyui_server import ComfyUIServer
from tests.backends.comfyui_workflows import solo, write
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.dying import die_at

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[ComfyUIServer]:
    async with ComfyUIServer.start() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(server: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    workflows = write(folder / "workflows", solo=solo())
    async with Stage.open(
        folder,
        IMAGE_BACKENDS="comfyui",
        COMFYUI_URLS=server.url,
        COMFYUI_WORKFLOWS=str(workflows),
        COMFYUI_FILTERED="true",
        COMFYUI_NATIVE_PX="256",
    ) as stage:
        yield stage


@pytest.fixture(autouse=True)
def fresh_count(server: ComfyUIServer) -> None:
    server.prompts.clear()
    server.made = 0


async def killed(stage: Stage) -> None:
    assert stage.world.bot is not None
    await stage.world.bot.kill()


def posted(stage: Stage, room: Room) -> list[Message]:
    mine = f"<@{room.member.id}>"
    return [m for m in stage.world.messages(room.place) if is_picture(m) and mine in m.text]


def paid(stage: Stage, room: Room) -> tuple[int | None, int]:
    return stage.free(room.member), stage.held(room.member)


async def delivered_once(stage: Stage, room: Room, server: ComfyUIServer) -> None:
    """One job, one picture made, posted and paid."""
    assert await stage.settled(room.member) == ["delivered"]
    assert (server.jobs, server.made, len(posted(stage, room))) == (1, 1, 1)
    assert paid(stage, room) == (450, 0)


async def test_killed_while_it_is_made_the_finished_picture_is_fetched_and_charged_once(
    stage: Stage, server: ComfyUIServer
) -> None:
    room = await stage.room()
    server.hold(after_steps=1)
    await stage.world.press(room.member, room.spoken, "Instant")
    await server.stepping.wait()
    await killed(stage)
    server.go_on()
    (prompt_id, _) = server.prompts[0]
    await stage.until(lambda: server.ended(prompt_id), "the picture to be made while nobody waits")
    await stage.world.restart_bot()
    await delivered_once(stage, room, server)


async def test_killed_and_back_while_it_is_still_made_it_is_waited_for(
    stage: Stage, server: ComfyUIServer
) -> None:
    room = await stage.room()
    server.hold(after_steps=1)
    await stage.world.press(room.member, room.spoken, "Instant")
    await server.stepping.wait()
    await killed(stage)
    await stage.world.restart_bot()
    await stage.until(lambda: server.connected, "the bot to listen again")
    server.go_on()
    await delivered_once(stage, room, server)


async def test_ended_in_good_order_it_leaves_the_job_to_the_server_and_fetches_the_picture(
    stage: Stage, server: ComfyUIServer
) -> None:
    room = await stage.room()
    server.hold(after_steps=1)
    await stage.world.press(room.member, room.spoken, "Instant")
    await server.stepping.wait()
    assert stage.world.bot is not None
    assert await stage.world.bot.stop() == 0
    server.go_on()
    (prompt_id, _) = server.prompts[0]
    await stage.until(lambda: server.ended(prompt_id), "the picture to be made while nobody waits")
    await stage.world.restart_bot()
    await delivered_once(stage, room, server)


@pytest.mark.parametrize("moment", ["JobWatch.accepted inside", "JobWatch.accepted after"])
async def test_killed_around_the_record_of_its_id_it_is_made_once(
    stage: Stage, server: ComfyUIServer, moment: str
) -> None:
    room = await stage.room()
    await die_at(stage, moment)
    await stage.world.press(room.member, room.spoken, "Instant")
    bot = stage.world.bot
    assert bot is not None
    await stage.world.wait_until(lambda: not bot.running, 20, f"the bot to be killed at {moment}")
    assert server.jobs == 0  # nothing is sent before its id is on record
    await stage.world.restart_bot()
    assert await stage.settled(room.member) == ["delivered"]
    assert (server.jobs, len(posted(stage, room))) == (1, 1)
    assert paid(stage, room) == (450, 0)


async def test_a_batch_killed_after_some_pictures_gets_the_others_from_where_they_are(
    stage: Stage, server: ComfyUIServer
) -> None:
    room = await stage.room("Mira")
    server.hold(after_steps=4)
    await stage.world.slash(
        room.member, room.place, "image premium", companion="Mira", prompt="smiling, beach", count=3
    )
    await server.stepping.wait()
    kept = "SELECT count(*) FROM image JOIN request USING (request_id) WHERE request.user_id = :user"
    await stage.until(lambda: stage.rows(kept, user=room.member.id) == [1], "the first picture on record")
    await killed(stage)
    server.go_on()
    last, _ = server.prompts[-1]
    await stage.until(lambda: server.ended(last), "the others to be made while nobody waits")
    await stage.world.restart_bot()
    assert await stage.settled(room.member) == ["delivered"]
    assert (server.jobs, server.made) == (3, 3)
    (message,) = posted(stage, room)
    assert len(message.attachments) == 3
    assert paid(stage, room) == (350, 0)


async def test_cancelled_by_its_member_it_is_interrupted_at_the_server_and_free(
    stage: Stage, server: ComfyUIServer
) -> None:
    room = await stage.room()
    server.hold(after_steps=1)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await server.stepping.wait()
    await stage.world.press(room.member, await stage.clickable(pressed, "Cancel"), "Cancel")
    assert await stage.settled(room.member) == ["cancelled"]
    await stage.until(lambda: server.interrupted == [server.prompts[0][0]], "the server to be told")
    server.go_on()
    assert paid(stage, room) == (500, 0)
    assert posted(stage, room) == []
