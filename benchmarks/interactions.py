"""Acks at 200 interactions a second, and paid requests a second, against the bare bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from statistics import median

from benchmarks.bots import ANSWER_TIMEOUT_S, LIGHT, Picture, RunningBot, bare_bot, null_bot
from benchmarks.loopback import Click
from benchmarks.stalls import longest_stall_ms
from benchmarks.table import Options, Row

RATE_PER_S = 200
MEMBERS = 64
PAID_ONE_IN = 10
SLICE_S = 2.0
WARM_UP_S = 0.5
PICTURE_2K = Picture(1536, 2048, "JPEG")
PICTURE_4K = Picture(4096, 4096, "PNG")
COMPANION = {"companion": "Mira"}
PAID = "image instant"
_ACK_NOTE = (
    f"{RATE_PER_S} slash commands a second, evenly spaced, from {MEMBERS} members on loopback, both bots running, "
    "slices of two seconds in turns, median of the slices' p99. Reference: a discord.py bot that only defers the "
    "same commands."
)
_PAID_NOTE = (
    f"{MEMBERS} members who each press again when their picture is there; null backend, 64 × 64 picture, stored "
    "durably and uploaded; median of slices in turns. Reference: the bare bot's defer and follow-up, likewise."
)
_CPU_NOTE = (
    "CPU of the bot with the process that writes scenes, per picture delivered: interaction, conversation, scene, "
    "money, decode, encode, thumbnail, store, upload, cost notice. Reference: the bare bot's defer and follow-up."
)
_BUSY_NOTE = (
    "Longest wait of the bot's event loop, which ticks every millisecond, from eight presses to eight delivered "
    "4K pictures (PNG from the backend); median of the rounds. Reference: the same bot answering light commands."
)


def rows(options: Options) -> Sequence[Row]:
    """The rows about interactions, with Darkroom as a whole process."""
    return asyncio.run(_rows(options))


async def _rows(options: Options) -> Sequence[Row]:
    slices = options.scaled(8, 2)
    async with bare_bot("defer") as bare, null_bot() as ours:
        light = [(await p99_ack_ms(ours), await p99_ack_ms(bare)) for _ in range(slices)]
        mixed = [
            (await p99_ack_ms(ours, PAID_ONE_IN, delivers=True), await p99_ack_ms(bare, PAID_ONE_IN))
            for _ in range(slices)
        ]
    async with bare_bot("follow-up") as bare, null_bot() as ours:
        rates = [((await finished_per_s(ours))[0], (await finished_per_s(bare))[0]) for _ in range(slices)]
    per_s, bare_per_s = _medians(rates)
    return [
        _ack_row(f"interaction → ack, p99, /{LIGHT}", *_medians(light)),
        _ack_row(f"interaction → ack, p99, one in {PAID_ONE_IN} a paid /{PAID}", *_medians(mixed)),
        Row(
            what="sustained paid requests/s, one process",
            target="≥ 0.15×",
            ours=f"{per_s:.0f}/s",
            reference=f"{bare_per_s:.0f}/s",
            ratio=per_s / bare_per_s,
            met=per_s >= 0.15 * bare_per_s,
            note=_PAID_NOTE,
        ),
        await _cpu_row(),
        await _stall_row(options.scaled(5, 1)),
    ]


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(ours for ours, _ in pairs), median(bare for _, bare in pairs)


def _ack_row(what: str, ours_ms: float, bare_ms: float) -> Row:
    return Row(
        what=what,
        target="≤ 1.3×",
        ours=f"{ours_ms:.1f} ms",
        reference=f"{bare_ms:.1f} ms",
        ratio=ours_ms / bare_ms,
        met=ours_ms <= 1.3 * bare_ms,
        note=_ACK_NOTE,
    )


async def _cpu_row() -> Row:
    async with null_bot(PICTURE_2K) as bot:
        ours_ms = 1e3 * (await finished_per_s(bot, members=4))[1]
    async with bare_bot("follow-up") as bot:
        bare_ms = 1e3 * (await finished_per_s(bot, members=4))[1]
    return Row(
        what="CPU of the bot process per delivered 2K picture (JPEG)",
        target="≤ 150 ms",
        ours=f"{ours_ms:.0f} ms",
        reference=f"{bare_ms:.1f} ms",
        ratio=ours_ms / bare_ms,
        met=ours_ms <= 150,
        note=_CPU_NOTE,
    )


async def _stall_row(rounds: int) -> Row:
    busy_ms, quiet_ms = [], []
    for _ in range(rounds):
        async with null_bot(PICTURE_4K, {"BENCHMARK_STALLS": "1"}) as bot:
            begun = time.perf_counter()
            await p99_ack_ms(bot)
            quiet_ms.append(longest_stall_ms(bot.output, begun))
            begun = time.perf_counter()
            presses = [await bot.world.click(member, PAID, COMPANION) for member in range(8)]
            await asyncio.gather(*(_finished(press) for press in presses))
            busy_ms.append(longest_stall_ms(bot.output, begun))
    ours, quiet = median(busy_ms), median(quiet_ms)
    return Row(
        what="longest event-loop stall of the bot, eight 4K pictures delivered",
        target="≤ 50 ms",
        ours=f"{ours:.0f} ms",
        reference=f"{quiet:.0f} ms",
        ratio=ours / max(quiet, 1.0),
        met=ours <= 50,
        note=_BUSY_NOTE,
    )


async def p99_ack_ms(bot: RunningBot, paid_one_in: int = 0, *, delivers: bool = False) -> float:
    """The 99th percentile of the time from sending an interaction to its first answer, over one slice.

    Where the bot ``delivers``, what was paid for is waited for, so that it is not another slice's burden.
    """
    clicks: list[Click] = []
    paid: list[Click] = []
    begun = time.perf_counter()
    for number in range(int(RATE_PER_S * SLICE_S)):
        await asyncio.sleep(max(0.0, begun + number / RATE_PER_S - time.perf_counter()))
        if paid_one_in and number % paid_one_in == 0:
            paid.append(await bot.world.click(number % MEMBERS, PAID, COMPANION))
        else:
            clicks.append(await bot.world.click(number % MEMBERS, LIGHT))
    async with asyncio.timeout(ANSWER_TIMEOUT_S):
        acks_s = sorted([await click.acked for click in (*clicks, *paid)])
    if delivers:
        await asyncio.gather(*(_finished(press) for press in paid))
    return 1e3 * acks_s[int(len(acks_s) * 0.99)]


async def finished_per_s(bot: RunningBot, members: int = MEMBERS) -> tuple[float, float]:
    """(finished a second, CPU seconds each), every member pressing again as soon as theirs is finished."""
    finished = 0
    until = time.perf_counter() + WARM_UP_S

    async def member(number: int) -> None:
        nonlocal finished
        while time.perf_counter() < until:
            await _finished(await bot.world.click(number, PAID, COMPANION))
            finished += 1

    await asyncio.gather(*(member(number) for number in range(members)))  # warm
    finished, begun, cpu_s = 0, time.perf_counter(), bot.cpu_s()
    until = begun + SLICE_S
    await asyncio.gather(*(member(number) for number in range(members)))
    return finished / (time.perf_counter() - begun), (bot.cpu_s() - cpu_s) / finished


async def _finished(click: Click) -> float:
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            return await click.finished
    except TimeoutError as error:
        raise RuntimeError(f"a click was never finished; it was told {click.texts}") from error
