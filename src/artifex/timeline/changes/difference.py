"""The change between two timelines or two projects; parts that both share are skipped."""

from collections.abc import Iterator
from operator import attrgetter
from typing import TypeVar

from artifex.timeline.changes.change import Change, Shift, Step
from artifex.timeline.changes.items import Found, paired, project_pairs, timeline_pairs
from artifex.timeline.clip import Clip
from artifex.timeline.project import Project
from artifex.timeline.timeline import Timeline

State = TypeVar("State", Timeline, Project)

_all_but_start = attrgetter(*(name for name in Clip.__slots__ if name != "start"))


def difference(before: State, after: State) -> Change:
    """The change from one to the other; empty where they are equal."""
    old, new = _timeline(before), _timeline(after)
    found: list[Found] = []
    if isinstance(before, Project) and isinstance(after, Project):
        found += project_pairs(before, after)
    shifts: list[Shift] = []
    if old is not new:
        found += timeline_pairs(old, new)
        for track in dict.fromkeys(track.id for track in (*old.tracks, *new.tracks)):
            shifts += _track(old, new, track, found)
    steps = [
        Step(path, None if pair[0] is None else write(pair[0]), None if pair[1] is None else write(pair[1]))
        for path, pair, write in found
    ]
    return Change(tuple(sorted(steps, key=lambda step: step.path)), tuple(shifts))


def _timeline(state: Timeline | Project) -> Timeline:
    return state.timeline if isinstance(state, Project) else state


def _track(before: Timeline, after: Timeline, track: str, found: list[Found]) -> list[Shift]:
    """The shifts of a track's clips; all other differences of what lies on it are added to ``found``."""
    old = next((each for each in before.tracks if each.id == track), None)
    new = next((each for each in after.tracks if each.id == track), None)
    if old is new:
        return []
    found += paired(f"transition/{track}", old.transitions if old else (), new.transitions if new else ())
    old_clips, new_clips = old.clips if old else (), new.clips if new else ()
    if old_clips is new_clips:
        return []
    shifts, shifted = _shifts(track, old_clips, new_clips)
    found += paired(
        f"clip/{track}",
        (clip for clip in old_clips if clip.id not in shifted),
        (clip for clip in new_clips if clip.id not in shifted),
    )
    return shifts


def _shifts(track: str, before: tuple[Clip, ...], after: tuple[Clip, ...]) -> tuple[list[Shift], set[str]]:
    """Runs of two or more clips, adjacent before and after, that moved by the same amount; and all their ids."""
    shifts: list[Shift] = []
    shifted: set[str] = set()
    for run in _runs(before, after):
        if len(run) > 1:
            shifts.append(Shift(track, run[0][0].id, run[-1][0].id, run[0][1].start - run[0][0].start))
            shifted |= {old.id for old, _ in run}
    return shifts, shifted


def _runs(before: tuple[Clip, ...], after: tuple[Clip, ...]) -> Iterator[list[tuple[Clip, Clip]]]:
    places = {clip.id: index for index, clip in enumerate(after)}
    run: list[tuple[Clip, Clip]] = []
    place, by = -1, 0
    for old in before:
        index = places.get(old.id, -1)
        new = after[index] if index >= 0 else old
        moved = new.start - old.start
        if moved and _all_but_start(old) == _all_but_start(new):
            if not run or index != place + 1 or moved != by:
                yield run
                run, by = [], moved
            run.append((old, new))
            place = index
        else:
            yield run
            run = []
    yield run
