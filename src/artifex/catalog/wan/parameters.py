"""Parameter counts of the networks, from their configurations."""

import math
from functools import lru_cache

from artifex.catalog.wan.s2v import cost as speech_cost
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config


def block_linears(config: TransformerConfig, index: int) -> list[tuple[int, int]]:
    """(inputs, outputs) of every linear layer in one block."""
    dim = config.dim
    square, feed_forward = (dim, dim), [(dim, config.ffn_dim), (config.ffn_dim, dim)]
    attentions = [square] * (8 if config.image_dim is None else 10)
    listening = [*[square] * 4, (dim, 2 * dim)] if _listens(config, index) else []
    return [*attentions, *feed_forward, *listening]


def block_matrices(config: TransformerConfig, index: int) -> int:
    """Parameters in the matrices of one block, which quantisation makes smaller."""
    return sum(inputs * outputs for inputs, outputs in block_linears(config, index))


def block_rows(config: TransformerConfig, index: int) -> int:
    """Rows of those matrices: each has a bias, and a scale when it is quantised."""
    return sum(outputs for _, outputs in block_linears(config, index))


def block_parameters(config: TransformerConfig, index: int) -> int:
    """Parameters of one block of a transformer."""
    norms = 4 + (2 if config.cross_attn_norm else 0)
    norms += (0 if config.image_dim is None else 1) + (2 if _listens(config, index) else 0)
    table = 6
    return block_matrices(config, index) + block_rows(config, index) + (norms + table) * config.dim


@lru_cache(maxsize=64)
def outside_parameters(config: TransformerConfig) -> int:
    """Parameters of a transformer outside its blocks."""
    dim, patch = config.dim, math.prod(config.patch_size)
    time = (config.freq_dim + 1) * dim + (dim + 1) * dim + (dim + 1) * 6 * dim
    text = (config.text_dim + 1) * dim + (dim + 1) * dim
    ends = (config.in_channels * patch + 1) * dim + (dim + 1) * config.out_channels * patch + 2 * dim
    voice = speech_cost.outside_parameters(config) if isinstance(config, SpeechConfig) else 0
    return time + text + ends + voice + _picture_parameters(config)


def _listens(config: TransformerConfig, index: int) -> bool:
    return isinstance(config, SpeechConfig) and index in config.audio_inject_layers


def _picture_parameters(config: TransformerConfig) -> int:
    """Parameters of the embedder that projects CLIP states of a picture to the width of the network."""
    width = config.image_dim
    return 0 if width is None else 2 * width + (width + 1) * width + (width + 1) * config.dim + 2 * config.dim


def text_block_parameters(config: UMT5Config) -> int:
    """Parameters of one block of a text encoder; each block has its own norms and relative position biases."""
    inner = config.num_heads * config.d_kv
    matrices = 4 * config.d_model * inner + 3 * config.d_model * config.d_ff
    return matrices + 2 * config.d_model + config.relative_attention_num_buckets * config.num_heads


@lru_cache(maxsize=64)
def text_encoder_parameters(config: UMT5Config) -> int:
    """Parameters of a text encoder."""
    table = config.vocab_size * config.d_model
    return table + config.num_layers * text_block_parameters(config) + config.d_model
