"""Shape of a Wan transformer, read from a `config.json` or from its tensors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from artifex.catalog.wan.tensor_shapes import TensorShapes

TEXT_TOKENS = 512
"""Tokens a Wan transformer was trained to see: prompts are truncated, or padded with zeros, to this many."""

_PICTURE_WIDTH = "condition_embedder.image_embedder.norm1.weight"
_USUAL_HEAD_DIM = 128
"""Head size of every published Wan transformer."""


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Field names are those of Diffusers' WanTransformer3DModel; defaults are Wan2.2 T2V-A14B's."""

    num_attention_heads: int = 40
    attention_head_dim: int = 128
    in_channels: int = 16
    out_channels: int = 16
    text_dim: int = 4096
    freq_dim: int = 256
    ffn_dim: int = 13824
    num_layers: int = 40
    patch_size: tuple[int, int, int] = (1, 2, 2)
    cross_attn_norm: bool = True
    eps: float = 1e-6
    image_dim: int | None = None
    """Width of CLIP's states, in networks that also attend to a picture (Wan2.1 image-to-video)."""

    @property
    def dim(self) -> int:
        """Width of the residual stream."""
        return self.num_attention_heads * self.attention_head_dim

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TransformerConfig":
        """Take the known fields; fields without effect here (window size, version) are ignored.

        Raises:
            ValueError: the config asks for a network this module does not compute.
        """
        if values.get("qk_norm", "rms_norm_across_heads") != "rms_norm_across_heads":
            raise ValueError(f"qk_norm {values['qk_norm']!r} is not known; only 'rms_norm_across_heads' is")
        if (values.get("image_dim") is None) != (values.get("added_kv_proj_dim") is None):
            raise ValueError("only one of image_dim and added_kv_proj_dim is set")
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        if "patch_size" in known:
            known["patch_size"] = tuple(known["patch_size"])
        return cls(**known)

    @classmethod
    def from_authors(cls, values: Mapping[str, Any]) -> "TransformerConfig":
        """Translate the authors' `config.json`; fields that it does not store have default values."""
        renamed = {
            "num_attention_heads": values["num_heads"],
            "attention_head_dim": values["dim"] // values["num_heads"],
            "in_channels": values["in_dim"],
            "out_channels": values["out_dim"],
        }
        same = {
            name: values[name] for name in ("text_dim", "freq_dim", "ffn_dim", "num_layers", "eps") if name in values
        }
        return cls.from_dict({**renamed, **same})

    @classmethod
    def from_shapes(cls, shapes: TensorShapes, described: Mapping[str, Any] | None = None) -> "TransformerConfig":
        """Infer widths and depth from tensor shapes.

        Args:
            shapes: in Diffusers' names.
            described: a config of the authors or of Diffusers, for what shapes do not show: the number of heads, and
                epsilon. Without it a head is 128 wide.

        Raises:
            ValueError: a tensor is missing, or the config contradicts the tensors.
        """
        described = described or {}
        dim, in_channels, *patch = shapes.of("patch_embedding.weight", 5)
        out_width, _ = shapes.of("proj_out.weight", 2)
        heads: int = described.get("num_heads") or described.get("num_attention_heads") or dim // _USUAL_HEAD_DIM
        if heads < 1 or dim % heads:
            unknown = "an unknown number of" if described.get("num_heads") is None else heads
            raise ValueError(f"{dim} channels cannot be split into {unknown} heads")
        values = {
            "num_attention_heads": heads,
            "attention_head_dim": dim // heads,
            "in_channels": in_channels,
            "out_channels": out_width // math.prod(patch),
            "text_dim": shapes.of("condition_embedder.text_embedder.linear_1.weight", 2)[1],
            "freq_dim": shapes.of("condition_embedder.time_embedder.linear_1.weight", 2)[1],
            "ffn_dim": shapes.of("blocks.0.ffn.net.0.proj.weight", 2)[0],
            "num_layers": shapes.count("blocks"),
            "patch_size": tuple(patch),
            "cross_attn_norm": "blocks.0.norm2.weight" in shapes,
            "eps": described.get("eps", 1e-6),
        }
        if _PICTURE_WIDTH in shapes:
            values |= {"image_dim": shapes.of(_PICTURE_WIDTH, 1)[0], "added_kv_proj_dim": dim}
        if described.get("dim", dim) != dim:
            raise ValueError(f"dim is {described['dim']!r} in the config, but {dim} by the tensors")
        for name, theirs in _AUTHORS_NAMES.items():
            if described.get(theirs, values[name]) != values[name]:
                raise ValueError(f"{theirs} is {described[theirs]!r} in the config, but {values[name]} by the tensors")
        return cls.from_dict(values)


_AUTHORS_NAMES = {
    "in_channels": "in_dim",
    "out_channels": "out_dim",
    "text_dim": "text_dim",
    "freq_dim": "freq_dim",
    "ffn_dim": "ffn_dim",
    "num_layers": "num_layers",
}
"""Fields that tensor shapes also determine, checked against the authors' config."""
