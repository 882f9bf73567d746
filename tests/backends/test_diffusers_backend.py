"""What the diffusers backend paints: words, likenesses, edits, sizes, who waits, and what a safety checker finds."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageChops

from bot.backends.diffusers import DiffusersBackend
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Resolution
from bot.services.ports.images import CastMember, JobKind, PictureJob
from tests.backends.contract import BEACH, KAITO, MIRA, NOOR, Watcher, job, made, opened
from tests.backends.diffusers_parts import LONG_EDGE_PX, ROOT, WAIT_S, need_the_extra, settings_of, until
from tests.backends.tiny_pipeline import LENIENT, LIKENESS, PLAIN, STRICT, XL

need_the_extra()
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def backend(tiny_models: Path) -> AsyncIterator[DiffusersBackend]:
    """One for all tests that leave its process alive."""
    made_here = DiffusersBackend(settings_of(tiny_models, likeness=True, edits=True))
    yield made_here
    await made_here.close()


def faces(*members: CastMember, colours: str) -> tuple[CastMember, ...]:
    """A cast with a likeness each, of one colour."""
    pictures: list[bytes] = []
    for colour in colours.split():
        encoded = io.BytesIO()
        Image.new("RGB", (300, 400), colour).save(encoded, "JPEG")
        pictures.append(encoded.getvalue())
    return tuple(
        CastMember(member.companion_id, member.name, member.look, picture)
        for member, picture in zip(members, pictures, strict=True)
    )


async def one(backend: DiffusersBackend, wanted: PictureJob) -> bytes:
    (picture,) = await made(backend, wanted)
    return picture.data


async def test_the_same_job_gives_the_same_picture_and_a_batch_the_same_as_its_seeds(
    backend: DiffusersBackend,
) -> None:
    first, second = await made(backend, job(seed=11, count=2))
    assert await one(backend, job(seed=12)) == second.data
    assert first.data != second.data


async def test_a_picture_has_the_models_own_size_whatever_was_asked(backend: DiffusersBackend) -> None:
    for resolution in Resolution:
        (picture,) = await made(backend, job(resolution=resolution, aspect=Aspect.WIDE))
        assert opened(picture).size == (LONG_EDGE_PX, LONG_EDGE_PX * 9 // 16)


async def test_words_decide_what_is_painted(backend: DiffusersBackend) -> None:
    assert await one(backend, job(prompt="a cat")) != await one(backend, job(prompt="a dog"))


async def test_the_end_of_a_long_prompt_counts_as_well(
    backend: DiffusersBackend, open_backend: Callable[..., DiffusersBackend]
) -> None:
    """CLIP reads 77 tokens; the tiny one has a token a letter."""
    long = "a woman on a beach at sunset, wearing a long red dress with white flowers, " * 4
    for one_of_two in (backend, open_backend(XL)):
        pictures = [
            await one(one_of_two, job(prompt=long + end)) for end in ("smiling", "laughing", "smiling")
        ]
        assert pictures[0] == pictures[2] != pictures[1]


async def test_a_short_prompt_is_read_the_same_in_pieces(tiny_models: Path, tmp_path: Path) -> None:
    """What is put together by hand is what the libraries make of it: the first piece of two is their only one."""
    program = """
import sys, torch
from diffusers import DiffusionPipeline
from bot.backends.diffusers.words import read_in_pieces
for model in sys.argv[1:]:
    pipe = DiffusionPipeline.from_pretrained(model)
    pieces = read_in_pieces(torch, pipe, "a cat", "x" * 100)
    theirs = pipe.encode_prompt("a cat", device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True)
    assert pieces["prompt_embeds"].shape[1] == 2 * 77
    assert torch.allclose(pieces["prompt_embeds"][:, :77], theirs[0], atol=1e-6)
    if len(theirs) == 4:
        assert torch.allclose(pieces["pooled_prompt_embeds"], theirs[2], atol=1e-6)
    assert read_in_pieces(torch, pipe, "a cat", "a dog") == {}
"""
    script = tmp_path / "program.py"
    script.write_text(program, encoding="utf-8")
    told = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(script), str(tiny_models / PLAIN), str(tiny_models / XL)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    )
    assert told.returncode == 0, told.stderr


async def test_a_likeness_changes_the_picture_and_the_lack_of_one_is_none(backend: DiffusersBackend) -> None:
    plain = await one(backend, job())
    red = await one(backend, job(BEACH, *faces(MIRA, colours="red")))
    blue = await one(backend, job(BEACH, *faces(MIRA, colours="blue")))
    assert len({plain, red, blue}) == 3
    assert await one(backend, job()) == plain


async def test_each_likeness_of_a_group_has_its_own_place(backend: DiffusersBackend) -> None:
    async def of(*members: CastMember) -> Image.Image:
        (picture,) = await made(backend, job(BEACH, *members, prompt="people"))
        return opened(picture)

    def difference(one: Image.Image, other: Image.Image) -> int:
        return max(high for _, high in ImageChops.difference(one, other).getextrema())

    trio = MIRA, KAITO, NOOR
    in_order = await of(*faces(*trio, colours="red green blue"))
    turned = await of(*faces(*trio, colours="blue green red"))
    assert difference(in_order, turned) > 10
    # the places cover the picture: who looks the same everywhere might as well be one
    alike = await of(*faces(*trio, colours="red red red"))
    assert difference(alike, await of(*faces(MIRA, colours="red"))) <= 1


async def test_an_edit_begins_with_the_picture(backend: DiffusersBackend) -> None:
    source = faces(MIRA, colours="red")[0].reference
    other = faces(MIRA, colours="blue")[0].reference
    wanted = [job(kind=JobKind.EDIT, source=data, prompt="night") for data in (source, other)]
    assert await one(backend, wanted[0]) != await one(backend, wanted[1])


async def test_what_is_no_picture_is_a_failure_of_that_job_alone(backend: DiffusersBackend) -> None:
    await made(backend, job())
    pid = backend.worker_pid
    with pytest.raises(BackendFailedError, match="can't be read"):
        await made(backend, job(kind=JobKind.EDIT, source=b"<html>", prompt="night"))
    assert len(await made(backend, job())) == 1
    assert backend.worker_pid == pid


async def test_who_waits_knows_their_place(backend: DiffusersBackend) -> None:
    watchers = [Watcher() for _ in range(3)]
    await asyncio.gather(*(made(backend, job(count=2), watcher) for watcher in watchers))
    places = [[p.queue_position for p in watcher.seen if p.queue_position] for watcher in watchers]
    assert places == [[], [1], [2, 1]]


async def test_who_leaves_the_line_lets_the_others_move_up(backend: DiffusersBackend) -> None:
    watchers = [Watcher() for _ in range(3)]
    first, second, third = (asyncio.create_task(made(backend, job(count=8), watcher)) for watcher in watchers)
    await until(lambda: bool(watchers[2].seen))
    second.cancel()
    await asyncio.gather(first, third)
    assert [p.queue_position for p in watchers[2].seen if p.queue_position] == [2, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": LIKENESS},
        {"diffusers_filtered": True},
        {"likeness": True, "diffusers_ip_adapter_weights": "tiny/nothing.safetensors"},
    ],
)
async def test_a_model_that_is_not_what_the_settings_say_makes_nothing(
    open_backend: Callable[..., DiffusersBackend], wrong: dict[str, object]
) -> None:
    backend = open_backend(**wrong)
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert len(await backend.problems()) == 1


async def test_a_safety_checker_lets_through_what_is_harmless(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend(LENIENT, diffusers_filtered=True)
    assert backend.capabilities.filters_output
    assert len(await made(backend, job())) == 1


async def test_what_a_safety_checker_finds_is_a_refusal_and_no_black_picture(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend(STRICT, diffusers_filtered=True)
    for _ in range(2):
        with pytest.raises(BackendRefusedError):
            await made(backend, job(count=2))
