"""Peak memory of a Wan model in each stage, counted from shapes and a plan's choices; no torch.

The terms for activations count the tensors that a block or layer has alive at once; benchmarks/memory.py checks them
against the peaks that torch reports.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from artifex.catalog.budget import Footprint
from artifex.catalog.execution import ELEMENT_SIZE, Execution
from artifex.catalog.wan import parameters, vae_cost
from artifex.catalog.wan.s2v.cost import VOICE_PARAMETERS
from artifex.catalog.wan.shapes import Shapes
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.engine.memory.turns import PASSING, places

_FLOAT32 = 4

_ENCODER_FRAMES = 150
_ENCODED_AS = 5
"""Memory of libx264 with twelve threads, in 4:2:0 frames: the maximum, and the number per frame of a shorter clip (the
frame, its planes for quarter-pixel search, and frames in flight). Measured from 832x480 to 1920x1088."""

_ALIVE = 6.5
"""Peak memory of a block beyond the residual stream, for the tokens of one chunk, in units of a float32 stream; reached
while queries and keys are normalised and rotated."""

_HIDDEN_BYTES = {"none": 4, "fp8-storage": 4, "fp8": 7, "int8": 13}
"""Bytes for each hidden value of the feed-forward: the value and its GELU, and what quantising it and dequantising the
result takes."""

_LAID_OUT = 5
"""Additional tensors of sparse attention, each as large as all queries: reordered queries, keys and values, and the
selected keys and values gathered, where no kernel can skip the others."""

_RESERVED = 1.1
"""Memory that torch reserves while denoising, relative to memory in use: fragmentation."""

_WORKSPACE = 150_000_000
"""Bytes of cuBLAS and cuDNN workspaces, position tables, latents and solver state."""


@dataclass(frozen=True, slots=True)
class Clip:
    """The properties of a recipe that determine work and memory."""

    width: int
    """Width in latent cells."""
    height: int
    frames: int
    """Latent frames that are denoised together."""
    tokens: int
    """Tokens of one pass over all of them."""
    walks: tuple[tuple[int, int, int], ...]
    """Per segment: (tokens of a pass, number of conditional passes, number of unconditional passes)."""
    segments: int
    prompts: tuple[int, ...]
    """Tokens of each encoded prompt, the negative one included."""
    heard: tuple[int, int]
    """Most tokens that a pass attends to: of a prompt, and of the negative prompt."""
    encodes: bool
    """Whether there are pictures or clips to encode."""
    pixels: int
    """Pixels of a frame."""
    frame_count: int
    leaves_out: bool
    """Whether attention is sparse."""

    @property
    def sees_the_same_twice(self) -> bool:
        """Whether some steps are guided, and all see the whole clip at once."""
        return len(self.walks) == 1 and self.walks[0][2] > 0

    @property
    def cells(self) -> int:
        """Latent cells of all frames."""
        return self.width * self.height * self.frames


def footprint(shapes: Shapes, clip: Clip, execution: Execution) -> Footprint:
    """Bytes of each stage on the device, and of host memory."""
    shapes = _loaded(shapes, execution)
    if execution.device == "cpu":
        return Footprint(0, 0, 0, 0, _on_processor(shapes, clip, execution))
    stays = _stays(shapes, execution)
    decoder = ELEMENT_SIZE[execution.decode_dtype] * vae_cost.decoder_parameters(shapes.vae)
    encoder = _FLOAT32 * (vae_cost.parameters(shapes.vae) - vae_cost.decoder_parameters(shapes.vae))
    moves = execution.resident_blocks is not None
    encoding = stays + moves * encoder + _encode_bytes(shapes, clip, moves) + _WORKSPACE
    return Footprint(
        text=stays + _text_bytes(shapes, execution) + _WORKSPACE,
        encode=encoding if clip.encodes else stays,
        denoise=stays + _bay_bytes(shapes, execution) + _denoise_bytes(shapes, clip, execution) + _WORKSPACE,
        decode=stays + moves * decoder + _decode_bytes(shapes, clip, execution) + _WORKSPACE,
        host=_host_bytes(shapes, clip, execution),
    )


def weight_bytes(shapes: Shapes, execution: Execution) -> int:
    """Bytes of all weights as kept in memory."""
    shapes = _loaded(shapes, execution)
    size = ELEMENT_SIZE[execution.dtype]
    outside = size * parameters.outside_parameters(shapes.transformer)
    transformers = shapes.experts * (outside + sum(block_sizes(shapes.transformer, execution)))
    return transformers + size * parameters.text_encoder_parameters(shapes.text) + _vae_bytes(shapes, execution)


def _loaded(shapes: Shapes, execution: Execution) -> Shapes:
    """With the number of experts that are loaded."""
    return replace(shapes, experts=execution.loaded(shapes.experts))


def block_sizes(config: TransformerConfig, execution: Execution) -> tuple[int, ...]:
    """Bytes of each block; the first and the last are never quantised."""
    return _block_sizes(config, ELEMENT_SIZE[execution.dtype], execution.quantisation != "none")


@lru_cache(maxsize=64)
def _block_sizes(config: TransformerConfig, size: int, quantised: bool) -> tuple[int, ...]:
    """Cached, since planning asks hundreds of times."""
    count = config.num_layers
    plain = tuple(size * parameters.block_parameters(config, index) for index in range(count))
    if not quantised:
        return plain
    saved = [
        (size - 1) * parameters.block_matrices(config, index) - _FLOAT32 * parameters.block_rows(config, index)
        for index in range(1, count - 1)
    ]
    return tuple(whole - less for whole, less in zip(plain, [0, *saved, 0], strict=True))


def _stays(shapes: Shapes, execution: Execution) -> int:
    """Bytes on the device in every stage."""
    size = ELEMENT_SIZE[execution.dtype]
    total = shapes.experts * size * parameters.outside_parameters(shapes.transformer)
    if execution.resident_blocks is None:
        shares = execution.gpus if execution.sharded else 1
        total += shapes.experts * sum(block_sizes(shapes.transformer, execution)) // shares
        total += _vae_bytes(shapes, execution)
    if execution.text_encoder == "device":
        total += size * parameters.text_encoder_parameters(shapes.text)
    return total


def _bay_bytes(shapes: Shapes, execution: Execution) -> int:
    """Bytes of the blocks' places on the device while denoising."""
    resident = 0 if execution.sharded else execution.resident_blocks
    return 0 if resident is None else _places_bytes(block_sizes(shapes.transformer, execution), resident)


@lru_cache(maxsize=1024)
def _places_bytes(sizes: tuple[int, ...], resident: int) -> int:
    """The sum over places of the largest block in each."""
    largest: dict[int, int] = {}
    for place, size in zip(places(len(sizes), resident), sizes, strict=True):
        largest[place] = max(largest.get(place, 0), size)
    return sum(largest.values())


def _text_bytes(shapes: Shapes, execution: Execution) -> int:
    """Bytes beyond `_stays` while prompts are encoded."""
    size = ELEMENT_SIZE[execution.dtype]
    match execution.text_encoder:
        case "released":
            return size * parameters.text_encoder_parameters(shapes.text)
        case "streamed":
            return 2 * size * parameters.text_block_parameters(shapes.text)
        case _:
            return 0


def _denoise_bytes(shapes: Shapes, clip: Clip, execution: Execution) -> int:
    """Activations of a pass and the prompts' keys and values."""
    config, size = shapes.transformer, ELEMENT_SIZE[execution.dtype]
    stream = _FLOAT32 * config.dim * clip.tokens
    # In float8, queries, keys, values and the result are held in both dtypes.
    held = (6 if execution.quantisation == "fp8" else 4) + _LAID_OUT * clip.leaves_out
    kept = size * config.dim * clip.tokens if _keeps_attention(shapes, clip, execution) else 0
    query_key_value_mixed = held * size * config.dim * clip.tokens
    prompts = sum(clip.prompts) * 2 * size * config.dim * config.num_layers * shapes.experts
    in_hand = clip.tokens if execution.token_chunk is None else min(clip.tokens, execution.token_chunk)
    share = in_hand / clip.tokens
    hidden = _HIDDEN_BYTES[execution.quantisation] * config.ffn_dim * in_hand
    gathered = 0 if share == 1 else 3 * size * config.dim * clip.tokens
    alive = (_ALIVE - 1 if share == 1 else _ALIVE) * stream * share
    feed_forward = stream * share + hidden
    return round(prompts + _RESERVED * (stream + kept + max(query_key_value_mixed, gathered + alive, feed_forward)))


def _keeps_attention(shapes: Shapes, clip: Clip, execution: Execution) -> bool:
    """Whether the first block's self-attention is kept for the second pass of a guided step."""
    return execution.is_roomy and clip.sees_the_same_twice and shapes.extra != "speech"


def _decode_bytes(shapes: Shapes, clip: Clip, execution: Execution) -> int:
    tile = execution.vae_tile
    height, width = (side if tile is None else min(side, tile) for side in (clip.height, clip.width))
    together = execution.decoders(clip.height)
    if together > 1:
        height = -(-height // together) + 1  # a strip's halo: two rows at each scale, less than one row of cells
    return vae_cost.decode_bytes(
        shapes.vae, height * width, ELEMENT_SIZE[execution.decode_dtype], by_frame=execution.decode_by_frame
    )


def _encode_bytes(shapes: Shapes, clip: Clip, by_frame: bool) -> int:
    """Bytes of encoding the given frames, frame by frame where blocks are streamed."""
    video = 3 * _FLOAT32 * clip.pixels * clip.frame_count
    return video + vae_cost.encode_bytes(shapes.vae, clip.height * clip.width, _FLOAT32, by_frame=by_frame)


def _vae_bytes(shapes: Shapes, execution: Execution) -> int:
    """Bytes of the encoder in float32 and the decoder as planned."""
    decoder = vae_cost.decoder_parameters(shapes.vae)
    encoder = vae_cost.parameters(shapes.vae) - decoder
    return _FLOAT32 * encoder + ELEMENT_SIZE[execution.decode_dtype] * decoder


def _host_bytes(shapes: Shapes, clip: Clip, execution: Execution) -> int:
    """Bytes beyond what a process with CUDA takes anyway; data only streamed from files is not counted."""
    size, sizes = ELEMENT_SIZE[execution.dtype], block_sizes(shapes.transformer, execution)
    total = _encoder_bytes(clip) + _hearing_bytes(shapes)
    if execution.vae_tile is not None:
        total += 3 * _FLOAT32 * clip.pixels * clip.frame_count
    if execution.resident_blocks is not None:
        kept = shapes.experts * len(sizes) if execution.host_blocks is None else execution.host_blocks
        total += kept * max(sizes) if kept < len(sizes) else kept // len(sizes) * sum(sizes)
        total += _vae_bytes(shapes, execution)
    return total + max(0, _text_on_host(shapes, execution, size))


def _text_on_host(shapes: Shapes, execution: Execution, size: int) -> int:
    table, passing = shapes.text.vocab_size * shapes.text.d_model, min(PASSING, shapes.text.num_layers)
    match execution.text_encoder:
        case "cpu":
            return size * parameters.text_encoder_parameters(shapes.text)
        case "streamed":
            return size * (table + passing * parameters.text_block_parameters(shapes.text))
        case _:
            return 0


def _on_processor(shapes: Shapes, clip: Clip, execution: Execution) -> int:
    """Bytes of weights, the larger of the activations of denoising and decoding, and the video encoder's frames."""
    config = shapes.transformer
    live = max((8 + _LAID_OUT * clip.leaves_out) * config.dim, 3 * config.dim + 2 * config.ffn_dim)
    live += config.dim * _keeps_attention(shapes, clip, execution)
    activations = max(
        ELEMENT_SIZE[execution.dtype] * clip.tokens * live,
        _FLOAT32 * vae_cost.decode_elements(shapes.vae, clip.height * clip.width),
    )
    return weight_bytes(shapes, execution) + activations + _encoder_bytes(clip) + _hearing_bytes(shapes)


def _encoder_bytes(clip: Clip) -> int:
    return min(_ENCODER_FRAMES, _ENCODED_AS * clip.frame_count) * clip.pixels * 3 // 2


def _hearing_bytes(shapes: Shapes) -> int:
    """The voice encoder stays on the processor, in float32."""
    return _FLOAT32 * VOICE_PARAMETERS if shapes.extra == "speech" else 0
