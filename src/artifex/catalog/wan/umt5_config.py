"""Shape of a umT5 encoder, read from a transformers `config.json`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class UMT5Config:
    """Field names are those of a transformers `config.json`; defaults are umt5-xxl's."""

    vocab_size: int = 256384
    d_model: int = 4096
    d_kv: int = 64
    d_ff: int = 10240
    num_heads: int = 64
    num_layers: int = 24
    relative_attention_num_buckets: int = 32
    relative_attention_max_distance: int = 128
    layer_norm_epsilon: float = 1e-6

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "UMT5Config":
        """Take the known fields.

        Raises:
            ValueError: the feed-forward is not the gated tanh-GELU of umT5.
        """
        activation = values.get("feed_forward_proj", "gated-gelu")
        if activation != "gated-gelu":
            raise ValueError(f"feed_forward_proj {activation!r} is not known; only 'gated-gelu' is")
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})
