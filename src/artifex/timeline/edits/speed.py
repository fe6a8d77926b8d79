"""Speed: faster, slower, backwards, frozen."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from math import floor

from artifex.errors import BadInput
from artifex.timeline.clip import Clip, check_speed
from artifex.timeline.edits.draft import Draft, shown
from artifex.timeline.edits.rippling import shift_later
from artifex.timeline.mapping import is_inside, step, timed
from artifex.timeline.timeline import Timeline

_GRID = 10**9


def set_speed(
    timeline: Timeline,
    clip: str,
    speed: Fraction,
    *,
    ripple: bool = False,
    tracks: Iterable[str] | None = None,
    alone: bool = False,
) -> Timeline:
    """Play the same part of the source at another speed, which changes the duration; below 0 is backwards, 0 a freeze.

    With ``ripple`` what comes later moves; without, the clip becomes at most as long as there is room. Keyframes keep
    their frames. ``tracks``: the tracks that move; all unlocked ones if None. Raises BadInput.
    """
    check_speed(speed)
    draft = Draft(timeline, alone)
    group = [each for each in draft.group(clip) if timed(each) is not None]
    if not group or group[0].id != clip:
        raise BadInput(f"{shown(draft.clip(clip))} shows the same all the time; it has no speed.")
    changed = [at_speed(each, speed, draft.rate) for each in group]
    if ripple:
        pivots = {draft.track_of(each.id): each.end for each in group}
        for each in changed:
            draft.change(each)
        longer = changed[0].duration - group[0].duration
        shift_later(
            draft,
            {*draft.unlocked(tracks), *pivots},
            group[0].end,
            longer,
            pivots,
            frozenset(each.id for each in draft.group(clip)),
        )
    else:
        for each in changed:
            draft.change(_fitting(draft, each))
    return draft.done()


def at_speed(clip: Clip, speed: Fraction, rate: Fraction) -> Clip:
    """The clip with the same start and the same part of its source, at another speed.

    Backwards, it shows the frames of the forward clip in reverse order. To and from a freeze frame the duration stays,
    as far as the source has frames.
    """
    old, new = step(clip, rate), step(replace(clip, speed=speed), rate)
    if new == 0:
        return replace(clip, speed=speed)
    duration = clip.duration if old == 0 else max(1, round(clip.duration * abs(old / new)))
    lowest = _on_grid(clip.source_start + (clip.duration - 1) * min(old, Fraction(0)))
    changed = _from_lowest(clip, speed, new, lowest, duration)
    while not is_inside(changed, rate) and duration > 1:
        duration = min(duration - 1, _longest(changed, new, lowest))
        changed = _from_lowest(clip, speed, new, lowest, max(1, duration))
    return changed


def _from_lowest(clip: Clip, speed: Fraction, pace: Fraction, lowest: Fraction, duration: int) -> Clip:
    start = lowest if pace > 0 else lowest + (duration - 1) * -pace
    return replace(clip, speed=speed, source_start=start, duration=duration)


def _on_grid(at: Fraction) -> Fraction:
    """Rounded down to 1e-9 of a frame if finer, so that denominators do not grow with every change of speed."""
    return at if at.denominator <= _GRID else Fraction(floor(at * _GRID), _GRID)


def _longest(clip: Clip, pace: Fraction, lowest: Fraction) -> int:
    """The most frames that fit between ``lowest`` and the end of the source, plus one for rounding."""
    source = timed(clip)
    return clip.duration if source is None else int((source.frame_count - lowest) / abs(pace)) + 1


def _fitting(draft: Draft, clip: Clip) -> Clip:
    starts = (each.start for each in draft.clips(draft.track_of(clip.id)) if each.start > clip.start)
    room = min(starts, default=clip.end) - clip.start
    return replace(clip, duration=min(clip.duration, room))
