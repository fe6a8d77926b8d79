"""Films from the command line without a server: begun, placed, exported, checked, rendered and rebuilt."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artifex.cli.door import CANNOT_RUN
from artifex.media.probe import probe
from artifex.media.reading.frame_reader import FrameReader
from artifex.store.folders import claim_output
from tests.cli.conftest import Run, run_forked
from tests.cli.refusals import belongings, check_refusal
from tests.fakes import hostile
from tests.media.numbered import COUNT, read_number, write_numbered

opentimelineio: Any = pytest.importorskip("opentimelineio", reason="OpenTimelineIO has no package for this machine")

PROMPT = "a red circle moves right on a blue background"


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """90 numbered frames of 128x64 at 24 a second."""
    return write_numbered(tmp_path_factory.mktemp("footage") / "numbered.mp4")


@pytest.fixture
def film(forked: Run, footage: Path) -> str:
    """A film of one clip, called Evening; its id."""
    made = forked("project", "new", "Evening", "--size", "128x64")
    assert made.returncode == 0, made.stderr
    assert forked("project", "place", "Evening", str(footage)).returncode == 0
    return made.stdout.strip()


def numbers(path: Path) -> list[int]:
    with FrameReader(path) as reader:
        return [read_number(np.asarray(picture, np.uint8)) for picture in reader.frames()]


def test_a_film_is_begun_and_listed(forked: Run, film: str) -> None:
    [row] = json.loads(forked("project", "list", "--json").stdout)["projects"]
    assert (row["id"], row["name"], row["rate"], row["duration"]) == (film, "Evening", "24", COUNT)
    assert film in forked("project", "list").stdout
    made = json.loads(forked("project", "new", "Other", "--rate", "23.976", "--json").stdout)
    assert (made["rate"], made["width"], made["height"]) == ("24000/1001", 1280, 720)


def test_a_copy_of_the_database_holds_what_commands_stored(forked: Run, tmp_path: Path, film: str) -> None:
    """Without the log that SQLite keeps beside its file, for who copies a library takes the file that is named."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / "home" / "artifex.db", elsewhere)
    [row] = json.loads(forked("project", "list", "--json", home=elsewhere).stdout)["projects"]
    assert (row["id"], row["duration"]) == (film, COUNT)


def test_a_film_goes_through_every_format(forked: Run, tmp_path: Path, film: str) -> None:
    losses = {}
    for kind in ("otio", "fcpxml", "fcp7", "edl", "json"):
        made = forked("project", "export", film, kind, "--json")
        assert made.returncode == 0, made.stderr
        told = json.loads(made.stdout)
        losses[kind] = told["losses"]
        assert (tmp_path / "work" / told["file"]).stat().st_size > 100
    assert losses == {**losses, "otio": [], "json": []}
    assert forked("project", "export", "Evening", "edl").returncode == 2  # it is there already
    lossy = forked("project", "export", "Evening", "edl", "-o", "again.edl")
    assert lossy.stdout == "again.edl\n"
    for kind in ("otio", "json"):
        taken = forked("project", "import", f"evening.{kind}")
        assert taken.returncode == 0, taken.stderr
        again = json.loads(
            forked("project", "export", taken.stdout.strip(), "json", "-o", f"{kind}.again", "--json").stdout
        )
        first, second = (json.loads((tmp_path / "work" / name).read_text()) for name in ("evening.json", again["file"]))
        assert first | {"id": ""} == second | {"id": ""}


def span(start: int, count: int) -> Any:
    return opentimelineio.opentime.TimeRange(
        *(opentimelineio.opentime.RationalTime(time, 24) for time in (start, count))
    )


def test_the_cut_of_another_program_brings_its_media(forked: Run, tmp_path: Path, footage: Path) -> None:
    otio = opentimelineio
    rate = 24
    clips = [
        otio.schema.Clip(
            "one",
            otio.schema.ExternalReference(
                url, otio.opentime.TimeRange(duration=otio.opentime.RationalTime(COUNT, rate))
            ),
            otio.opentime.TimeRange(*(otio.opentime.RationalTime(frames, rate) for frames in (start, 10))),
        )
        for url, start in ((footage.as_uri(), 20), (footage.name, 50), ("gone.mp4", 0))
    ]
    timeline = otio.schema.Timeline("Cut elsewhere")
    timeline.tracks.append(otio.schema.Track("V1", children=clips, kind="Video"))
    file = footage.parent / f"{tmp_path.name}.otio"
    otio.adapters.write_to_file(timeline, str(file))
    refused = forked("project", "render", str(file), "-o", "film.mkv")
    assert refused.returncode == 2
    assert "project import" in refused.stderr
    taken = forked("project", "import", str(file))
    assert taken.returncode == 0, taken.stderr
    assert "not known are left out" in taken.stderr
    made = forked("project", "render", taken.stdout.strip(), "-o", "film.mkv", "--size", "128x64")
    assert made.returncode == 0, made.stderr
    assert numbers(tmp_path / "work" / "film.mkv") == [*range(20, 30), *range(50, 60)]


def test_a_film_is_rendered_whole_in_part_and_as_pictures(forked: Run, tmp_path: Path, film: str) -> None:
    work = tmp_path / "work"
    made = forked("project", "render", film, "-o", "film.mp4", "--json")
    assert json.loads(made.stdout)["frames"] == COUNT, made.stderr
    assert numbers(work / "film.mp4") == list(range(COUNT))
    part = forked(
        "project", "render", "Evening", "-o", "part.mov", "--start", "30", "--end", "40", "--encoding", "prores"
    )
    assert part.stdout == "part.mov\n", part.stderr
    assert (probe(work / "part.mov").codec, numbers(work / "part.mov")) == ("prores", list(range(30, 40)))
    assert forked("project", "render", "Evening", "-o", "frames", "--start", "80").returncode == 0
    assert len(list((work / "frames").glob("frame_*.png"))) == 10
    assert forked("project", "export", film, "json", "-o", "film.json").returncode == 0
    from_file = forked("project", "render", "film.json", "-o", "small.webm", "--size", "96x48", "--end", "12")
    assert from_file.returncode == 0, from_file.stderr
    assert (probe(work / "small.webm").width, probe(work / "small.webm").frame_count) == (96, 12)


COLOURS = ("#c80000", "#00c800", "#0000c8")
LENGTH = 5


def test_files_are_placed_together_or_not_at_all(forked: Run, tmp_path: Path, footage: Path) -> None:
    (tmp_path / "work" / "a.png").write_bytes(hostile.picture())
    assert forked("project", "new", "Pair", "--rate", "24", "--size", "128x64").returncode == 0
    refused = forked("project", "place", "Pair", str(footage), "none.mp4")
    assert (refused.returncode, "none.mp4" in refused.stderr) == (2, True)
    assert json.loads(forked("project", "check", "Pair", "--json").stdout)["duration"] == 0
    placed = json.loads(forked("project", "place", "Pair", str(footage), "a.png", str(footage), "--json").stdout)
    assert placed["duration"] > 2 * COUNT


def test_each_frame_has_its_own_colour(forked: Run, tmp_path: Path) -> None:
    """Red, green and blue, five frames each."""
    work = tmp_path / "work"
    begun = forked("project", "new", "Three colours", "--rate", "24", "--size", "128x64").stdout.strip()
    assert forked("project", "export", begun, "json", "-o", "film.json").returncode == 0
    project = json.loads((work / "film.json").read_text())
    [video] = [track for track in project["timeline"]["tracks"] if track["kind"] == "video"]
    video["clips"] = [
        {"id": f"c{at}", "start": at * LENGTH, "duration": LENGTH, "source": {"kind": "colour", "colour": colour}}
        for at, colour in enumerate(COLOURS)
    ]
    (work / "film.json").write_text(json.dumps(project))
    made = forked("project", "render", "film.json", "-o", "film.mkv")
    assert made.stdout == "film.mkv\n", made.stderr
    with FrameReader(work / "film.mkv") as reader:
        seen = [bytes(np.asarray(picture, np.uint8)[30, 60]).hex() for picture in reader.frames()]
    assert seen == [colour[1:] for colour in COLOURS for _ in range(LENGTH)]


def test_pictures_are_rendered_of_a_film_with_sound(forked: Run, tmp_path: Path, film: str) -> None:
    (tmp_path / "tone.wav").write_bytes(hostile.wav(seconds=1.0))
    assert forked("project", "place", film, str(tmp_path / "tone.wav")).returncode == 0
    made = forked("project", "render", film, "-o", "frames", "--end", "3", "--encoding", "exr")
    assert made.returncode == 0, made.stderr
    assert len(list((tmp_path / "work" / "frames").glob("*.exr"))) == 3
    assert forked("project", "render", film, "-o", "film.mp4", "--end", "24").returncode == 0
    sound = probe(tmp_path / "work" / "film.mp4").sound
    assert sound is not None


@pytest.mark.parametrize("words", [["render", "-o", "film.mp4"], ["export", "otio", "-o", "film.mp4"]])
def test_what_another_command_is_writing_is_not_replaced(
    forked: Run, tmp_path: Path, film: str, words: list[str]
) -> None:
    command, *options = words
    with claim_output(tmp_path / "home" / "jobs", tmp_path / "work" / "film.mp4"):
        refused = forked("project", command, film, *options, "--overwrite")
    check_refusal(refused, CANNOT_RUN, "is writing film.mp4", tmp_path / "work", set())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent")
def test_a_render_that_was_stopped_goes_on(forked: Run, tmp_path: Path, film: str) -> None:
    """Four times the footage, stopped when its first segments are there."""
    work, home = tmp_path / "work", tmp_path / "home"
    assert forked("project", "export", film, "json", "-o", "film.json").returncode == 0
    data = json.loads((work / "film.json").read_text())
    [track] = [track for track in data["timeline"]["tracks"] if track["clips"]]
    [clip] = track["clips"]
    track["clips"] = [{**clip, "id": f"c{n}", "start": n * COUNT} for n in range(4)]
    (work / "long.json").write_text(json.dumps(data))
    render = ["project", "render", "long.json", "-o", "long.mp4", "--size", "640x320"]
    words = [sys.executable, "-m", "artifex.cli.main", *render]
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    running = subprocess.Popen(words, cwd=work, env=environment, stderr=subprocess.PIPE, text=True)
    began = time.monotonic()
    while not list((home / "segments").glob("*.mp4")) and time.monotonic() - began < 60:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "goes on from there" in errors
    assert not (work / "long.mp4").exists()
    assert forked(*render).returncode == 0
    assert numbers_of_large(work / "long.mp4") == list(range(COUNT)) * 4


def numbers_of_large(path: Path) -> list[int]:
    with FrameReader(path) as reader:
        return [read_number(np.asarray(picture, np.uint8)[::5, ::5]) for picture in reader.frames()]


def test_what_is_missing_is_told(forked: Run, tmp_path: Path, film: str) -> None:
    assert "can be rendered" in forked("project", "check", film).stdout
    assert forked("project", "export", film, "json", "-o", "film.json").returncode == 0
    away = tmp_path / "away"
    told = forked("project", "check", "film.json", "--json", home=away)
    assert told.returncode == 3
    found = json.loads(told.stdout)
    assert (found["can_render"], [file["name"] for file in found["missing"]]) == (False, ["numbered.mp4"])
    words = forked("project", "check", "film.json", home=away)
    assert "missing or damaged: numbered.mp4" in words.stdout
    assert not away.exists()
    refused = forked("project", "render", "film.json", "-o", "film.mp4", home=away)
    check_refusal(refused, 2, "not in this library", tmp_path / "work", {tmp_path / "work" / "film.json"})
    assert belongings(away) == set()


def test_damaged_content_is_told_not_rendered_and_repaired_by_its_file(
    forked: Run, tmp_path: Path, film: str, footage: Path
) -> None:
    """A byte that changed on the disk may still decode to a picture, which would then be kept under the old hash."""
    [blob] = (
        path for path in (tmp_path / "home" / "blobs").glob("??/*") if path.stat().st_size == footage.stat().st_size
    )
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 255
    blob.write_bytes(content)
    told = forked("project", "check", film, "--json")
    assert (told.returncode, [file["name"] for file in json.loads(told.stdout)["missing"]]) == (3, ["numbered.mp4"])
    refused = forked("project", "render", film, "-o", "film.mp4")
    assert (refused.returncode, "“numbered.mp4” is missing from the library, or was damaged" in refused.stderr) == (
        2,
        True,
    )
    assert not list((tmp_path / "home" / "segments").glob("*.mp4"))
    forked("project", "new", "Other")
    assert forked("project", "place", "Other", str(footage)).returncode == 0
    assert blob.read_bytes() == footage.read_bytes()
    assert forked("project", "render", film, "-o", "film.mp4").returncode == 0


def test_a_film_moves_to_another_library_with_its_files(forked: Run, tmp_path: Path, film: str, footage: Path) -> None:
    away, work = tmp_path / "away", tmp_path / "work"
    for kind in ("json", "fcpxml"):
        made = forked("project", "export", film, kind, "--media", "files")
        assert made.returncode == 0, made.stderr
    [copy] = (work / "files").iterdir()
    assert (copy.suffix, copy.read_bytes()) == (".mp4", footage.read_bytes())
    assert copy.as_uri() in (work / "evening.fcpxml").read_text()
    told = forked("project", "import", "evening.json", home=away)
    assert (told.returncode, "1 file of the film is not in this library" in told.stderr) == (0, True)
    again = told.stdout.strip()
    lost = forked("project", "relink", again, "evening.json", home=away)
    assert (lost.returncode, lost.stdout) == (3, "still missing: numbered.mp4\n")
    copy.rename(work / "files" / "renamed")
    found = forked("project", "relink", again, "files", home=away)
    assert (found.returncode, found.stdout) == (0, "found: numbered.mp4\n")
    assert forked("project", "relink", again, "files", home=away).stdout == "Nothing is missing.\n"
    at_once = forked("project", "import", "evening.json", "--media", "files", home=tmp_path / "third")
    assert (at_once.returncode, at_once.stderr) == (0, "")
    for home, name in ((away, again), (tmp_path / "third", at_once.stdout.strip())):
        made = forked("project", "render", name, "-o", "film.mkv", "--overwrite", home=home)
        assert made.returncode == 0, made.stderr
        assert numbers(work / "film.mkv") == list(range(COUNT))


def test_footage_that_cannot_be_decoded_is_named(forked: Run, tmp_path: Path, footage: Path) -> None:
    """Here the index of a clip is whole, and some of its pictures are not."""
    content = bytearray(footage.read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)
    (tmp_path / "work" / "holes.mp4").write_bytes(content)
    forked("project", "new", "Holes", "--size", "128x64")
    assert forked("project", "place", "Holes", "holes.mp4").returncode == 0
    refused = forked("project", "render", "Holes", "-o", "film.mp4")
    assert (refused.returncode, "The file of “holes.mp4” is damaged at frame" in refused.stderr) == (2, True), (
        refused.stderr
    )


def test_a_shot_that_was_changed_is_made_anew(forked: Run, tmp_path: Path) -> None:
    """Its clip shows the old take until the new one is accepted, and no take is made twice."""
    work = tmp_path / "work"
    small = ["--size", "64x64", "--frames", "9", "--steps", "2", "--seed", "3"]
    assert forked("generate", PROMPT, *small, "-o", "clip.mp4").returncode == 0
    forked("project", "new", "Shots", "--size", "64x64", "--rate", "16")
    assert forked("project", "place", "Shots", "clip.mp4").returncode == 0
    assert "up to date" in forked("project", "rebuild", "Shots", "--quote").stdout
    forked("project", "export", "Shots", "json", "-o", "shots.json")
    data = json.loads((work / "shots.json").read_text())
    data["shots"][0]["recipe"]["prompt"] = "a blue square moves up"
    (work / "changed.json").write_text(json.dumps(data | {"name": "Changed"}))
    assert "stale" in forked("project", "check", "changed.json").stdout
    assert json.loads(forked("project", "check", "changed.json", "--json").stdout)["other_models"] == []
    assert "import" in forked("project", "rebuild", "changed.json").stderr
    forked("project", "import", "changed.json")
    quoted = json.loads(forked("project", "rebuild", "Changed", "--quote", "--json").stdout)
    assert (quoted["shots"], quoted["seconds"] > 0) == ([data["shots"][0]["id"]], True)
    made = forked("project", "rebuild", "Changed", "--json")
    assert made.returncode == 0, made.stderr
    [take] = json.loads(made.stdout)["takes"]
    assert not take["accepted"]
    assert "stale" in forked("project", "check", "Changed").stdout
    waiting = json.loads(forked("project", "rebuild", "Changed", "--quote", "--json").stdout)
    assert waiting == {"shots": [], "to_accept": [data["shots"][0]["id"]], "seconds": 0}
    assert "Nothing has to be made" in forked("project", "rebuild", "Changed", "--quote").stdout
    accepted = forked("project", "rebuild", "Changed", "--accept", "--json")
    assert json.loads(accepted.stdout)["takes"] == [take | {"accepted": True}]
    assert "stale" not in forked("project", "check", "Changed").stdout
    assert list((tmp_path / "home" / "takes").iterdir()) == []
    assert forked("project", "render", "Changed", "-o", "film.mp4").returncode == 0
    assert probe(work / "film.mp4").frame_count == 9


def test_a_take_that_its_clip_cannot_show_is_kept_and_the_reason_told(forked: Run, tmp_path: Path) -> None:
    """Here the clip begins after its end. Making it may have taken hours."""
    work = tmp_path / "work"
    small = ["--size", "64x64", "--frames", "9", "--steps", "2", "--seed", "3"]
    assert forked("generate", PROMPT, *small, "-o", "clip.mp4").returncode == 0
    forked("project", "new", "Shots", "--size", "64x64", "--rate", "16")
    assert forked("project", "place", "Shots", "clip.mp4").returncode == 0
    forked("project", "export", "Shots", "json", "-o", "shots.json")
    data = json.loads((work / "shots.json").read_text()) | {"name": "Late"}
    data["shots"][0]["recipe"]["frame_count"] = 5
    [clip] = data["timeline"]["tracks"][0]["clips"]
    clip |= {"source_start": "6", "duration": 3}
    (work / "late.json").write_text(json.dumps(data))
    forked("project", "import", "late.json")
    told = forked("project", "rebuild", "Late", "--accept")
    assert (told.returncode, "begins after its end; slip it first" in told.stderr) == (3, True), told.stderr
    again = forked("project", "rebuild", "Late", "--accept", "--json")
    [take] = json.loads(again.stdout)["takes"]
    assert (again.returncode, take["asset"] in told.stdout, take["accepted"]) == (3, True, False)
    forked("project", "export", "Late", "json", "-o", "after.json")
    takes = json.loads((work / "after.json").read_text())["shots"][0]["takes"]
    assert [each["state"] for each in takes] == ["accepted", "auditioned"]


def test_a_clip_made_from_a_picture_is_placed_as_a_shot(forked: Run, tmp_path: Path) -> None:
    """The command that made it kept the picture by its content only. Elsewhere the picture is not known."""
    Image.new("RGB", (64, 64), "blue").save(tmp_path / "work" / "blue.png")
    small = ["--size", "64x64", "--frames", "9", "--steps", "2", "--seed", "3"]
    assert forked("generate", "the shape moves up", "--image", "blue.png", *small, "-o", "clip.mp4").returncode == 0
    (tmp_path / "work" / "blue.png").unlink()
    for home, shots in ((tmp_path / "home", 1), (tmp_path / "away", 0)):
        forked("project", "new", "Shots", "--size", "64x64", home=home)
        placed = forked("project", "place", "Shots", "clip.mp4", home=home)
        assert placed.returncode == 0, placed.stderr
        assert ("clip.mp4 is placed as a clip and not as a shot, since the image" in placed.stderr) == (not shots)
        assert f" {shots} shot" in forked("project", "check", "Shots", home=home).stdout
    shot = json.loads(forked("project", "rebuild", "Shots", "--quote", "--json").stdout)
    assert shot["shots"] == []


def test_a_name_finds_its_film_however_it_is_spaced_and_composed(forked: Run) -> None:
    """As a decomposed one that was copied from a file's name on a Mac."""
    made = forked("project", "new", "저녁  노을 ")
    found = forked("project", "check", unicodedata.normalize("NFD", "저녁  노을"), "--json")
    assert json.loads(found.stdout)["id"] == made.stdout.strip()


def test_models_that_are_not_those_of_a_film_are_told(forked: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert (
        forked("generate", PROMPT, "--size", "64x64", "--frames", "9", "--steps", "2", "-o", "clip.mp4").returncode == 0
    )
    forked("project", "new", "Old", "--size", "64x64", "--rate", "16")
    assert forked("project", "place", "Old", "clip.mp4").returncode == 0
    forked("project", "export", "Old", "json", "-o", "old.json")
    data = json.loads((work / "old.json").read_text())
    [shot] = data["shots"]
    model = shot["recipe"]["model"]
    model["files"] = dict.fromkeys(model["files"], "0" * 64)
    elsewhere = shot["recipe"] | {"model": model | {"name": "starter-0"}}
    data["shots"].append(shot | {"id": "elsewhere", "takes": [], "recipe": elsewhere})
    (work / "old.json").write_text(json.dumps(data))
    told = forked("project", "check", "old.json").stdout
    assert "another model: This clip was made with other weights of starter than those installed here" in told
    assert "another model: There is no model 'starter-0'" in told


BAD = [
    ("no name", ["new", " "], 2, "needs a name"),
    ("a long name", ["new", "가" * 101], 2, "at most 100 characters"),
    ("a rate of nothing", ["new", "x", "--rate", "0"], 2, "frames a second"),
    ("a size in words", ["new", "x", "--size", "large"], 2, "WIDTHxHEIGHT"),
    ("an odd size", ["new", "x", "--size", "127x64"], 2, "even sides"),
    ("a film too large", ["new", "x", "--size", "9000x9000"], 2, "16 to 8192"),
    ("no such film", ["check", "Morning"], 2, "no project"),
    ("no such id", ["export", "0" * 32, "edl"], 2, "no project"),
    ("a file that is not there", ["import", "none.otio"], 2, "none.otio"),
    ("a file of a project that is not there", ["check", "none.json"], 2, "none.json"),
    ("a file that is no project", ["import", "words.json"], 2, "words.json"),
    ("a project that is broken", ["check", "broken.json"], 2, "broken.json"),
    ("bytes that are no text", ["check", "bytes.otio"], 2, "no text"),
    ("a folder", ["import", "."], 2, "folder"),
    ("a format that is none", ["export", "FILM", "aaf"], 2, "fcpxml"),
    ("an export in no folder", ["export", "FILM", "edl", "-o", "no/where.edl"], 3, "make it first"),
    ("copies in a folder of no name", ["export", "FILM", "edl", "--media", ""], 2, "name of a folder"),
    ("copies in a file", ["export", "FILM", "edl", "--media", "words.json"], 3, "cannot be written"),
    ("an export over itself", ["export", "own.json", "json", "-o", "own.json", "--overwrite"], 2, "made from"),
    ("a file to place that is none", ["place", "FILM", "words.json"], 2, "no video, picture or sound"),
    ("a file to place that is not there", ["place", "FILM", "none.mp4"], 2, "none.mp4"),
    ("an import of what is only written", ["import", "cut.fcpxml"], 2, "written and not read"),
    ("media that are not there", ["import", "own.json", "--media", "nowhere"], 2, "nowhere"),
    ("a search where nothing is", ["relink", "FILM", "nowhere"], 2, "nowhere"),
    ("a place in a file", ["place", "own.json", "words.json"], 2, "project import"),
    ("no output", ["render", "FILM"], 2, "output"),
    ("an output of no kind", ["render", "FILM", "-o", "film.avi"], 2, ".mkv"),
    ("an encoding that is none", ["render", "FILM", "-o", "film.mp4", "--encoding", "divx"], 2, "h264"),
    ("an encoding of another suffix", ["render", "FILM", "-o", "film.mp4", "--encoding", "prores"], 2, "film.mov"),
    ("a folder in the way", ["render", "FILM", "-o", "letters.mp4", "--overwrite"], 2, "is a folder"),
    ("a folder of something else", ["render", "FILM", "-o", "letters", "--overwrite"], 3, "not a picture sequence"),
    ("a range of nothing", ["render", "FILM", "-o", "film.mp4", "--start", "5", "--end", "5"], 2, "frames 0 to 89"),
    ("a range behind the end", ["render", "FILM", "-o", "film.mp4", "--end", "91"], 2, "frames 0 to 89"),
    ("a start below zero", ["render", "FILM", "-o", "film.mp4", "--start=-1"], 2, "frames 0 to 89"),
    ("a size of nothing", ["render", "FILM", "-o", "frames", "--size", "0x0"], 2, "16 to 8192"),
    ("an odd size for the codec", ["render", "FILM", "-o", "film.mp4", "--size", "127x64"], 2, "even width"),
    ("an empty film", ["render", "Empty", "-o", "film.mp4"], 2, "no clips yet"),
    ("a shot that is none", ["rebuild", "FILM", "--shot", "nobody"], 2, "no shot"),
    ("a server without an address", ["rebuild", "FILM", "--server", "nowhere"], 2, "address"),
    ("a server with --accept", ["rebuild", "FILM", "--accept", "--server", "http://127.0.0.1:9"], 2, "--accept"),
]


@pytest.mark.parametrize("words", [["check", "Morning"], ["render", "none.json", "-o", "film.mp4"], ["new", " "]])
def test_with_json_the_refusal_is_json(forked: Run, words: list[str]) -> None:
    refused = forked("project", *words, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert json.loads(refused.stderr)["error"]["message"].endswith(".")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, footage: Path) -> Path:
    """A state folder with the films Evening and Empty. Refused commands leave it as it is."""
    folder = tmp_path_factory.mktemp("prepared")
    for words in (
        ["new", "Empty"],
        ["new", "Evening", "--size", "128x64"],
        ["place", "Evening", str(footage)],
        ["export", "Evening", "json", "-o", "own.json"],
    ):
        assert run_forked(["project", *words], folder / "home", folder).returncode == 0
    return folder


@pytest.mark.parametrize(("arguments", "code", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_typed_wrongly(
    forked: Run, tmp_path: Path, prepared: Path, arguments: list[str], code: int, said: str
) -> None:
    work, home = tmp_path / "work", prepared / "home"
    (work / "words.json").write_text("these are words")
    (work / "cut.fcpxml").write_text('<?xml version="1.0"?>\n<fcpxml/>\n')
    (work / "bytes.otio").write_bytes(b"\xff\xfe\x00")
    (work / "own.json").write_text((prepared / "own.json").read_text())
    for name in ("letters", "letters.mp4"):
        (work / name).mkdir()
        (work / name / "letter.txt").write_text("mine")
    broken = json.loads((prepared / "own.json").read_text())
    broken["timeline"]["rate"] = "0"
    (work / "broken.json").write_text(json.dumps(broken))
    before, kept = set(work.rglob("*")), belongings(home)
    words = [word if word != "FILM" else "Evening" for word in arguments]
    check_refusal(forked("project", *words, home=home), code, said, work, before)
    assert {path for path in belongings(home) if "artifex.db" not in path.name} == {
        path for path in kept if "artifex.db" not in path.name
    }
