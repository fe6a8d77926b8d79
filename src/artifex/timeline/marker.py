"""A note at a place of the timeline."""

from dataclasses import dataclass
from typing import Any

from artifex.timeline.clip import MOST_FRAMES
from artifex.timeline.fields import Fields


@dataclass(frozen=True, slots=True)
class Marker:
    """``duration`` in frames; 0 marks a single moment."""

    id: str
    frame: int
    duration: int = 0
    name: str = ""
    colour: str = "#3b82f6"
    note: str = ""

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"id": self.id, "frame": self.frame, "colour": self.colour}
        extras = {"duration": self.duration, "name": self.name, "note": self.note}
        return data | {name: value for name, value in extras.items() if value}


def parse_marker(data: object, where: str) -> Marker:
    """Raises BadInput."""
    fields = Fields(data, where)
    marker = Marker(
        fields.id("id"),
        fields.whole("frame", least=0, most=MOST_FRAMES),
        fields.whole("duration", 0, 0, MOST_FRAMES),
        fields.text("name", ""),
        fields.colour("colour", "#3b82f6"),
        fields.text("note", ""),
    )
    fields.finish()
    return marker
