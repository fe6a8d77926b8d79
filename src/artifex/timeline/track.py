"""A track: clips in order of time, and the transitions between them."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from artifex.timeline.clip import Clip, parse_clip
from artifex.timeline.fields import Fields
from artifex.timeline.looks import NO_LOOK, Look, parse_look
from artifex.timeline.transition import Transition, parse_transition

TrackKind = Literal["video", "audio", "prompt"]
LOUDEST = 16.0


@dataclass(frozen=True, slots=True)
class Track:
    """``clips`` in order of start, without overlap, gaps allowed; ``transitions`` in order of their cuts.

    ``solo``: if any track of a kind has it, only the soloed tracks of that kind are seen or heard. ``volume`` is a
    factor of amplitude.
    """

    id: str
    kind: TrackKind
    name: str = ""
    clips: tuple[Clip, ...] = ()
    transitions: tuple[Transition, ...] = ()
    muted: bool = False
    locked: bool = False
    solo: bool = False
    volume: float = 1.0
    look: Look = NO_LOOK

    @property
    def end(self) -> int:
        """The frame after its last clip."""
        return self.clips[-1].end if self.clips else 0

    @property
    def shown_name(self) -> str:
        return self.name or self.id

    def settings_data(self) -> dict[str, Any]:
        """Everything but clips and transitions, as JSON."""
        data: dict[str, Any] = {"id": self.id, "kind": self.kind}
        extras: dict[str, tuple[object, object]] = {
            "name": (self.name, self.name),
            "muted": (self.muted, True),
            "locked": (self.locked, True),
            "solo": (self.solo, True),
            "volume": (self.volume != 1.0, self.volume),
            "look": (self.look.nodes, self.look.to_data()),
        }
        return data | {name: value for name, (wanted, value) in extras.items() if wanted}

    def to_data(self) -> dict[str, Any]:
        data = self.settings_data() | {"clips": [clip.to_data() for clip in self.clips]}
        if self.transitions:
            data["transitions"] = [transition.to_data() for transition in self.transitions]
        return data


def parse_track(data: object, where: str) -> Track:
    """Raises BadInput."""
    fields = Fields(data, where)
    track = Track(
        id=fields.id("id"),
        kind=fields.one_of("kind", get_args(TrackKind)),
        name=fields.text("name", ""),
        clips=fields.each("clips", parse_clip),
        transitions=fields.each("transitions", parse_transition),
        muted=fields.flag("muted", False),
        locked=fields.flag("locked", False),
        solo=fields.flag("solo", False),
        volume=fields.number("volume", 1.0, 0.0, LOUDEST),
        look=parse_look(fields.raw("look", []), fields.at("look")),
    )
    fields.finish()
    return track
