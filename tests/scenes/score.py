"""Score the scene writer.

``python -m tests.scenes.score [--writer rules|llm] [--set conversations|holdout|fresh|unseen|strangers|all]
[--failures] [--json]``

``--writer llm`` asks the chat endpoint of the settings (``CHAT_BASE_URL``, ``CHAT_MODEL``, ``CHAT_TIMEOUT_S``), as the
bot would: where it gives nothing usable the rules answer, and a line on standard error says so.

Each percentage says of how many conversations (outfit and action: of how many companions) a field is right,
among those whose log says something about it:

- cast: exactly the companions that are in the picture at the end of the log;
- setting, time, weather, outfit, action: one of the accepted words is in the field (setting, outfit and
  action: in the text where the field is empty);
- clean: no negated, past or imagined place, no absent person, no removed garment in the text, which is
  neither empty nor longer than 1,000 characters;
- english: the text is English (names aside), whatever the language of the conversation.
"""

import argparse
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, cast

from bot.container.language import scenes_by
from bot.logs import configure_logs
from bot.settings import load_settings
from bot.writers.evaluation import scene_lines

from .matching import contains, mentions_any, tokens
from .records import LANGUAGES, SETS, Answer, Conversation, load_set

Writer = Callable[[Iterable[dict[str, Any]]], Iterator[dict[str, Any]]]

MEASURES = ("cast", "setting", "time", "weather", "outfit", "action", "clean", "english")
TEXT_LIMIT = 1000
CAST_LIMIT = 3
_FOREIGN_WORDS = 2
_NOT_ENGLISH = {
    "spanish": {"el", "los", "las", "una", "y", "con", "por", "para", "que", "en", "del", "su", "esta"},
    "french": {"le", "les", "des", "une", "et", "avec", "dans", "sur", "pour", "que", "est", "au", "sous"},
    "german": {"der", "das", "und", "mit", "ist", "im", "auf", "ein", "eine", "dem", "von", "zu", "nicht"},
}  # fmt: skip
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Mark:
    """One thing that was scored."""

    language: str
    conversation: str
    measure: str
    right: bool
    expected: str
    given: str


def baseline(records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Answer without understanding: the last three companions who spoke, and the whole log as the text."""
    for record in records:
        speakers = [m["speaker"] for m in reversed(record["messages"]) if m["is_companion"]]
        known = [c["name"] for c in record["companions"]]
        cast_ = list(dict.fromkeys(name for name in speakers if name in known))[:CAST_LIMIT]
        log = " ".join([*(m["text"] for m in record["messages"]), record["hint"]]).strip()
        yield {"id": record["id"], "cast": cast_ or known[:1], "text": log[-TEXT_LIMIT:] or known[0]}


def is_english(text: str, language: str, names: Iterable[str]) -> bool:
    """Whether a text of a conversation in another language was put into English, names aside."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    if language == "japanese":
        return _JAPANESE.search(text) is None
    foreign = _NOT_ENGLISH.get(language, set[str]())
    return sum(word in foreign for word in tokens(text)) < _FOREIGN_WORDS


def marks(language: str, conversation: Conversation, answer: Answer) -> Iterator[Mark]:
    """Everything that this answer is right or wrong about."""
    gold = conversation.gold

    def mark(measure: str, right: bool, expected: object, given: object) -> Mark:  # noqa: FBT001 - it is the result
        return Mark(language, conversation.id, measure, right, str(expected), str(given))

    given = set(answer.cast)
    whole = len(given) == len(answer.cast)
    right = whole and set(gold.cast) <= given <= {*gold.cast, *gold.may}
    yield mark("cast", right, ", ".join(gold.cast), ", ".join(answer.cast))
    if gold.setting:
        where = answer.setting or answer.text
        yield mark("setting", mentions_any(where, gold.setting), gold.setting, where)
    if gold.time:
        yield mark("time", mentions_any(answer.time or "", gold.time), gold.time, answer.time)
    if gold.weather:
        yield mark("weather", mentions_any(answer.weather or "", gold.weather), gold.weather, answer.weather)
    for name, words in gold.outfits.items():
        worn = answer.field_of(name, "outfit") or answer.text
        yield mark("outfit", mentions_any(worn, words), f"{name}: {words}", worn)
    for name, words in gold.actions.items():
        done = answer.field_of(name, "action") or answer.text
        yield mark("action", mentions_any(done, words), f"{name}: {words}", done)
    found = [word for word in gold.forbidden if contains(answer.text, word)]
    if not answer.text.strip():
        found.append("an empty text")
    if len(answer.text) > TEXT_LIMIT:
        found.append(f"more than {TEXT_LIMIT} characters")
    yield mark("clean", not found, "nothing of the kind", f"{', '.join(found)} in: {answer.text}")
    names = [name for c in conversation.companions for name in (c.name, *c.aliases)]
    names += [m.speaker for m in conversation.messages]
    yield mark("english", is_english(answer.text, language, names), "an English text", answer.text)


def score(writer: Writer, conversations: Sequence[tuple[str, Conversation]]) -> list[Mark]:
    """Ask the writer, one record at a time in order, and mark its answers.

    Raises:
        ValueError: when the answers are not one for each record, in the same order.
    """
    answers = [Answer.model_validate(line) for line in writer(c.question() for _, c in conversations)]
    if [a.id for a in answers] != [c.id for _, c in conversations]:
        raise ValueError("the writer must answer every record once, in order")
    return [
        m
        for (language, conversation), answer in zip(conversations, answers, strict=True)
        for m in marks(language, conversation, answer)
    ]


def percentages(given: Iterable[Mark]) -> dict[str, float | None]:
    """Of each measure, the share that is right, in percent; None where nothing was scored."""
    counted = list(given)
    shares: dict[str, float | None] = {}
    for measure in MEASURES:
        results = [m.right for m in counted if m.measure == measure]
        shares[measure] = 100 * sum(results) / len(results) if results else None
    return shares


def table(given: Sequence[Mark], label: str) -> list[dict[str, Any]]:
    """One row for each language, and one for all."""
    rows: list[dict[str, Any]] = []
    for language in (*LANGUAGES, "total"):
        chosen = [m for m in given if language in {m.language, "total"}]
        n = len({m.conversation for m in chosen})
        if n:
            rows.append({"writer": label, "language": language, "n": n, **percentages(chosen)})
    return rows


def _line(cells: Iterable[object]) -> str:
    first, second, *rest = (str(cell) for cell in cells)
    return f"{first:<10}{second:<10}" + "".join(f"{cell:>9}" for cell in rest) + "\n"


def _print(rows: Iterable[dict[str, Any]]) -> None:
    sys.stdout.write(_line(["writer", "language", "n", *MEASURES]))
    for row in rows:
        shares = ["–" if row[m] is None else f"{row[m]:.1f}" for m in MEASURES]
        sys.stdout.write(_line([row["writer"], row["language"], row["n"], *shares]))


def find_writer() -> Writer | None:
    """Find the function that the command line uses; None where it does not exist."""
    try:
        module = importlib.import_module("bot.writers.evaluation")
    except ModuleNotFoundError:
        return None
    return cast("Writer", module.scene_lines)


def ask_llm(stack: ExitStack) -> Writer:
    """Make the writer that asks the chat endpoint of the settings; the stack closes it."""
    settings = load_settings().model_copy(update={"writer": "llm"})
    configure_logs(settings)
    write = stack.enter_context(scenes_by(settings))
    return lambda records: scene_lines(records, write)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.scenes.score", description="Score the scene writer."
    )
    parser.add_argument("--set", choices=[*SETS, "all"], default="conversations", dest="which")
    parser.add_argument("--writer", choices=["rules", "llm"], default="rules")
    parser.add_argument(
        "--failures", action="store_true", help="print what was expected and given for each miss"
    )
    parser.add_argument("--json", action="store_true", help="print rows (and misses) as one JSON object")
    options = parser.parse_args(arguments)
    chosen = [pair for which in SETS if options.which in {which, "all"} for pair in load_set(which)]
    rows: list[dict[str, Any]] = []
    misses: list[Mark] = []
    with ExitStack() as stack:
        writer = ask_llm(stack) if options.writer == "llm" else find_writer()
        if writer is None:
            sys.stderr.write("bot.writers.evaluation is not there: only the baseline is scored\n")
        else:
            given = score(writer, chosen)
            rows += table(given, "llm" if options.writer == "llm" else "writer")
            misses = [m for m in given if not m.right]
    rows += table(score(baseline, chosen), "baseline")[-1 if writer else 0 :]
    if options.json:
        extra = {"failures": [vars(m) for m in misses]} if options.failures else {}
        told = {"set": options.which, "rows": rows, **extra}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return 0
    _print(rows)
    if options.failures:
        for m in misses:
            told = f"expected {m.expected}\n  given    {m.given}"
            sys.stdout.write(f"\n{m.conversation} {m.measure}\n  {told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
