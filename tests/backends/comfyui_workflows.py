"""Workflows as an operator would export them, for the node classes of :mod:`tests.backends.comfyui_server`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Graph = dict[str, dict[str, Any]]


def node(kind: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    """One node of the API format."""
    return {"inputs": inputs, "class_type": kind, "_meta": {"title": title or kind}}


def solo(*, batch: Any = 1, steps: int = 3) -> Graph:
    """Text to image, with a safety checker at its end."""
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name="model.safetensors"),
        "2": node("CLIPTextEncode", text="{{prompt}}", clip=["1", 1]),
        "3": node("CLIPTextEncode", text="{{negative}}", clip=["1", 1]),
        "4": node("EmptyLatentImage", width="{{width}}", height="{{height}}", batch_size=batch),
        "5": node(
            "KSampler",
            seed="{{seed}}",
            steps=steps,
            sampler_name="euler",
            model=["1", 0],
            positive=["2", 0],
            negative=["3", 0],
            latent_image=["4", 0],
        ),
        "6": node("VAEDecode", samples=["5", 0], vae=["1", 2]),
        "7": node("SafetyChecker", "Safety checker", image=["6", 0]),
        "8": node("SaveImage", filename_prefix="darkroom/{{job}}", images=["7", 0]),
    }


def group() -> Graph:
    """The same with up to three references, each of which may be left out."""
    graph = solo()
    before = ["2", 0]
    for number in (1, 2, 3):
        load, encode, add = str(10 * number + 1), str(10 * number + 2), str(10 * number + 3)
        graph[load] = node("LoadImage", image=f"{{{{reference_{number}}}}}")
        graph[encode] = node("VAEEncode", pixels=[load, 0], vae=["1", 2])
        graph[add] = node("ReferenceLatent", conditioning=before, latent=[encode, 0])
        before = [add, 0]
    graph["5"]["inputs"]["positive"] = before
    return graph


def adapters() -> Graph:
    """Three references that each change the model: one that is unused must be bypassed, not cut off."""
    graph = solo()
    before = ["1", 0]
    for number in (1, 2, 3):
        load, adapt = str(10 * number + 1), str(10 * number + 2)
        graph[load] = node("LoadImage", image=f"{{{{reference_{number}}}}}")
        graph[adapt] = node("IPAdapter", model=before, image=[load, 0])
        before = [adapt, 0]
    graph["5"]["inputs"]["model"] = before
    return graph


def edit() -> Graph:
    """One picture, changed."""
    graph = solo()
    graph["11"] = node("LoadImage", image="{{source}}")
    graph["12"] = node("VAEEncode", pixels=["11", 0], vae=["1", 2])
    graph["13"] = node("ReferenceLatent", conditioning=["2", 0], latent=["12", 0])
    graph["5"]["inputs"]["positive"] = ["13", 0]
    return graph


def write(folder: Path, **graphs: Graph) -> Path:
    """One file for each; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, graph in graphs.items():
        (folder / f"{name}.json").write_text(json.dumps(graph))
    return folder
