"""One job on one ComfyUI server: what is told of it, what is sent, cancel, and what goes wrong."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from bot.backends.comfyui.errand import Patience
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import CastMember, JobKind
from tests.backends.comfyui_fixtures import Opened, begun, cancelled, opened, server
from tests.backends.comfyui_server import ComfyUIServer, until
from tests.backends.comfyui_workflows import node, solo
from tests.backends.contract import KAITO, MIRA, NOOR, Watcher, job, made
from tests.backends.remote_contract import Fault

__all__ = ["opened", "server"]


async def test_previews_and_steps_are_told_while_it_is_made(server: ComfyUIServer, opened: Opened) -> None:
    watcher = Watcher()
    await made(opened(server), job(), watcher)
    assert any(progress.preview and progress.preview.startswith(b"\xff\xd8") for progress in watcher.seen)
    assert len({progress.fraction for progress in watcher.seen}) > 4
    assert server.frames == {4}


async def test_its_place_in_the_queue_is_that_of_its_number_not_of_the_heap(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.hold()
    server.queue_other()
    await server.stepping.wait()
    for number in (9, 8, 7, 1.5, 2.5):
        server.queue_other(number=float(number))
    watcher = Watcher()
    task = begun(opened(server), job(), watcher)
    places = lambda: [p.queue_position for p in watcher.seen if p.queue_position]  # noqa: E731
    await until(lambda: 1 in places(), "first in line: its number is 1")
    await cancelled(task)


async def test_a_place_in_the_queue_moves_up(server: ComfyUIServer, opened: Opened) -> None:
    server.hold()
    server.queue_other()
    server.queue_other()
    watcher = Watcher()
    task = begun(opened(server), job(), watcher)
    await until(lambda: any(p.queue_position == 2 for p in watcher.seen), "behind the other")
    server.go_on()
    assert len(await task) == 1


async def test_the_ref_is_kept_before_anything_is_sent(server: ComfyUIServer, opened: Opened) -> None:
    class Keeper(Watcher):
        async def accepted(self, provider_ref: str) -> None:
            assert (server.jobs, server.uploads) == (0, {})
            await super().accepted(provider_ref)

    keeper = Keeper()
    cast = dataclasses.replace(MIRA, reference=b"\xff\xd8 mira")
    await made(opened(server), job(job().scene, cast), keeper)
    assert keeper.refs == [f"{server.url} {server.prompts[0][0]}"]


async def test_a_job_is_left_alone_by_a_ref_that_could_not_be_kept(
    server: ComfyUIServer, opened: Opened
) -> None:
    class Full(Watcher):
        async def accepted(self, provider_ref: str) -> None:
            raise OSError(provider_ref)

    with pytest.raises(OSError, match=server.url):
        await made(opened(server), job(), Full())
    assert server.jobs == 0


async def test_references_are_uploaded_by_their_content_and_unused_ones_cut_out(
    server: ComfyUIServer, opened: Opened
) -> None:
    cast = [
        dataclasses.replace(member, name="../../etc", reference=b"\xff\xd8" + member.companion_id.encode())
        for member in (MIRA, KAITO, NOOR)
    ]
    backend = opened(server)
    for count in (1, 2, 3):
        shown = cast[:count]
        scene = Scene(tuple(Figure(member.companion_id) for member in shown), "park")
        assert len(await made(backend, job(scene, *shown, seed=count))) == 1
        sent = [
            n["inputs"]["image"] for n in server.prompts[-1][1].values() if n["class_type"] == "LoadImage"
        ]
        assert [server.uploads[name] for name in sent] == [member.reference for member in shown]
        assert all(name.startswith("darkroom/") and name[9:-4].isalnum() for name in sent)
    assert len(server.uploads) == 3


async def test_without_references_the_workflow_that_needs_none_is_used(
    server: ComfyUIServer, opened: Opened
) -> None:
    await made(opened(server), job())
    assert "LoadImage" not in {n["class_type"] for n in server.prompts[0][1].values()}


async def test_an_edit_sends_its_source(server: ComfyUIServer, opened: Opened) -> None:
    await made(opened(server), job(kind=JobKind.EDIT, source=b"\xff\xd8 before", prompt="at night"))
    assert list(server.uploads.values()) == [b"\xff\xd8 before"]


async def test_what_the_workflows_lack_is_not_offered(server: ComfyUIServer, opened: Opened) -> None:
    bare = opened(server, graphs={"solo": solo()})
    assert (bare.capabilities.edit, bare.capabilities.max_references) == (False, 0)
    for wanted in (
        job(kind=JobKind.EDIT, source=b"\xff\xd8"),
        job(job().scene, CastMember("m", "M", MIRA.look, b"\xff\xd8")),
    ):
        with pytest.raises(BackendFailedError, match="no workflow"):
            await made(bare, wanted)
    assert server.jobs == 0


async def test_a_rejected_prompt_names_the_node_and_the_model(server: ComfyUIServer, opened: Opened) -> None:
    graph = solo()
    graph["1"]["inputs"]["ckpt_name"] = "gone.safetensors"
    with pytest.raises(BackendFailedError) as caught:
        await made(opened(server, graphs={"solo": graph}), job())
    assert "CheckpointLoaderSimple" in caught.value.reason
    assert "gone.safetensors" in caught.value.reason
    graph["9"] = node("FancyNode")
    with pytest.raises(BackendFailedError, match="FancyNode"):
        await made(opened(server, graphs={"solo": graph}), job())


async def test_a_safety_node_that_fails_refuses_and_any_other_fails(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.misbehave(Fault.REFUSED)
    with pytest.raises(BackendRefusedError):
        await made(opened(server), job())
    graph = solo()
    graph["7"]["_meta"]["title"] = "Upscale"
    server.misbehave(Fault.REFUSED)
    with pytest.raises(BackendFailedError, match=r"solo\.json: node 7 \(SafetyChecker\): ValueError"):
        await made(opened(server, graphs={"solo": graph}), job())


async def test_cancelled_while_it_waits_it_leaves_the_queue_and_nothing_else_does(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.hold()
    running = server.queue_other()
    await server.stepping.wait()
    task = begun(opened(server), job(count=3), Watcher())
    await until(lambda: len(server.pending_ids) == 3, "all three wait")
    waiting = server.queue_other()
    await cancelled(task)
    await until(lambda: server.pending_ids == [waiting], "only the other's is left")
    assert server.interrupted == []
    server.go_on()
    await until(lambda: server.ended(running) and server.ended(waiting), "the others' are made")


@pytest.mark.parametrize("old", [False, True])
async def test_cancelled_while_it_runs_it_is_interrupted_and_the_next_one_is_not(
    opened: Opened, *, old: bool
) -> None:
    async with ComfyUIServer.start(old=old) as server:
        server.hold()
        task = begun(opened(server), job(), Watcher())
        await server.stepping.wait()
        other = server.queue_other()
        await cancelled(task)
        await until(lambda: server.interrupted, "it was interrupted")
        server.go_on()
        await until(lambda: server.ended(other), "the other's is made")
        assert server.interrupted == [server.prompts[0][0]]
        assert server.made == 1


async def test_an_old_server_is_not_told_to_interrupt_what_is_not_ours(opened: Opened) -> None:
    async with ComfyUIServer.start(old=True) as server:
        server.hold()
        server.queue_other()
        await server.stepping.wait()
        task = begun(opened(server), job(), Watcher())
        await until(lambda: server.pending_ids, "ours waits")
        await cancelled(task)
        await until(lambda: not server.pending_ids, "ours is gone")
        assert server.interrupted == []


async def test_previews_of_the_older_kind_are_shown_too(server: ComfyUIServer, opened: Opened) -> None:
    server.knows_flags = False
    watcher = Watcher()
    await made(opened(server), job(), watcher)
    assert server.frames == {1}
    assert any(progress.preview for progress in watcher.seen)


async def test_a_job_that_waits_behind_others_does_not_hang(server: ComfyUIServer, opened: Opened) -> None:
    server.hold()
    server.queue_other()
    await server.stepping.wait()
    watcher = Watcher()
    task = begun(opened(server, patience=Patience(0.02, 0.3, 0.2)), job(), watcher)
    looks = lambda: sum(p.queue_position == 1 for p in watcher.seen)  # noqa: E731
    await until(lambda: looks() > 15, "it has waited longer than a running job may be silent")
    server.go_on()
    assert len(await task) == 1


async def test_a_job_that_hangs_is_given_up_although_others_come_and_go(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.misbehave(Fault.HANGING)
    task = begun(opened(server, patience=Patience(0.02, 0.3, 0.3)), job(), Watcher())
    await server.working.wait()
    for _ in range(100):  # a queue that changes is no sign of life of ours
        server.queue_other()
        if (await asyncio.wait([task], timeout=0.05))[0]:
            break
    assert task.done()
    with pytest.raises(BackendUnavailableError):
        await task


async def test_every_picture_of_a_batch_has_the_next_seed(server: ComfyUIServer, opened: Opened) -> None:
    await made(opened(server), job(count=3, seed=2**40))
    assert [graph["5"]["inputs"]["seed"] for _, graph in server.prompts] == [2**40, 2**40 + 1, 2**40 + 2]


async def test_what_a_proxy_wants_is_sent_and_never_shown(server: ComfyUIServer, opened: Opened) -> None:
    server.authorization = "Bearer hush"
    backend = opened(server, authorization="Bearer hush")
    watcher = Watcher()
    assert len(await made(backend, job(), watcher)) == 1
    assert "hush" not in f"{backend!r} {watcher.refs} {vars(backend)}"
    with pytest.raises(BackendFailedError) as caught:
        await made(opened(server), job())
    assert "401" in caught.value.reason


async def test_nobody_there_is_said_at_once(opened: Opened) -> None:
    async with ComfyUIServer.start() as gone:
        pass
    with pytest.raises(BackendUnavailableError):
        await made(opened(gone), job())
