"""The invariants of a timeline."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from artifex.errors import BadInput
from artifex.timeline.clip import MOST_FRAMES, Clip
from artifex.timeline.joints import Joint, room_for, transition_joints
from artifex.timeline.mapping import is_inside
from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, ShotSource, TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track


def validate(timeline: Timeline) -> None:
    """Raises BadInput with the first of :func:`problems`."""
    for problem in problems(timeline):
        raise BadInput(problem)


def problems(timeline: Timeline) -> Iterator[str]:
    """A sentence for each broken invariant."""
    yield from _repeated("track", (track.id for track in timeline.tracks))
    yield from _repeated("clip", (clip.id for clip in timeline.clips()))
    yield from _repeated("transition", (each.id for track in timeline.tracks for each in track.transitions))
    yield from _repeated("marker", (marker.id for marker in timeline.markers))
    for track in timeline.tracks:
        yield from track_problems(track, timeline.rate)
    yield from _link_problems(timeline)
    if [(each.frame, each.id) for each in timeline.markers] != sorted(
        (each.frame, each.id) for each in timeline.markers
    ):
        yield "The markers are not in order of time."


def track_problems(track: Track, rate: Fraction) -> Iterator[str]:
    for here, there in pairwise(track.clips):
        if there.start < here.start:
            yield f"On track {track.id} the clip {there.id} is not in order of time."
        elif there.start < here.end:
            yield f"On track {track.id} the clip {there.id} lies over {here.id}."
    for clip in track.clips:
        yield from clip_problems(clip, track, rate)
    yield from _transition_problems(track, rate)


def clip_problems(clip: Clip, track: Track, rate: Fraction) -> Iterator[str]:
    if clip.duration < 1:
        yield f"The clip {clip.id} has a duration of {clip.duration} frames; one is the least."
    elif clip.start < 0 or clip.end > MOST_FRAMES:
        yield f"The clip {clip.id} lies outside the timeline's frames 0 to {MOST_FRAMES}."
    elif not is_inside(clip, rate):
        yield f"The clip {clip.id} shows frames that its source does not have."
    if (unfit := misplaced(clip, track)) is not None:
        yield unfit


def misplaced(clip: Clip, track: Track) -> str | None:
    """Why a clip cannot lie on a track of this kind; None where it can."""
    match clip.source:
        case PromptSource():
            right = track.kind == "prompt"
        case ColourSource() | TitleSource():
            right = track.kind == "video"
        case ShotSource(has_sound=has_sound):
            right = track.kind == "video" or (track.kind == "audio" and has_sound)
        case MediaSource(kind=kind, has_sound=has_sound):
            right = (track.kind == "video" and kind != "audio") or (track.kind == "audio" and has_sound)
    return None if right else f"The clip {clip.id} cannot lie on {track.shown_name}, which is a track for {track.kind}."


def _transition_problems(track: Track, rate: Fraction) -> Iterator[str]:
    joints = {(joint.left.id, joint.right.id): joint for joint in transition_joints(track.clips)}
    used: Counter[str] = Counter()
    cuts: list[int] = []
    for transition in track.transitions:
        joint = joints.get((transition.left, transition.right))
        if joint is None:
            yield f"The transition {transition.id} does not stand where two clips meet."
            continue
        cuts.append(joint.cut)
        used[joint.left.id] += transition.before
        used[joint.right.id] += transition.after
        if track.kind == "prompt" or (track.kind == "audio" and transition.kind != "dissolve"):
            yield f"The transition {transition.id} is of a kind that a track for {track.kind} cannot have."
        yield from _length_problems(transition.id, transition.before, transition.after, joint, rate)
    for clip in track.clips:
        if used[clip.id] > clip.duration:
            yield f"The transitions at both ends of the clip {clip.id} are longer than the clip."
    if any(here >= there for here, there in pairwise(cuts)):
        yield f"On track {track.id} the transitions are not in order of time, or two stand at one cut."


def _length_problems(name: str, before: int, after: int, joint: Joint, rate: Fraction) -> Iterator[str]:
    room = room_for(joint, rate)
    if before < 0 or after < 0 or before + after < 1:
        yield f"The transition {name} has no frames."
    elif before > room.before or after > room.after:
        yield f"The transition {name} is longer than the clips at both sides have frames for."


def _link_problems(timeline: Timeline) -> Iterator[str]:
    sizes = Counter(clip.link for clip in timeline.clips() if clip.link is not None)
    for link, size in sizes.items():
        if size < 2:
            yield f"The link {link} holds a single clip."


def _repeated(what: str, ids: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield f"The {what} id {name} is used {count} times."
