"""Joints, where one clip of a film ends and the next begins: their continuity, and better bridge frames."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from artifex.errors import BadInput
from artifex.jobs.continuity import clip_frames
from artifex.jobs.films.rendering import Sources, draw
from artifex.jobs.films.shots import bridged_take
from artifex.media.continuity.bridges import best_bridge
from artifex.media.continuity.joints import joint_of_frames
from artifex.media.continuity.meter import continuity
from artifex.media.continuity.report import Change, middle_colour
from artifex.media.opener import Opener
from artifex.media.rescale import no_wider
from artifex.timeline.edits import ripple_trim
from artifex.timeline.mapping import source_frame
from artifex.timeline.plan import RenderPlan
from artifex.timeline.project import Project
from artifex.timeline.shots import BridgeInput, Input
from artifex.timeline.sources import MediaSource
from artifex.timeline.takes import set_shot
from artifex.timeline.timeline import Timeline
from artifex.units import PixelSize

FRAMES_AROUND = 3
"""Frames examined on each side of a joint."""
_WIDTH = 640
_LOOKED_AT = 12
"""The last frames of a take, among which the best bridge is chosen."""

FindMedia = Callable[[MediaSource], Path]


def joint(before: RenderPlan, after: RenderPlan, size: PixelSize, sources: Sources) -> Change:
    """The change from the last frames of one plan to the first of the next, as an export shows them. Raises
    BadReference."""
    small = no_wider(size, _WIDTH)
    one, other = (continuity(draw(each, small, sources)) for each in (before, after))
    return joint_of_frames(one.measures, other.measures)


def with_better_bridges(project: Project, shot: str, opener: Opener, find: FindMedia) -> Project:
    """The project with ``shot`` continuing from better frames of its preceding takes: of each take's last frames, the
    best one that is sharp, no repeat, and in the colours the take began with. Clips right before the shot are
    ripple-trimmed to end with that frame.

    Raises NotFound, BadInput for a shot that continues from no other, Conflict if a preceding shot has no accepted
    take.
    """
    old = project.shot(shot)
    going_on = [each for each in old.bridges if each.role == "image"]
    if not going_on:
        raise BadInput("This shot does not go on from another one, so there is no frame to choose.")
    chosen = {each: _best(project, each, opener, find) for each in going_on}
    inputs: list[Input] = [_from_frame(project, each, chosen[each]) if each in chosen else each for each in old.inputs]
    project = set_shot(project, shot, inputs=inputs)
    timeline = project.timeline
    for bridge, frame in chosen.items():
        timeline = _ended_at(timeline, bridge.shot, shot, frame)
    return replace(project, timeline=timeline)


def _best(project: Project, bridge: BridgeInput, opener: Opener, find: FindMedia) -> int:
    take = bridged_take(project, bridge)
    start = max(0, take.frame_count - _LOOKED_AT)
    beginning = clip_frames(opener, find(take), 0, min(_LOOKED_AT, take.frame_count))
    wanted = middle_colour(continuity(beginning).measures)
    ending = clip_frames(opener, find(take), start, take.frame_count - start)
    return start + best_bridge(ending, _LOOKED_AT, wanted).index


def _from_frame(project: Project, bridge: BridgeInput, frame: int) -> BridgeInput:
    take = bridged_take(project, bridge)
    return replace(bridge, frame="last" if frame == take.frame_count - 1 else frame)


def _ended_at(timeline: Timeline, before: str, after: str, frame: int) -> Timeline:
    """Trim clips of shot ``before`` that lie right before clips of shot ``after``, so that they end with ``frame``."""
    for track in timeline.tracks:
        for clip, following in zip(track.clips, track.clips[1:], strict=False):
            if (clip.shot, following.shot, clip.end) != (before, after, following.start):
                continue
            shown = sum(source_frame(clip, at, timeline.rate) <= frame for at in range(clip.duration))
            if 0 < shown < clip.duration:
                timeline = ripple_trim(timeline, clip.id, "tail", shown - clip.duration)
    return timeline
