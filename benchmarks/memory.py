"""Memory of the whole bot: idle, with pictures in flight, per guild; and how soon it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median

from benchmarks.bots import Picture, RunningBot, bare_bot, null_bot
from benchmarks.fresh import in_fresh_process
from benchmarks.interactions import COMPANION, PAID
from benchmarks.pictures import memory_with_pictures_in_flight
from benchmarks.table import Options, Row

IN_FLIGHT = 8
PICTURE_4K = Picture(4096, 4096, "PNG")
_PROCESS_NOTE = (
    "Resident memory of the bot process (the peak while eight 4K PNGs of 28 MiB are delivered). Reference: the "
    "bare bot, idle."
)
_LAB_NOTE = (
    "A process with nothing but the picture lab, eight different 4K PNGs; of these the PNGs themselves take 240 MB. "
    "Reference: the same process before."
)
_GUILD_NOTE = (
    "Resident memory with {guilds} idle guilds (40 channels, 25 roles) less that with one, by guild. Reference: the "
    "bare bot with discord.py's default intents and caches."
)
_START_NOTE = (
    "From starting the process to its first ack on loopback, one guild, empty database, commands to sync; median. "
    "Reference: the bare bot."
)


def rows(options: Options) -> Sequence[Row]:
    """The rows about memory and starting."""
    return [_lab_row(), *asyncio.run(_process_rows(options))]


def _lab_row() -> Row:
    found = in_fresh_process(memory_with_pictures_in_flight, "PNG")
    return Row(
        what="memory of the picture lab alone, eight 4K pictures",
        target="",
        ours=f"{found['peak_mb']:.0f} MB",
        reference=f"{found['idle_mb']:.0f} MB",
        ratio=found["peak_mb"] / found["idle_mb"],
        note=_LAB_NOTE,
    )


async def _process_rows(options: Options) -> Sequence[Row]:
    guilds = options.scaled(400, 100)
    async with bare_bot() as bot:
        bare_mb = await _settled_mb(bot)
        bare_starts = [bot.answered_after_s]
    async with null_bot(PICTURE_4K) as bot:
        idle_mb = await _settled_mb(bot)
        starts = [bot.answered_after_s]
        presses = [await bot.world.click(member, PAID, COMPANION) for member in range(IN_FLIGHT)]
        await asyncio.gather(*(press.finished for press in presses))
        busy_mb = bot.peak_resident_mb()
    async with null_bot(idle_guilds=guilds) as bot:
        many_mb = await _settled_mb(bot)
    async with bare_bot("defer", "default") as bot:
        bare_few_mb = await _settled_mb(bot)
    async with bare_bot("defer", "default", idle_guilds=guilds) as bot:
        bare_many_mb = await _settled_mb(bot)
    for _ in range(options.scaled(4, 0)):
        async with null_bot() as bot:
            starts.append(bot.answered_after_s)
        async with bare_bot() as bot:
            bare_starts.append(bot.answered_after_s)
    guild_kib, bare_guild_kib = (
        (many - few) * 1e6 / 1024 / guilds for many, few in ((many_mb, idle_mb), (bare_many_mb, bare_few_mb))
    )
    start_s, bare_start_s = median(starts), median(bare_starts)
    return [
        Row(
            what="process memory, idle",
            target="≤ 90 MB",
            ours=f"{idle_mb:.0f} MB",
            reference=f"{bare_mb:.0f} MB",
            ratio=idle_mb / bare_mb,
            met=idle_mb <= 90,
            note=_PROCESS_NOTE,
        ),
        Row(
            what="process memory, eight 4K pictures in flight",
            target="≤ 700 MB",
            ours=f"{busy_mb:.0f} MB",
            reference=f"{bare_mb:.0f} MB",
            ratio=busy_mb / bare_mb,
            met=busy_mb <= 700,
            note=_PROCESS_NOTE,
        ),
        Row(
            what="memory per idle guild",
            target="≤ 60 KiB",
            ours=f"{guild_kib:.0f} KiB",
            reference=f"{bare_guild_kib:.0f} KiB",
            ratio=guild_kib / bare_guild_kib,
            met=guild_kib <= 60,
            note=_GUILD_NOTE.format(guilds=guilds),
        ),
        Row(
            what="start to ready (first ack)",
            target="≤ 2 s",
            ours=f"{start_s:.2f} s",
            reference=f"{bare_start_s:.2f} s",
            ratio=start_s / bare_start_s,
            met=start_s <= 2,
            note=_START_NOTE,
        ),
    ]


async def _settled_mb(bot: RunningBot) -> float:
    """Memory when what happens at the start is over."""
    await asyncio.sleep(3)
    return bot.resident_mb()
