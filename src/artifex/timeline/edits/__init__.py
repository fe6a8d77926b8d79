"""Edits: functions from a timeline to a new timeline, named as film editors name them.

Linked clips are edited together and stay in sync, unless ``alone`` is true. An edit that cannot be done raises
BadInput (Conflict on a locked track, NotFound for an unknown id).

    placing     insert, overwrite, append            adjusting   parameters, keyframes, looks, sources
    trimming    trim, ripple trim, roll, slip, slide arranging   tracks, markers, settings
    removing    razor, lift, extract, ripple delete  joining     transitions
    moving      move, link, unlink                   speed       faster, slower, backwards, frozen
    draft, cutting, rippling: their building blocks
"""

from artifex.timeline.edits.adjusting import (
    clear_keyframe,
    clear_parameter,
    set_clip,
    set_curve,
    set_keyframe,
    set_parameter,
    set_prompt,
    set_source,
)
from artifex.timeline.edits.arranging import (
    add_marker,
    add_track,
    move_track,
    remove_marker,
    remove_track,
    set_marker,
    set_timeline,
    set_track,
)
from artifex.timeline.edits.draft import NewId
from artifex.timeline.edits.joining import clear_transition, set_transition
from artifex.timeline.edits.moving import link, move, unlink
from artifex.timeline.edits.placing import Placed, append, insert, overwrite
from artifex.timeline.edits.removing import close_gap, extract, lift, lift_clips, razor, ripple_delete
from artifex.timeline.edits.speed import set_speed
from artifex.timeline.edits.trimming import ripple_trim, roll, slide, slip, trim

__all__ = [
    "NewId",
    "Placed",
    "add_marker",
    "add_track",
    "append",
    "clear_keyframe",
    "clear_parameter",
    "clear_transition",
    "close_gap",
    "extract",
    "insert",
    "lift",
    "lift_clips",
    "link",
    "move",
    "move_track",
    "overwrite",
    "razor",
    "remove_marker",
    "remove_track",
    "ripple_delete",
    "ripple_trim",
    "roll",
    "set_clip",
    "set_curve",
    "set_keyframe",
    "set_marker",
    "set_parameter",
    "set_prompt",
    "set_source",
    "set_speed",
    "set_timeline",
    "set_track",
    "set_transition",
    "slide",
    "slip",
    "trim",
    "unlink",
]
