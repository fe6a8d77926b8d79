"""New shots that fill a gap, or continue from a clip's last frame."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

from artifex.errors import BadInput
from artifex.recipe import Role
from artifex.timeline.clip import Clip, check_speed
from artifex.timeline.edits.draft import NewId, shown
from artifex.timeline.edits.placing import Placed, insert, overwrite
from artifex.timeline.edits.removing import gap_at
from artifex.timeline.fields import Fields
from artifex.timeline.mapping import source_frame
from artifex.timeline.project import Project
from artifex.timeline.shots import AssetInput, BridgeInput, FrameChoice, Input, Shot
from artifex.timeline.sources import MediaSource, ShotSource
from artifex.timeline.takes import add_shot
from artifex.timeline.timeline import Timeline


@dataclass(frozen=True, slots=True)
class NewShot:
    """A shot and its clip to be created: ``shot`` and ``clip`` are their ids.

    ``recipe`` as in :class:`Shot`. Its ``frame_count``, ``frame_rate``, ``width`` and ``height`` are used; by default
    rate and size are the timeline's, and there are as many frames as the clip needs.
    """

    shot: str
    clip: str
    recipe: Mapping[str, Any]
    name: str = ""


def fill_gap(project: Project, track: str, frame: int, new: NewShot, *, new_id: NewId) -> Project:
    """Fill the gap at a frame with a new shot, from the last frame before the gap to the first frame after it.

    Its speed is set so that it fills the gap exactly. Raises BadInput.
    """
    lying = project.timeline.track(track)
    start, end = gap_at(list(lying.clips), frame)
    before = next((clip for clip in lying.clips if clip.end == start), None)
    after = next((clip for clip in lying.clips if clip.start == end), None)
    inputs = [
        *([_bridge(project.timeline, before, "image", -1)] if before else []),
        *([_bridge(project.timeline, after, "last_image", 0)] if after else []),
    ]
    source = _figures(new, project.timeline, end - start)
    clip = Clip(new.clip, start, end - start, source, speed=_filling(source, end - start, project.timeline.rate))
    check_speed(clip.speed)
    with_shot = _with_shot(project, new, inputs)
    timeline = overwrite(project.timeline, [Placed(track, replace(clip, name=new.name))], start, new_id=new_id)
    return replace(with_shot, timeline=timeline)


def extend(project: Project, clip: str, duration: int, new: NewShot, *, new_id: NewId) -> Project:
    """Put a new shot of ``duration`` frames after a clip, starting from that clip's last frame.

    If there is no gap as long, the shot is inserted, which moves later clips. Raises BadInput.
    """
    lying, last = project.timeline.find(clip)
    source = _figures(new, project.timeline, duration)
    coming = Placed(lying.id, Clip(new.clip, last.end, duration, source, name=new.name))
    with_shot = _with_shot(project, new, [_bridge(project.timeline, last, "image", -1)])
    following = min((each.start for each in lying.clips if each.start >= last.end), default=None)
    if following is None or following >= last.end + duration:
        timeline = overwrite(project.timeline, [coming], last.end, new_id=new_id)
    else:
        timeline = insert(project.timeline, [coming], last.end, new_id=new_id)
    return replace(with_shot, timeline=timeline)


def _with_shot(project: Project, new: NewShot, inputs: list[Input]) -> Project:
    return add_shot(project, Shot(new.shot, new.name, new.recipe, tuple(inputs)))


def _bridge(timeline: Timeline, clip: Clip, role: Role, index: int) -> Input:
    """The first (``index`` 0) or last (-1) frame that a clip shows, as an input. Raises BadInput where it has none."""
    source = clip.source
    if not isinstance(source, MediaSource | ShotSource) or (isinstance(source, MediaSource) and source.kind == "audio"):
        raise BadInput(f"{shown(clip)} has no frame that a shot could start from or end at.")
    number = source_frame(clip, 0 if index == 0 else clip.duration - 1, timeline.rate)
    frame: FrameChoice = "last" if number == source.frame_count - 1 else "first" if number == 0 else number
    if isinstance(source, ShotSource):
        return BridgeInput(role, source.shot, frame)
    return AssetInput(role, source.asset, source.sha256, None if source.kind == "image" else frame)


def _figures(new: NewShot, timeline: Timeline, duration: int) -> ShotSource:
    fields = Fields(new.recipe, "recipe")
    rate = fields.rate("frame_rate") if "frame_rate" in fields else timeline.rate
    needed = ceil((duration - 1) * rate / timeline.rate) + 1
    return ShotSource(
        new.shot,
        fields.whole("frame_count", needed, 1),
        rate,
        width=fields.whole("width", timeline.width, 1),
        height=fields.whole("height", timeline.height, 1),
    )


def _filling(source: ShotSource, duration: int, rate: Fraction) -> Fraction:
    """The speed at which the clip shows the source from its first to its last frame."""
    if duration == 1 or source.frame_count == 1:
        return Fraction(1) if duration == 1 else Fraction(0)
    return Fraction(source.frame_count - 1, duration - 1) * rate / source.rate
