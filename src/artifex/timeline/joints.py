"""Where two clips meet, and how long a transition may be there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from artifex.timeline.clip import Clip
from artifex.timeline.mapping import head_room, tail_room
from artifex.timeline.transition import Transition


@dataclass(frozen=True, slots=True)
class Joint:
    left: Clip
    right: Clip

    @property
    def cut(self) -> int:
        """The first frame of the right clip."""
        return self.right.start


@dataclass(frozen=True, slots=True)
class Room:
    """The most frames that a transition may have at either side of the cut."""

    before: int
    after: int


def transition_joints(clips: Sequence[Clip]) -> Iterator[Joint]:
    """The pairs of adjacent clips without a gap between them; ``clips`` in order of start."""
    for left, right in pairwise(clips):
        if left.end == right.start:
            yield Joint(left, right)


def room_for(joint: Joint, rate: Fraction) -> Room:
    """The room for a transition: limited by each clip's duration, and by how far the other's source goes on there."""
    early, late = head_room(joint.right, rate), tail_room(joint.left, rate)
    return Room(
        before=joint.left.duration if early is None else min(joint.left.duration, early),
        after=joint.right.duration if late is None else min(joint.right.duration, late),
    )


def settled(transitions: Sequence[Transition], clips: Sequence[Clip], rate: Fraction) -> tuple[Transition, ...]:
    """The transitions that still stand at a cut after an edit, in order, shortened to what still fits."""
    if not transitions:
        return ()
    by_pair = {(each.left, each.right): each for each in transitions}
    kept: list[Transition] = []
    taken: dict[str, int] = {}
    for joint in transition_joints(clips):
        transition = by_pair.get((joint.left.id, joint.right.id))
        if transition is None:
            continue
        room = room_for(joint, rate)
        before = min(transition.before, room.before, joint.left.duration - taken.get(joint.left.id, 0))
        after = min(transition.after, room.after)
        if before + after >= 1:
            taken[joint.right.id] = after
            same = (before, after) == (transition.before, transition.after)
            kept.append(transition if same else replace(transition, before=before, after=after))
    return tuple(kept)
