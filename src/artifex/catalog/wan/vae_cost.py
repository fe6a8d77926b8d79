"""FLOPs, parameters and memory of the Wan VAE, counted layer by layer from its configuration."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from artifex.catalog.wan.vae_config import VaeConfig, convolved_channels

_COPIES = 4
"""On a processor: memory alive around the largest convolution, in units of its input and output: its own, the block's
shortcut, the normalised copy, and the copies in its kernel's layout. Measured at the peak of real decodes."""


_PROCESSOR_SIZE = 4
"""Bytes of an element when decoding on a processor."""

_ALIVE = {"plain": (2.05, 1.6), "residual": (2.85, 2.2)}
"""On a GPU: memory alive around the largest convolution, in units of its input and output, for whole chunks and for
single frames, by kind of VAE; the residual kind also holds a whole scale's shortcut."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One convolution, or the projections of one attention, relative to one latent cell.

    A clip is processed in steps of one latent frame; the first stands for a single video frame and skips convolutions
    over time alone.
    """

    inputs: int
    outputs: int
    kernel: int
    """Taps of the kernel, over time and space together."""
    cells: float
    """Output positions in space per latent cell."""
    frames: int
    """Output frames per latent frame after the first."""
    in_first: bool = True
    """Whether the first latent frame passes through it."""

    @property
    def parameters(self) -> int:
        return (self.inputs * self.kernel + 1) * self.outputs

    def remembered(self, size: int) -> float:
        """Elements of ``size`` bytes cached for the next step, per latent cell: two frames if the kernel spans time."""
        channels = convolved_channels(self.inputs, size) if self.kernel == 27 else self.inputs
        return 2 * channels * self.cells if self.kernel in (3, 27) else 0

    @property
    def touched(self) -> float:
        """Elements read and written in one step, per latent cell."""
        return self.inputs * self.cells * (self.frames + 2) + self.outputs * self.cells * self.frames

    def flops(self, cells: int, latent_frames: int) -> float:
        """FLOPs for a clip of ``latent_frames`` frames of ``cells`` cells."""
        frames = self.frames * (latent_frames - 1) + (1 if self.in_first else 0)
        return 2.0 * self.inputs * self.outputs * self.kernel * self.cells * cells * frames


def decoder_layers(config: VaeConfig) -> Iterator[Layer]:
    """Every convolution from latents to frames, in order."""
    base = config.decoder_base_dim or config.base_dim
    widths = [base * multiple for multiple in (config.dim_mult[-1], *reversed(config.dim_mult))]
    doublings = [*reversed(config.temperal_downsample), None]
    cells, frames = 1.0, 1
    yield Layer(config.z_dim, config.z_dim, 1, cells, frames)
    yield Layer(config.z_dim, widths[0], 27, cells, frames)
    yield from _middle(widths[0], cells, frames)
    for stage, (inputs, outputs) in enumerate(pairwise(widths)):
        narrowed = inputs // 2 if stage and not config.is_residual else inputs
        yield from _residuals(narrowed, outputs, config.num_res_blocks + 1, cells, frames)
        doubling = doublings[stage]
        if doubling is None:
            continue
        if doubling:
            yield Layer(outputs, 2 * outputs, 3, cells, frames, in_first=False)
            frames *= 2
        cells *= 4
        yield Layer(outputs, outputs if config.is_residual else outputs // 2, 9, cells, frames)
    yield Layer(widths[-1], config.out_channels, 27, cells, frames)


def encoder_layers(config: VaeConfig) -> Iterator[Layer]:
    """Every convolution from frames to the mean and variance of latents, in order."""
    widths = [config.base_dim * multiple for multiple in (1, *config.dim_mult)]
    cells = 4.0 ** len(config.temperal_downsample)
    frames = config.temporal_factor
    halvings = [*config.temperal_downsample, None]
    yield Layer(config.in_channels, widths[0], 27, cells, frames)
    for stage, (inputs, outputs) in enumerate(pairwise(widths)):
        yield from _residuals(inputs, outputs, config.num_res_blocks, cells, frames)
        halving = halvings[stage]
        if halving is None:
            continue
        cells /= 4
        yield Layer(outputs, outputs, 9, cells, frames)
        if halving:
            frames //= 2
            yield Layer(outputs, outputs, 3, cells, frames, in_first=False)
    yield from _middle(widths[-1], cells, frames)
    yield Layer(widths[-1], 2 * config.z_dim, 27, cells, frames)
    yield Layer(2 * config.z_dim, 2 * config.z_dim, 1, cells, frames)


@lru_cache(maxsize=64)
def parameters(config: VaeConfig) -> int:
    """Parameters of the whole VAE; norms have one per channel, before every 3x3x3 convolution but the first."""
    convolutions = [*encoder_layers(config), *decoder_layers(config)]
    norms = sum(layer.inputs for layer in convolutions if layer.kernel == 27)
    first = config.in_channels + config.z_dim
    return sum(layer.parameters for layer in convolutions) + norms - first + _middle_widths(config)


@lru_cache(maxsize=64)
def decoder_parameters(config: VaeConfig) -> int:
    """Parameters of the decoder alone."""
    convolutions = list(decoder_layers(config))
    norms = sum(layer.inputs for layer in convolutions if layer.kernel == 27) - config.z_dim
    return sum(layer.parameters for layer in convolutions) + norms + _decoder_width(config)


def decode_flops(config: VaeConfig, height: int, width: int, latent_frames: int) -> float:
    """FLOPs from latents [latent_frames, height, width] to frames."""
    attention = _attention_flops(_decoder_width(config), height * width) * latent_frames
    return sum(layer.flops(height * width, latent_frames) for layer in decoder_layers(config)) + attention


def encode_flops(config: VaeConfig, height: int, width: int, latent_frames: int) -> float:
    """FLOPs from frames to latents [latent_frames, height, width]."""
    attention = _attention_flops(_encoder_width(config), height * width) * latent_frames
    return sum(layer.flops(height * width, latent_frames) for layer in encoder_layers(config)) + attention


def encode_still_flops(config: VaeConfig, height: int, width: int, latent_frames: int, *, ends: bool) -> float:
    """`encode_flops` of a clip that is still after its first frame, or between first and last; see `vae_repeats.py`.

    Args:
        config: the VAE.
        height: in latent cells.
        width: in latent cells.
        latent_frames: of the clip.
        ends: whether the last frame differs.
    """
    cells, most = height * width, latent_frames - 1
    flops = 0.0
    still = 0  # frames after the first from which on a layer's output no longer changes
    computed, looking_back = 0, 0
    for layer in encoder_layers(config):
        if layer.kernel == 27:
            still += 2
            looking_back += 1
            # The two convolutions of a residual block rest together.
            until = still + 2 * (looking_back % 2 == 0)
            computed = max(computed, -(-until // layer.frames) + 1)
        elif layer.kernel == 3:
            computed = max(computed, -(-(still + 1) // (2 * layer.frames)) + 1)
            still = -(-(still + 1) // 2)
        flops += layer.flops(cells, 1 + min(most, computed + ends))
    attention = _attention_flops(_encoder_width(config), cells) * (1 + min(most, computed + ends))
    return flops + attention


def decode_elements(config: VaeConfig, cells: int) -> int:
    """Peak elements held on a processor while decoding latent frames of ``cells`` cells, for any clip length."""
    layers = list(decoder_layers(config))
    alive = _COPIES * max(layer.touched for layer in layers)
    return round(cells * (alive + sum(layer.remembered(_PROCESSOR_SIZE) for layer in layers)))


@lru_cache(maxsize=256)
def decode_bytes(config: VaeConfig, cells: int, size: int, *, by_frame: bool) -> int:
    """Peak bytes on a GPU while decoding latent frames of ``cells`` cells.

    Args:
        config: the VAE.
        cells: latent cells of a frame, or of a tile.
        size: bytes of an element.
        by_frame: whether the scales after the last doubling of frames run one frame at a time.
    """
    layers = list(decoder_layers(config))
    split = _first_spatial(layers, config.temporal_factor) + 1  # the resampling that doubles frames for the last time
    single = layers[split:] if by_frame else []
    return _streamed_bytes(config, layers, single, size, cells)


@lru_cache(maxsize=256)
def encode_bytes(config: VaeConfig, cells: int, size: int, *, by_frame: bool) -> int:
    """The same for encoding; `by_frame` concerns the scales before frames are first merged."""
    layers = list(encoder_layers(config))
    single = layers[: _first_spatial(layers, config.temporal_factor) + 1] if by_frame else []
    return _streamed_bytes(config, layers, single, size, cells)


def _first_spatial(layers: list[Layer], frames: int) -> int:
    """Index of the first spatial resampling at the full number of frames."""
    return next(index for index, layer in enumerate(layers) if layer.kernel == 9 and layer.frames == frames)


def _streamed_bytes(config: VaeConfig, layers: list[Layer], single: list[Layer], size: int, cells: int) -> int:
    """Bytes that layers cache, and those alive around the largest; the `single` layers run one frame at a time."""
    touched = max((replace(layer, frames=1) if layer in single else layer).touched for layer in layers)
    alive = _ALIVE["residual" if config.is_residual else "plain"][1 if single else 0]
    return round(size * cells * (alive * touched + sum(layer.remembered(size) for layer in layers)))


def _residuals(inputs: int, outputs: int, count: int, cells: float, frames: int) -> Iterator[Layer]:
    for _ in range(count):
        if inputs != outputs:
            yield Layer(inputs, outputs, 1, cells, frames)
        yield Layer(inputs, outputs, 27, cells, frames)
        yield Layer(outputs, outputs, 27, cells, frames)
        inputs = outputs


def _middle(width: int, cells: float, frames: int) -> Iterator[Layer]:
    yield from _residuals(width, width, 1, cells, frames)
    yield Layer(width, 3 * width, 1, cells, frames)
    yield Layer(width, width, 1, cells, frames)
    yield from _residuals(width, width, 1, cells, frames)


def _attention_flops(width: int, cells: int) -> float:
    """Two products within each latent frame: queries with keys, weights with values."""
    return 4.0 * width * cells**2


def _encoder_width(config: VaeConfig) -> int:
    return config.base_dim * config.dim_mult[-1]


def _decoder_width(config: VaeConfig) -> int:
    return (config.decoder_base_dim or config.base_dim) * config.dim_mult[-1]


def _middle_widths(config: VaeConfig) -> int:
    """Norm weights of the two attentions."""
    return _encoder_width(config) + _decoder_width(config)
