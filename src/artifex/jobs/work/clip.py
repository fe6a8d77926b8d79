"""The ``generate`` job: makes a clip with :mod:`artifex.jobs.work.generate`, from its request to library files."""

import json
from typing import Any

from artifex.errors import BadInput
from artifex.jobs.job import begin, kept_recipe
from artifex.jobs.work.facts import clip_facts
from artifex.jobs.work.generate import Clip
from artifex.jobs.work.making import ClipMaker, Terms
from artifex.jobs.work.stitch import stitch
from artifex.jobs.work.task import MadeFile, Outcome, Task
from artifex.media.codecs import CODECS, Codec, StreamCodec
from artifex.recipe import parse_recipe

_MEDIA_TYPES = {".mp4": "video/mp4", ".mkv": "video/x-matroska"}


def make_clip(task: Task) -> Outcome:
    """Request: ``{"recipe", "codec"}``, and ``after`` if it continues a clip (see :func:`stitch`).

    Raises BadInput, CannotRun, and Interrupted with the checkpoint kept; as ExpertElsewhere when a slot with one expert
    has done that expert's steps.
    """
    request, codec = task.job.request, _codec(task.job.request.get("codec", "h264"))
    recipe = kept_recipe(task.folder) or parse_recipe(json.dumps(request["recipe"]))
    maker = ClipMaker(task.settings, task.models, task.blobs, task.scratch / "posters", task.opener)
    maker.check(recipe)
    maker.check_references(recipe)
    budget = maker.planner.whole_machine(recipe, task.scratch, task.experts)
    fitting = maker.planner.fit(recipe, budget, task.scratch, may_shrink=False)
    stages = dict(fitting.plan.prediction.stages)
    if task.models.has(fitting.recipe, fitting.plan):
        stages.pop("load", None)
    task.report.predicted(stages)
    job, _ = begin(task.folder, fitting.recipe, task.scratch / f"clip{codec.suffix}", codec.name)
    clip = maker.make(job, fitting, Terms(budget), task.report, resumed=task.job.checkpoint is not None)
    file = stitch(task, clip.path) if "after" in request else _file(clip, maker, codec)
    return Outcome(_result(clip, task), (file,))


def _codec(name: str) -> StreamCodec:
    codec: Codec | None = CODECS.get(name)
    if not isinstance(codec, StreamCodec):
        streams = ", ".join(each.name for each in CODECS.values() if isinstance(each, StreamCodec))
        raise BadInput(f"A queued clip is one file, and {name!r:.40} is none; choose one of {streams}.")
    return codec


def _result(clip: Clip, task: Task) -> dict[str, Any]:
    return {
        "recipe_sha256": clip.recipe.sha256,
        "seed": clip.recipe.seed,
        "seconds": dict(clip.times.seconds),
        "peak_ram": clip.times.peak_ram,
        "peak_vram": clip.times.peak_vram,
        "attempt": task.job.attempt,
    }


def _file(clip: Clip, maker: ClipMaker, codec: StreamCodec) -> MadeFile:
    pictures = maker.posters / clip.recipe.sha256
    return MadeFile(
        clip.path,
        "video",
        _MEDIA_TYPES[codec.suffix],
        f"{clip.recipe.seed}{codec.suffix}",
        clip_facts(clip.path),
        clip.recipe.to_data(),
        pictures / "thumbnail.jpg",
        pictures / "poster.jpg",
    )
