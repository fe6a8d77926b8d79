"""Edits of a clip's properties: parameters and their keyframes, look, name, source."""

from collections.abc import Iterable
from dataclasses import replace

from artifex.errors import BadInput, NotFound
from artifex.timeline.clip import Blend, Clip, Fit
from artifex.timeline.curves import Curve, Interpolation, Keyframe, check_curve, constant, curve_of
from artifex.timeline.edits.draft import Draft, shown
from artifex.timeline.looks import Look
from artifex.timeline.mapping import is_inside
from artifex.timeline.parameters import parameter as known_parameter
from artifex.timeline.sources import PromptSource, Source
from artifex.timeline.timeline import Timeline
from artifex.timeline.validate import misplaced


def set_parameter(timeline: Timeline, clip: str, parameter: str, value: float) -> Timeline:
    """Set a parameter to one value for the whole clip, in place of any keyframes. Raises BadInput."""
    return _with_curve(timeline, clip, constant(parameter, value))


def set_curve(timeline: Timeline, clip: str, curve: Curve) -> Timeline:
    """Set all keyframes of a parameter at once. Raises BadInput."""
    return _with_curve(timeline, clip, curve)


def clear_parameter(timeline: Timeline, clip: str, parameter: str) -> Timeline:
    """Reset a parameter to its default. Raises BadInput."""
    known_parameter(parameter)
    draft = Draft(timeline)
    one = draft.clip(clip)
    draft.change(replace(one, curves=tuple(each for each in one.curves if each.parameter != parameter)))
    return draft.done()


def set_keyframe(
    timeline: Timeline,
    clip: str,
    parameter: str,
    frame: int,
    value: float,
    interpolation: Interpolation = "linear",
) -> Timeline:
    """Set a keyframe at a frame counted from the clip's start, in place of one that is there. Raises BadInput."""
    _, one = timeline.find(clip)
    curve = curve_of(one.curves, parameter)
    others = [key for key in curve.keyframes if key.frame != frame] if curve else []
    keyframes = sorted([*others, Keyframe(frame, value, interpolation)], key=lambda key: key.frame)
    return _with_curve(timeline, clip, Curve(parameter, tuple(keyframes)))


def clear_keyframe(timeline: Timeline, clip: str, parameter: str, frame: int) -> Timeline:
    """Remove a keyframe; without its last one, a parameter is reset to its default. Raises NotFound, BadInput."""
    _, one = timeline.find(clip)
    curve = curve_of(one.curves, parameter)
    left = tuple(key for key in curve.keyframes if key.frame != frame) if curve else ()
    if curve is None or len(left) == len(curve.keyframes):
        raise NotFound(f"{shown(one)} has no keyframe of {parameter} at its frame {frame}.")
    if not left:
        return clear_parameter(timeline, clip, parameter)
    return _with_curve(timeline, clip, Curve(parameter, left))


def set_clip(
    timeline: Timeline,
    clip: str,
    *,
    name: str | None = None,
    enabled: bool | None = None,
    fit: Fit | None = None,
    blend: Blend | None = None,
    look: Look | None = None,
) -> Timeline:
    """Change the given properties of a clip; what is left out (None) stays as it is. Raises BadInput."""
    draft = Draft(timeline)
    one = draft.clip(clip)
    draft.change(
        replace(
            one,
            name=one.name if name is None else name,
            enabled=one.enabled if enabled is None else enabled,
            fit=fit or one.fit,
            blend=blend or one.blend,
            look=one.look if look is None else look,
        )
    )
    return draft.done()


def set_source(timeline: Timeline, clip: str, source: Source) -> Timeline:
    """Replace the source of a clip, from the same source frame and for as long. Raises BadInput if it is too short."""
    draft = Draft(timeline)
    track, one = timeline.find(clip)
    changed = replace(one, source=source)
    if (unfit := misplaced(changed, track)) is not None:
        raise BadInput(unfit)
    if not is_inside(changed, timeline.rate):
        raise BadInput(f"{shown(one)} shows frames that the new source does not have; trim or slip it first.")
    draft.change(changed)
    return draft.done()


def set_prompt(timeline: Timeline, clip: str, text: str | None = None, crossfade: int | None = None) -> Timeline:
    """Change text or crossfade of a prompt; what is left out (None) stays as it is. Raises BadInput."""
    _, one = timeline.find(clip)
    if not isinstance(one.source, PromptSource):
        raise BadInput(f"{shown(one)} is no prompt.")
    text = one.source.text if text is None else text
    return set_source(timeline, clip, PromptSource(text, one.source.crossfade if crossfade is None else crossfade))


def with_curve(clip: Clip, curve: Curve) -> Clip:
    others: Iterable[Curve] = (each for each in clip.curves if each.parameter != curve.parameter)
    return replace(clip, curves=tuple(sorted([*others, curve], key=lambda each: each.parameter)))


def _with_curve(timeline: Timeline, clip: str, curve: Curve) -> Timeline:
    check_curve(curve, curve.parameter)
    draft = Draft(timeline)
    draft.change(with_curve(draft.clip(clip), curve))
    return draft.done()
