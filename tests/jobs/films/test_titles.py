"""Titles in rendered films."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.errors import BadField, BadInput
from artifex.jobs.films import pictures as drawing
from artifex.jobs.films import titles
from artifex.jobs.films.desk import Desk
from artifex.jobs.films.local_render import require_ready
from artifex.jobs.films.rendering import draw
from artifex.jobs.films.sources import Sources
from artifex.jobs.films.standing import standing
from artifex.jobs.films.titles import drawn_title, film_plan
from artifex.media.compose.fonts import Fonts
from artifex.media.opener import Here
from artifex.store.database import open_database
from artifex.store.projects import Projects
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.plan import plan
from artifex.timeline.project import Project
from artifex.timeline.sources import TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.units import PixelSize
from tests.fakes.databases import ready_sqlite
from tests.media.fonts import write_font

Frames = list[NDArray[np.uint8]]
SMALL, LARGE = PixelSize(width=320, height=180), PixelSize(width=1280, height=720)
BLUE = {"kind": "colour", "colour": "#000080"}


def title(text: str = "Fin", size: float = 0.25, **style: Any) -> dict[str, Any]:
    return TitleSource(text, size, **style).to_data()


def film(*clips: tuple[str, dict[str, Any], int]) -> Project:
    """Clips one after the other on their tracks: track, source, duration."""
    tracks = (Track("v1", "video"), Track("v2", "video"))
    project = Project("p", "Film", Timeline(Fraction(24), 1280, 720, tracks=tracks))
    for track, source, duration in clips:
        clip = {"start": 0, "duration": duration, "source": source}
        project = perform(project, parse_command({"edit": "append", "clips": [{"track": track, "clip": clip}]}))
    return project


def edited(project: Project, *commands: dict[str, Any]) -> Project:
    for command in commands:
        project = perform(project, parse_command(command))
    return project


def first_title(project: Project) -> str:
    return next(clip.id for clip in project.timeline.clips() if isinstance(clip.source, TitleSource))


def frames(project: Project, size: PixelSize = SMALL, folders: Sequence[Path] = ()) -> Frames:
    fonts = Fonts(folders)
    sources = Sources(Here(), lambda _layer: Path("nowhere"), lambda _sha256: pytest.fail("no look is used"), fonts)
    return list(draw(plan(project, font_of=lambda text: fonts.for_text(text).sha256), size, sources))


def box(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Left, top, right and bottom of the red pixels, as fractions of the frame."""
    rows, columns = np.nonzero(frame[..., 0] > 100)
    height, width = frame.shape[:2]
    return np.array([columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height])


def test_a_title_lies_over_what_is_below_in_the_middle() -> None:
    [frame] = frames(film(("v1", BLUE, 1), ("v2", title(), 1)))
    assert tuple(frame[0, 0]) == (0, 0, 128)
    left, top, right, bottom = box(frame)
    assert abs(left + right - 1) < 0.02
    assert abs(top + bottom - 1) < 0.02
    assert 0.15 < bottom - top < 0.3
    assert (frame == 255).all(axis=-1).sum() > 200
    assert frame[..., 2].min() >= 126  # edges blend white and blue, never black


@pytest.mark.parametrize(
    "parameters",
    [{}, {"x": -0.25, "y": 0.3}, {"scale": 0.5, "x": 0.2}, {"rotation": 90.0}, {"rotation": 30.0, "y": 0.1}],
)
def test_preview_and_export_show_a_title_at_the_same_place(parameters: dict[str, float]) -> None:
    project = film(("v1", BLUE, 1), ("v2", title("Two lines\nof words", outline=0.05, align="left"), 1))
    clip = first_title(project)
    for name, value in parameters.items():
        project = edited(project, {"edit": "set_parameter", "clip": clip, "parameter": name, "value": value})
    boxes = [box(frames(project, size)[0]) for size in (SMALL, LARGE)]
    assert np.abs(boxes[0] - boxes[1]).max() < 2 / SMALL.height


def test_an_outline_and_lines_keep_their_proportions() -> None:
    words = TitleSource("One\nTwo", 0.2, outline=0.1, outline_colour="#ff0000", line_spacing=1.0)
    small, large = (drawn_title(words, size, Fonts([])) for size in (SMALL, LARGE))
    assert np.abs(np.array(large.shape[:2]) / 4 - small.shape[:2]).max() < 4
    for layer in (small, large):
        red = (layer[..., 0] > 200) & (layer[..., 1] < 60) & (layer[..., 3] > 200)
        assert 0.1 < red.mean() < 0.5
    inked = [(layer[..., 3] > 128).mean() for layer in (small, large)]
    assert abs(inked[0] - inked[1]) < 0.03


def test_curves_fade_and_move_a_title() -> None:
    project = film(("v1", BLUE, 11), ("v2", title(), 11))
    clip = first_title(project)
    rising = [{"frame": 0, "value": 0.0}, {"frame": 10, "value": 1.0}]
    faded = edited(project, {"edit": "set_curve", "clip": clip, "parameter": "opacity", "keyframes": rising})
    levels = [int(frame[..., 0].max()) for frame in frames(faded)]
    assert all(abs(level - 25.5 * i) <= 1 for i, level in enumerate(levels))
    moved = edited(
        project,
        {
            "edit": "set_curve",
            "clip": clip,
            "parameter": "x",
            "keyframes": [{"frame": 0, "value": -0.2}, rising[1] | {"value": 0.2}],
        },
    )
    middles = [(seen[0] + seen[2]) / 2 for seen in map(box, frames(moved))]
    assert np.abs(np.diff(middles) - 0.04).max() < 0.01


def test_a_dissolve_goes_from_one_title_to_another() -> None:
    project = film(
        ("v1", BLUE, 20), ("v2", title("One", colour="#ff0000"), 10), ("v2", title("Two", colour="#00ff00"), 10)
    )
    left, right = project.timeline.tracks[1].clips
    join = {"edit": "set_transition", "left": left.id, "right": right.id, "before": 4, "after": 4}
    seen = frames(edited(project, join))
    reds, greens = ([int(frame[..., channel].max()) for frame in seen] for channel in (0, 1))
    assert (reds[0], greens[0], reds[-1], greens[-1]) == (255, 0, 0, 255)
    for k in range(8):
        share = (2 * k + 1) / 16
        assert abs(reds[6 + k] - 255 * (1 - share)) <= 2
        assert abs(greens[6 + k] - 255 * share) <= 2
    assert all(tuple(frame[0, 0]) == (0, 0, 128) for frame in seen)


def test_a_look_is_of_the_title_and_not_of_what_is_below() -> None:
    project = film(("v1", BLUE, 1), ("v2", title(colour="#808080"), 1))
    brighter = {"edit": "set_clip", "clip": first_title(project), "look": [{"kind": "exposure", "stops": 1.0}]}
    [before], [after] = frames(project), frames(edited(project, brighter))
    assert before[..., 0].max() == 128
    assert after[..., 0].max() > 160
    assert tuple(after[0, 0]) == (0, 0, 128)


def test_a_title_is_drawn_once_a_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[TitleSource] = []
    monkeypatch.setattr(drawing, "drawn_title", lambda *given: drawn.append(given[0]) or drawn_title(*given))
    project = film(("v1", BLUE, 90), ("v2", title(), 90))
    assert len(frames(project)) == 90
    assert len(drawn) == len(plan(project).segments) == 1


def test_letters_of_any_alphabet_where_a_font_has_them(tmp_path: Path) -> None:
    project = film(("v1", BLUE, 1), ("v2", title("Привет"), 1))
    with pytest.raises(BadField, match="Install a font"):
        frames(project)
    write_font(tmp_path / "russian.ttf", "Привет")
    [frame] = frames(project, folders=[tmp_path])
    left, top, right, bottom = box(frame)
    assert right - left > 2 * (bottom - top) * SMALL.height / SMALL.width


def test_another_font_is_another_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = film(("v2", title("Привет"), 1))
    hashes: set[str] = set()
    for letters in ("Привет", "Привет!"):
        write_font(tmp_path / "russian.ttf", letters)
        monkeypatch.setattr(titles, "machine_fonts", lambda: Fonts([tmp_path]))
        hashes.add(film_plan(project).segments[0].video_sha256)
    assert len(hashes) == 2


def test_what_cannot_be_written_is_refused_when_it_is_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "machine_fonts", lambda: Fonts([]))
    desk = Desk(Projects(open_database(ready_sqlite(tmp_path / "artifex.db"))))
    project = desk.create("somebody", "Film", Fraction(24), 1280, 720).row.id

    def add(text: str, **style: Any) -> None:
        clip = {"duration": 5, "source": title(text, **style)}
        desk.edit(project, None, [{"edit": "append", "clips": [{"track": "v1", "clip": clip}]}])

    add("Fin")
    for text, message in (("끝", "'끝' would be missing"), ("W" * 900, "make it shorter or smaller")):
        with pytest.raises(BadInput, match=message):
            add(text, size=1.0)
    assert desk.open(project).row.version == 1


def test_a_film_with_a_title_that_cannot_be_written_is_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "machine_fonts", lambda: Fonts([]))
    found = standing(film(("v1", title("Fin"), 1)), lambda _sha256: True)
    assert found.can_render
    found = standing(film(("v1", title("끝"), 1)), lambda _sha256: True)
    assert not found.can_render
    with pytest.raises(BadInput, match=r"'끝' would be missing\. Install a font"):
        require_ready(found)
    require_ready(replace(found, unwritable=""))
