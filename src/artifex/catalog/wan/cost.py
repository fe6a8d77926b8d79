"""The work and memory of a Wan model for one recipe, counted from the shapes of its networks.

Shapes are known by the model's name, or read from headers and configs in its folder; no torch, no weights.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from artifex.catalog.budget import Measure
from artifex.catalog.execution import Execution
from artifex.catalog.manifest import require_folder
from artifex.catalog.spec import ModelSpec
from artifex.catalog.wan import memory_cost, vae_cost
from artifex.catalog.wan.density import computed_share
from artifex.catalog.wan.memory_cost import Clip
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.s2v.cost import (
    decoded_latents,
    latents_between,
    listening_flops,
    segment_tokens,
    voice_flops,
)
from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.shapes import SHAPES, Shapes
from artifex.catalog.wan.transformer_config import TEXT_TOKENS, TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.catalog.wan.vae_config import VaeConfig
from artifex.catalog.wan.windows import latent_frames, overview_steps, windows_of
from artifex.catalog.work import Work
from artifex.engine.weights.json_object import read_json_object
from artifex.errors import WeightsDamaged
from artifex.recipe import Recipe

_CHECKPOINTS = 8
"""Latent-sized tensors on disk: a checkpoint of latents and solver state, and the next one while it is written."""
_CACHED = 4
"""Tensors that a step cache adds to them."""


def count_work(spec: ModelSpec, recipe: Recipe, execution: Execution) -> Work:
    """The work of one recipe. Raises WeightsDamaged when a configuration is missing or not understood."""
    shapes = read_shapes(spec)
    vae, transformer = shapes.vae, shapes.transformer
    clip = clip_of(shapes, recipe)
    needs = memory_cost.footprint(shapes, clip, execution)
    passes = tuple(_passes(clip))
    share = computed_share(recipe, transformer.num_layers)
    kept = _CHECKPOINTS + _CACHED * any(recipe.step_cache)
    work = Work(
        forwards=clip.segments * sum(count for _, count, _ in passes),
        linear=clip.segments * sum(count * linear_flops(transformer, tokens) for tokens, count, _ in passes),
        attention=clip.segments
        * sum(count * attention_flops(transformer, tokens, text, share) for tokens, count, text in passes),
        encode=_encode_flops(shapes, recipe, clip),
        decode=vae_cost.decode_flops(vae, clip.height, clip.width, clip.frames),
        chunks=clip.frames,
        pixels=recipe.width * recipe.height * recipe.frame_count,
        weights=memory_cost.weight_bytes(shapes, execution),
        host=needs.host,
        device=needs.device,
        disk=kept * vae.z_dim * clip.cells * 4 + recipe.width * recipe.height * recipe.frame_count // 4,
    )
    if isinstance(transformer, SpeechConfig) and recipe.speech is not None:
        return _speaking(work, transformer, vae, clip, ClipLayout.of(recipe))
    return work


def measure(spec: ModelSpec, recipe: Recipe) -> Measure:
    """A function from execution choices to the memory of one recipe, by stage. Raises WeightsDamaged."""
    shapes = read_shapes(spec)
    return partial(memory_cost.footprint, shapes, clip_of(shapes, recipe))


def block_count(spec: ModelSpec) -> int:
    """Blocks of each transformer. Raises WeightsDamaged."""
    return read_shapes(spec).transformer.num_layers


def latent_rows(spec: ModelSpec, recipe: Recipe) -> int:
    """Rows of the latents that are decoded, which several GPUs share. Raises WeightsDamaged."""
    return clip_of(read_shapes(spec), recipe).height


def shares_passes(spec: ModelSpec) -> bool:
    """Whether several GPUs can share a clip's passes; speech-driven clips take one. Raises WeightsDamaged."""
    return not isinstance(read_shapes(spec).transformer, SpeechConfig)


def clip_of(shapes: Shapes, recipe: Recipe) -> Clip:
    """The properties of a recipe that determine work and memory."""
    vae, patch = shapes.vae, shapes.transformer.patch_size
    speech = recipe.speech
    segments = 1 if speech is None else -(-recipe.frame_count // speech.segment_frames)
    length = recipe.frame_count if speech is None else speech.segment_frames
    frames = latent_frames(length, vae.temporal_factor)
    height, width = recipe.height // vae.spatial_factor, recipe.width // vae.spatial_factor
    tokens = frames // patch[0] * (height // patch[1]) * (width // patch[2])
    if isinstance(shapes.transformer, SpeechConfig) and speech is not None:
        layout = ClipLayout.of(recipe)
        tokens = segment_tokens(shapes.transformer, layout, layout.segments - 1, height, width).total
    wanted, unwanted = _prompt_tokens(recipe)
    return Clip(
        width=width,
        height=height,
        frames=frames,
        tokens=tokens,
        walks=_walks(recipe, vae, tokens),
        segments=segments,
        prompts=(*wanted, *unwanted),
        heard=(max(wanted), max(unwanted, default=0)),
        encodes=bool(recipe.references),
        pixels=recipe.width * recipe.height,
        frame_count=recipe.frame_count,
        leaves_out=recipe.attention_density < 1,
    )


def linear_flops(config: TransformerConfig, tokens: int) -> float:
    """FLOPs of one pass in linear layers that see every video token."""
    block = 6 * config.dim**2 + 2 * config.dim * config.ffn_dim  # q, k, v, out; cross q, out; feed-forward
    ends = config.dim * (config.in_channels + config.out_channels) * math.prod(config.patch_size)
    return 2.0 * tokens * (config.num_layers * block + ends)


def attention_flops(config: TransformerConfig, tokens: int, text_tokens: int, share: float = 1.0) -> float:
    """FLOPs of one pass in attention of video tokens to the prompt, and to ``share`` of one another."""
    return 4.0 * config.num_layers * config.dim * tokens * (share * tokens + text_tokens)


def text_projection_flops(config: TransformerConfig, text_tokens: int) -> float:
    """FLOPs of projecting a prompt to every block's keys and values, done once a clip."""
    embedding = config.text_dim * config.dim + config.dim**2
    return 2.0 * text_tokens * (embedding + config.num_layers * 2 * config.dim**2)


def text_encoder_flops(config: UMT5Config, tokens: int) -> float:
    """FLOPs of encoding a prompt of ``tokens`` tokens."""
    inner = config.num_heads * config.d_kv
    linear = 2.0 * tokens * (4 * config.d_model * inner + 3 * config.d_model * config.d_ff)
    return config.num_layers * (linear + 4.0 * tokens**2 * inner)


def read_shapes(spec: ModelSpec) -> Shapes:
    """The shapes of a model: known by its name, or read from its folder. Raises WeightsDamaged."""
    if spec.name in SHAPES:
        return SHAPES[spec.name]
    folder = require_folder(spec)
    configs = [folder / part / "config.json" for part in ("transformer", "vae", "text_encoder")]
    # Of what comes with the package the configs tell all; somebody's own model may listen or look as none of them says.
    if spec.record is not None or not all(config.is_file() for config in configs):
        from artifex.catalog.wan.layouts import find_parts
        from artifex.catalog.wan.layouts.parts import shapes_of

        return shapes_of(find_parts(folder))
    try:
        transformer, vae, text = (read_json_object(config) for config in configs)
        return Shapes(
            TransformerConfig.from_dict(transformer),
            VaeConfig.from_dict(vae),
            UMT5Config.from_dict(text),
            experts=spec.experts,
        )
    except (WeightsDamaged, ValueError, TypeError) as error:
        raise WeightsDamaged(f"The configuration of {spec.name} cannot be used ({error}); reinstall it.") from error


def _passes(clip: Clip) -> Iterator[tuple[int, int, int]]:
    """(video tokens, number of passes, prompt tokens) of each kind of pass in one segment.

    A step cache's savings are not counted, since they are only known once the clip is made.
    """
    wanted, unwanted = clip.heard
    for tokens, count, guided in clip.walks:
        yield tokens, count, wanted
        yield tokens, guided, unwanted


def _speaking(work: Work, transformer: SpeechConfig, vae: VaeConfig, clip: Clip, layout: ClipLayout) -> Work:
    """Adds a voice's work, and counts decodes segment by segment, each preceded by the frames it continues."""
    video = segment_tokens(transformer, layout, 0, clip.height, clip.width).video
    linear, attention = listening_flops(transformer, video)
    whole, (decoded, encoded) = decoded_latents(layout), latents_between(layout)
    decode, encode = (
        partial(flops, vae, clip.height, clip.width) for flops in (vae_cost.decode_flops, vae_cost.encode_flops)
    )
    return replace(
        work,
        linear=work.linear + work.forwards * linear,
        attention=work.attention + work.forwards * attention,
        decode=sum(map(decode, whole)),
        chunks=sum(whole),
        heard=voice_flops(layout.made_frames / layout.frame_rate),
        between=sum(map(decode, decoded)) + sum(map(encode, encoded)),
    )


def _walks(recipe: Recipe, vae: VaeConfig, tokens: int) -> tuple[tuple[int, int, int], ...]:
    """`Clip.walks`: every step over all tokens or, with windows, only the noisy ones, and the rest by window."""
    guided = recipe.guided_steps if _is_guided(recipe) else 0
    windows = windows_of(recipe, vae) if recipe.window_frames else ()
    if len(windows) < 2:
        return ((tokens, recipe.steps, guided),)
    whole, count = overview_steps(recipe.steps, recipe.shift), len(windows)
    seen = tokens * (windows[0].stop - windows[0].start) // windows[-1].stop
    parts = ((recipe.steps - whole) * count, max(0, guided - whole) * count)
    return ((tokens, whole, min(whole, guided)), (seen, *parts))


def _is_guided(recipe: Recipe) -> bool:
    return any(scale != 1.0 for scale in recipe.guidance)


def _prompt_tokens(recipe: Recipe) -> tuple[list[int], list[int]]:
    """Tokens of the prompts, and of the negative prompt where there is guidance; at about four bytes a token."""
    wanted = [recipe.prompt, *(mark.prompt for mark in recipe.prompt_track)]
    return [_tokens(prompt) for prompt in wanted], [_tokens(recipe.negative_prompt)] if _is_guided(recipe) else []


def _tokens(prompt: str) -> int:
    return min(TEXT_TOKENS, len(prompt.encode()) // 4 + 2)


def _encode_flops(shapes: Shapes, recipe: Recipe, clip: Clip) -> float:
    """FLOPs of encoding prompts, and a picture: alone, or in a whole clip where the network takes it as channels."""
    text = sum(
        text_encoder_flops(shapes.text, tokens) + text_projection_flops(shapes.transformer, tokens)
        for tokens in clip.prompts
    )
    if recipe.reference("image") is None:
        return text
    vae = shapes.vae
    if shapes.transformer.in_channels == vae.z_dim:
        return text + vae_cost.encode_flops(vae, clip.height, clip.width, 1)
    ends = recipe.reference("last_image") is not None
    return text + vae_cost.encode_still_flops(vae, clip.height, clip.width, clip.frames, ends=ends)
