"""Rendered films: every frame in its place, segments reused, and sound at the right time."""

import gc
import os
import random
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from artifex.errors import BadInput, CannotRun, Interrupted
from artifex.jobs.films.encodings import ENCODINGS
from artifex.jobs.films.keeping import prune
from artifex.jobs.films.rendering import Target, draw, render_film
from artifex.jobs.films.sources import Sources
from artifex.media.decode import frames
from artifex.media.encodings.encoding import Encoding, Quality
from artifex.media.image import open_layer
from artifex.media.looks.cube import Cube
from artifex.media.looks.grading import Grader
from artifex.media.opener import Here, Opener
from artifex.media.probe import probe
from artifex.media.sandbox import Sandbox
from artifex.media.sound import open_sound
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.plan import RenderPlan, plan
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.units import PixelSize
from tests.media.footage import write
from tests.media.numbered import COUNT, H264, read_number, write_numbered
from tests.media.reading.test_exact import KINDS

SIZE = PixelSize(width=128, height=64)
RATE = Fraction(24)
HERTZ = 48_000


QUICK = Encoding(rate=Quality(23), speed="fast", key_interval=12)


@dataclass
class Told:
    """Records a render's progress, and asks it to stop after a number of frames."""

    stop_after: int = 10**9
    seen: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def frames(self, done: int, of: int) -> None:
        self.seen.append((done, of))

    def stopping(self) -> bool:
        return len(self.seen) >= self.stop_after


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Numbered clips by (made-up) sha256, and a tone of 440 Hz for two seconds."""
    folder = tmp_path_factory.mktemp("sources")
    made: dict[str, Path] = {}
    for number, kind in enumerate((H264, KINDS["ffv1 mkv"], KINDS["prores mov"])):
        clip = write_numbered(folder / f"{number}{kind.suffix}", replace(kind, rate=RATE))
        made[f"{number}" * 64] = clip
    made["a" * 64] = write_tone(folder / "tone.wav")
    return made


def write_tone(path: Path) -> Path:
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * HERTZ) / HERTZ).astype(np.float32) * 0.5
    with av.open(str(path), "w") as container:
        untyped: Any = container
        stream = untyped.add_stream("pcm_s16le", rate=HERTZ, layout="mono")
        samples = (tone * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = HERTZ
        untyped.mux(stream.encode(frame))
        untyped.mux(stream.encode(None))
    return path


def video(number: int) -> dict[str, Any]:
    return MediaSource(f"v{number}", f"{number}" * 64, "video", COUNT, RATE, width=128, height=64).to_data()


TONE = MediaSource("t", "a" * 64, "audio", 2 * HERTZ, Fraction(HERTZ), has_sound=True).to_data()


def film(*commands: dict[str, Any]) -> Project:
    tracks = (Track("v1", "video"), Track("v2", "video"), Track("a1", "audio"))
    project = Project("p", "Film", Timeline(RATE, 128, 64, tracks=tracks))
    for command in commands:
        project = perform(project, parse_command(command))
    return project


def append(track: str, source: dict[str, Any], duration: int, start: int = 0, **more: Any) -> dict[str, Any]:
    clip = {"start": 0, "duration": duration, "source": source, "source_start": str(start), **more}
    return {"edit": "append", "clips": [{"track": track, "clip": clip}]}


def random_cuts(count: int, seed: int) -> tuple[Project, list[int]]:
    """A film of random hard cuts, and the numbers that its frames show."""
    drawn = random.Random(seed)
    commands: list[dict[str, Any]] = []
    shown: list[int] = []
    for _ in range(count):
        start, duration = drawn.randrange(80), drawn.randrange(1, 10)
        commands.append(append("v1", video(drawn.randrange(3)), duration, start))
        shown += range(start, start + duration)
    return film(*commands), shown


def no_cube(_sha256: str) -> Cube:
    raise BadInput("there is none here")


@pytest.fixture
def rendered(files: dict[str, Path], tmp_path: Path) -> Callable[..., Path]:
    def render(
        made: RenderPlan, encoding: Encoding = ENCODINGS["h264"], told: Told | None = None, opener: Opener | None = None
    ) -> Path:
        output = tmp_path / f"film{encoding.suffix}"
        sources = Sources(opener or Here(), lambda layer: files[layer.sha256], no_cube)
        render_film(made, Target(SIZE, encoding, tmp_path / "kept"), sources, output, told or Told())
        return output

    return render


def numbers(path: Path) -> list[int]:
    return [read_number(frame) for frame in frames(path)]


def test_two_hundred_cuts_have_every_frame_in_its_place(rendered: Callable[..., Path]) -> None:
    project, shown = random_cuts(200, seed=1)
    assert numbers(rendered(plan(project), QUICK)) == shown


SOFTWARE = [name for name, encoding in ENCODINGS.items() if encoding.engine == "software"]


@pytest.mark.parametrize("name", SOFTWARE)
def test_every_encoding_keeps_every_frame(rendered: Callable[..., Path], name: str) -> None:
    project, shown = random_cuts(8, seed=2)
    told = Told()
    output = rendered(plan(project), ENCODINGS[name], told)
    assert numbers(output) == shown
    assert told.seen[-1] == (len(shown), len(shown))


@pytest.mark.parametrize("name", SOFTWARE)
def test_a_film_of_a_single_frame_is_a_clip_like_others(rendered: Callable[..., Path], name: str) -> None:
    facts = probe(rendered(plan(film(append("v1", video(0), 1))), ENCODINGS[name]))
    assert (facts.frame_count, facts.frame_rate) == (1, RATE)


def test_files_from_outside_are_opened_apart(rendered: Callable[..., Path]) -> None:
    project, shown = random_cuts(12, seed=3)
    assert numbers(rendered(plan(project), QUICK, opener=Sandbox())) == shown


def test_what_was_rendered_before_is_not_rendered_again(rendered: Callable[..., Path]) -> None:
    project, shown = random_cuts(10, seed=4)
    rendered(plan(project), QUICK)
    told = Told()
    assert numbers(rendered(plan(project), QUICK, told)) == shown
    assert len(told.seen) == len(plan(project).segments)  # each segment at once, none frame by frame
    first = project.timeline.tracks[0].clips[0].id
    changed = perform(project, parse_command({"edit": "set_parameter", "clip": first, "parameter": "x", "value": 0.5}))
    told = Told()
    rendered(plan(changed), QUICK, told)
    assert len(told.seen) == len(plan(changed).segments) + project.timeline.tracks[0].clips[0].duration


@pytest.mark.parametrize("left", [0.0, 0.5, 0.98], ids=["nothing", "half", "nearly all"])
@pytest.mark.parametrize("suffix", [".mp4", ".f32"])
def test_what_is_kept_and_was_cut_is_made_again(
    rendered: Callable[..., Path], tmp_path: Path, left: float, suffix: str
) -> None:
    """As by a disk that failed, or a copy of the folder that broke off. A film with less in it would pass for whole."""
    made = plan(film(append("v1", video(0), 40), append("a1", TONE, 40)))
    whole = rendered(made, QUICK).read_bytes()
    pieces = list((tmp_path / "kept").glob(f"*{suffix}"))
    assert pieces
    for piece in pieces:
        os.truncate(piece, int(piece.stat().st_size * left))
    assert rendered(made, QUICK).read_bytes() == whole


@dataclass
class Pruned(Told):
    """Meanwhile, other processes remove what they may of the folder of segments."""

    kept: Path = Path()

    def frames(self, done: int, of: int) -> None:
        super().frames(done, of)
        prune(self.kept, 0)


def test_others_remove_nothing_that_a_render_has_yet_to_join(rendered: Callable[..., Path], tmp_path: Path) -> None:
    project, shown = random_cuts(10, seed=6)
    made, kept = plan(project), tmp_path / "kept"
    rendered(made, QUICK)
    pieces = sorted(kept.glob("*.mp4"))
    for piece in pieces[1:]:
        os.utime(piece, (1, 1))
    pieces[0].unlink()
    told = Pruned(kept=kept)
    assert numbers(rendered(made, QUICK, told)) == shown
    assert [done for done, _ in told.seen] == sorted(done for done, _ in told.seen), "it does not begin again"
    assert sorted(kept.glob("*.mp4")) == pieces


def test_pieces_that_are_gone_are_rendered_again(rendered: Callable[..., Path], tmp_path: Path) -> None:
    class Thief(Told):
        def frames(self, done: int, of: int) -> None:
            super().frames(done, of)
            if len(self.seen) == 1:
                for piece in (tmp_path / "kept").glob("*.mp4"):
                    piece.unlink()

    project, shown = random_cuts(10, seed=7)
    rendered(plan(project), QUICK)
    assert numbers(rendered(plan(project), QUICK, Thief())) == shown


def test_a_render_that_was_stopped_goes_on(rendered: Callable[..., Path], tmp_path: Path) -> None:
    project, shown = random_cuts(10, seed=5)
    with pytest.raises(Interrupted):
        rendered(plan(project), QUICK, Told(stop_after=len(shown) // 2))
    assert not (tmp_path / "film.mp4").exists()
    told = Told()
    assert numbers(rendered(plan(project), QUICK, told)) == shown
    assert len(told.seen) < len(shown)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_segment_that_finds_no_room_spoils_none_behind_it(tmp_path: Path) -> None:
    """Kept segments are used again: one with the frames of another would stay in the film for good."""
    import resource

    noise = np.random.default_rng(0).integers(0, 256, (62, 64, 128, 3), np.uint8)
    clip = write(tmp_path / "noise.mkv", noise, replace(KINDS["ffv1 mkv"], rate=RATE))
    source = MediaSource("n", "1" * 64, "video", len(noise), RATE, width=128, height=64).to_data()
    project = film(append("v1", source, 50, 0), append("v1", source, 2, 60))
    target = Target(SIZE, ENCODINGS["ffv1"], tmp_path / "kept")
    sources, output = Sources(Here(), lambda _layer: clip, no_cube), tmp_path / "film.mkv"
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, hard))
    try:
        with pytest.raises(CannotRun):
            render_film(plan(project), target, sources, output, Told())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    render_film(plan(project), target, sources, output, Told())
    shown, wanted = list(frames(output)), [*noise[:50], *noise[60:]]
    assert all(np.array_equal(one, other) for one, other in zip(shown, wanted, strict=True))


def test_backwards_slow_and_frozen(rendered: Callable[..., Path]) -> None:
    project = film(
        append("v1", video(1), 10, 40, speed="-1"),
        append("v1", video(1), 10, 20, speed="1/2"),
        append("v1", video(1), 4, 33, speed="0"),
    )
    shown = [*range(40, 30, -1), *(20 + i // 2 for i in range(10)), 33, 33, 33, 33]
    assert numbers(rendered(plan(project), ENCODINGS["ffv1"])) == shown


def pictures(project: Project, files: dict[str, Path]) -> list[NDArray[np.uint8]]:
    return list(draw(plan(project), SIZE, Sources(Here(), lambda layer: files[layer.sha256], no_cube)))


def test_a_dissolve_goes_from_one_to_the_other(files: dict[str, Path]) -> None:
    red, blue = {"kind": "colour", "colour": "#c80000"}, {"kind": "colour", "colour": "#0000c8"}
    project = film(append("v1", red, 10), append("v1", blue, 10))
    left, right = project.timeline.tracks[0].clips
    join = {"edit": "set_transition", "left": left.id, "right": right.id, "before": 4, "after": 4}
    seen = [frame[32, 64] for frame in pictures(perform(project, parse_command(join)), files)]
    assert [tuple(seen[at]) for at in (5, 14)] == [(200, 0, 0), (0, 0, 200)]
    for k in range(8):
        share = (2 * k + 1) / 16
        assert np.abs(seen[6 + k] - np.array([200 * (1 - share), 0, 200 * share])).max() <= 1


def test_layers_lie_over_one_another(files: dict[str, Path]) -> None:
    white = {"kind": "colour", "colour": "#ffffff"}
    curve = [{"frame": 0, "value": 0.0}, {"frame": 10, "value": 1.0}]
    project = film(append("v1", {"kind": "colour", "colour": "#000000"}, 11), append("v2", white, 11))
    above = project.timeline.tracks[1].clips[0].id
    fade = {"edit": "set_curve", "clip": above, "parameter": "opacity", "keyframes": curve}
    seen = [int(frame[32, 64, 0]) for frame in pictures(perform(project, parse_command(fade)), files)]
    assert all(abs(level - 25.5 * i) <= 1 for i, level in enumerate(seen))


def test_more_clips_are_shown_at_once_than_files_stay_open(files: dict[str, Path]) -> None:
    names = [f"v{i}" for i in range(9)]
    tracks = tuple(Track(name, "video") for name in names)
    project = Project("p", "Film", Timeline(RATE, 128, 64, tracks=tracks))
    for name in names:
        command = append(name, video(0), 6, blend="normal" if name == "v0" else "multiply")
        project = perform(project, parse_command(command))
    assert len(plan(project).segments[0].layers) == len(names)
    assert [read_number(frame) for frame in pictures(project, files)] == list(range(6))


class Album(Here):
    """Remembers the pictures that it opened, as long as anybody else does."""

    def __init__(self) -> None:
        self.opened: list[weakref.ref[NDArray[np.uint8]]] = []
        self.most = 0

    def open_layer(self, path: Path) -> NDArray[np.uint8]:
        picture = open_layer(path)
        self.opened.append(weakref.ref(picture))
        self.most = max(self.most, sum(each() is not None for each in self.opened))
        return picture


def test_of_a_slide_show_few_pictures_are_held_at_once(tmp_path: Path) -> None:
    """A photo takes a hundred megabytes, and a film may show hundreds of them."""
    photos = {f"{number:064x}": tmp_path / f"{number}.png" for number in range(12)}
    project = film()
    for number, (sha256, path) in enumerate(photos.items()):
        Image.new("RGB", (128, 64), (20 * number, 0, 0)).save(path)
        source = MediaSource(f"i{number}", sha256, "image", 1, RATE, width=128, height=64).to_data()
        project = perform(project, parse_command(append("v1", source, 2)))
    album = Album()
    shown = draw(plan(project), SIZE, Sources(album, lambda layer: photos[layer.sha256], no_cube))
    assert [int(frame[0, 0, 0]) for frame in shown] == [20 * number for number in range(12) for _ in range(2)]
    assert album.most <= 5


def test_a_look_is_of_one_clip_only(files: dict[str, Path]) -> None:
    grey = {"kind": "colour", "colour": "#808080"}
    project = film(append("v1", grey, 3, look=[{"kind": "exposure", "stops": 1.0}]), append("v1", grey, 3))
    seen = [int(frame[32, 64, 0]) for frame in pictures(project, files)]
    assert seen[3:] == [128, 128, 128]
    assert seen[0] > 160


def test_of_many_looks_few_are_held_at_once(files: dict[str, Path]) -> None:
    """Each takes eleven megabytes, and every clip may have its own."""
    looks = [[{"kind": "saturation", "amount": 1 + number / 100}] for number in range(1, 41)]
    project = film(*(append("v1", {"kind": "colour", "colour": "#804020"}, 1, look=look) for look in looks))
    shown = draw(plan(project), SIZE, Sources(Here(), lambda layer: files[layer.sha256], no_cube))
    colours = {tuple(next(shown)[0, 0]) for _ in looks}
    assert len(colours) > 20
    assert sum(type(each) is Grader for each in gc.get_objects()) <= 32


def test_sound_is_heard_where_it_lies(rendered: Callable[..., Path]) -> None:
    quiet = [{"frame": 0, "value": 0.0}, {"frame": 24, "value": 1.0}]
    project = film(append("v1", video(1), 72), append("a1", TONE, 48))
    tone = project.timeline.tracks[2].clips[0].id
    project = perform(project, parse_command({"edit": "move", "clips": [tone], "to": 24}))
    fade = {"edit": "set_curve", "clip": tone, "parameter": "volume", "keyframes": quiet}
    output = rendered(plan(perform(project, parse_command(fade))))
    heard = open_sound(output, HERTZ, 2).samples
    assert abs(len(heard) / HERTZ - 3) < 0.05
    loud = [float(np.abs(heard[round(at * HERTZ) :][:4800]).max()) for at in (0.4, 1.45, 2.5)]
    assert loud[0] < 0.02
    assert 0.15 < loud[1] < 0.35
    assert 0.4 < loud[2] < 0.6
