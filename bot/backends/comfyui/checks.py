"""What a server lacks of what the workflows need, for ``python -m bot doctor``."""

from __future__ import annotations

from collections.abc import Iterator

from bot.backends.comfyui.host import Host, HostDownError
from bot.backends.comfyui.pruning import InputKind, NodeKinds, cut
from bot.backends.comfyui.workflows import REFERENCES, Node, Workflow, Workflows
from bot.domain.errors import BackendFailedError
from bot.services.ports.images import JobKind

_NAMED = 5
_FOLDERS = {
    "ckpt_name": "models/checkpoints",
    "unet_name": "models/diffusion_models",
    "clip_name": "models/text_encoders",
    "vae_name": "models/vae",
    "lora_name": "models/loras",
    "control_net_name": "models/controlnet",
}
"""Where ComfyUI looks for the files that these inputs name."""


async def missing_at(host: Host, workflows: Workflows) -> list[str]:
    """A sentence for each thing that keeps a workflow from working on this server; it says what to do."""
    try:
        kinds = await host.kinds()
    except HostDownError:
        cure = "start ComfyUI there (with --listen, if that is another machine), or correct COMFYUI_URLS"
        return [f"{host.url} does not answer: {cure}."]
    except BackendFailedError as error:
        return [f"{host.url} is not usable ({error.reason}): correct COMFYUI_URLS or COMFYUI_AUTHORIZATION."]
    problems = [problem for workflow in workflows.all for problem in _missing(host, workflow, kinds)]
    return problems or list(_impossible(host, workflows, kinds))


def _missing(host: Host, workflow: Workflow, kinds: NodeKinds) -> Iterator[str]:
    if "prompt" not in workflow.placeholders:
        yield f"{workflow.file} nowhere says {{{{prompt}}}}: what people ask for does not reach it."
    absent = sorted({node.kind for node in workflow.graph.values()} - set(kinds))
    for kind in absent:
        yield (
            f"{workflow.file}: {host.url} has no node {kind}: update ComfyUI there, or install the custom"
            " nodes that bring it."
        )
    for node_id, node in workflow.graph.items():
        if node.kind in kinds:
            yield from (
                f"{workflow.file}: node {node_id} ({node.kind}) on {host.url}: {what}"
                for what in _wrong_inputs(node, kinds)
            )


def _wrong_inputs(node: Node, kinds: NodeKinds) -> Iterator[str]:
    kind = kinds[node.kind]
    for name, wanted in {**kind.required, **kind.optional}.items():
        value = node.inputs.get(name)
        if value is None:
            if name in kind.required and not wanted.type.startswith(
                "COMFY_"
            ):  # inputs that unfold are named otherwise
                yield f"it needs {name}. Export the workflow again."
        elif isinstance(value, str) and not _is_offered(value, wanted):
            yield f"{name} is {value!r}, which is not there. {_cure(name, wanted)}"


def _is_offered(value: str, wanted: InputKind) -> bool:
    return wanted.options is None or wanted.uploads or "{{" in value or value in wanted.options


def _cure(name: str, wanted: InputKind) -> str:
    options = wanted.options or ()
    more = f" and {len(options) - _NAMED} more" if len(options) > _NAMED else ""
    others = f"name one of these in the workflow: {', '.join(options[:_NAMED])}{more}" if options else ""
    folder = f"put the file into ComfyUI's {_FOLDERS[name]}" if name in _FOLDERS else ""
    cure = ", or ".join(part for part in (folder, others) if part) or "there is nothing to choose from yet"
    return f"{cure[0].upper()}{cure[1:]}."


def _impossible(host: Host, workflows: Workflows, kinds: NodeKinds) -> Iterator[str]:
    """Likenesses in between, which a workflow must be cut down to, and can't be."""
    for references in range(workflows.max_references + 1):
        workflow = workflows.choose(JobKind.PICTURE, references)
        if workflow is None or workflow.references == references:
            continue
        unused = REFERENCES[references : workflow.references]
        nodes = frozenset(node_id for name in unused for node_id in workflow.nodes_with(name))
        if cut(workflow, nodes, kinds) is None:
            file = "solo.json" if references == 0 else f"group{references}.json"
            yield (
                f"{workflow.file} can't be made with {references} references on {host.url}: add a {file}"
                f" with {references} of them."
            )
