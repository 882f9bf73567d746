"""One job at one server: its prompts, from the queue to the pictures.

A prompt's id is ours and on record before the prompt is sent. So a job that is picked up again finds each prompt in
the server's queue or history, and sends only what is in neither: nothing is lost, nothing is made twice.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from bot.backends.comfyui.answers import File, Record
from bot.backends.comfyui.host import NAME, Host, HostDownError
from bot.backends.comfyui.listening import Listener
from bot.backends.comfyui.progress import ENDINGS, Tracker, preview_of
from bot.backends.comfyui.workflows import Graph, Value, Workflow, filled
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.services.ports.images import JobWatcher, Progress

SAFETY = "safety"
"""A node with this word in its title looks at the picture; when it fails, the picture was refused."""

_VIEWS = 2


class ForgottenError(Exception):
    """The server knows nothing of a prompt that it had: it was restarted, or somebody cleared its queue."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: ``poll_s`` between two looks at the queue; ``lost_s`` without an answer until a server counts as dead.

    ``silent_s``: a prompt that runs without a sign of life for so long hangs.
    """

    poll_s: float = 2.0
    lost_s: float = 15.0
    silent_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a job is: the server's address and the ids of its prompts. Written as text, with spaces between."""

    url: str
    prompt_ids: tuple[str, ...]

    @classmethod
    def new(cls, url: str, prompts: int) -> Ref:
        """Ids that nobody has used."""
        return cls(url, tuple(str(uuid.uuid4()) for _ in range(prompts)))

    @classmethod
    def read(cls, text: str | None, prompts: int) -> Ref | None:
        """The ref of a job of so many prompts; None when it is none."""
        url, *prompt_ids = (text or "").split(" ")
        return cls(url, tuple(prompt_ids)) if prompt_ids and len(prompt_ids) == prompts else None

    def __str__(self) -> str:
        return " ".join((self.url, *self.prompt_ids))

    def changed(self, prompt: int, prompt_id: str) -> Ref:
        """With another id for one prompt."""
        ids = list(self.prompt_ids)
        ids[prompt] = prompt_id
        return replace(self, prompt_ids=tuple(ids))


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: ``count`` pictures by one workflow, from ``first`` on.

    ``graph`` is the workflow without unused references; ``pictures`` are the JPEGs for its placeholders. A workflow
    that makes batches gets one prompt for all, else there is a prompt for each, with its own seed.
    """

    workflow: Workflow
    graph: Graph
    values: Mapping[str, Value]
    pictures: Mapping[str, bytes]
    seed: int
    count: int
    first: int = 0

    @property
    def prompts(self) -> int:
        """How many prompts that takes."""
        return 1 if self.workflow.makes_batches else self.count

    @property
    def pictures_each(self) -> int:
        """How many pictures come of one prompt."""
        return self.count if self.workflow.makes_batches else 1


class Errand:
    """A context: while it lasts, the job is followed. What is not done at its end is to be stopped."""

    def __init__(self, host: Host, ref: Ref, order: Order, watcher: JobWatcher, patience: Patience) -> None:
        self.host = host
        self.ref = ref
        self._order = order
        self._watcher = watcher
        self._patience = patience
        self._open: set[str] = set()
        self._sent: asyncio.Task[str] | None = None
        self._records: dict[int, Record] = {}
        self._tracker = Tracker(order.graph)
        self._following = 0
        self._preview: bytes | None = None
        self._heard = asyncio.Event()
        self._ended: set[str] = set()
        self._sign_at = 0.0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Listening to the server, as the client that its prompts are of."""
        client_id = self.ref.prompt_ids[0]
        listener = Listener(self.host, client_id, self._hear, self._see, self._patience.poll_s)
        await self._stack.enter_async_context(listener)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def is_unfinished(self) -> bool:
        """Whether the server may still be working on it."""
        return bool(self._open)

    async def stop(self) -> None:
        """End what nobody waits for any more, also what was on its way to the server when we stopped waiting.

        Raises:
            HostDownError, BackendFailedError: the server could not be told.
        """
        if self._sent is not None:
            with suppress(HostDownError, BackendFailedError):
                self._open.add(await self._sent)
        await self.host.stop(tuple(self._open))

    async def begin(self, *, is_known: bool) -> None:
        """See to it that every prompt is at the server; ``is_known`` when it may have some of them already.

        Raises:
            HostDownError: it can't be reached or is too busy.
            BackendFailedError: it rejected a prompt.
        """
        order = self._order
        wanted = range(order.first // order.pictures_each, order.prompts)
        self._open.update(self.ref.prompt_ids[prompt] for prompt in wanted)
        missing = await self._missing(wanted, await self._found(wanted)) if is_known else tuple(wanted)
        if not missing:
            return
        if not is_known:
            await self._watcher.accepted(str(self.ref))
        uploaded = {name: await self.host.upload(jpeg) for name, jpeg in order.pictures.items()}
        for prompt in missing:
            ours = self.ref.prompt_ids[prompt]
            values = {**order.values, **uploaded, "seed": order.seed + prompt, "job": ours}
            sending = self.host.post(filled(order.graph, values), ours, self.ref.prompt_ids[0])
            self._sent = asyncio.create_task(sending)
            given = await asyncio.shield(self._sent)
            if given != ours:
                self._open.discard(ours)
                self._open.add(given)
                self.ref = self.ref.changed(prompt, given)
                await self._watcher.accepted(str(self.ref))

    async def picture(self, index: int) -> bytes:
        """Wait for a picture of the job, and fetch it.

        Raises:
            HostDownError: the server was lost.
            ForgottenError: the server has lost the prompt.
            BackendRefusedError: the workflow's safety node would not let it through.
            BackendUnavailableError: the prompt hangs, or the picture can't be fetched now.
            BackendFailedError: the prompt failed, or gave too few pictures.
        """
        order = self._order
        prompt, place = divmod(index, order.pictures_each)
        record = self._records.get(prompt)
        if record is None:
            self._follow(prompt)
            record = await self._end_of(prompt)
            self._open.discard(self.ref.prompt_ids[prompt])
            self._require_made(record)
            self._records[prompt] = record
        files = _files_of(record, order.workflow)
        if place >= len(files):
            raise BackendFailedError(NAME, f"{order.workflow.file} gave {len(files)} of {place + 1} pictures")
        data = await self._view(files[place])
        self._watcher.progress(Progress(fraction=(index + 1) / order.count))
        return data

    async def _found(self, wanted: Sequence[int]) -> Mapping[int, Record | None]:
        """Of the prompts that are not in the queue any more, how they ended; None for one that was lost.

        A server that does not answer is asked again for a while: it has what was paid for.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience.lost_s
        while True:
            try:
                queue = await self.host.queue()  # before the history: what leaves the one enters the other
                ids = {prompt: self.ref.prompt_ids[prompt] for prompt in wanted}
                there = {*queue.running, *queue.pending}
                return {p: await self.host.record(ours) for p, ours in ids.items() if ours not in there}
            except HostDownError:
                if loop.time() >= until:
                    raise
            await asyncio.sleep(self._patience.poll_s)

    async def _missing(self, wanted: Sequence[int], found: Mapping[int, Record | None]) -> tuple[int, ...]:
        """The prompts that the server neither has nor has done; one that ended badly gets a new id."""
        missing: list[int] = []
        before = self.ref
        for prompt in (prompt for prompt in wanted if prompt in found):
            ours, record = self.ref.prompt_ids[prompt], found[prompt]
            if record is None:
                missing.append(prompt)
            elif record.ended != "made":
                missing.append(prompt)
                self._open.discard(ours)
                fresh = str(uuid.uuid4())
                self._open.add(fresh)
                self.ref = self.ref.changed(prompt, fresh)
        if self.ref != before:
            await self._watcher.accepted(str(self.ref))
        return tuple(missing)

    async def _end_of(self, prompt: int) -> Record:
        """Until the prompt is in the server's history.

        Its success is told before that, so the history alone counts.
        """
        loop = asyncio.get_running_loop()
        ours = self.ref.prompt_ids[prompt]
        answered_at = self._sign_at = loop.time()
        absent = 0
        while True:
            try:
                queue = await self.host.queue()
                if ours in queue.pending:
                    self._sign_at = loop.time()
                    self._show(queue.pending.index(ours) + 1)
                elif ours not in queue.running:
                    record = await self.host.record(ours)
                    if record is not None:
                        return record
                    absent += 1
                    if absent == _VIEWS:
                        self._open.discard(ours)
                        raise ForgottenError
                answered_at = loop.time()
            except HostDownError:
                if loop.time() - answered_at >= self._patience.lost_s:
                    raise
            if loop.time() - self._sign_at >= self._patience.silent_s:
                raise BackendUnavailableError(NAME)
            await self._wait(ours)

    async def _wait(self, ours: str) -> None:
        """For the next look at the server, or the word that the prompt has ended."""
        self._heard.clear()
        if ours in self._ended:  # told already, and yet not in the history
            self._ended.discard(ours)
            return
        try:
            async with asyncio.timeout(self._patience.poll_s):
                while ours not in self._ended:
                    await self._heard.wait()
                    self._heard.clear()
        except TimeoutError:
            pass

    async def _view(self, file: File) -> bytes:
        for _ in range(_VIEWS - 1):
            try:
                return await self.host.view(file)
            except HostDownError:
                await asyncio.sleep(self._patience.poll_s)
        try:
            return await self.host.view(file)
        except HostDownError as error:  # it is made and stays there: another server would make it again
            raise BackendUnavailableError(NAME, error.retry_after_s) from error

    def _require_made(self, record: Record) -> None:
        if record.ended == "made":
            return
        if record.ended == "interrupted":
            raise BackendFailedError(NAME, "somebody interrupted it at the server")
        node = self._order.graph.get(record.failed_at or "")
        if node is not None and SAFETY in node.title.lower():
            raise BackendRefusedError(NAME)
        raise BackendFailedError(NAME, f"{self._order.workflow.file}: {record.reason}")

    def _follow(self, prompt: int) -> None:
        self._following = prompt
        self._tracker = Tracker(self._order.graph)
        self._preview = None

    def _hear(self, kind: str, data: Mapping[str, object]) -> None:
        prompt_id = data.get("prompt_id")
        if prompt_id not in self.ref.prompt_ids:
            return
        self._sign_at = asyncio.get_running_loop().time()
        if kind in ENDINGS or (kind == "executing" and data.get("node") is None):
            self._ended.add(str(prompt_id))
            self._heard.set()
        elif prompt_id == self.ref.prompt_ids[self._following]:
            self._tracker.hear(kind, data)
            self._show()

    def _see(self, frame: bytes) -> None:
        preview = preview_of(frame)
        if preview is not None:
            self._sign_at = asyncio.get_running_loop().time()
            self._preview = preview
            self._show()

    def _show(self, position: int | None = None) -> None:
        fraction = (self._following + self._tracker.fraction) / self._order.prompts
        self._watcher.progress(Progress(min(fraction, 1.0), position, None, self._preview))


def _files_of(record: Record, workflow: Workflow) -> Sequence[File]:
    """The pictures of the nodes that save them; of any node, where the workflow has changed since."""
    files = [file for node_id in workflow.outputs for file in record.files.get(node_id, ())]
    return files or [file for found in record.files.values() for file in found]
