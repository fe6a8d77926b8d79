"""Parses the tensor names of LoRA files in their various layouts. Names only, no tensors.

Layouts: Diffusers and PEFT (`transformer.`, `transformer_2.`, `lora_A`), the authors' names (`diffusion_model.` or no
prefix, `lora_down` or `lora_A`, `diff`, `diff_b`), and kohya's and musubi's, which write the authors' or Diffusers'
names with underscores for dots after `lora_unet_`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from artifex.catalog.wan.key_names import transformer_name

Expert = Literal["low", "high"]
Role = Literal["down", "up", "alpha", "difference"]


@dataclass(frozen=True, slots=True)
class LoraName:
    """What one tensor changes, and how."""

    expert: Expert | None
    """The only expert it is for; None where the file does not distinguish them."""
    target: str
    """The layer, or for a difference the parameter, by Diffusers' name."""
    role: Role


_PREFIXES: tuple[tuple[str, Expert | None], ...] = (
    ("transformer_2.", "low"),
    ("transformer.", "high"),
    ("model.diffusion_model.", None),
    ("diffusion_model.", None),
    ("base_model.model.", None),
)
_FLAT = re.compile(r"^lora_(?:unet|transformer)_+")

_ROLES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"\.(?:lora_A|lora_down|lora\.down)(?:\.default)?(?:\.weight)?$"), "down"),
    (re.compile(r"\.(?:lora_B|lora_up|lora\.up)(?:\.default)?(?:\.weight)?$"), "up"),
    (re.compile(r"\.alpha$"), "alpha"),
)
_DIFFERENCES = ((".diff_b", ".bias"), (".diff_m", ".modulation"), (".diff", ".weight"))

# Parts of the authors' and Diffusers' names that contain underscores.
_COMPOUND = (
    "self_attn", "cross_attn", "norm_k_img", "norm_q", "norm_k", "k_img", "v_img", "img_emb", "patch_embedding",
    "time_embedding", "text_embedding", "time_projection", "condition_embedder", "time_embedder", "text_embedder",
    "image_embedder", "linear_1", "linear_2", "time_proj", "proj_out", "to_q", "to_k", "to_v", "to_out", "add_k_proj",
    "add_v_proj", "norm_added_k",
)  # fmt: skip
_PART = re.compile(rf"(?:{'|'.join(_COMPOUND)})(?![^_])|[^_]+")

_LOOKS_AT_PICTURE = re.compile(r"\.(?:add_[kv]_proj|norm_added_k)(?:\.|$)|image_embedder")


def lora_name(stored: str) -> LoraName | None:
    """Parse a stored name; None when it belongs to no layout."""
    expert, name = _without_prefix(stored)
    for pattern, role in _ROLES:
        if (found := pattern.search(name)) is not None:
            return LoraName(expert, transformer_name(name[: found.start()] + ".weight").removesuffix(".weight"), role)
    for ending, leaf in _DIFFERENCES:
        if name.endswith(ending):
            return LoraName(expert, transformer_name(name.removesuffix(ending) + leaf), "difference")
    return None


def looks_at_picture(target: str) -> bool:
    """Whether the layer or parameter serves attention to CLIP states (Wan2.1 image-to-video)."""
    return _LOOKS_AT_PICTURE.search(target) is not None


def _without_prefix(stored: str) -> tuple[Expert | None, str]:
    flat = _FLAT.match(stored)
    if flat is not None:
        module, dot, rest = stored[flat.end() :].partition(".")
        return None, ".".join(_PART.findall(module)) + dot + rest
    for prefix, expert in _PREFIXES:
        if stored.startswith(prefix):
            return expert, stored.removeprefix(prefix)
    return None, stored
