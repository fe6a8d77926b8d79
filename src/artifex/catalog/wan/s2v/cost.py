"""The work that speech adds to a Wan transformer, counted from shapes. No torch."""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from artifex.catalog.wan.s2v.config import PACKS, SpeechConfig
from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.s2v.timing import MOTION_LATENTS, STATE_RATE

VOICE_PARAMETERS = 315_437_696
"""Parameters of wav2vec2-large without its head, in float32 on the processor."""

_CONV_TAPS = 3


@dataclass(frozen=True, slots=True)
class SegmentTokens:
    """Tokens of one segment in the transformer."""

    video: int
    still: int
    """Tokens of the picture and earlier frames: they pass every block, but neither voice attention nor the head."""

    @property
    def total(self) -> int:
        """All tokens of self-attention."""
        return self.video + self.still


def segment_tokens(config: SpeechConfig, layout: ClipLayout, segment: int, height: int, width: int) -> SegmentTokens:
    """Tokens of a segment of a clip whose latents are `height` x `width` cells."""
    rows, columns = height // config.patch_size[1], width // config.patch_size[2]
    still = rows * columns + (_packed_tokens(height, width) if layout.looks_back(segment) else 0)
    return SegmentTokens(layout.segment_latents // config.patch_size[0] * rows * columns, still)


def listening_flops(config: SpeechConfig, video_tokens: int) -> tuple[float, float]:
    """FLOPs of one pass for attention to the voice: in linear layers, and in attention itself."""
    layers = len(config.audio_inject_layers)
    linear = 2.0 * layers * video_tokens * 2 * config.dim**2
    attention = 4.0 * layers * config.dim * video_tokens * (config.audio_tokens + 1)
    return linear, attention


def outside_parameters(config: SpeechConfig) -> int:
    """Parameters of a speech transformer outside its blocks, besides those of the transformer it extends."""
    dim = config.dim
    poses = (config.pose_channels * math.prod(config.patch_size) + 1) * dim
    packer = sum((config.in_channels * math.prod(pack.patch) + 1) * dim for pack in PACKS)
    return poses + packer + 3 * dim + _voice_tower_parameters(config)


def decoded_latents(layout: ClipLayout) -> tuple[int, ...]:
    """Latent frames of each segment decoded for the finished clip, its prefix included."""
    return tuple(layout.prefix_latents(segment) + layout.segment_latents for segment in range(layout.segments))


def latents_between(layout: ClipLayout) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Latent frames of each VAE decode, and of each encode, while the clip is denoised."""
    whole, behind = decoded_latents(layout), range(1, layout.segments)
    decoded = tuple(whole[segment] for finished in behind for segment in layout.recent(finished))
    return decoded, (MOTION_LATENTS,) * len(behind)


def voice_flops(seconds: Fraction) -> float:
    """FLOPs of the voice encoder, without its attention, which is negligible for some minutes of sound."""
    return 2.0 * VOICE_PARAMETERS * STATE_RATE * float(seconds)


def _packed_tokens(height: int, width: int) -> int:
    """Tokens of the frames before a segment, whose latents are `height` x `width` cells."""
    return sum(frames // t * (height // h) * (width // w) for frames, (t, h, w) in PACKS)


def _voice_tower_parameters(config: SpeechConfig) -> int:
    """The mixture of layers, both towers of convolutions, and the learned token."""
    dim = config.dim
    opening = (config.audio_dim * _CONV_TAPS + 1) * (dim // 4) * (config.audio_tokens + 1)
    shared = sum((inputs * _CONV_TAPS + 1) * outputs for inputs, outputs in pairwise((dim // 4, dim // 2, dim)))
    return config.audio_layers + opening + shared + (dim + 1) * dim + dim
