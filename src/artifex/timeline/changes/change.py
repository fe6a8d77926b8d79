"""A change: items added, removed or replaced, and clips that moved."""

from dataclasses import dataclass
from typing import Any

from artifex.timeline.fields import Fields


@dataclass(frozen=True, slots=True)
class Step:
    """One item by its path, as JSON; ``before`` is None for an added item, ``after`` for a removed one."""

    path: str
    before: Any
    after: Any

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"path": self.path}
        if self.before is not None:
            data["before"] = self.before
        return data | ({} if self.after is None else {"after": self.after})


@dataclass(frozen=True, slots=True)
class Shift:
    """The clips of a track from ``first`` to ``last`` (ids, in order of time, both included) moved by ``by`` frames."""

    track: str
    first: str
    last: str
    by: int

    def to_data(self) -> dict[str, Any]:
        return {"track": self.track, "first": self.first, "last": self.last, "by": self.by}


@dataclass(frozen=True, slots=True)
class Change:
    """``steps`` in order of path. ``shifts`` move clips that no step names."""

    steps: tuple[Step, ...] = ()
    shifts: tuple[Shift, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps or self.shifts)

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"steps": [step.to_data() for step in self.steps]}
        return data | ({"shifts": [shift.to_data() for shift in self.shifts]} if self.shifts else {})


def parse_change(data: object) -> Change:
    """Raises BadInput."""
    fields = Fields(data, "change")
    change = Change(fields.each("steps", _step), fields.each("shifts", _shift))
    fields.finish()
    return change


def _step(data: object, where: str) -> Step:
    fields = Fields(data, where)
    step = Step(fields.text("path", most=300), fields.raw("before", None), fields.raw("after", None))
    fields.finish()
    return step


def _shift(data: object, where: str) -> Shift:
    fields = Fields(data, where)
    shift = Shift(fields.id("track"), fields.id("first"), fields.id("last"), fields.whole("by"))
    fields.finish()
    return shift
