"""How many numbers the networks hold, counted from their configurations."""

import math

from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config


def block_matrices(config: TransformerConfig) -> int:
    """Numbers in the matrices of one block: what quantisation makes smaller."""
    return 8 * config.dim**2 + 2 * config.dim * config.ffn_dim


def block_rows(config: TransformerConfig) -> int:
    """Rows of those matrices: each has a bias, and a scale when it is quantised."""
    return 9 * config.dim + config.ffn_dim


def block_parameters(config: TransformerConfig) -> int:
    """Numbers in one block of a transformer."""
    norms = 4 * config.dim + (2 * config.dim if config.cross_attn_norm else 0)
    return block_matrices(config) + block_rows(config) + norms + 6 * config.dim


def outside_parameters(config: TransformerConfig) -> int:
    """Numbers of a transformer outside its blocks."""
    dim, patch = config.dim, math.prod(config.patch_size)
    time = (config.freq_dim + 1) * dim + (dim + 1) * dim + (dim + 1) * 6 * dim
    text = (config.text_dim + 1) * dim + (dim + 1) * dim
    ends = (config.in_channels * patch + 1) * dim + (dim + 1) * config.out_channels * patch + 2 * dim
    return time + text + ends


def transformer_parameters(config: TransformerConfig) -> int:
    """Numbers in one transformer."""
    return config.num_layers * block_parameters(config) + outside_parameters(config)


def text_block_parameters(config: UMT5Config) -> int:
    """Numbers in one block of a text encoder; norms and relative biases are each block's own."""
    inner = config.num_heads * config.d_kv
    matrices = 4 * config.d_model * inner + 3 * config.d_model * config.d_ff
    return matrices + 2 * config.d_model + config.relative_attention_num_buckets * config.num_heads


def text_encoder_parameters(config: UMT5Config) -> int:
    """Numbers in a text encoder."""
    table = config.vocab_size * config.d_model
    return table + config.num_layers * text_block_parameters(config) + config.d_model
