"""Diffusion models of random weights, a megabyte each, made and saved without a network.

Their pictures are noise; everything else is as with a model that can paint. ``python -m tests.backends.tiny_pipeline
FOLDER`` makes them all: it is run in a process of its own, because the libraries are slow to import and warn a lot.
"""

# ruff: noqa: PLC0415  the libraries of the extra are imported only where they are there

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PLAIN, LENIENT, STRICT, XL, LIKENESS = "plain", "lenient", "strict", "xl", "likeness"
"""Folders: a model, ones whose safety checker finds nothing and everything, an XL one, and an IP-Adapter."""

LIKENESS_WEIGHTS = "tiny/ip-adapter.safetensors"
_TEXT_WIDTH = 32
_FACE_WIDTH = 16


_VAE: dict[str, Any] = {
    "block_out_channels": (8, 8, 8, 8),
    "norm_num_groups": 4,
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
}


def main(folder: Path) -> None:
    """Make all of them."""
    model = save_pipeline(folder / PLAIN)
    save_pipeline(folder / LENIENT, checker="lenient")
    save_pipeline(folder / STRICT, checker="strict")
    save_xl_pipeline(folder / XL)
    save_ip_adapter(folder / LIKENESS, model)


def save_pipeline(folder: Path, *, checker: str = "") -> Path:
    """A Stable Diffusion of random weights; the same each time.

    ``checker`` is ``lenient`` or ``strict`` for one with a safety checker that finds nothing, or everything.
    """
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextModel

    torch.manual_seed(0)
    torch.set_num_threads(1)
    tokenizer = _tokenizer(folder / "words")
    text = CLIPTextModel(_text_config(tokenizer))
    unet = UNet2DConditionModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        sample_size=16,
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=_TEXT_WIDTH,
        attention_head_dim=4,
    )
    vae = AutoencoderKL(**_VAE)
    looking, extractor = _checker(is_strict=checker == "strict") if checker else (None, None)
    pipe = StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=looking,
        feature_extractor=extractor,
        requires_safety_checker=bool(checker),
    )
    pipe.save_pretrained(folder)
    return folder


def save_xl_pipeline(folder: Path) -> Path:
    """A Stable Diffusion XL of random weights: two readers of words, and the sum of the second beside them."""
    import torch
    from diffusers import (
        AutoencoderKL,
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    torch.manual_seed(2)
    tokenizer = _tokenizer(folder / "words")
    unet = UNet2DConditionModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        sample_size=16,
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=2 * _TEXT_WIDTH,
        attention_head_dim=4,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + _TEXT_WIDTH,
    )
    pipe = StableDiffusionXLPipeline(
        vae=AutoencoderKL(**_VAE),
        text_encoder=CLIPTextModel(_text_config(tokenizer)),
        text_encoder_2=CLIPTextModelWithProjection(_text_config(tokenizer)),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=unet,
        scheduler=EulerDiscreteScheduler(steps_offset=1),
    )
    pipe.save_pretrained(folder)
    return folder


def save_ip_adapter(folder: Path, model: Path) -> Path:
    """An IP-Adapter of random weights for a model of :func:`save_pipeline`, with its image encoder."""
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(1)
    encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32,
            intermediate_size=37,
            projection_dim=_FACE_WIDTH,
            num_hidden_layers=1,
            num_attention_heads=4,
            image_size=224,
            patch_size=56,
        )
    )
    encoder.save_pretrained(folder / "models" / "image_encoder")
    unet = UNet2DConditionModel.from_pretrained(model, subfolder="unet")
    weights = {
        "image_proj.proj.weight": torch.randn(4 * _TEXT_WIDTH, _FACE_WIDTH),
        "image_proj.proj.bias": torch.zeros(4 * _TEXT_WIDTH),
        "image_proj.norm.weight": torch.ones(_TEXT_WIDTH),
        "image_proj.norm.bias": torch.zeros(_TEXT_WIDTH),
    }
    # every second attention looks at the words; the adapter's numbers are those of all of them, counted from 1
    crosses = [name for name in unet.attn_processors if "attn2" in name]
    for place, name in enumerate(crosses):
        width = unet.get_submodule(name.removesuffix(".processor")).to_q.in_features
        for part in ("to_k_ip", "to_v_ip"):
            weights[f"ip_adapter.{2 * place + 1}.{part}.weight"] = torch.randn(width, _TEXT_WIDTH)
    file = folder / LIKENESS_WEIGHTS
    file.parent.mkdir(parents=True)
    save_file(weights, file)
    return folder


def _tokenizer(folder: Path) -> Any:
    """A CLIP tokenizer that knows letters only."""
    from transformers import CLIPTokenizer

    folder.mkdir(parents=True)
    letters = [chr(code) for code in range(33, 127)]
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    (folder / "vocab.json").write_text(
        json.dumps({word: n for n, word in enumerate(words)}), encoding="utf-8"
    )
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)


def _text_config(tokenizer: Any) -> Any:
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=_TEXT_WIDTH,
        projection_dim=_TEXT_WIDTH,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def _checker(*, is_strict: bool) -> tuple[Any, Any]:
    import torch
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPVisionConfig

    vision = CLIPVisionConfig(
        hidden_size=32, intermediate_size=37, num_hidden_layers=1, num_attention_heads=4, patch_size=56
    )
    checker = StableDiffusionSafetyChecker(
        CLIPConfig(vision_config=vision.to_dict(), projection_dim=_FACE_WIDTH)
    )
    # a picture is unsafe where it is nearer to a concept than this; a cosine is between -1 and 1
    least = -2.0 if is_strict else 2.0
    for weights in (checker.concept_embeds_weights, checker.special_care_embeds_weights):
        torch.nn.init.constant_(weights, least)
    return checker, CLIPImageProcessor()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
