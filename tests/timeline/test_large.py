"""A timeline of 2,000 clips: edits take milliseconds, and what they changed is small."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from artifex.timeline import edits
from artifex.timeline.changes import applied, difference
from artifex.timeline.clip import Clip
from artifex.timeline.edits import Placed
from artifex.timeline.plan import plan_timeline
from artifex.timeline.project import Project, parse_project_data
from artifex.timeline.reading import parse_timeline_data
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track, TrackKind
from tests.timeline.films import counter

SOURCE = MediaSource("a", "ab" * 32, "video", 100_000, Fraction(24), True, 1920, 1080)
NEW = [Placed("v", Clip("p1", 0, 10, SOURCE, link="n")), Placed("a", Clip("p2", 0, 10, SOURCE, link="n"))]

EDITS: dict[str, Callable[[Timeline], Timeline]] = {
    "trim": lambda film: edits.trim(film, "v500", "tail", -3),
    "ripple trim": lambda film: edits.ripple_trim(film, "v5", "tail", -3),
    "insert": lambda film: edits.insert(film, NEW, 105, new_id=counter()),
    "overwrite": lambda film: edits.overwrite(film, NEW, 105, new_id=counter()),
    "ripple delete": lambda film: edits.ripple_delete(film, ["v5"]),
    "razor": lambda film: edits.razor(film, 10_005, new_id=counter()),
    "extract": lambda film: edits.extract(film, 1_005, 1_010, new_id=counter()),
    "move": lambda film: edits.move(film, ["v500"], 30_000, new_id=counter()),
    "magnetic move": lambda film: edits.move(film, ["v500"], 10, new_id=counter(), mode="magnetic"),
    "keyframe": lambda film: edits.set_keyframe(film, "v500", "opacity", 3, 0.5),
}


def clip(track: str, i: int) -> Clip:
    return Clip(f"{track}{i}", i * 20, 20, SOURCE, Fraction(i), link=f"l{i}")


@pytest.fixture(scope="module")
def large() -> Timeline:
    kinds: tuple[tuple[str, TrackKind], ...] = (("a", "audio"), ("v", "video"))
    tracks = [Track(name, kind, clips=tuple(clip(name, i) for i in range(1000))) for name, kind in kinds]
    return Timeline(Fraction(24), 1920, 1080, tracks=tuple(tracks))


def quickest(work: Callable[[], object]) -> float:
    """Seconds, of five tries: other programs may be running."""
    times: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_quick_and_its_change_small(large: Timeline, name: str) -> None:
    edit = EDITS[name]
    after = edit(large)
    change = difference(large, after)
    assert len(json.dumps(change.to_data())) < 5_000
    assert applied(large, change) == after
    assert quickest(lambda: edit(large)) < 0.1
    assert quickest(lambda: difference(large, after)) < 0.1


def test_reading_and_planning(large: Timeline) -> None:
    data = large.to_data()
    assert parse_timeline_data(data) == large
    assert quickest(lambda: parse_timeline_data(data)) < 2
    made = plan_timeline(large, lambda shot: None)
    assert len(made.segments) == 1000
    assert quickest(lambda: plan_timeline(large, lambda shot: None)) < 2


def test_a_project_of_many_files_is_read_as_quickly(large: Timeline) -> None:
    files = tuple(replace(SOURCE, asset=f"{i:032x}") for i in range(20_000))
    project = Project("p", "Film", large, assets=(SOURCE, *files))
    data = project.to_data()
    assert parse_project_data(data) == project
    assert quickest(lambda: parse_project_data(data)) < 2
