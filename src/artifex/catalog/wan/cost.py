"""What a Wan model computes and holds for one recipe, counted from the shapes in its Diffusers configuration.

Reads ``transformer/``, ``vae/`` and ``text_encoder/config.json`` in the model's folder; no torch, no weights.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from artifex.catalog.spec import ModelSpec
from artifex.catalog.wan import vae_cost
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.catalog.wan.vae_config import VaeConfig
from artifex.catalog.work import Work
from artifex.errors import WeightsDamaged
from artifex.recipe import Recipe

TEXT_TOKENS = 512
"""Wan cuts prompts to this many tokens."""

_ELEMENT_SIZE = {"float32": 4, "bfloat16": 2}
_VAE_ELEMENT_SIZE = 4
"""The VAE computes in float32 whatever the plan says."""

_ENCODER_FRAMES = 64
"""Frames that libx264 holds in 4:2:0 (40 to look ahead, one for each thread, references), and the ones on their way."""

_CHECKPOINTS = 8
"""Tensors the size of the latents on disk: a checkpoint of latents and solver state, and the next one beside it."""


@dataclass(frozen=True, slots=True)
class Configs:
    """Shapes of a model's networks."""

    transformer: TransformerConfig
    vae: VaeConfig
    text: UMT5Config


def count_work(spec: ModelSpec, recipe: Recipe, dtype: str) -> Work:
    """The work of one recipe. Raises WeightsDamaged when a configuration is missing or not understood."""
    configs = read_configs(spec)
    vae, transformer, size = configs.vae, configs.transformer, _ELEMENT_SIZE[dtype]
    frames = (recipe.frame_count - 1) // vae.temporal_factor + 1
    height, width = recipe.height // vae.spatial_factor, recipe.width // vae.spatial_factor
    shape = zip((frames, height, width), transformer.patch_size, strict=True)
    tokens = math.prod(side // patch for side, patch in shape)
    prompts = _prompt_tokens(recipe)
    passes = recipe.steps * len(prompts)
    latents = vae.z_dim * frames * height * width
    return Work(
        forwards=passes,
        linear=passes * linear_flops(transformer, tokens),
        attention=sum(recipe.steps * attention_flops(transformer, tokens, text) for text in prompts),
        encode=_encode_flops(configs, recipe, (height, width, frames), prompts),
        decode=vae_cost.decode_flops(vae, height, width, frames),
        pixels=recipe.width * recipe.height * recipe.frame_count,
        weights=_weight_bytes(configs, spec.experts, size),
        activations=max(
            size * tokens * live_widths(transformer),
            _VAE_ELEMENT_SIZE * vae_cost.decode_elements(vae, height * width),
        ),
        buffers=_ENCODER_FRAMES * recipe.width * recipe.height * 3 // 2,
        disk=_CHECKPOINTS * latents * 4 + recipe.width * recipe.height * recipe.frame_count // 4,
    )


def linear_flops(config: TransformerConfig, tokens: int) -> float:
    """FLOPs of one pass in linear layers that see every video token."""
    block = 6 * config.dim**2 + 2 * config.dim * config.ffn_dim  # q, k, v, out; cross q, out; feed-forward
    ends = config.dim * (config.in_channels + config.out_channels) * math.prod(config.patch_size)
    return 2.0 * tokens * (config.num_layers * block + ends)


def attention_flops(config: TransformerConfig, tokens: int, text_tokens: int) -> float:
    """FLOPs of one pass in attention of video tokens to one another and to the prompt."""
    return 4.0 * config.num_layers * config.dim * tokens * (tokens + text_tokens)


def text_projection_flops(config: TransformerConfig, text_tokens: int) -> float:
    """FLOPs of bringing a prompt to every block's keys and values, done once a clip."""
    embedding = config.text_dim * config.dim + config.dim**2
    return 2.0 * text_tokens * (embedding + config.num_layers * 2 * config.dim**2)


def text_encoder_flops(config: UMT5Config, tokens: int) -> float:
    """FLOPs of encoding a prompt of so many tokens."""
    inner = config.num_heads * config.d_kv
    linear = 2.0 * tokens * (4 * config.d_model * inner + 3 * config.d_model * config.d_ff)
    return config.num_layers * (linear + 4.0 * tokens**2 * inner)


def transformer_parameters(config: TransformerConfig) -> int:
    """Numbers in one transformer."""
    dim, patch = config.dim, math.prod(config.patch_size)
    attention = 4 * (dim * dim + dim) + 2 * dim
    feed_forward = 2 * dim * config.ffn_dim + config.ffn_dim + dim
    cross_norm = 2 * dim if config.cross_attn_norm else 0
    block = 2 * attention + cross_norm + feed_forward + 6 * dim
    time = (config.freq_dim + 1) * dim + (dim + 1) * dim + (dim + 1) * 6 * dim
    text = (config.text_dim + 1) * dim + (dim + 1) * dim
    ends = (config.in_channels * patch + 1) * dim + (dim + 1) * config.out_channels * patch + 2 * dim
    return config.num_layers * block + time + text + ends


def text_encoder_parameters(config: UMT5Config) -> int:
    """Numbers in a text encoder; norms and relative biases are each layer's own."""
    inner = config.num_heads * config.d_kv
    layer = 4 * config.d_model * inner + 3 * config.d_model * config.d_ff + 2 * config.d_model
    biases = config.relative_attention_num_buckets * config.num_heads
    return config.vocab_size * config.d_model + config.num_layers * (layer + biases) + config.d_model


def live_widths(config: TransformerConfig) -> int:
    """Numbers held for each token at the fullest moment of a block."""
    return max(8 * config.dim, 3 * config.dim + 2 * config.ffn_dim)


def read_configs(spec: ModelSpec) -> Configs:
    """The shapes of a model. Raises WeightsDamaged."""
    try:
        return Configs(
            TransformerConfig.from_dict(_read_json(spec, "transformer")),
            VaeConfig.from_dict(_read_json(spec, "vae")),
            UMT5Config.from_dict(_read_json(spec, "text_encoder")),
        )
    except (OSError, ValueError, TypeError) as error:
        raise WeightsDamaged(f"The configuration of {spec.name} cannot be used ({error}); reinstall it.") from error


def _read_json(spec: ModelSpec, part: str) -> Mapping[str, Any]:
    values: object = json.loads((spec.folder / part / "config.json").read_bytes())
    if not isinstance(values, dict):
        raise ValueError(f"{part}/config.json is not an object")
    return cast("dict[str, Any]", values)


def _prompt_tokens(recipe: Recipe) -> tuple[int, ...]:
    """Tokens of each prompt the network is asked with, at about four bytes a token: one prompt without guidance."""
    guided = any(scale != 1.0 for scale in recipe.guidance)
    prompts = (recipe.prompt, recipe.negative_prompt) if guided else (recipe.prompt,)
    return tuple(min(TEXT_TOKENS, len(prompt.encode()) // 4 + 2) for prompt in prompts)


def _encode_flops(configs: Configs, recipe: Recipe, latents: tuple[int, int, int], prompts: tuple[int, ...]) -> float:
    """Prompts, and a picture: alone, or at the head of a whole clip where the network wants it as channels."""
    height, width, frames = latents
    text = sum(
        text_encoder_flops(configs.text, tokens) + text_projection_flops(configs.transformer, tokens)
        for tokens in prompts
    )
    if recipe.reference("image") is None:
        return text
    encoded = frames if configs.transformer.in_channels > configs.vae.z_dim else 1
    return text + vae_cost.encode_flops(configs.vae, height, width, encoded)


def _weight_bytes(configs: Configs, experts: int, size: int) -> int:
    networks = experts * transformer_parameters(configs.transformer) + text_encoder_parameters(configs.text)
    return size * networks + _VAE_ELEMENT_SIZE * vae_cost.parameters(configs.vae)
