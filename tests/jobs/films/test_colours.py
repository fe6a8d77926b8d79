"""Colours from a file through the library, an edit, a look and an export are kept and tagged correctly."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.jobs.films.local import OWNER, LocalFilms
from artifex.jobs.films.local_render import Order, encoding_for, render_here
from artifex.media.continuity.lab import lab
from artifex.media.probe import ColourTags, probe
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.sandbox import Sandbox
from artifex.settings import Settings
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.project import Project
from artifex.wiring import local_films
from tests.fakes.databases import ready_sqlite
from tests.jobs.films.test_rendering import Told
from tests.media.ciede2000 import ciede2000
from tests.media.footage import Kind, write

Picture = NDArray[np.uint8]

WIDTH, HEIGHT, COUNT = 512, 288, 12
BARS = [
    *[(191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191)],
    *[(255, 0, 0), (0, 255, 0), (0, 0, 255), (224, 172, 150), (98, 62, 48), (255, 255, 255), (0, 0, 0)],
    *[(18, 18, 18), (128, 128, 128)],
]
"""Colour bars of 75 % and 100 %, two skin tones, and greys."""
BAR = WIDTH // len(BARS)
EDGE = 8
"""Pixels ignored at each side of a bar: an encoder block, in which neighbours mix."""
LOSSLESS = Kind(".mkv", "ffv1", "bgr0", tags=(0, 1, 13), full_range=True, options={"g": "1"})


def chart() -> Picture:
    """Bars at the top, below them a grey ramp and one from blue to orange."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:144] = np.repeat(np.array(BARS, np.uint8), BAR, axis=0)
    ramp = np.linspace(0, 255, WIDTH)
    picture[144:216] = np.rint(ramp)[:, None]
    picture[216:] = np.rint(np.stack([ramp, 40 + ramp * 0.5, 255 - ramp], axis=1))
    return picture


def looked_at() -> NDArray[np.bool_]:
    """The mask of pixels that are compared: flat areas and smooth ramps."""
    inside = np.zeros((HEIGHT, WIDTH), bool)
    for left in range(0, WIDTH, BAR):
        inside[: 144 - EDGE, left + EDGE : left + BAR - EDGE] = True
    inside[144 + EDGE : 216 - EDGE] = inside[216 + EDGE :] = True
    return inside


def identity(size: int = 17) -> bytes:
    levels = np.linspace(0, 1, size)
    rows = (f"{r:.6f} {g:.6f} {b:.6f}" for b in levels for g in levels for r in levels)
    return "\n".join([f"LUT_3D_SIZE {size}", *rows, ""]).encode()


@dataclass(frozen=True)
class Room:
    films: LocalFilms
    settings: Settings
    folder: Path


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    folder = tmp_path_factory.mktemp("colours")
    settings = Settings(folder / "home")
    ready_sqlite(settings.database_file)
    return Room(local_films(settings), settings, folder)


@pytest.fixture(scope="module")
def film(room: Room) -> Project:
    """The chart as a library file, cut, trimmed, and graded with an identity LUT."""
    source = write(room.folder / "chart.mkv", [chart()] * COUNT, LOSSLESS)
    table = room.films.importer.take(io.BytesIO(identity()), OWNER, "identity.cube")
    opened = room.films.desk.create(OWNER, "Chart", Fraction(24), WIDTH, HEIGHT)
    project = room.films.place(opened, [source])[0].project
    [clip] = project.timeline.tracks[0].clips
    edits = [
        {"edit": "set_clip", "clip": clip.id, "look": [{"kind": "lut", "sha256": table.sha256}]},
        {"edit": "razor", "frame": 6},
        {"edit": "ripple_trim", "clip": clip.id, "edge": "head", "by": 2},
    ]
    for edit in edits:
        project = perform(project, parse_command(edit))
    assert project.timeline.duration == COUNT - 2
    return project


@pytest.fixture(scope="module")
def exported(room: Room, film: Project) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def export(name: str) -> Path:
        if name not in made:
            path = room.folder / name
            order = Order(path, encoding_for(path, None))
            render_here(film, order, room.films.assets.blobs, Sandbox(), room.settings.segments, Told())
            made[name] = path
        return made[name]

    return export


EXPORTS = ["film.mp4", "film.mov"]


@pytest.mark.parametrize("name", EXPORTS)
def test_colours_are_kept(name: str, exported: Callable[[str], Path]) -> None:
    wanted, inside = lab(chart())[looked_at()], looked_at()
    with FrameReader(exported(name)) as reader:
        assert reader.frame_count == COUNT - 2
        for number in (0, 4, 9):
            seen = np.asarray(reader.frame(number), np.uint8)
            difference = ciede2000(lab(seen)[inside], wanted)
            assert difference.mean() < 1.0, (number, difference.mean())
            assert difference.max() < 2.0, (number, difference.max())


@pytest.mark.parametrize("name", EXPORTS)
def test_colours_are_told(name: str, exported: Callable[[str], Path]) -> None:
    assert probe(exported(name)).colour == ColourTags(1, 1, 1, False)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed; PyAV told in the test above")
@pytest.mark.parametrize("name", EXPORTS)
def test_ffprobe_is_told_the_same(name: str, exported: Callable[[str], Path]) -> None:
    fields = "color_range,color_space,color_transfer,color_primaries"
    words = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", f"stream={fields}", "-of", "json"]
    told = subprocess.run([*words, str(exported(name))], capture_output=True, check=True, text=True).stdout
    [stream] = json.loads(told)["streams"]
    assert {stream[field] for field in fields.split(",")[1:]} == {"bt709"}
    assert stream["color_range"] == "tv"


@pytest.mark.skipif(shutil.which("mediainfo") is None, reason="mediainfo is not installed; PyAV told in the test above")
@pytest.mark.parametrize("name", EXPORTS)
def test_mediainfo_is_told_the_same(name: str, exported: Callable[[str], Path]) -> None:
    words = ["mediainfo", "--Output=JSON", str(exported(name))]
    told = json.loads(subprocess.run(words, capture_output=True, check=True, text=True).stdout)
    [video] = [track for track in told["media"]["track"] if track["@type"] == "Video"]
    for field in ("colour_primaries", "transfer_characteristics", "matrix_coefficients"):
        assert video[field] == "BT.709"
    assert video.get("colour_range", "Limited") == "Limited"  # ProRes is always limited range, and does not tag it


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_is_that_of_its_authors(
    one: tuple[float, ...], other: tuple[float, ...], difference: float
) -> None:
    """The colour difference CIEDE2000 of the pairs in table 1 of Sharma et al. (2005)."""
    assert float(ciede2000(np.array(one), np.array(other))) == pytest.approx(difference, abs=1e-4)
