"""The ``upscale`` job: enlarges a clip by a network, which adds detail, or by interpolation; its facts say which."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from artifex.catalog.upscalers import load_upscaler
from artifex.errors import Interrupted
from artifex.jobs.upscaling import Enlargement
from artifex.jobs.work.task import Outcome, Task
from artifex.jobs.work.transcode import Picture, Wanted, transcode
from artifex.media.codecs import H264


def upscale(task: Task) -> Outcome:
    """Request: ``{"asset", "upscaler"}`` and the fields of an `Enlargement`; ``upscaler`` is the asset id of the
    network, or None for interpolation.

    Raises BadInput if the result would be too large to play, BadWeights for weights of no upscaler, CannotRun.
    """
    asset, enlargement = str(task.job.request["asset"]), Enlargement.from_data(task.job.request)
    source = task.open_asset(asset)
    clip = task.opener.probe(source.path)
    size = enlargement.of(clip.width, clip.height)
    about: dict[str, Any] = {"upscaled_from": asset, **enlargement.to_data()}
    wanted = Wanted(size, H264, "video", f"{source.name} ({enlargement})", about | {"method": "lanczos"})
    if task.job.request.get("upscaler") is not None:
        wanted = _with_network(task, wanted)
    return Outcome(about, (transcode(task, source, clip, wanted),))


def _with_network(task: Task, wanted: Wanted) -> Wanted:
    """Upscale by the network's own factor, and interpolate the result to the wanted size."""
    task.report.stage("load")
    weights = task.open_asset(str(task.job.request["upscaler"]))
    upscaler = load_upscaler(weights.path, weights.name or "The upscaler", task.models.let_go, task.report.moved)

    def enlarge(pictures: Iterable[Picture]) -> Iterator[Picture]:
        for picture in upscaler.enlarge(pictures, wanted.size):
            yield picture
            if task.report.stopping():  # a picture may take many seconds
                raise Interrupted("Stopped.")

    made_by = {"method": weights.name, "upscaler": weights.sha256, "architecture": upscaler.architecture}
    return replace(wanted, facts={**wanted.facts, **made_by}, enlarge=enlarge)
