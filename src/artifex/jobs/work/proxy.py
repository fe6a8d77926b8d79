"""The ``proxy`` job: makes a small copy of a clip for smooth scrubbing."""

from types import MappingProxyType

from artifex.jobs.work.task import Outcome, Task
from artifex.jobs.work.transcode import Wanted, transcode
from artifex.media.codecs import StreamCodec
from artifex.media.rescale import within
from artifex.units import PixelSize

_CODEC = StreamCodec(
    "h264",
    ".mp4",
    "libx264",
    "mp4",
    "yuv420p",
    # A keyframe every eight frames and no B-frames, so that seeking decodes only a few frames.
    MappingProxyType({"crf": "24", "preset": "veryfast", "g": "8", "bf": "0"}),
)
_MOST = PixelSize(width=4096, height=540)


def make_proxy(task: Task) -> Outcome:
    """Request: ``{"asset"}``. The copy is an asset of kind ``preview``; its fact ``proxy_of`` names the original."""
    asset = str(task.job.request["asset"])
    source = task.open_asset(asset)
    clip = task.opener.probe(source.path)
    size = within(PixelSize(width=clip.width, height=clip.height), _MOST)
    wanted = Wanted(size, _CODEC, "preview", f"{source.name} (proxy)", {"proxy_of": asset})
    made = transcode(task, source, clip, wanted)
    return Outcome({"proxy_of": asset}, (made,))
