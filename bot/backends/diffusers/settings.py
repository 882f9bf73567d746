"""What an operator chooses about the pipeline; the bot's worker and the replicas of Ray Serve read the same."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from bot.settings import SettingsGroup, blank_is_unset

IMAGE_TO_IMAGE = "image-to-image"
"""The edit model that is no other model: the picture is painted over by the one that makes all of them."""


class DiffusersSettings(SettingsGroup):
    """``DIFFUSERS_…``: the model, where it runs, and what it can do beside making pictures of words.

    Models are ids of the Hugging Face hub or folders. ``diffusers_long_edge_px`` is what the model was trained
    for; larger pictures are enlarged afterwards. ``diffusers_filtered``: the pipeline brings a safety checker.
    """

    diffusers_model: str = ""
    diffusers_device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|(cuda|xpu)(:\d+)?)$")] = "auto"
    diffusers_offload: bool = False
    diffusers_threads: Annotated[int, Field(ge=0, le=1024)] = 0

    diffusers_steps: Annotated[int, Field(ge=1, le=1000)] = 28
    diffusers_guidance: Annotated[
        Annotated[float, Field(ge=0, le=50)] | None, BeforeValidator(blank_is_unset)
    ] = None
    diffusers_long_edge_px: Annotated[int, Field(ge=128, le=4096)] = 1024
    diffusers_negative_prompt: str = "blurry, low quality, deformed"
    diffusers_filtered: bool = False
    diffusers_mature: bool = False

    diffusers_ip_adapter: str = ""
    diffusers_ip_adapter_weights: str = "sdxl_models/ip-adapter-plus_sdxl_vit-h.safetensors"
    diffusers_ip_adapter_encoder: str = "models/image_encoder"
    diffusers_ip_adapter_scale: Annotated[float, Field(ge=0, le=2)] = 0.6

    diffusers_edit_model: str = ""
    diffusers_edit_references: Annotated[int, Field(ge=0, le=3)] = 0
    diffusers_edit_strength: Annotated[float, Field(gt=0, le=1)] = 0.6

    diffusers_load_timeout_s: Annotated[float, Field(gt=0)] = 1800
    diffusers_step_timeout_s: Annotated[float, Field(gt=0)] = 120

    @model_validator(mode="after")
    def _one_way_to_likeness(self) -> DiffusersSettings:
        if self.diffusers_edit_references and self.diffusers_edit_model in {"", IMAGE_TO_IMAGE}:
            raise ValueError("DIFFUSERS_EDIT_REFERENCES needs an edit model in DIFFUSERS_EDIT_MODEL")
        if self.diffusers_edit_references and self.diffusers_ip_adapter:
            raise ValueError("DIFFUSERS_IP_ADAPTER and DIFFUSERS_EDIT_REFERENCES are two ways to one thing")
        return self

    @property
    def max_references(self) -> int:
        """How many likenesses one picture takes."""
        return 3 if self.diffusers_ip_adapter else self.diffusers_edit_references
