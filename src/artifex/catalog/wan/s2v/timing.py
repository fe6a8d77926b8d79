"""Integer rules for the length, segments and size of speech-driven clips. No torch.

A clip is made in segments. Each continues from the 73 frames before it, which the VAE encodes to 19 latent frames.
"""

import math
from fractions import Fraction

from artifex.errors import BadInput
from artifex.recipe import Speech
from artifex.units import PixelSize

MOTION_FRAMES = 73
"""Frames before a segment that it continues from; 1 + 4n, as the VAE requires."""

MOTION_LATENTS = (MOTION_FRAMES - 1) // 4 + 1
"""Latent frames of these."""

LEAD_FRAMES = 3
"""Frames at the start of a first segment that cannot be used, as they share a latent frame with the picture."""

SAMPLE_RATE = 16_000
"""Samples per second of the voice."""

FEATURE_RATE = 30
"""States per second that a voice is resampled to before they are assigned to frames."""

STATE_RATE = 50
"""States per second that wav2vec2 computes of a voice."""

_LISTENER_LAYERS = ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2))
"""Kernel and stride of wav2vec2's convolutions, from sound to states."""

_GRID = 64
"""Sides of a clip are multiples of this: three halvings by the VAE, and patches of up to 8 latent cells."""

_SCALES = 100


def segment_count(frame_count: int, segment_frames: int) -> int:
    """Number of segments of a clip of ``frame_count`` frames.

    Raises:
        BadInput: segments of that length cannot be made.
    """
    if segment_frames < 4 or segment_frames % 4:
        raise BadInput(f"Segments of {segment_frames} frames cannot be made; choose a multiple of 4, like 80.")
    return -(-frame_count // segment_frames)


def missing_frames(speech: Speech) -> int:
    """Frames that the authors' program omits at the start of a clip."""
    return LEAD_FRAMES if speech.compat and not speech.start_from_picture else 0


def frame_count_for(
    sound_seconds: Fraction | float, frame_rate: Fraction, speech: Speech, most_segments: int | None = None
) -> int:
    """Frames of the clip that a sound drives.

    In sync: every frame that ends within the sound. With `speech.compat`: as many whole segments as the authors'
    program makes (one more than needed where they fit exactly), without the frames that it omits.

    Args:
        sound_seconds: playing time.
        frame_rate: of the clip.
        speech: how it is divided into segments.
        most_segments: the clip ends after this many; None means where the sound ends.

    Raises:
        BadInput: segments of that length cannot be made.
    """
    seconds = Fraction(sound_seconds)
    frames = max(1, int(seconds * frame_rate))
    segments = segment_count(frames, speech.segment_frames)
    if speech.compat:
        segments = _authors_segments(round(seconds * SAMPLE_RATE), frame_rate, speech.segment_frames)
    segments = segments if most_segments is None else min(segments, most_segments)
    if speech.compat:
        return segments * speech.segment_frames - missing_frames(speech)
    return min(frames, segments * speech.segment_frames)


def feature_count(states: int) -> int:
    """Number of states at 30 per second for ``states`` of wav2vec2."""
    # In floating point, as in the authors' program, whose rounding sometimes loses a state.
    return int(states / float(STATE_RATE) * FEATURE_RATE)


def feature_of_frame(frame: int, frame_rate: Fraction) -> int:
    """Index of a frame's state at 30 per second: the nearest, ties going to the even one."""
    return round(frame * FEATURE_RATE / frame_rate)


def speech_size(picture: PixelSize, area: int) -> PixelSize:
    """The largest size of about a picture's shape within `area` pixels; the picture is never enlarged for it.

    The first of 100 falling scales at which the picture, both sides rounded up to multiples of 64, fits.
    """
    most, least = _scale_bounds(picture, area)
    for step in range(_SCALES):
        scale = most - (most - least) * step / _SCALES
        size = PixelSize(_rounded_up(int(picture.width * scale)), _rounded_up(int(picture.height * scale)))
        if size.area <= area:
            return size
    return _fallback_size(picture, area)


def _authors_segments(samples: int, frame_rate: Fraction, segment_frames: int) -> int:
    features = feature_count(_state_count(samples))
    return int(features / (segment_frames * (FEATURE_RATE / float(frame_rate)))) + 1


def _state_count(samples: int) -> int:
    for kernel, stride in _LISTENER_LAYERS:
        samples = max(0, (samples - kernel) // stride + 1)
    return samples


def _scale_bounds(picture: PixelSize, area: int) -> tuple[float, float]:
    """Scales (largest, smallest) to try between."""
    if picture.area <= area:
        return 1.0, 0.1
    most = math.sqrt(area / picture.area)
    slope = (_GRID - 1) * (picture.height + picture.width)
    # Meant to be the scale that fits even with the largest rounding of both sides. The authors' formula has a 2 where
    # the root of a quadratic has a 4; models were trained with the sizes it gives.
    discriminant = slope**2 - 2 * picture.area * ((_GRID - 1) ** 2 - area)
    return most, (-slope + math.sqrt(max(0, discriminant))) / (2 * picture.area)


def _rounded_up(side: int) -> int:
    """Round up to the grid, to at least one cell of it."""
    return max(1, -(-side // _GRID)) * _GRID


def _fallback_size(picture: PixelSize, area: int) -> PixelSize:
    """For pictures so elongated that no scale fits: the size of that shape and area, rounded down."""
    ratio = picture.width / picture.height
    width, height = (int((area * by) ** 0.5 // _GRID) for by in (ratio, 1 / ratio))
    if width * _GRID >= picture.width or height * _GRID >= picture.height:
        width, height = picture.width // _GRID, picture.height // _GRID
    return PixelSize(max(1, width) * _GRID, max(1, height) * _GRID)
