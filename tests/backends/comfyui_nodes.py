"""The node classes of the local ComfyUI, and what its prompts ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Graph = dict[str, dict[str, Any]]

_LINKED = ("MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "IMAGE", "MASK")
_INT: list[Any] = ["INT", {"default": 0}]
_TEXT: list[Any] = ["STRING", {"multiline": True}]


def _kind(
    outputs: list[str], required: dict[str, Any], optional: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"input": {"required": required, "optional": optional or {}}, "output": outputs}


#: The node classes of a fresh server with one checkpoint, in both ways of listing what may be chosen.
KINDS: dict[str, dict[str, Any]] = {
    "CheckpointLoaderSimple": _kind(["MODEL", "CLIP", "VAE"], {"ckpt_name": [["model.safetensors"], {}]}),
    "CLIPTextEncode": _kind(["CONDITIONING"], {"text": _TEXT, "clip": ["CLIP", {}]}),
    "EmptyLatentImage": _kind(["LATENT"], {"width": _INT, "height": _INT, "batch_size": _INT}),
    "KSampler": _kind(
        ["LATENT"],
        {
            "model": ["MODEL", {}],
            "seed": _INT,
            "steps": _INT,
            "sampler_name": ["COMBO", {"options": ["euler", "heun"]}],
            "positive": ["CONDITIONING", {}],
            "negative": ["CONDITIONING", {}],
            "latent_image": ["LATENT", {}],
        },
    ),
    "VAEDecode": _kind(["IMAGE"], {"samples": ["LATENT", {}], "vae": ["VAE", {}]}),
    "VAEEncode": _kind(["LATENT"], {"pixels": ["IMAGE", {}], "vae": ["VAE", {}]}),
    "LoadImage": _kind(["IMAGE", "MASK"], {"image": [[], {"image_upload": True}]}),
    "ReferenceLatent": _kind(
        ["CONDITIONING"], {"conditioning": ["CONDITIONING", {}]}, {"latent": ["LATENT", {}]}
    ),
    "IPAdapter": _kind(["MODEL"], {"model": ["MODEL", {}], "image": ["IMAGE", {}]}),
    "SafetyChecker": _kind(["IMAGE"], {"image": ["IMAGE", {}]}),
    "SaveImage": _kind([], {"images": ["IMAGE", {}], "filename_prefix": ["STRING", {}]}),
    "PreviewImage": _kind([], {"images": ["IMAGE", {}]}),
}


def node_errors(graph: Graph, kinds: Mapping[str, Any], uploads: Mapping[str, bytes]) -> str | dict[str, Any]:
    """What is wrong with a prompt: nothing, a sentence, or errors by node."""
    found: dict[str, Any] = {}
    for node_id, node in graph.items():
        kind = kinds.get(node["class_type"])
        if kind is None:
            return f"Cannot execute because node {node['class_type']} does not exist."
        errors: list[dict[str, str]] = []
        for name, spec in kind["input"]["required"].items():
            value = node["inputs"].get(name)
            options = spec[0] if isinstance(spec[0], list) else spec[1].get("options")
            if value is None or (spec[0] in _LINKED) != isinstance(value, list):
                errors.append({"message": "Required input is missing", "details": name})
            elif spec[1].get("image_upload"):
                if value not in uploads:
                    errors.append({"message": "Invalid image file", "details": f"{name}: {value}"})
            elif options is not None and value not in options:
                details = f"{name}: {value!r} not in {options}"
                errors.append({"message": "Value not in list", "details": details})
            elif spec[0] == "INT" and type(value) is not int:
                errors.append({"message": "Failed to convert an input value", "details": name})
        if errors:
            found[node_id] = {"errors": errors, "class_type": node["class_type"]}
    return found


def others_graph(seed: int) -> Graph:
    return {
        "1": {"class_type": "KSampler", "inputs": {"seed": seed, "steps": 2}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }


def asked(graph: Graph) -> tuple[int, int, int, int]:
    """Width, height, number and seed of what a graph makes."""
    width, height, count, seed = 64, 64, 1, 0
    for node in graph.values():
        match node["class_type"]:
            case "EmptyLatentImage":
                inputs = node["inputs"]
                width, height, count = inputs["width"], inputs["height"], inputs["batch_size"]
            case "KSampler":
                seed = node["inputs"]["seed"]
            case _:
                pass
    return width, height, count, seed


def in_order(graph: Graph) -> list[str]:
    """Nodes after what they take from."""
    order: list[str] = []

    def visit(node_id: str) -> None:
        if node_id not in order:
            for value in graph[node_id]["inputs"].values():
                if isinstance(value, list):
                    visit(value[0])
            order.append(node_id)

    for node_id in graph:
        visit(node_id)
    return order
