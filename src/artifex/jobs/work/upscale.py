"""A clip enlarged by interpolation: larger, not richer in detail, and its facts say so."""

from artifex.errors import BadInput
from artifex.jobs.work.task import Outcome, Task
from artifex.jobs.work.transcode import Wanted, transcode
from artifex.media.codecs import H264
from artifex.units import PixelSize

_MOST_SIDE = 8192
"""Pixels; H.264 players go no further."""


def upscale(task: Task) -> Outcome:
    """Request: ``{"asset", "scale"}`` with 2 to 4. Raises BadInput where the result would be too large to play."""
    asset, scale = str(task.job.request["asset"]), task.job.request["scale"]
    if scale not in (2, 3, 4):
        raise BadInput(f"A clip is enlarged 2, 3 or 4 times, not {scale!r:.20}.")
    source = task.open_asset(asset)
    clip = task.opener.probe(source.path)
    size = PixelSize(width=clip.width * scale // 2 * 2, height=clip.height * scale // 2 * 2)
    if max(size.width, size.height) > _MOST_SIDE:
        raise BadInput(f"Enlarged {scale} times the clip would be {size}; its sides may be {_MOST_SIDE} at most.")
    about = {"upscaled_from": asset, "scale": scale, "method": "lanczos"}
    wanted = Wanted(size, H264, "video", f"{source.name} ({scale}x)", about)
    return Outcome(about, (transcode(task, source, clip, wanted),))
