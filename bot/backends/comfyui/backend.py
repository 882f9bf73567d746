"""The backend: which workflow, which server, and what happens when a server dies."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from bot.backends.comfyui.checks import missing_at
from bot.backends.comfyui.errand import Errand, ForgottenError, Order, Patience, Ref
from bot.backends.comfyui.host import NAME, Host, HostDownError
from bot.backends.comfyui.pruning import cut
from bot.backends.comfyui.values import values_of
from bot.backends.comfyui.workflows import REFERENCES, Graph, Workflow, Workflows
from bot.domain.errors import BackendFailedError, BackendUnavailableError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import Capabilities, JobKind, JobWatcher, MadePicture, PictureJob, Progress

MAX_BATCH = 8
_STOP_WITHIN_S = 10.0
_FORGOTTEN_TIMES = 2


class ComfyUIBackend:
    """Pictures by the operator's workflows on the operator's servers.

    A job goes to the server with the shortest queue. When that dies, another gets it, under a new ref.
    """

    def __init__(
        self,
        hosts: Sequence[Host],
        workflows: Workflows,
        *,
        negative: str = "",
        native_px: int = 1024,
        filtered: bool = False,
        mature: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self._hosts = tuple(hosts)
        self._workflows = workflows
        self._negative = negative
        self._native_px = native_px
        self._patience = patience or Patience()
        self._coming: Counter[str] = Counter()
        self._stopping: set[asyncio.Task[None]] = set()
        self._capabilities = Capabilities(
            max_references=workflows.max_references,
            max_batch=MAX_BATCH,
            aspects=frozenset(Aspect),
            resolutions=frozenset(Resolution),
            edit=workflows.edit is not None,
            progress=True,
            preview=True,
            cancel=True,
            seed=all("seed" in w.placeholders and not w.makes_batches for w in workflows.all),
            resumable=True,
            filters_output=filtered,
            max_rating=Rating.MATURE if mature else Rating.GENERAL,
        )

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What the workflows can do; always the same."""
        return self._capabilities

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Make the pictures; each is yielded as soon as it is there, those of one prompt together.

        Raises:
            BackendRefusedError: a workflow's safety node would not let a picture through.
            BackendUnavailableError: no server can be reached, or the job hangs.
            BackendFailedError: the workflow is not for this job, was rejected, or failed.
        """
        references = [member.reference for member in job.cast if member.reference is not None]
        workflow = self._workflows.choose(job.kind, len(references))
        if workflow is None:
            raise BackendFailedError(
                NAME, f"no workflow for {job.kind.value} with {len(references)} references"
            )
        prompts = 1 if workflow.makes_batches else job.count
        known = self._known(Ref.read(job.provider_ref, prompts))
        shown = _Rising(watcher, job.already / job.count)
        dead: dict[Host, HostDownError] = {}
        forgotten, done = 0, job.already
        while done < job.count:
            host = known[0] if known else await self._shortest(dead)
            ref = known[1] if known else Ref.new(host.url, prompts)
            self._coming[host.url] += 1
            arrived = False
            try:
                order = await self._order(host, job, workflow, references, done)
                errand = Errand(host, ref, order, shown, self._patience)
                try:
                    async with errand:
                        await errand.begin(is_known=known is not None)
                        self._coming[host.url] -= 1
                        arrived = True
                        while done < job.count:
                            data = await errand.picture(done)
                            done += 1
                            yield MadePicture(data, job.seed + done - 1)
                finally:
                    if not watcher.is_leaving:
                        self._stop(errand)
            except HostDownError as error:
                dead[host] = error
            except ForgottenError:
                forgotten += 1
                if forgotten == _FORGOTTEN_TIMES:
                    raise BackendFailedError(NAME, "the server lost the job again and again") from None
            finally:
                if not arrived:
                    self._coming[host.url] -= 1
            known = None

    async def problems(self) -> Sequence[str]:
        """Servers that can't be reached, and what the workflows need that a server does not have."""
        found = await asyncio.gather(*(missing_at(host, self._workflows) for host in self._hosts))
        return [problem for problems in found for problem in problems]

    async def close(self) -> None:
        """See to it that what was cancelled is stopped, and close the connections."""
        await asyncio.gather(*self._stopping)
        for host in self._hosts:
            await host.close()

    def _known(self, ref: Ref | None) -> tuple[Host, Ref] | None:
        """Where a job was left, if that server is still one of ours."""
        host = next((host for host in self._hosts if ref is not None and host.url == ref.url), None)
        return None if host is None or ref is None else (host, ref)

    async def _shortest(self, dead: dict[Host, HostDownError]) -> Host:
        """The server with the fewest prompts, of those that answer; ours on their way there count.

        Raises:
            BackendUnavailableError: none answers.
            BackendFailedError: those that answer want nothing of us.
        """
        asked = [host for host in self._hosts if host not in dead]
        answers = await asyncio.gather(*(host.waiting() for host in asked), return_exceptions=True)
        waiting: list[tuple[int, Host]] = []
        refused: BackendFailedError | None = None
        for host, answer in zip(asked, answers, strict=True):
            match answer:
                case int():
                    waiting.append((answer + self._coming[host.url], host))
                case HostDownError():
                    dead[host] = answer
                case BackendFailedError():
                    refused = answer
                case _:
                    raise answer
        if waiting:
            return min(waiting, key=lambda pair: pair[0])[1]
        if refused is not None:
            raise refused
        after_s = [error.retry_after_s for error in dead.values() if error.retry_after_s is not None]
        raise BackendUnavailableError(NAME, min(after_s, default=None))

    async def _order(
        self, host: Host, job: PictureJob, workflow: Workflow, references: Sequence[bytes], done: int
    ) -> Order:
        used = dict(zip(REFERENCES[: workflow.references], references, strict=False))
        pictures = {**used, "source": job.source} if job.source and job.kind is JobKind.EDIT else used
        graph: Graph | None = workflow.graph
        unused = [name for name in REFERENCES[: workflow.references] if name not in used]
        if unused:
            nodes = frozenset(node_id for name in unused for node_id in workflow.nodes_with(name))
            kinds = await host.kinds_named(sorted({node.kind for node in workflow.graph.values()}))
            graph = cut(workflow, nodes, kinds)
        if graph is None:
            raise BackendFailedError(NAME, f"{workflow.file} can't be made with {len(used)} references")
        values = values_of(job, self._negative, self._native_px)
        return Order(workflow, graph, values, pictures, job.seed, job.count, done)

    def _stop(self, errand: Errand) -> None:
        """End what nobody waits for any more. It goes on beside a cancelled task; ``close`` waits for it."""
        if errand.is_unfinished:
            task = asyncio.create_task(_stopped(errand))
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)


class _Rising:
    """Passes on what a job tells, with a share that never falls: on another server it begins anew."""

    def __init__(self, watcher: JobWatcher, least: float) -> None:
        self._watcher = watcher
        self._best = least

    def progress(self, progress: Progress) -> None:
        self._best = max(self._best, progress.fraction or 0.0)
        self._watcher.progress(
            Progress(self._best, progress.queue_position, progress.eta_s, progress.preview)
        )

    async def accepted(self, provider_ref: str) -> None:
        await self._watcher.accepted(provider_ref)

    @property
    def is_leaving(self) -> bool:
        return self._watcher.is_leaving


async def _stopped(errand: Errand) -> None:
    with suppress(HostDownError, BackendFailedError, TimeoutError):
        async with asyncio.timeout(_STOP_WITHIN_S):
            await errand.stop()
