"""``python -m bot scene FILE``: try the scene writer on conversations in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from bot.writers.evaluation import BadRecordError, Write, scene_lines

OK = 0
BAD_INPUT = 2


def run(path: str, write: Write | None = None) -> int:
    """Print one JSON line for each record of the file (``-``: standard input); the exit code.

    ``write`` is the writer; None: the rules.

    A missing file, a line that is no JSON object, or a record with a wrong field is one line on
    standard error and exit code 2; the records before it have been printed.
    """
    try:
        if path == "-":
            return _print_all(sys.stdin, write)
        with Path(path).open(encoding="utf-8-sig") as file:
            return _print_all(file, write)
    except OSError as error:
        return _refuse(f"{path}: {error.strerror or error}")
    except UnicodeDecodeError:
        return _refuse(f"{path}: not UTF-8 text")
    except BadRecordError as error:
        return _refuse(str(error))


def _print_all(lines: IO[str], write: Write | None) -> int:
    for answer in scene_lines(_records(lines), write):
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return OK


def _records(lines: IO[str]) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record: object = json.loads(line)
        except ValueError as error:
            raise BadRecordError(f"line {number}: not JSON: {error}") from error
        if not isinstance(record, dict):
            raise BadRecordError(f"line {number}: not a JSON object")
        yield cast("dict[str, object]", record)


def _refuse(what: str) -> int:
    sys.stderr.write(f"scene: {what}\n")
    return BAD_INPUT
