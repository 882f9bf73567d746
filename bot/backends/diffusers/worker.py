"""The bot's side of the worker process: starts it with the first order, listens, and replaces it when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import queue
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from multiprocessing.process import BaseProcess

from bot.backends.diffusers import process
from bot.backends.diffusers.orders import Answer, Failed, Finished, Loading, Order, Refused
from bot.backends.diffusers.settings import DiffusersSettings


class WorkerLostError(Exception):
    """The worker process ended in the middle of an order; the next order starts another."""


class WorkerHangsError(Exception):
    """The worker process said nothing for too long and was killed; the next order starts another."""


class _Live:
    """One worker process, with a thread that listens to it and one that sends: a pipe may be full or stuck.

    Whoever waits for an answer waits in a queue of the event loop.
    """

    def __init__(self, settings: DiffusersSettings) -> None:
        # A spawned process shares no threads, sockets or locks with the bot.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=process.run, args=(theirs, settings), name="darkroom-diffusers", daemon=True
        )
        self._process.start()
        theirs.close()
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Queue[Answer | None]] = {}
        self._to_send: queue.SimpleQueue[process.Ordered | process.Cancelled | None] = queue.SimpleQueue()
        self._is_lost = False
        self.has_loaded = False
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._listen, self._send)]
        for thread in self._threads:
            thread.start()

    @property
    def is_lost(self) -> bool:
        """Whether the process is gone."""
        return self._is_lost or not self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The process id."""
        return self._process.pid

    def order(self, number: int, order: Order) -> asyncio.Queue[Answer | None]:
        """Give an order; what is said about it comes into the queue, None when the process is gone."""
        answers = self._waiting[number] = asyncio.Queue()
        if self._is_lost:
            answers.put_nowait(None)
        else:
            self._to_send.put(process.Ordered(number, order))
        return answers

    def cancel(self, number: int) -> None:
        """Say that nobody waits for it any more; nothing when the process is gone."""
        self._to_send.put(process.Cancelled(number))

    def forget(self, number: int) -> None:
        """No more answers about this order are wanted."""
        self._waiting.pop(number, None)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def join(self) -> None:
        """Wait for its end and that of its threads, and let go of what they held."""
        self._to_send.put(None)
        self._process.join()
        for thread in self._threads:
            thread.join()
        self._pipe.close()
        self._process.close()

    def _send(self) -> None:
        with contextlib.suppress(OSError):
            while (told := self._to_send.get()) is not None:
                self._pipe.send(told)

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._hand_on(self._pipe.recv())
        self._hand_on(None)

    def _hand_on(self, answered: process.Answered | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._deliver, answered)

    def _deliver(self, answered: process.Answered | None) -> None:
        if answered is None:
            self._is_lost = True
            for answers in self._waiting.values():
                answers.put_nowait(None)
        elif answered.number in self._waiting:
            self._waiting[answered.number].put_nowait(answered.answer)


class Worker:
    """The worker process, whichever it is at the moment. One order at a time: its owner sees to that."""

    def __init__(self, settings: DiffusersSettings) -> None:
        self._settings = settings
        self._live: _Live | None = None
        self._numbers = itertools.count(1)
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The id of the process, None while there is none."""
        return None if self._live is None else self._live.pid

    async def make(self, order: Order) -> AsyncGenerator[Answer]:
        """Give an order to the process and yield what it says, up to the last word.

        When the caller is cancelled, the process stops within a step and stays ready.

        Raises:
            WorkerLostError: it ended by itself, or the worker is closed.
            WorkerHangsError: nothing was heard for longer than the settings allow.
        """
        for is_last_try in (False, True):
            live = await self._require_live()
            was_used, has_spoken = live.has_loaded, False
            try:
                async with aclosing(self._made_by(live, order)) as answers:
                    async for answer in answers:
                        has_spoken = True
                        yield answer
            except WorkerLostError:
                # One that ended after its last order, and was not seen to, makes no difference to this one.
                if has_spoken or is_last_try or not was_used or self._is_closed:
                    raise
            else:
                return

    async def _made_by(self, live: _Live, order: Order) -> AsyncGenerator[Answer]:
        number = next(self._numbers)
        answers = live.order(number, order)
        is_over = False
        try:
            while not is_over:
                try:
                    async with asyncio.timeout(self._patience_s(live)):
                        answer = await answers.get()
                except TimeoutError:
                    await self.drop()
                    raise WorkerHangsError from None
                if answer is None:
                    raise WorkerLostError
                is_over = isinstance(answer, Finished | Failed | Refused)
                if isinstance(answer, Failed) and answer.ends_process:
                    await self.drop()
                live.has_loaded |= not isinstance(answer, Loading)
                yield answer
        finally:
            live.forget(number)
            if not is_over:
                live.cancel(number)

    async def drop(self) -> None:
        """Kill the process; the next order starts another."""
        live, self._live = self._live, None
        if live is not None:
            live.kill()
            await asyncio.to_thread(live.join)

    async def close(self) -> None:
        """Kill the process; there will be no other."""
        self._is_closed = True
        await self.drop()

    def _patience_s(self, live: _Live) -> float:
        settings = self._settings
        return settings.diffusers_step_timeout_s if live.has_loaded else settings.diffusers_load_timeout_s

    async def _require_live(self) -> _Live:
        if self._live is not None and self._live.is_lost:
            await self.drop()
        if self._is_closed:
            raise WorkerLostError
        if self._live is None:
            self._live = _Live(self._settings)
        return self._live
