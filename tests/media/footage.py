"""Files of every odd kind, made with PyAV as other programs make them: each frame tells its number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Colorspace

from artifex.media.priority import no_more_urgent


@dataclass(frozen=True)
class Kind:
    """How a clip is written."""

    suffix: str
    encoder: str
    pixel_format: str = "yuv420p"
    rate: Fraction = Fraction(24)
    options: Mapping[str, str] = field(default_factory=dict)
    matrix: Colorspace = Colorspace.ITU709
    tags: tuple[int, int, int] = (1, 1, 1)
    """Matrix, primaries, transfer."""
    full_range: bool = False


def write(
    path: Path,
    pictures: Iterable[np.ndarray],
    kind: Kind,
    times: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    rotation: int = 0,
    aspect: Fraction | None = None,
    interlaced: bool = False,
) -> Path:
    """``times`` in units of ``time_base``; by default one frame after another at the kind's rate."""
    base = time_base or 1 / kind.rate
    with no_more_urgent(), av.open(str(path), "w") as container:
        stream: Any = None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = container.add_stream(kind.encoder, rate=kind.rate, options=dict(kind.options))
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = kind.pixel_format
                encoder = stream.codec_context
                encoder.time_base = base
                encoder.colorspace, encoder.color_primaries, encoder.color_trc = kind.tags
                encoder.color_range = 2 if kind.full_range else 1
                if aspect:
                    encoder.sample_aspect_ratio = aspect
                if rotation:
                    stream.set_display_rotation(rotation)
            name = {(np.dtype(np.uint8), 3): "rgb24", (np.dtype(np.uint8), 4): "rgba"}.get(
                (picture.dtype, picture.shape[2]), "rgb48le"
            )
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format=name).reformat(
                format=kind.pixel_format,
                dst_colorspace=kind.matrix,
                dst_color_range="JPEG" if kind.full_range else "MPEG",
            )
            frame.pts, frame.time_base = (number if times is None else times[number]), base
            frame.pict_type = 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
