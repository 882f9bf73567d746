"""A job that is picked up again after a restart, and a server that is lost or forgets meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from bot.backends.comfyui.errand import Patience
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from tests.backends.comfyui_fixtures import Opened, begun, opened, server
from tests.backends.comfyui_server import ComfyUIServer, until
from tests.backends.contract import Watcher, job, made
from tests.backends.remote_contract import Fault

__all__ = ["opened", "server"]


async def test_stopped_between_two_pictures_the_rest_is_not_made(
    server: ComfyUIServer, opened: Opened
) -> None:
    backend = opened(server)
    server.hold(after_steps=3)
    pictures = backend.generate(job(count=3), Watcher())
    await anext(pictures)
    await server.stepping.wait()
    await pictures.aclose()  # type: ignore[attr-defined]
    await backend.close()
    assert server.pending_ids == []
    await until(lambda: server.interrupted == [server.prompts[1][0]], "the second was running")
    assert server.made == 1


async def test_an_old_servers_own_ids_are_kept_in_the_ref(opened: Opened) -> None:
    async with ComfyUIServer.start(old=True) as server:
        watcher = Watcher()
        backend = opened(server)
        whole = await made(backend, job(count=2), watcher)
        assert watcher.refs[-1].split(" ")[1:] == [prompt_id for prompt_id, _ in server.prompts]
        again = await made(backend, job(count=2, provider_ref=watcher.refs[-1]))
        assert [p.data for p in again] == [p.data for p in whole]
        assert server.jobs == 2


async def test_picked_up_while_it_waits_or_runs_or_is_done_it_is_made_once(
    server: ComfyUIServer, opened: Opened
) -> None:
    """As after a kill: nobody told the server to stop."""
    server.hold(after_steps=4)
    watcher = Watcher()
    first = asyncio.create_task(made(opened(server), job(count=3), watcher))
    await server.stepping.wait()  # the first is done, the second runs, the third waits
    second = begun(opened(server), job(count=3, provider_ref=watcher.refs[0]), Watcher())
    await until(lambda: server.connected == 1, "the second has taken the websocket over")
    server.go_on()
    assert [p.data for p in await second] == [p.data for p in await first]
    assert (server.jobs, server.made) == (3, 3)


async def test_picked_up_before_it_was_ever_sent_it_is_sent_under_the_ids_on_record(
    server: ComfyUIServer, opened: Opened
) -> None:
    watcher = Watcher()
    ref = f"{server.url} one two"
    assert len(await made(opened(server), job(count=2, provider_ref=ref), watcher)) == 2
    assert [prompt_id for prompt_id, _ in server.prompts] == ["one", "two"]
    assert watcher.refs == []


async def test_picked_up_half_sent_only_the_other_half_is_sent(server: ComfyUIServer, opened: Opened) -> None:
    backend, watcher = opened(server), Watcher()
    await made(backend, job(), watcher)
    ref = f"{watcher.refs[0]} other"
    assert [p.seed for p in await made(backend, job(count=2, provider_ref=ref))] == [7, 8]
    assert server.jobs == 2


async def test_picked_up_after_it_failed_it_is_made_again_under_another_id(
    server: ComfyUIServer, opened: Opened
) -> None:
    backend, watcher = opened(server), Watcher()
    server.misbehave(Fault.REFUSED)
    with pytest.raises(BackendRefusedError):
        await made(backend, job(), watcher)
    assert len(await made(backend, job(provider_ref=watcher.refs[-1]), watcher)) == 1
    assert len(set(watcher.refs)) == 2
    assert server.jobs == 2


async def test_a_job_that_is_still_there_when_all_is_closed_ends_without_a_fault(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.hold()
    backend, watcher = opened(server), Watcher()
    task = begun(backend, job(), watcher)
    await server.stepping.wait()
    await backend.close()
    with pytest.raises(BackendUnavailableError):
        await task
    await backend.close()


async def test_a_lost_websocket_does_not_lose_the_picture(server: ComfyUIServer, opened: Opened) -> None:
    server.hold(after_steps=1)
    task = begun(opened(server), job(), Watcher())
    await server.stepping.wait()
    await server.drop_sockets()
    await until(lambda: server.connected == 1, "it listens again")
    server.go_on()
    assert len(await task) == 1


async def test_without_any_websocket_it_is_made_all_the_same(server: ComfyUIServer, opened: Opened) -> None:
    server.has_websocket = False
    watcher = Watcher()
    assert len(await made(opened(server), job(count=2), watcher)) == 2
    assert watcher.seen[-1].fraction == 1


async def test_a_server_that_was_restarted_gets_the_job_once_more(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.hold()
    watcher = Watcher()
    task = begun(opened(server), job(), watcher)
    await server.stepping.wait()
    server.forget()
    server.go_on()
    assert len(await task) == 1
    assert len(watcher.refs) == 2


async def test_a_short_outage_is_waited_out(server: ComfyUIServer, opened: Opened) -> None:
    server.hold()
    backend = opened(server, patience=Patience(0.02, 10, 30))
    watcher = Watcher()
    task = begun(backend, job(), watcher)
    await server.stepping.wait()
    server.unreachable_for = 5
    await until(lambda: server.unreachable_for == 0, "five looks in vain")
    server.go_on()
    assert len(await task) == 1
    server.unreachable_for = 5
    assert len(await made(backend, job(provider_ref=watcher.refs[0]))) == 1
    assert server.jobs == 1


async def test_a_server_that_loses_the_job_again_and_again_is_given_up(
    server: ComfyUIServer, opened: Opened
) -> None:
    server.hold()
    task = begun(opened(server), job(), Watcher())
    for time in (1, 2):
        await until(lambda at=time: server.jobs == at and server.stepping.is_set(), f"try {time}")
        server.stepping.clear()
        server.forget()
    with pytest.raises(BackendFailedError, match="lost the job"):
        await task


async def test_a_picture_that_was_removed_there_is_a_failure(server: ComfyUIServer, opened: Opened) -> None:
    backend, watcher = opened(server), Watcher()
    await made(backend, job(), watcher)
    server.remove_files()
    with pytest.raises(BackendFailedError, match="gone from the server"):
        await made(backend, job(provider_ref=watcher.refs[-1]))
