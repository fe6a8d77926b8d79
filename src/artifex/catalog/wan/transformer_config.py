"""Shape of a Wan transformer, read from a Diffusers `transformer/config.json`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


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

    @property
    def dim(self) -> int:
        """Width of the residual stream."""
        return self.num_attention_heads * self.attention_head_dim

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TransformerConfig":
        """Take the known fields; fields that change nothing here (window size, version) are ignored.

        Raises:
            ValueError: the config asks for a network this module does not compute.
        """
        if values.get("qk_norm", "rms_norm_across_heads") != "rms_norm_across_heads":
            raise ValueError(f"qk_norm {values['qk_norm']!r} is not known; only 'rms_norm_across_heads' is")
        for name in ("image_dim", "added_kv_proj_dim"):
            if values.get(name) is not None:
                raise ValueError(f"{name} is set: a transformer with CLIP image tokens (Wan2.1 image-to-video)")
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        if "patch_size" in known:
            known["patch_size"] = tuple(known["patch_size"])
        return cls(**known)

    @classmethod
    def from_authors(cls, values: Mapping[str, Any]) -> "TransformerConfig":
        """Translate the authors' `config.json`, whose unstored fields are always the defaults."""
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
