"""The edits of a timeline, by command name."""

from typing import Any

from artifex.timeline import edits
from artifex.timeline.commands.command import Edit, needed, optional
from artifex.timeline.commands.kinds import (
    BLEND,
    COLOUR,
    COUNT,
    DIRECTION,
    EDGE,
    FIT,
    FLAG,
    FRAME,
    FRAMES,
    HERTZ,
    ID,
    IDS,
    INDEX,
    INTERPOLATION,
    KEYFRAMES,
    LOOK,
    MODE,
    NEW_ID,
    PART,
    PIXELS,
    PLACED,
    SOURCE,
    SPEED,
    TEXT,
    TRACK_KIND,
    TRANSITION_KIND,
    VALUE,
)
from artifex.timeline.curves import Curve, Keyframe
from artifex.timeline.marker import Marker
from artifex.timeline.timeline import Timeline
from artifex.timeline.transition import Transition


def _set_transition(timeline: Timeline, *, id: str, **values: Any) -> Timeline:
    return edits.set_transition(timeline, Transition(id=id, **values))


def _add_marker(timeline: Timeline, *, id: str, **values: Any) -> Timeline:
    return edits.add_marker(timeline, Marker(id=id, **values))


def _set_curve(timeline: Timeline, *, clip: str, parameter: str, keyframes: tuple[Keyframe, ...]) -> Timeline:
    return edits.set_curve(timeline, clip, Curve(parameter, keyframes))


_set_transition.__doc__ = edits.set_transition.__doc__
_add_marker.__doc__ = edits.add_marker.__doc__
_set_curve.__doc__ = edits.set_curve.__doc__

_TRACKS = {"tracks": optional(IDS)}
_ALONE = {"alone": optional(FLAG)}
_CLIP = {"clip": needed(ID)}
_CLIPS = {"clips": needed(IDS)}
_PLACED = {"clips": needed(PLACED)}
_AT = {"at": needed(FRAME)}
_RANGE = {"start": needed(FRAME), "end": needed(FRAME)}
_EDGE_BY = _CLIP | {"edge": needed(EDGE), "by": needed(FRAMES)}
_BY = _CLIP | {"by": needed(FRAMES)}
_PARAMETER = _CLIP | {"parameter": needed(TEXT)}
_MARKER = {
    "duration": optional(COUNT),
    "name": optional(TEXT),
    "colour": optional(COLOUR),
    "note": optional(TEXT),
}
_JOINT = {
    "id": needed(NEW_ID),
    "left": needed(ID),
    "right": needed(ID),
    "before": needed(COUNT),
    "after": needed(COUNT),
    "kind": optional(TRANSITION_KIND),
    "direction": optional(DIRECTION),
    "softness": optional(PART),
    "colour": optional(COLOUR),
}
_TRACK_SETTINGS = {
    "name": optional(TEXT),
    "muted": optional(FLAG),
    "locked": optional(FLAG),
    "solo": optional(FLAG),
    "volume": optional(VALUE),
    "look": optional(LOOK),
}
_CLIP_SETTINGS = {
    "name": optional(TEXT),
    "enabled": optional(FLAG),
    "fit": optional(FIT),
    "blend": optional(BLEND),
    "look": optional(LOOK),
}

TIMELINE_EDITS: dict[str, Edit] = {
    "insert": Edit(edits.insert, _PLACED | _AT | _TRACKS | _ALONE, makes_ids=True),
    "overwrite": Edit(edits.overwrite, _PLACED | _AT, makes_ids=True),
    "append": Edit(edits.append, _PLACED),
    "trim": Edit(edits.trim, _EDGE_BY | _ALONE),
    "ripple_trim": Edit(edits.ripple_trim, _EDGE_BY | _TRACKS | _ALONE),
    "roll": Edit(edits.roll, _BY | _ALONE),
    "slip": Edit(edits.slip, _BY | _ALONE),
    "slide": Edit(edits.slide, _BY | _ALONE),
    "razor": Edit(edits.razor, {"frame": needed(FRAME), "track": optional(ID)} | _ALONE, makes_ids=True),
    "lift": Edit(edits.lift, _RANGE | _TRACKS, makes_ids=True),
    "extract": Edit(edits.extract, _RANGE | _TRACKS | _ALONE, makes_ids=True),
    "lift_clips": Edit(edits.lift_clips, _CLIPS | _ALONE),
    "ripple_delete": Edit(edits.ripple_delete, _CLIPS | _TRACKS | _ALONE),
    "close_gap": Edit(edits.close_gap, {"track": needed(ID), "frame": needed(FRAME)} | _TRACKS | _ALONE),
    "move": Edit(
        edits.move,
        _CLIPS | {"to": needed(FRAME), "track": optional(ID), "mode": optional(MODE)} | _ALONE,
        makes_ids=True,
    ),
    "link": Edit(edits.link, _CLIPS | {"name": needed(NEW_ID)}),
    "unlink": Edit(edits.unlink, _CLIPS),
    "set_speed": Edit(edits.set_speed, _CLIP | {"speed": needed(SPEED), "ripple": optional(FLAG)} | _TRACKS | _ALONE),
    "set_transition": Edit(_set_transition, _JOINT),
    "clear_transition": Edit(edits.clear_transition, {"transition": needed(ID)}),
    "set_parameter": Edit(edits.set_parameter, _PARAMETER | {"value": needed(VALUE)}),
    "clear_parameter": Edit(edits.clear_parameter, _PARAMETER),
    "set_curve": Edit(_set_curve, _PARAMETER | {"keyframes": needed(KEYFRAMES)}),
    "set_keyframe": Edit(
        edits.set_keyframe,
        _PARAMETER | {"frame": needed(FRAMES), "value": needed(VALUE), "interpolation": optional(INTERPOLATION)},
    ),
    "clear_keyframe": Edit(edits.clear_keyframe, _PARAMETER | {"frame": needed(FRAMES)}),
    "set_clip": Edit(edits.set_clip, _CLIP | _CLIP_SETTINGS),
    "set_source": Edit(edits.set_source, _CLIP | {"source": needed(SOURCE)}),
    "set_prompt": Edit(edits.set_prompt, _CLIP | {"text": optional(TEXT), "crossfade": optional(COUNT)}),
    "add_track": Edit(
        edits.add_track,
        {"track": needed(NEW_ID), "kind": needed(TRACK_KIND), "name": optional(TEXT), "index": optional(INDEX)},
    ),
    "remove_track": Edit(edits.remove_track, {"track": needed(ID)}),
    "move_track": Edit(edits.move_track, {"track": needed(ID), "index": needed(INDEX)}),
    "set_track": Edit(edits.set_track, {"track": needed(ID)} | _TRACK_SETTINGS),
    "set_timeline": Edit(
        edits.set_timeline,
        {
            "width": optional(PIXELS),
            "height": optional(PIXELS),
            "sample_rate": optional(HERTZ),
            "look": optional(LOOK),
        },
    ),
    "add_marker": Edit(_add_marker, {"id": needed(NEW_ID), "frame": needed(FRAME)} | _MARKER),
    "set_marker": Edit(edits.set_marker, {"marker": needed(ID), "frame": optional(FRAME)} | _MARKER),
    "remove_marker": Edit(edits.remove_marker, {"marker": needed(ID)}),
}
