"""Prompts that are longer than a text encoder reads at once.

CLIP reads 77 tokens, about 50 words, and drops what follows. Stable Diffusion's picture maker takes any number of them,
so a long prompt is read in pieces and what was read is put side by side, as most front ends for these models do.
"""

from __future__ import annotations

from typing import Any

_MARKS = 2
"""Tokens of each piece that say where it begins and ends."""


def read_in_pieces(torch: Any, pipe: Any, prompt: str, negative: str) -> dict[str, Any]:
    """The arguments that stand for both prompts, where one is too long for a pipeline with CLIP; else none."""
    readers = _readers(pipe)
    most = max((len(_pieces(words, text)) for words, _ in readers for text in (prompt, negative)), default=1)
    if most == 1:
        return {}
    with torch.no_grad():
        wanted, wanted_pooled = _read(torch, pipe, readers, prompt, most)
        unwanted, unwanted_pooled = _read(torch, pipe, readers, negative, most)
    if len(readers) == 1:
        return {"prompt_embeds": wanted, "negative_prompt_embeds": unwanted}
    return {
        "prompt_embeds": wanted,
        "negative_prompt_embeds": unwanted,
        "pooled_prompt_embeds": wanted_pooled,
        "negative_pooled_prompt_embeds": unwanted_pooled,
    }


def _readers(pipe: Any) -> list[tuple[Any, Any]]:
    """Tokenizers and encoders of Stable Diffusion (one) and XL (two); none where another kind reads along."""
    if getattr(pipe, "unet", None) is None:
        return []
    pairs = [
        (getattr(pipe, f"tokenizer{end}", None), getattr(pipe, f"text_encoder{end}", None))
        for end in ("", "_2", "_3")
    ]
    there = [(words, encoder) for words, encoder in pairs if words is not None and encoder is not None]
    return there if all(type(words).__name__.startswith("CLIP") for words, _ in there) else []


def _pieces(words: Any, text: str) -> list[list[int]]:
    size = words.model_max_length - _MARKS
    tokens = words(text, add_special_tokens=False, truncation=False, verbose=False).input_ids
    return [tokens[at : at + size] for at in range(0, len(tokens), size)] or [[]]


def _read(torch: Any, pipe: Any, readers: list[tuple[Any, Any]], text: str, most: int) -> tuple[Any, Any]:
    """What was read of a text in ``most`` pieces, the last of them empty, and the sum of the first one."""
    is_xl = len(readers) > 1
    read: list[Any] = []
    pooled: Any = None
    for words, encoder in readers:
        pieces = _pieces(words, text)
        pieces += [[]] * (most - len(pieces))
        seen: list[Any] = []
        for place, piece in enumerate(pieces):
            row = [words.bos_token_id, *piece, words.eos_token_id]
            row += [words.pad_token_id] * (words.model_max_length - len(row))
            out = encoder(torch.tensor([row], device=pipe._execution_device), output_hidden_states=is_xl)  # noqa: SLF001
            # the second encoder of XL gives the sum of all words first, and both are read one layer early
            if is_xl and place == 0:
                pooled = out[0]
            seen.append(out.hidden_states[-2] if is_xl else out[0])
        read.append(torch.cat(seen, dim=1))
    return torch.cat(read, dim=-1), pooled
