"""What every backend that talks to a service must do when the service misbehaves.

A backend's test module subclasses :class:`RemoteContract` and gives two fixtures: ``service``, a local server that
behaves like the real one and implements :class:`RemoteService`, and ``backend``, pointed at it with time-outs so
short that a hanging service ends a test within a second or two.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
from typing import Protocol

import pytest

from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    BadPictureError,
    DarkroomError,
)
from bot.rendering.decoding import Limits, decode
from bot.services.ports.images import ImageBackend
from tests.backends.contract import BackendContract, Watcher, job, made

RETRY_AFTER_S = 7
SECRET = "sk-a-secret-that-nobody-may-see"  # noqa: S105  made up
LIMITS = Limits()


class Fault(enum.Enum):
    """How the service treats the next job, once. What each means for its protocol is the service's to know."""

    REFUSED = "its filter will not make this picture"
    NOT_ALLOWED = "it does not accept the key (401), or refuses the request as wrong (400)"
    BUSY = "429 with Retry-After: 7"
    BROKEN = "500 or 503"
    HANGING = "it accepts the job and never answers"
    CUT_OFF = "the connection ends in the middle of the picture"
    NOT_A_PICTURE = "a page of HTML that says it is image/png"
    OTHER_FORMAT = "a WebP that says it is image/png: still a picture"
    HUGE = "a picture of more than 100 MB, or one that never ends"
    NO_PICTURE = "a success without any picture in it"
    GARBLED = "JSON that is none, or lacks what it must have"


class RemoteService(Protocol):
    """The local server."""

    @property
    def jobs(self) -> int:
        """How many jobs were begun, each of which the real service may bill."""
        ...

    @property
    def working(self) -> asyncio.Event:
        """Set when a job of fault HANGING is being worked on."""
        ...

    @property
    def stopped(self) -> asyncio.Event:
        """Set when the service was told to stop a job, or saw its connection close."""
        ...

    @property
    def sent_bytes(self) -> int:
        """How much of pictures it has sent since it began."""
        ...

    def misbehave(self, fault: Fault) -> None:
        """Meet the next job with this fault, once."""
        ...


class Leaving(Watcher):
    """The program is about to end."""

    @property
    def is_leaving(self) -> bool:
        return True


class RemoteContract(BackendContract):
    """The suite. ``backend`` and ``service`` are fixtures of the subclass."""

    async def test_a_refusal_is_told_apart_and_not_tried_again(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        if not backend.capabilities.filters_output:
            return  # a service without a filter refuses nothing
        service.misbehave(Fault.REFUSED)
        with pytest.raises(BackendRefusedError):
            await made(backend, job())
        assert service.jobs <= 1
        assert len(await made(backend, job())) == 1

    async def test_a_service_that_does_not_want_us_is_a_failure(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        service.misbehave(Fault.NOT_ALLOWED)
        with pytest.raises(BackendFailedError) as caught:
            await made(backend, job())
        assert SECRET not in f"{caught.value!r} {caught.value.reason}"

    async def test_a_busy_service_says_when_to_come_back(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        service.misbehave(Fault.BUSY)
        with pytest.raises(BackendUnavailableError) as caught:
            await made(backend, job())
        assert caught.value.retry_after_s == RETRY_AFTER_S

    @pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.HANGING])
    async def test_a_service_that_is_down_is_worth_another_try_later_and_is_not_paid_twice(
        self, backend: ImageBackend, service: RemoteService, fault: Fault
    ) -> None:
        service.misbehave(fault)
        with pytest.raises(BackendUnavailableError):
            await made(backend, job())
        assert service.jobs <= 1

    @pytest.mark.parametrize("fault", [Fault.CUT_OFF, Fault.NOT_A_PICTURE, Fault.NO_PICTURE, Fault.GARBLED])
    async def test_half_an_answer_is_no_picture(
        self, backend: ImageBackend, service: RemoteService, fault: Fault
    ) -> None:
        service.misbehave(fault)
        with pytest.raises((BackendFailedError, BackendUnavailableError, BadPictureError)):
            await _made_and_decoded(backend)
        assert service.jobs <= 1

    async def test_the_format_is_read_from_the_picture(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        service.misbehave(Fault.OTHER_FORMAT)
        (picture,) = await made(backend, job())
        assert decode(picture.data, LIMITS).mode == "RGB"

    async def test_a_picture_without_end_is_not_read_to_its_end(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        service.misbehave(Fault.HUGE)
        with pytest.raises((BackendFailedError, BadPictureError)):
            await _made_and_decoded(backend)
        assert service.sent_bytes < 4 * LIMITS.max_bytes

    async def test_a_cancelled_job_is_stopped_at_the_service(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        service.misbehave(Fault.HANGING)
        task = asyncio.create_task(made(backend, job()))
        async with asyncio.timeout(10):
            await service.working.wait()
            task.cancel()
            with pytest.raises((asyncio.CancelledError, DarkroomError)):
                await task
            await service.stopped.wait()
        assert len(await made(backend, job())) == 1

    async def test_a_job_that_is_left_goes_on_at_the_service(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        if not backend.capabilities.resumable:
            return
        service.misbehave(Fault.HANGING)
        task = asyncio.create_task(made(backend, job(), Leaving()))
        async with asyncio.timeout(10):
            await service.working.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await backend.close()
        assert not service.stopped.is_set()

    @pytest.mark.parametrize("fault", list(Fault))
    async def test_after_any_trouble_the_next_job_is_made(
        self, backend: ImageBackend, service: RemoteService, fault: Fault
    ) -> None:
        service.misbehave(fault)
        with contextlib.suppress(DarkroomError):
            await made(backend, job())
        (picture,) = await made(backend, job())
        assert decode(picture.data, LIMITS).mode == "RGB"

    async def test_what_is_wrong_can_be_asked_and_makes_nothing(
        self, backend: ImageBackend, service: RemoteService
    ) -> None:
        assert list(await backend.problems()) == []
        assert service.jobs == 0


async def _made_and_decoded(backend: ImageBackend) -> None:
    """What a backend hands on unread, the decoder refuses."""
    for picture in await made(backend, job()):
        decode(picture.data, LIMITS)
