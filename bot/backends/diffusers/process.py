"""The worker process: takes orders from the bot through a pipe, one at a time, and says how each goes.

It ends when the pipe does, so that it outlives the bot by no more than a step, also after a kill -9.
"""

from __future__ import annotations

import os
import queue
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bot.backends.diffusers.orders import Answer, Order
from bot.backends.diffusers.settings import DiffusersSettings


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, under a number of its own."""

    number: int
    order: Order


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nobody waits for the order of this number any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said about the order of this number."""

    number: int
    answer: Answer


def run(pipe: Connection, settings: DiffusersSettings) -> None:
    """What the worker process does, until the pipe is closed or a failure leaves it unfit for another order."""
    orders: queue.SimpleQueue[Ordered] = queue.SimpleQueue()
    cancelled: set[int] = set()
    threading.Thread(target=_listen, args=(pipe, orders, cancelled), daemon=True).start()

    from bot.backends.diffusers.painter import Painter  # noqa: PLC0415  Pillow is for this process, not the bot's

    painter = Painter(settings)
    while True:
        ordered = orders.get()
        number = ordered.number
        try:
            painter.make(
                ordered.order,
                lambda answer, number=number: pipe.send(Answered(number, answer)),
                lambda number=number: number in cancelled,
            )
        except Exception:  # noqa: BLE001  it was said; the bot starts a fresh process
            os._exit(1)
        cancelled.discard(number)


def _listen(pipe: Connection, orders: queue.SimpleQueue[Ordered], cancelled: set[int]) -> None:
    while True:
        try:
            told = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        if isinstance(told, Ordered):
            orders.put(told)
        else:
            cancelled.add(told.number)
