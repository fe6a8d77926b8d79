"""The ``filter`` job: denoising, deflickering, colour stabilisation, frame interpolation and sharpening of a clip."""

from artifex.jobs.work.task import Outcome, Task
from artifex.jobs.work.transcode import Wanted, transcode
from artifex.media.codecs import H264
from artifex.media.filters.treatment import parse_treatment
from artifex.units import PixelSize


def filter_clip(task: Task) -> Outcome:
    """Request: ``{"asset", "treatment"}``, the treatment as from :meth:`Treatment.to_data`. With a ``shot``, the result
    becomes a take when its project is opened. Raises BadField."""
    asset, treatment = str(task.job.request["asset"]), parse_treatment(task.job.request["treatment"])
    source = task.open_asset(asset)
    clip = task.opener.probe(source.path)
    size = PixelSize(width=clip.width // 2 * 2, height=clip.height // 2 * 2)
    about = {"treated_from": asset, "treatment": treatment.to_data()}
    wanted = Wanted(size, H264, "video", f"{source.name} (treated)", about, treatment)
    return Outcome(about, (transcode(task, source, clip, wanted),))
