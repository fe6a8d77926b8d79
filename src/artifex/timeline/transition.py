"""A transition: one clip turns into the next over some frames around a cut."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from artifex.timeline.fields import Fields

TransitionKind = Literal["dissolve", "dip", "wipe"]
Direction = Literal["right", "left", "down", "up"]
"""The direction in which the edge of a wipe moves."""


@dataclass(frozen=True, slots=True)
class Transition:
    """Joins ``left`` and ``right``, the ids of two clips that meet on one track.

    It covers ``before`` frames before the cut and ``after`` frames after it, so the left clip needs ``after`` more
    frames in its source and the right clip ``before`` earlier ones. Frame k of its n frames has progress
    (2k + 1) / 2n. ``colour`` is the colour a dip goes through, ``softness`` (0 to 1) the width of a wipe's edge as a
    fraction of the frame. Audio tracks only dissolve.
    """

    id: str
    left: str
    right: str
    before: int
    after: int
    kind: TransitionKind = "dissolve"
    direction: Direction = "right"
    softness: float = 0.0
    colour: str = "#000000"

    @property
    def duration(self) -> int:
        return self.before + self.after

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "left": self.left,
            "right": self.right,
            "before": self.before,
            "after": self.after,
        }
        if self.kind == "wipe" or self.direction != "right" or self.softness:
            data |= {"direction": self.direction, "softness": self.softness}
        if self.kind == "dip" or self.colour != "#000000":
            data["colour"] = self.colour
        return data


def parse_transition(data: object, where: str) -> Transition:
    """Raises BadInput."""
    fields = Fields(data, where)
    transition = Transition(
        id=fields.id("id"),
        left=fields.id("left"),
        right=fields.id("right"),
        before=fields.whole("before", least=0),
        after=fields.whole("after", least=0),
        kind=fields.one_of("kind", get_args(TransitionKind), "dissolve"),
        direction=fields.one_of("direction", get_args(Direction), "right"),
        softness=fields.number("softness", 0.0, 0.0, 1.0),
        colour=fields.colour("colour", "#000000"),
    )
    fields.finish()
    return transition
