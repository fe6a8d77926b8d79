"""A clip treated: cleaned of noise and flicker, its colours held, at more frames a second, sharpened."""

from artifex.jobs.work.task import Outcome, Task
from artifex.jobs.work.transcode import Wanted, transcode
from artifex.media.codecs import H264
from artifex.media.filters.treatment import parse_treatment
from artifex.units import PixelSize


def filter_clip(task: Task) -> Outcome:
    """Request: ``{"asset", "treatment"}``, the second as :meth:`Treatment.to_data` gave it. With a ``shot``, whoever
    opens its project takes what comes of it for a take. Raises BadField."""
    asset, treatment = str(task.job.request["asset"]), parse_treatment(task.job.request["treatment"])
    source = task.open_asset(asset)
    clip = task.opener.probe(source.path)
    size = PixelSize(width=clip.width // 2 * 2, height=clip.height // 2 * 2)
    about = {"treated_from": asset, "treatment": treatment.to_data()}
    wanted = Wanted(size, H264, "video", f"{source.name} (treated)", about, treatment)
    return Outcome(about, (transcode(task, source, clip, wanted),))
