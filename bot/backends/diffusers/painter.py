"""The pipeline itself: load a model, make pictures. Runs in a worker process or a replica, never in the bot's own.

torch and diffusers are imported by name, so that the types of this tree are the same with and without them.
"""

from __future__ import annotations

import inspect
import io
import logging
import os
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image

from bot.backends.diffusers.orders import (
    Answer,
    Failed,
    Finished,
    Loading,
    Order,
    Painted,
    Refused,
    Stepped,
)
from bot.backends.diffusers.settings import IMAGE_TO_IMAGE, DiffusersSettings
from bot.backends.diffusers.words import read_in_pieces

Say = Callable[[Answer], None]

_FORMATS = ("PNG", "JPEG", "WEBP")
_MAX_PIXELS = 40_000_000
_REASON_LENGTH = 300
_PACKED = 2
"""Transformers see two latent pixels as one token either way, so an edge is twice as coarse for them."""


class UnfitOrderError(Exception):
    """This order can't be made by this pipeline; others can. The text holds nothing that anybody typed."""


class UnfitModelError(Exception):
    """The model is not what the settings say of it."""


class OrderCancelledError(Exception):
    """Nobody waits for the picture any more."""


def native_size_px(width_px: int, height_px: int, long_edge_px: int, multiple_px: int) -> tuple[int, int]:
    """The shape of a wanted size at a model's own long edge, each edge a multiple of what the model can make."""
    scale = min(1.0, long_edge_px / max(width_px, height_px))

    def edge(wanted_px: int) -> int:
        return max(1, round(wanted_px * scale / multiple_px)) * multiple_px

    return edge(width_px), edge(height_px)


class Painter:
    """Makes pictures, one at a time. Not for more than one thread."""

    def __init__(self, settings: DiffusersSettings) -> None:
        self._settings = settings
        self._torch: Any = None
        self._pipe: Any = None
        self._edit_pipe: Any = None

    def load(self) -> None:
        """Load what the settings name, downloading what the hub's cache does not have; nothing when it is loaded.

        Raises:
            UnfitModelError: the model is not what the settings say.
            Exception: whatever the libraries raise for a model that can't be loaded.
        """
        if self._pipe is not None:
            return
        _keep_libraries_quiet()
        self._torch = import_module("torch")
        if self._settings.diffusers_threads:
            self._torch.set_num_threads(self._settings.diffusers_threads)
        device = self._device()
        pipe = self._loaded(self._settings.diffusers_model, device)
        if self._settings.diffusers_filtered and getattr(pipe, "safety_checker", None) is None:
            raise UnfitModelError("DIFFUSERS_FILTERED: this model has no safety checker")
        if self._settings.diffusers_ip_adapter:
            self._load_ip_adapter(pipe)
        self._place(pipe, device)
        self._edit_pipe = self._loaded_for_edits(pipe, device)
        self._pipe = pipe

    def make(self, order: Order, say: Say, is_cancelled: Callable[[], bool]) -> None:
        """Make the pictures of an order and say how it goes; the last word is Refused, Failed or Finished.

        ``is_cancelled`` is asked at each step. A failure after which this process should be replaced is raised too.
        """
        if self._pipe is None:
            say(Loading())
            try:
                self.load()
            except Exception as error:
                say(Failed(reason=_reason(error), is_down=True, ends_process=True))
                raise
        try:
            for index in range(order.count):
                if is_cancelled():
                    break
                data = self._picture(order, index, say, is_cancelled)
                if data is None:
                    say(Refused())
                    return
                say(Stepped(fraction=(index + 1) / order.count))
                say(Painted(data=data))
            say(Finished())
        except OrderCancelledError:
            say(Finished())
        except UnfitOrderError as error:
            say(Failed(reason=str(error)))
        except self._torch.OutOfMemoryError:
            self._free()
            say(Failed(reason="out of memory"))
        except Exception as error:
            # its text may hold a prompt
            say(Failed(reason=type(error).__name__, ends_process=True))
            raise

    def _picture(self, order: Order, index: int, say: Say, is_cancelled: Callable[[], bool]) -> bytes | None:
        """One picture as a PNG, None where the safety checker will not let it through."""
        pipe, wanted = self._call_of(order)

        def stepped(running: Any, step: int, _timestep: Any, kept: dict[str, Any]) -> dict[str, Any]:
            if is_cancelled():
                running._interrupt = True  # noqa: SLF001  the documented way to stop a pipeline
            else:
                steps = max(getattr(running, "num_timesteps", 0), step + 1)
                # a picture is not whole before it is decoded
                say(Stepped(fraction=(index + min((step + 1) / (steps + 1), 1)) / order.count))
            return kept

        wanted |= {
            "generator": self._torch.Generator("cpu").manual_seed((order.seed + index) % 2**63),
            "callback_on_step_end": stepped,
        }
        taken = inspect.signature(pipe.__call__).parameters
        made = pipe(**{name: value for name, value in wanted.items() if name in taken})
        if is_cancelled():
            raise OrderCancelledError
        if any(getattr(made, "nsfw_content_detected", None) or ()):
            return None
        encoded = io.BytesIO()
        made.images[0].save(encoded, "PNG", compress_level=1)
        return encoded.getvalue()

    def _call_of(self, order: Order) -> tuple[Any, dict[str, Any]]:
        """Which pipeline, and what it is called with."""
        if order.source is not None:
            return self._edit_call(order, order.source)
        if not order.references or self._settings.diffusers_ip_adapter:
            return self._pipe, self._words(self._pipe, order) | self._faces(order)
        if len(order.references) > self._settings.diffusers_edit_references:
            raise UnfitOrderError("more likenesses than this pipeline takes")
        pictures = [_opened(data) for data in order.references]
        image = pictures if self._settings.diffusers_edit_references > 1 else pictures[0]
        return self._edit_pipe, self._words(self._edit_pipe, order) | {"image": image}

    def _edit_call(self, order: Order, data: bytes) -> tuple[Any, dict[str, Any]]:
        if self._edit_pipe is None:
            raise UnfitOrderError("this pipeline edits nothing")
        paints_over = self._settings.diffusers_edit_model == IMAGE_TO_IMAGE
        words = self._words(self._edit_pipe, order, order.description if paints_over else "")
        source = _opened(data).resize((words["width"], words["height"]), Image.Resampling.LANCZOS)
        if paints_over:
            return self._edit_pipe, words | self._faces(order) | {
                "image": source,
                "strength": self._settings.diffusers_edit_strength,
            }
        takes_many = self._settings.diffusers_edit_references > 1
        return self._edit_pipe, words | {"image": [source] if takes_many else source}

    def _words(self, pipe: Any, order: Order, prompt: str = "") -> dict[str, Any]:
        settings = self._settings
        width_px, height_px = native_size_px(
            order.width_px, order.height_px, settings.diffusers_long_edge_px, _multiple_px(pipe)
        )
        guidance = settings.diffusers_guidance
        negative = ", ".join(text for text in (order.negative, settings.diffusers_negative_prompt) if text)
        prompt = prompt or order.prompt
        words = read_in_pieces(self._torch, pipe, prompt, negative)
        return {
            **(words or {"prompt": prompt, "negative_prompt": negative}),
            "width": width_px,
            "height": height_px,
            "num_inference_steps": settings.diffusers_steps,
            **({} if guidance is None else {"guidance_scale": guidance}),
        }

    def _faces(self, order: Order) -> dict[str, Any]:
        """Likenesses for the adapter, each for its own part of the picture, from left to right.

        A pipeline with an adapter always wants a picture; where there is none its weight is nothing.
        """
        if not self._settings.diffusers_ip_adapter:
            return {}
        pictures = [_opened(data) for data in order.references]
        scale = self._settings.diffusers_ip_adapter_scale
        if not pictures:
            self._pipe.set_ip_adapter_scale(0.0)
            return {"ip_adapter_image": Image.new("RGB", (224, 224))}
        if len(pictures) == 1:
            self._pipe.set_ip_adapter_scale(scale)
            return {"ip_adapter_image": pictures[0]}
        self._pipe.set_ip_adapter_scale([[scale] * len(pictures)])
        width_px, height_px = native_size_px(
            order.width_px,
            order.height_px,
            self._settings.diffusers_long_edge_px,
            _multiple_px(self._pipe),
        )
        masks = self._torch.zeros(1, len(pictures), height_px, width_px)
        for place in range(len(pictures)):
            from_px, to_px = (width_px * edge // len(pictures) for edge in (place, place + 1))
            masks[:, place, :, from_px:to_px] = 1
        return {"ip_adapter_image": [pictures], "cross_attention_kwargs": {"ip_adapter_masks": [masks]}}

    def _device(self) -> str:
        chosen = self._settings.diffusers_device
        if chosen != "auto":
            return chosen
        present = {
            "cuda": self._torch.cuda.is_available(),
            "xpu": self._torch.xpu.is_available(),
            "mps": self._torch.backends.mps.is_available(),
        }
        return next((device for device, is_there in present.items() if is_there), "cpu")

    def _loaded(self, model: str, device: str) -> Any:
        diffusers = import_module("diffusers")
        kinds = {"cuda": self._torch.bfloat16, "xpu": self._torch.bfloat16, "mps": self._torch.float16}
        pipe = diffusers.DiffusionPipeline.from_pretrained(
            model,
            torch_dtype=kinds.get(device.partition(":")[0], self._torch.float32),
            use_safetensors=True,  # other formats can hold code
            local_files_only=Path(model).is_dir(),
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _loaded_for_edits(self, pipe: Any, device: str) -> Any:
        model = self._settings.diffusers_edit_model
        if not model:
            return None
        if model == IMAGE_TO_IMAGE:
            shared = import_module("diffusers").AutoPipelineForImage2Image.from_pipe(pipe)
            shared.set_progress_bar_config(disable=True)
            return shared
        if model == self._settings.diffusers_model:
            return pipe
        other = self._loaded(model, device)
        if self._settings.diffusers_filtered and getattr(other, "safety_checker", None) is None:
            raise UnfitModelError("DIFFUSERS_FILTERED: the edit model has no safety checker")
        self._place(other, device)
        return other

    def _load_ip_adapter(self, pipe: Any) -> None:
        if not hasattr(pipe, "load_ip_adapter"):
            raise UnfitModelError("DIFFUSERS_IP_ADAPTER: this model takes none")
        folder, _, name = self._settings.diffusers_ip_adapter_weights.rpartition("/")
        pipe.load_ip_adapter(
            self._settings.diffusers_ip_adapter,
            subfolder=folder,
            weight_name=name,
            image_encoder_folder=self._settings.diffusers_ip_adapter_encoder,
            local_files_only=Path(self._settings.diffusers_ip_adapter).is_dir(),
        )

    def _place(self, pipe: Any, device: str) -> None:
        if self._settings.diffusers_offload and device != "cpu":
            pipe.enable_model_cpu_offload(device=device)
        else:
            pipe.to(device)

    def _free(self) -> None:
        if self._torch.cuda.is_available():
            self._torch.cuda.empty_cache()


def _multiple_px(pipe: Any) -> int:
    packed = _PACKED if getattr(pipe, "transformer", None) is not None else 1
    return int(getattr(pipe, "vae_scale_factor", 8)) * packed


def _opened(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise UnfitOrderError("a picture in the order is too large")
            return picture.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        raise UnfitOrderError("a picture in the order can't be read") from None


def _reason(error: Exception) -> str:
    """Why a model could not be loaded; nothing that a member typed is known by then."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_REASON_LENGTH]


def _keep_libraries_quiet() -> None:
    """No telemetry, no progress bars, and none of their warnings, which quote prompts."""
    quiet: Mapping[str, str] = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    os.environ.update(quiet)
    # its own lock would be one between processes, and be left behind when this one is killed
    import_module("tqdm").tqdm.set_lock(threading.RLock())
    logging.captureWarnings(capture=True)
    for library in ("diffusers", "transformers"):
        about = import_module(f"{library}.utils.logging")
        about.set_verbosity_error()
        about.disable_progress_bar()
