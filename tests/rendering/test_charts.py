"""Charts: drawn whole whatever the numbers and names, by processes that always end and weigh nothing before."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageChops

from bot.domain.request import EndReason, RequestKind
from bot.domain.stats import GuildStats, Spread
from bot.rendering.chart_drawing import HEIGHT_PX, MOST_REASONS, WIDTH_PX, draw
from bot.rendering.chart_text import legible, shortened
from bot.rendering.charts import PNG, PROGRAM, MatplotlibCharts
from bot.services.ports.charts import ChartNotDrawnError, ChartWords

ROOT = Path(__file__).resolve().parents[2]
WORDS = ChartWords(
    "Rooftop Stories",
    {kind: kind.value.title() for kind in RequestKind},
    {reason: reason.value.replace("_", " ") for reason in EndReason},
)
BACK = (0x1E, 0x1F, 0x22)
BLUE, CYAN = (0x80, 0x89, 0xFF), (0x46, 0xC6, 0xD2)
MARGIN_PX = 36


def stats(days: int = 7, *, busy: int = 1) -> GuildStats:
    """A server with something of everything."""
    counts = [busy * (day % 5 + 1) for day in range(days)]
    return GuildStats(
        first_day=date(2026, 7, 5),
        pictures={kind: tuple(counts) for kind in RequestKind},
        refunded=busy,
        spent=tuple(50 * count for count in counts),
        given=tuple(busy * 100 * (day % 3) for day in range(days)),
        given_back=(*(0 for _ in range(days - 1)), 50),
        ended=busy * 100,
        unmade=tuple((reason, busy * (20 - place)) for place, reason in enumerate(EndReason)),
        waiting=Spread(310, 4_200, 90),
        making=Spread(2_100, 9_400, 80),
        times_since=date(2026, 7, 6),
    )


ONE = GuildStats(
    date(2026, 7, 5),
    {RequestKind.INSTANT: (0, 0, 0, 0, 0, 0, 1)},
    refunded=0,
    spent=(0, 0, 0, 0, 0, 0, 50),
    given=(0,) * 7,
    given_back=(0,) * 7,
    ended=1,
    unmade=(),
    waiting=Spread(120, 120, 1),
    making=None,
)


def drawn(what: GuildStats, title: str = "Rooftop Stories") -> Image.Image:
    return Image.open(io.BytesIO(draw(what, replace(WORDS, title=title)))).convert("RGB")


def are_alike(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


@pytest.mark.parametrize(
    "what",
    [
        ONE,
        stats(1),
        stats(7),
        stats(30, busy=40),
        stats(90, busy=40_000),
        stats(366, busy=3_000_000),
        replace(ONE, pictures={}, spent=(0,) * 7, unmade=((EndReason.UNSAFE, 1),), waiting=None),
        replace(
            stats(7), waiting=Spread(0, 0, 1), making=Spread(0, 0, 1), unmade=((EndReason.UNSAFE, 1),) * 6
        ),
    ],
)
def test_nothing_sticks_out_whatever_the_numbers(what: GuildStats) -> None:
    picture = drawn(what)
    assert picture.size == (WIDTH_PX, HEIGHT_PX)
    edges = [
        picture.crop((0, 0, MARGIN_PX, HEIGHT_PX)),
        picture.crop((WIDTH_PX - MARGIN_PX, 0, WIDTH_PX, HEIGHT_PX)),
        picture.crop((0, HEIGHT_PX - MARGIN_PX, WIDTH_PX, HEIGHT_PX)),
        picture.crop((0, 0, WIDTH_PX, 24)),
    ]
    for edge in edges:
        assert edge.getcolors() == [(edge.width * edge.height, BACK)]


def test_a_day_with_more_pictures_has_the_higher_bar() -> None:
    counts = (0, 4, 0, 8, 0, 2, 0)
    picture = drawn(replace(ONE, pictures={RequestKind.INSTANT: counts}))
    heights = [colours_of_day(picture, day).count(BLUE) for day in range(7)]
    assert [height > 0 for height in heights] == [count > 0 for count in counts]
    assert heights[3] == pytest.approx(2 * heights[1], abs=2) == pytest.approx(4 * heights[5], abs=4)


def test_kinds_stand_on_top_of_each_other() -> None:
    both = {RequestKind.INSTANT: (0, 0, 0, 4, 0, 0, 0), RequestKind.PREMIUM: (0, 0, 0, 2, 0, 0, 0)}
    column = colours_of_day(drawn(replace(ONE, pictures=both)), 3)
    blue, above = column.count(BLUE), column.index(BLUE)
    assert column[above - blue // 2 + 3 : above - 3].count(CYAN) == blue // 2 - 6
    assert column[above + 3 : above + blue - 3].count(BLUE) == blue - 6


def colours_of_day(picture: Image.Image, day: int) -> list[object]:
    """The pixels through the middle of a day's bar, of seven, from the top down."""
    x = round(144 + (day + 0.6) / 7.2 * 1156)
    return [picture.getpixel((x, y)) for y in range(500, 800)]


@pytest.mark.parametrize(
    "title",
    [
        "$\\frac{1}{$ and $x_2$",
        "$$",
        "🌸🎉",
        "星空ロールプレイ",
        "a\nb\tc",
        "W" * 100,
        "Z̸̨̛͓a̴͉͑l̷̰̈g̶̱͝o",
        "\u202eright to left",
        "\\",
        "{}%s",
        "",
    ],
)
def test_any_name_is_a_plain_line(title: str) -> None:
    picture = drawn(ONE, title)  # a glyph that the font lacks would be a warning, and so an error here
    assert len(picture.crop((MARGIN_PX, 30, 200, 100)).getcolors(10_000) or ()) > 10, "something is written"
    below = (0, 160, WIDTH_PX, HEIGHT_PX)
    assert are_alike(picture.crop(below), drawn(ONE).crop(below))
    assert picture.crop((WIDTH_PX - MARGIN_PX, 0, WIDTH_PX, 160)).getcolors() == [(MARGIN_PX * 160, BACK)]


def test_dollars_are_not_mathematics() -> None:
    assert not are_alike(drawn(ONE, "$a$"), drawn(ONE, "a"))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Rooftop Stories", "Rooftop Stories"),
        ("  two\n lines\t", "two lines"),
        ("🌸 Café ❤️ & friends 🎉", "Café & friends"),
        ("Cafe\u0301", "Café"),
        ("zalgo\u0336\u0337\u0338", "zalgo"),
        ("ab\u202ecd\u200b", "abcd"),
        ("abcd字e", "abcd□e"),
        ("ab字字字", "This server"),
        ("字字", "This server"),
        ("!?$", "This server"),
        ("", "This server"),
        ("x" * 60, "x" * 47 + "…"),
    ],
)
def test_a_name_is_written_in_the_letters_there_are(name: str, line: str) -> None:
    assert legible(name, lambda letter: ord(letter) < 0x300, otherwise="This server") == line


def test_a_short_text_is_not_shortened() -> None:
    assert [shortened(text, 5) for text in ("12345", "123456", "123 56")] == ["12345", "1234…", "123…"]


def test_more_reasons_than_there_is_room_for_share_a_bar() -> None:
    most = [(reason, 9) for reason in list(EndReason)[:MOST_REASONS]]
    last, extra = list(EndReason)[MOST_REASONS : MOST_REASONS + 2]
    one_more = drawn(replace(ONE, unmade=(*most, (last, 1))))
    two_more = drawn(replace(ONE, unmade=(*most, (last, 1), (extra, 1))))
    both = drawn(replace(ONE, unmade=(*most, (last, 2))))
    assert not are_alike(one_more, two_more)
    row = (MARGIN_PX, HEIGHT_PX - MARGIN_PX - 60, MARGIN_PX + 640, HEIGHT_PX - MARGIN_PX)
    assert not are_alike(two_more.crop(row), both.crop(row)), "it is named otherwise"
    above = (MARGIN_PX, 1300, MARGIN_PX + 640, HEIGHT_PX - MARGIN_PX - 66)
    assert are_alike(two_more.crop(above), both.crop(above))


# ---------------------------------------------------------------------- the process


@pytest.fixture
async def charts() -> AsyncIterator[MatplotlibCharts]:
    charts = MatplotlibCharts()
    yield charts
    await charts.close()


def program(tmp_path: Path, body: str) -> tuple[str, ...]:
    """A program in the place of the one that draws."""
    file = tmp_path / "program.py"
    file.write_text(f"import json, os, pathlib, sys, time\n{body}", encoding="utf-8")
    return sys.executable, str(file)


def as_png(text: str) -> str:
    return f"sys.stdout.buffer.write({PNG!r} + {text})\nsys.stdout.flush()\n"


_others: set[int] = set()


@pytest.fixture(autouse=True)
def _other_processes() -> None:
    """Earlier tests of this run may have processes of their own, such as a resource tracker."""
    _others.clear()
    _others.update(process.pid for process in psutil.Process().children())


def begun() -> list[psutil.Process]:
    """The processes that this test has begun and that are still there."""
    return [process for process in psutil.Process().children() if process.pid not in _others]


@pytest.mark.process
async def test_a_chart_is_drawn_by_a_process_of_its_own_that_is_gone_afterwards(
    charts: MatplotlibCharts,
) -> None:
    first, second = await asyncio.gather(charts.draw(stats(30), WORDS), charts.draw(ONE, WORDS))
    assert Image.open(io.BytesIO(first)).size == (WIDTH_PX, HEIGHT_PX)
    assert first == draw(stats(30), WORDS)
    assert second == draw(ONE, WORDS)
    assert begun() == []


@pytest.mark.process
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise SystemExit(3)", "exit 3: b''"),
        ("print('KeyError'); raise SystemExit(1)", "exit 1: b'KeyError"),
        ("print('not a picture')", "exit 0: b'not a picture"),
        (as_png("b''") + "os.kill(os.getpid(), 9)", "exit -9"),
        (as_png("b'x' * 5_000_000"), "too large"),
        ("time.sleep(600)", "too slow"),
    ],
)
async def test_what_goes_wrong_with_it_is_one_error(tmp_path: Path, body: str, reason: str) -> None:
    charts = MatplotlibCharts(program=program(tmp_path, body), timeout_s=5 if reason != "too slow" else 0.3)
    with pytest.raises(ChartNotDrawnError) as caught:
        await charts.draw(ONE, WORDS)
    assert caught.value.reason.startswith(reason)
    assert begun() == []
    await charts.close()


@pytest.mark.process
async def test_a_program_that_is_not_there_is_the_same_error(tmp_path: Path) -> None:
    charts = MatplotlibCharts(program=(str(tmp_path / "nothing"),))
    with pytest.raises(ChartNotDrawnError, match="FileNotFoundError"):
        await charts.draw(ONE, WORDS)
    await charts.close()


@pytest.mark.process
async def test_whoever_is_cancelled_takes_the_drawing_along(tmp_path: Path) -> None:
    began = tmp_path / "began"
    charts = MatplotlibCharts(program=program(tmp_path, f"open({str(began)!r}, 'w'); time.sleep(600)"))
    drawing = asyncio.create_task(charts.draw(ONE, WORDS))
    await until_there(began)
    assert len(begun()) == 1
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert begun() == []
    await charts.close()


@pytest.mark.process
async def test_closing_ends_a_drawing_and_takes_no_more(tmp_path: Path) -> None:
    began = tmp_path / "began"
    charts = MatplotlibCharts(program=program(tmp_path, f"open({str(began)!r}, 'w'); time.sleep(600)"))
    drawings = [asyncio.create_task(charts.draw(ONE, WORDS)) for _ in range(2)]
    await until_there(began)
    await charts.close()
    for reason, drawing in zip(("exit -9", "closed"), drawings, strict=True):
        with pytest.raises(ChartNotDrawnError, match=reason):
            await drawing
    assert begun() == []


@pytest.mark.process
async def test_one_is_drawn_at_a_time(tmp_path: Path) -> None:
    log, empty = tmp_path / "log", "b''"
    body = f"log = open({str(log)!r}, 'ab', buffering=0)\nlog.write(b'<')\n{as_png(empty)}log.write(b'>')\n"
    charts = MatplotlibCharts(program=program(tmp_path, body))
    await asyncio.gather(*(charts.draw(ONE, WORDS) for _ in range(4)))
    assert log.read_text() == "<>" * 4
    await charts.close()


@pytest.mark.process
async def test_the_process_is_told_no_secrets_and_keeps_its_files_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    charts = MatplotlibCharts(program=program(tmp_path, as_png("json.dumps(dict(os.environ)).encode()")))
    said = await charts.draw(ONE, WORDS)
    env: Mapping[str, str] = json.loads(said.removeprefix(PNG))
    assert "secret" not in env.values()
    folder = env["MPLCONFIGDIR"]
    assert await asyncio.to_thread(os.path.isdir, folder)
    await charts.close()
    assert not await asyncio.to_thread(os.path.exists, folder)


@pytest.mark.process
def test_a_drawing_ends_when_the_bot_is_gone() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    asked = pickle.dumps((stats(90), WORDS))
    gone = subprocess.run(PROGRAM, input=asked, env=env, capture_output=True, check=False, timeout=60)
    assert (gone.returncode, gone.stdout) == (1, b"")


@pytest.mark.process
def test_a_fault_while_drawing_is_told_by_its_kind_alone() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    asked = pickle.dumps((stats(7), replace(WORDS, kinds={})))
    with subprocess.Popen(
        PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(asked)
        process.stdin.flush()
        assert process.stdout.read() == b"KeyError"
    assert process.returncode == 1


@pytest.mark.process
def test_the_bot_itself_never_loads_matplotlib() -> None:
    check = "import sys, bot.container, bot.__main__, cogs.stats; print({'matplotlib', 'numpy'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    assert done.stdout == b"set()\n"


async def until_there(file: Path) -> None:
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(file.exists):  # noqa: ASYNC110  another process makes it
            await asyncio.sleep(0.02)
