"""Generates a clip: from a recipe to the published file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.catalog.contract import Frames, Hooks, StepReport, VideoModel
from artifex.catalog.plan import Plan
from artifex.errors import CheckpointDamaged, Interrupted
from artifex.files import make_folder, sweep, write_atomically
from artifex.jobs.clock import StageClock
from artifex.jobs.job import Job
from artifex.jobs.measurements import StageTimes
from artifex.jobs.report import Report
from artifex.jobs.resident import ResidentModels
from artifex.jobs.work.references import open_clip_sound, open_references
from artifex.media.codecs import codec_for
from artifex.media.encode import encode_video
from artifex.media.opener import Opener
from artifex.media.thumbnails import Poster
from artifex.recipe import Recipe
from artifex.store.blobs import Blobs

if TYPE_CHECKING:
    from torch import Tensor

CHECKPOINT_EVERY = 4
"""Steps between two checkpoints."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished clip, and the time and memory it took in this process."""

    path: Path
    recipe: Recipe
    times: StageTimes


def generate(
    job: Job,
    plan: Plan,
    models: ResidentModels,
    blobs: Blobs,
    opener: Opener,
    posters: Path,
    clock: StageClock,
    report: Report,
) -> Clip:
    """Turn a recipe into a stored clip, resuming from its last checkpoint if there is one.

    Raises Interrupted if the report asks to stop; the checkpoint is kept.
    """
    recipe = job.recipe
    clock.enter("load")
    with clock.memory.watching(), models.ready(recipe, plan) as model:
        if plan.device == "cpu":
            clock.memory.count_files()
        clock.enter("encode")
        conditioning = model.encode(recipe, open_references(recipe, blobs, opener))
        clock.enter("denoise")
        latents = _denoise(model, conditioning, job, clock, report)
        clock.enter("decode")
        frames = watched(model.decode(latents, conditioning), recipe.frame_count, report)
        companions = _with_companions(frames, job, posters)
        codec = codec_for(job.output, job.codec)
        sound = open_clip_sound(recipe, blobs, opener) if codec.holds_sound else None
        encode_video(companions, recipe.frame_rate, job.output, codec, recipe.canonical(), sound)
        return Clip(job.output, recipe, clock.finish(model.peak_vram()))


def _denoise(model: VideoModel, conditioning: object, job: Job, clock: StageClock, report: Report) -> "Tensor":
    def on_step(done: StepReport) -> None:
        clock.step(done.passes)
        report.step(done, lambda: model.preview(done.latents))
        if report.stopping():
            raise Interrupted("Stopped.")

    hooks = Hooks(on_step, job.keep_checkpoint, CHECKPOINT_EVERY)
    try:
        return model.denoise(conditioning, job.recipe, hooks, resume=job.checkpoint)
    except CheckpointDamaged:
        job.forget_checkpoint()
        return model.denoise(conditioning, job.recipe, hooks, resume=None)


def watched(chunks: Iterator[Frames], frame_count: int, report: Report) -> Iterator[Frames]:
    """Pass frames on and report their number. Raises Interrupted between chunks if asked to stop."""
    done = 0
    report.frames(done, frame_count)  # or the count of steps would stand until the first chunk
    for chunk in chunks:
        if report.stopping():
            raise Interrupted("Stopped.")
        yield chunk
        done += len(chunk)
        report.frames(done, frame_count)


def _with_companions(chunks: Iterator[Frames], job: Job, posters: Path) -> Iterator[Frames]:
    """Pass frames on, and write sidecar and poster after the last one, so that the clip itself appears last."""
    poster = Poster()
    yield from poster.watch(chunks)
    write_atomically(job.sidecar, (json.dumps(job.recipe.to_data(), indent=1, ensure_ascii=False) + "\n").encode())
    folder = make_folder(posters / job.recipe.sha256)
    for name in ("poster.jpg", "thumbnail.jpg"):
        sweep(folder, name)
    poster.save(folder / "poster.jpg", folder / "thumbnail.jpg")
