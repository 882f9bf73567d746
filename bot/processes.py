"""Work in processes of their own, away from the bot's event loop, its GIL and its memory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from typing import NoReturn, TypeVar

Result = TypeVar("Result")


def end_process(code: int) -> NoReturn:
    """End this process now that all its work is done, without taking the interpreter apart first.

    The runtime of obstore may be about to hand over an answer that nobody waits for any more: a thread that asks
    for the interpreter while it is taken apart brings the whole process down with a signal, after a clean run
    (https://github.com/PyO3/pyo3-async-runtimes/issues/40).
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # whoever read it is gone
            stream.flush()
    os._exit(code)


class ProcessDiedError(Exception):
    """The process that had the work ended, or none can be had; the next work starts another."""


class Processes:
    """A few worker processes, started with the first work and ended by :meth:`close`.

    What they are given is a function of a module, and values that can be pickled; ``prepare`` runs once in each.
    """

    def __init__(self, count: int, prepare: Callable[[], None] | None = None) -> None:
        self._count = count
        self._prepare = prepare
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    async def run(self, work: Callable[..., Result], *values: object) -> Result:
        """Have it done. When the caller is cancelled, work that has not begun is never begun.

        Raises:
            ProcessDiedError: the process died, the machine gives none, or these are closed.
        """
        pool = self._require_pool()
        try:
            submitted = pool.submit(work, *values)
        except (OSError, BrokenProcessPool) as error:
            self._drop(pool)
            raise ProcessDiedError from error
        try:
            return await asyncio.wrap_future(submitted)
        except BrokenProcessPool as error:
            self._drop(pool)
            raise ProcessDiedError from error

    async def close(self) -> None:
        """End the processes; what waits for one is dropped, what one is at is finished first."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    def _require_pool(self) -> ProcessPoolExecutor:
        if self._closed:
            raise ProcessDiedError
        if self._pool is None:
            # A spawned process shares no threads, sockets or locks with the bot.
            self._pool = ProcessPoolExecutor(
                self._count,
                multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._prepare,),
            )
        return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
            pool.shutdown(wait=False)


def _begin(prepare: Callable[[], None] | None) -> None:
    """In the worker: end it when the process that began it is gone, kill -9 included; its pool can't tell it then.

    Ctrl-C reaches every process of a terminal; the bot ends in good order then, and ends its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_exit, args=(parent,), daemon=True).start()
    if prepare is not None:
        prepare()


def _wait_and_exit(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
