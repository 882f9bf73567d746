"""CPU of the rules writer, of the safety rules and of the rules for wishes on texts made to keep them busy."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.table import Options, Row
from benchmarks.writer import CAST, SENTENCES
from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.errors import UnsafeRequestError
from bot.domain.scene import Conversation, Message
from bot.safety.rules import RulesCheck
from bot.writers.rules.wishes import RulesWishes
from bot.writers.rules.writer import RulesWriter

LENGTH = 6_000
PATTERNS = (
    *("*", "(", "((", "[", "*a ", "_a ", '"', "' a ", "~a", "a, ", "and ", "the ", "in the ", "Mira "),
    *("Mira and ", "coat ", "red coat and ", "not ", "🦊", "\u202e\u200b", "a", "1:00 ", "http://", "海"),
    *("です。", "nicht ", "<@1", "```", "\n", ">", "-a ", ": ", "1 ", "0", "\\u0061", "&#97;", "%61", "aa=="),
    *("z\u0336", "👻", "ﷺ", "17 years old ", "Anna Schmidt ", "born in 2015 ", ".-", "{0} %s '; DROP -- "),
)
_NOTE = (
    f"The worst of {len(PATTERNS)} patterns repeated to {LENGTH:,} characters, each judged three times (the best "
    "counts), against plain sentences of that length. What grows faster than the text does shows here."
)


def rows(_options: Options) -> Sequence[Row]:
    """A row for each."""
    return [
        _row("rules writer", writer_cpu),
        _row("safety rules", rules_cpu),
        _row("wishes for pictures", wishes_cpu),
    ]


def _row(what: str, measured: Callable[[], Figures]) -> Row:
    found = in_fresh_process(measured)
    ratio = found["worst_ms"] / found["plain_ms"]
    return Row(
        what=f"{what}, the worst text of {LENGTH:,} characters",
        target="≤ 10×",
        ours=f"{found['worst_ms']:.1f} ms",
        reference=f"{found['plain_ms']:.1f} ms",
        ratio=ratio,
        met=ratio <= 10,
        note=_NOTE,
    )


def writer_cpu() -> Figures:
    """CPU milliseconds of a scene from a plain text, and from the worst one."""
    writer = RulesWriter()

    def write(text: str) -> None:
        messages = (
            Message(CAST[0].name, text, companion_id=CAST[0].companion_id),
            Message("Ana", text, author_id=1),
        )
        writer.scene(Conversation(messages, CAST, requester="Ana", hint=text[:500]))

    return _worst(write)


def rules_cpu() -> Figures:
    """CPU milliseconds of a rating of a plain text, and of the worst one."""
    check = RulesCheck()
    with asyncio.Runner() as runner:

        async def rate(text: str) -> None:
            with contextlib.suppress(UnsafeRequestError):
                await check.rate([text], forbidden=("word", "a phrase", "ぬの"))

        return _worst(lambda text: runner.run(rate(text)))


def wishes_cpu() -> Figures:
    """CPU milliseconds of looking for a wish, and for a claim, in a plain text and in the worst one."""
    wishes = RulesWishes()
    look = Look(Style.REALISTIC, Gender.FEMALE, "brown hair", "green", "fair", "slim", 25, "jeans")
    companions = [Companion(one.companion_id, one.name, look, one.aliases) for one in CAST]

    def read(text: str) -> None:
        # Without a word for a picture nothing would be read at all.
        asked = f"{text[:-20]}, send me a pic of "
        wishes.wish_in(asked, companions[:1], companions)
        wishes.claims_picture(asked)

    return _worst(read)


def _worst(work: Callable[[str], None]) -> Figures:
    plain = _repeated(" ".join(SENTENCES) + " ")
    work(plain)
    return {
        "plain_ms": _best_ms(work, plain),
        "worst_ms": max(_best_ms(work, _repeated(pattern)) for pattern in PATTERNS),
    }


def _repeated(pattern: str) -> str:
    return (pattern * (LENGTH // len(pattern) + 1))[:LENGTH]


def _best_ms(work: Callable[[str], None], text: str) -> float:
    taken: list[float] = []
    for _ in range(3):
        begun = time.process_time()
        work(text)
        taken.append(time.process_time() - begun)
    return min(taken) * 1e3
