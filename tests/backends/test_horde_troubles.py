"""What goes wrong at the Horde, and what it is to the bot; its pictures' addresses; its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.backends.horde import ENTRY, HordeBackend
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect
from bot.services.ports.images import PictureJob
from bot.settings import SettingsError
from tests.backends.contract import Watcher, job, made, opened
from tests.backends.horde_server import HordeServer
from tests.backends.remote_contract import SECRET

TIMEOUT = aiohttp.ClientTimeout(total=5)


@pytest.fixture
async def horde() -> AsyncIterator[HordeServer]:
    async with HordeServer.start() as server:
        yield server


@pytest.fixture
async def backend(horde: HordeServer) -> AsyncIterator[HordeBackend]:
    backend = HordeBackend(
        f"{horde.url}/api", SECRET, poll_every_s=0.002, most_idle_polls=40, timeout=TIMEOUT
    )
    yield backend
    await backend.close()


# ---------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    "how", [{"censored": True}, {"gen_metadata": [{"type": "censorship", "value": "csam"}]}]
)
async def test_a_censored_picture_is_a_refusal_and_the_others_are_handed_over(
    horde: HordeServer, backend: HordeBackend, how: dict[str, object]
) -> None:
    horde.censored = {1: how}
    seeds: list[int] = []
    with pytest.raises(BackendRefusedError):
        await _into(seeds, backend, job(count=3))
    assert seeds == [7, 9]


async def _into(seeds: list[int], backend: HordeBackend, wanted: PictureJob) -> None:
    async for picture in backend.generate(wanted, Watcher()):
        seeds.append(picture.seed)  # noqa: PERF401  what came before the error counts


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "MaintenanceMode"),
        (400, "NoValidWorkers"),
        (403, "TimeoutIP"),
        (429, "TooManyPrompts"),
        (503, ""),
    ],
)
async def test_what_will_be_other_later_is_worth_another_try(
    horde: HordeServer, backend: HordeBackend, status: int, code: str
) -> None:
    horde.answers = [(status, code)]
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())


async def test_when_even_a_small_picture_has_to_be_paid_for_it_is_too_busy(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.answers = [(403, "KudosUpfront"), (403, "KudosUpfront")]
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert len(horde.bodies) == 2


@pytest.mark.parametrize(("status", "code"), [(400, "InvalidSize"), (403, "BannedClientAgent"), (404, "")])
async def test_what_will_stay_so_is_a_failure_that_names_it(
    horde: HordeServer, backend: HordeBackend, status: int, code: str
) -> None:
    horde.answers = [(status, code)]
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert caught.value.reason == f"{status} {code}".strip()


async def test_words_of_theirs_that_are_no_code_stay_out_of_errors(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.answers = [(400, "it was: Mira waves")]
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert caught.value.reason == "400"


class AtOnce(Watcher):
    """Makes a change to a job as soon as there is one."""

    def __init__(self, horde: HordeServer, **change: bool) -> None:
        super().__init__()
        self.horde = horde
        self.change = change

    async def accepted(self, provider_ref: str) -> None:
        for name, value in self.change.items():
            setattr(self.horde.orders[provider_ref], name, value)


async def test_a_job_that_nobody_there_can_do_is_given_up_and_taken_back(
    horde: HordeServer, backend: HordeBackend
) -> None:
    with pytest.raises(BackendUnavailableError):
        await made(backend, job(), AtOnce(horde, possible=False))
    assert horde.stopped.is_set()


async def test_a_job_that_faults_is_a_failure(horde: HordeServer, backend: HordeBackend) -> None:
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job(), AtOnce(horde, faulted=True))
    assert caught.value.reason == "faulted"


# ---------------------------------------------------------------------- pictures


async def test_a_picture_may_come_as_base64(horde: HordeServer, backend: HordeBackend) -> None:
    horde.as_base64 = True
    (picture,) = await made(backend, job(aspect=Aspect.SQUARE))
    assert opened(picture).size == (1024, 1024)
    assert [path for path, _ in horde.headers if path.startswith("/r2/")] == []


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.webp",
        "https://10.0.0.1/a.webp",
        "https://[::1]/a.webp",
        "https://127.1/a.webp",
        "https://localhost/a.webp",
        "https://metadata.google.internal/a",
        "file:///etc/passwd",
        "https://[",
        "@@@",
    ],
)
async def test_nothing_is_fetched_from_where_pictures_cannot_be(
    horde: HordeServer, backend: HordeBackend, address: str
) -> None:
    horde.img = address
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert "address" in caught.value.reason


async def test_a_picture_that_is_somewhere_else_is_not_followed(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.img = f"{horde.url}/elsewhere"
    with pytest.raises(BackendFailedError, match="302"):
        await made(backend, job())


# ---------------------------------------------------------------------- what is wrong, and settings


async def test_a_horde_that_is_not_there_is_one_problem() -> None:
    async with HordeServer.start() as gone:
        address = f"{gone.url}/api"
    backend = HordeBackend(address, SECRET, timeout=TIMEOUT)
    (problem,) = await backend.problems()
    await backend.close()
    assert address in problem
    assert "HORDE_URL" in problem


async def test_maintenance_a_wrong_key_and_a_model_without_workers_are_each_a_problem(
    horde: HordeServer,
) -> None:
    horde.maintenance = True
    backend = HordeBackend(f"{horde.url}/api", "wrong-key", ("Deliberate", "Asleep", "Gone"), timeout=TIMEOUT)
    maintenance, key, models = await backend.problems()
    await backend.close()
    assert "maintenance" in maintenance
    assert key.startswith("HORDE_API_KEY: ")
    assert "wrong-key" not in key
    assert models.startswith("HORDE_MODELS: nobody offers Asleep, Gone now")


async def test_it_is_made_of_settings(horde: HordeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORDE_URL", f"{horde.url}/api/")
    monkeypatch.setenv("HORDE_API_KEY", " ")
    monkeypatch.setenv("HORDE_MODELS", "Deliberate, Asleep,")
    backend = ENTRY.open()
    (problem,) = await backend.problems()
    await backend.close()
    assert "Asleep" in problem
    assert {headers["apikey"] for _, headers in horde.headers} == {"0000000000"}


def test_a_wrong_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORDE_URL", "aihorde.net")
    with pytest.raises(SettingsError, match=r"^HORDE_URL: use an address that begins with https://$"):
        ENTRY.open()
