"""Applies changes to projects and timelines, and inverts them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar, cast

from artifex.errors import BadInput, Conflict
from artifex.timeline.changes.change import Change, Shift, Step
from artifex.timeline.changes.items import id_of, ids_of
from artifex.timeline.clip import Clip, parse_clip
from artifex.timeline.fields import Fields
from artifex.timeline.marker import parse_marker
from artifex.timeline.project import Project, model_data, parse_model
from artifex.timeline.reading import timeline_settings
from artifex.timeline.shots import parse_shot
from artifex.timeline.sources import parse_media
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track, parse_track
from artifex.timeline.transition import parse_transition

State = TypeVar("State", Timeline, Project)
Parse = Callable[[Any, str], Any]


def inverse(change: Change) -> Change:
    """The change that undoes it."""
    steps = tuple(Step(step.path, step.after, step.before) for step in change.steps)
    return Change(steps, tuple(replace(shift, by=-shift.by) for shift in change.shifts))


def applied(state: State, change: Change) -> State:
    """``state`` with the change made: for a change that is a :func:`difference` from ``state``, the state it led to.

    Raises Conflict where an item of the change is not as it was before the change, BadInput for a malformed change.
    """
    by_kind: dict[str, list[Step]] = {}
    for step in change.steps:
        by_kind.setdefault(step.path.split("/")[0], []).append(step)
    if isinstance(state, Project):
        return _project(state, by_kind, change.shifts)
    return _timeline(state, by_kind, change.shifts)


def _project(project: Project, by_kind: dict[str, list[Step]], shifts: tuple[Shift, ...]) -> Project:
    identity = _single(by_kind, "project", {"id": project.id, "name": project.name})
    fields = Fields(identity, "project")
    models = _single(by_kind, "models", [model_data(model) for model in project.models])
    return replace(
        project,
        id=fields.id("id"),
        name=fields.text("name"),
        models=tuple(parse_model(model, "models") for model in models) if "models" in by_kind else project.models,
        shots=_ordered_items(project.shots, by_kind, "shot", parse_shot),
        assets=_ordered_items(project.assets, by_kind, "asset", parse_media),
        timeline=_timeline(project.timeline, by_kind, shifts),
    )


def _timeline(timeline: Timeline, by_kind: dict[str, list[Step]], shifts: tuple[Shift, ...]) -> Timeline:
    if "timeline" in by_kind:
        settings = _single(by_kind, "timeline", timeline.settings_data())
        timeline = replace(timeline, **timeline_settings(Fields(settings, "timeline")))
    if "marker" in by_kind:
        markers = _items(timeline.markers, by_kind["marker"], parse_marker)
        timeline = replace(timeline, markers=tuple(sorted(markers, key=lambda each: (each.frame, each.id))))
    return replace(timeline, tracks=_tracks(timeline, by_kind, shifts))


def _tracks(timeline: Timeline, by_kind: dict[str, list[Step]], shifts: tuple[Shift, ...]) -> tuple[Track, ...]:
    tracks = {track.id: track for track in timeline.tracks}
    order = _single(by_kind, "tracks", list(tracks))
    coming = {step.path.split("/")[1]: step for step in by_kind.get("track", [])}
    lying = _by_track(by_kind.get("clip", [])), _by_track(by_kind.get("transition", []))
    moved: dict[str, list[Shift]] = {}
    for shift in shifts:
        moved.setdefault(shift.track, []).append(shift)
    for name in {*coming, *lying[0], *lying[1], *moved}:
        track = tracks.get(name)
        step = coming.get(name)
        if step is not None:
            track = _with_settings(track, step)
        if track is None:
            raise Conflict(f"The change is about the track {name}, which is not there.")
        track = _with_clips(track, lying[0].get(name, []), moved.get(name, []))
        tracks[name] = _with_transitions(track, lying[1].get(name, []))
    if sorted(order) != sorted(name for name in tracks if coming.get(name) is None or coming[name].after is not None):
        raise Conflict("The change has other tracks than the timeline.")
    return tuple(tracks[name] for name in order)


def _with_settings(track: Track | None, step: Step) -> Track:
    _check(step, None if track is None else track.settings_data())
    settings = step.after if step.after is not None else step.before
    new = parse_track({**cast("dict[str, Any]", settings), "clips": []}, step.path)
    return new if track is None else replace(new, clips=track.clips, transitions=track.transitions)


def _with_clips(track: Track, steps: list[Step], shifts: list[Shift]) -> Track:
    if not steps and not shifts:
        return track
    clips = _items(_shifted(track.clips, shifts), steps, parse_clip)
    return replace(track, clips=tuple(sorted(clips, key=lambda clip: clip.start)))


def _with_transitions(track: Track, steps: list[Step]) -> Track:
    """Sorted by their cuts, so the clips have to be changed before."""
    if not steps:
        return track
    places = {clip.id: clip.start for clip in track.clips}
    found = _items(track.transitions, steps, parse_transition)
    return replace(track, transitions=tuple(sorted(found, key=lambda each: places.get(each.right, 0))))


def _shifted(clips: tuple[Clip, ...], shifts: list[Shift]) -> list[Clip]:
    result = list(clips)
    places = {clip.id: index for index, clip in enumerate(clips)}
    for shift in shifts:
        first, last = places.get(shift.first), places.get(shift.last)
        if first is None or last is None:
            raise Conflict(f"The change moves the clip {shift.first}, which is not there.")
        for index in range(first, last + 1):
            result[index] = result[index].at(result[index].start + shift.by)
    return result


def _items(items: Iterable[Any], steps: list[Step], parse: Parse) -> list[Any]:
    found = {id_of(item): item for item in items}
    for step in steps:
        name = step.path.split("/")[-1]
        old = found.get(name)
        _check(step, None if old is None else old.to_data())
        if step.after is None:
            del found[name]
        else:
            found[name] = parse(step.after, step.path)
    return list(found.values())


def _ordered_items(items: tuple[Any, ...], by_kind: dict[str, list[Step]], what: str, parse: Parse) -> tuple[Any, ...]:
    if what not in by_kind and f"{what}s" not in by_kind:
        return items
    order = _single(by_kind, f"{what}s", ids_of(items))
    found = {id_of(item): item for item in _items(items, by_kind.get(what, []), parse)}
    if sorted(order) != sorted(found):
        raise Conflict(f"The change has other {what}s than the project.")
    return tuple(found[name] for name in order)


def _by_track(steps: list[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        parts = step.path.split("/")
        if len(parts) != 3:
            raise BadInput(f"A change has the unknown path {step.path!r:.80}.")
        found.setdefault(parts[1], []).append(step)
    return found


def _single(by_kind: dict[str, list[Step]], path: str, present: Any) -> Any:
    """The value at a path that has no id, after the change."""
    for step in by_kind.get(path, []):
        _check(step, present)
        return step.after
    return present


def _check(step: Step, present: Any) -> None:
    if present != step.before:
        raise Conflict(f"The change was made for another state: {step.path} is not as it was then.")
