"""A project or timeline as items with paths, compared one by one.

Paths: ``project`` (id and name), ``models``, ``shots``, ``shot/ID``, ``assets``, ``asset/ID``, ``timeline`` (settings),
``marker/ID``, ``tracks``, ``track/ID`` (settings), ``clip/TRACK/ID``, ``transition/TRACK/ID``. ``tracks``, ``shots``
and ``assets`` are the ids in order.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from artifex.timeline.project import Project, model_data
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

Pair = tuple[Any, Any]
"""Before and after; one may be None."""
Found = tuple[str, Pair, Callable[[Any], Any]]
"""A path, the objects there before and after, and the function that writes one of them as JSON."""


def project_pairs(before: Project, after: Project) -> Iterator[Found]:
    """What differs between two projects, apart from their timelines."""
    if (before.id, before.name) != (after.id, after.name):
        yield "project", (before, after), lambda project: {"id": project.id, "name": project.name}
    if before.models != after.models:
        yield "models", (before.models, after.models), lambda models: [model_data(model) for model in models]
    for what, old, new in (("shot", before.shots, after.shots), ("asset", before.assets, after.assets)):
        if old is not new:
            yield from _listed(what, old, new)


def timeline_pairs(before: Timeline, after: Timeline) -> Iterator[Found]:
    """What differs between two timelines, apart from clips and transitions."""
    if before.settings_data() != after.settings_data():
        yield "timeline", (before, after), lambda timeline: timeline.settings_data()
    if before.markers is not after.markers:
        yield from paired("marker", before.markers, after.markers)
    if before.tracks is not after.tracks:
        old_order, new_order = ids_of(before.tracks), ids_of(after.tracks)
        if old_order != new_order:
            yield "tracks", (old_order, new_order), lambda ids: ids
        yield from _track_settings(before.tracks, after.tracks)


def paired(what: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Found]:
    """Objects that differ, matched by id."""
    old, new = {id_of(each): each for each in before}, {id_of(each): each for each in after}
    for name in {**old, **new}:
        pair = old.get(name), new.get(name)
        if pair[0] is not pair[1] and pair[0] != pair[1]:
            yield f"{what}/{name}", pair, lambda item: item.to_data()


def id_of(item: Any) -> str:
    return getattr(item, "asset", None) or item.id


def ids_of(items: Iterable[Any]) -> list[str]:
    return [id_of(item) for item in items]


def _listed(what: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Found]:
    if ids_of(before) != ids_of(after):
        yield f"{what}s", (ids_of(before), ids_of(after)), lambda ids: ids
    yield from paired(what, before, after)


def _track_settings(before: tuple[Track, ...], after: tuple[Track, ...]) -> Iterator[Found]:
    old, new = {track.id: track for track in before}, {track.id: track for track in after}
    for name in {**old, **new}:
        pair = old.get(name), new.get(name)
        data = [None if track is None else track.settings_data() for track in pair]
        if pair[0] is not pair[1] and data[0] != data[1]:
            yield f"track/{name}", pair, lambda track: track.settings_data()
