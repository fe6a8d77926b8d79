"""Shape of a umT5 encoder, read from a transformers `config.json` or from its tensors."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from artifex.catalog.wan.tensor_shapes import TensorShapes

_FIRST = "encoder.block.0.layer"


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

    @classmethod
    def from_shapes(cls, shapes: TensorShapes) -> "UMT5Config":
        """Infer the shape from tensors in transformers' names; the other fields are the same in every umT5.

        Raises:
            ValueError: a tensor is missing.
        """
        vocabulary, d_model = shapes.of("shared.weight", 2)
        buckets, heads = shapes.of(f"{_FIRST}.0.SelfAttention.relative_attention_bias.weight", 2)
        return cls(
            vocab_size=vocabulary,
            d_model=d_model,
            d_kv=shapes.of(f"{_FIRST}.0.SelfAttention.q.weight", 2)[0] // heads,
            d_ff=shapes.of(f"{_FIRST}.1.DenseReluDense.wi_0.weight", 2)[0],
            num_heads=heads,
            num_layers=shapes.count("encoder.block"),
            relative_attention_num_buckets=buckets,
        )
