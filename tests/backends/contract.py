"""What every image backend must do. A backend's test module subclasses :class:`BackendContract`.

The subclass gives a ``backend`` fixture that is closed after the test. Tests read what is asked of a backend from its
capabilities, so that the same suite runs over all of them.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io

import pytest
from PIL import Image

from bot.domain.companion import Gender, Look, Style
from bot.domain.picture import Aspect, Rating, Resolution, size_px
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import (
    CastMember,
    ImageBackend,
    JobKind,
    MadePicture,
    PictureJob,
    Progress,
)

MIRA = CastMember(
    "mira",
    "Mira",
    Look(
        Style.REALISTIC,
        Gender.FEMALE,
        "long wavy auburn hair",
        "green",
        "fair",
        "athletic",
        27,
        "navy blazer and jeans",
    ),
)
KAITO = CastMember(
    "kaito",
    "Kaito",
    Look(
        Style.ANIME,
        Gender.MALE,
        "short spiky black hair",
        "brown",
        "light",
        "slim",
        24,
        "black hoodie and jeans",
    ),
)
NOOR = CastMember(
    "noor",
    "Noor",
    Look(
        Style.REALISTIC,
        Gender.NONBINARY,
        "brown buzz cut",
        "brown",
        "dark brown",
        "average",
        45,
        "green jacket and jeans",
    ),
)
BEACH = Scene((Figure("mira", action="waving", outfit="red dress", expression="smiling"),), "beach", "sunset")


def job(scene: Scene = BEACH, *cast: CastMember, **changed: object) -> PictureJob:
    """A job of one small picture of Mira on the beach, but for what is given."""
    aspect = changed.get("aspect", Aspect.PORTRAIT)
    resolution = changed.get("resolution", Resolution.R1K)
    assert isinstance(aspect, Aspect)
    assert isinstance(resolution, Resolution)
    width, height = size_px(aspect, resolution)
    plain = PictureJob(
        "req", JobKind.PICTURE, "", scene, cast or (MIRA,), aspect, resolution, width, height, seed=7
    )
    return dataclasses.replace(plain, **changed)  # type: ignore[arg-type]


class Watcher:
    """Keeps what a backend tells about its job."""

    def __init__(self) -> None:
        self.seen: list[Progress] = []
        self.refs: list[str] = []

    def progress(self, progress: Progress) -> None:
        self.seen.append(progress)

    async def accepted(self, provider_ref: str) -> None:
        self.refs.append(provider_ref)

    @property
    def is_leaving(self) -> bool:
        return False


async def made(
    backend: ImageBackend, wanted: PictureJob, watcher: Watcher | None = None
) -> list[MadePicture]:
    """All pictures of a job."""
    return [picture async for picture in backend.generate(wanted, watcher or Watcher())]


def opened(picture: MadePicture) -> Image.Image:
    """The pixels of a picture."""
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


class BackendContract:
    """The suite. ``backend`` is a fixture of the subclass."""

    def test_its_name_is_one_lower_case_word(self, backend: ImageBackend) -> None:
        assert backend.name.isidentifier()
        assert backend.name == backend.name.lower()

    def test_what_it_can_do_makes_sense(self, backend: ImageBackend) -> None:
        can = backend.capabilities
        assert can.max_batch >= 1
        assert can.max_references >= 0
        assert can.aspects
        assert can.resolutions
        assert isinstance(can.max_rating, Rating)

    async def test_a_job_gives_one_picture_of_a_known_format(self, backend: ImageBackend) -> None:
        (picture,) = await made(backend, job())
        with Image.open(io.BytesIO(picture.data)) as image:
            assert image.format in {"JPEG", "PNG", "WEBP"}
        assert picture.labels == ("sketch",) or not backend.capabilities.is_illustration

    @pytest.mark.parametrize("aspect", list(Aspect))
    async def test_a_picture_has_the_shape_that_was_asked_for(
        self, backend: ImageBackend, aspect: Aspect
    ) -> None:
        if aspect not in backend.capabilities.aspects:
            return
        wanted = job(aspect=aspect)
        (picture,) = await made(backend, wanted)
        width, height = opened(picture).size
        assert abs(width / height - wanted.width_px / wanted.height_px) < 0.02

    async def test_a_batch_gives_as_many_pictures_as_asked_each_with_its_own_seed(
        self, backend: ImageBackend
    ) -> None:
        count = min(backend.capabilities.max_batch, 3)
        pictures = await made(backend, job(count=count))
        assert len(pictures) == count
        if backend.capabilities.seed:
            assert [picture.seed for picture in pictures] == [7 + i for i in range(count)]

    async def test_progress_only_rises_and_ends_at_the_whole(self, backend: ImageBackend) -> None:
        watcher = Watcher()
        await made(backend, job(count=min(backend.capabilities.max_batch, 2)), watcher)
        shares = [progress.fraction for progress in watcher.seen if progress.fraction is not None]
        assert shares == sorted(shares)
        assert all(0 <= share <= 1 for share in shares)
        if backend.capabilities.progress:
            assert shares[-1] == 1

    async def test_several_companions_are_no_trouble(self, backend: ImageBackend) -> None:
        figures = tuple(Figure(member.companion_id) for member in (MIRA, KAITO, NOOR))
        wanted = job(Scene(figures, "park"), MIRA, KAITO, NOOR, aspect=Aspect.LANDSCAPE)
        assert len(await made(backend, wanted)) == 1

    async def test_references_and_edits_are_made_where_it_says_so(self, backend: ImageBackend) -> None:
        (reference,) = await made(backend, job(kind=JobKind.REFERENCE))
        assert opened(reference).size[1] > 0
        if backend.capabilities.edit:
            source = reference.data
            assert len(await made(backend, job(kind=JobKind.EDIT, source=source))) == 1

    async def test_jobs_may_run_side_by_side(self, backend: ImageBackend) -> None:
        results = await asyncio.gather(*(made(backend, job(seed=seed)) for seed in range(3)))
        assert [len(pictures) for pictures in results] == [1, 1, 1]

    async def test_a_cancelled_job_leaves_the_backend_working(self, backend: ImageBackend) -> None:
        task = asyncio.create_task(made(backend, job(count=min(backend.capabilities.max_batch, 8))))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(await made(backend, job())) == 1

    async def test_what_can_be_resumed_can_be_made_whole(self, backend: ImageBackend) -> None:
        """A batch that was interrupted is picked up at the provider, so it must be one job there."""
        can = backend.capabilities
        assert can.max_batch >= 8 or not can.resumable

    async def test_pictures_that_are_kept_already_are_not_yielded_again(self, backend: ImageBackend) -> None:
        count = min(backend.capabilities.max_batch, 3)
        watcher = Watcher()
        whole = await made(backend, job(count=count), watcher)
        if not backend.capabilities.resumable:
            return
        rest = await made(backend, job(count=count, provider_ref=watcher.refs[-1], already=1))
        assert [picture.data for picture in rest] == [picture.data for picture in whole[1:]]
        lost = await made(backend, job(count=count, provider_ref="nobody-knows-it", already=1))
        assert len(lost) == count - 1

    async def test_closing_twice_is_harmless(self, backend: ImageBackend) -> None:
        await made(backend, job())
        await backend.close()
        await backend.close()
