"""Handles requests for new videos: create, remix and edit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from artifex.api.clips import recipe_of
from artifex.api.service import Caller, Service
from artifex.api.videos.about import about
from artifex.api.videos.composing import compose_video, model_for, recompose
from artifex.api.videos.fields import Taker, given, read_fields
from artifex.api.videos.references import loras_of, materials_of
from artifex.api.videos.shape import Video, find_video, video_of
from artifex.api.videos.submitting import Sender, made_before, request_key, require_callback, submit, video_job
from artifex.errors import BadField

Make = Callable[[dict[str, Any], Service, Caller, Sender], Video]


def create(body: dict[str, Any], the: Service, asks: Caller, sender: Sender) -> Video:
    """Queue a new video. Raises BadField, TooMany, RequestReused, CannotRun."""
    fields = read_fields(body)
    key = request_key(the, asks, sender, body)
    if (before := made_before(the, key)) is not None:
        return video_of(before)
    require_callback(fields.callback_url, the)
    spec, notes = model_for(fields, the.settings)
    materials, loras = materials_of(fields, the, asks), loras_of(fields, the, asks)
    recipe = compose_video(spec, fields, materials, loras, the)
    new = video_job(recipe, the, asks, sender, warnings=[*notes, *fields.warnings])
    return video_of(submit(the, asks, replace(new, callback_url=fields.callback_url), key))


def remix_of(video_id: str) -> Make:
    """A handler that makes the video again with another prompt."""

    def remix(body: dict[str, Any], the: Service, asks: Caller, sender: Sender) -> Video:
        return _again(video_id, body, Taker(body), the, asks, sender)

    return remix


def edit(body: dict[str, Any], the: Service, asks: Caller, sender: Sender) -> Video:
    """Make the video that the body names again, with another prompt."""
    take = Taker(body)
    source = given(take, "video", "video_url")
    if source is None or source.file_id is None:
        said = "No video was given" if source is None else "Only videos made here can be edited"
        raise BadField("video", f"{said}; name one by video[id].")
    with about("video"):
        return _again(source.file_id, body, take, the, asks, sender)


def _again(video_id: str, body: dict[str, Any], take: Taker, the: Service, asks: Caller, sender: Sender) -> Video:
    prompt, callback_url = take.prompt(), take.text("callback_url")
    warnings = [f"{name:.60} is not used here and was ignored." for name in take.left]
    key = request_key(the, asks, sender, body)
    if (before := made_before(the, key)) is not None:
        return video_of(before)
    require_callback(callback_url, the)
    source = find_video(video_id, the.queue, asks.sees)
    recipe = recompose(recipe_of(source), prompt, the)
    new = video_job(recipe, the, asks, sender, warnings=warnings)
    return video_of(submit(the, asks, replace(new, remixed_from=source.id, callback_url=callback_url), key))
