"""Transitions between clips."""

from dataclasses import replace

from artifex.errors import BadInput, Conflict, NotFound
from artifex.timeline.edits.draft import shown
from artifex.timeline.fields import is_id
from artifex.timeline.joints import Joint, room_for, settled, transition_joints
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition
from artifex.units import counted


def set_transition(timeline: Timeline, transition: Transition) -> Timeline:
    """Put a transition at the cut between its two clips, in place of one that is there.

    Raises BadInput, saying how long it may be, when sources or clips have too few frames for it.
    """
    track = _open(timeline, timeline.find(transition.left)[0])
    joints = {(joint.left.id, joint.right.id): joint for joint in transition_joints(track.clips)}
    joint = joints.get((transition.left, transition.right))
    if joint is None:
        raise BadInput("A transition needs two clips that meet; close the gap between them first.")
    if track.kind == "prompt" or (track.kind == "audio" and transition.kind != "dissolve"):
        raise BadInput(f"A track for {track.kind} cannot have a {transition.kind}.")
    others = [each for each in track.transitions if (each.left, each.right) != (transition.left, transition.right)]
    _check_id(timeline, others, track, transition)
    _check_room(timeline, others, joint, transition)
    return timeline.with_track(replace(track, transitions=settled([*others, transition], track.clips, timeline.rate)))


def clear_transition(timeline: Timeline, transition: str) -> Timeline:
    """Remove a transition, so that a cut is left. Raises NotFound, Conflict."""
    for track in timeline.tracks:
        left = tuple(each for each in track.transitions if each.id != transition)
        if len(left) < len(track.transitions):
            return timeline.with_track(replace(_open(timeline, track), transitions=left))
    raise NotFound(f"There is no transition {transition!r:.70}.")


def _check_id(timeline: Timeline, others: list[Transition], track: Track, transition: Transition) -> None:
    elsewhere = [each for other in timeline.tracks if other.id != track.id for each in other.transitions]
    if any(each.id == transition.id for each in [*others, *elsewhere]) or not is_id(transition.id):
        raise Conflict(f"The id {transition.id!r:.70} cannot be given to this transition; choose another.")


def _check_room(timeline: Timeline, others: list[Transition], joint: Joint, wanted: Transition) -> None:
    room = room_for(joint, timeline.rate)
    before = joint.left.duration - sum(each.after for each in others if each.right == joint.left.id)
    after = joint.right.duration - sum(each.before for each in others if each.left == joint.right.id)
    before, after = min(room.before, before), min(room.after, after)
    if wanted.before < 0 or wanted.after < 0 or wanted.duration < 1:
        raise BadInput("A transition has at least one frame.")
    if wanted.before > before:
        raise BadInput(
            f"The transition {_reach('begin', before)} before the cut: {shown(joint.right)} has no more in its source, "
            f"or {shown(joint.left)} is not longer. Make it shorter there, or trim the head of {shown(joint.right)}."
        )
    if wanted.after > after:
        raise BadInput(
            f"The transition {_reach('end', after)} after the cut: {shown(joint.left)} has no more in its source, "
            f"or {shown(joint.right)} is not longer. Make it shorter there, or trim the tail of {shown(joint.left)}."
        )


def _reach(verb: str, most: int) -> str:
    return f"may {verb} at most {counted(most, 'frame')}" if most else f"cannot {verb}"


def _open(timeline: Timeline, track: Track) -> Track:
    if track.locked:
        raise Conflict(f"The track {track.shown_name} is locked; unlock it first.")
    return track
