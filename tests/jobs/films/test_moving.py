"""Films between libraries: what they need, copies with names for people, and the ids that files have elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from artifex.grades import Lut
from artifex.jobs.films.moving import at_home, contents_of, found_in, gathered
from artifex.media.still import png
from artifex.store.asset_rows import AssetRow
from artifex.store.blobs import Blobs
from artifex.timeline.clip import Clip
from artifex.timeline.looks import Look, LookNode
from artifex.timeline.project import Project
from artifex.timeline.shots import AssetInput, Shot, Take, Treated
from artifex.timeline.sources import MediaSource, ShotSource, TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from tests.jobs.films.test_shots import VIDEO

RATE = Fraction(24)
PICTURE, TAKE, OTHER, MUSIC, TABLE, LORA = (letter * 64 for letter in "abcdef")
RECIPE: dict[str, Any] = {
    "format": 1,
    "model": {"name": "starter", "files": {}},
    "task": "i2v",
    "prompt": "a red circle",
    "negative_prompt": "",
    "width": 64,
    "height": 64,
    "frame_count": 9,
    "frame_rate": "24",
    "steps": 2,
    "solver": "unipc",
    "shift": 8.0,
    "guidance": [5.0, 5.0],
    "seed": 1,
    "accuracy": "exact",
    "loras": [{"name": "ink", "sha256": LORA, "strength_low": 1.0, "strength_high": 1.0}],
}


def media(asset: str, sha256: str, **others: Any) -> MediaSource:
    return MediaSource(asset, sha256, others.pop("kind", "video"), 9, RATE, width=64, height=64, **others)


def film() -> Project:
    """A shot from a picture with an accepted take, another and a treated one; music; a title under a table."""
    takes = (
        Take("take", "1" * 64, "2" * 64, "", "accepted"),
        Take("again", "1" * 64, "2" * 64, ""),
        Take("calm", "1" * 64, "2" * 64, "", treated=Treated("take", {})),
    )
    shot = Shot("shot", "Circle", RECIPE, (AssetInput("image", "picture", PICTURE),), takes)
    look = Look((LookNode(Lut(TABLE)),))
    clips = (
        Clip("c1", 0, 9, ShotSource("shot", 9, RATE)),
        Clip("c2", 9, 9, TitleSource("Fin"), look=look),
    )
    music = Clip("c3", 0, 9, media("music", MUSIC, kind="audio", has_sound=True, name="waves.wav"))
    tracks = (Track("v1", "video", clips=clips), Track("a1", "audio", clips=(music,)))
    assets = (media("take", TAKE), media("again", TAKE), media("calm", OTHER))
    return Project("p", "Film", Timeline(RATE, 64, 64, tracks=tracks), (shot,), assets)


def row(asset: str, sha256: str) -> AssetRow:
    return replace(VIDEO, id=asset, sha256=sha256, name=asset)


def library(**contents: str) -> tuple[Callable[[str], AssetRow | None], Callable[[str], AssetRow | None]]:
    rows = [row(asset, sha256) for asset, sha256 in contents.items()]
    return (
        lambda asset: next((each for each in rows if each.id == asset), None),
        lambda sha256: next((each for each in rows if each.sha256 == sha256), None),
    )


def test_a_film_needs_all_that_it_shows_and_is_made_from() -> None:
    found = contents_of(film())
    assert found.keys() == {PICTURE, TAKE, OTHER, MUSIC, TABLE, LORA}
    assert (found[MUSIC], found[PICTURE], found[LORA]) == ("waves.wav", "image of Circle", "ink.safetensors")


def test_elsewhere_its_files_have_the_ids_of_that_library() -> None:
    moved = at_home(film(), *library(p9=PICTURE, t9=TAKE, m9=MUSIC))
    [shot] = moved.shots
    # What is not there keeps its id, and two takes of the same content stay two.
    assert [take.asset for take in shot.takes] == ["t9", "again", "calm"]
    assert shot.takes[2].treated == Treated("t9", {})
    assert [asset.asset for asset in moved.assets] == ["t9", "again", "calm"]
    assert shot.inputs == (AssetInput("image", "p9", PICTURE),)
    [music] = moved.timeline.track("a1").clips
    assert music.source == replace(media("m9", MUSIC, kind="audio", has_sound=True, name="waves.wav"))


def test_where_it_comes_from_nothing_changes() -> None:
    """Also though the newest file of the same content is another one."""
    contents = {"newer": MUSIC, "picture": PICTURE, "take": TAKE, "again": TAKE, "calm": OTHER, "music": MUSIC}
    assert at_home(film(), *library(**contents)) == film()


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Blobs, Project]:
    """A library, and a film of two pictures that are called the same."""
    blobs = Blobs(tmp_path / "blobs")
    contents = [blobs.put(png(np.full((8, 8, 3), value, np.uint8))) for value in (1, 2)]
    clips = (
        Clip(f"c{at}", at, 1, media(f"m{at}", sha256, kind="image", name="하늘 🌇/sky.png"))
        for at, sha256 in enumerate(contents)
    )
    timeline = Timeline(RATE, 8, 8, tracks=(Track("v1", "video", clips=tuple(clips)),))
    return blobs, Project("p", "Film", timeline)


def test_copies_have_names_for_people_and_are_made_once(drawn: tuple[Blobs, Project], tmp_path: Path) -> None:
    blobs, project = drawn
    folder = tmp_path / "media"
    first = gathered(project, blobs, folder)
    assert {file.name for file in first.files.values()} == {f"하늘-sky-{sha256[:8]}.png" for sha256 in first.files}
    assert {file.read_bytes() for file in first.files.values()} == {
        blobs.path(each).read_bytes() for each in first.files
    }
    kept, cut = sorted(first.files.values())
    made = kept.stat().st_ino
    cut.write_bytes(b"")  # as when an earlier attempt was killed by something worse than us
    assert gathered(project, blobs, folder) == first
    assert (kept.stat().st_ino, cut.stat().st_size > 0) == (made, True)


def test_what_is_damaged_is_told_and_left_out(drawn: tuple[Blobs, Project], tmp_path: Path) -> None:
    blobs, project = drawn
    gone, here = contents_of(project)
    blobs.delete(gone)
    made = gathered(project, blobs, tmp_path / "media")
    assert (made.files.keys(), len(made.lost)) == ({here}, 1)
    assert made.url_of(media("m0", gone)) == f"artifex://media/{gone}"


def test_files_are_found_by_content(drawn: tuple[Blobs, Project], tmp_path: Path) -> None:
    """In folders of folders, under any name; each once, and nothing of what cannot be read."""
    blobs, project = drawn
    first, second = contents_of(project)
    deep = tmp_path / "away" / "deep"
    deep.mkdir(parents=True)
    for name in ("a.bin", "b.png"):
        (deep / name).write_bytes(blobs.path(first).read_bytes())
    (deep / "empty.png").touch()
    (tmp_path / "away" / "dangling").symlink_to(tmp_path / "nowhere")
    assert list(found_in([tmp_path / "away"], {first, second})) == [(first, deep / "a.bin")]
