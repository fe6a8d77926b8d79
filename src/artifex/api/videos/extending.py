"""Continues a video: makes a clip that starts with the video's end, and joins the two."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from artifex.api.clips import recipe_of
from artifex.api.service import Caller, Service
from artifex.api.videos.about import about
from artifex.api.videos.composing import compose_video
from artifex.api.videos.fields import Taker, VideoFields, given, read_fields
from artifex.api.videos.references import loras_of, material_of, result_of
from artifex.api.videos.shape import Video, find_video, video_of
from artifex.api.videos.submitting import Sender, made_before, request_key, require_callback, submit, video_job
from artifex.catalog.compose import OVERLAP_FRAMES
from artifex.catalog.registry import find_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadField
from artifex.jobs.asking import Material
from artifex.media.sandbox import Sandbox
from artifex.media.still import png
from artifex.recipe import Recipe, Role
from artifex.store.assets import AssetRow

_MOST_SECONDS = 600
"""Longest duration of the joined film."""


def extend_video(body: dict[str, Any], the: Service, asks: Caller, sender: Sender) -> Video:
    """Raises BadField, NotFound, Conflict (the video is not finished), CannotRun."""
    take = Taker(body)
    begin = given(take, "video", "video_url")
    if begin is None or begin.file_id is None:
        said = "No video was given" if begin is None else "Only videos made here can be gone on with"
        raise BadField("video", f"{said}; name one by video[id].")
    fields = read_fields({name: body[name] for name in take.left})
    key = request_key(the, asks, sender, body)
    if (before := made_before(the, key)) is not None:
        return video_of(before)
    require_callback(fields.callback_url, the)
    with about("video"):
        job = find_video(begin.file_id, the.queue, asks.sees)
        source = result_of(job, the, asks)
    base = recipe_of(job)
    with about("model"):
        spec = find_model(fields.model or base.model.name, the.settings.models)
    materials, overlap = _end_of(source, spec, the)
    wanted = replace(fields, num_frames=_frame_count(fields, base, spec, overlap), seconds=None)
    recipe = compose_video(spec, wanted, materials, loras_of(fields, the, asks), the, base)
    if recipe.frame_rate != base.frame_rate:
        raise BadField(
            "fps", f"The video has {base.frame_rate} frames a second and goes on with as many; leave fps out."
        )
    stitched = _stitched_frames(source, overlap, recipe)
    after = {"sha256": source.sha256, "overlap": overlap}
    new = video_job(recipe, the, asks, sender, warnings=_warnings(fields), after=after, stitched_frames=stitched)
    new = replace(new, remixed_from=job.id, callback_url=fields.callback_url, holds=(*new.holds, source.sha256))
    return video_of(submit(the, asks, new, key))


def _warnings(fields: VideoFields) -> list[str]:
    others = [given.field for given in (fields.image, fields.video) if given is not None]
    return [*(f"{name} was ignored, for the video goes on where it ended." for name in others), *fields.warnings]


def _end_of(source: AssetRow, spec: ModelSpec, the: Service) -> tuple[Mapping[Role, Material], int]:
    """The model's reference, and how many frames of the new clip repeat the source's end."""
    if "video" in spec.accepts:
        return {"video": material_of(source)}, OVERLAP_FRAMES
    if "image" not in spec.accepts:
        raise BadField("model", f"{spec.name} cannot go on with a video; choose a model that takes a picture.")
    last = Sandbox().last_frames(the.blobs.path(source.sha256), 1)[0]
    return {"image": replace(material_of(source), sha256=the.assets.store(png(last)).sha256)}, 1


def _frame_count(fields: VideoFields, base: Recipe, spec: ModelSpec, overlap: int) -> int:
    """Frames of the new clip, overlap included, so that the film grows by the given length; by default as many as the
    source's recipe has. Raises BadField."""
    if fields.num_frames is not None:
        return fields.num_frames
    step, most = spec.limits.temporal, spec.limits.most_frames
    if fields.seconds is None:
        return base.frame_count
    count = round((Fraction(fields.seconds) * base.frame_rate + overlap - 1) / step) * step + 1
    if count > most:
        longest = (most - overlap) // base.frame_rate
        raise BadField("seconds", f"{spec.name} goes on for 1 to {longest} seconds at a time; choose one of these.")
    return count


def _stitched_frames(source: AssetRow, overlap: int, recipe: Recipe) -> int:
    """Frames of the film besides the new clip. Raises BadField where the film would be too long."""
    count: int = source.facts["frame_count"] - overlap
    if (count + recipe.frame_count) / recipe.frame_rate > _MOST_SECONDS:
        raise BadField("video", f"The film would be longer than {_MOST_SECONDS} seconds; begin a new one.")
    return count
