"""``python -m bot``, many times, each killing itself (-9) before the nth change to a file.

Reads orders from standard input, a JSON object a line, and answers each with a line: ``arguments`` of the job,
its ``environment``, the folder ``changes_in`` whose changes count, and before which of them it dies
(``kill_before``, from 0; -1: it does not). The answer has its exit ``code`` and the ``changes`` that it made.
Each order is carried out by a fork of this process, which has loaded the program once.

What the interpreter itself tells of (https://docs.python.org/3/library/audit_events.html) is listened to, so that no
step of the program is named here, and none can be forgotten.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.__main__ import main
from bot.jobs import backups

CHANGING = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect")


def listen(folder: str, kill_before: int, report: int) -> None:
    """From now on, write each change to ``report``, and die before one of them."""
    made = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal made
        writes = event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if not (writes or event in CHANGING) or folder not in str(arguments[0]):
            return
        if made == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
        made += 1
        os.write(report, f"{event}\n".encode())

    sys.addaudithook(watch)


def carry_out(order: Mapping[str, Any]) -> Mapping[str, Any]:
    """In a process of its own."""
    told, report = os.pipe()
    child = os.fork()
    if not child:
        os.environ.update(order["environment"])
        os.chdir(order["changes_in"])
        os.dup2(2, 1)  # what it prints is none of our answers
        listen(order["changes_in"], order["kill_before"], report)
        os._exit(main(order["arguments"]))
    os.close(report)
    with os.fdopen(told) as changes:
        lines = changes.read().splitlines()
    _, status = os.waitpid(child, 0)
    return {"code": os.waitstatus_to_exitcode(status), "changes": lines}


if __name__ == "__main__":
    assert Path(backups.__file__).exists()  # loaded here, once
    for line in sys.stdin:
        print(json.dumps(carry_out(json.loads(line))), flush=True)  # noqa: T201  our answers
