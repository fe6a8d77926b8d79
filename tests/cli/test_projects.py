"""Films from the command line: begun, taken from a file, checked, rendered and written for other programs."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artifex.media.decode import frames
from tests.cli.conftest import Run

COLOURS = ("#c80000", "#00c800", "#0000c8")
LENGTH = 5


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


@pytest.fixture
def film(artifex: Run, work: Path) -> str:
    """Red, green and blue, five frames each."""
    begun = artifex("project", "new", "Three colours", "--rate", "24", "--size", "128x64")
    assert begun.returncode == 0, begun.stderr
    file = work / "film.json"
    assert artifex("project", "export", begun.stdout.strip(), "json", "-o", str(file)).returncode == 0
    project = json.loads(file.read_text())
    [video] = [track for track in project["timeline"]["tracks"] if track["kind"] == "video"]
    video["clips"] = [
        {"id": f"c{at}", "start": at * LENGTH, "duration": LENGTH, "source": {"kind": "colour", "colour": colour}}
        for at, colour in enumerate(COLOURS)
    ]
    file.write_text(json.dumps(project))
    taken = artifex("project", "import", str(file))
    assert taken.returncode == 0, taken.stderr
    return taken.stdout.strip()


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def test_a_film_is_checked_and_rendered(artifex: Run, film: str, work: Path) -> None:
    assert artifex("project", "check", film).stdout == "The film can be rendered.\n"
    made = artifex("project", "render", film, "-o", "film.mkv", "--encoding", "ffv1")
    assert (made.returncode, made.stdout) == (0, "film.mkv: 15 frames\n"), made.stderr
    for number, frame in enumerate(frames(work / "film.mkv")):
        assert tuple(frame[30, 60]) == rgb(COLOURS[number // LENGTH])
    again = artifex("project", "render", film, "-o", "film.mkv", "--encoding", "ffv1")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)


def test_a_part_as_pictures(artifex: Run, film: str, work: Path) -> None:
    made = artifex("project", "render", film, "-o", "stills", "--encoding", "png", "--start", "4", "--end", "6")
    assert made.returncode == 0, made.stderr
    pictures = [np.asarray(Image.open(file)) for file in sorted((work / "stills").glob("*.png"))]
    assert [tuple(picture[0, 0]) for picture in pictures] == [rgb(COLOURS[0]), rgb(COLOURS[1])]


def test_the_list_and_files_for_others(artifex: Run, film: str, work: Path) -> None:
    listed = json.loads(artifex("project", "list", "--json").stdout)["projects"]
    assert film in [one["id"] for one in listed]
    written = artifex("project", "export", film, "edl", "-o", "film.edl")
    assert written.returncode == 0
    assert (work / "film.edl").read_text().startswith("TITLE")


BAD = [
    (["new", "Film", "--rate", "0"], 2, "rate"),
    (["new", "Film", "--size", "17x20"], 2, "even"),
    (["import", "nowhere.otio"], 2, "cannot be read"),
    (["check", "0" * 32], 2, "no such project"),
    (["render", "FILM", "-o", "film.mov"], 2, ".mp4"),
    (["render", "FILM", "-o", "film.mp4", "--encoding", "vhs"], 2, "choose one of"),
    (["render", "FILM", "-o", "film.mp4", "--start", "99"], 2, "no frames"),
    (["export", "FILM", "docx", "-o", "film.docx"], 2, "choose one of"),
    (["rebuild", "FILM", "--server", "http://127.0.0.1:1"], 3, "does not answer"),
]


def test_what_cannot_be_done_is_told(artifex: Run, film: str, work: Path) -> None:
    before = {file.name for file in work.iterdir()}
    for arguments, code, told in BAD:
        ended = artifex("project", *[film if argument == "FILM" else argument for argument in arguments])
        assert (ended.returncode, told in ended.stderr) == (code, True), (arguments, ended.stderr)
        assert "Traceback" not in ended.stderr
        assert {file.name for file in work.iterdir()} == before
