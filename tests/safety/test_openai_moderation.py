"""OpenAI's moderation, asked over real HTTP of a server that answers as the documentation shows."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image
from structlog.testing import capture_logs

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.combined import CombinedCheck
from bot.safety.openai_moderation import Moderation, OpenAiModeration
from bot.safety.opening import open_safety
from bot.safety.rules import RulesCheck
from tests.house.house import ROOT

KEY = "sk-not-a-real-key"
CATEGORIES = (
    *(
        "harassment",
        "harassment/threatening",
        "sexual",
        "hate",
        "hate/threatening",
        "illicit",
        "illicit/violent",
    ),
    *(
        "self-harm/intent",
        "self-harm/instructions",
        "self-harm",
        "sexual/minors",
        "violence",
        "violence/graphic",
    ),
)
ON_PICTURES = {
    "sexual",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "violence",
    "violence/graphic",
}


def body(*flagged: str) -> dict[str, Any]:
    """An answer of the endpoint."""
    return {
        "id": "modr-970d409ef3bef3b70c73d8232df86e7d",
        "model": "omni-moderation-latest",
        "results": [
            {
                "flagged": bool(flagged),
                "categories": {name: name in flagged for name in CATEGORIES},
                "category_scores": {name: 0.98 if name in flagged else 2.3e-7 for name in CATEGORIES},
                "category_applied_input_types": {
                    name: ["text", "image"] if name in ON_PICTURES else ["text"] for name in CATEGORIES
                },
            }
        ],
    }


@dataclass
class Endpoint:
    """The service: answers in turn (the last again and again), and what it was asked."""

    answers: list[web.Response | dict[str, Any] | None] = field(default_factory=lambda: [body()])
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str] = field(default_factory=list[str])
    is_released: asyncio.Event = field(default_factory=asyncio.Event)
    in_pieces: bool = False
    base_url: str = ""

    async def moderations(self, request: web.Request) -> web.StreamResponse:
        self.keys.append(request.headers.get("Authorization", ""))
        self.asked.append(await request.json())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:  # too slow
            await self.is_released.wait()
            answer = body()
        if isinstance(answer, web.Response):
            return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        if self.in_pieces:
            return await self._piece_by_piece(request, json.dumps(answer).encode())
        return web.json_response(answer)

    async def _piece_by_piece(self, request: web.Request, answer: bytes) -> web.StreamResponse:
        """The second half when the first has been read."""
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        half = len(answer) // 2
        await response.write(answer[:half])
        await self.is_released.wait()
        await response.write(answer[half:])
        return response


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    app = web.Application(client_max_size=8 * 2**20)
    app.router.add_post("/v1/moderations", endpoint.moderations)
    server = TestServer(app)
    await server.start_server()
    endpoint.base_url = str(server.make_url("/v1/"))
    yield endpoint
    endpoint.is_released.set()
    await server.close()


@pytest.fixture
async def moderation(endpoint: Endpoint) -> AsyncIterator[OpenAiModeration]:
    moderation = OpenAiModeration(KEY, endpoint.base_url, timeout_s=0.3, longest_wait_s=0.2)
    yield moderation
    await moderation.close()


def failing(status: int, **headers: str) -> web.Response:
    return web.Response(
        status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}, text="{}"
    )


async def test_texts_are_judged_together_by_the_documented_model(
    endpoint: Endpoint, moderation: OpenAiModeration
) -> None:
    endpoint.answers = [body("violence")]
    said = await moderation.of_text(["a hint", "", "the prompt", "a hint"])
    assert said == Moderation(frozenset({"violence"}))
    assert endpoint.asked == [{"model": "omni-moderation-latest", "input": "a hint\nthe prompt"}]
    assert endpoint.keys == [f"Bearer {KEY}"]


async def test_an_answer_may_come_in_pieces(endpoint: Endpoint) -> None:
    endpoint.in_pieces = True
    asyncio.get_running_loop().call_later(0.05, endpoint.is_released.set)
    moderation = OpenAiModeration(KEY, endpoint.base_url)
    assert await moderation.of_text(["a picnic"]) is not None
    await moderation.close()


async def test_nothing_said_is_nothing_asked(endpoint: Endpoint, moderation: OpenAiModeration) -> None:
    assert await moderation.of_text(["", ""]) == Moderation(frozenset())
    assert endpoint.asked == []


@pytest.mark.parametrize(("size", "sent"), [((3000, 2000), (1024, 683)), ((640, 480), (640, 480))])
async def test_a_picture_goes_as_a_small_jpeg_in_a_data_url(
    endpoint: Endpoint, moderation: OpenAiModeration, size: tuple[int, int], sent: tuple[int, int]
) -> None:
    assert await moderation.of_picture(jpeg(*size)) == Moderation(frozenset())
    (part,) = endpoint.asked[0]["input"]
    assert part["type"] == "image_url"
    head, _, data = part["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert (picture.format, picture.size) == ("JPEG", sent)


@pytest.mark.parametrize(
    "first",
    [failing(500), failing(503), failing(429, Retry_After="0.05"), failing(429), None],
    ids=["500", "503", "429 with a short wait", "429", "too slow"],
)
async def test_a_passing_fault_is_tried_once_more(
    endpoint: Endpoint, moderation: OpenAiModeration, first: web.Response | None
) -> None:
    endpoint.answers = [first, body("sexual")]
    said = await moderation.of_text(["words"])
    assert said is not None
    assert said.is_sexual
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (failing(500), 2),
        (None, 2),
        (failing(429, Retry_After="30"), 1),
        (failing(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), 1),
        (failing(401), 1),
        (failing(400), 1),
        (failing(302, Location="/elsewhere"), 1),
        (web.Response(text="<html>bad gateway</html>"), 1),
        (web.Response(text='{"results": []}'), 1),
        (web.Response(text='{"results": [{"flagged": "perhaps"}]}'), 1),
    ],
    ids=["500", "slow", "429 long", "429 date", "401", "400", "302", "html", "no result", "odd result"],
)
async def test_without_an_answer_it_has_nothing_to_say_and_says_so_once(
    endpoint: Endpoint, moderation: OpenAiModeration, answer: web.Response | None, times: int
) -> None:
    endpoint.answers = [answer]
    with capture_logs() as logs:
        assert await moderation.of_text(["secret words"]) is None
        assert len(endpoint.asked) == times
        assert await moderation.of_text(["secret words"]) is None
    assert [entry["event"] for entry in logs] == ["moderation_unavailable"]
    told = json.dumps(logs)
    assert KEY not in told
    assert "secret" not in told


async def test_trouble_is_told_again_after_an_answer(
    endpoint: Endpoint, moderation: OpenAiModeration
) -> None:
    with capture_logs() as logs:
        for answer in (failing(401), body(), failing(401)):
            endpoint.answers = [answer]
            await moderation.of_text(["words"])
    assert len(logs) == 2


async def test_nobody_there_is_nothing_to_say() -> None:
    moderation = OpenAiModeration(KEY, "http://127.0.0.1:9", timeout_s=0.3)
    assert await moderation.of_text(["words"]) is None
    await moderation.close()


async def test_closing_what_was_never_used_is_fine() -> None:
    await OpenAiModeration(KEY, "http://127.0.0.1:9").close()


# ---------------------------------------------------------------------------------------- together


@pytest.fixture
def check(moderation: OpenAiModeration) -> CombinedCheck:
    return CombinedCheck(RulesCheck(), moderation)


@pytest.mark.parametrize(
    ("text", "flagged", "rating"),
    [
        ("a picnic", (), Rating.GENERAL),
        ("a picnic", ("sexual",), Rating.MATURE),
        ("a picnic", ("violence/graphic",), Rating.MATURE),
        ("lingerie", (), Rating.MATURE),
        ("женщина гуляет по пляжу с собакой", (), Rating.GENERAL),
        ("женщина гуляет по пляжу с собакой", ("sexual",), Rating.MATURE),
        ("женщина гуляет по пляжу, lingerie", (), Rating.MATURE),
        ("aGVsbG8gd29ybGQgMTIzNDU2Nzg5MA==", (), Rating.MATURE),
    ],
)
async def test_the_stricter_rating_holds(
    endpoint: Endpoint, check: CombinedCheck, text: str, flagged: tuple[str, ...], rating: Rating
) -> None:
    endpoint.answers = [body(*flagged)]
    assert await check.rate([text]) is rating


@pytest.mark.parametrize(
    ("text", "flagged"), [("a picnic", ("sexual", "sexual/minors")), ("children in the park", ("sexual",))]
)
async def test_the_service_refuses_what_the_rules_let_pass(
    endpoint: Endpoint, check: CombinedCheck, text: str, flagged: tuple[str, ...]
) -> None:
    endpoint.answers = [body(*flagged)]
    with pytest.raises(UnsafeRequestError) as caught:
        await check.rate([text])
    assert caught.value.rule == "minor"


async def test_what_the_rules_refuse_is_never_sent_on(endpoint: Endpoint, check: CombinedCheck) -> None:
    with pytest.raises(UnsafeRequestError):
        await check.rate(["a quiet garden"], forbidden=["garden"])
    with pytest.raises(UnsafeRequestError):
        await check.check_companion(["Nova", "a celebrity"])
    assert endpoint.asked == []


async def test_without_an_answer_the_rules_judge_alone(endpoint: Endpoint, check: CombinedCheck) -> None:
    endpoint.answers = [failing(401)]
    assert await check.rate(["a picnic"]) is Rating.GENERAL
    assert await check.rate(["женщина гуляет по пляжу с собакой"]) is Rating.MATURE
    await check.check_companion(["Nova", "a calm engineer"])
    assert await check.rate_picture(jpeg(64, 64)) is None


@pytest.mark.parametrize(
    ("flagged", "rule"),
    [(("sexual",), "mature"), (("sexual", "sexual/minors"), "minor"), (("violence",), None)],
)
async def test_companions_are_judged_by_both(
    endpoint: Endpoint, check: CombinedCheck, flagged: tuple[str, ...], rule: str | None
) -> None:
    endpoint.answers = [body(*flagged)]
    if rule is None:
        await check.check_companion(["Nova", "a retired knight"])
        return
    with pytest.raises(UnsafeRequestError) as caught:
        await check.check_companion(["Nova", "a retired knight"])
    assert caught.value.rule == rule


async def test_pictures_are_rated_by_the_service(endpoint: Endpoint, check: CombinedCheck) -> None:
    assert check.checks_pictures
    picture = jpeg(64, 64)
    for flagged, rating in (
        ((), Rating.GENERAL),
        (("sexual",), Rating.MATURE),
        (("violence",), Rating.MATURE),
    ):
        endpoint.answers = [body(*flagged)]
        assert await check.rate_picture(picture) is rating
    endpoint.answers = [body("sexual/minors")]
    with pytest.raises(UnsafeRequestError) as caught:
        await check.rate_picture(picture)
    assert caught.value.rule == "minor"


async def test_a_key_puts_the_service_beside_the_rules(endpoint: Endpoint) -> None:
    async with open_safety(None, endpoint.base_url) as check:
        assert not check.checks_pictures
    async with open_safety(KEY, endpoint.base_url) as check:
        assert check.checks_pictures
        await check.rate(["a picnic"])
    assert len(endpoint.asked) == 1


def test_without_a_key_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys, bot.container; sys.exit(any(n in sys.modules for n in"
        " ('bot.safety.openai_moderation', 'bot.safety.combined')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def jpeg(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 60)).save(buffer, "JPEG")
    return buffer.getvalue()
